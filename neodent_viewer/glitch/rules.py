"""A rule maps a fault through an envelope to effect inputs; `evaluate` does so for all rules and all running faults."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from neodent_viewer.glitch.envelope import INSTANT, attack_hold_release

#: the kind a rule names to listen to every fault
ANY = "any"


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

    def hears(self, kind: str) -> bool:
        """Return whether this rule listens to faults of this kind (an empty kind is no fault)."""
        return bool(kind) and self.fault in (ANY, kind)

    @property
    def span(self) -> float:
        """Seconds after an onset from which on its envelope is 0 for ever."""
        return self.attack + self.hold + max(self.release, INSTANT)

    def level(self, seconds: float) -> float:
        """Return the envelope 0..1 this many seconds after an onset."""
        return float(attack_hold_release(seconds, self.attack, self.hold, self.release))

    def loudest(self, faults: Sequence[Trigger], now: float) -> float:
        """Return the largest energy 0..1 that any of some faults it hears has left under its envelope; 0 of none."""
        span = self.span
        heard = [(now - f.onset, f.energy) for f in faults if now - f.onset <= span and self.hears(f.kind)]
        if not heard:
            return 0.0
        ages, energies = np.array(heard).T
        return float((attack_hold_release(ages, self.attack, self.hold, self.release) * energies).max())


class Trigger(NamedTuple):
    """One fault as rules hear it: its kind, when it began (s on the program's clock), its largest energy so far 0..1."""

    kind: str
    onset: float
    energy: float


def evaluate(rules: Iterable[Rule], faults: Iterable[Trigger], now: float) -> dict[tuple[str, str], float]:
    """Return the effect inputs that rules ask for at this instant.

    Every rule answers, at `low` when it hears nothing, so that an effect comes to rest when its fault is over.
    Where several faults or rules meet in one input, the largest level wins.

    Parameters
    ----------
    rules : iterable of Rule
    faults : iterable of Trigger
        Faults that began, ended or not; one that began in the future is silent.
    now : float
        Seconds on the program's clock.

    Returns
    -------
    dict
        ``(effect, input) -> value``.

    Examples
    --------
    >>> split = Rule("any", "rgb_split", "amount", high=2.0, attack=0.0)
    >>> evaluate([split], [Trigger("gap", 5.0, 0.5), Trigger("spike", 5.0, 0.25)], now=5.0)
    {('rgb_split', 'amount'): 1.0}
    >>> evaluate([split], [], now=5.0)
    {('rgb_split', 'amount'): 0.0}
    """
    asked = tuple(rules)
    # a fault that runs on for minutes says nothing any more
    oldest = now - max((rule.span for rule in asked), default=0.0)
    running = [fault for fault in faults if fault.onset >= oldest]
    best: dict[tuple[str, str], tuple[float, float]] = {}
    for rule in asked:
        level = rule.loudest(running, now)
        answer = (level, rule.low + (rule.high - rule.low) * level)
        key = (rule.effect, rule.input)
        if key not in best or answer[0] > best[key][0]:
            best[key] = answer
    return {key: value for key, (_, value) in best.items()}
