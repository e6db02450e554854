"""A sender's clock on the program's clock: a leap is found and taken back, a slow drift is followed, delay is left alone.

One way, nobody can tell a clock that is behind from a network that is slow, so what counts is change. Delay (arrival less
time) that falls or rises at once and stays is a leap, for no network delivers from the future, and no slow one sends time
backwards. The least delay of each few minutes, followed over hours, is the drift (Cristian, *Distributed Computing* 3,
1989; slope after Theil and Sen). What comes out depends on times and arrivals only, not on how they were cut into blocks.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from enum import IntEnum
from operator import sub
from typing import NamedTuple

import numpy as np

from neodent_viewer.sensors.allowance import ClockAllowance, below
from neodent_viewer.sensors.sample import Float64

#: seconds over which the least delay is taken, how many such are remembered, and how many are needed for a slope
EPOCH, _REMEMBERED, _NEEDED = 240.0, 24, 5
#: seconds over which a correction is slewed to where it should be, and the fastest drift believed
_SLEW, _FASTEST = 480.0, 1e-3
#: a time further than this (s) from its arrival means nothing: a clock that starts in 1970, a typing error in 2100
ABSURD = 86_400.0
#: samples that must speak of a leap, and how many are kept while it is in doubt
_WITNESSES, _KEPT = 3, 256


class Place(IntEnum):
    """What a clock makes of one sample's time."""

    SURE = 0
    DOUBTFUL = 1  #: the clock may have leapt; until that is known the sample is out of order
    ABSURD = 2


class Leap(NamedTuple):
    """A sender's clock that jumped.

    Attributes
    ----------
    at : float
        When, seconds on the program's clock.
    known : float
        Arrival (s) of the sample that settled it.
    seconds : float
        How far forward.
    """

    at: float
    known: float
    seconds: float


@dataclass(frozen=True, slots=True)
class ClockStatus:
    """What a window may say about a sender's clock.

    Attributes
    ----------
    offset : float
        Seconds added to its times now.
    drift : float
        How much too slow it runs, parts per million.
    delay : float
        Seconds from taken to arrived, at the last sample; NaN before the first.
    leaps : int
    """

    offset: float = 0.0
    drift: float = 0.0
    delay: float = math.nan
    leaps: int = 0


