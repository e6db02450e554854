"""Flags of one block while tests have their say, and of the samples before it that some test has yet to judge.

Whatever is said, the worst flag stands. Nearly always all that is said of a block is that it is good: that is noted once, for
all of its rows and tests together.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.sensors.check import GOOD, NOT_EVALUATED, SUSPECT

#: worst-wins order: a test that could not judge never hides one that could
_RANK = (0, 1, 0, 2, 3, 0, 0, 0, 0, 4)
_RANKS = np.array(_RANK, np.uint8)


def worst(a: int, b: int) -> int:
    """Return the flag that stands when two checks spoke.

    >>> worst(2, 1), worst(3, 1), worst(4, 9)
    (1, 3, 9)
    """
    return a if _RANK[a] >= _RANK[b] else b


def worse(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the flags (k,) that stand when two checks spoke."""
    return np.where(_RANKS[a] >= _RANKS[b], a, b)


@dataclass(slots=True)
class Said:
    """What one check said of some rows of a block: flag j is about row ``rows[j - lag]``, or about a sample before them."""

    name: str
    rows: Any  # sequence of int or ndarray (k,) int64
    lag: int
    flags: Any  # list of int or ndarray (k,) uint8, as the check was run


Flags = NDArray[np.uint8]
#: flag -> what becomes of each flag where it has its say
_WORST = {flag: bytes(worst(before, flag) for before in range(10)) + bytes(246) for flag in (1, 2, 3, 4, 9)}
#: flags of a block that most are no longer than
_USUAL = 256
_UNJUDGED, _GOOD = bytes((NOT_EVALUATED,)) * _USUAL, bytes((GOOD,)) * _USUAL
_ALIKE = {flag: np.frombuffer(bytes((flag,)) * _USUAL, np.uint8) for flag in _WORST}


def alike(flag: int, count: int) -> Flags:
    """Return flags (k,) that are all the same; they cannot be written to."""
    return _ALIKE[flag][:count] if count <= _USUAL else np.broadcast_to(np.uint8(flag), count)


