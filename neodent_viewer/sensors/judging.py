"""Judging the samples of one channel: placed in time, checked, the worst flag wins, findings join into faults.

Every sample gets its time on the program's clock and is judged for lateness; one without a finite value is missing; one older
than a sample already seen is marked and goes no further; the rest pass every check, then the bins that slow checks look at.
What comes out depends on the samples only, not on how they were cut into blocks.
"""

from __future__ import annotations

import math

import numpy as np

from neodent_viewer.sensors.allowance import Allowance
from neodent_viewer.sensors.battery import Battery
from neodent_viewer.sensors.channel import Channel
from neodent_viewer.sensors.check import BAD, BAD_ENERGY, SUSPECT, SUSPECT_ENERGY, multiple
from neodent_viewer.sensors.fault import FaultKind, FaultLog, Mark
from neodent_viewer.sensors.flagging import Flagging, Said
from neodent_viewer.sensors.glance import Glance, glance, glance_along
from neodent_viewer.sensors.roster import Kept
from neodent_viewer.sensors.sample import Block, Float64
from neodent_viewer.sensors.thresholds import Limits, changed_tests
from neodent_viewer.sensors.timebase import Place, SourceClock

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


class Judge:
    """Whatever judges one channel.

    Parameters
    ----------
    channel : Channel
    limits : Limits
    midnight : float or None
        A midnight on the program's clock (s), for what is usual by the time of day; None leaves that out.

    Attributes
    ----------
    sender : SourceClock
        The sender's clock.
    battery : Battery
        The checks.
    flagging : Flagging
        Flags of the last block.
    log : FaultLog
    placed : ndarray (k,) float64
        Times of the last block on the program's clock (s); NaN where a time means nothing.
    orderly : bool
        Whether it brought what is younger than everything before it, one sample after the other.
    time, value : float
        Of the last sample in order (s, the channel's unit).
    """

    def __init__(self, channel: Channel, limits: Limits, midnight: float | None) -> None:
        self._channel, self._midnight = channel, midnight
        self.log = FaultLog(hold=max(1.2, 5.0 / channel.quantity.rate))
        self.log.changed = changed_tests(limits, channel.quantity)
        self.sender = SourceClock(1.0 / channel.quantity.rate, limits.jump)
        self.battery = Battery(channel, limits, midnight)
        self.flagging = Flagging(self.battery.lag)
        self.placed: Float64 = np.zeros(0)
        self.orderly = False
        self.time, self.value = -math.inf, math.nan
        self._turns = 0  # of batteries that judge no more

    def set_limits(self, limits: Limits) -> None:
        """Judge by other thresholds from now on; checks begin afresh, faults and flags so far stand."""
        self.log.changed = changed_tests(limits, self._channel.quantity)
        self.sender.jump = max(limits.jump, 3.0 / self._channel.quantity.rate)
        self._turns += self.battery.turns + 1
        self.battery = Battery(self._channel, limits, self._midnight)
        self.flagging.afresh(self.battery.lag)

    @property
    def version(self) -> int:
        """Another number whenever the latest faults are others, or one is worse, or may go on no longer."""
        return self.log.version + self.battery.turns + self._turns

    def allowance(self) -> Allowance:
        """Return what the next samples may look like so that their flag is known."""
        return self.battery.allowance(self.time, self.value, self.sender.allowance(), self.log)

    def judge(self, block: Block) -> None:
        """Judge a block; what comes of it is in `flagging`, `placed` and `orderly`."""
        count = len(block.times)
        self.flagging.begin(count)
        self.placed, self.orderly = block.times, False
        if count > _MANY:
            placed = self.sender.calm(block.times, block.arrival)
            if placed is not None:
                self.placed = placed
                self._many(placed, block.values, block.arrival, 0)
            else:
                self._singly(block)
        elif count:
            times, arrival = block.times.tolist(), block.arrival.tolist()
            steady = self.sender.glide(times, arrival)
            if steady is not None:
                if steady is not times:
                    self.placed = np.array(steady)
                self._few((steady, block.values.tolist(), arrival), 0)
            else:
                self._singly(block)

    def follow(self, kept: Kept) -> None:
        """Judge samples of which the flag was known beforehand, and where they lie in time."""
        placed, arrival = kept.placed.tolist(), kept.arrival.tolist()
        self.sender.follow(kept.times.tolist(), placed, arrival)
        self.flagging.begin(len(placed))
        self._glide((placed, kept.values.tolist(), arrival), 0, kept.seen)

    def _singly(self, block: Block) -> None:
        """Place sample by sample, and judge runs of samples whose clock is not in doubt."""
        clock = self.sender
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
        for taken, came in self.sender.released:
            for mark in self.battery.late.update([taken], [0.0], [came]).marks:
                self.log.add(FaultKind.LATE, mark)
        for leap in self.sender.leaps:
            margin = multiple(abs(leap.seconds), self.sender.jump)
            self.log.add(FaultKind.CLOCK_JUMP, Mark(leap.at, max(time, leap.at), leap.known, BAD_ENERGY, margin))
            self.battery.gap.resume(time, arrival)
        self.sender.released.clear()
        self.sender.leaps.clear()

    def _doubt(self, row: int, place: Place, arrival: float) -> None:
        """Mark a sample whose time cannot be told for now."""
        self.battery.gap.touch(arrival)
        absurd = place is Place.ABSURD
        flag, name = (BAD, "syntax") if absurd else (SUSPECT, "clock_jump")
        if absurd:
            self.log.add(FaultKind.SYNTAX, Mark(arrival, arrival, arrival, SUSPECT_ENERGY))
        self.flagging.doubt(row, name, flag)

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
        battery = self.battery
        seen = glance(times, values, arrival, self.time, self.value)
        if seen is not None and battery.gap.calm(seen):
            self._glide(rows, first, seen)
            return
        if len(times) > _FEW:
            self._as_arrays(rows, first)
            return
        spoken, ordered = [], []
        late = self.battery.late.update(times, values, arrival)
        for i, (time, value) in enumerate(zip(times, values, strict=True)):
            if not math.isfinite(value):
                values[i] = math.nan
                spoken.append(i)
            elif time > self.time:
                self.time, self.value = time, value
                ordered.append(i)
                spoken.append(i)
            else:
                late.flags[i] = SUSPECT
        gap = self.battery.gap.update(*_picked(rows, spoken))
        for kind, marks in ((FaultKind.LATE, late.marks), (FaultKind.GAP, gap.marks)):
            if marks:
                self.log.add_few(kind, marks)
        # lateness is judged of every row, and first: from then on only what is not good need be told
        flagging, picked = self.flagging, ordered if not first else [row + first for row in ordered]
        flagging.first_say(Said("late", range(len(times)), 0, late.flags), first)
        flagging.settle_few(Said("gap", spoken, 0, gap.flags), [row + first for row in spoken])
        if ordered:
            for said in self.battery.few(*_picked(rows, ordered), self.log):
                flagging.settle_few(said, picked)
        flagging.count(len(times), ordered)

    def _glide(self, rows: _Rows, first: int, seen: Glance) -> None:
        """Judge a few samples that are in order and without a gap: only checks that are not calm speak."""
        times, values, arrival = rows
        battery, count = self.battery, seen.samples
        self.time, self.value = seen.last, values[-1]
        battery.gap.skip(times, values)
        battery.gap.touch(arrival[-1])
        said = battery.few(times, values, arrival, self.log, seen)
        if not battery.late.calm(seen):
            late = battery.late.update(times, values, arrival)
            self.log.add_few(FaultKind.LATE, late.marks)
            said.insert(0, Said("late", range(count), 0, late.flags))
        self.flagging.well(first, count, said)
        self.orderly = count == len(self.flagging)

    def _glide_along(self, rows: tuple[Float64, Float64, Float64], first: int, seen: Glance) -> None:
        """Do the same over arrays."""
        times, values, arrival = rows
        battery = self.battery
        self.time, self.value = seen.last, float(values[-1])
        battery.gap.skip(times.tolist(), ())
        battery.gap.touch(float(arrival[-1]))
        said = battery.many(times, values, arrival, self.log, seen)
        if not battery.late.calm(seen):
            late = battery.late.sweep(times, values, arrival)
            if late.marks is not None:
                self.log.add_marks(FaultKind.LATE, late.marks)
            said.insert(0, Said("late", np.arange(len(times)), 0, late.flags))
        self.flagging.well(first, len(times), said)
        self.orderly = len(times) == len(self.flagging)

    def _many(self, times: Float64, values: Float64, arrival: Float64, first: int) -> None:
        """Judge many samples (k,) as arrays."""
        seen = glance_along(times, values, arrival, self.time, self.value)
        if seen is not None and self.battery.gap.calm(seen):
            self._glide_along((times, values, arrival), first, seen)
            return
        finite = np.isfinite(values)
        heard = np.where(finite, times, -np.inf)
        before = np.maximum.accumulate(np.concatenate([[self.time], heard]))
        in_order = heard > before[:-1]
        self.time = float(before[-1])
        rows = [times, np.where(finite, values, np.nan), arrival]
        late = self.battery.late.sweep(times, values, arrival)
        late.flags[finite & ~in_order] = SUSPECT
        if late.marks is not None:
            self.log.add_marks(FaultKind.LATE, late.marks)
        self.flagging.settle_many(Said("late", np.arange(len(times)), 0, late.flags), first)
        spoken = np.nonzero(~finite | in_order)[0]
        if len(spoken):
            gap = self.battery.gap.sweep(rows[0][spoken], rows[1][spoken], rows[2][spoken])
            if gap.marks is not None:
                self.log.add_marks(FaultKind.GAP, gap.marks)
            self.flagging.settle_many(Said("gap", spoken, 0, gap.flags), first)
        ordered = np.nonzero(in_order)[0]
        if len(ordered):
            self.value = float(values[ordered[-1]])
            for said in self.battery.many(rows[0][ordered], rows[1][ordered], rows[2][ordered], self.log):
                said.rows = ordered
                self.flagging.settle_many(said, first)
        self.flagging.count(len(times), ordered[-self.battery.lag :].tolist())
