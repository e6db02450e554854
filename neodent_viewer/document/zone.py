"""Zones: a tooth, several teeth or a painted region that shows a quantity of its own, with its range, colours and caption.

A zone has the teeth it names on every part, and the vertices whose ``zone`` array holds its number, on every part. Where
zones overlap the one of higher rank is shown: it stands higher in the list.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.core.errors import ArgumentError
from neodent_viewer.mesh.surface import Surface

Int16 = NDArray[np.int16]

#: name of the per-vertex array that the zone brush writes: numbers of zones, 0 for none
ARRAY = "zone"
#: the highest number a zone may have: what the array can hold
MOST = 32767


@dataclass(frozen=True, slots=True)
class Zone:
    """One zone.

    Attributes
    ----------
    id, name : str
        Identity; what the list, the legend and the surface say.
    number : int
        What the zone brush lays down for it, 1 to `MOST`; no two zones of a document share one.
    rank : int
        Where zones overlap the higher one is shown.
    teeth : tuple of int
        FDI numbers, ascending; empty for a zone that is only painted.
    quantity : str
        Name of what it shows; one the house does not know is kept, and shown as no data.
    colormap : str
        cmap name; empty takes the quantity's own.
    low, high : float or None
        Ends of the colour map in the quantity's unit; None takes the quantity's own.
    caption : str
        A line under its name on the surface; may be empty.
    visible : bool
        A hidden zone shows what lies under it.
    """

    id: str
    name: str
    number: int
    rank: int = 0
    teeth: tuple[int, ...] = ()
    quantity: str = "temperature"
    colormap: str = ""
    low: float | None = None
    high: float | None = None
    caption: str = ""
    visible: bool = True

    def __post_init__(self) -> None:
        texts = (self.id, self.name, self.quantity, self.colormap, self.caption)
        if not all(isinstance(text, str) for text in texts) or not self.id or not self.name:
            raise ValueError("a zone has an id and a name")
        if type(self.number) is not int or not 1 <= self.number <= MOST or type(self.rank) is not int:
            raise ValueError(f"{self.number!r} of rank {self.rank!r} is no number of a zone")
        if not all(type(tooth) is int and is_tooth(tooth) for tooth in self.teeth):
            raise ValueError(f"{self.teeth!r} are no teeth of the FDI scheme")
        for end in (self.low, self.high):
            if end is not None and not (isinstance(end, int | float) and math.isfinite(end)):
                raise ValueError(f"{end!r} is no end of a range")


def is_tooth(number: int) -> bool:
    """Return whether a number names a tooth in the FDI scheme.

    >>> is_tooth(11), is_tooth(85), is_tooth(19)
    (True, True, False)
    """
    return 1 <= number // 10 <= 8 and 1 <= number % 10 <= 8


def standing(zones: Iterable[Zone], *, hidden: bool = False) -> tuple[Zone, ...]:
    """Return the zones that are shown, the one that gives way to all others first; hidden ones too if asked."""
    return tuple(sorted((z for z in zones if z.visible or hidden), key=lambda z: (z.rank, z.number)))


def painted(surface: Surface) -> NDArray[np.integer] | None:
    """Return the numbers of zones laid down on a surface (n,), None where there are none that make sense."""
    numbers = surface.arrays.get(ARRAY)
    if numbers is None or numbers.shape != (len(surface.vertices),) or numbers.dtype.kind not in "iu":
        return None
    return numbers


def assign(
    labels: NDArray[np.integer] | None, numbers: NDArray[np.integer] | None, zones: Sequence[Zone], count: int
) -> Int16:
    """Return which zone each vertex shows (n,) int16: its place in `zones` counted from 1, 0 outside all of them.

    Parameters
    ----------
    labels, numbers : ndarray (n,) int or None
        FDI label and number of the zone laid down at each vertex.
    zones : sequence of Zone
        The one that gives way to all others first, as from `standing`.
    count : int
        n.

    >>> teeth, spot = Zone("a", "A", 1, teeth=(11,)), Zone("b", "B", 2)
    >>> assign(np.array([0, 11, 11]), np.array([0, 0, 2]), (teeth, spot), 3).tolist()
    [0, 1, 2]
    """
    shown = np.zeros(count, np.int16)
    by_tooth, by_number = np.zeros(100, np.int16), np.zeros(MOST + 1, np.int16)
    for place, zone in enumerate(zones, 1):
        by_number[zone.number] = place
        by_tooth[list(zone.teeth)] = place
    if labels is not None and by_tooth.any():
        shown = by_tooth[np.where((labels > 0) & (labels < 100), labels, 0)]
    if numbers is not None:
        np.maximum(shown, by_number[np.clip(numbers, 0, MOST)], out=shown)
    return shown


# -- teeth in words ----------------------------------------------------------------------------------------------


def teeth_from(text: str) -> tuple[int, ...]:
    """Return the teeth that a text names, ascending; ``13-23`` goes along the arch. ArgumentError for what names none.

    >>> teeth_from("16, 17 13-21")
    (11, 12, 13, 16, 17, 21)
    """
    found: set[int] = set()
    for word in text.replace(",", " ").replace(";", " ").replace("–", "-").split():
        first, dash, last = word.partition("-")
        ends = [int(end) for end in ((first, last) if dash else (first,)) if end.isascii() and end.isdigit()]
        if len(ends) != (2 if dash else 1) or not all(is_tooth(end) for end in ends):
            raise _no_tooth(word)
        found |= set(_run(ends[0], ends[-1], word))
    return tuple(sorted(found))


def _run(first: int, last: int, word: str) -> tuple[int, ...]:
    """Return the teeth from one to another along one arch."""
    for right, left in ((1, 2), (4, 3), (5, 6), (8, 7)):
        arch = [right * 10 + n for n in range(8, 0, -1)] + [left * 10 + n for n in range(1, 9)]
        if first in arch and last in arch:
            low, high = sorted((arch.index(first), arch.index(last)))
            return tuple(arch[low : high + 1])
    raise _no_tooth(word)


def _no_tooth(word: str) -> ArgumentError:
    return ArgumentError(
        f"{word} names no tooth of the FDI scheme.", kind="argument", where=word, remedy="Write 16, or 13-23 for a run."
    )


def teeth_text(teeth: Iterable[int]) -> str:
    """Return teeth as a person would write them: runs along an arch as one word.

    >>> teeth_text((11, 12, 13, 21, 22, 36))
    '13-22 36'
    """
    left = set(teeth)
    words = []
    for right, other in ((1, 2), (4, 3), (5, 6), (8, 7)):
        arch = [right * 10 + n for n in range(8, 0, -1)] + [other * 10 + n for n in range(1, 9)]
        run: list[int] = []
        for tooth in (*arch, 0):
            if tooth in left:
                run.append(tooth)
            elif run:
                words.append(f"{run[0]}-{run[-1]}" if len(run) > 2 else " ".join(map(str, run)))
                run = []
    return " ".join(words)
