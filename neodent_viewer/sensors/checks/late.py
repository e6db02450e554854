"""Late: a sample that took too long to get here. It is true, but it is no longer now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from neodent_viewer.sensors.check import GOOD, SUSPECT, SUSPECT_ENERGY, Outcome, Swept, graded, multiple, swept
from neodent_viewer.sensors.fault import FaultKind, Mark
from neodent_viewer.sensors.glance import Glance
from neodent_viewer.sensors.sample import Float64


class Late:
    """Compares when a sample was taken with when it arrived.

    Parameters
    ----------
    tolerance : float
        Seconds of delay that are still in time.
    """

    name: ClassVar[str] = "late"
    kind: ClassVar[FaultKind] = FaultKind.LATE
    lag: ClassVar[int] = 0

    def __init__(self, tolerance: float) -> None:
        self.tolerance = tolerance

    def update(self, times: Sequence[float], values: Sequence[float], arrival: Sequence[float]) -> Outcome:
        """Judge the next samples; unlike other checks it may be given any sample, in any order of time."""
        out = Outcome([])
        for t, a in zip(times, arrival, strict=True):
            if a - t <= self.tolerance:
                out.flags.append(GOOD)
            else:
                out.flags.append(SUSPECT)
                out.marks.append(Mark(t, t, a, SUSPECT_ENERGY, multiple(a - t, self.tolerance)))
        return out

    def calm(self, seen: Glance) -> bool:
        """Return whether all of them are in time."""
        return seen.delay <= self.tolerance

    def skip(self, times: Sequence[float], values: Sequence[float]) -> None:
        """Keep nothing: a delay is judged by itself."""

    def sweep(self, times: Float64, values: Float64, arrival: Float64) -> Swept:
        """Judge the next samples (k,)."""
        delay = arrival - times
        late = ~(delay <= self.tolerance)
        return swept(graded(late, np.zeros_like(late)), times, times, arrival, delay, self.tolerance)
