"""A few samples at a glance: the extremes by which most checks can tell at once that all is well.

Nearly every sample is good, and a tick brings a handful a channel. Looking once, and asking each check whether what was seen
can trouble it, costs a third of running them all; whoever is not sure runs.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple


class Glance(NamedTuple):
    """Extremes of some samples whose times rise and whose values are finite, from the sample before them on.

    Attributes
    ----------
    first, last : float
        Times (s) of the first and the last of them.
    low, high : float
        Least and greatest value, in the channel's unit.
    step : float
        Largest change of value from one sample to the next.
    shortest, longest : float
        Least and greatest time (s) from one sample to the next.
    delay : float
        Longest way from taken to arrived, seconds.
    """

    first: float
    last: float
    low: float
    high: float
    step: float
    shortest: float
    longest: float
    delay: float


def glance(
    times: Sequence[float], values: Sequence[float], arrival: Sequence[float], time: float, value: float
) -> Glance | None:
    """Return the extremes of samples (k,) with k at least 1, after one taken at `time` (s) with a `value`.

    None where times do not rise, a value is not finite, or nothing came before: then every sample has to be looked at.

    >>> glance([1.0, 2.0], [7.0, 6.5], [1.1, 2.3], 0.0, 7.1)
    Glance(first=1.0, last=2.0, low=6.5, high=7.0, step=0.5, shortest=1.0, longest=1.0, delay=0.2999999999999998)
    >>> glance([1.0, 1.0], [7.0, 6.5], [1.1, 2.3], 0.0, 7.1), glance([1.0], [7.0], [1.1], 0.0, math.nan)
    (None, None)
    """
    first = times[0]
    step, way, shortest, longest, delay = 0.0, 0.0, math.inf, 0.0, -math.inf
    for t, v, a in zip(times, values, arrival, strict=True):
        change, passed = v - value, t - time
        if change < 0.0:
            change = -change
        if change > step:
            step = change
        if passed < shortest:
            shortest = passed
        if passed > longest:
            longest = passed
        if a - t > delay:
            delay = a - t
        way += change  # a value that is no number must not slip past comparisons
        time, value = t, v
    if not (shortest > 0.0 and way < math.inf):
        return None
    return Glance(first, time, min(values), max(values), step, shortest, longest, delay)
