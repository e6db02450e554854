"""Labelled records as files: a CSV of samples, and beside it a JSON (or CSV) of what is wrong with them. Ours or anybody's.

A series is what `neodent_viewer.sensors.series_file` reads. Labels are
``{"quantity": ..., "faults": [{"kind": ..., "onset": ..., "end": ...}]}``, a bare list of such faults, or CSV with the
columns kind, onset, end; each may name the ``channel`` it is about.
"""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path
from typing import Any

import numpy as np

from neodent_viewer.core.errors import SensorError
from neodent_viewer.core.names import clean
from neodent_viewer.sensors.channel import QUANTITIES
from neodent_viewer.sensors.corpus import Label, Record
from neodent_viewer.sensors.fault import FaultKind
from neodent_viewer.sensors.sample import Float64
from neodent_viewer.sensors.score import SLACK, SLACK_PERIODS
from neodent_viewer.sensors.series_file import read_series, refuse, text_of, time_of, time_said

_REMEDY = f"A label has kind, onset, end; kinds: {', '.join(FaultKind)}."


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


def read_record(series: Path, labels: Path, quantity: str = "", channel: str = "") -> Record:
    """Return a record from a series and its labels.

    Parameters
    ----------
    series, labels : Path
    quantity : str
        What is measured, where neither the labels nor the channel's key say so.
    channel : str
        Which channel, where the series holds several; labels that name another are left out.

    Raises
    ------
    SensorError
        ``missing`` or ``malformed``, with the file and the line.
    """
    read = read_series(series, channel)
    about, found = _labels(labels, read.channel)
    quantity = quantity or str(about.get("quantity", "")) or read.channel.rpartition("/")[2]
    if quantity not in QUANTITIES:
        remedy = f"Say --quantity with one of: {', '.join(QUANTITIES)}."
        refuse(f"Nobody says what is measured ({clean(quantity, 40) or 'no quantity'}).", series, remedy)
    times, arrival = read.times, read.arrival
    steps = np.diff(times[np.isfinite(times)])
    forward = steps[steps > 0]
    period = float(np.median(forward)) if len(forward) else 1.0 / QUANTITIES[quantity].rate
    rate = about.get("rate")
    if not (isinstance(rate, int | float) and 0 < rate < math.inf):
        rate = 1.0 / period
    if arrival is None:
        arrival = _assumed_arrival(times, period)
    arrival = np.maximum.accumulate(arrival)
    _refuse_outside(found, times, arrival, max(SLACK, SLACK_PERIODS / float(rate)), labels)
    return Record(series.stem, quantity, float(rate), times, arrival, read.values, [label for _, label in found])


def _refuse_outside(found: list[tuple[str, Label]], times: Float64, arrival: Float64, near: float, path: Path) -> None:
    """Refuse a label that no sample lies at: it would count as missed, though nothing could have found it."""
    both = np.concatenate([times[np.isfinite(times)], arrival])
    low, high = float(both.min()), float(both.max())
    for where, label in found:
        if label.end < low - near or label.onset > high + near:
            what = f"A {label.kind.value} at {time_said(label.onset)} lies outside the series"
            remedy = "Give labels the series' own times, or leave this one out."
            refuse(f"{what}, which runs from {time_said(low)} to {time_said(high)}.", path, remedy, where)


def read_folder(folder: Path, quantity: str = "") -> list[Record]:
    """Return every record of a folder and those in it: each series that has labels of its name beside it."""
    pairs = [(path, path.with_suffix(".json")) for path in sorted(folder.rglob("*.csv"))]
    found = [read_record(series, labels, quantity) for series, labels in pairs if labels.is_file()]
    if not found:
        what, remedy = "There is no labelled series here.", "Make some: neodent demo faults -o DIR."
        raise SensorError(what, kind="missing", where=str(folder), remedy=remedy)
    return found


def _assumed_arrival(times: Float64, period: float) -> Float64:
    """Return when samples (k,) came, where nobody wrote it down: as they were taken, and in order."""
    steps = np.diff(times, prepend=times[:1])
    steps = np.where(np.isfinite(steps) & (steps > 0), steps, period)
    steps[:1] = 0.0
    return np.asarray((times[0] if len(times) and np.isfinite(times[0]) else 0.0) + np.cumsum(steps))


def _labels(path: Path, channel: str) -> tuple[dict[str, Any], list[tuple[str, Label]]]:
    """Return what is said of the series, and each label of the channel with where in the file it stands."""
    about: dict[str, Any] = {}
    text = text_of(path)
    if path.suffix.lower() == ".csv":
        rows: Any = _rows(text, path)
    else:
        plain = _json(text, path)
        about = plain if isinstance(plain, dict) else {}
        rows = about.get("faults") if about else plain
        if not isinstance(rows, list):
            refuse("There is no list of faults in it.", path, _REMEDY)
        rows = [(f"faults[{number}]", row) for number, row in enumerate(rows)]
    mine = [(where, row) for where, row in rows if not isinstance(row, dict) or _meant(row, channel)]
    return about, [(where, _label(row, where, path)) for where, row in mine]


def _meant(row: dict[str, Any], channel: str) -> bool:
    return not channel or row.get("channel") in (None, "", channel)


def _json(text: str, path: Path) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        refuse(f"That is no JSON: it breaks off at column {error.colno}.", path, _REMEDY, error.lineno)
    except (ValueError, RecursionError):
        refuse("The JSON has numbers too long, or is nested too deeply, to be labels.", path, _REMEDY)


def _rows(text: str, path: Path) -> list[tuple[str, dict[str, str]]]:
    reader = csv.DictReader(text.splitlines(), strict=True, restval="", skipinitialspace=True)
    try:
        return [(str(reader.line_num), row) for row in reader]
    except csv.Error as error:
        refuse(f"The table breaks off: {error}.", path, "Look at the quotes.", reader.line_num)


def _label(row: Any, where: str, path: Path) -> Label:
    if not isinstance(row, dict):
        refuse("A label is an object with kind, onset and end.", path, _REMEDY, where)
    for name in ("kind", "onset"):
        if row.get(name) in (None, ""):
            refuse(f"The label has no {name}.", path, _REMEDY, where)
    kind = str(row["kind"]).strip()
    if kind not in tuple(FaultKind):
        refuse(f"There is no fault called {clean(kind, 40)!r}.", path, _REMEDY, where)
    onset = _label_time(row["onset"], where, path)
    end = row.get("end")
    label = Label(FaultKind(kind), onset, onset if end in (None, "") else _label_time(end, where, path))
    if label.end < label.onset:
        refuse("The label ends before it begins.", path, "Give the earlier time first.", where)
    return label


def _label_time(said: Any, where: str, path: Path) -> float:
    try:
        time = time_of(str(said))
    except (ValueError, OverflowError):
        time = math.nan
    if not math.isfinite(time):
        refuse(f"{clean(str(said), 40)!r} is no time.", path, "Write seconds or ISO 8601.", where)
    return time
