"""How good a channel has been: the worst flag of each second and of each minute, so that hours are painted like moments.

A column of a strip is made of few of those, however long the strip is. Seconds in which nobody spoke are told apart: within
the channel's patience they belong to the sample before, beyond it they are missing.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.sensors.channel import Flag
from neodent_viewer.sensors.sample import Float64

Flags = NDArray[np.uint8]
#: seconds a coarse bin covers; a column at least twice as wide is made of coarse ones
COARSE = 60
#: seconds remembered: three days, 260 kB a channel
MOST = 3 * 86_400
#: from good to worst as kept; 0 is nothing at all
_ORDER = (Flag.NOT_EVALUATED, Flag.GOOD, Flag.SUSPECT, Flag.BAD, Flag.MISSING)
_RANK = np.zeros(256, np.uint8)
_RANK[[int(flag) for flag in _ORDER]] = np.arange(1, len(_ORDER) + 1)
_FLAG = np.array([0, *map(int, _ORDER)], np.uint8)


class QualityStrip:
    """The flags of one channel over time, in seconds of the clock that its samples are placed on."""

    def __init__(self) -> None:
        self._start = 0  # second of the first fine bin, a multiple of COARSE
        self._fine = np.zeros(0, np.uint8)
        self._coarse = np.zeros(0, np.uint8)
        self.first, self.last = math.nan, math.nan  #: times (s) of the oldest and the youngest sample; NaN without any

    def add(self, times: Float64, flags: Flags) -> None:
        """Take samples in: finite times (k,) in s in any order, and their flags (k,); what is worse stays."""
        if not len(times):
            return
        if math.isnan(self.first):
            self._start = int(times.min() // COARSE) * COARSE
        self.first, self.last = float(np.fmin(self.first, times.min())), float(np.fmax(self.last, times.max()))
        self._reach(int(self.last) - self._start + 1)
        at = np.maximum(np.floor(times).astype(np.int64) - self._start, 0)
        ranks = _RANK[flags]
        np.maximum.at(self._fine, at, ranks)
        np.maximum.at(self._coarse, at // COARSE, ranks)

    def raise_flag(self, time: float, flag: int) -> None:
        """Make what was heard at a time (s) at least this bad; one that means nothing is let go."""
        if math.isfinite(time):
            self.add(np.array([time]), np.array([flag], np.uint8))

    def _reach(self, needed: int) -> None:
        """Make room for so many seconds; the oldest are forgotten beyond `MOST`."""
        if needed > MOST:
            gone = min(-(-(needed - MOST // 2) // COARSE), len(self._coarse)) * COARSE
            self._start += gone if gone < len(self._fine) else (needed - 1) // COARSE * COARSE
            self._fine, self._coarse = self._fine[gone:].copy(), self._coarse[gone // COARSE :].copy()
            needed = int(self.last) - self._start + 1
        if needed > len(self._fine):
            minutes = -(-max(needed, 2 * len(self._fine)) // COARSE)
            self._fine = np.concatenate([self._fine, np.zeros(minutes * COARSE - len(self._fine), np.uint8)])
            self._coarse = np.concatenate([self._coarse, np.zeros(minutes - len(self._coarse), np.uint8)])

    def columns(self, start: float, end: float, count: int, patience: float = 2.0) -> Flags:
        """Return the worst flag in each column of a strip.

        Parameters
        ----------
        start, end : float
            Seconds; the end is *now* or earlier, for silence up to it counts.
        count : int
        patience : float
            Seconds without a sample that are no silence yet.

        Returns
        -------
        flags : ndarray (count,) uint8
            QARTOD flags; 0 where nothing had been heard yet.
        """
        width = (end - start) / count
        before = min(count, math.ceil(patience / width) + 1)  # what was heard before the strip may reach into it
        edges = np.asarray(start + width * np.arange(-before, count + 1), np.float64)
        if math.isnan(self.first):
            return np.zeros(count, np.uint8)
        ranks = self._worst(edges, width)
        place = np.arange(len(ranks))
        heard = np.maximum.accumulate(np.where(ranks > 0, place, -1))
        silent = (ranks == 0) & (edges[1:] > self.first)
        carried = silent & (heard >= 0) & ((place - heard) * width <= patience + width)
        ranks[silent] = _RANK[Flag.MISSING]
        ranks[carried] = ranks[heard[carried]]
        return _FLAG[ranks[before:]]

    def _worst(self, edges: Float64, width: float) -> Flags:
        """Return the worst rank between neighbouring edges (c + 1,), 0 where there was nothing."""
        step, bins = (COARSE, self._coarse) if width >= 2 * COARSE else (1, self._fine)
        at = (edges - self._start) / step
        low = np.floor(at[:-1]).astype(np.int64)
        high = np.maximum(np.ceil(at[1:]).astype(np.int64), low + 1)
        inside = (high > 0) & (low < len(bins))
        low, high = np.clip(low, 0, len(bins)), np.clip(high, 0, len(bins))
        pairs = np.stack([low, np.maximum(high, low + 1)], axis=1).reshape(-1)
        worst: Flags = np.maximum.reduceat(np.append(bins, np.zeros(2, np.uint8)), pairs)[::2]
        return np.where(inside, worst, np.uint8(0))
