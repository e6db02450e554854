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
from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from neodent_viewer.sensors.check import GOOD, NOT_EVALUATED, SUSPECT, SUSPECT_ENERGY, Outcome, Swept, multiple, swept
from neodent_viewer.sensors.fault import FaultKind, Mark
from neodent_viewer.sensors.glance import Glance
from neodent_viewer.sensors.sample import Float64

#: neighbours on each side, and before a sample at the longest look; samples a spread is learnt from at once, and how much
#: of the spread each such block replaces
_SIDE, _PAST, _BLOCK, _SHARE = 3, 6, 64, 0.2
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
        if len(self._differences) < _BLOCK:
            return
        squares = [r * r for r in self._differences]
        self._differences = []
        if math.isnan(self._variance):
            # the first block knows no spread yet: what two thirds of a bell stay within stands for it
            cap = _CLIP**2 * sorted(squares)[int(0.68 * _BLOCK)]
            self._variance = math.fsum(min(s, cap) for s in squares) / _BLOCK
        else:
            cap = _CLIP**2 * max(self._variance, (self.floor / self.sigmas) ** 2)
            clipped = math.fsum(min(s, cap) for s in squares) / _BLOCK
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
    """

    name: ClassVar[str] = "outlier"
    kind: ClassVar[FaultKind] = FaultKind.SPIKE
    lag: ClassVar[int] = _SIDE

    def __init__(self, sigmas: float, floor: float) -> None:
        self._near, self._wide, self._long = _Spread(sigmas, floor), _Spread(sigmas, floor), _Spread(sigmas, floor)
        self._values = [math.nan] * (_PAST + _SIDE)
        self._times = [math.nan] * _SIDE

    def update(self, times: Sequence[float], values: Sequence[float], arrival: Sequence[float]) -> Outcome:
        """Judge the samples three before the next ones."""
        out = Outcome([])
        near, wide, long = self._near, self._wide, self._long
        for t, v, a in zip(times, values, arrival, strict=True):
            x = [*self._values, v]
            at, self._values, self._times = self._times[0], x[1:], [*self._times[1:], t]
            if math.isnan(x[0]):
                out.flags.append(NOT_EVALUATED)
                continue
            up, down = x[6] - x[5], x[6] - x[7]
            r1 = 0.5 * (up + down)
            around = x[3] + x[4] + x[5] + x[7] + x[8] + x[9]
            r3 = x[6] - around / 6.0
            r9 = x[6] - (around + x[0] + x[1] + x[2]) / 9.0
            out.flags.append(NOT_EVALUATED if near.threshold == math.inf else GOOD)
            out_by = max(
                abs(r1) if abs(r1) > near.threshold else 0.0,
                abs(r3) if abs(r3) > wide.threshold else 0.0,
                abs(r9) if abs(r9) > long.threshold and abs(r3) > _NEARLY * wide.threshold else 0.0,
            )
            if out_by and up * down > 0 and min(abs(up), abs(down)) > _EACH_SIDE * out_by:
                out.flags[-1] = SUSPECT
                margin = max(
                    multiple(abs(r1), near.threshold) if abs(r1) > near.threshold else 0.0,
                    multiple(abs(r3), wide.threshold) if abs(r3) > wide.threshold else 0.0,
                    multiple(abs(r9), long.threshold) if abs(r9) > long.threshold else 0.0,
                )
                out.marks.append(Mark(at, at, a, SUSPECT_ENERGY, margin))
            near.take([r1])
            wide.take([r3])
            long.take([r9])
        return out

    def calm(self, seen: Glance) -> bool:
        """Return no: what stands out depends on seven samples, and every one of them teaches the spread."""
        return False

    def skip(self, times: Sequence[float], values: Sequence[float]) -> None:
        """Judge them all the same."""
        self.update(times, values, times)

    def sweep(self, times: Float64, values: Float64, arrival: Float64) -> Swept:
        """Judge the samples three before the next ones (k,)."""
        x = np.concatenate([self._values, values])
        taken = np.concatenate([self._times, times])
        n = len(values)
        s = [x[i : i + n] for i in range(_PAST + 1 + _SIDE)]
        up, down = s[6] - s[5], s[6] - s[7]
        r1 = 0.5 * (up + down)
        around = s[3] + s[4] + s[5] + s[7] + s[8] + s[9]
        r3 = s[6] - around / 6.0
        r9 = s[6] - (around + s[0] + s[1] + s[2]) / 9.0
        first = int(np.isnan(s[0]).sum())
        low, high = self._thresholds(r1, first, self._near), self._thresholds(r3, first, self._wide)
        highest = self._thresholds(r9, first, self._long)
        h1, h3, h9 = np.abs(r1), np.abs(r3), np.abs(r9)
        out_by = np.maximum(np.where(h1 > low, h1, 0.0), np.where(h3 > high, h3, 0.0))
        out_by = np.maximum(out_by, np.where((h9 > highest) & (h3 > _NEARLY * high), h9, 0.0))
        both = np.where(up * down > 0, np.minimum(np.abs(up), np.abs(down)), 0.0)
        flags = np.full(n, GOOD, np.uint8)
        flags[np.isinf(low)] = NOT_EVALUATED
        flags[(out_by > 0) & (both > _EACH_SIDE * out_by)] = SUSPECT
        self._values, self._times = x[n:].tolist(), taken[n:].tolist()
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
