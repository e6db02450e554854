"""What a channel's next samples may look like so that it is known, before they are judged, what will be said of them.

Each check, and the clock, says its part in numbers. They are small and many, so that those of all channels can stand side by
side in arrays (`sensors.roster`), where looking at dozens of channels costs little more than looking at one.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from neodent_viewer.sensors.channel import Flag


def below(limit: float) -> float:
    """Return the greatest number below a limit: what is at most this is less than that.

    >>> 3.0 - 1e-15 < below(3.0) < 3.0
    True
    """
    return math.nextafter(limit, -math.inf)


class ClockAllowance(NamedTuple):
    """Of a sender's clock; see `timebase.SourceClock.glide`. By default it takes nothing.

    Attributes
    ----------
    delay : float
        Of the last sample (s); NaN before there was one.
    apart : float
        Delays are at most so far (s) from each other and from the last one.
    since, until : float
        From when to when (s) all of them arrive.
    shift, slid, slope, start : float
        What is added to a time: ``shift + (slid + slope * (arrival - start))``.
    """

    delay: float = math.nan
    apart: float = -math.inf
    since: float = math.inf
    until: float = -math.inf
    shift: float = 0.0
    slid: float = 0.0
    slope: float = 0.0
    start: float = 0.0


class StillAllowance(NamedTuple):
    """Of a value that stands still; see `checks.flat_line`.

    Attributes
    ----------
    since : float
        Since when (s) it stands, as far as is known.
    calm : float
        So long (s) it may stand.
    bad : float
        From so long on it is bad, and no more can come of it but that a known fault goes on; infinite where more can.
    tolerance : float
        Within this range nothing moves, in the channel's unit.
    """

    since: float = 0.0
    calm: float = math.inf
    bad: float = math.inf
    tolerance: float = 0.0


class NoiseAllowance(NamedTuple):
    """Of samples that stand out; see `checks.outlier`.

    Attributes
    ----------
    low, high, step : float
        Least and greatest of the values before, and the largest of their last steps, in the channel's unit.
    bar, room : float
        What nothing may stand out by, for at most so many samples ...
    floor, leisure : float
        ... and for up to so many.
    """

    low: float = math.inf
    high: float = -math.inf
    step: float = 0.0
    bar: float = math.inf
    room: float = math.inf
    floor: float = math.inf
    leisure: float = math.inf


class Allowance(NamedTuple):
    """Of one channel.

    Attributes
    ----------
    time, value : float
        Of the last sample in order (s, the channel's unit).
    heard : float
        When the last sample with a value was taken (s).
    wait, late : float
        Longest step in time, and longest way from taken to arrived (s).
    edge : float
        Up to when (s) all of them were taken.
    low, high, step, rate, least : float
        As `check.Bounds` has them, but for the step, which is at most this.
    flag : int
        Of each if nothing is wrong with them: a slow check may say more than good.
    clock : ClockAllowance
    still : StillAllowance
    noise : NoiseAllowance
    """

    time: float
    value: float
    heard: float
    wait: float
    late: float
    edge: float
    low: float
    high: float
    step: float
    rate: float
    least: float
    flag: int = int(Flag.GOOD)
    clock: ClockAllowance = ClockAllowance()
    still: StillAllowance = StillAllowance()
    noise: NoiseAllowance = NoiseAllowance()
