"""What a window may say about the live side: plain values, taken at one instant."""

from __future__ import annotations

from dataclasses import dataclass, field

from neodent_viewer.sensors.source import SourceStatus
from neodent_viewer.sensors.timebase import ClockStatus


@dataclass(frozen=True, slots=True)
class ChannelStatus:
    """One channel of one probe.

    Attributes
    ----------
    key, probe, quantity, unit : str
        Channel key, probe id, name and unit of what it measures.
    tooth : int
        FDI number, 0 when it sits on no labelled tooth.
    value : float
        Last value in `unit`, NaN when there is none or it is withheld.
    flag : int
        QARTOD flag.
    age : float
        Seconds since the last sample was taken; infinite when there was none.
    samples, dropped : int
        Samples ever taken in, and those the ring no longer holds.
    fault : str
        Kind of the fault that counts now, empty when none.
    withheld : str
        Why consent withholds it, as a sentence; empty when it does not.
    clock : ClockStatus
        How its sender's clock stands against the program's: offset, drift, delay, leaps.
    stale : bool
        Whether it has been silent for so long that the value is history: 2 s, or two periods of a slow channel.
    simulated : bool
        Whether a simulation sends it.
    """

    key: str
    probe: str
    tooth: int
    quantity: str
    unit: str
    value: float
    flag: int
    age: float
    samples: int
    dropped: int
    fault: str
    withheld: str
    clock: ClockStatus = field(default_factory=ClockStatus)
    stale: bool = False
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class LiveStatus:
    """The live side at one instant.

    Attributes
    ----------
    sources : tuple of SourceStatus
    channels : tuple of ChannelStatus
        In the order of a Moment's slots.
    unmapped : tuple of str
        Channel keys that are heard but sit on no probe.
    consent : str
        Who allows what until when, as a sentence.
    problems : tuple of str
        Sentences: malformed consent records, refused channels, what sources complain about.
    """

    sources: tuple[SourceStatus, ...] = ()
    channels: tuple[ChannelStatus, ...] = ()
    unmapped: tuple[str, ...] = ()
    consent: str = ""
    problems: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return one short line for a status bar."""
        if not self.sources:
            return "No feed"
        parts = [", ".join(source.name for source in self.sources)]
        dark = sum(1 for channel in self.channels if channel.withheld)
        faulty = sum(1 for channel in self.channels if channel.fault)
        parts.append(f"{len(self.channels)} channels")
        parts += [f"{count} {what}" for count, what in ((faulty, "at fault"), (dark, "withheld")) if count]
        return " · ".join(parts)
