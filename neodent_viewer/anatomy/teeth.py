"""Teeth by their FDI numbers (ISO 3950): which one, what it is called, who stands beside and opposite, how big it is."""

from __future__ import annotations

from typing import Literal, NamedTuple

Jaw = Literal["upper", "lower"]

#: permanent teeth of each jaw in order along the arch, from the patient's right to left, wisdom teeth left out
UPPER: tuple[int, ...] = (17, 16, 15, 14, 13, 12, 11, 21, 22, 23, 24, 25, 26, 27)
LOWER: tuple[int, ...] = (47, 46, 45, 44, 43, 42, 41, 31, 32, 33, 34, 35, 36, 37)

_PERMANENT = (
    "central incisor", "lateral incisor", "canine", "first premolar",
    "second premolar", "first molar", "second molar", "third molar",
)  # fmt: skip
_PRIMARY = ("central incisor", "lateral incisor", "canine", "first molar", "second molar")
_CORNERS = ("upper right", "upper left", "lower left", "lower right")


class CrownSize(NamedTuple):
    """Size of a crown in mm: CEJ to highest tip, mesial to distal, facial to lingual."""

    height: float
    mesiodistal: float
    faciolingual: float


#: Mean crown sizes in mm by jaw and position. Nelson SJ, Wheeler's Dental Anatomy, Physiology and Occlusion, 11th ed.,
#: Elsevier 2020, measurement tables of the tooth chapters.
WHEELER: dict[tuple[Jaw, int], CrownSize] = {
    ("upper", 1): CrownSize(10.5, 8.5, 7.0),
    ("upper", 2): CrownSize(9.0, 6.5, 6.0),
    ("upper", 3): CrownSize(10.0, 7.5, 8.0),
    ("upper", 4): CrownSize(8.5, 7.0, 9.0),
    ("upper", 5): CrownSize(8.5, 7.0, 9.0),
    ("upper", 6): CrownSize(7.5, 10.0, 11.0),
    ("upper", 7): CrownSize(7.0, 9.0, 11.0),
    ("upper", 8): CrownSize(6.5, 8.5, 10.0),
    ("lower", 1): CrownSize(9.0, 5.0, 6.0),
    ("lower", 2): CrownSize(9.5, 5.5, 6.5),
    ("lower", 3): CrownSize(11.0, 7.0, 7.5),
    ("lower", 4): CrownSize(8.5, 7.0, 7.5),
    ("lower", 5): CrownSize(8.0, 7.0, 8.0),
    ("lower", 6): CrownSize(7.5, 11.0, 10.5),
    ("lower", 7): CrownSize(7.0, 10.5, 10.0),
    ("lower", 8): CrownSize(7.0, 10.0, 9.5),
}


def is_fdi(number: int) -> bool:
    """Return whether `number` names a tooth: 11-18 to 41-48 permanent, 51-55 to 81-85 primary.

    >>> is_fdi(11), is_fdi(85), is_fdi(19), is_fdi(0), is_fdi(86)
    (True, True, False, False, False)
    """
    corner, position = divmod(int(number), 10)
    return 1 <= corner <= 8 and 1 <= position <= (8 if corner <= 4 else 5)


def _checked(number: int) -> tuple[int, int]:
    if not is_fdi(number):
        raise ValueError(f"{number} is not an FDI tooth number (11-18, 21-28, 31-38, 41-48, 51-55 ... 81-85)")
    return divmod(int(number), 10)


def quadrant(fdi: int) -> int:
    """Return 1 upper right, 2 upper left, 3 lower left, 4 lower right (5 to 8 for primary teeth)."""
    return _checked(fdi)[0]


def position(fdi: int) -> int:
    """Return 1 (central incisor) to 8 (third molar), counted from the midline."""
    return _checked(fdi)[1]


def is_primary(fdi: int) -> bool:
    """Return whether this is a milk tooth."""
    return quadrant(fdi) > 4


def _corner(fdi: int) -> int:
    return (quadrant(fdi) - 1) % 4


def jaw(fdi: int) -> Jaw:
    """Return ``"upper"`` or ``"lower"``.

    >>> jaw(11), jaw(36), jaw(75)
    ('upper', 'lower', 'lower')
    """
    return "upper" if _corner(fdi) < 2 else "lower"


def side(fdi: int) -> int:
    """Return the sign of x: -1 on the patient's right, +1 on the left."""
    return -1 if _corner(fdi) in (0, 3) else 1


def name(fdi: int) -> str:
    """Return the tooth in words.

    >>> name(26)
    'upper left first molar'
    >>> name(51)
    'upper right primary central incisor'
    """
    kind = _PRIMARY if is_primary(fdi) else _PERMANENT
    return f"{_CORNERS[_corner(fdi)]} {'primary ' * is_primary(fdi)}{kind[position(fdi) - 1]}"


def is_anterior(fdi: int) -> bool:
    """Return whether this is an incisor or a canine."""
    return position(fdi) <= 3


def mirrored(fdi: int) -> int:
    """Return the same tooth across the midline.

    >>> mirrored(13), mirrored(36), mirrored(55)
    (23, 46, 65)
    """
    corner, place = _checked(fdi)
    return {1: 2, 2: 1, 3: 4, 4: 3, 5: 6, 6: 5, 7: 8, 8: 7}[corner] * 10 + place


def neighbours(fdi: int) -> tuple[int, ...]:
    """Return the teeth it touches: the mesial one first, then the distal one if there is any.

    >>> neighbours(11), neighbours(36), neighbours(48)
    ((21, 12), (35, 37), (47,))
    """
    mesial = mirrored(fdi) if position(fdi) == 1 else fdi - 1
    return (mesial, fdi + 1) if is_fdi(fdi + 1) else (mesial,)


def antagonists(fdi: int) -> tuple[int, ...]:
    """Return the teeth it bites on in a normal (Angle class I) bite: the namesake, then the second one.

    A lower tooth stands half a tooth mesially of its upper namesake, so upper n meets lower n and n + 1.

    >>> antagonists(11), antagonists(16), antagonists(41), antagonists(46), antagonists(18)
    ((41, 42), (46, 47), (11,), (16, 15), (48,))
    """
    corner, place = _checked(fdi)
    opposite = {1: 4, 2: 3, 3: 2, 4: 1, 5: 8, 6: 7, 7: 6, 8: 5}[corner] * 10
    second = place + (1 if jaw(fdi) == "upper" else -1)
    return tuple(opposite + p for p in (place, second) if is_fdi(opposite + p))
