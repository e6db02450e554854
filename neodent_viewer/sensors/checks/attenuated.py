"""Attenuated signal: it still moves, but less than anything alive does.

QARTOD test 9, the range form: over the last seconds the highest and the lowest value must be some way apart. Judged whenever
a bin closes; `ioos_qc` judges at every sample over the same seconds and agrees at the last sample of each bin.
"""

from __future__ import annotations

from collections import deque
from typing import ClassVar

from neodent_viewer.sensors.bins import Bin
from neodent_viewer.sensors.check import GOOD, NOT_EVALUATED, SUSPECT, SUSPECT_ENERGY
from neodent_viewer.sensors.fault import FaultKind, Mark


class Attenuated:
    """Compares the range over some bins with what it must at least be.

    Parameters
    ----------
    least : float
        A range below this is suspect, in the channel's unit.
    bins : int
        How many in a row are looked at.
    samples : int
        That must be in them before anything is said.
    """

    name: ClassVar[str] = "attenuated"
    kind: ClassVar[FaultKind] = FaultKind.STUCK

    def __init__(self, least: float, bins: int, samples: int = 20) -> None:
        self.least = least
        self.samples = samples
        self._bins: deque[Bin] = deque(maxlen=bins)

    def close(self, bin_: Bin) -> tuple[int, Mark | None]:
        """Judge the channel over the last bins."""
        if self._bins and bin_.number != self._bins[-1].number + 1:
            self._bins.clear()
        self._bins.append(bin_)
        full = len(self._bins) == self._bins.maxlen
        if not full or sum(b.samples for b in self._bins) < self.samples:
            return NOT_EVALUATED, None
        span = max(b.high for b in self._bins) - min(b.low for b in self._bins)
        if span >= self.least:
            return GOOD, None
        margin = self.least / max(span, 0.01 * self.least)
        return SUSPECT, Mark(self._bins[0].start, bin_.end, bin_.closed, SUSPECT_ENERGY, margin)