class Flagging:
    """Flags of one channel.

    Parameters
    ----------
    lag : int
        Samples that some test must wait before it can judge one.

    Attributes
    ----------
    total : int
        Samples judged so far; of a block that is being judged, up to the row where it is.
    """

    __slots__ = (
        "_all_good",
        "_count",
        "_earlier",
        "_first",
        "_flags",
        "_latest",
        "_said",
        "_unsure",
        "_waiting",
        "_well",
        "total",
    )

    def __init__(self, lag: int) -> None:
        self.total = 0
        # the last flag of each test; of those not in it good, where all were good lately
        self._latest: dict[str, int] = {}
        self._all_good = False
        # numbers of the samples in order that some test has yet to judge
        self._waiting: deque[int] = deque(maxlen=lag)
        # of the block: number of its first sample, flags, what was said, rows from and up to which all tests found them good
        # but these, flags of samples before it, rows whose time is in doubt
        self._first = 0
        self._count = 0
        self._flags: bytearray | None = None  # not written down yet where all are good, or unjudged
        self._said: list[Said] = []
        self._well: list[tuple[int, int, list[Said]]] = []
        self._earlier: dict[int, int] = {}
        self._unsure: list[int] = []

    def afresh(self, lag: int) -> None:
        """Let other tests judge from now on."""
        self._waiting = deque(maxlen=lag)
        self._latest, self._all_good = {}, False

    def begin(self, count: int) -> None:
        """Begin with a block of so many samples."""
        self._first, self._said, self._well, self._earlier, self._unsure = self.total, [], [], {}, []
        self._count, self._flags = count, None

    def _written(self) -> bytearray:
        """Return the block's flags, to be written to."""
        if self._flags is None:
            self._flags = bytearray(_UNJUDGED[: self._count] if self._count <= _USUAL else _UNJUDGED[:1] * self._count)
        return self._flags

    def found(self) -> tuple[Flags, tuple[tuple[int, int], ...]]:
        """Return the block's flags (k,), and number and flag of samples before it that turned out at least this bad.

        Flags of a block that is good throughout cannot be written to.
        """
        if self._flags is None and self._well:
            return alike(GOOD, self._count), ()
        return np.frombuffer(self._written(), np.uint8) if self._count else alike(GOOD, 0), tuple(self._earlier.items())

    def __len__(self) -> int:
        return self._count

    # -- what is said ------------------------------------------------------------------------------------------------

    def well(self, first: int, count: int, said: list[Said]) -> None:
        """Note that so many rows from `first` on, in order, are good, but for what is said of them."""
        if self._latest:
            self._latest.clear()
        self._all_good = True
        if said or count < self._count or count > _USUAL:
            self._written()[first : first + count] = _GOOD[:count] if count <= _USUAL else _GOOD[:1] * count
            every = range(first, first + count)
            for one in said:
                if isinstance(one.flags, list):
                    self.settle_few(one, every)
                else:
                    self.settle_many(one, first)
        self._well.append((first, first + count, said))
        total, lag = self.total, self._waiting.maxlen or 0
        self.total = total + count
        self._waiting.extend(range(total + count - lag if count > lag else total, total + count))

    def first_say(self, said: Said, first: int) -> None:
        """Let a test have its say before all others, of all rows from `first` on."""
        rows = range(first, first + len(said.flags))
        self._written()[first : first + len(said.flags)] = bytes(said.flags)
        self._note(said, rows)

    def settle_few(self, said: Said, rows: Sequence[int]) -> None:
        """Let the worst flag stand for each of a few rows of the block, and for samples before them."""
        self._note(said, rows)
        lag, spoken = said.lag, said.flags
        if spoken.count(GOOD) == len(rows):
            return
        flags = self._written()
        if not lag and isinstance(rows, range) and spoken.count(spoken[0]) == len(rows):
            part = slice(rows.start, rows.stop)
            flags[part] = flags[part].translate(_WORST[spoken[0]])
            return
        for j, flag in enumerate(spoken):
            if j < lag:
                self._revise(lag - j, flag)
            elif flag != NOT_EVALUATED:
                row = rows[j - lag]
                flags[row] = worst(flags[row], flag)

    def settle_many(self, said: Said, first: int) -> None:
        """Do the same over arrays."""
        answers = np.asarray(said.flags, np.uint8)
        all_rows = np.asarray(said.rows, np.int64) + first
        rows = all_rows[: max(0, len(answers) - said.lag)]
        flags = np.frombuffer(self._written(), np.uint8)
        flags[rows] = worse(flags[rows], answers[said.lag :])
        for j, flag in enumerate(answers[: said.lag].tolist()):
            self._revise(said.lag - j, flag)
        self._note(said, all_rows)

    def doubt(self, row: int, name: str, flag: int) -> None:
        """Mark a row whose time cannot be told."""
        self._written()[row] = flag
        self._unsure.append(row)
        self._said.append(Said(name, [row], 0, [flag]))
        self.total += 1

    def count(self, count: int, ordered: Sequence[int]) -> None:
        """Count samples, and keep the numbers of those of which some test has yet to speak."""
        self._waiting.extend(self.total + row for row in ordered[-(self._waiting.maxlen or 0) :])
        self.total += count

    def _revise(self, back: int, flag: int) -> None:
        """Worsen the flag of the sample `back` samples in order before those that are being judged."""
        if flag < SUSPECT or back > len(self._waiting):
            return
        number = self._waiting[-back]
        row = number - self._first
        if row >= 0:
            flags = self._written()
            flags[row] = worst(flags[row], flag)
        else:
            self._earlier[number] = worst(self._earlier.get(number, GOOD), flag)

    def _note(self, said: Said, rows: Any) -> None:
        said.rows = rows
        self._said.append(said)
        if len(said.flags):
            self._latest[said.name] = int(said.flags[-1])

    # -- asking ------------------------------------------------------------------------------------------------------

    @property
    def doubted(self) -> bool:
        """Whether the last block holds samples whose time means nothing or is in doubt."""
        return bool(self._unsure)

    def sure(self) -> NDArray[np.bool_]:
        """Return which samples (k,) of the last block have a time that can be relied on."""
        sure = np.ones(self._count, np.bool_)
        sure[self._unsure] = False
        return sure

    def by_test(self, lags: Mapping[str, int]) -> dict[str, Flags]:
        """Return test -> flags (k,) of the last block, as far as they were known when it was judged.

        `lags` says of every fast test how many samples it must wait.
        """
        found: dict[str, Flags] = {}

        def flags_of(name: str) -> Flags:
            return found.setdefault(name, np.full(self._count, NOT_EVALUATED, np.uint8))

        for start, end, spoken in self._well:
            for name in lags.keys() - {said.name for said in spoken}:
                flags_of(name)[start : max(start, end - lags[name])] = GOOD
        for said in self._said:
            flags = flags_of(said.name)
            answers = np.asarray(said.flags[said.lag :], np.uint8)
            flags[np.asarray(said.rows, np.int64)[: len(answers)]] = answers
        return found

    def verdicts(self, tests: Iterable[str]) -> dict[str, int]:
        """Return test -> the last flag it gave; the clock is doubted as long as the last sample is."""
        good = dict.fromkeys(tests, GOOD) if self._all_good else {}
        doubt = {one.name: one.flags[0] for one in self._said[-1:] if self._unsure[-1:] == [self._count - 1]}
        return {**good, **self._latest, **doubt}
