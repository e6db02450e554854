"""Flat line: a value that does not move at all for longer than any living thing holds still.

QARTOD test 8. Where the manual counts repeated samples, this counts seconds and samples, so that a channel's rate does not
change what is found. `ioos_qc` asks whether the last seconds span less than a tolerance; here every step must be within it,
which differs only where a slow ramp stays below the tolerance from sample to sample.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from neodent_viewer.sensors.allowance import StillAllowance, below
from neodent_viewer.sensors.check import (
    BAD,
    BAD_ENERGY,
    GOOD,
    SUSPECT,
    SUSPECT_ENERGY,
    Alike,
    Outcome,
    Swept,
    graded,
    multiple,
    run_starts,
    swept,
)
from neodent_viewer.sensors.fault import FaultKind, FaultLog, Mark
from neodent_viewer.sensors.glance import Glance
from neodent_viewer.sensors.sample import Float64


class FlatLine:
    """Measures how long the value has stood still.

    Parameters
    ----------
    seconds : float
        Standing still this long is suspect, twice as long is bad.
    tolerance : float
        A step of at most this much is no movement, in the channel's unit.
    least : int
        Samples that must agree before anything is said.
    """

    name: ClassVar[str] = "flat_line"
    kind: ClassVar[FaultKind] = FaultKind.STUCK
    lag: ClassVar[int] = 0

    def __init__(self, seconds: float, tolerance: float, least: int = 4) -> None:
        self.seconds = seconds
        self.tolerance = tolerance
        self.least = least
        self._value = math.nan
        self._since = math.nan
        self._count = 0

    def update(self, times: Sequence[float], values: Sequence[float], arrival: Sequence[float]) -> Outcome:
        """Judge the next samples."""
        out = Outcome([])
        for t, v, a in zip(times, values, arrival, strict=True):
            if abs(v - self._value) <= self.tolerance:
                self._count += 1
            else:
                self._since, self._count = t, 1
            self._value = v
            still = t - self._since
            if still < self.seconds or self._count < self.least:
                out.flags.append(GOOD)
                continue
            bad = still >= 2.0 * self.seconds
            out.flags.append(BAD if bad else SUSPECT)
            energy, margin = BAD_ENERGY if bad else SUSPECT_ENERGY, multiple(still, self.seconds)
            out.marks.append(Mark(self._since, t, a, energy, margin))
        return out

    def alike(
        self, times: Sequence[float], values: Sequence[float], arrival: Sequence[float], seen: Glance
    ) -> Alike | None:
        """Judge samples that all stand still, as the one before them did, if that has been going on for long enough."""
        if seen.high - seen.low > self.tolerance or abs(values[0] - self._value) > self.tolerance:
            return None
        first, last = seen.first - self._since, seen.last - self._since
        bad = first >= 2.0 * self.seconds
        if self._count + 1 < self.least or not (bad or self.seconds <= first <= last < 2.0 * self.seconds):
            return None
        self._count += seen.samples
        self._value = values[-1]
        energy, margin = BAD_ENERGY if bad else SUSPECT_ENERGY, multiple(last, self.seconds)
        return Alike(BAD if bad else SUSPECT, Mark(self._since, seen.last, arrival[0], energy, margin))

    def allowance(self, log: FaultLog) -> StillAllowance:
        """Return how long the value may stand, and from when on it is bad all the time and the `log` knows of it."""
        known = self._count + 1 >= self.least and log.goes_on(self.kind, self.name, self._since, BAD_ENERGY)
        bad = 2.0 * self.seconds if known else math.inf
        return StillAllowance(self._since, below(self.seconds), bad, self.tolerance)

    def calm(self, seen: Glance) -> bool:
        """Return whether the value has not stood for long enough, even if it stands from now on."""
        return seen.last - self._since < self.seconds

    def skip(self, times: Sequence[float], values: Sequence[float]) -> None:
        """Note since when the value stands."""
        last = len(values) - 1
        row, value, tolerance = last, values[last], self.tolerance
        while row and abs(value - values[row - 1]) <= tolerance:
            row -= 1
            value = values[row]
        if row or abs(value - self._value) > tolerance:
            self._since, self._count = times[row], last - row + 1
        else:
            self._count += last + 1
        self._value = values[last]

    def bounds(self) -> None:
        """Return none: every sample counts."""

    def sweep(self, times: Float64, values: Float64, arrival: Float64) -> Swept:
        """Judge the next samples (k,)."""
        before = np.concatenate([[self._value], values[:-1]])
        start = run_starts(np.abs(values - before) <= self.tolerance)
        carried = start < 0
        since = np.where(carried, self._since, times[start])
        count = np.arange(len(times)) - start + np.where(carried, self._count, 1)
        still = times - since
        enough = count >= self.least
        flags = graded(enough & (still >= self.seconds), enough & (still >= 2.0 * self.seconds))
        self._value, self._since, self._count = float(values[-1]), float(since[-1]), int(count[-1])
        return swept(flags, since, times, arrival, still, self.seconds)
