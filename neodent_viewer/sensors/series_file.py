"""Series of samples in anybody's CSV files: which column is what, which channel is meant, and what cannot be read, by line.

A table has a header with a time and a value; or with a channel too, a row a sample; or with a column a channel. Times are
seconds or ISO 8601. A cell that says nothing (empty, nan, n/a) is a sample without a value, or one without a time.
"""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from neodent_viewer.core.errors import SensorError
from neodent_viewer.core.names import clean
from neodent_viewer.sensors.sample import Float64
from neodent_viewer.sensors.tables import FARTHEST, delimiter_of, heading_row, number_of, time_scale

_CHANNELS = ("channel", "name")
#: columns that come with samples and are none
_BESIDE = frozenset(
    {
        *("arrival", "flag", "quality", "qartod", "sender_time", "unit", "simulated", "raw", "read", "gain", "offset"),
        *("since", "at", "by", "readings", "start", "epoch", "midnight", "program", "identity", "version"),
    }
)
_NOTHING = frozenset({"", "nan", "na", "n/a", "null", "none", "-", "--"})
#: largest file read, bytes
_LARGEST = 1 << 30
_LARGEST_VALUE = 1e100


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """Samples of one channel, as a file has them.

    Attributes
    ----------
    times, values : ndarray (k,) float64
        Seconds; NaN for a time or a value that is not there.
    arrival : ndarray (k,) float64 or None
        Seconds; None where the file does not say.
    channel : str
        Its key or the name of its column; empty where it has none.
    """

    times: Float64
    values: Float64
    arrival: Float64 | None
    channel: str = ""


def read_series(path: Path, channel: str = "") -> Series:
    """Return the samples of a file, or of one of its channels; raises SensorError (``missing``, ``malformed``)."""
    lines = text_of(path).splitlines()
    first = next((line for line in lines if line.strip() and not line.startswith("#")), lines[0] if lines else "")
    delimiter = delimiter_of(first)
    reader = csv.reader(lines, strict=True, delimiter=delimiter)
    try:
        header = [cell.strip() for cell in heading_row(reader)]
        rows = [(reader.line_num, row) for row in reader if any(map(str.strip, row))]
    except csv.Error as error:
        refuse(f"The table breaks off: {error}.", path, "Look at the quotes.", reader.line_num)
    names = [name.lower() for name in header]
    scales = [time_scale(name) for name in header]
    time = next((i for i, scale in enumerate(scales) if scale is not None), -1)
    if time < 0:
        refuse("The series has no column of times in seconds.", path, "Give it a header: time,value.", 1)
    short = next((line for line, row in rows if len(row) != len(header)), 0)
    if short:
        refuse(f"The row has not the {len(header)} columns of the header.", path, "Mend it, or leave it out.", short)
    value, rows, chosen = _chosen(header, names, rows, channel, path)
    if not rows:
        refuse("There are no samples in it.", path, "Choose another file.")
    came = names.index("arrival") if "arrival" in names else -1
    when = partial(_cell, what="time", path=path, delimiter=delimiter, scale=scales[time] or 1.0)
    times = np.array([when(row[time], line=line) for line, row in rows])
    values = np.array([_cell(row[value], "value", path, line, delimiter) for line, row in rows])
    arrival = None
    if came >= 0:
        arrival = np.array([when(row[came], line=line) for line, row in rows])
        if not np.isfinite(arrival).all():
            line = rows[int(np.argmin(np.isfinite(arrival)))][0]
            refuse("The arrival says nothing.", path, "Give it, or leave the column out.", line)
    if not np.isfinite(times).any():
        refuse("No sample has a time.", path, "Write times as seconds or ISO 8601.")
    return Series(times, values, arrival, chosen)


_Rows = list[tuple[int, list[str]]]


