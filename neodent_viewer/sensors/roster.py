"""All that a tick brings, looked at in one go: which samples are well, or wrong as they were, is told without judging them.

A tick brings dozens of channels a handful of samples each. Asking every check of every channel about a handful costs nearly
as much as asking about a hundred, most of it for going from one object to the next. So what each channel allows
(`sensors.allowance`) stands here in arrays, and the samples of all channels are laid end to end. Samples of which the flag
is known so wait here until there are enough of them, or somebody asks: nothing that is found depends on how samples were cut
into blocks. All others are judged as they come.

Order: rows of channels that have changed are renewed -> extremes of all blocks -> comparisons -> samples kept -> who is told.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.sensors.allowance import Allowance
from neodent_viewer.sensors.check import BAD
from neodent_viewer.sensors.flagging import alike
from neodent_viewer.sensors.glance import Glance
from neodent_viewer.sensors.sample import Block, Float64
from neodent_viewer.sensors.timebase import ABSURD

#: blocks laid end to end at once, and samples of a block up to which that pays. Of more than 500
#: samples in all numpy lets other threads in, once an operation: a few dozen times a tick, and not once a channel
_AT_ONCE, LONGEST = 128, 64
#: samples of a channel that wait: at least, so that not all of a device's are judged in one tick, and at most
_LEAST, _MOST = 128, 256
_ROUNDING, _EACH_SIDE = 1e-12, 0.5

#: rows of limits, in the order of what is held against them (see `_Laid.held`): each is the most that may be
_LIMITS, _EDGE = 13, 3
#: rows behind them
_STATE = range(_LIMITS, _LIMITS + 5)
_TIME, _VALUE, _HEARD, _DELAY, _LEAST_STEP = _STATE
_LINE = slice(_STATE.stop, _STATE.stop + 4)
_STILL = slice(_LINE.stop, _LINE.stop + 4)
_NOISE = slice(_STILL.stop, _STILL.stop + 7)
_FLAG = _NOISE.stop
#: what is seen of samples that wait, together: how many there are, when and after which value they begin, their extremes, and
#: the flag they were told
_COUNT, _FIRST, _BEFORE, _LOWEST, _HIGHEST, _STRIDE, _SHORTEST, _LONGEST_STEP, _LATEST, _TOLD = range(
    _FLAG + 1, _FLAG + 11
)
_NOTHING = (0.0, 0.0, math.nan, math.inf, -math.inf, 0.0, math.inf, -math.inf, -math.inf, 0.0)
_ROWS = _TOLD + 1
#: rows that change when somebody is told
_NEWS = [_TIME, _VALUE, _HEARD, _DELAY, *range(_COUNT, _TOLD + 1)]


class Kept(NamedTuple):
    """A channel's samples (k,) that waited.

    Attributes
    ----------
    times : ndarray (k,) float64
        As they were sent (s).
    placed : ndarray (k,) float64
        On the program's clock (s).
    values, arrival : ndarray (k,) float64
    flag : int
        Of every sample.
    seen : Glance
    """

    times: Float64
    placed: Float64
    values: Float64
    arrival: Float64
    flag: int
    seen: Glance

    @property
    def flags(self) -> NDArray[np.uint8]:
        """The flag of each; nobody must write to them."""
        return alike(self.flag, len(self.times))


class Member(Protocol):
    """A channel, as far as it is known here."""

    row: int

    def allowance(self) -> Allowance:
        """Return what its next samples may look like; nothing waits."""

    def be_told(self, block: Block, placed: Float64, flag: int, time: float, value: float, arrived: float) -> None:
        """Hear that a block's samples have a flag, and wait.

        With their times (k,) on the program's clock (s), time and value of the last one, and when that arrived (s).
        """

    def settle(self) -> None:
        """Let nothing wait any more."""


class Roster:
    """Channels that share arrays."""

    def __init__(self) -> None:
        self._members: list[Member] = []
        self._table = np.zeros((_ROWS, 64))
        self._kept = np.zeros((4, 64, _MOST))
        self._changed: dict[int, Member] = {}

    def enlist(self, member: Member) -> None:
        """Give a channel a row."""
        row = len(self._members)
        if row == self._table.shape[1]:
            self._table = np.concatenate([self._table, np.zeros_like(self._table)], axis=1)
            self._kept = np.concatenate([self._kept, np.zeros_like(self._kept)], axis=1)
        member.row = row
        self._members.append(member)
        self.renew(member)

    def dismiss(self, member: Member) -> None:
        """Let go of a channel; the last one takes its row."""
        member.settle()
        last = self._members.pop()
        last.settle()
        self._changed.pop(last.row, None)
        if last is not member:
            last.row = member.row
            self._members[last.row] = last
            self.renew(last)
        member.row = -1

    def renew(self, member: Member) -> None:
        """Ask a channel anew what it allows before it is looked at again; by then nothing of it waits."""
        self._changed[member.row] = member

    def take(self, member: Member) -> Kept:
        """Return a channel's samples that wait, and let them wait no more."""
        row = member.row
        time, state = float(self._table[_TIME, row]), self._table[_COUNT:, row].tolist()
        count, first, before, low, high, step, shortest, longest, delay, flag = state
        seen = Glance(int(count), first, time, before, low, high, step, shortest, longest, delay)
        self._table[_COUNT:, row] = _NOTHING
        times, placed, values, arrival = self._kept[:, row, : int(count)].copy()
        return Kept(times, placed, values, arrival, int(flag), seen)

    def look(self, asked: Sequence[tuple[Member, Block]]) -> None:
        """Look at blocks of as many channels, and tell those whose samples' flags are known.

        Parameters
        ----------
        asked : sequence of (Member, Block)
            Each channel once, in the order in which they will hear of them, as the first thing they do; blocks are not empty
            and none is longer than `LONGEST`. Behind one that completes a bin nobody is told: what comes of that may be a
            word about another channel, and then its samples are to be judged by it.
        """
        self._renew()
        with np.errstate(invalid="ignore", divide="ignore"):
            for start in range(0, len(asked), _AT_ONCE):
                if self._look(asked[start : start + _AT_ONCE]):
                    return

    def _renew(self) -> None:
        if self._changed:
            rows = [_numbers(member.allowance()) for member in self._changed.values()]
            self._table[:, list(self._changed)] = np.array(rows).T
            self._changed.clear()

    def _look(self, part: Sequence[tuple[Member, Block]]) -> bool:
        """Look at some of them; return whether one completes a bin."""
        rows = np.array([member.row for member, _ in part])
        t = self._table[:, rows]
        laid = _Laid([block for _, block in part], t)
        run = laid.joined(t)
        still_since, still_calm, still_bad, tolerance = t[_STILL]
        calm = laid.end - still_since <= still_calm
        span = np.maximum(run[_HIGHEST], run[_BEFORE]) - np.minimum(run[_LOWEST], run[_BEFORE])
        bad = ~calm & (span <= tolerance) & (run[_FIRST] - still_since >= still_bad)
        run[_TOLD] = np.where(bad, float(BAD), t[_FLAG])
        known = (laid.held(t) <= t[:_LIMITS]).all(axis=0) & (calm | bad) & _is_quiet(t, run)
        known &= (run[_COUNT] <= _MOST) & ((t[_COUNT] == 0.0) | (t[_TOLD] == run[_TOLD]))
        completed = np.nonzero(~(laid.end <= t[_EDGE]))[0]
        known[completed[0] if len(completed) else len(part) :] = False
        told = np.nonzero(known)[0]
        if len(told):
            self._table[np.ix_(_NEWS, rows[told])] = run[_NEWS][:, told]
            self._keep(laid, rows, t[_COUNT], known)
            # where it is about to be unknown whether a value stands still, the check has to hear what it has done meanwhile
            stale = calm & (laid.end - still_since > 0.5 * still_calm)
            self._tell(part, laid, run, told, stale)
        return len(completed) > 0

    def _keep(self, laid: _Laid, rows: NDArray[np.int64], before: Float64, known: NDArray[np.bool_]) -> None:
        """Keep samples of channels behind those that wait already."""
        shift = rows * _MOST + before.astype(np.int64) - laid.starts
        at, of = np.arange(len(laid.times)) + np.repeat(shift, laid.sizes), np.repeat(known, laid.sizes)
        whole = bool(of.all())
        at = at if whole else at[of]
        for lane, column in zip(self._kept.reshape(4, -1), laid.columns, strict=True):
            lane[at] = column if whole else column[of]

    def _tell(
        self,
        part: Sequence[tuple[Member, Block]],
        laid: _Laid,
        run: Float64,
        told: NDArray[np.int64],
        stale: NDArray[np.bool_],
    ) -> None:
        columns = run[_TOLD].astype(np.int64), laid.end, laid.value, laid.arrived, run[_COUNT], stale
        each = zip(told.tolist(), *(column[told].tolist() for column in columns), strict=True)
        for i, flag, time, value, arrived, count, due in each:
            member, block = part[i]
            member.be_told(block, laid.placed_of(i, block), flag, time, value, arrived)
            # one more like it must find room; each channel's turn comes at another tick
            if due or count + len(block.times) > _LEAST + 11 * member.row % (_MOST - _LEAST):
                member.settle()


