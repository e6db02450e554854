"""Outlier: one sample that stands out of the noise its own channel usually has.

QARTOD test 6 in its adaptive form (threshold of so many standard deviations). A sample is compared with the mean of its two
neighbours, which follows a fast sway such as breath, and with the mean of the three before and the three after it, which
stands firmer in plain noise; either may speak. The mean of the six before and the three after it stands firmer still, but a
sway carries it away: it speaks only where the second nearly does. The spread of each difference is learnt in blocks of 64
samples and forgotten over the last few hundred, a difference counting at most three times the spread known so far, so that
spikes do not raise their own bar. As with `checks.spike` it must leave both its neighbours the same way: steps, kinks and
slopes stay good. What a spike has to exceed is never less than a floor, the detail a mouth can show between two samples.
"""

from __future__ import annotations

import math
from array import array as packed
from collections.abc import Sequence
from operator import sub
from typing import Any, ClassVar

import numpy as np

from neodent_viewer.sensors.allowance import NoiseAllowance
from neodent_viewer.sensors.check import GOOD, NOT_EVALUATED, SUSPECT, SUSPECT_ENERGY, Outcome, Swept, multiple, swept
from neodent_viewer.sensors.fault import FaultKind, Mark
from neodent_viewer.sensors.glance import Glance
from neodent_viewer.sensors.sample import Float64

#: neighbours on each side, and before a sample at the longest look; samples a spread is learnt from at once, and how much
#: of the spread each such block replaces
_SIDE, _PAST, _BLOCK, _SHARE = 3, 6, 64, 0.2
#: samples before the next one that it is held against
_BEFORE = _PAST + _SIDE
#: samples beyond the first that teach a new threshold after which it is learnt, where it may wait: fewer than 500 in all, of
#: which numpy would let other threads in, and a tick might then wait long for its turn
_ENOUGH = 128
#: by how much of its values a difference may be rounded, and more
_ROUNDING = 1e-12
#: a difference counts at most this many spreads; the step to either neighbour must be this share of it
_CLIP, _EACH_SIDE = 3.0, 0.5
#: the longest look speaks only where the middle one nearly does
_NEARLY = 0.9


class _Spread:
    """How much a difference usually varies, and the threshold that follows."""

    def __init__(self, sigmas: float, floor: float) -> None:
        self.sigmas = sigmas
        self.floor = floor
        self.threshold = math.inf
        self._variance = math.nan
        self._differences: list[float] = []

    def room(self) -> int:
        """Return how many differences are missing until it learns."""
        return _BLOCK - len(self._differences)

    def take(self, differences: list[float]) -> None:
        """Take in at most `room` differences; a full block renews the threshold. `fsum` makes their order not matter."""
        self._differences += differences
        if len(self._differences) == _BLOCK:
            full, self._differences = np.array(self._differences), []
            self._renew(full * full)

    def take_many(self, differences: Float64) -> None:
        """Take in differences (k,), however many, of which none is held against the thresholds in between."""
        if (room := self.room()) < _BLOCK:
            self.take(differences[:room].tolist())
            differences = differences[room:]
        whole = len(differences) // _BLOCK * _BLOCK
        if whole:
            squares = differences[:whole] * differences[:whole]
            if math.isnan(self._variance) or float(squares.max()) > _CLIP**2 * (self.floor / self.sigmas) ** 2:
                for start in range(0, whole, _BLOCK):
                    self._renew(squares[start : start + _BLOCK])
            else:  # nothing is clipped, whatever the spread
                plain = squares.tolist()
                for start in range(0, whole, _BLOCK):
                    self._follow(math.fsum(plain[start : start + _BLOCK]) / _BLOCK)
        self.take(differences[whole:].tolist())

    def _renew(self, squares: Float64) -> None:
        if math.isnan(self._variance):
            # the first block knows no spread yet: what two thirds of a bell stay within stands for it
            cap = _CLIP**2 * sorted(squares.tolist())[int(0.68 * _BLOCK)]
            self._variance = math.fsum(np.minimum(squares, cap).tolist()) / _BLOCK
            self._follow(self._variance)
        else:
            cap = _CLIP**2 * max(self._variance, (self.floor / self.sigmas) ** 2)
            self._follow(math.fsum(np.minimum(squares, cap).tolist()) / _BLOCK)

    def _follow(self, clipped: float) -> None:
        self._variance += _SHARE * (clipped - self._variance)
        self.threshold = max(self.floor, self.sigmas * math.sqrt(self._variance))


