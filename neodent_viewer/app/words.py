"""What things are called on screen: teeth in words, counts, sizes. Pure functions, so that every panel says the same."""

from __future__ import annotations

_POSITIONS = {
    1: "central incisor",
    2: "lateral incisor",
    3: "canine",
    4: "first premolar",
    5: "second premolar",
    6: "first molar",
    7: "second molar",
    8: "third molar",
}
_PRIMARY = {1: "central incisor", 2: "lateral incisor", 3: "canine", 4: "first molar", 5: "second molar"}
_QUADRANTS = {1: "upper right", 2: "upper left", 3: "lower left", 4: "lower right"}


def tooth_words(fdi: int) -> str:
    """Return a tooth in words, by ISO 3950 (FDI); empty for a number that names none.

    >>> tooth_words(11), tooth_words(36), tooth_words(55), tooth_words(0)
    ('upper right central incisor', 'lower left first molar', 'upper right primary second molar', '')
    """
    quadrant, position = divmod(fdi, 10)
    if quadrant in _QUADRANTS and position in _POSITIONS:
        return f"{_QUADRANTS[quadrant]} {_POSITIONS[position]}"
    if quadrant - 4 in _QUADRANTS and position in _PRIMARY:
        return f"{_QUADRANTS[quadrant - 4]} primary {_PRIMARY[position]}"
    return ""


def tooth_title(fdi: int) -> str:
    """Return number and words: ``"11 · upper right central incisor"``, or ``"no tooth"``."""
    words = tooth_words(fdi)
    return f"{fdi} · {words}" if words else "no tooth"


def short_tooth(fdi: int) -> str:
    """Return number and kind, for narrow places; empty for a number that names no tooth.

    >>> short_tooth(16), short_tooth(0)
    ('16 · first molar', '')
    """
    words = tooth_words(fdi).partition(" ")[2].partition(" ")[2]
    return f"{fdi} · {words}" if words else ""


def count(number: int, one: str, many: str = "") -> str:
    r"""Return a count with its noun; thin spaces part the thousands.

    >>> count(1, "step"), count(1300000, "triangle")
    ('1 step', '1\u2009300\u2009000 triangles')
    """
    return f"{number:,}".replace(",", "\N{THIN SPACE}") + " " + (one if number == 1 else many or one + "s")


def size(nbytes: int) -> str:
    """Return bytes as a person reads them.

    >>> size(512), size(20480), size(1 << 30)
    ('512 B', '20 KB', '1.0 GB')
    """
    value = float(nbytes)
    for unit in ("B", "KB", "MB", "GB"):
        if value < 1024 or unit == "GB":
            return f"{value:.0f} {unit}" if unit in {"B", "KB"} else f"{value:.1f} {unit}"
        value /= 1024
    raise AssertionError("unreachable")


def quantity_value(value: float, unit: str) -> str:
    """Return a measured value with its unit; a dash when there is none.

    >>> quantity_value(34.567, "°C"), quantity_value(float("nan"), "N")
    ('34.6 °C', '– N')
    """
    if value != value:
        return f"– {unit}"
    if unit == "pH":
        return f"pH {value:.2f}"
    return f"{value:.0f} {unit}" if abs(value) >= 100 else f"{value:.1f} {unit}"
