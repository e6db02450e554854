"""Recordings as text: one row a sample, or one row a time with a column a channel.

Written is the first kind, ``channel,time,value,flag,arrival,sender_time,unit,simulated``; numbers come back bit for bit. Read
are both: a table with columns ``time`` and ``value`` (and any of the others), or with ``time`` and channels as headings,
``t11/temperature`` or ``t11/temperature [K]``. Times are seconds or ISO 8601; units are converted where they are known.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from neodent_viewer.core.errors import RecordingError
from neodent_viewer.files.recordings import Origin, Recording
from neodent_viewer.sensors.channel import Flag
from neodent_viewer.sensors.discovery import native_key
from neodent_viewer.sensors.track import Track, track
from neodent_viewer.sensors.units import to_shown

COLUMNS = ("channel", "time", "value", "flag", "arrival", "sender_time", "unit", "simulated")
#: other words for a column that people write
_WORDS = {"t": "time", "time_s": "time", "timestamp": "time", "name": "channel", "quality": "flag", "qartod": "flag"}
_HEADING = re.compile(r"\s*(?P<name>.*?)\s*(?:\[(?P<unit>[^\]]*)\])?\s*")
_NOTHING = ("", "nan", "NaN", "NA", "null", "None")
_FLAGS = frozenset(map(str, map(int, Flag)))
_KEPT = Flag.NOT_EVALUATED


class _Rows:
    """Samples of one channel as they are read."""

    def __init__(self) -> None:
        self.times: list[float] = []
        self.values: list[float] = []
        self.arrival: list[float] = []
        self.told: list[float] = []
        self.flags: list[int] = []
        self.unit = ""
        self.simulated = False

    def add(self, time: float, value: float, unit: str) -> None:
        value, self.unit = to_shown(value, unit)
        self.times.append(time)
        self.values.append(value)

    def track(self, key: str) -> Track:
        arrival, told, flags = self.arrival or None, self.told or None, self.flags or None
        return track(key, self.times, self.values, arrival, told, flags, unit=self.unit, simulated=self.simulated)


def read(path: Path) -> Recording:
    """Return a recording from text; raises RecordingError that names the line, and OSError."""
    channels: dict[str, _Rows] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            sample = file.read(4096)
            file.seek(0)
            rows = csv.reader(file, delimiter=_delimiter(sample), strict=True)
            heading = next(rows, [])
            _read_rows(heading, rows, channels, path)
            line = rows.line_num
    except UnicodeDecodeError as error:
        raise _wrong("That is no text.", path, "Save it as UTF-8.") from error
    except csv.Error as error:
        raise _wrong(f"The table breaks off: {error}.", path, "Look at the quotes.") from error
    if not any(rows.times for rows in channels.values()):
        raise RecordingError(
            "There are no samples in it.", kind="empty", where=f"{path}:{line}", remedy="Choose another file."
        )
    tracks = tuple(rows.track(native_key(key) or key) for key, rows in channels.items())
    start = min(float(one.read[0]) for one in tracks if len(one))
    return Recording(tracks, Origin(start=start, program="CSV"), name=path.stem)


def _delimiter(sample: str) -> str:
    first = sample.partition("\n")[0]
    return max(",;\t", key=first.count)


def _wrong(what: str, path: Path, remedy: str, line: int = 0) -> RecordingError:
    where = f"{path}:{line}" if line else str(path)
    return RecordingError(what, kind="not_a_recording", where=where, remedy=remedy)


def _read_rows(heading: list[str], rows: Iterator[list[str]], channels: dict[str, _Rows], path: Path) -> None:
    names = [_WORDS.get(name.strip().lower(), name.strip().lower()) for name in heading]
    if "time" not in names:
        raise _wrong("There is no column of times.", path, "Begin the table with a line such as channel,time,value.", 1)
    long = "value" in names
    headings = [_HEADING.fullmatch(name) for name in heading]
    for row in rows:
        line = rows.line_num  # type: ignore[attr-defined]
        if not any(map(str.strip, row)):
            continue
        if len(row) != len(heading):
            raise _wrong(
                f"This row has {len(row)} columns, not {len(heading)}.", path, "Mend or leave out the row.", line
            )
        try:
            if long:
                _long_row(dict(zip(names, row, strict=True)), channels, path.stem)
                continue
            time = _time(row[names.index("time")])
            for name, match, cell in zip(names, headings, row, strict=True):
                if name != "time" and match and cell.strip() not in _NOTHING:
                    channels.setdefault(match["name"], _Rows()).add(time, float(cell), match["unit"] or "")
        except ValueError as error:
            raise _wrong(f"Not a number or a time: {error}.", path, "Mend or leave out the row.", line) from error


def _long_row(cells: dict[str, str], channels: dict[str, _Rows], otherwise: str) -> None:
    rows = channels.setdefault(cells.get("channel", "").strip() or otherwise, _Rows())
    value = math.nan if cells["value"].strip() in _NOTHING else float(cells["value"])
    rows.add(_time(cells["time"]), value, cells.get("unit", "").strip())
    if "arrival" in cells:
        rows.arrival.append(_time(cells["arrival"]) if cells["arrival"].strip() else rows.times[-1])
    if "sender_time" in cells:
        rows.told.append(_time(cells["sender_time"]) if cells["sender_time"].strip() else math.nan)
    if "flag" in cells:
        flag = cells["flag"].strip()
        rows.flags.append(int(flag) if flag in _FLAGS else int(_KEPT))
    rows.simulated = cells.get("simulated", "").strip() == "yes"


def _time(text: str) -> float:
    """Return seconds; a date is told since 1970, without a zone taken for UTC."""
    try:
        seconds = float(text)
    except ValueError:
        moment = datetime.fromisoformat(text.strip())
        seconds = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    if not math.isfinite(seconds):
        raise ValueError(text)
    return seconds


def write(recording: Recording, path: Path) -> None:
    """Write one row a sample."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(COLUMNS)
        for one in recording.tracks:
            simulated = "yes" if one.simulated else "no"
            columns = (one.times, one.values, one.flags, one.arrival, one.told)
            for time, value, flag, arrival, told in zip(*(column.tolist() for column in columns), strict=True):
                sender = "" if math.isnan(told) else repr(told)
                shown = "" if math.isnan(value) else repr(value)
                table.writerow((one.channel, repr(time), shown, flag, repr(arrival), sender, one.unit, simulated))
