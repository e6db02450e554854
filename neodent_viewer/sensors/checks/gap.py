"""Gap: nothing came for longer than the channel's cadence explains.

QARTOD test 1. A hole is known for certain from the times of the samples around it; while it lasts, silence is judged by
`Gap.silence`, which knows only the time of the last arrival and *now*. So what is finally on record does not depend on how
often anybody looked.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from statistics import median
from typing import ClassVar

from neodent_viewer.sensors.check import BAD_ENERGY, GOOD, MISSING, Outcome
from neodent_viewer.sensors.fault import FaultKind, Mark

#: steps from which the real cadence is learnt, and how many of them must be there before anything is judged
_REMEMBERED, _NEEDED = 9, 3


class Gap:
    """Compares steps in time with the cadence: the nominal one, or the observed median when that is slower.

    Parameters
    ----------
    period : float
        Nominal seconds between samples.
    periods : float
        Missing this many in a row is a gap ...
    least : float
        ... but never less than these seconds, which a network's jitter explains.
    """

    kind: ClassVar[FaultKind] = FaultKind.GAP
    lag: ClassVar[int] = 0

    def __init__(self, period: float, periods: float = 3.0, least: float = 0.3) -> None:
        self.period = period
        self.periods = periods
        self.least = least
        self._steps: deque[float] = deque(maxlen=_REMEMBERED)
        self._time = math.nan
        self._arrival = math.nan

    def threshold(self) -> float:
        """Return the seconds of silence that count as a gap now; infinite while the cadence is unknown."""
        if len(self._steps) < _NEEDED:
            return math.inf
        return max(self.periods * max(self.period, median(self._steps)), self.least)

    def update(self, times: Sequence[float], values: Sequence[float], arrival: Sequence[float]) -> Outcome:
        """Judge the way to each of the next samples; these stay good themselves.

        Unlike other checks this one may be given NaN, a sensor that says it has nothing to say, whatever its time.
        """
        out = Outcome([])
        for t, v, a in zip(times, values, arrival, strict=True):
            if math.isnan(v):
                out.flags.append(MISSING)
                out.marks.append(Mark(t, t, a, BAD_ENERGY))
                continue
            step = t - self._time
            # the nominal threshold first: the median is asked only where it could matter
            if step > max(self.periods * self.period, self.least) and step > (wait := self.threshold()):
                out.marks.append(Mark(self._time + self.period, t, self._arrival + wait, BAD_ENERGY))
            if not math.isnan(step):
                self._steps.append(step)
            self._time, self._arrival = t, a
            out.flags.append(GOOD)
        return out

    def silence(self, now: float) -> Mark | None:
        """Return the gap that is open at `now` (s), or None."""
        if now - self._arrival <= self.least:  # the common case, cheaply
            return None
        wait = self.threshold()
        if not now - self._arrival > wait:
            return None
        return Mark(self._time + self.period, now, self._arrival + wait, BAD_ENERGY)
