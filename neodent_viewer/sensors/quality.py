"""Quality of one channel as it streams in: placed in time, checked, the worst flag wins, findings join into faults.

Every sample gets its time on the program's clock and is judged for lateness; one without a finite value is missing; one older
than a sample already seen is marked and goes no further; the rest pass every check, then the bins that slow checks look at.
What comes out depends on the samples only, not on how they were cut into blocks; silence alone also depends on *now*.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.sensors.battery import Battery
from neodent_viewer.sensors.bins import Bin
from neodent_viewer.sensors.channel import QUANTITIES, Channel
from neodent_viewer.sensors.check import BAD, BAD_ENERGY, SUSPECT, SUSPECT_ENERGY, multiple
from neodent_viewer.sensors.fault import Fault, FaultKind, FaultLog, Mark
from neodent_viewer.sensors.flagging import Flagging, Flags, Said, worst
from neodent_viewer.sensors.glance import Glance, glance, glance_along
from neodent_viewer.sensors.sample import Block, Float64
from neodent_viewer.sensors.thresholds import LIMITS, Limits, changed_tests, limits_of
from neodent_viewer.sensors.timebase import ClockStatus, Place, SourceClock

__all__ = ["LIMITS", "ChannelQuality", "Limits", "known_channel", "limits_of", "running", "worst"]

#: blocks up to so many samples are cheaper as plain floats than as arrays: where every sample has to be looked at, and where
#: a glance is enough
_FEW, _MANY = 24, 128

#: times, values, arrival (k,)
_Rows = tuple[list[float], list[float], list[float]]


def _picked(rows: _Rows, picked: list[int]) -> _Rows:
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
    midnight : float or None
        A midnight on the program's clock (s), for what is usual by the time of day; None leaves that out.
    """

    def __init__(self, channel: Channel, limits: Limits | None = None, midnight: float | None = None) -> None:
        quantity = channel.quantity
        self.channel = channel
        self.limits = limits or limits_of(quantity)
        self.log = FaultLog(hold=max(1.2, 5.0 / quantity.rate))
        self.log.changed = changed_tests(self.limits, quantity)
        #: times (k,) of the last block on the program's clock; NaN where a time means nothing
        self.placed: Float64 = np.zeros(0)
        #: whether the last block brought what is younger than everything before it, one sample after the other
        self.orderly = False
        self._midnight = midnight
        self._clock = SourceClock(1.0 / quantity.rate, self.limits.jump)
        self._battery = Battery(channel, self.limits, midnight)
        self.gap = self._battery.gap  #: knows the channel's cadence, and so when it has been silent for too long
        # the last sample in order
        self._last_time, self._last_value = -math.inf, math.nan
        self._flagging = Flagging(self._battery.lag)

    def set_limits(self, limits: Limits, *, afresh: bool = False) -> None:
        """Judge by other thresholds from now on; checks begin afresh, faults and flags so far stand.

        With `afresh` they do so under the same thresholds too: values from now on are not to be held against earlier ones.
        """
        if limits == self.limits and not afresh:
            return
        self.limits, self.log.changed = limits, changed_tests(limits, self.channel.quantity)
        self._clock.jump = max(limits.jump, 3.0 / self.channel.quantity.rate)
        self._battery = Battery(self.channel, limits, self._midnight)
        self.gap = self._battery.gap
        self._flagging.afresh(self._battery.lag)

    # -- samples -----------------------------------------------------------------------------------------------------

    def update(self, block: Block) -> tuple[Flags, tuple[tuple[int, int], ...]]:
        """Judge a block.

        Returns
        -------
        flags : ndarray (k,) uint8
            Worst flag of each sample so far.
        revised : tuple of (int, int)
            Number (from the first sample ever) and flag of earlier samples that turned out at least this bad.
        """
        count = len(block.times)
        self._flagging.begin(count)
        self.placed, self.orderly = block.times, False
        if count > _MANY:
            placed = self._clock.calm(block.times, block.arrival)
            if placed is not None:
                self.placed = placed
                self._many(placed, block.values, block.arrival, 0)
            else:
                self._singly(block)
        elif count:
            times, arrival = block.times.tolist(), block.arrival.tolist()
            steady = self._clock.glide(times, arrival)
            if steady is not None:
                if steady is not times:
                    self.placed = np.array(steady)
                self._few((steady, block.values.tolist(), arrival), 0)
            else:
                self._singly(block)
        return self._flagging.found()

    def by_test(self) -> dict[str, Flags]:
        """Return test -> flags (k,) of the last block, as far as they were known when it was judged."""
        return self._flagging.by_test(self._battery.lags)

    @property
    def doubted(self) -> bool:
        """Whether the last block holds samples whose time means nothing or is in doubt."""
        return self._flagging.doubted

    def sure(self) -> NDArray[np.bool_]:
        """Return which samples (k,) of the last block have a time that can be relied on."""
        return self._flagging.sure()

    def verdicts(self) -> dict[str, int]:
        """Return test -> the last flag it gave, slow tests included; the clock is doubted as long as the last sample is."""
        return self._flagging.verdicts(self._battery.lags) | self._battery.states

    def clock(self) -> ClockStatus:
        """Return what is known of the sender's clock."""
        return self._clock.status()

    def _singly(self, block: Block) -> None:
        """Place sample by sample, and judge runs of samples whose clock is not in doubt."""
        clock = self._clock
        rows = (block.times.tolist(), block.values.tolist(), block.arrival.tolist())
        placed: list[float] = []
        start = 0
        for row, (time, arrival) in enumerate(zip(rows[0], rows[2], strict=True)):
            at, place = clock.place(time, arrival)
            placed.append(math.nan if place is Place.ABSURD else at)
            if place is Place.SURE and not clock.leaps and not clock.released:
                continue
            self._run((placed, rows[1], rows[2]), start, row)
            start = row if place is Place.SURE else row + 1
            self._hear_clock(at, arrival)
            if place is not Place.SURE:
                self._doubt(row, place, arrival)
        self._run((placed, rows[1], rows[2]), start, len(placed))
        self.placed = np.array(placed)

    def _hear_clock(self, time: float, arrival: float) -> None:
        """Log what the clock has found out: leaps, and samples that were late after all."""
        for taken, came in self._clock.released:
            for mark in self._battery.late.update([taken], [0.0], [came]).marks:
                self.log.add(FaultKind.LATE, mark)
        for leap in self._clock.leaps:
            margin = multiple(abs(leap.seconds), self._clock.jump)
            self.log.add(FaultKind.CLOCK_JUMP, Mark(leap.at, max(time, leap.at), leap.known, BAD_ENERGY, margin))
            self._battery.gap.resume(time, arrival)
        self._clock.released.clear()
        self._clock.leaps.clear()

    def _doubt(self, row: int, place: Place, arrival: float) -> None:
        """Mark a sample whose time cannot be told for now."""
        self._battery.gap.touch(arrival)
        absurd = place is Place.ABSURD
        flag, name = (BAD, "syntax") if absurd else (SUSPECT, "clock_jump")
        if absurd:
            self.log.add(FaultKind.SYNTAX, Mark(arrival, arrival, arrival, SUSPECT_ENERGY))
        self._flagging.doubt(row, name, flag)

    def _run(self, rows: _Rows, start: int, end: int) -> None:
        """Judge rows of the block whose times are sure."""
        if end - start > _MANY:
            self._as_arrays((rows[0][start:end], rows[1][start:end], rows[2][start:end]), start)
        elif end > start:
            self._few((rows[0][start:end], rows[1][start:end], rows[2][start:end]), start)

    def _as_arrays(self, rows: _Rows, first: int) -> None:
        times, values, arrival = (np.array(column) for column in rows)
        self._many(times, values, arrival, first)

    def _few(self, rows: _Rows, first: int) -> None:
        """Judge a few samples as plain floats; `first` is the row of the block they begin at."""
        times, values, arrival = rows
        battery = self._battery
        seen = glance(times, values, arrival, self._last_time, self._last_value)
        if seen is not None and battery.gap.calm(seen):
            self._glide(rows, first, seen)
            return
        if len(times) > _FEW:
            self._as_arrays(rows, first)
            return
        spoken, ordered = [], []
        late = self._battery.late.update(times, values, arrival)
        for i, (time, value) in enumerate(zip(times, values, strict=True)):
            if not math.isfinite(value):
                values[i] = math.nan
                spoken.append(i)
            elif time > self._last_time:
                self._last_time, self._last_value = time, value
                ordered.append(i)
                spoken.append(i)
            else:
                late.flags[i] = SUSPECT
        gap = self._battery.gap.update(*_picked(rows, spoken))
        for kind, marks in ((FaultKind.LATE, late.marks), (FaultKind.GAP, gap.marks)):
            if marks:
                self.log.add_few(kind, marks)
        # lateness is judged of every row, and first: from then on only what is not good need be told
        flagging, picked = self._flagging, ordered if not first else [row + first for row in ordered]
        flagging.first_say(Said("late", range(len(times)), 0, late.flags), first)
        flagging.settle_few(Said("gap", spoken, 0, gap.flags), [row + first for row in spoken])
        if ordered:
            for said in self._battery.few(*_picked(rows, ordered), self.log):
                flagging.settle_few(said, picked)
        flagging.count(len(times), ordered)

    def _glide(self, rows: _Rows, first: int, seen: Glance) -> None:
        """Judge a few samples that are in order and without a gap: only checks that are not calm speak."""
        times, values, arrival = rows
        battery, count = self._battery, seen.samples
        self._last_time, self._last_value = seen.last, values[-1]
        battery.gap.skip(times, values)
        battery.gap.touch(arrival[-1])
        said = battery.few(times, values, arrival, self.log, seen)
        if not battery.late.calm(seen):
            late = battery.late.update(times, values, arrival)
            self.log.add_few(FaultKind.LATE, late.marks)
            said.insert(0, Said("late", range(count), 0, late.flags))
        self._flagging.well(first, count, said)
        self.orderly = count == len(self._flagging)

    def _glide_along(self, rows: tuple[Float64, Float64, Float64], first: int, seen: Glance) -> None:
        """Do the same over arrays."""
        times, values, arrival = rows
        battery = self._battery
        self._last_time, self._last_value = seen.last, float(values[-1])
        battery.gap.skip(times.tolist(), ())
        battery.gap.touch(float(arrival[-1]))
        said = battery.many(times, values, arrival, self.log, seen)
        if not battery.late.calm(seen):
            late = battery.late.sweep(times, values, arrival)
            if late.marks is not None:
                self.log.add_marks(FaultKind.LATE, late.marks)
            said.insert(0, Said("late", np.arange(len(times)), 0, late.flags))
        self._flagging.well(first, len(times), said)
        self.orderly = len(times) == len(self._flagging)

    def _many(self, times: Float64, values: Float64, arrival: Float64, first: int) -> None:
        """Judge many samples (k,) as arrays."""
        seen = glance_along(times, values, arrival, self._last_time, self._last_value)
        if seen is not None and self._battery.gap.calm(seen):
            self._glide_along((times, values, arrival), first, seen)
            return
        finite = np.isfinite(values)
        heard = np.where(finite, times, -np.inf)
        before = np.maximum.accumulate(np.concatenate([[self._last_time], heard]))
        in_order = heard > before[:-1]
        self._last_time = float(before[-1])
        rows = [times, np.where(finite, values, np.nan), arrival]
        late = self._battery.late.sweep(times, values, arrival)
        late.flags[finite & ~in_order] = SUSPECT
        if late.marks is not None:
            self.log.add_marks(FaultKind.LATE, late.marks)
        self._flagging.settle_many(Said("late", np.arange(len(times)), 0, late.flags), first)
        spoken = np.nonzero(~finite | in_order)[0]
        if len(spoken):
            gap = self._battery.gap.sweep(rows[0][spoken], rows[1][spoken], rows[2][spoken])
            if gap.marks is not None:
                self.log.add_marks(FaultKind.GAP, gap.marks)
            self._flagging.settle_many(Said("gap", spoken, 0, gap.flags), first)
        ordered = np.nonzero(in_order)[0]
        if len(ordered):
            self._last_value = float(values[ordered[-1]])
            for said in self._battery.many(rows[0][ordered], rows[1][ordered], rows[2][ordered], self.log):
                said.rows = ordered
                self._flagging.settle_many(said, first)
        self._flagging.count(len(times), ordered[-self._battery.lag :].tolist())

    # -- faults ------------------------------------------------------------------------------------------------------

    def take_bins(self) -> list[Bin]:
        """Return the bins completed since they were last taken, for tests that look at several channels."""
        closed, self._battery.closed = self._battery.closed, []
        return closed

    def hear(self, name: str, flag: int, kind: FaultKind, mark: Mark | None) -> None:
        """Take in what a test of several channels says of this one; its flag holds until it says something else."""
        self._battery.stand(name, flag)
        if mark is not None:
            self.log.add(kind, mark, name)

    def silence(self, now: float) -> Fault | None:
        """Return the gap that is open at `now` (s), or None."""
        mark = self._battery.gap.silence(now)
        return None if mark is None else self.log.one(FaultKind.GAP, mark)

    def faults(self, now: float) -> tuple[Fault, ...]:
        """Return every fault remembered, the open gap at `now` (s) included."""
        gap = self.silence(now)
        return self.log.all() if gap is None else (*self.log.all(), gap)

    def latest(self, now: float) -> tuple[Fault, ...]:
        """Return the last fault of each kind, the open gap at `now` (s) included; slow ones last until they are over."""
        latest = self.log.latest()
        if latest and (standing := self._battery.kinds()):
            last = self._last_time
            latest = tuple(replace(f, end=max(f.end, last)) if f.kind in standing else f for f in latest)
        gap = self.silence(now)
        return latest if gap is None else (*latest, gap)


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
