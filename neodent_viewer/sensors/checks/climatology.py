"""Climatology: a mouth keeps other values awake than asleep, so what is usual goes by the time of day.

QARTOD test 5. What is judged is the median of the last minutes, not each sample: a drink is no season.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from neodent_viewer.sensors.bins import Bin, median_of
from neodent_viewer.sensors.check import GOOD, NOT_EVALUATED, SUSPECT, SUSPECT_ENERGY, middle_and_half, multiple
from neodent_viewer.sensors.fault import FaultKind, Mark

_DAY = 86_400.0


class Usual(NamedTuple):
    """What is usual between two hours of the day; from 23 to 7 goes over midnight.

    Attributes
    ----------
    since, until : float
        Hours, 0 to 24; the end is not in it.
    low, high : float
        In the channel's unit.
    """

    since: float
    until: float
    low: float
    high: float

    def holds_at(self, hour: float) -> bool:
        """Return whether an hour of the day lies in it.

        >>> Usual(23, 7, 0, 1).holds_at(2.5), Usual(7, 23, 0, 1).holds_at(2.5)
        (True, False)
        """
        if self.since <= self.until:
            return self.since <= hour < self.until
        return hour >= self.since or hour < self.until


class Climatology:
    """Compares the median of the last minutes with what is usual at this hour.

    Parameters
    ----------
    usual : sequence of Usual
        The first that holds at an hour counts; an hour without one is not evaluated.
    midnight : float or None
        A midnight on the program's clock (s); None: the time of day is not known and nothing is evaluated.
    bins : int
        How many in a row the median is taken of.
    """

    name: ClassVar[str] = "climatology"
    kind: ClassVar[FaultKind] = FaultKind.OUT_OF_RANGE

    def __init__(self, usual: Sequence[Usual], midnight: float | None, bins: int) -> None:
        self.usual = tuple(usual)
        self.midnight = midnight
        self._bins: deque[tuple[float, float]] = deque(maxlen=bins)  # start (s) and median of each

    def flag(self, time: float, value: float) -> int:
        """Return the flag of a value at a time (s)."""
        usual = self._usual(time)
        if usual is None:
            return NOT_EVALUATED
        return GOOD if usual.low <= value <= usual.high else SUSPECT

    def close(self, bin_: Bin) -> tuple[int, Mark | None]:
        """Judge the channel over the last bins."""
        self._bins.append((bin_.start, bin_.median))
        if self.midnight is None or len(self._bins) < (self._bins.maxlen or 1):
            return NOT_EVALUATED, None
        value = median_of([median for _, median in self._bins])
        flag = self.flag(bin_.start, value)
        if flag != SUSPECT:
            return flag, None
        margin = self._margin(bin_.start, value)
        return flag, Mark(self._bins[0][0], bin_.end, bin_.closed, SUSPECT_ENERGY, margin)

    def _usual(self, time: float) -> Usual | None:
        if self.midnight is None:
            return None
        hour = ((time - self.midnight) % _DAY) / 3600.0
        return next((usual for usual in self.usual if usual.holds_at(hour)), None)

    def _margin(self, time: float, value: float) -> float:
        usual = self._usual(time)
        if usual is None:
            return 0.0
        middle, half = middle_and_half(usual.low, usual.high)
        return multiple(abs(value - middle), half)
