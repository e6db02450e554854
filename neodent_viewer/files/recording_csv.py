"""Recordings as text: one row a sample, or one row a time with a column a channel.

Written is the first kind, with the columns of `COLUMNS`; numbers come back bit for bit. ``value`` is what a sample was taken
for, ``raw`` what was sent, ``gain`` and ``offset`` what makes the one of the other; since when and by whom that counts stands
in columns too, and so does what the recording knows of itself: no row needs another one, or a second file. Read are both: a
table with columns ``time`` and ``value`` (and any of the others), or with ``time`` and channels as headings,
``t11/temperature`` or ``t11/temperature [K]``. Times are seconds or ISO 8601, or as the heading says, ``time [ms]``; units
are converted where they are known; decimal commas and lines of comment are read as `neodent_viewer.sensors.tables` says.
"""

from __future__ import annotations

import csv
import math
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from neodent_viewer.core.errors import RecordingError
from neodent_viewer.files.recording_meaning import columns_of, track_of
from neodent_viewer.files.recordings import Origin, Recording, number
from neodent_viewer.sensors.calibration import Calibration, Step, read_calibration
from neodent_viewer.sensors.channel import Flag
from neodent_viewer.sensors.tables import delimiter_of, heading_of, heading_row, number_of, time_scale
from neodent_viewer.sensors.track import Track
from neodent_viewer.sensors.units import formula_to_shown, to_shown

#: what one sample is
_SAMPLE = ("channel", "time", "value", "flag", "arrival", "sender_time", "unit", "simulated", "raw", "read")
#: what its raw value means: the formula, since when it counts, when it was found and by whom, by which readings
_FORMULA = ("gain", "offset", "since", "calibrated_at", "calibrated_by", "readings")
#: what the recording knows of itself: see `Origin`
_ORIGIN = ("start", "epoch", "midnight", "identity")
COLUMNS = (*_SAMPLE, *_FORMULA, *_ORIGIN)
#: other words for a column that people write
_WORDS = {"name": "channel", "quality": "flag", "qartod": "flag"}
_NOTHING = ("", "nan", "NaN", "NA", "null", "None")
_FLAGS = frozenset(map(str, map(int, Flag)))
_KEPT = Flag.NOT_EVALUATED


#: name of a channel; and the unit of its rows, where others came before in another one
_Key = tuple[str, str]


class _Rows:
    """Samples of one channel as they are read."""

    def __init__(self) -> None:
        self.columns: dict[str, list[float]] = {"time": [], "value": []}
        self.formulas: dict[tuple[str, ...], tuple[float, float, Step | None]] = {}
        self.unit = ""
        self.simulated = True  #: whether every row says that nobody's mouth is behind it

    def add(self, time: float, value: float, unit: str) -> None:
        value, shown = to_shown(value, unit)
        self.unit = shown or self.unit
        self.columns["time"].append(time)
        self.columns["value"].append(value)

    def add_more(self, name: str, number: float) -> None:
        self.columns.setdefault(name, []).append(number)

    def add_formula(self, cells: tuple[str, ...], unit: str) -> None:
        """Take in the cells of `_FORMULA`; ValueError for a formula that is none."""
        told = (*cells, unit)
        if told not in self.formulas:
            self.formulas[told] = _formula(*told)
        gain, offset, _ = self.formulas[told]
        self.add_more("gain", gain)
        self.add_more("offset", offset)

    def track(self, key: str, problems: list[str]) -> Track:
        steps = [step for *_, step in self.formulas.values() if step is not None]
        return track_of(key, self.columns, steps, problems, unit=self.unit, simulated=self.simulated)


def _formula(
    gain: str, offset: str, since: str, at: str, by: str, readings: str, unit: str
) -> tuple[float, float, Step | None]:
    """Return gain, offset and, where it is told since when they count, the step; ValueError for what is no number."""
    numbers = formula_to_shown(float(gain or 1.0), float(offset or 0.0), unit)
    try:
        pairs = [[to_shown(float(x), unit)[0] for x in pair.split("=")] for pair in readings.split()]
    except ValueError:
        pairs = []
    told = {"gain": numbers[0], "offset": numbers[1], "at": at, "by": by}
    made = read_calibration({**told, "readings": pairs}) or read_calibration(told)
    counts = number(since)
    return (*numbers, (counts, made) if made is not None and math.isfinite(counts) else None)