def _chosen(header: list[str], names: list[str], rows: _Rows, channel: str, path: Path) -> tuple[int, _Rows, str]:
    """Return the column of values, the rows of the channel that is meant, and what it is called."""
    if "value" in names:
        value, at = names.index("value"), next((names.index(name) for name in _CHANNELS if name in names), -1)
        there = list(dict.fromkeys(row[at].strip() for _, row in rows)) if at >= 0 else []
        if len(there) > 1 or channel:
            _refuse_choice(there, channel, path)
            rows = [(line, row) for line, row in rows if row[at].strip() == channel]
        return value, rows, channel or next(iter(there), "")
    columns = [i for i, name in enumerate(names) if name not in ("", *_CHANNELS, *_BESIDE) and time_scale(name) is None]
    if not columns:
        refuse("The series has no column of values.", path, "Give it a header: time,value.", 1)
    there = [header[i] for i in columns]
    if len(columns) > 1 or channel:
        _refuse_choice(there, channel, path)
        return columns[there.index(channel)], rows, channel
    return columns[0], rows, there[0]


def _refuse_choice(there: list[str], channel: str, path: Path) -> None:
    told = ", ".join(clean(name, 40) for name in there[:8]) + (f" and {len(there) - 8} more" if len(there) > 8 else "")
    if channel and channel not in there:
        what = f"There is no channel {clean(channel, 40)!r} in it."
        refuse(what, path, f"It holds: {told}." if told else "Leave --channel out.")
    if not channel:
        remedy = f"Choose one: --channel {clean(there[0], 40)!r}."
        refuse(f"The series holds {len(there)} channels: {told}.", path, remedy)


def _cell(text: str, what: str, path: Path, line: int, delimiter: str = ",", scale: float = 1.0) -> float:
    """Return a number of a table, times in seconds; NaN where the cell says nothing."""
    if text.strip().lower() in _NOTHING:
        return math.nan
    try:
        number = time_of(text, delimiter, scale) if what == "time" else number_of(text, delimiter)
    except ValueError:
        remedy = "Write seconds or ISO 8601." if what == "time" else "Write a number, or nothing."
        refuse(f"{clean(text, 40)!r} is no {what}.", path, remedy, line)
    if what == "time" and not abs(number) <= FARTHEST:
        remedy = "Write seconds, ISO 8601, or a heading such as time [ms]."
        refuse(f"{clean(text, 24)!r} is too far away to be a time.", path, remedy, line)
    if not math.isfinite(number):
        return math.nan
    return min(max(number, -_LARGEST_VALUE), _LARGEST_VALUE)  # out of any range, and differences of two are numbers


def time_of(text: str, delimiter: str = ",", scale: float = 1.0) -> float:
    """Return seconds of a number with so many of them, or of a date: since 1970, without a zone taken for UTC.

    Raises ValueError.

    >>> time_of("12.5"), time_of("1970-01-01T00:01")
    (12.5, 60.0)
    """
    try:
        return number_of(text, delimiter) * scale
    except ValueError:
        moment = datetime.fromisoformat(text.strip())
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def time_said(seconds: float) -> str:
    """Return a time as a table may have it: in seconds, with the date for one that is since 1970.

    >>> time_said(1080.0), time_said(1e9), time_said(1e300)
    ('1080 s', '1000000000 s (2001-09-09T01:46:40)', '1e+300 s')
    """
    if 1e8 <= seconds <= 4e9:
        return f"{seconds:.10g} s ({datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S})"
    return f"{seconds:.6g} s"


def text_of(path: Path) -> str:
    """Return the text of a file; raises SensorError."""
    try:
        if path.stat().st_size > _LARGEST:
            refuse("The file is larger than 1 GB.", path, "Cut it.")
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        refuse("The file is no text.", path, "Write it as UTF-8.")
    except OSError as error:
        what = f"The file cannot be read: {(error.strerror or 'it is not there').lower()}."
        raise SensorError(what, kind="missing", where=str(path), remedy="Check the path.") from error


def refuse(what: str, path: Path, remedy: str, line: Any = 0) -> NoReturn:
    """Raise the error for a file that makes no sense, with the line if there is one."""
    where = f"{path}:{line}" if line else str(path)
    raise SensorError(what, kind="malformed", where=where, remedy=remedy) from None
