"""Some samples at a glance: the extremes by which most checks can tell at once that all is well.

Nearly every sample is good, and a tick brings a handful a channel. Looking once, and asking each check whether what was seen
can trouble it, costs a fraction of running them all; whoever is not sure runs.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from operator import sub
from typing import NamedTuple

import numpy as np

from neodent_viewer.sensors.sample import Float64


class Glance(NamedTuple):
    """Extremes of some samples whose times rise and whose values are finite, from the sample before them on.

    Attributes
    ----------
    samples : int
        How many there are.
    first, last : float
        Times (s) of the first and the last of them.
    before : float
        Value of the sample before them.
    low, high : float
        Least and greatest value, in the channel's unit.
    step : float
        No value changes by more than this from one sample to the next; `closely` says by how much.
    shortest, longest : float
        Least and greatest time (s) from one sample to the next.
    delay : float
        Longest way from taken to arrived, seconds.
    """

    samples: int
    first: float
    last: float
    before: float
    low: float
    high: float
    step: float
    shortest: float
    longest: float
    delay: float

    def closely(self, values: Sequence[float]) -> Glance:
        """Return the same with the largest change there is; `values` (k,) are the samples'.

        >>> seen = glance([1.0, 2.0], [6.75, 6.5], [1.0, 2.0], 0.0, 7.0)
        >>> seen.step, seen.closely([6.75, 6.5]).step
        (0.5, 0.25)
        """
        return self._replace(step=max(map(abs, map(sub, values, (self.before, *values)))))


def glance(
    times: Sequence[float], values: Sequence[float], arrival: Sequence[float], time: float, value: float
) -> Glance | None:
    """Return the extremes of samples (k,) with k at least 1, after one taken at `time` (s) with a `value`.

    None where times do not rise, a value is not finite, or nothing came before: then every sample has to be looked at.

    >>> glance([1.0, 2.0], [7.0, 6.5], [1.0, 2.5], 0.0, 7.25)
    Glance(samples=2, first=1.0, last=2.0, before=7.25, low=6.5, high=7.0, step=0.75, shortest=1.0, longest=1.0, delay=0.5)
    >>> glance([1.0, 1.0], [7.0, 6.5], [1.1, 2.3], 0.0, 7.1), glance([1.0], [7.0], [1.1], 0.0, math.nan)
    (None, None)
    """
    # built-in functions go over a few numbers faster than a loop, and than arrays
    passed = list(map(sub, times, (time, *times)))
    shortest, longest, whole = min(passed), max(passed), sum(values, value)
    # a value that is no number, or an endless one, slips past comparisons, but not past a sum
    if not (shortest > 0.0 and longest < math.inf and whole - whole == 0.0):
        return None
    low, high = min(values), max(values)
    step = (high if high > value else value) - (low if low < value else value)
    delay = max(map(sub, arrival, times))
    return Glance(len(passed), times[0], times[-1], value, low, high, step, shortest, longest, delay)


def glance_along(times: Float64, values: Float64, arrival: Float64, time: float, value: float) -> Glance | None:
    """Return the same of many samples, arrays (k,)."""
    passed = np.diff(times, prepend=time)
    shortest, longest = float(passed.min()), float(passed.max())
    if not (shortest > 0.0 and longest < math.inf):
        return None
    low, high, step = float(values.min()), float(values.max()), float(np.abs(np.diff(values, prepend=value)).max())
    if not (-math.inf < low and high < math.inf and step < math.inf):
        return None
    delay = float((arrival - times).max())
    return Glance(len(times), float(times[0]), float(times[-1]), value, low, high, step, shortest, longest, delay)