def read(path: Path) -> Recording:
    """Return a recording from text; raises RecordingError that names the line, and OSError."""
    channels: dict[_Key, _Rows] = {}
    origins: set[tuple[str, ...]] = set()
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            sample = file.read(4096)
            file.seek(0)
            rows = csv.reader(file, delimiter=delimiter_of(_first_line(sample)), strict=True)
            _read_rows(_Table(heading_row(rows), rows, path), channels, origins)
            line = rows.line_num
    except UnicodeDecodeError as error:
        raise _wrong("That is no text.", path, "Save it as UTF-8.") from error
    except csv.Error as error:
        raise _wrong(f"The table breaks off: {error}.", path, "Look at the quotes.") from error
    if not any(rows.columns["time"] for rows in channels.values()):
        raise RecordingError(
            "There are no samples in it.", kind="empty", where=f"{path}:{line}", remedy="Choose another file."
        )
    problems: list[str] = []
    tracks = tuple(rows.track(key, problems) for (key, _), rows in channels.items())
    origin = Origin(start=min(float(one.read[0]) for one in tracks if len(one)), program="CSV")
    if len(origins) == 1:
        told = dict(zip(_ORIGIN, origins.pop(), strict=True))
        origin = Origin.from_metadata(
            {"start": repr(origin.start), "program": "CSV"} | {k: v for k, v in told.items() if v}
        )
    elif origins:
        problems.append("The rows are of several recordings, whose clocks differ; none of their dates is believed.")
    return Recording(tracks, origin, problems=tuple(problems), name=path.stem)


def _first_line(sample: str) -> str:
    """Return the first line that is no comment: what parts its cells parts those of the table."""
    lines = sample.splitlines() or [""]
    return next((line for line in lines if line.strip() and not line.startswith("#")), lines[0])


def _wrong(what: str, path: Path, remedy: str, line: int = 0) -> RecordingError:
    where = f"{path}:{line}" if line else str(path)
    return RecordingError(what, kind="not_a_recording", where=where, remedy=remedy)


class _Table:
    """A table as its heading has it: what each column is, and numbers and times in the way it writes them.

    Raises RecordingError where the heading makes no sense.
    """

    def __init__(self, heading: list[str], rows: Any, path: Path) -> None:
        self.rows, self.path, self.headings = rows, path, [heading_of(name) for name in heading]
        self._delimiter = rows.dialect.delimiter
        lowered = [name.strip().lower() for name in heading]
        self.names = [_WORDS.get(name, name) for name in lowered]
        at = [i for i, name in enumerate(heading) if time_scale(name) is not None]
        if not at:
            raise self.wrong(
                "There is no column of times in seconds.", "Begin the table with a line such as channel,time,value."
            )
        self.time, self._scale = at[0], time_scale(heading[at[0]]) or 1.0
        self.names[self.time] = "time"
        self.times = frozenset(at)  # the first counts; others are no channels
        twice = next((name for i, name in enumerate(heading) if name.strip() and lowered.index(lowered[i]) < i), None)
        if twice is not None:
            raise self.wrong(f"Two columns are called {twice[:96]!r}.", "Give each a name of its own.")
        self.long = "value" in self.names

    def wrong(self, what: str, remedy: str) -> RecordingError:
        return _wrong(what, self.path, remedy, self.rows.line_num)

    def number(self, cell: str) -> float:
        return number_of(cell, self._delimiter)

    def value(self, cell: str) -> float:
        return math.nan if cell.strip() in _NOTHING else self.number(cell)

    def when(self, cell: str) -> float:
        """Return seconds; a date is told since 1970, without a zone taken for UTC."""
        try:
            seconds = self.number(cell) * self._scale
        except ValueError:
            moment = datetime.fromisoformat(cell.strip())
            seconds = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
        if not math.isfinite(seconds):
            raise ValueError(cell)
        return seconds

    def maybe(self, cell: str) -> float:
        return self.when(cell) if cell.strip() else math.nan


