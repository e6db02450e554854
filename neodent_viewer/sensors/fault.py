"""What is wrong with a channel over an interval, and the log that joins single findings into such intervals."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple


class FaultKind(StrEnum):
    """The kinds of trouble the house has words for."""

    GAP = "gap"
    STUCK = "stuck"
    SPIKE = "spike"
    DRIFT = "drift"
    OUT_OF_RANGE = "out_of_range"
    LATE = "late"
    DECOUPLED = "decoupled"


class Mark(NamedTuple):
    """One finding of one check.

    Attributes
    ----------
    onset, end : float
        First and last moment (sample time, s) it speaks of.
    detected : float
        When it could first be known (arrival time, s): the light starts here, since nobody can show what nobody knows yet.
    energy : float
        How bad, 0..1.
    """

    onset: float
    end: float
    detected: float
    energy: float


@dataclass(frozen=True, slots=True)
class Fault:
    """An interval over which something was, or still is, wrong with a channel.

    Attributes
    ----------
    kind : FaultKind
    onset, end : float
        First and last bad moment found so far, seconds of sample time.
    detected : float
        When it became known, seconds of arrival time.
    energy : float
        Largest energy found, 0..1.
    """

    kind: FaultKind
    onset: float
    end: float
    detected: float
    energy: float


class FaultLog:
    """Faults of one channel: marks of a kind closer than `hold` seconds to its last fault continue it.

    Parameters
    ----------
    hold : float
        Seconds; also how long a fault counts as running after its last mark.
    capacity : int
        Faults remembered; the oldest are forgotten.
    """

    def __init__(self, hold: float, capacity: int = 512) -> None:
        self.hold = hold
        self._faults: deque[Fault] = deque(maxlen=capacity)
        self._last: dict[FaultKind, Fault] = {}

    def add(self, kind: FaultKind, mark: Mark) -> None:
        """Take a mark in."""
        last = self._last.get(kind)
        if last is not None and mark.onset <= last.end + self.hold:
            fault = replace(last, end=max(last.end, mark.end), energy=max(last.energy, mark.energy))
            self._replace(last, fault)
        else:
            fault = Fault(kind, *mark)
            self._faults.append(fault)
        self._last[kind] = fault

    def _replace(self, old: Fault, new: Fault) -> None:
        for i in range(len(self._faults) - 1, -1, -1):
            if self._faults[i] is old:
                self._faults[i] = new
                return

    def all(self) -> tuple[Fault, ...]:
        """Return the faults remembered, in the order they were found."""
        return tuple(self._faults)

    def latest(self) -> tuple[Fault, ...]:
        """Return the last fault of each kind."""
        return tuple(self._last.values())
