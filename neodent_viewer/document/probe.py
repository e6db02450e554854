"""Where a sensor sits: an anchor, a tooth, its channels."""

from __future__ import annotations

from dataclasses import dataclass

from neodent_viewer.document.anchor import Anchor
from neodent_viewer.sensors.channel import Channel


@dataclass(frozen=True, slots=True)
class Probe:
    """One sensor on one part.

    Attributes
    ----------
    id, name : str
        Identity, and what the sensors panel shows.
    anchor : Anchor
        Where it sits; it speaks for its own part only.
    tooth : int
        FDI number, 0 when it sits on no labelled tooth.
    channels : tuple of Channel
        What it sends; the first one leads.
    """

    id: str
    name: str
    anchor: Anchor
    tooth: int
    channels: tuple[Channel, ...]


def slots(probes: tuple[Probe, ...]) -> tuple[tuple[str, Channel], ...]:
    """Return (probe id, channel) pairs in the order a Moment's rows have: probe by probe, channel by channel."""
    return tuple((probe.id, channel) for probe in probes for channel in probe.channels)
