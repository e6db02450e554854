"""Flat line: a value that does not move at all for longer than any living thing holds still.

QARTOD test 8. Where the manual counts repeated samples, this counts seconds and samples, so that a channel's rate does not
change what is found. `ioos_qc` asks whether the last seconds span less than a tolerance; here every step must be within it,
which differs only where a slow ramp stays below the tolerance from sample to sample.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import ClassVar

from neodent_viewer.sensors.check import BAD, BAD_ENERGY, GOOD, SUSPECT, SUSPECT_ENERGY, Outcome
from neodent_viewer.sensors.fault import FaultKind, Mark


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
            out.marks.append(Mark(self._since, t, a, BAD_ENERGY if bad else SUSPECT_ENERGY))
        return out
