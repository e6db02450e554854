"""Decoupling: a sensor that has left the tooth reads the room, or its own offset, and goes on doing so.

QARTOD has no such test. A drink takes a tooth out of the mouth's band for seconds; a sensor that stays outside for longer has
nothing to do with the mouth any more (bands: `sensors.thresholds`).
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
    Alike,
    Bounds,
    Outcome,
    Swept,
    graded,
    multiple,
    run_starts,
    swept,
)
from neodent_viewer.sensors.fault import FaultKind, Mark
from neodent_viewer.sensors.glance import Glance
from neodent_viewer.sensors.sample import Float64

_ANY = (-math.inf, math.inf)


class Outside:
    """Measures how long the value has been beyond two ends; what that means is for the checks below.

    Parameters
    ----------
    low, high : float
        In the channel's unit; the ends themselves are inside.
    seconds : float
        Being outside this long is bad.
    least : int
        Samples in a row that must be outside before anything is said.
    within : tuple of (float, float)
        A value beyond these counts as inside: it is somebody else's to judge.
    """

    lag: ClassVar[int] = 0

    def __init__(
        self, low: float, high: float, seconds: float, least: int = 3, within: tuple[float, float] = _ANY
    ) -> None:
        self.low = low
        self.high = high
        self.seconds = seconds
        self.least = least
        self.within = within
        self._since = math.nan
        self._count = 0

    def update(self, times: Sequence[float], values: Sequence[float], arrival: Sequence[float]) -> Outcome:
        """Judge the next samples."""
        out = Outcome([])
        lowest, highest = self.within
        for t, v, a in zip(times, values, arrival, strict=True):
            if self.low <= v <= self.high or not lowest <= v <= highest:
                self._count = 0
                out.flags.append(GOOD)
                continue
            if not self._count:
                self._since = t
            self._count += 1
            bad = self._count >= self.least and t - self._since >= self.seconds
            out.flags.append(BAD if bad else GOOD)
            if bad:
                out.marks.append(Mark(self._since, t, a, BAD_ENERGY, multiple(t - self._since, self.seconds)))
        return out

    def alike(
        self, times: Sequence[float], values: Sequence[float], arrival: Sequence[float], seen: Glance
    ) -> Alike | None:
        """Judge samples that are all outside, if that has been going on for long enough, or for none of them."""
        outside = seen.high < self.low or seen.low > self.high
        if not outside or seen.low < self.within[0] or seen.high > self.within[1]:
            return None
        since = self._since if self._count else seen.first
        bad = self._count + 1 >= self.least and seen.first - since >= self.seconds
        if not bad and seen.last - since >= self.seconds:
            return None
        self._since, self._count = since, self._count + seen.samples
        if not bad:
            return Alike(GOOD)
        margin = multiple(seen.last - since, self.seconds)
        return Alike(BAD, Mark(since, seen.last, arrival[0], BAD_ENERGY, margin))

    def calm(self, seen: Glance) -> bool:
        """Return whether all of them are inside."""
        return self.low <= seen.low and seen.high <= self.high

    def skip(self, times: Sequence[float], values: Sequence[float]) -> None:
        """Note that the value is inside."""
        self._count = 0

    def bounds(self) -> Bounds:
        """Return what is calm whatever came before."""
        return Bounds(self.low, self.high)

    def sweep(self, times: Float64, values: Float64, arrival: Float64) -> Swept:
        """Judge the next samples (k,)."""
        lowest, highest = self.within
        outside = ~((values >= self.low) & (values <= self.high)) & (values >= lowest) & (values <= highest)
        start = run_starts(outside & np.concatenate([[self._count > 0], outside[:-1]]))
        carried = start < 0
        since = np.where(carried, self._since, times[start])
        count = np.arange(len(times)) - start + np.where(carried, self._count, 1)
        bad = outside & (count >= self.least) & (times - since >= self.seconds)
        self._count = int(count[-1]) if outside[-1] else 0
        self._since = float(since[-1])
        return swept(graded(bad, bad), since, times, arrival, times - since, self.seconds)


class Decoupling(Outside):
    """Watches for a value that stays outside the mouth's band."""

    name: ClassVar[str] = "decoupling"
    kind: ClassVar[FaultKind] = FaultKind.DECOUPLED
