"""Where the dabs of a stroke stand: at equal distances along the way of the hand, or at equal times for an airbrush.

Order: the pointer draws the brush along on its string (the stabiliser), then the way the brush went is cut into dabs.
Neither the rate of the pointer nor that of the screen changes where they stand.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from neodent_viewer.mesh.surface import Float64

#: dabs that one move may ask for; more is a broken file or a slip, and would hang whoever waits
MOST = 20_000


class Stop(NamedTuple):
    """One dab: place (3,), pressure 0..1, unit direction (3,) of the way or zero, and whether the hand was put down here."""

    place: Float64
    pressure: float
    direction: Float64
    down: bool


class Path:
    """The way of one brush.

    Parameters
    ----------
    step : float
        mm between dabs.
    rate : float
        Dabs a second; 0 for dabs by distance.
    string : float
        mm by which the brush trails behind the pointer, 0 for none.
    """

    def __init__(self, step: float, rate: float = 0.0, string: float = 0.0) -> None:
        self._step, self._rate, self._string = step, rate, string
        self._at: Float64 | None = None
        self._pressure = 1.0
        self._since = 0.0  # mm since the last dab
        self._down_at = 0.0  # s
        self._now = 0.0
        self._count = 0  # dabs since the hand came down
        self._direction = np.zeros(3)

    @property
    def down(self) -> bool:
        """Whether the brush is on the surface."""
        return self._at is not None

    def lift(self) -> None:
        """Take the brush off: it draws no way to where it comes down next."""
        self._at, self._since = None, 0.0

    def to(self, goal: Float64, pressure: float, time: float | None) -> list[Stop]:
        """Return the dabs on the way to where the pointer is now, `time` in s.

        Raises
        ------
        ValueError
            If an airbrush is told no time, time runs back, or the way asks for more than `MOST` dabs.
        """
        now = self._clock(time)
        if self._at is None:
            return [self._land(goal, pressure, now)]
        start, before, then = self._at, self._pressure, self._now
        goal = self._drawn_to(start, goal)
        way = goal - start
        length = float(np.linalg.norm(way))
        shares = self._by_time(then, now) if self._rate else self._by_distance(length)
        if length > 0:
            self._direction = way / length
        self._at, self._pressure, self._now = goal, pressure, now
        return [Stop(start + way * s, before + (pressure - before) * s, self._direction, False) for s in shares]

    def hold(self, time: float) -> list[Stop]:
        """Return the dabs of a hand that stays where it is until `time` in s; none unless it is an airbrush."""
        if self._at is None or not self._rate:
            return []
        now = self._clock(time)
        shares = self._by_time(self._now, now)
        self._now = now
        return [Stop(self._at, self._pressure, self._direction, False) for _ in shares]

    def _clock(self, time: float | None) -> float:
        if time is None and self._rate:
            raise ValueError("an airbrush needs to be told the time")
        now = self._now if time is None else float(time)
        if not np.isfinite(now) or (self._rate and self._at is not None and now < self._now):
            raise ValueError(f"time of a stroke runs on; {now} s came after {self._now} s")
        return now

    def _land(self, place: Float64, pressure: float, now: float) -> Stop:
        self._at, self._pressure, self._since = place, pressure, 0.0
        self._down_at, self._now, self._count = now, now, 1
        return Stop(place, pressure, self._direction, True)

    def _drawn_to(self, start: Float64, goal: Float64) -> Float64:
        """Return where the brush comes to stand when the pointer pulls it on its string."""
        away = goal - start
        length = float(np.linalg.norm(away))
        if length <= self._string:
            return start
        return goal - away * (self._string / length) if self._string else goal

    def _by_distance(self, length: float) -> list[float]:
        if length / self._step > MOST:
            raise ValueError(f"one move of {length:g} mm asks for more than {MOST} dabs")
        shares = []
        travelled = self._step - self._since
        while travelled <= length:
            shares.append(travelled / length if length else 1.0)
            travelled += self._step
        self._since = length - (travelled - self._step)
        return shares

    def _by_time(self, then: float, now: float) -> list[float]:
        if (now - then) * self._rate > MOST:
            raise ValueError(f"a wait of {now - then:g} s asks for more than {MOST} dabs")
        shares = []
        while (due := self._down_at + self._count / self._rate) <= now:
            shares.append((due - then) / (now - then) if now > then else 1.0)
            self._count += 1
        return shares
