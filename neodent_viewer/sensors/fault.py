"""What is wrong with a channel over an interval, and the log that joins single findings into such intervals."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
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
    """Faults of one channel: marks of a kind that lie less than `hold` seconds behind its last fault continue it.

    Parameters
    ----------
    hold : float
        Seconds; also how long a fault counts as running after its last mark.
    capacity : int
        Faults of each kind remembered; the oldest are forgotten.
    """

    def __init__(self, hold: float, capacity: int = 128) -> None:
        self.hold = hold
        self._capacity = capacity
        self._faults: dict[FaultKind, deque[Fault]] = {}

    def add(self, kind: FaultKind, mark: Mark) -> None:
        """Take a mark in; those of a kind must come in order of arrival."""
        faults = self._faults.setdefault(kind, deque(maxlen=self._capacity))
        last = faults[-1] if faults else None
        if last is None or mark.onset > last.end + self.hold:
            faults.append(Fault(kind, *mark))
        else:
            onset, end, energy = min(last.onset, mark.onset), max(last.end, mark.end), max(last.energy, mark.energy)
            faults[-1] = Fault(kind, onset, end, last.detected, energy)

    def all(self) -> tuple[Fault, ...]:
        """Return the faults remembered, in the order in which they could be known."""
        faults = [fault for kind in self._faults.values() for fault in kind]
        return tuple(sorted(faults, key=lambda fault: (fault.detected, fault.onset, fault.kind)))

    def latest(self) -> tuple[Fault, ...]:
        """Return the last fault of each kind."""
        return tuple(faults[-1] for faults in self._faults.values())
