"""How tables of other programs are written: what parts their cells, decimal commas, units of headings, comments."""

from __future__ import annotations

import re
from collections.abc import Iterator

from neodent_viewer.sensors.units import UNITS

#: farthest time (s): beyond it nothing is one, and milliseconds since 1970 lie beyond it
FARTHEST = 1e11
#: how a unit of time is written in a heading -> seconds
_SECONDS = {
    **dict.fromkeys(("s", "sec", "seconds"), 1.0),
    **dict.fromkeys(("ms", "msec", "milliseconds"), 1e-3),
    **dict.fromkeys(("us", "µs", "μs"), 1e-6),
    "ns": 1e-9,
    "min": 60.0,
    "h": 3600.0,
}
_TIMES = ("time", "t", "timestamp", "times", "timestamps")
_HEADING = re.compile(r"\s*(?P<name>.*?)\s*(?:\[(?P<square>[^\]]*)\]|\((?P<round>[^)]*)\))?\s*")
_SUFFIX = re.compile(r"(?P<name>[a-z]+)_(?P<unit>[a-zµμ]+)")
_COMMA = re.compile(r"\s*[+-]?\d*,\d+(?:[eE][+-]?\d+)?\s*")
#: what a heading for a person's eyes begins with where a program marks it as no row
_MARK = "#"


def delimiter_of(line: str) -> str:
    """Return what parts the cells of a table, by its first line.

    >>> delimiter_of("time;t11/ph"), delimiter_of("time")
    (';', ',')
    """
    return max(",;\t", key=line.count)


def number_of(cell: str, delimiter: str = ",") -> float:
    """Return the number in a cell; a comma in it is a decimal one where something else parts the cells. Raises ValueError.

    >>> number_of("36,5", ";"), number_of("-0.5")
    (36.5, -0.5)
    """
    if delimiter != "," and _COMMA.fullmatch(cell):
        cell = cell.replace(",", ".")
    return float(cell)


def heading_of(text: str) -> tuple[str, str]:
    """Return name and unit of a heading; the unit is empty where it has none.

    >>> heading_of("t11/temperature [K]"), heading_of("t11/temperature (°C)"), heading_of("t11/ph (left)")
    (('t11/temperature', 'K'), ('t11/temperature', '°C'), ('t11/ph (left)', ''))
    """
    match = _HEADING.fullmatch(text)
    if match is None:
        return text.strip(), ""
    inside = (match["round"] or "").strip()
    if inside and inside not in UNITS and inside.lower() not in _SECONDS:
        return text.strip(), ""
    return match["name"], (match["square"] or "").strip() or inside


def time_scale(text: str) -> float | None:
    """Return how many seconds one is in a column of times, by its heading; None where it is a heading of something else.

    >>> time_scale("Time [s]"), time_scale("timestamp_ms"), time_scale("t (min)"), time_scale("value")
    (1.0, 0.001, 60.0, None)
    """
    name, unit = heading_of(text)
    name, unit = name.lower(), unit.lower()
    if not unit and (match := _SUFFIX.fullmatch(name)):
        name, unit = match["name"], match["unit"]
    if name not in _TIMES:
        return None
    return _SECONDS.get(unit) if unit else 1.0


def heading_row(rows: Iterator[list[str]]) -> list[str]:
    """Return the headings of a table: its first row that has a column of times, or the first that is no comment.

    Lines that begin with a number sign are passed over, unless they hold the headings themselves.
    """
    for row in rows:
        if not any(map(str.strip, row)):
            continue
        if not row[0].lstrip().startswith(_MARK):
            return row
        unmarked = [row[0].lstrip().lstrip(_MARK), *row[1:]]
        if any(time_scale(cell) is not None for cell in unmarked):
            return unmarked
    return []
