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


class _Row:
    """The faults of one kind that one test has found; the last of them is open, and put together only when asked for."""

    __slots__ = (
        "_open",
        "changed",
        "closed",
        "end",
        "energy",
        "findings",
        "kind",
        "known",
        "margin",
        "onset",
        "shown",
        "test",
    )

    def __init__(self, kind: FaultKind, test: str, mark: Mark, capacity: int) -> None:
        self.kind, self.test = kind, test
        self.closed: deque[Fault] = deque(maxlen=capacity - 1)
        self.shown = False  #: whether the open one is part of what was last told of its kind
        self.begin(mark, changed=False)

    def begin(self, mark: Mark, *, changed: bool) -> None:
        """Open a fault with a mark of which no finding is counted yet."""
        self.onset, self.end, self.known, self.energy, self.margin = mark
        self.findings, self.changed = 0, changed
        self._open: Fault | None = None

    def close(self) -> None:
        """Let the open fault be over."""
        self.closed.append(self.last())

    def last(self) -> Fault:
        """Return the open fault as it is now."""
        if self._open is None:
            said = Evidence(self.test, self.margin, self.findings, self.changed)
            self._open = Fault(self.kind, self.onset, self.end, self.known, self.energy, (said,))
        return self._open

    def go_on(self, mark: Mark, count: int, *, changed: bool) -> bool:
        """Let the open fault go on with a mark of so many findings; return whether more than its end has changed."""
        onset, end, _, energy, margin = mark
        news = onset < self.onset or energy > self.energy
        if news:
            self.onset, self.energy = min(onset, self.onset), max(energy, self.energy)
        if end > self.end:
            self.end = end
        if margin > self.margin:
            self.margin = margin
        self.findings += count
        self.changed = self.changed or changed
        self._open = None
        return news


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

    Attributes
    ----------
    changed : frozenset of str
        Tests that have other thresholds than come with the quantity.
    version : int
        Another number whenever the last fault of some kind has changed in more than how long it lasts and how much speaks
        for it, since `latest` was called.
    """

    def __init__(self, hold: float, capacity: int = 128) -> None:
        self.hold = hold
        self.changed: frozenset[str] = frozenset()
        self.version = 0
        self._capacity = capacity
        self._rows: dict[FaultKind, dict[str, _Row]] = {}
        self._latest: tuple[Fault, ...] | None = ()  # None where it has to be put together anew

    def add(self, kind: FaultKind, mark: Mark, test: str = "") -> None:
        """Take a mark in; those of a kind and test must come in order of arrival."""
        self.add_few(kind, (mark,), test)

    def add_few(self, kind: FaultKind, marks: Sequence[Mark], test: str = "", counts: Sequence[int] = ()) -> None:
        """Take a few marks in: the same as `add` one by one.

        A mark may stand for several findings, as many as `counts` says.
        """
        rows = self._rows.get(kind)
        if rows is None:
            rows = self._rows[kind] = {}
        name = test or kind.value
        changed, row = name in self.changed, rows.get(test)
        if row is None:
            row = rows[test] = _Row(kind, name, marks[0], self._capacity)
            row.changed = changed
            self.version += 1
        rest = iter(counts)
        for mark in marks:
            if mark.onset > row.end + self.hold:
                row.close()
                row.begin(mark, changed=changed)
                self.version += 1
            if row.go_on(mark, next(rest, 1), changed=changed) or not row.shown:
                self.version += 1
        self._latest = None

    def goes_on(self, kind: FaultKind, test: str, onset: float, energy: float) -> bool:
        """Return whether a mark from `onset` (s) on would do no more than prolong the last fault of a kind and test.

        That is: whoever was told of the latest faults was told of it, and it is as bad already.
        """
        row = self._rows.get(kind, {}).get(test)
        if row is None or not row.shown:
            return False
        return row.onset <= onset <= row.end + self.hold and energy <= row.energy

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
        faults = [fault for rows in self._rows.values() for fault in self._joined(rows)]
        return tuple(sorted(faults, key=lambda fault: (fault.detected, fault.onset, fault.kind)))

    def _joined(self, rows: dict[str, _Row]) -> list[Fault]:
        """Return the faults of one kind, those that several tests found at the same time as one."""
        each = [[*row.closed, row.last()] for row in rows.values()]
        if len(each) == 1:
            return each[0]
        found: list[Fault] = []
        for fault in sorted((fault for row in each for fault in row), key=lambda f: (f.onset, f.end)):
            if found and fault.onset <= found[-1].end + self.hold:
                found[-1] = _union(found[-1], fault)
            else:
                found.append(fault)
        return found

    def latest(self) -> tuple[Fault, ...]:
        """Return the last fault of each kind; the same tuple as long as nothing is added."""
        if self._latest is None:
            self._latest = tuple([self._last(list(rows.values())) for rows in self._rows.values()])
        return self._latest

    def _last(self, rows: list[_Row]) -> Fault:
        if len(rows) > 1:
            rows.sort(key=lambda row: -row.end)
        last = rows[0].last()
        rows[0].shown = True
        for row in rows[1:]:
            # one that is shown stays so however much longer it lasts: whoever lasts longest, the two overlap
            row.shown = row.end + self.hold >= last.onset
            if row.shown:
                last = _union(last, row.last())
        return last


def _union(a: Fault, b: Fault) -> Fault:
    """Return one fault for two of a kind that overlap."""
    onset, end = min(a.onset, b.onset), max(a.end, b.end)
    evidence = {said.test: said for said in a.evidence}
    for said in b.evidence:
        evidence[said.test] = evidence[said.test].with_(said) if said.test in evidence else said
    energy, found = max(a.energy, b.energy), tuple(evidence[test] for test in sorted(evidence))
    return Fault(a.kind, onset, end, min(a.detected, b.detected), energy, found)
