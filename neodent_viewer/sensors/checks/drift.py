"""Drift: a slow trend that goes on and on, as fouled electrodes have it, and nothing a mouth does.

QARTOD has no such test. The last hours are cut into four quarters. The first is the reference window; from quarter to quarter
the medians must run the same way, evenly, and fast enough. Evenness is what tells a drift from falling asleep or waking up,
where pH and warmth go to another level within half an hour and stay there (J Dent 2016;51:49). Medians of five minutes, and
medians of those, let drinks and meals pass.
"""

from __future__ import annotations

from collections import deque
from itertools import pairwise
from typing import ClassVar

from neodent_viewer.sensors.bins import Bin, median_of
from neodent_viewer.sensors.check import BAD, BAD_ENERGY, GOOD, NOT_EVALUATED, SUSPECT, SUSPECT_ENERGY, multiple
from neodent_viewer.sensors.fault import FaultKind, Mark

#: seconds that one median stands for, and quarters
_SPAN, _QUARTERS = 300.0, 4
#: the smallest step between quarters must be this share of the mean one; so much of a quarter must have been heard
_EVEN, _HEARD = 0.42, 0.6
#: so many times as fast as suspect is bad
_BAD = 4.0


class Drift:
    """Looks for an even trend.

    Parameters
    ----------
    rate : float
        Units per hour from which a trend is suspect; infinite turns the test off.
    hours : float
        Over how long it must be seen.
    """

    name: ClassVar[str] = "drift"
    kind: ClassVar[FaultKind] = FaultKind.DRIFT

    def __init__(self, rate: float, hours: float) -> None:
        self.rate = rate
        self.hours = hours
        self._quarter = max(2, round(hours * 3600.0 / _SPAN / _QUARTERS))  # spans in a quarter
        self._spans: deque[tuple[int, float]] = deque(maxlen=_QUARTERS * self._quarter)
        self._number = -1
        self._medians: list[float] = []
        self._flag = NOT_EVALUATED

    def close(self, bin_: Bin) -> tuple[int, Mark | None]:
        """Judge the channel over the last hours, once every five minutes."""
        number = int(bin_.start // _SPAN)
        mark = None
        if number != self._number:
            if self._medians:
                self._spans.append((self._number, median_of(self._medians)))
                mark = self._judge(bin_)
            self._number, self._medians = number, []
        self._medians.append(bin_.median)
        return self._flag, mark

    def _judge(self, bin_: Bin) -> Mark | None:
        quarters: list[list[float]] = [[] for _ in range(_QUARTERS)]
        first = self._number - _QUARTERS * self._quarter + 1
        for number, value in self._spans:
            if number >= first:
                quarters[(number - first) // self._quarter].append(value)
        if min(len(quarter) for quarter in quarters) < _HEARD * self._quarter:
            self._flag = NOT_EVALUATED
            return None
        levels = [median_of(quarter) for quarter in quarters]
        steps = [b - a for a, b in pairwise(levels)]
        mean = (levels[-1] - levels[0]) / (_QUARTERS - 1)
        rate = abs(mean) / (self._quarter * _SPAN / 3600.0)
        even = min(step * (1.0 if mean > 0 else -1.0) for step in steps) >= _EVEN * abs(mean)
        if rate < self.rate or not even:
            self._flag = GOOD
            return None
        bad = rate >= _BAD * self.rate
        self._flag = BAD if bad else SUSPECT
        return Mark(
            first * _SPAN, bin_.end, bin_.closed, BAD_ENERGY if bad else SUSPECT_ENERGY, multiple(rate, self.rate)
        )
