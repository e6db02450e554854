"""A rule maps a fault through an envelope to effect inputs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """What a fault does to one input of one effect.

    Attributes
    ----------
    fault : str
        Fault kind it listens to (``"gap"``, ``"spike"``, ...) or ``"any"``.
    effect, input : str
        Target: effect name and input name.
    low, high : float
        Input value at envelope 0 and 1.
    attack, hold, release : float
        Envelope times in seconds.
    """

    fault: str
    effect: str
    input: str
    low: float = 0.0
    high: float = 1.0
    attack: float = 0.02
    hold: float = 0.10
    release: float = 2.4
