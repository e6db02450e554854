"""Gross range: a value the sensor cannot deliver, or one that only just stays within what it can.

QARTOD test 4 (IOOS, *Manual for Real-Time Quality Control of In-situ Temperature and Salinity Data*, 2020): outside the
sensor's span is bad, outside the user's span is suspect.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from neodent_viewer.sensors.check import (
    BAD,
    BAD_ENERGY,
    GOOD,
    SUSPECT,
    SUSPECT_ENERGY,
    Bounds,
    Outcome,
    Swept,
    graded,
    middle_and_half,
    multiple,
    swept,
)
from neodent_viewer.sensors.fault import FaultKind, Mark
from neodent_viewer.sensors.glance import Glance
from neodent_viewer.sensors.sample import Float64


class GrossRange:
    """Compares each value with two spans.

    Parameters
    ----------
    sensor, user : tuple of (float, float)
        Low and high, ends allowed, in the channel's unit; `user` lies within `sensor`.
    """

    name: ClassVar[str] = "gross_range"
    kind: ClassVar[FaultKind] = FaultKind.OUT_OF_RANGE
    lag: ClassVar[int] = 0

    def __init__(self, sensor: tuple[float, float], user: tuple[float, float]) -> None:
        self.sensor = sensor
        self.user = user
        self._middle, self._half = middle_and_half(*user)

    def update(self, times: Sequence[float], values: Sequence[float], arrival: Sequence[float]) -> Outcome:
        """Judge the next samples."""
        (low, high), (user_low, user_high) = self.sensor, self.user
        out = Outcome([])
        for t, v, a in zip(times, values, arrival, strict=True):
            if user_low <= v <= user_high:
                out.flags.append(GOOD)
                continue
            bad = not low <= v <= high
            out.flags.append(BAD if bad else SUSPECT)
            margin = multiple(abs(v - self._middle), self._half)
            out.marks.append(Mark(t, t, a, BAD_ENERGY if bad else SUSPECT_ENERGY, margin))
        return out

    def calm(self, seen: Glance) -> bool:
        """Return whether all of them are within the user's span."""
        return self.user[0] <= seen.low and seen.high <= self.user[1]

    def skip(self, times: Sequence[float], values: Sequence[float]) -> None:
        """Keep nothing: a value is judged by itself."""

    def bounds(self) -> Bounds:
        """Return what is calm whatever came before."""
        return Bounds(*self.user)

    def sweep(self, times: Float64, values: Float64, arrival: Float64) -> Swept:
        """Judge the next samples (k,)."""
        (low, high), (user_low, user_high) = self.sensor, self.user
        odd = ~((values >= user_low) & (values <= user_high))
        flags = graded(odd, odd & ~((values >= low) & (values <= high)))
        return swept(flags, times, times, arrival, np.abs(values - self._middle), self._half)
