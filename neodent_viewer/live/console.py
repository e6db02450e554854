"""What a console says of each channel beyond its value: how regularly it speaks, how good it has been, what failed on it.

Everything here is worked out when somebody looks, from what a tick keeps anyway, and passes the consent gate of the present
purpose: a withheld channel has no cadence, no strip and no faults.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.live.live import Live
from neodent_viewer.live.stretches import columns_hidden, is_hidden, uncovered
from neodent_viewer.sensors.cadence import Cadence, cadence
from neodent_viewer.sensors.channel import Channel, Flag
from neodent_viewer.sensors.fault import Fault, FaultKind
from neodent_viewer.sensors.sureness import SENDERS, Around
from neodent_viewer.sensors.timebase import ClockStatus

#: a cadence is taken over so many times what a channel may be silent: 24 s, or 24 periods of a slow one
_LATELY = 12.0
#: and a reading to calibrate by over so many: 3 s, or three periods
_READING = 1.5
#: seconds that faults may be apart and still be there at the same time
_TOGETHER = 1.0


@dataclass(frozen=True, slots=True)
class Speech:
    """How a channel speaks.

    Attributes
    ----------
    cadence : Cadence
        Over the last 24 s, or 24 periods of a slow channel.
    nominal : float
        Samples a second that its quantity is expected to send.
    clock : ClockStatus
        Of its sender.
    """

    cadence: Cadence
    nominal: float
    clock: ClockStatus


@dataclass(frozen=True, slots=True)
class Trouble:
    """One fault and whose it is.

    Attributes
    ----------
    probe : str
        Probe id.
    tooth : int
        FDI number, 0 when it sits on no labelled tooth.
    channel : Channel
    fault : Fault
        Times (s) on the clock that `Live.now` tells.
    running : bool
        Whether it goes on.
    """

    probe: str
    tooth: int
    channel: Channel
    fault: Fault
    running: bool


def speech(live: Live, key: str) -> Speech | None:
    """Return how a channel speaks; None when it is unknown or withheld."""
    intake = live.heard(key)
    if intake is None:
        return None
    nominal, now = intake.channel.quantity.rate, live.heard_to(key)
    # from the last stretch on that may not be seen: what is withheld is not lost
    since = max((end for _, end in live.gate.hidden(key, live.purpose)), default=-math.inf)
    times = intake.ring.tail(max(now - _LATELY * intake.quality.gap.patience(), np.nextafter(since, np.inf)))[0]
    times = times[times <= now]
    until = now if intake.quality.gap.stale(now) or not len(times) else float(times[-1])
    return Speech(cadence(times, until), nominal, intake.quality.clock())


@dataclass(frozen=True, slots=True)
class Steady:
    """What a sensor says now, raw, as a reading to calibrate by.

    Attributes
    ----------
    raw : float
        Median of the last seconds, in the channel's unit.
    spread : float
        How far (same unit) the readings are from it at most.
    count : int
        Readings it is made of.
    """

    raw: float
    spread: float
    count: int


def steady(live: Live, key: str) -> Steady | None:
    """Return what a sensor says now, raw; None when it is silent, unknown or withheld."""
    intake = live.heard(key)
    until = live.heard_to(key)
    if intake is None or intake.quality.gap.stale(until):
        return None
    since = max(until - _READING * intake.quality.gap.patience(), np.nextafter(intake.calibrated_at, np.inf))
    times, values, _ = intake.ring.tail(since)
    values = values[np.isfinite(values) & ~is_hidden(times, live.gate.hidden(key, live.purpose))]
    if not len(values):
        return None
    raw = (values - intake.calibration.offset) / intake.calibration.gain
    middle = float(np.median(raw))
    return Steady(middle, float(np.abs(raw - middle).max()), len(raw))


def strip(live: Live, key: str, start: float, end: float, columns: int) -> NDArray[np.uint8]:
    """Return a channel's worst QARTOD flag in each column of a strip.

    Parameters
    ----------
    key : str
    start, end : float
        Seconds, on the clock that `Live.now` tells.
    columns : int

    Returns
    -------
    flags : ndarray (columns,) uint8
        0 where nothing had been heard yet; everywhere when the channel is unknown or withheld.
    """
    intake = live.heard(key)
    if intake is None:
        return np.zeros(columns, np.uint8)
    flags = intake.strip().columns(start, end, columns, intake.quality.gap.patience())
    width = (end - start) / columns
    hidden = live.gate.hidden(key, live.purpose)
    for fault in (left for known in intake.quality.log.all() for left in uncovered(known, hidden)):
        if fault.kind is FaultKind.GAP and fault.end > start:  # a hole narrower than a column is a hole all the same
            first, last = (math.floor((time - start) / width) for time in (fault.onset, fault.end))
            column = flags[max(first, 0) : last + 1]
            column[column != 0] = int(Flag.MISSING)
    flags[columns_hidden(hidden, start, end, columns)] = 0
    return flags


def troubles(live: Live) -> tuple[Trouble, ...]:
    """Return every fault remembered of the channels on probes: running ones first, then those that were known last."""
    found = []
    for probe in live.document.probes.values():
        for channel in probe.channels:
            intake = live.heard(channel.key)
            if intake is None:
                continue
            quality, now = intake.quality, live.heard_to(channel.key)
            latest = {(fault.kind, fault.onset): fault for fault in quality.latest(now)}
            hidden = live.gate.hidden(channel.key, live.purpose)
            for known in quality.faults(now):
                for fault in uncovered(latest.get((known.kind, known.onset), known), hidden):
                    going_on = now <= fault.end + quality.log.hold
                    found.append(Trouble(probe.id, probe.tooth, channel, fault, going_on))
    return tuple(sorted(found, key=lambda one: (not one.running, -one.fault.detected, one.channel.key)))


class Company:
    """What else is there at the time of each of some faults.

    Parameters
    ----------
    found : sequence of Trouble
        All faults known.
    """

    def __init__(self, found: Sequence[Trouble]) -> None:
        self._onset = np.array([one.fault.onset for one in found])
        self._end = np.array([_until(one) for one in found])
        self._kind = np.array([one.fault.kind.value for one in found], "U32")
        self._channel, self._sensor, self._quantity = (
            np.unique(np.array(names, "U"), return_inverse=True)[1]
            for names in (
                [one.channel.key for one in found],
                [one.channel.sensor for one in found],
                [one.channel.quantity.name for one in found],
            )
        )
        self._sender = np.isin(self._kind, [kind.value for kind in SENDERS])

    def around(self, row: int) -> Around:
        """Return what else is there at the time of fault `row`, of its kind of cause: a gap does not prove a spike."""
        together = (self._onset <= self._end[row] + _TOGETHER) & (self._end >= self._onset[row] - _TOGETHER)
        own, mine = self._channel == self._channel[row], self._sensor == self._sensor[row]
        alike = together & (self._kind == self._kind[row])
        others = together & own & ~alike & (self._sender == self._sender[row])
        mates = self._channel[alike & mine & ~own]
        elsewhere = self._sensor[alike & ~mine & (self._quantity == self._quantity[row])]
        kinds = frozenset(FaultKind(str(kind)) for kind in set(self._kind[others]))
        return Around(kinds, len(set(mates.tolist())), len(set(elsewhere.tolist())))


def _until(one: Trouble) -> float:
    return math.inf if one.running else one.fault.end
