"""What a judgement of a recording depends on besides the recording itself."""

from __future__ import annotations

from dataclasses import dataclass

from neodent_viewer.sensors.channel import Channel


@dataclass(frozen=True, slots=True)
class Basis:
    """Equal for two judgements that come to the same.

    Attributes
    ----------
    thresholds : str
        As text: settings are JSON values.
    expected : tuple of Channel
    comparable : frozenset of str
        Channels that may be held against others.
    midnight : float
    """

    thresholds: str
    expected: tuple[Channel, ...]
    comparable: frozenset[str]
    midnight: float
