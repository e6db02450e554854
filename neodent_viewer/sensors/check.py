"""What a streaming quality test looks like: `update` over blocks of any size, the same answer however they were cut.

A check keeps what it must remember between blocks in a few numbers and spends O(1) on a sample. Plain floats in and out:
ticks bring one to a handful of samples a channel, where array calls cost more than the arithmetic.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Protocol

from neodent_viewer.sensors.channel import Flag
from neodent_viewer.sensors.fault import FaultKind, Mark

#: flags as plain numbers: members of an enum are slow to look up, and there are many samples
GOOD, NOT_EVALUATED, SUSPECT, BAD, MISSING = (
    int(flag) for flag in (Flag.GOOD, Flag.NOT_EVALUATED, Flag.SUSPECT, Flag.BAD, Flag.MISSING)
)
#: fault energy of a suspect and of a bad sample
SUSPECT_ENERGY, BAD_ENERGY = 0.75, 1.0


@dataclass(slots=True)
class Outcome:
    """What a check says about a block.

    Attributes
    ----------
    flags : list of int (k,)
        QARTOD flags; row i speaks of sample i - `Check.lag` of the block (negative: of samples before it).
    marks : list of Mark
        What is wrong.
    """

    flags: list[int]
    marks: list[Mark] = field(default_factory=list)


class Check(Protocol):
    """One quality test of one channel."""

    kind: ClassVar[FaultKind]  #: what its findings are called
    lag: ClassVar[int]  #: samples it must wait before it can judge one

    def update(self, times: Sequence[float], values: Sequence[float], arrival: Sequence[float]) -> Outcome:
        """Judge the next samples: finite values, times (s) strictly rising over all calls."""
