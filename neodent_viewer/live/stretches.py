"""Stretches of time in which a channel was withheld, and what is left of plots and faults without them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.sensors.fault import Fault
from neodent_viewer.sensors.sample import Float64

#: from after the first time to the second (s); an open end is infinite
Stretch = tuple[float, float]


def is_hidden(times: Float64, hidden: Sequence[Stretch]) -> NDArray[np.bool_]:
    """Return which of times (k,) lie in a stretch."""
    found = np.zeros(len(times), np.bool_)
    for start, end in hidden:
        found |= (times > start) & (times <= end)
    return found


def columns_hidden(hidden: Sequence[Stretch], start: float, end: float, count: int) -> NDArray[np.bool_]:
    """Return which of the columns (count,) of a plot from `start` to `end` (s) a stretch reaches into."""
    edges = np.linspace(start, end, count + 1)
    found = np.zeros(count, np.bool_)
    for first, last in hidden:
        found |= (edges[1:] > first) & (edges[:-1] <= last)
    return found


def uncovered(fault: Fault, hidden: Sequence[Stretch]) -> list[Fault]:
    """Return what is left of a fault without what was found out, or went on, in a stretch.

    >>> from neodent_viewer.sensors.fault import FaultKind
    >>> fault = Fault(FaultKind.STUCK, 2.0, 9.0, 3.0, 1.0)
    >>> [(one.onset, one.end, one.detected) for one in uncovered(fault, [(4.0, 6.0)])]
    [(2.0, 4.0, 3.0), (6.0, 9.0, 6.0)]
    >>> uncovered(fault, [(1.0, 10.0)])
    []
    """
    pieces = [fault]
    for start, end in hidden:
        cut: list[Fault] = []
        for piece in pieces:
            before = piece.detected <= start
            if (piece.end <= start and (before or piece.detected > end)) or min(piece.onset, piece.detected) > end:
                cut.append(piece)
                continue
            if before and piece.onset <= start:
                cut.append(replace(piece, end=start))
            if piece.end > end:
                cut.append(replace(piece, onset=max(piece.onset, end), detected=max(piece.detected, end)))
        pieces = cut
    return pieces