class _Laid:
    """Blocks of m channels laid end to end, and their extremes, each (m,); see `Glance`."""

    def __init__(self, blocks: Sequence[Block], t: Float64) -> None:
        sizes = [len(block.times) for block in blocks]
        self.sizes = np.array(sizes)
        ends = np.array(list(accumulate(sizes)))
        starts, last = ends - self.sizes, ends - 1
        self.starts = starts
        self.times = np.concatenate([block.times for block in blocks])
        values = np.concatenate([block.values for block in blocks])
        arrival = np.concatenate([block.arrival for block in blocks])
        line = t[_LINE]
        self._moved: NDArray[np.bool_] = np.any(line[:3] != 0.0, axis=0)
        placed = self.times
        if self._moved.any():
            shift, slid, slope, start = np.repeat(line, self.sizes, axis=1)
            placed = self.times + shift + (slid + slope * (arrival - start))  # as `timebase.SourceClock` has it
        passed, delay = np.empty_like(placed), arrival - placed
        np.subtract(placed[1:], placed[:-1], out=passed[1:])
        self.columns = self.times, placed, values, arrival
        self.first, self.end, self.value = placed[starts], placed[last], values[last]
        passed[starts] = self.first - t[_TIME]
        self.came, self.arrived = arrival[starts], arrival[last]
        self.low, self.high = np.minimum.reduceat(values, starts), np.maximum.reduceat(values, starts)
        self.shortest, self.longest = np.minimum.reduceat(passed, starts), np.maximum.reduceat(passed, starts)
        self.soonest, self.delay = np.minimum.reduceat(delay, starts), np.maximum.reduceat(delay, starts)
        self.step = np.maximum(self.high, t[_VALUE]) - np.minimum(self.low, t[_VALUE])

    def placed_of(self, i: int, block: Block) -> Float64:
        """Return the times of a block on the program's clock."""
        if not self._moved[i]:
            return block.times
        start = int(self.starts[i])
        return self.columns[1][start : start + len(block.times)]

    def held(self, t: Float64) -> Float64:
        """Return what is held against the limits (13, m): nothing of it may be more, or no number."""
        found = np.empty((_LIMITS, len(self.sizes)))
        found[0], found[1], found[2], found[3] = self.longest, self.first - t[_HEARD], self.delay, self.end
        np.negative(self.low, out=found[4])
        found[5], found[6] = self.high, self.step
        np.divide(self.step, np.maximum(self.shortest, t[_LEAST_STEP]), out=found[7])
        found[8] = np.maximum(self.delay, t[_DELAY]) - np.minimum(self.soonest, t[_DELAY])
        np.negative(self.came, out=found[9])
        found[10] = self.arrived
        np.negative(self.shortest, out=found[11])
        np.negative(self.soonest, out=found[12])
        return found

    def joined(self, t: Float64) -> Float64:
        """Return the rows of the table as they will be once these samples wait too (all rows, m)."""
        run, waits = np.empty_like(t), t[_COUNT] > 0.0
        run[_TIME], run[_VALUE], run[_HEARD], run[_DELAY] = self.end, self.value, self.end, self.arrived - self.end
        np.add(t[_COUNT], self.sizes, out=run[_COUNT])
        run[_FIRST] = np.where(waits, t[_FIRST], self.first)
        run[_BEFORE] = np.where(waits, t[_BEFORE], t[_VALUE])
        np.minimum(t[_LOWEST], self.low, out=run[_LOWEST])
        np.maximum(t[_HIGHEST], self.high, out=run[_HIGHEST])
        np.maximum(t[_STRIDE], self.step, out=run[_STRIDE])
        np.minimum(t[_SHORTEST], self.shortest, out=run[_SHORTEST])
        np.maximum(t[_LONGEST_STEP], self.longest, out=run[_LONGEST_STEP])
        np.maximum(t[_LATEST], self.delay, out=run[_LATEST])
        return run


