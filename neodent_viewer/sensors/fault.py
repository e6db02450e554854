"""What is wrong with a channel over an interval, and the log that joins single findings into such intervals."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class FaultKind(StrEnum):
    """The kinds of trouble the house has words for.

    An attenuated signal counts as stuck, one outside its climatology as out of range; syntax is a sample whose time cannot
    be, clock jump a sender's clock that leapt, disagrees a probe that its neighbours contradict.
    """

    GAP = "gap"
    STUCK = "stuck"
    SPIKE = "spike"
    DRIFT = "drift"
    OUT_OF_RANGE = "out_of_range"
    LATE = "late"
    DECOUPLED = "decoupled"
    SATURATED = "saturated"
    CLOCK_JUMP = "clock_jump"
    DISAGREES = "disagrees"
    SYNTAX = "syntax"


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
    margin : float
        How far the evidence goes, in multiples of the threshold from which a test speaks; 0 where there is none.
    """

    onset: float
    end: float
    detected: float
    energy: float
    margin: float = 0.0


class Marks(NamedTuple):
    """Findings of one check over a long block, as arrays (k,) float64; fields as in `Mark`."""

    onset: NDArray[np.float64]
    end: NDArray[np.float64]
    detected: NDArray[np.float64]
    energy: NDArray[np.float64]
    margin: NDArray[np.float64]

    def each(self) -> Iterator[Mark]:
        """Yield them one by one."""
        return (Mark(*row) for row in zip(*(column.tolist() for column in self), strict=True))


