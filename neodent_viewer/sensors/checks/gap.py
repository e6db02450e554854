"""Gap: nothing came for longer than the channel's cadence explains.

QARTOD test 1. A hole is known for certain from the times of the samples around it; while it lasts, silence is judged by
`Gap.silence`, which knows only the time of the last arrival and *now*. So what is finally on record does not depend on how
often anybody looked.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from operator import sub
from statistics import median
from typing import ClassVar

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from neodent_viewer.sensors.check import BAD_ENERGY, GOOD, MISSING, TINY, Outcome, Swept, multiple
from neodent_viewer.sensors.fault import FaultKind, Mark, Marks
from neodent_viewer.sensors.glance import Glance
from neodent_viewer.sensors.sample import Float64

#: seconds of silence after which a value is stale; twice the real period where that is longer
STALE, STALE_PERIODS = 2.0, 2.0
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

    name: ClassVar[str] = "gap"
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
                onset, known = self._time + self.period, self._arrival + wait
                out.marks.append(Mark(onset, t, known, BAD_ENERGY, multiple(step, wait)))
            if not math.isnan(step):
                self._steps.append(step)
            self._time, self._arrival = t, a
            out.flags.append(GOOD)
        return out

    def calm(self, seen: Glance) -> bool:
        """Return whether no step is longer than the nominal cadence allows."""
        wait = self.wait
        return seen.longest <= wait and seen.first - self._time <= wait

    def skip(self, times: Sequence[float], values: Sequence[float]) -> None:
        """Remember the last steps; when the last sample arrived is for `touch`."""
        if len(times) > _REMEMBERED:
            last = times[-_REMEMBERED - 1 :]
            self._steps.extend(map(sub, last[1:], last))
        else:
            self._steps.extend(map(sub, times, (self._time, *times)))
        self._time = times[-1]

    def resume(self, time: float, arrival: float) -> None:
        """Go on from here: the way to this time (s) was a clock's leap."""
        self._time, self._arrival = time, arrival

    def touch(self, arrival: float) -> None:
        """Note that something arrived, though nobody can tell yet when it was taken."""
        if not math.isnan(self._arrival):
            self._arrival = arrival

    @property
    def wait(self) -> float:
        """The longest step (s) that the nominal cadence allows."""
        return max(self.periods * self.period, self.least)

    @property
    def heard(self) -> float:
        """When the last sample with a value was taken (s)."""
        return self._time

    @property
    def spoke(self) -> float:
        """When something arrived last (s)."""
        return self._arrival

    @property
    def soon(self) -> float:
        """Seconds after something has arrived in which there is neither a gap nor anything stale."""
        return min(self.least, STALE)

    def silence(self, now: float) -> Mark | None:
        """Return the gap that is open at `now` (s), or None."""
        if now - self._arrival <= self.least:  # the common case, cheaply
            return None
        wait = self.threshold()
        if not now - self._arrival > wait:
            return None
        margin = multiple(now - self._arrival, wait)
        return Mark(self._time + self.period, now, self._arrival + wait, BAD_ENERGY, margin)

    def patience(self) -> float:
        """Return the seconds of silence after which what was heard last no longer counts as *now*."""
        return max(STALE, STALE_PERIODS * max(self.period, median(self._steps) if self._steps else 0.0))

    def stale(self, now: float) -> bool:
        """Return whether that long has passed at `now` (s); before anything was heard nothing is stale."""
        silent = now - self._arrival
        return silent > STALE and silent > self.patience()  # the common case first, cheaply

    def holes(self, times: Float64, values: Float64) -> Float64:
        """Return from when to when a series holds nothing, for a plot: no state is changed.

        A step is held against the nine steps before it, as in `sweep`; the first ones against the first nine, so that a
        stretch cut out of a long series is judged like the whole. Where the sensor said NaN there is nothing either.

        Parameters
        ----------
        times, values : ndarray (k,) float64
            In order of time (s).

        Returns
        -------
        holes : ndarray (h, 2) float64
            Seconds: the sample before, the sample after.
        """
        heard = np.nonzero(~np.isnan(values))[0]
        at = times[heard]
        steps = np.diff(at)
        first = steps[:_REMEMBERED] if len(steps) >= _NEEDED else np.asarray(self._steps, np.float64)
        silent = np.diff(heard) > 1
        rows = np.nonzero(silent | (steps > max(self.periods * self.period, self.least)))[0]
        if len(rows) and len(first) >= _NEEDED:
            known = np.concatenate([np.resize(first, _REMEMBERED), steps])
            before = np.median(sliding_window_view(known, _REMEMBERED)[rows], axis=1)
            wait = np.maximum(self.periods * np.maximum(self.period, before), self.least)
            rows = rows[silent[rows] | (steps[rows] > wait)]
        else:
            rows = rows[silent[rows]]
        return np.stack([at[rows], at[rows + 1]], axis=1)

    def sweep(self, times: Float64, values: Float64, arrival: Float64) -> Swept:
        """Judge the way to each of the next samples (k,); NaN values as in `update`."""
        heard = np.nonzero(~np.isnan(values))[0]
        at = np.concatenate([[self._time], times[heard]])
        came = np.concatenate([[self._arrival], arrival[heard]])
        steps = np.diff(at)
        known = np.concatenate([list(self._steps), steps[np.isnan(steps).sum() :]])
        wait = self._waits(steps, known)
        holes = np.nonzero(steps > wait)[0]
        if len(heard):
            self._time, self._arrival = float(at[-1]), float(came[-1])
            self._steps.extend(known[-_REMEMBERED:].tolist())
        flags = np.full(len(times), GOOD, np.uint8)
        mute = np.nonzero(np.isnan(values))[0]
        flags[mute] = MISSING
        if not len(mute) and not len(holes):
            return Swept(flags)
        row = np.concatenate([mute, heard[holes]])
        order = np.argsort(row, kind="stable")
        onset = np.concatenate([times[mute], at[holes] + self.period])[order]
        end = np.concatenate([times[mute], at[holes + 1]])[order]
        detected = np.concatenate([arrival[mute], came[holes] + wait[holes]])[order]
        margin = np.concatenate([np.zeros(len(mute)), steps[holes] / np.maximum(wait[holes], TINY)])[order]
        return Swept(flags, Marks(onset, end, detected, np.full(len(row), BAD_ENERGY), margin))

    def _waits(self, steps: Float64, known: Float64) -> Float64:
        """Return how long (s) each of the steps (n,) may be; infinite where nothing could be judged or need be."""
        wait = np.full(len(steps), np.inf)
        behind = len(known) - len(steps)  # steps known before each one: its row and this
        for row in np.nonzero(steps > max(self.periods * self.period, self.least))[0].tolist():
            seen = known[max(0, row + behind - _REMEMBERED) : row + behind]
            if len(seen) >= _NEEDED:
                wait[row] = max(self.periods * max(self.period, median(seen.tolist())), self.least)
        return wait
