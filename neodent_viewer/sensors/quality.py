"""Quality of one channel as it streams in: checks run over each block, the worst flag wins, findings join into faults.

Every sample is judged for lateness; one without a finite value is missing; one older than a sample already seen goes no
further; the rest pass every check. What comes out depends on the samples only, not on how they were cut into blocks; silence
alone also depends on *now*.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.sensors.channel import QUANTITIES, Channel, Flag, Quantity
from neodent_viewer.sensors.check import Check
from neodent_viewer.sensors.checks.flat_line import FlatLine
from neodent_viewer.sensors.checks.gap import Gap
from neodent_viewer.sensors.checks.gross_range import GrossRange
from neodent_viewer.sensors.checks.late import Late
from neodent_viewer.sensors.checks.rate_of_change import RateOfChange
from neodent_viewer.sensors.checks.spike import Spike
from neodent_viewer.sensors.fault import Fault, FaultKind, FaultLog
from neodent_viewer.sensors.sample import Block

#: worst-wins order: a test that could not judge never hides one that could
_RANK: dict[int, int] = {Flag.NOT_EVALUATED: 0, Flag.GOOD: 1, Flag.SUSPECT: 2, Flag.BAD: 3, Flag.MISSING: 4}
_GOOD, _NOT_EVALUATED = int(Flag.GOOD), int(Flag.NOT_EVALUATED)  # plain numbers: enum members are slow to look up

#: times, values, arrival (k,)
_Rows = tuple[list[float], list[float], list[float]]


@dataclass(frozen=True, slots=True)
class Limits:
    """Thresholds of a quantity's checks, in its unit and in seconds.

    Attributes
    ----------
    user : tuple of (float, float)
        Values a mouth can have; outside is suspect. The sensor's own span comes with the quantity.
    still : float
        Seconds without any movement that are suspect.
    spike, spike_bad : float
        Heights of a jump there and back.
    rate : float
        Units per second that two steps in a row may not exceed.
    late : float
        Seconds of delay beyond one period that are still in time.
    """

    user: tuple[float, float]
    still: float
    spike: float
    spike_bad: float
    rate: float
    late: float = 0.5


#: Spans from `channel.QUANTITIES`; rates leave room for a hot drink (a sealed thermometer answers in 3-12 s), an acid drink
#: (back within 1.3 min) and a hard bite (600 N in a quarter of a second).
LIMITS: dict[str, Limits] = {
    "temperature": Limits(user=(5.0, 58.0), still=2.0, spike=1.5, spike_bad=4.0, rate=2.6),
    "ph": Limits(user=(1.0, 13.0), still=4.0, spike=1.3, spike_bad=2.0, rate=0.65),
    "force": Limits(user=(-10.0, 695.0), still=1.0, spike=120.0, spike_bad=240.0, rate=12_000.0),
}


def limits_of(quantity: Quantity) -> Limits:
    """Return the thresholds of a quantity; one the house has no figures for is judged by its span alone."""
    if quantity.name in LIMITS:
        return LIMITS[quantity.name]
    span = quantity.high - quantity.low
    still = max(2.0, 8.0 / quantity.rate)
    return Limits((quantity.low, quantity.high), still, 0.3 * span, 0.6 * span, span * quantity.rate)


def worst(a: int, b: int) -> int:
    """Return the flag that stands when two checks spoke.

    >>> worst(2, 1), worst(3, 1), worst(4, 9)
    (1, 3, 9)
    """
    return a if _RANK[a] >= _RANK[b] else b


def _picked(rows: _Rows, picked: Sequence[int]) -> _Rows:
    """Return some rows; all of them without copying."""
    times, values, arrival = rows
    if len(picked) == len(times):
        return rows
    return [times[i] for i in picked], [values[i] for i in picked], [arrival[i] for i in picked]


class ChannelQuality:
    """Flags and faults of one channel.

    Parameters
    ----------
    channel : Channel
    limits : Limits or None
        None takes the quantity's own.
    """

    def __init__(self, channel: Channel, limits: Limits | None = None) -> None:
        quantity = channel.quantity
        limits = limits or limits_of(quantity)
        period = 1.0 / quantity.rate
        span = quantity.high - quantity.low
        self.channel = channel
        self.log = FaultLog(hold=max(1.2, 5.0 * period))
        self._gap = Gap(period)
        self._late = Late(limits.late + period)
        # a force sensor at rest reads a little below zero: a span's end is not its noise
        margin = 0.02 * span
        self._checks: tuple[Check, ...] = (
            GrossRange((quantity.low - margin, quantity.high + margin), limits.user),
            FlatLine(limits.still, 1e-9 * span),
            Spike(limits.spike, limits.spike_bad),
            RateOfChange(limits.rate, 0.5 * period),
        )
        self._total = 0
        self._last_time = -math.inf
        self._waiting = -1  # number of the last sample the spike check has yet to judge

    def update(self, block: Block) -> tuple[NDArray[np.uint8], tuple[tuple[int, int], ...]]:
        """Judge a block.

        Returns
        -------
        flags : ndarray (k,) uint8
            Worst flag of each sample so far.
        revised : tuple of (int, int)
            Number (from the first sample ever) and flag of earlier samples that turned out at least this bad.
        """
        rows = (block.times.tolist(), block.values.tolist(), block.arrival.tolist())
        flags = [_NOT_EVALUATED] * len(block)
        spoken, ordered = self._sort_out(rows[0], rows[1])
        self._run(self._late, range(len(block)), rows, flags)
        self._run(self._gap, spoken, _picked(rows, spoken), flags)
        revised: tuple[tuple[int, int], ...] = ()
        if ordered:
            sound = _picked(rows, ordered)
            for check in self._checks:
                earlier = self._run(check, ordered, sound, flags)
                if earlier > _GOOD and earlier != _NOT_EVALUATED and self._waiting >= 0:
                    revised = ((self._waiting, earlier),)
            self._waiting = self._total + ordered[-1]
        self._total += len(block)
        return np.array(flags, np.uint8), revised

    def _sort_out(self, times: list[float], values: list[float]) -> tuple[list[int], list[int]]:
        """Return the rows the gap check may see (in time or without a value) and those all checks may see (in time)."""
        spoken, ordered = [], []
        for i, (t, v) in enumerate(zip(times, values, strict=True)):
            if not math.isfinite(v):
                values[i] = math.nan
                spoken.append(i)
            elif t > self._last_time:
                self._last_time = t
                ordered.append(i)
                spoken.append(i)
        return spoken, ordered

    def _run(self, check: Check, picked: Sequence[int], rows: _Rows, flags: list[int]) -> int:
        """Run a check over some rows, worsen their flags, log its marks; return the flag of the sample before them."""
        out = check.update(*rows)
        for mark in out.marks:
            self.log.add(check.kind, mark)
        lag = check.lag
        for i, flag in zip(picked, out.flags[lag:] if lag else out.flags, strict=False):
            if flag != _GOOD or flags[i] == _NOT_EVALUATED:  # most samples are good
                flags[i] = worst(flags[i], flag)
        return out.flags[0] if lag else _GOOD

    def silence(self, now: float) -> Fault | None:
        """Return the gap that is open at `now` (s), or None."""
        mark = self._gap.silence(now)
        return None if mark is None else Fault(FaultKind.GAP, *mark)

    def faults(self, now: float) -> tuple[Fault, ...]:
        """Return every fault remembered, the open gap at `now` (s) included."""
        return (*self.log.all(), *self._open(now))

    def latest(self, now: float) -> tuple[Fault, ...]:
        """Return the last fault of each kind, the open gap at `now` (s) included."""
        return (*self.log.latest(), *self._open(now))

    def _open(self, now: float) -> tuple[Fault, ...]:
        gap = self.silence(now)
        return () if gap is None else (gap,)


def running(fault: Fault, now: float, hold: float) -> bool:
    """Return whether a fault counts as going on at `now`: up to `hold` seconds after it was last seen."""
    return now <= fault.end + hold


def known_channel(key: str) -> Channel | None:
    """Return the channel of a key such as ``"t11/ph"``, or None when the house does not know the quantity.

    >>> known_channel("t11/ph").quantity.unit, known_channel("t11/mood")
    ('pH', None)
    """
    quantity = QUANTITIES.get(key.rpartition("/")[2])
    return None if quantity is None else Channel(key, quantity)