class Evidence(NamedTuple):
    """What one test has found of a fault.

    Attributes
    ----------
    test : str
        Its name, as flags per test have it.
    margin : float
        As in `Mark`, the largest.
    findings : int
        Samples, or windows of a slow test.
    changed : bool
        Whether it spoke by other thresholds than come with the quantity.
    """

    test: str
    margin: float = 0.0
    findings: int = 1
    changed: bool = False

    def with_(self, other: Evidence) -> Evidence:
        """Return both together, of one test."""
        changed = self.changed or other.changed
        return Evidence(self.test, max(self.margin, other.margin), self.findings + other.findings, changed)


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
        Largest energy found, 0..1: how much light it makes, not how sure it is (that is for `sensors.sureness`).
    evidence : tuple of Evidence
        By test, in order of their names.
    """

    kind: FaultKind
    onset: float
    end: float
    detected: float
    energy: float
    evidence: tuple[Evidence, ...] = ()


class FaultLog:
    """Faults of one channel: marks of a kind that lie less than `hold` seconds behind its last fault continue it.

    Several tests may find the same kind. Each has its own row of faults, since a long block is told test by test; what they
    found at the same time becomes one fault only when it is asked for.

    Parameters
    ----------
    hold : float
        Seconds; also how long a fault counts as running after its last mark.
    capacity : int
        Faults of each kind and test remembered; the oldest are forgotten.
    """

    def __init__(self, hold: float, capacity: int = 128) -> None:
        self.hold = hold
        self.changed: frozenset[str] = frozenset()  #: tests that have other thresholds than come with the quantity
        self._capacity = capacity
        self._faults: dict[FaultKind, dict[str, deque[Fault]]] = {}

    def add(self, kind: FaultKind, mark: Mark, test: str = "") -> None:
        """Take a mark in; those of a kind and test must come in order of arrival."""
        self.add_few(kind, (mark,), test)

    def add_few(self, kind: FaultKind, marks: Sequence[Mark], test: str = "", counts: Sequence[int] = ()) -> None:
        """Take a few marks in: the same as `add` one by one, without a fault for each.

        A mark may stand for several findings, as many as `counts` says.
        """
        tests = self._faults.setdefault(kind, {})
        name = test or kind.value
        faults, changed = tests.setdefault(test, deque(maxlen=self._capacity)), name in self.changed
        rest = iter(counts)
        if faults:
            last = faults.pop()
            onset, end, known, energy = last.onset, last.end, last.detected, last.energy
            _, margin, found, other = last.evidence[0]
        else:
            (onset, end, known, energy, margin), found, other = marks[0], 0, changed
        for mark in marks:
            start, until, _, strength, beyond = mark
            if start > end + self.hold:
                faults.append(Fault(kind, onset, end, known, energy, (Evidence(name, margin, found, other),)))
                onset, end, known, energy, margin, found, other = *mark, 0, changed
            else:
                onset, end = start if start < onset else onset, until if until > end else end
                energy, margin = strength if strength > energy else energy, beyond if beyond > margin else margin
                other = other or changed
            found += next(rest, 1)
        faults.append(Fault(kind, onset, end, known, energy, (Evidence(name, margin, found, other),)))

    def one(self, kind: FaultKind, mark: Mark, test: str = "") -> Fault:
        """Return a mark as a fault of its own; it is not taken in."""
        name = test or kind.value
        said = Evidence(name, mark.margin, 1, name in self.changed)
        return Fault(kind, mark.onset, mark.end, mark.detected, mark.energy, (said,))

    def add_marks(self, kind: FaultKind, marks: Marks, test: str = "") -> None:
        """Take many marks in: the same as `add` one by one.

        Marks of which each lies within `hold` of those before are one stretch, and what a stretch joins its first mark
        joins; so only stretches are handed on. Marks out of order go one by one.
        """
        if not len(marks.onset):
            return
        if (np.diff(marks.onset) < 0).any():
            for mark in marks.each():
                self.add(kind, mark, test)
            return
        reach = np.maximum.accumulate(marks.end) + self.hold
        starts = np.nonzero(np.concatenate([[True], marks.onset[1:] > reach[:-1]]))[0]
        ends = np.maximum.reduceat(marks.end, starts)
        energy = np.maximum.reduceat(marks.energy, starts)
        margin = np.maximum.reduceat(marks.margin, starts)
        counts = np.diff(np.append(starts, len(marks.onset))).tolist()
        stretches = list(Marks(marks.onset[starts], ends, marks.detected[starts], energy, margin).each())
        self.add_few(kind, stretches, test, counts)

    def all(self) -> tuple[Fault, ...]:
        """Return the faults remembered, in the order in which they could be known."""
        faults = [fault for tests in self._faults.values() for fault in self._joined(tests)]
        return tuple(sorted(faults, key=lambda fault: (fault.detected, fault.onset, fault.kind)))

    def _joined(self, tests: dict[str, deque[Fault]]) -> list[Fault]:
        """Return the faults of one kind, those that several tests found at the same time as one."""
        if len(tests) == 1:
            return list(next(iter(tests.values())))
        found: list[Fault] = []
        for fault in sorted((fault for row in tests.values() for fault in row), key=lambda f: (f.onset, f.end)):
            if found and fault.onset <= found[-1].end + self.hold:
                found[-1] = _union(found[-1], fault)
            else:
                found.append(fault)
        return found

    def latest(self) -> tuple[Fault, ...]:
        """Return the last fault of each kind."""
        if not self._faults:
            return ()
        return tuple(self._last(tests) for tests in self._faults.values())

    def _last(self, tests: dict[str, deque[Fault]]) -> Fault:
        if len(tests) == 1:
            return next(iter(tests.values()))[-1]
        last, *others = sorted((row[-1] for row in tests.values()), key=lambda fault: -fault.end)
        for fault in others:
            if fault.end + self.hold >= last.onset:
                last = _union(last, fault)
        return last


def _union(a: Fault, b: Fault) -> Fault:
    """Return one fault for two of a kind that overlap."""
    onset, end = min(a.onset, b.onset), max(a.end, b.end)
    evidence = {said.test: said for said in a.evidence}
    for said in b.evidence:
        evidence[said.test] = evidence[said.test].with_(said) if said.test in evidence else said
    energy, found = max(a.energy, b.energy), tuple(evidence[test] for test in sorted(evidence))
    return Fault(a.kind, onset, end, min(a.detected, b.detected), energy, found)
