"""Least and greatest values over stretches of a long series, so that hours are drawn as fast as seconds.

Every level halves the one below and keeps the least and the greatest of each pair; only complete pairs are kept, so appending
costs O(1) a sample. A stretch is put together from at most two nodes a level, bottom up, for all columns of a plot at once.
When there are more leaves than are to be kept, two become one: the whole history stays, at half the detail.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.sensors.sample import Float64

Index = NDArray[np.intp]
#: leaves before a stretch that are told with it, so that it can be seen what is usual there
_LEAD = 10


class _Column:
    """An array that grows."""

    __slots__ = ("_array", "size")

    def __init__(self) -> None:
        self._array = np.zeros(64)
        self.size = 0

    @property
    def view(self) -> Float64:
        return self._array[: self.size]

    def extend(self, values: Float64) -> None:
        needed = self.size + len(values)
        if needed > len(self._array):
            grown = np.zeros(max(needed, 2 * len(self._array)))
            grown[: self.size] = self.view
            self._array = grown
        self._array[self.size : needed] = values
        self.size = needed


class Pyramid:
    """The history of one channel, append-only.

    Parameters
    ----------
    most : int
        Leaves kept; beyond that detail is halved. 131,072 are 36 minutes of a force sensor, or 36 hours of a pH one, sample
        by sample, in 10 MB at most.
    """

    def __init__(self, most: int = 1 << 17) -> None:
        self._most = most
        self._stride = 1  # samples a leaf
        self._start()
        self._rest: tuple[Float64, Float64] = (np.zeros(0), np.zeros(0))  # times, values of a leaf that is not full
        self._last = -np.inf
        self.samples = 0  #: ever appended

    def _start(self) -> None:
        self._times = _Column()
        self._low: list[_Column] = [_Column()]
        self._high: list[_Column] = [_Column()]

    @property
    def detail(self) -> int:
        """How many samples share one leaf: 1 until there are more than are kept."""
        return self._stride

    @property
    def span(self) -> tuple[float, float]:
        """First and last time (s); NaN twice while it is empty."""
        if not self.samples:
            return np.nan, np.nan
        first = self._times.view[0] if self._times.size else self._rest[0][0]
        return float(first), float(self._last)

    def append(self, times: Float64, values: Float64) -> None:
        """Add samples (k,) at the end: seconds, and values in any unit, NaN for none.

        A sample older than one before it lies where that one lies: a plot of hours does not show it, and order is kept.
        """
        if not len(times):
            return
        placed = np.maximum(np.maximum.accumulate(times), self._last)
        self._last = float(placed[-1])
        self.samples += len(times)
        held = np.concatenate([self._rest[0], placed]), np.concatenate([self._rest[1], np.asarray(values, np.float64)])
        full = len(held[0]) // self._stride * self._stride
        self._rest = held[0][full:].copy(), held[1][full:].copy()
        leaves = held[1][:full].reshape(-1, self._stride)
        self._add(held[0][: full : self._stride], np.fmin.reduce(leaves, axis=1), np.fmax.reduce(leaves, axis=1))
        while self._times.size > self._most:
            self._coarsen()

    def _add(self, times: Float64, low: Float64, high: Float64) -> None:
        self._times.extend(times)
        self._low[0].extend(low)
        self._high[0].extend(high)
        level = 0
        while self._low[level].size >= 2:
            level += 1
            if level == len(self._low):
                self._low.append(_Column())
                self._high.append(_Column())
            done, whole = self._low[level].size, self._low[level - 1].size // 2
            if done == whole:
                return
            rows = slice(2 * done, 2 * whole)
            below, above = self._low[level - 1].view[rows], self._high[level - 1].view[rows]
            self._low[level].extend(np.fmin(below[::2], below[1::2]))
            self._high[level].extend(np.fmax(above[::2], above[1::2]))

    def _coarsen(self) -> None:
        """Let two leaves become one; one that is left over waits with the samples of a leaf that is not full."""
        whole = self._times.size // 2
        times, low, high = self._times.view, self._low[0].view, self._high[0].view
        kept = times[: 2 * whole : 2].copy(), self._low[1].view[:whole].copy(), self._high[1].view[:whole].copy()
        if self._times.size % 2:
            # what is known of the odd leaf are its extremes; they stand for its samples
            left = np.full(self._stride, low[-1])
            left[-1] = high[-1] if self._stride > 1 else left[-1]
            self._rest = (
                np.concatenate([np.full(self._stride, times[-1]), self._rest[0]]),
                np.concatenate([left, self._rest[1]]),
            )
        self._stride *= 2
        self._start()
        self._add(*kept)

    # -- asking ------------------------------------------------------------------------------------------------------

    def columns(self, start: float, end: float, count: int) -> tuple[Float64, Float64]:
        """Return the least and the greatest value in each column of a plot.

        Parameters
        ----------
        start, end : float
            Seconds; column j is [start + j w, start + (j + 1) w) with w = (end - start) / count, the last one with its end.
        count : int

        Returns
        -------
        low, high : ndarray (count,) float64
            NaN where no value lies in a column. With `detail` above 1 a leaf counts where it begins.
        """
        edges = np.linspace(start, end, count + 1)
        edges[-1] = np.nextafter(end, np.inf)
        times = np.append(self._times.view, self._rest[0])
        at = np.searchsorted(times, edges)
        leaves = self._times.size
        low, high = self._extremes(np.minimum(at[:-1], leaves), np.minimum(at[1:], leaves))
        if at[-1] > leaves:  # samples of the leaf that is not full, fewer than a stride
            column = np.searchsorted(at, np.arange(leaves, at[-1]), side="right") - 1
            inside = column >= 0
            values = self._rest[1][: at[-1] - leaves][inside]
            np.fmin.at(low, column[inside], values)
            np.fmax.at(high, column[inside], values)
        return low, high

    def leaves(self, start: float, end: float) -> tuple[Float64, Float64]:
        """Return times (s) and least values (k,) of what lies between, with a few leaves before and the one behind.

        They are samples while `detail` is 1; beyond that one stands for so many, at the time of its first.
        """
        times = np.append(self._times.view, self._rest[0][:: self._stride])
        values = np.append(self._low[0].view, self._rest[1][:: self._stride])
        first = max(int(np.searchsorted(times, start)) - _LEAD, 0)
        last = int(np.searchsorted(times, end, side="right"))
        return times[first : last + 1], values[first : last + 1]

    def begins(self, time: float) -> float:
        """Return the time (s) at which the leaf that reaches to `time` begins, or `time` itself where none does."""
        if self._stride == 1 or not self._times.size:
            return time
        at = int(np.searchsorted(self._times.view, time, side="right")) - 1
        # not included: a stretch begins after its first time
        return time if at < 0 else min(time, float(np.nextafter(self._times.view[at], -np.inf)))

    def columns_until(self, start: float, end: float, count: int, now: float) -> tuple[Float64, Float64]:
        """Return `columns` as they were at `now` (s): nothing lies behind it yet."""
        if now >= end:
            return self.columns(start, end, count)
        low, high = np.full(count, np.nan), np.full(count, np.nan)
        width = (end - start) / count
        full = int(np.clip((now - start) / width, 0, count))
        if full:
            low[:full], high[:full] = self.columns(start, start + full * width, full)
        if full < count and now > start + full * width:
            low[full : full + 1], high[full : full + 1] = self.columns(start + full * width, now, 1)
        return low, high

    def _extremes(self, first: Index, last: Index) -> tuple[Float64, Float64]:
        """Return least and greatest of leaves [first, last) (c,)."""
        low, high = np.full(len(first), np.nan), np.full(len(first), np.nan)
        left, right = first.copy(), last.copy()
        for lows, highs in zip(self._low, self._high, strict=True):
            if not (left < right).any():
                break
            odd = np.nonzero((left < right) & (left % 2 == 1))[0]
            self._take(low, high, odd, lows, highs, left[odd])
            left[odd] += 1
            odd = np.nonzero((left < right) & (right % 2 == 1))[0]
            right[odd] -= 1
            self._take(low, high, odd, lows, highs, right[odd])
            left, right = left // 2, right // 2
        return low, high

    @staticmethod
    def _take(
        low: Float64,
        high: Float64,
        columns: Index,
        lows: _Column,
        highs: _Column,
        nodes: Index,
    ) -> None:
        if len(columns):
            low[columns] = np.fmin(low[columns], lows.view[nodes])
            high[columns] = np.fmax(high[columns], highs.view[nodes])
