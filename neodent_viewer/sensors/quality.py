"""Quality of one channel as it streams in: checks run over each block, the worst flag wins, findings join into faults.

Order for a block: samples that are not finite are missing; samples older than one already seen are judged for lateness
alone; the rest pass every check. What comes out depends on the samples only, not on how they were cut into blocks; silence
alone also depends on *now*.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.sensors.channel import QUANTITIES, Channel, Flag, Quantity
from neodent_viewer.sensors.check import BAD_ENERGY, Check
from neodent_viewer.sensors.checks.flat_line import FlatLine
from neodent_viewer.sensors.checks.gap import Gap
from neodent_viewer.sensors.checks.gross_range import GrossRange
from neodent_viewer.sensors.checks.late import Late
from neodent_viewer.sensors.checks.rate_of_change import RateOfChange
from neodent_viewer.sensors.checks.spike import Spike
from neodent_viewer.sensors.fault import Fault, FaultKind, FaultLog, Mark
from neodent_viewer.sensors.sample import Block

#: worst-wins order: a test that could not judge never hides one that could
_RANK: dict[int, int] = {Flag.NOT_EVALUATED: 0, Flag.GOOD: 1, Flag.SUSPECT: 2, Flag.BAD: 3, Flag.MISSING: 4}


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


def worst(flags: list[int]) -> int:
    """Return the flag that stands when several checks spoke.

    >>> worst([2, 1]), worst([1, 3, 2]), worst([4, 9])
    (1, 3, 9)
    """
    return max(flags, key=_RANK.__getitem__)


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
            RateOfChange(limits.rate),
            self._gap,
            self._late,
        )
        self._total = 0
        self._last_time = -np.inf
        self._waiting = -1  # number of the last sample the spike check has yet to judge

    def update(self, block: Block) -> tuple[NDArray[np.uint8], tuple[tuple[int, int], ...]]:
        """Judge a block.

        Returns
        -------
        flags : ndarray (k,) uint8
            Worst flag of each sample so far.
        revised : tuple of (int, int)
            Number (from the first sample ever) and flag of earlier samples that turned out worse.
        """
        times, values, arrival = block.times.tolist(), block.values.tolist(), block.arrival.tolist()
        flags = [int(Flag.MISSING)] * len(times)
        ordered = self._sort_out(times, values, arrival, flags)
        verdicts = self._judge(ordered, times, values, arrival, flags)
        self._total += len(times)
        return np.array(flags, np.uint8), verdicts

    def _sort_out(self, times: list[float], values: list[float], arrival: list[float], flags: list[int]) -> list[int]:
        """Settle missing and out-of-order samples; return the rows that every check may see."""
        ordered = []
        for i, (t, v) in enumerate(zip(times, values, strict=True)):
            if not -np.inf < v < np.inf:
                self.log.add(FaultKind.GAP, Mark(t, t, arrival[i], BAD_ENERGY))
            elif t > self._last_time:
                self._last_time = t
                ordered.append(i)
            else:
                self._run(self._late, [i], times, values, arrival, flags)
        return ordered

    def _judge(
        self, rows: list[int], times: list[float], values: list[float], arrival: list[float], flags: list[int]
    ) -> tuple[tuple[int, int], ...]:
        if not rows:
            return ()
        waiting = self._waiting
        revised: tuple[tuple[int, int], ...] = ()
        for i in rows:
            flags[i] = Flag.NOT_EVALUATED
        for check in self._checks:
            earlier = self._run(check, rows, times, values, arrival, flags)
            if earlier in (Flag.SUSPECT, Flag.BAD) and waiting >= 0:
                revised = ((waiting, earlier),)
        self._waiting = self._total + rows[-1]
        return revised

    def _run(
        self,
        check: Check,
        rows: list[int],
        times: list[float],
        values: list[float],
        arrival: list[float],
        flags: list[int],
    ) -> int:
        """Run one check over some rows, worsen their flags, log its marks; return the flag of the sample before them."""
        out = check.update([times[i] for i in rows], [values[i] for i in rows], [arrival[i] for i in rows])
        for mark in out.marks:
            self.log.add(check.kind, mark)
        earlier = out.flags[0] if check.lag else int(Flag.GOOD)
        for i, flag in zip(rows, out.flags[check.lag :], strict=False):
            flags[i] = worst([flags[i], flag])
        return earlier

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
