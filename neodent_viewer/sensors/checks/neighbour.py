"""Neighbour: two probes of one quantity that used to agree and no longer do.

QARTOD test 11. Teeth differ for good (front ones are cooler), so each probe is compared by how far it has moved from its own
usual level. Of two that disagree nobody can tell which is wrong, so both are suspect; of three or more it is the one that
stands apart from the middle of them all.
"""

from __future__ import annotations

import math
from typing import ClassVar

from neodent_viewer.sensors.bins import Bin, median_of
from neodent_viewer.sensors.check import GOOD, NOT_EVALUATED, SUSPECT, SUSPECT_ENERGY, multiple
from neodent_viewer.sensors.fault import FaultKind, Mark

#: bins from which a usual level is learnt, and how much of it each later one replaces
_LEARNT, _SHARE = 6, 0.01

#: channel key, flag from now on, what is wrong
Verdict = tuple[str, int, Mark | None]


class Neighbour:
    """Compares the probes of one quantity.

    Parameters
    ----------
    limit : float
        Disagreement that is suspect, in the quantity's unit; infinite turns the test off.
    """

    name: ClassVar[str] = "neighbour"
    kind: ClassVar[FaultKind] = FaultKind.DISAGREES

    def __init__(self, limit: float) -> None:
        self.limit = limit
        self._usual: dict[str, float] = {}
        self._learning: dict[str, list[float]] = {}
        self._waiting: dict[int, dict[str, Bin]] = {}

    def close(self, key: str, bin_: Bin) -> list[Verdict]:
        """Take a completed bin of a channel; judge those bins for which nobody can be waited for any longer.

        A bin is judged when somebody has completed the next but one, so that the answer does not depend on who is read first.
        """
        if math.isinf(self.limit):
            return []
        self._waiting.setdefault(bin_.number, {})[key] = bin_
        due = sorted(number for number in self._waiting if number <= bin_.number - 2)
        return [verdict for number in due for verdict in self._judge(self._waiting.pop(number), bin_.closed)]

    def _judge(self, bins: dict[str, Bin], closed: float) -> list[Verdict]:
        moved = {}
        for key in sorted(bins):
            usual = self._usual_level(key, bins[key].median)
            if usual is not None:
                moved[key] = bins[key].median - usual
        found: list[Verdict] = []
        for key in sorted(bins):
            others = [value for other, value in moved.items() if other != key]
            if key not in moved or not others:
                found.append((key, NOT_EVALUATED, None))
                continue
            # the middle of all, itself included, is still the others' when one of three has left; of two there is none
            middle = others[0] if len(others) == 1 else median_of(list(moved.values()))
            away = abs(moved[key] - middle)
            apart = away > self.limit
            if not apart:
                self._usual[key] += _SHARE * moved[key]
            margin = multiple(away, self.limit)
            mark = Mark(bins[key].start, bins[key].end, closed, SUSPECT_ENERGY, margin) if apart else None
            found.append((key, SUSPECT if apart else GOOD, mark))
        return found

    def _usual_level(self, key: str, value: float) -> float | None:
        """Return the usual level of a channel, None while it is being learnt."""
        if key not in self._usual:
            learning = self._learning.setdefault(key, [])
            learning.append(value)
            if len(learning) < _LEARNT:
                return None
            self._usual[key] = median_of(self._learning.pop(key))
        return self._usual[key]
