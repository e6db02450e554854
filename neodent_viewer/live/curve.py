"""What a plot of one channel shows of a stretch of time: samples or columns of them, where there are none, calibrations.

All of it passes the consent gate of the present purpose: of a withheld channel there is nothing, not even a hole.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.live.console import strip
from neodent_viewer.live.intake import Intake, Step
from neodent_viewer.live.live import Live, past_of
from neodent_viewer.live.stretches import Stretch, is_hidden
from neodent_viewer.sensors.checks.gap import Gap
from neodent_viewer.sensors.fault import FaultKind
from neodent_viewer.sensors.sample import Float64

Flags = NDArray[np.uint8]
#: samples before a stretch that are looked at with it, so that it can be seen what is usual there
_LEAD = 10


class Hole(NamedTuple):
    """A stretch without data.

    Attributes
    ----------
    start, end : float
        Seconds: the sample before and the sample after, or now.
    lasting : bool
        Whether nothing has come since.
    """

    start: float
    end: float
    lasting: bool = False


class Curve(NamedTuple):
    """One channel over a stretch of time.

    Attributes
    ----------
    times, values : ndarray (k,) float64
        Seconds on the clock that `Live.now` tells, in order, and values in the channel's unit; NaN where the line is broken.
        Of columns the least and the greatest value in turn, at the middle.
    flags : ndarray (k,) uint8
        QARTOD flags; a break has that of what lies behind it.
    holes : tuple of Hole
        Those that reach into the stretch, in order.
    steps : tuple of Step
        Calibrations that came to count within it, in order.
    """

    times: Float64
    values: Float64
    flags: Flags
    holes: tuple[Hole, ...]
    steps: tuple[Step, ...]


NOTHING = Curve(np.zeros(0), np.zeros(0), np.zeros(0, np.uint8), (), ())


def curve(live: Live, key: str, start: float, end: float, columns: int = 0) -> Curve:
    """Return a channel from `start` to `end` (s): every sample kept, or so many columns of them where `columns` is not 0."""
    intake = live.heard(key)
    if intake is None:
        return NOTHING
    found = _columns(live, key, intake, start, end, columns) if columns else _samples(intake, start, end)
    times, values, flags, holes = found
    hidden = live.gate.hidden(key, live.purpose)
    if hidden:
        shown = ~is_hidden(times, hidden)
        times, values, flags = times[shown], values[shown], flags[shown]
    if silence := _silence(live, intake):
        holes.append(silence)
    holes = [left for hole in merged(holes) for left in uncovered(hole, hidden)]
    holes = [hole for hole in holes if hole.end > start and hole.start < end]
    steps = tuple(step for step in intake.steps if start < step.time < end)
    # a step lies with the last sample before it; a hole is surely between two samples in its middle
    cuts = [0.5 * (hole.start + hole.end) for hole in holes] + [step.time for step in steps]
    cuts += [until for _, until in hidden if until < math.inf]
    return Curve(*broken(times, values, flags, np.sort(cuts)), tuple(holes), steps)


def _samples(intake: Intake, start: float, end: float) -> tuple[Float64, Float64, Flags, list[Hole]]:
    """Return what is kept of the samples of a stretch, and holes with those that reach into it from before."""
    times, values, flags = intake.ring.tail()
    first, last = (int(row) for row in np.searchsorted(times, (start, end)))
    heard = np.nonzero(np.isfinite(values[:first]))[0][-_LEAD:]
    lead = int(heard[0]) if len(heard) else first
    after = last + int(np.argmax(np.append(np.isfinite(values[last:]), True))) + 1
    holes = intake.quality.gap.holes(times[lead:after], values[lead:after])
    rows = slice(first, last)
    return times[rows], values[rows], flags[rows], [Hole(*hole) for hole in holes.tolist()]


def _columns(
    live: Live, key: str, intake: Intake, start: float, end: float, count: int
) -> tuple[Float64, Float64, Flags, list[Hole]]:
    """Return the least and the greatest value of each column that has any, at its middle, with the worst flag in it."""
    low, high = live.history(key, start, end, count)
    flags = strip(live, key, start, end, count)
    middle = start + (np.arange(count) + 0.5) * (end - start) / count
    kept = np.isfinite(low)
    values = np.stack([low, high], axis=1)[kept].reshape(-1)
    holes = _long_holes(live, key, intake, start, min(end, live.now()))
    return np.repeat(middle[kept], 2), values, np.repeat(flags[kept], 2), holes


def _long_holes(live: Live, key: str, intake: Intake, start: float, end: float) -> list[Hole]:
    past, _ = past_of(live, key)
    if past is None:
        return []
    gap = intake.quality.gap
    times, values = past.leaves(start, end)
    if past.detail == 1:
        return [Hole(*hole) for hole in gap.holes(times, values).tolist()]
    # a leaf stands where its first sample was: what lies between two begins a usual step behind the first
    usual = float(np.median(np.diff(times))) if len(times) > 1 else 0.0
    coarse = Gap(gap.period * past.detail, gap.periods, gap.least).holes(times, values)
    known = [fault for fault in intake.quality.log.all() if fault.kind is FaultKind.GAP]
    return [Hole(since + usual, until) for since, until in coarse.tolist() if since + usual < until] + [
        Hole(fault.onset - gap.period, fault.end) for fault in known if fault.end > start and fault.onset < end
    ]


def _silence(live: Live, intake: Intake) -> Hole | None:
    """Return the hole that lasts up to now, if one does: an open gap, a stale value, or a sensor that has nothing to say."""
    gap, now = intake.quality.gap, live.heard_to(intake.channel.key)
    if not intake.ring.total or not (math.isnan(intake.value) or gap.stale(now) or gap.silence(now) is not None):
        return None
    times, values, _ = intake.ring.tail()
    heard = times[np.isfinite(values)]
    since = float(heard[-1]) if len(heard) else intake.time
    return Hole(since, max(live.now(), since), lasting=True)


def merged(holes: list[Hole]) -> list[Hole]:
    """Return holes in order; those that overlap are one.

    >>> merged([Hole(5.0, 7.0), Hole(1.0, 2.0), Hole(6.0, 9.0, True)])
    [Hole(start=1.0, end=2.0, lasting=False), Hole(start=5.0, end=9.0, lasting=True)]
    """
    found: list[Hole] = []
    for hole in sorted(holes):
        if found and hole.start < found[-1].end:
            last = found[-1]
            found[-1] = Hole(last.start, max(last.end, hole.end), last.lasting or hole.lasting)
        else:
            found.append(hole)
    return found


def uncovered(hole: Hole, hidden: Sequence[Stretch]) -> list[Hole]:
    """Return what is left of a hole outside stretches that may not be seen.

    >>> [hole[:2] for hole in uncovered(Hole(1.0, 9.0, lasting=True), [(3.0, 4.0)])]
    [(1.0, 3.0), (4.0, 9.0)]
    """
    left = [hole]
    for start, end in hidden:
        cut = []
        for one in left:
            if one.end <= start or one.start >= end:
                cut.append(one)
                continue
            if one.start < start:
                cut.append(Hole(one.start, start))
            if one.end > end:
                cut.append(one._replace(start=end))
        left = cut
    return left


def broken(times: Float64, values: Float64, flags: Flags, cuts: Float64) -> tuple[Float64, Float64, Flags]:
    """Return a series (k,) with a NaN at every cut (c,) that lies between two of its samples; times and cuts in order.

    >>> broken(np.array([1.0, 2.0, 5.0]), np.array([7.0, 8.0, 9.0]), np.array([1, 1, 3], np.uint8), np.array([0.0, 3.5]))[1]
    array([ 7.,  8., nan,  9.])
    """
    at = np.searchsorted(times, cuts, side="right")
    cuts, at = cuts[(at > 0) & (at < len(times))], at[(at > 0) & (at < len(times))]
    return np.insert(times, at, cuts), np.insert(values, at, np.nan), np.insert(flags, at, flags[at])
