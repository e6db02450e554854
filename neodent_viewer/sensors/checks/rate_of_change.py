"""Rate of change: a value that keeps running in one direction faster than a mouth can change.

QARTOD test 7 compares one step with a limit; here two steps in a row must exceed it the same way, which leaves spikes to
the spike test and lets a single step pass. What it finds is called a drift: the fast kind, over seconds. The slow kind, over
hours, needs a reference window.
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


class RateOfChange:
    """Watches two steps in a row.

    Parameters
    ----------
    limit : float
        Units per second; twice as fast is bad.
    least : float
        A step in time counts as at least this many seconds: packets that bunch up on a network and carry no time of their
        own must not look like a leap.
    """

    name: ClassVar[str] = "rate_of_change"
    kind: ClassVar[FaultKind] = FaultKind.DRIFT
    lag: ClassVar[int] = 0

    def __init__(self, limit: float, least: float = 0.0) -> None:
        self.limit = limit
        self.least = least
        self._time = math.nan
        self._value = math.nan
        self._rate = math.nan

    def update(self, times: Sequence[float], values: Sequence[float], arrival: Sequence[float]) -> Outcome:
        """Judge the next samples."""
        out = Outcome([])
        for t, v, a in zip(times, values, arrival, strict=True):
            step = t - self._time
            rate = (v - self._value) / (self.least if step < self.least else step)  # NaN at the first
            both = min(abs(rate), abs(self._rate)) if rate * self._rate > 0 else 0.0
            if math.isnan(self._rate):
                out.flags.append(NOT_EVALUATED)
            elif both <= self.limit:
                out.flags.append(GOOD)
            else:
                bad = both > 2.0 * self.limit
                out.flags.append(BAD if bad else SUSPECT)
                energy, margin = BAD_ENERGY if bad else SUSPECT_ENERGY, multiple(both, self.limit)
                out.marks.append(Mark(self._time, t, a, energy, margin))
            self._time, self._value, self._rate = t, v, rate
        return out

    def calm(self, seen: Glance) -> bool:
        """Return whether even the largest step in the shortest time is slow enough."""
        step = self.least if seen.shortest < self.least else seen.shortest
        return seen.step / step <= self.limit and not math.isnan(self._rate)

    def skip(self, times: Sequence[float], values: Sequence[float]) -> None:
        """Remember the last step."""
        if len(times) > 1:
            self._time, self._value = times[-2], values[-2]
        step = times[-1] - self._time
        self._rate = (values[-1] - self._value) / (self.least if step < self.least else step)
        self._time, self._value = times[-1], values[-1]

    def bounds(self) -> Bounds:
        """Return what is calm whatever came before."""
        return Bounds(rate=self.limit, least=self.least)

    def sweep(self, times: Float64, values: Float64, arrival: Float64) -> Swept:
        """Judge the next samples (k,)."""
        since = np.concatenate([[self._time], times[:-1]])
        step = times - since
        rate = (values - np.concatenate([[self._value], values[:-1]])) / np.where(step < self.least, self.least, step)
        earlier = np.concatenate([[self._rate], rate[:-1]])
        both = np.where(rate * earlier > 0, np.minimum(np.abs(rate), np.abs(earlier)), 0.0)
        flags = graded(both > self.limit, both > 2.0 * self.limit)
        flags[np.isnan(earlier)] = NOT_EVALUATED
        self._time, self._value, self._rate = float(times[-1]), float(values[-1]), float(rate[-1])
        return swept(flags, since, times, arrival, both, self.limit)