class SourceClock:
    """Places samples of one sender on the program's clock.

    Parameters
    ----------
    period : float
        Nominal seconds between samples.
    jump : float
        Seconds that make a leap; at least three periods.
    """

    def __init__(self, period: float, jump: float) -> None:
        self.jump = max(jump, 3.0 * period)
        self._settled = max(1.0, 3.0 * period)  # seconds over which witnesses of a leap must agree
        self._shift = 0.0
        self._slid, self._slope, self._from = 0.0, 0.0, 0.0
        self._delay = math.nan
        self._time = -math.inf
        self._epoch = -1
        self._least = (math.inf, 0.0)  # delay without the drift's correction, arrival
        self._minima: deque[tuple[float, float]] = deque(maxlen=_REMEMBERED)
        self._doubt: list[tuple[float, float]] = []  # time, arrival
        self.leaps: list[Leap] = []  #: found since somebody took them
        self.released: list[tuple[float, float]] = []  #: (time, arrival) of samples doubted without cause, likewise
        self._count = 0
        self._level: float | None = None  # of the delays' line when drift was first known

    def status(self) -> ClockStatus:
        """Return what is known now."""
        return ClockStatus(self._shift + self._slid, self._slope * 1e6, self._delay, self._count)

    def place(self, time: float, arrival: float) -> tuple[float, Place]:
        """Return a sample's time (s) on the program's clock, and how sure that is."""
        if not math.isfinite(time):
            return time, Place.ABSURD
        if arrival // EPOCH != self._epoch:
            self._turn(arrival)
        placed = self._corrected(time, arrival)
        delay = arrival - placed
        absurd = abs(delay) > ABSURD
        if not absurd and (math.isnan(self._delay) or abs(delay - self._delay) < self.jump):
            self._trust(time, placed, delay, arrival)
            return placed, Place.SURE
        if not absurd and delay > self._delay and placed > self._time:
            self._time = placed  # late, but its clock runs on
            return placed, Place.SURE
        return self._wonder(placed, delay, arrival, Place.ABSURD if absurd else Place.DOUBTFUL)

    def _trust(self, time: float, placed: float, delay: float, arrival: float) -> None:
        if self._doubt:
            self._release()
        self._delay = delay
        self._time = max(self._time, placed)
        raw = arrival - (time + self._shift)
        if raw < self._least[0]:
            self._least = (raw, arrival)

    def _wonder(self, placed: float, delay: float, arrival: float, place: Place) -> tuple[float, Place]:
        """Count witnesses of a leap; the one that settles it is placed behind it."""
        if self._doubt:
            first_time, first_arrival = self._doubt[0]
            if abs(delay - (first_arrival - first_time)) > 0.25 * self.jump or len(self._doubt) >= _KEPT:
                self._release()
        self._doubt.append((placed, arrival))
        if len(self._doubt) < _WITNESSES or arrival - self._doubt[0][1] < self._settled:
            return placed, place
        before = 0.0 if math.isnan(self._delay) else self._delay
        back = delay - before
        self.leaps.append(Leap(self._doubt[0][1] - before, arrival, -back))
        self._shift += back
        self._count += 1
        self._doubt.clear()
        self._delay = before
        self._time = placed + back
        return self._time, Place.SURE

    def _release(self) -> None:
        self.released += [(time, arrival) for time, arrival in self._doubt if abs(arrival - time) <= ABSURD]
        self._doubt.clear()

    def glide(self, times: list[float], arrival: list[float]) -> list[float] | None:
        """Return a few times (k,) placed, or None when one of them needs `place`; then nothing has changed.

        The list itself where the clock needs no correction.
        """
        before, jump, epoch = self._delay, self.jump, self._epoch
        if self._doubt or before != before or arrival[0] // EPOCH != epoch or arrival[-1] // EPOCH != epoch:
            return None
        corrected = self._shift != 0.0 or self._slid != 0.0 or self._slope != 0.0
        placed = [self._corrected(t, a) for t, a in zip(times, arrival, strict=True)] if corrected else times
        delays = list(map(sub, arrival, placed))
        low, high, whole = min(delays), max(delays), sum(delays)
        if not (low >= -ABSURD and high <= ABSURD and whole == whole):  # what is no number shows in a sum alone
            return None
        # where all of them lie close together no two can be far apart
        if not max(high, before) - min(low, before) < jump:
            for delay in delays:
                if not -jump < delay - before < jump:
                    return None
                before = delay
        self._delay = delays[-1]
        if (youngest := max(placed)) > self._time:
            self._time = youngest
        self._note_least(times, placed, arrival)
        return placed

    def allowance(self) -> ClockAllowance:
        """Return which times and arrivals `glide` is sure to take."""
        if self._doubt or self._epoch < 0:
            return ClockAllowance()
        since, until = self._epoch * EPOCH, below((self._epoch + 1) * EPOCH)
        line = self._shift, self._slid, self._slope, self._from
        return ClockAllowance(self._delay, below(self.jump), since, until, *line)

    def follow(self, times: list[float], placed: list[float], arrival: list[float]) -> None:
        """Go on as `glide` does with times (k,) that it is known to take, and where it places them."""
        self._delay = arrival[-1] - placed[-1]
        self._time = max(self._time, placed[-1])
        self._note_least(times, placed, arrival)

    def _note_least(self, times: list[float], placed: list[float], arrival: list[float]) -> None:
        delays = list(map(sub, arrival, placed))
        if self._shift != 0.0 or self._slid != 0.0 or self._slope != 0.0:
            delays = [a - (t + self._shift) for t, a in zip(times, arrival, strict=True)]
        if (low := min(delays)) < self._least[0]:
            self._least = (low, arrival[delays.index(low)])

    def _corrected(self, time: float, arrival: float) -> float:
        return time + self._shift + (self._slid + self._slope * (arrival - self._from))

    def calm(self, times: Float64, arrival: Float64) -> Float64 | None:
        """Return times (k,) placed all at once, or None when one of them needs `place`; then nothing has changed."""
        if self._doubt or not np.isfinite(times).all():
            return None
        if arrival[0] // EPOCH == self._epoch == arrival[-1] // EPOCH:
            return self._calm_epoch(times, arrival)
        kept = self._state()
        placed = np.empty_like(times)
        edges = np.nonzero(np.diff(arrival // EPOCH))[0] + 1
        starts, ends = [0, *edges.tolist()], [*edges.tolist(), len(times)]
        for start, end in zip(starts, ends, strict=True):
            if arrival[start] // EPOCH != self._epoch:
                self._turn(float(arrival[start]))
            part = self._calm_epoch(times[start:end], arrival[start:end])
            if part is None:
                self._restore(kept)
                return None
            placed[start:end] = part
        return placed

    def _calm_epoch(self, times: Float64, arrival: Float64) -> Float64 | None:
        placed = times + self._shift + (self._slid + self._slope * (arrival - self._from))
        delay = arrival - placed
        before = delay[0] if math.isnan(self._delay) else self._delay
        if np.abs(delay).max() > ABSURD or np.abs(np.diff(delay, prepend=before)).max() >= self.jump:
            return None
        self._delay = float(delay[-1])
        self._time = max(self._time, float(placed.max()))
        raw = arrival - (times + self._shift)
        least = int(raw.argmin())
        if raw[least] < self._least[0]:
            self._least = (float(raw[least]), float(arrival[least]))
        return np.asarray(placed)

    def _state(self) -> tuple[object, ...]:
        line = (self._slid, self._slope, self._from, self._delay, self._time, self._epoch, self._least)
        return (*line, self._minima.copy(), self._level)

    def _restore(self, kept: tuple[object, ...]) -> None:
        names = ("_slid", "_slope", "_from", "_delay", "_time", "_epoch", "_least", "_minima", "_level")
        for name, value in zip(names, kept, strict=True):
            setattr(self, name, value)

    def _turn(self, arrival: float) -> None:
        """Close an epoch: keep its least delay, and slew towards the line through the least delays of hours."""
        if self._least[0] < math.inf:
            self._minima.append(self._least)
        self._slid += self._slope * (arrival - self._from)
        self._from = arrival
        self._epoch = int(arrival // EPOCH)
        self._least = (math.inf, 0.0)
        if len(self._minima) < _NEEDED:
            return
        delays, at = np.array(self._minima).T
        i, j = np.triu_indices(len(at), 1)
        slope = float(np.median((delays[j] - delays[i]) / (at[j] - at[i])))
        if abs(slope) > _FASTEST:
            return
        # where the correction should be: what the line has moved since the oldest delay remembered was corrected
        level = float(np.median(delays - slope * at)) + slope * arrival
        if self._level is None:
            self._level = level - self._slid
        self._slope = slope + (level - self._level - self._slid) / _SLEW if slope else 0.0
