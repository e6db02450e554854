"""Outlier: one sample that stands out of the noise its own channel usually has.

QARTOD test 6 in its adaptive form (threshold of so many standard deviations). A sample is compared with the mean of the three
before and the three after it; the spread of that difference is learnt in blocks of 64 samples and forgotten over the last
few hundred, each difference counting at most three times the spread known so far, so that spikes do not raise their own
bar. As with `checks.spike` it must leave both its neighbours the same way: steps, kinks and slopes stay good. What a spike
has to exceed is never less than a floor, the detail a mouth can show between two samples.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from neodent_viewer.sensors.check import GOOD, NOT_EVALUATED, SUSPECT, SUSPECT_ENERGY, Outcome, Swept, swept
from neodent_viewer.sensors.fault import FaultKind, Mark
from neodent_viewer.sensors.sample import Float64

#: neighbours on each side, samples a spread is learnt from at once, and how much of the spread each such block replaces
_SIDE, _BLOCK, _SHARE = 3, 64, 0.2
#: a difference counts at most this many spreads; the step to either neighbour must be this share of it
_CLIP, _EACH_SIDE = 3.0, 0.5


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
        self.sigmas = sigmas
        self.floor = floor
        self._values = [math.nan] * (2 * _SIDE)
        self._times = [math.nan] * _SIDE
        self._differences: list[float] = []
        self._threshold = math.inf
        self._variance = math.nan

    def update(self, times: Sequence[float], values: Sequence[float], arrival: Sequence[float]) -> Outcome:
        """Judge the samples three before the next ones."""
        out = Outcome([])
        for t, v, a in zip(times, values, arrival, strict=True):
            x = [*self._values, v]
            at, self._values, self._times = self._times[0], x[1:], [*self._times[1:], t]
            if math.isnan(x[0]):
                out.flags.append(NOT_EVALUATED)
                continue
            r = x[3] - (x[0] + x[1] + x[2] + x[4] + x[5] + x[6]) / 6.0
            threshold = self._threshold
            out.flags.append(NOT_EVALUATED if threshold == math.inf else GOOD)
            if abs(r) > threshold and _apart(x[3] - x[2], x[3] - x[4]) > _EACH_SIDE * abs(r):
                out.flags[-1] = SUSPECT
                out.marks.append(Mark(at, at, a, SUSPECT_ENERGY))
            self._differences.append(r)
            if len(self._differences) == _BLOCK:
                self._learn()
        return out

    def sweep(self, times: Float64, values: Float64, arrival: Float64) -> Swept:
        """Judge the samples three before the next ones (k,)."""
        x = np.concatenate([self._values, values])
        taken = np.concatenate([self._times, times])
        n = len(values)
        sides = [x[i : i + n] for i in range(2 * _SIDE + 1)]
        r = sides[3] - (sides[0] + sides[1] + sides[2] + sides[4] + sides[5] + sides[6]) / 6.0
        up, down = sides[3] - sides[2], sides[3] - sides[4]
        apart = np.where(up * down > 0, np.minimum(np.abs(up), np.abs(down)), 0.0)
        first = int(np.isnan(sides[0]).sum())
        threshold = np.full(n, np.inf)
        row = first
        while row < n:
            end = min(n, row + _BLOCK - len(self._differences))
            threshold[row:end] = self._threshold
            self._differences += r[row:end].tolist()
            row = end
            if len(self._differences) == _BLOCK:
                self._learn()
        flags = np.full(n, GOOD, np.uint8)
        flags[np.isinf(threshold)] = NOT_EVALUATED
        flags[(np.abs(r) > threshold) & (apart > _EACH_SIDE * np.abs(r))] = SUSPECT
        self._values, self._times = x[n:].tolist(), taken[n:].tolist()
        return swept(flags, taken[:n], taken[:n], arrival)

    def _learn(self) -> None:
        """Renew the spread from a full block of differences; `fsum` makes it the same whatever order they came in."""
        squares = [r * r for r in self._differences]
        if math.isnan(self._variance):
            # the first block knows no spread yet: what two thirds of a bell stay within stands for it
            cap = _CLIP**2 * sorted(squares)[int(0.68 * _BLOCK)]
            self._variance = math.fsum(min(s, cap) for s in squares) / _BLOCK
        else:
            cap = _CLIP**2 * max(self._variance, (self.floor / self.sigmas) ** 2)
            clipped = math.fsum(min(s, cap) for s in squares) / _BLOCK
            self._variance += _SHARE * (clipped - self._variance)
        self._threshold = max(self.floor, self.sigmas * math.sqrt(self._variance))
        self._differences = []


def _apart(up: float, down: float) -> float:
    """Return the smaller of two steps when both leave the same way, else 0."""
    return min(abs(up), abs(down)) if up * down > 0 else 0.0
