"""Labelled records as files: a CSV of samples, and beside it a JSON (or CSV) of what is wrong with them. Ours or anybody's.

A series has a header with ``time`` and ``value`` (any other name will do for the value), and ``arrival`` where it is known.
Times are seconds or ISO 8601. Labels are ``{"quantity": ..., "faults": [{"kind": ..., "onset": ..., "end": ...}]}``, a bare
list of such faults, or CSV with the columns kind, onset, end.
"""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from neodent_viewer.core.errors import SensorError
from neodent_viewer.sensors.channel import QUANTITIES
from neodent_viewer.sensors.corpus import Label, Record
from neodent_viewer.sensors.fault import FaultKind
from neodent_viewer.sensors.sample import Float64

_TIMES = ("time", "t", "timestamp", "times")
#: largest file read, bytes
_LARGEST = 1 << 30


def write_record(record: Record, folder: Path) -> Path:
    """Write ``<name>.csv`` and ``<name>.json`` into a folder; return the first."""
    path = folder / f"{record.name}.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["time", "arrival", "value"])
        for row in zip(record.times.tolist(), record.arrival.tolist(), record.values.tolist(), strict=True):
            writer.writerow([f"{row[0]:.4f}", f"{row[1]:.4f}", f"{row[2]:.5f}"])
    faults = [{"kind": label.kind.value, "onset": label.onset, "end": label.end} for label in record.labels]
    episodes = [{"kind": one.kind, "start": one.start, "end": one.end} for one in record.episodes]
    about = {"quantity": record.quantity, "rate": record.rate, "faults": faults, "episodes": episodes}
    path.with_suffix(".json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    return path


def read_record(series: Path, labels: Path, quantity: str = "") -> Record:
    """Return a record from a series and its labels.

    Parameters
    ----------
    series, labels : Path
    quantity : str
        What is measured, where the labels do not say.

    Raises
    ------
    SensorError
        ``missing`` or ``malformed``, with the file.
    """
    about, found = _labels(labels)
    quantity = quantity or str(about.get("quantity", ""))
    if quantity not in QUANTITIES:
        remedy = f"Say --quantity with one of: {', '.join(QUANTITIES)}."
        raise _error("malformed", f"Nobody says what is measured ({quantity or 'no quantity'}).", series, remedy)
    times, arrival, values = _series(series)
    steps = np.diff(times[np.isfinite(times)])
    forward = steps[steps > 0]
    period = float(np.median(forward)) if len(forward) else 1.0 / QUANTITIES[quantity].rate
    rate = about.get("rate")
    if not (isinstance(rate, int | float) and 0 < rate < math.inf):
        rate = 1.0 / period
    if arrival is None:
        arrival = _assumed_arrival(times, period)
    return Record(series.stem, quantity, float(rate), times, np.maximum.accumulate(arrival), values, found)


def read_folder(folder: Path, quantity: str = "") -> list[Record]:
    """Return every record of a folder and those in it: each series that has labels of its name beside it."""
    pairs = [(path, path.with_suffix(".json")) for path in sorted(folder.rglob("*.csv"))]
    found = [read_record(series, labels, quantity) for series, labels in pairs if labels.is_file()]
    if not found:
        raise _error("missing", "There is no labelled series here.", folder, "Make some: neodent demo faults -o DIR.")
    return found


def _assumed_arrival(times: Float64, period: float) -> Float64:
    """Return when samples (k,) came, where nobody wrote it down: as they were taken, and in order."""
    steps = np.diff(times, prepend=times[:1])
    steps = np.where(np.isfinite(steps) & (steps > 0), steps, period)
    steps[:1] = 0.0
    return np.asarray((times[0] if len(times) and np.isfinite(times[0]) else 0.0) + np.cumsum(steps))


def _series(path: Path) -> tuple[Float64, Float64 | None, Float64]:
    rows = _table(path)
    names = list(rows[0]) if rows else []
    by_name = {name.strip().lower(): name for name in names}
    time = next((by_name[name] for name in _TIMES if name in by_name), None)
    came = by_name.get("arrival")
    value = by_name.get("value") or next((name for name in names if name not in (time, came)), None)
    if time is None or value is None:
        raise _error("malformed", "The series has no columns time and value.", path, "Give it a header: time,value.")
    times = np.array([_time(row[time]) for row in rows])
    arrival = np.array([_time(row[came]) for row in rows]) if came else None
    if arrival is not None and not np.isfinite(arrival).all():
        raise _error("malformed", "An arrival is not a time.", path, "Mend it, or leave the column out.")
    return times, arrival, np.array([_number(row[value]) for row in rows])


def _labels(path: Path) -> tuple[dict[str, Any], list[Label]]:
    about: dict[str, Any] = {}
    try:
        if path.suffix.lower() == ".csv":
            rows: Iterable[Any] = _table(path)
        else:
            plain = json.loads(_text(path))
            about = plain if isinstance(plain, dict) else {}
            rows = about.get("faults", []) if about else plain
        return about, [_label(row) for row in rows]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        remedy = f"A label has kind, onset, end; kinds: {', '.join(FaultKind)}."
        raise _error("malformed", f"These are no labels ({error}).", path, remedy) from error


def _label(row: Any) -> Label:
    onset = _time(str(row["onset"]))
    end = row.get("end")
    label = Label(FaultKind(str(row["kind"]).strip()), onset, onset if end in (None, "") else _time(str(end)))
    if not (math.isfinite(label.onset) and label.end >= label.onset):
        raise ValueError("an onset that is no time, or an end before it")
    return label


def _table(path: Path) -> list[dict[str, str]]:
    try:
        return list(csv.DictReader(_text(path).splitlines(), strict=True, restval=""))
    except csv.Error as error:
        raise _error(
            "malformed", f"The file is no CSV ({error}).", path, "Write it with commas and a header."
        ) from error


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _LARGEST:
            raise _error("malformed", "The file is larger than 1 GB.", path, "Cut it.")
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise _error("malformed", "The file is no text.", path, "Write it as UTF-8.") from error
    except OSError as error:
        raise _error("missing", f"The file cannot be read: {error.strerror}.", path, "Check the path.") from error


def _number(text: str | None) -> float:
    """Return a value; NaN where the sensor said nothing, or nothing that is a number."""
    try:
        return float(text or "nan")
    except ValueError:
        return math.nan


def _time(text: str | None) -> float:
    """Return seconds; NaN for what is no time."""
    try:
        return float(text or "nan")
    except ValueError:
        try:
            moment = datetime.fromisoformat(str(text).strip())
        except ValueError:
            return math.nan
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _error(kind: str, what: str, path: Path, remedy: str) -> SensorError:
    return SensorError(what, kind=kind, where=str(path), remedy=remedy)
