"""Stretches of samples that slow checks look at, cut by the samples' own times, so that blocks and ticks do not matter.

A bin is complete when the first sample behind its end arrives; what is said of it comes from all of its samples at once.
"""

from __future__ import annotations

import math
from array import array
from typing import NamedTuple

import numpy as np

#: samples a bin keeps at most: a flood must not fill the memory, and more tell nothing new
MOST = 4096
#: from so many on they are put in order as an array
_MANY = 96


class Bin(NamedTuple):
    """What the samples of one stretch of time amount to.

    Attributes
    ----------
    number : int
        Counted from time 0 in widths.
    start, end : float
        Times (s) between which its samples lie; the end is not in it.
    closed : float
        Arrival (s) of the sample that completed it.
    samples : int
    low, high, median : float
        In the channel's unit.
    """

    number: int
    start: float
    end: float
    closed: float
    samples: int
    low: float
    high: float
    median: float


class Binner:
    """Cuts a stream into bins.

    Parameters
    ----------
    width : float
        Seconds.
    """

    def __init__(self, width: float) -> None:
        self.width = width
        self._number = 0
        #: time (s) from which on a sample completes a bin; the first one opens a bin and closes none
        self.edge = -math.inf
        self._values = array("d")

    def update(self, times: list[float], values: list[float], arrival: list[float]) -> list[tuple[int, Bin]]:
        """Take samples (times rising); return the bins they complete, each with the row of the sample that did."""
        if times[-1] < self.edge and len(values) + len(self._values) <= MOST:
            self._values.fromlist(values)
            return []
        found = []
        row = 0
        edges = np.asarray(times)
        while row < len(times):
            if times[row] >= self.edge:
                if self._values:
                    found.append((row, self._close(arrival[row])))
                self._number = int(times[row] // self.width)
                self.edge = (self._number + 1) * self.width
            end = max(row + 1, int(np.searchsorted(edges, self.edge)))
            self._keep(values[row:end])
            row = end
        return found

    def _keep(self, values: list[float]) -> None:
        self._values.fromlist(values[: MOST - len(self._values)])

    def _close(self, arrival: float) -> Bin:
        values, self._values = self._values, array("d")
        start = self._number * self.width
        return Bin(self._number, start, start + self.width, arrival, len(values), *_extremes(values))


def _extremes(values: array[float]) -> tuple[float, float, float]:
    """Return least, greatest and median of some values."""
    count = len(values)
    low, high = (count - 1) // 2, count // 2
    if count >= _MANY:
        parted = np.partition(np.frombuffer(values), (0, low, high, count - 1))
        least, lower, upper, greatest = parted[[0, low, high, count - 1]].tolist()
        return least, greatest, 0.5 * (lower + upper)
    ordered = sorted(values)
    return ordered[0], ordered[-1], 0.5 * (ordered[low] + ordered[high])


def median_of(values: list[float]) -> float:
    """Return the median of a few numbers, NaN of none.

    >>> median_of([3.0, 1.0, 2.0, 9.0])
    2.5
    """
    ordered, count = sorted(values), len(values)
    return 0.5 * (ordered[(count - 1) // 2] + ordered[count // 2]) if count else float("nan")