def _numbers(allowed: Allowance) -> tuple[float, ...]:
    """Return a column of the table."""
    clock, noise = allowed.clock, allowed.noise
    limits = (
        *(
            allowed.wait,
            allowed.wait,
            min(allowed.late, ABSURD),
            allowed.edge,
            -allowed.low,
            allowed.high,
            allowed.step,
        ),
        *(allowed.rate, clock.apart, -clock.since, clock.until, math.nextafter(0.0, -1.0), ABSURD),
    )
    state = allowed.time, allowed.value, allowed.heard, clock.delay, allowed.least
    line = clock.shift, clock.slid, clock.slope, clock.start
    return (*limits, *state, *line, *allowed.still, *noise, float(allowed.flag), *_NOTHING)


def _is_quiet(t: Float64, run: Float64) -> NDArray[np.bool_]:
    """Return in which runs nothing can stand out, as `checks.outlier` has it."""
    lowest, highest, largest, bar, room, floor, leisure = t[_NOISE]
    count = run[_COUNT]
    bar = np.where(count <= room, bar, np.where(count <= leisure, floor, -1.0))
    low, high = np.minimum(lowest, run[_LOWEST]), np.maximum(highest, run[_HIGHEST])
    narrow = high - low + _ROUNDING * (np.abs(low) + np.abs(high)) <= bar
    return np.asarray(narrow | (np.maximum(run[_STRIDE], largest) <= _EACH_SIDE * bar))