class Outlier:
    """Judges each sample once three more are here.

    Parameters
    ----------
    sigmas : float
        Standard deviations that are suspect.
    floor : float
        Never suspect below this, in the channel's unit.
    leisure : int
        Samples for which a new threshold may wait where it can: it is learnt from many at a time.
    """

    name: ClassVar[str] = "outlier"
    kind: ClassVar[FaultKind] = FaultKind.SPIKE
    lag: ClassVar[int] = _SIDE

    def __init__(self, sigmas: float, floor: float, leisure: int = 0) -> None:
        self.floor, self.leisure = floor, leisure
        self._near, self._wide, self._long = _Spread(sigmas, floor), _Spread(sigmas, floor), _Spread(sigmas, floor)
        # the values that the next sample is held against, oldest first, and behind them those that were let pass and have
        # yet to teach the spreads
        self._values = packed("d", [math.nan] * _BEFORE)
        self._times = [math.nan] * _SIDE
        self._bar, self._room = math.inf, _BLOCK  # the lowest threshold, and samples until there should be another one

    def update(self, times: Sequence[float], values: Sequence[float], arrival: Sequence[float]) -> Outcome:
        """Judge the samples three before the next ones: piece by piece, as far as one threshold holds."""
        if self._bar == math.inf:
            return self._each(times, values, arrival)
        if self._room <= 0:
            self._learn()
        out, start = Outcome([]), 0
        while start < len(times):
            rows = slice(start, start + self._room)
            start += self._room
            piece = values[rows]
            step = max(map(abs, map(sub, piece, (self._values[-1], *piece))))
            if self._is_calm(min(piece), max(piece), step, self._bar):
                out.flags += [GOOD] * len(piece)
                self.skip(times[rows], piece)
            else:
                found = self._each(times[rows], piece, arrival[rows])
                out.flags += found.flags
                out.marks += found.marks
            if not self._room:
                self._learn()
        return out

    def _each(self, times: Sequence[float], values: Sequence[float], arrival: Sequence[float]) -> Outcome:
        """Judge sample by sample."""
        self._learn()
        near, wide, long = self._near, self._wide, self._long
        flags: list[int] = []
        marks: list[Mark] = []
        room = near.room()
        r1s: list[float] = []
        r3s: list[float] = []
        r9s: list[float] = []
        x0, x1, x2, x3, x4, x5, x6, x7, x8 = self._values
        for at, v, a in zip((*self._times, *times), values, arrival, strict=False):
            up, down = x6 - x5, x6 - x7
            r1 = 0.5 * (up + down)
            around = x3 + x4 + x5 + x7 + x8 + v
            r3 = x6 - around / 6.0
            r9 = x6 - (around + x0 + x1 + x2) / 9.0
            known = x0 == x0
            x0, x1, x2, x3, x4, x5, x6, x7, x8 = x1, x2, x3, x4, x5, x6, x7, x8, v
            if not known:
                flags.append(NOT_EVALUATED)
                continue
            flags.append(GOOD)
            r1s.append(r1)
            r3s.append(r3)
            r9s.append(r9)
            h1, h3, h9 = abs(r1), abs(r3), abs(r9)
            if h1 > near.threshold or h3 > wide.threshold or h9 > long.threshold:
                out_by = max(
                    h1 if h1 > near.threshold else 0.0,
                    h3 if h3 > wide.threshold else 0.0,
                    h9 if h9 > long.threshold and h3 > _NEARLY * wide.threshold else 0.0,
                )
                if out_by and up * down > 0 and min(abs(up), abs(down)) > _EACH_SIDE * out_by:
                    flags[-1] = SUSPECT
                    margin = max(
                        multiple(h1, near.threshold) if h1 > near.threshold else 0.0,
                        multiple(h3, wide.threshold) if h3 > wide.threshold else 0.0,
                        multiple(h9, long.threshold) if h9 > long.threshold else 0.0,
                    )
                    marks.append(Mark(at, at, a, SUSPECT_ENERGY, margin))
            elif near.threshold == math.inf:
                flags[-1] = NOT_EVALUATED
            if len(r1s) == room:
                self._take(r1s, r3s, r9s)
                r1s, r3s, r9s, room = [], [], [], near.room()
        self._take(r1s, r3s, r9s)
        self._values = packed("d", (x0, x1, x2, x3, x4, x5, x6, x7, x8))
        self._times = [*self._times, *times][-_SIDE:]
        return Outcome(flags, marks)

    def _take(self, near: list[float], wide: list[float], long: list[float]) -> None:
        """Teach the spreads at most as many differences as there is room for."""
        self._near.take(near)
        self._wide.take(wide)
        self._long.take(long)
        self._note_thresholds()

    def _note_thresholds(self) -> None:
        self._room = self._near.room()
        self._bar = min(self._near.threshold, self._wide.threshold, self._long.threshold)

    def _learn(self) -> None:
        """Teach the spreads what was let pass."""
        if len(self._values) > _BEFORE:
            found = _differences(np.frombuffer(self._values))[2:]
            self._values = self._values[-_BEFORE:]
            for spread, differences in zip((self._near, self._wide, self._long), found, strict=True):
                spread.take_many(differences)
            self._note_thresholds()

    def calm(self, seen: Glance) -> bool:
        """Return whether nothing can stand out.

        Where a new threshold should begin to hold among the samples seen it may still wait: it is never below the floor.
        """
        if seen.samples < self._room:
            return self._bar < math.inf and self._is_calm(seen.low, seen.high, seen.step, self._bar)
        waits = self._bar < math.inf and seen.samples < self._room + self.leisure
        return waits and self._is_calm(seen.low, seen.high, seen.step, self.floor)

    def _is_calm(self, low: float, high: float, step: float, bar: float) -> bool:
        """Return whether nothing can stand out by `bar` of so narrow a range, or in steps so small.

        No difference is larger than the range of what it is made of, and what stands out must leave both its neighbours by
        half of what it stands out by.
        """
        before = self._values[-_BEFORE:]
        low, high = min(low, *before), max(high, *before)
        if high - low + _ROUNDING * (abs(low) + abs(high)) <= bar:
            return True
        steps = (abs(before[-3] - before[-4]), abs(before[-2] - before[-3]), abs(before[-1] - before[-2]))
        return max(step, *steps) <= _EACH_SIDE * bar

    def allowance(self) -> NoiseAllowance:
        """Return what `calm` looks at."""
        if self._bar == math.inf:
            return NoiseAllowance(room=0.0, leisure=0.0)
        before = self._values[-_BEFORE:]
        step = max(abs(before[-3] - before[-4]), abs(before[-2] - before[-3]), abs(before[-1] - before[-2]))
        room, waits = self._room - 1, self._room + self.leisure - 1
        return NoiseAllowance(min(before), max(before), step, self._bar, room, self.floor, waits)

    def skip(self, times: Sequence[float], values: Sequence[float]) -> None:
        """Keep them: every sample teaches the spreads, when their turn comes."""
        self._values.extend(values)
        count = len(times)
        self._times = list(times[-_SIDE:]) if count >= _SIDE else [*self._times, *times][-_SIDE:]
        self._room -= count
        if self._room < -_ENOUGH:
            self._learn()

    def __getstate__(self) -> dict[str, Any]:
        self._learn()  # what is kept of it shall be short
        return self.__dict__

    def bounds(self) -> None:
        """Return none: every sample counts."""

    def sweep(self, times: Float64, values: Float64, arrival: Float64) -> Swept:
        """Judge the samples three before the next ones (k,)."""
        self._learn()
        x = np.concatenate([self._values, values])
        taken = np.concatenate([self._times, times])
        n = len(values)
        up, down, r1, r3, r9 = _differences(x)
        first = int(np.isnan(x[:n]).sum())
        low, high = self._thresholds(r1, first, self._near), self._thresholds(r3, first, self._wide)
        highest = self._thresholds(r9, first, self._long)
        h1, h3, h9 = np.abs(r1), np.abs(r3), np.abs(r9)
        out_by = np.maximum(np.where(h1 > low, h1, 0.0), np.where(h3 > high, h3, 0.0))
        out_by = np.maximum(out_by, np.where((h9 > highest) & (h3 > _NEARLY * high), h9, 0.0))
        both = np.where(up * down > 0, np.minimum(np.abs(up), np.abs(down)), 0.0)
        flags = np.full(n, GOOD, np.uint8)
        flags[np.isinf(low)] = NOT_EVALUATED
        flags[(out_by > 0) & (both > _EACH_SIDE * out_by)] = SUSPECT
        self._values, self._times = packed("d", x[n:].tolist()), taken[n:].tolist()
        self._note_thresholds()
        margin = np.zeros(n)
        for row in np.nonzero(flags == SUSPECT)[0]:
            looks = ((h1, low), (h3, high), (h9, highest))
            margin[row] = max(multiple(h[row], bar[row]) if h[row] > bar[row] else 0.0 for h, bar in looks)
        return swept(flags, taken[:n], taken[:n], arrival, margin)

    def _thresholds(self, r: Float64, first: int, spread: _Spread) -> Float64:
        """Return the threshold (k,) that holds for each difference from row `first` on, learning from them on the way."""
        threshold = np.full(len(r), np.inf)
        row = first
        while row < len(r):
            end = min(len(r), row + spread.room())
            threshold[row:end] = spread.threshold
            spread.take(r[row:end].tolist())
            row = end
        return threshold


def _differences(x: Float64) -> tuple[Float64, Float64, Float64, Float64, Float64]:
    """Return steps from both neighbours, and the three differences, of all samples (k,) but those at the ends of `x`."""
    n = len(x) - _BEFORE
    s = [x[i : i + n] for i in range(_BEFORE + 1)]
    up, down = s[6] - s[5], s[6] - s[7]
    around = s[3] + s[4] + s[5] + s[7] + s[8] + s[9]
    return up, down, 0.5 * (up + down), s[6] - around / 6.0, s[6] - (around + s[0] + s[1] + s[2]) / 9.0
