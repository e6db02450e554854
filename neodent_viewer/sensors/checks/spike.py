"""Spike: one sample that jumps away from both its neighbours.

QARTOD test 6, in the form that takes the smaller of the two jumps and asks that they point in opposite ways: a step (a
drink, a bite) has one jump only and stays good, where the manual's distance from the neighbours' mean would alarm at half
its threshold.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from neodent_viewer.sensors.check import (
    BAD,
    BAD_ENERGY,
    GOOD,
    NOT_EVALUATED,
    SUSPECT,
    SUSPECT_ENERGY,
    Bounds,
    Outcome,
    Swept,
    graded,
    multiple,
    swept,
)
from neodent_viewer.sensors.fault import FaultKind, Mark
from neodent_viewer.sensors.glance import Glance
from neodent_viewer.sensors.sample import Float64


class Spike:
    """Judges each sample once the next one is here.

    Parameters
    ----------
    suspect, bad : float
        Heights from which a jump there and back counts, in the channel's unit.
    """

    name: ClassVar[str] = "spike"
    kind: ClassVar[FaultKind] = FaultKind.SPIKE
    lag: ClassVar[int] = 1

    def __init__(self, suspect: float, bad: float) -> None:
        self.suspect = suspect
        self.bad = bad
        self._before = math.nan
        self._value = math.nan
        self._time = math.nan

    def update(self, times: Sequence[float], values: Sequence[float], arrival: Sequence[float]) -> Outcome:
        """Judge the samples before the next ones."""
        out = Outcome([])
        for t, v, a in zip(times, values, arrival, strict=True):
            up, down = self._value - self._before, self._value - v
            height = min(abs(up), abs(down)) if up * down > 0 else 0.0  # NaN until there are three: no height
            if math.isnan(up):
                out.flags.append(NOT_EVALUATED)
            elif height < self.suspect:
                out.flags.append(GOOD)
            else:
                bad = height >= self.bad
                out.flags.append(BAD if bad else SUSPECT)
                energy, margin = BAD_ENERGY if bad else SUSPECT_ENERGY, multiple(height, self.suspect)
                out.marks.append(Mark(self._time, self._time, a, energy, margin))
            self._before, self._value, self._time = self._value, v, t
        return out

    def calm(self, seen: Glance) -> bool:
        """Return whether no step is as high as a spike."""
        return seen.step < self.suspect and not math.isnan(self._before)

    def skip(self, times: Sequence[float], values: Sequence[float]) -> None:
        """Remember the last two."""
        self._before = values[-2] if len(values) > 1 else self._value
        self._value, self._time = values[-1], times[-1]

    def bounds(self) -> Bounds:
        """Return what is calm whatever came before."""
        return Bounds(step=self.suspect)

    def sweep(self, times: Float64, values: Float64, arrival: Float64) -> Swept:
        """Judge the samples before the next ones (k,)."""
        series = np.concatenate([[self._before, self._value], values])
        up, down = series[1:-1] - series[:-2], series[1:-1] - series[2:]
        height = np.where(up * down > 0, np.minimum(np.abs(up), np.abs(down)), 0.0)
        flags = graded(height >= self.suspect, height >= self.bad)
        flags[np.isnan(up)] = NOT_EVALUATED
        at = np.concatenate([[self._time], times[:-1]])
        self._before, self._value, self._time = float(series[-2]), float(series[-1]), float(times[-1])
        return swept(flags, at, at, arrival, height, self.suspect)