def _read_rows(table: _Table, channels: dict[_Key, _Rows], origins: set[tuple[str, ...]]) -> None:
    for row in table.rows:
        if not any(map(str.strip, row)):
            continue
        if len(row) != len(table.names):
            raise table.wrong(f"This row has {len(row)} columns, not {len(table.names)}.", "Mend or leave out the row.")
        if not table.long:
            _wide_row(table, row, channels)
            continue
        cells = dict(zip(table.names, row, strict=True))
        try:
            _long_row(table, cells, channels)
        except (ValueError, OverflowError) as error:
            raise table.wrong(f"Not a number or a time: {error}.", "Mend or leave out the row.") from error
        if "epoch" in cells:
            origins.add(tuple(cells.get(name, "").strip() for name in _ORIGIN))


def _wide_row(table: _Table, row: list[str], channels: dict[_Key, _Rows]) -> None:
    column = table.time
    try:
        time = table.when(row[column])
        for column, ((name, unit), cell) in enumerate(zip(table.headings, row, strict=True)):
            if column not in table.times and name and cell.strip() not in _NOTHING:
                rows = channels.setdefault((name, ""), _Rows())
                rows.simulated = False
                rows.add(time, table.number(cell), unit)
    except (ValueError, OverflowError) as error:
        what = "time" if column == table.time else "number"
        where = f" in column {table.headings[column][0][:96]!r}" if column != table.time else ""
        raise table.wrong(
            f"{row[column][:40]!r}{where} is no {what}.", "Mend or leave out the row, or the column."
        ) from error


def _long_row(table: _Table, cells: dict[str, str], channels: dict[_Key, _Rows]) -> None:
    name, unit = cells.get("channel", "").strip() or table.path.stem, cells.get("unit", "").strip()
    rows = channels.setdefault((name, ""), _Rows())
    shown = to_shown(0.0, unit)[1]
    if unit and rows.unit not in ("", shown):  # one name may carry several quantities, each with its unit
        rows = channels.setdefault((name, shown), _Rows())
    rows.add(table.when(cells["time"]), table.value(cells["value"]), unit)
    for column in ("arrival", "read", "sender_time"):
        if column in cells:
            rows.add_more(column, table.maybe(cells[column]))
    if "flag" in cells:
        flag = cells["flag"].strip()
        rows.add_more("flag", int(flag) if flag in _FLAGS else int(_KEPT))
    if "raw" in cells and "gain" in cells and "offset" in cells:
        rows.add_more("raw", to_shown(table.value(cells["raw"]), unit)[0])
        rows.add_formula(tuple(cells.get(name, "").strip() for name in _FORMULA), unit)
    rows.simulated &= cells.get("simulated", "").strip() == "yes"


def write(recording: Recording, path: Path) -> None:
    """Write one row a sample."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(COLUMNS)
        origin = recording.kept_origin().to_metadata()
        known = tuple("" if origin.get(name) == "nan" else origin.get(name, "") for name in _ORIGIN)
        for one in recording.tracks:
            columns = {name: column.tolist() for name, column in columns_of(one).items()}
            simulated = "yes" if one.simulated else "no"
            for rows, step in one.stretches(0, len(one)):
                ends = (*_told(step), *known)
                names = ("time", "value", "flag", "arrival", "sender_time", "raw", "read")
                cells = zip(*(columns[name][rows] for name in names), strict=True)
                for time, value, flag, arrival, told, raw, heard in cells:
                    numbers = (repr(time), _shown(value), flag, repr(arrival), _shown(told))
                    table.writerow((one.channel, *numbers, one.unit, simulated, _shown(raw), repr(heard), *ends))


def _shown(value: float) -> str:
    return "" if math.isnan(value) else repr(value)


def _told(step: Step | None) -> tuple[str, ...]:
    """Return the cells of `_FORMULA`; empty where nothing was said, which is as sent."""
    if step is None:
        return ("",) * len(_FORMULA)
    made: Calibration = step[1]
    readings = " ".join(f"{raw!r}={true!r}" for raw, true in made.readings)
    return repr(made.gain), repr(made.offset), repr(step[0]), made.at, made.by, readings
