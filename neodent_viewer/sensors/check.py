"""What a streaming quality test looks like: the same answer however samples were cut into blocks, O(1) a sample.

Ticks bring one to a handful of samples a channel, where array calls cost more than the arithmetic; recordings bring a
million. So every check has two ways in that share one state and agree bit for bit: `Check.update` over plain floats,
`Check.sweep` over arrays. And it has a way past, `Check.skip`, for samples that it can tell at a glance to be good; checks
that keep nothing of what they let pass but the last two samples say once and for all what a glance must show (`Bounds`), so
that nobody need ask each of them. Checks of slow things (`SlowCheck`) look at closed bins of samples instead, see
`sensors.bins`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.sensors.bins import Bin
from neodent_viewer.sensors.channel import Flag
from neodent_viewer.sensors.fault import FaultKind, Mark, Marks
from neodent_viewer.sensors.glance import Glance
from neodent_viewer.sensors.sample import Float64

#: flags as plain numbers: members of an enum are slow to look up, and there are many samples
GOOD, NOT_EVALUATED, SUSPECT, BAD, MISSING = (
    int(flag) for flag in (Flag.GOOD, Flag.NOT_EVALUATED, Flag.SUSPECT, Flag.BAD, Flag.MISSING)
)
#: fault energy of a suspect and of a bad sample
SUSPECT_ENERGY, BAD_ENERGY = 0.75, 1.0
#: the least a threshold counts for where evidence is told in multiples of it
TINY = 1e-9


@dataclass(slots=True)
class Outcome:
    """What a check says about a few samples.

    Attributes
    ----------
    flags : list of int (k,)
        QARTOD flags; row i speaks of sample i - `Check.lag` of the block (negative: of samples before it).
    marks : list of Mark
        What is wrong.
    """

    flags: list[int]
    marks: list[Mark] = field(default_factory=list)


@dataclass(slots=True)
class Swept:
    """What a check says about a long block: as `Outcome`, in arrays.

    Attributes
    ----------
    flags : ndarray (k,) uint8
    marks : Marks or None
        None when nothing is wrong.
    """

    flags: NDArray[np.uint8]
    marks: Marks | None = None


class Bounds(NamedTuple):
    """What a glance must show for a check to be calm.

    Attributes
    ----------
    low, high : float
        Values lie between these, ends allowed, in the channel's unit.
    step : float
        Every change of value is smaller than this ...
    rate, least : float
        ... and not faster (units per second), in steps that count as at least `least` seconds.
    """

    low: float = -math.inf
    high: float = math.inf
    step: float = math.inf
    rate: float = math.inf
    least: float = math.inf

    def with_(self, other: Bounds) -> Bounds:
        """Return what must be shown for two checks."""
        lower, higher = max(self.low, other.low), min(self.high, other.high)
        step, rate, least = min(self.step, other.step), min(self.rate, other.rate), min(self.least, other.least)
        return Bounds(lower, higher, step, rate, least)

    def hold(self, seen: Glance) -> bool:
        """Return whether what was seen lies within them."""
        shortest = seen.shortest
        return (
            self.low <= seen.low
            and seen.high <= self.high
            and seen.step < self.step
            and seen.step / (self.least if shortest < self.least else shortest) <= self.rate
        )


class Alike(NamedTuple):
    """One answer to several samples.

    Attributes
    ----------
    flag : int
        Of each of them.
    mark : Mark or None
        What is wrong with all of them together.
    """

    flag: int
    mark: Mark | None = None


class Check(Protocol):
    """One quality test of one channel, sample by sample."""

    name: ClassVar[str]  #: what flags per test call it
    kind: ClassVar[FaultKind]  #: what its findings are called
    lag: ClassVar[int]  #: samples it must wait before it can judge one

    def update(self, times: Sequence[float], values: Sequence[float], arrival: Sequence[float]) -> Outcome:
        """Judge the next samples: finite values, times (s) strictly rising over all calls."""

    def sweep(self, times: Float64, values: Float64, arrival: Float64) -> Swept:
        """Judge the next samples, arrays (k,) with k at least 1; the same answer as `update`."""

    def calm(self, seen: Glance) -> bool:
        """Return whether `update` is sure to find the next samples good and nothing else; when in doubt, no."""

    def skip(self, times: Sequence[float], values: Sequence[float]) -> None:
        """Take in samples that are calm, without a word: as `update` would."""

    def bounds(self) -> Bounds | None:
        """Return the bounds within which it is calm once it has taken two samples in; None where that depends on more.

        A check that has some keeps nothing of calm samples but the last two: it need be told only those, and late.
        """


class SlowCheck(Protocol):
    """One quality test of one channel, bin by bin; what it says holds until it says something else."""

    name: ClassVar[str]
    kind: ClassVar[FaultKind]

    def close(self, bin_: Bin) -> tuple[int, Mark | None]:
        """Judge the channel now that a bin is complete; return a flag, and what is wrong."""


def run_starts(goes_on: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return for each sample (k,) the row at which its run began, -1 where that was before the block.

    >>> run_starts(np.array([True, False, True, False, True])).tolist()
    [-1, 1, 1, 3, 3]
    """
    return np.maximum.accumulate(np.where(goes_on, -1, np.arange(len(goes_on))))


def graded(suspect: NDArray[np.bool_], bad: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Return flags (k,): bad where bad, else suspect where suspect, else good."""
    flags = np.full(len(suspect), GOOD, np.uint8)
    flags[suspect] = SUSPECT
    flags[bad] = BAD
    return flags


def multiple(evidence: float, limit: float) -> float:
    """Return how many times a limit some evidence is; a limit of nothing counts as a very small one."""
    return evidence / (limit if limit > TINY else TINY)


def middle_and_half(low: float, high: float) -> tuple[float, float]:
    """Return what excursions out of a span are measured from and against; of an open span its only end.

    >>> middle_and_half(30.0, 42.0), middle_and_half(-math.inf, 699.5)
    ((36.0, 6.0), (0.0, 699.5))
    """
    if math.isfinite(low) and math.isfinite(high):
        return 0.5 * (low + high), 0.5 * (high - low)
    end = low if math.isfinite(low) else high
    return 0.0, abs(end) if math.isfinite(end) else 1.0


def swept(
    flags: NDArray[np.uint8], onset: Float64, end: Float64, detected: Float64, evidence: Float64, limit: float = 1.0
) -> Swept:
    """Return what a check says, with a mark for every suspect or bad row; arrays (k,), `evidence` in what `limit` is in."""
    rows = np.nonzero(flags >= SUSPECT)[0]
    if not len(rows):
        return Swept(flags)
    energy = np.where(flags[rows] == SUSPECT, SUSPECT_ENERGY, BAD_ENERGY)
    margin = evidence[rows] / (limit if limit > TINY else TINY)
    return Swept(flags, Marks(onset[rows], end[rows], detected[rows], energy, margin))
