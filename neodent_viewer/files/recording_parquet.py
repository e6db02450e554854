"""Recordings as Parquet: one row a sample, columns as in `neodent_viewer.files.recording_csv`, through pyarrow."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from neodent_viewer.core import extras
from neodent_viewer.core.errors import RecordingError
from neodent_viewer.files.recordings import Origin, Recording
from neodent_viewer.sensors.channel import Flag
from neodent_viewer.sensors.track import track

_NUMBERS = ("time", "value", "arrival", "sender_time")


def write(recording: Recording, path: Path) -> None:
    """Write every channel as a row group, so that one can be read without the others."""
    arrow = extras.load("pyarrow", "Parquet", RecordingError)
    parquet = extras.load("pyarrow.parquet", "Parquet", RecordingError)
    words = arrow.dictionary(arrow.int32(), arrow.string())
    fields = [("channel", words), *((name, arrow.float64()) for name in _NUMBERS)]
    fields += [("flag", arrow.uint8()), ("unit", words), ("simulated", arrow.bool_())]
    schema = arrow.schema(fields, metadata=recording.origin.to_metadata())
    with parquet.ParquetWriter(str(path), schema) as file:
        for one in recording.tracks:
            count = len(one)
            columns = [
                arrow.array([one.channel] * count).cast(words),
                *(arrow.array(column) for column in (one.times, one.values, one.arrival, one.told)),
                arrow.array(one.flags),
                arrow.array([one.unit] * count).cast(words),
                arrow.array([one.simulated] * count),
            ]
            file.write_table(arrow.table(columns, schema=schema))


def read(path: Path) -> Recording:
    """Return a recording from Parquet; raises RecordingError."""
    arrow = extras.load("pyarrow", "Parquet", RecordingError)
    parquet = extras.load("pyarrow.parquet", "Parquet", RecordingError)
    try:
        table = parquet.read_table(str(path))
        names = set(table.column_names)
        columns: dict[str, Any] = {
            name: table[name].to_numpy().astype(np.float64) for name in _NUMBERS if name in names
        }
        channel = np.asarray(table["channel"].to_pylist(), np.str_)
        times, values = columns["time"], columns["value"]
        flags = table["flag"].to_numpy() if "flag" in names else np.full(len(times), int(Flag.NOT_EVALUATED))
        units = table["unit"].to_pylist() if "unit" in names else [""] * len(times)
        simulated = table["simulated"].to_pylist() if "simulated" in names else [False] * len(times)
    except (arrow.ArrowException, KeyError, ValueError, TypeError) as error:
        remedy = "It needs columns channel, time and value."
        what = f"That is no table of samples: {str(error).splitlines()[0][:120]}."
        raise RecordingError(what, kind="not_a_recording", where=str(path), remedy=remedy) from error
    tracks = []
    for key in dict.fromkeys(channel.tolist()):
        rows = np.nonzero(channel == key)[0]
        arrival, told = (columns[name][rows] if name in columns else None for name in ("arrival", "sender_time"))
        unit, nobodys = units[int(rows[0])] or "", bool(simulated[int(rows[0])])
        one = track(key, times[rows], values[rows], arrival, told, flags[rows], unit=unit, simulated=nobodys)
        tracks.append(one)
    if not tracks:
        raise RecordingError(
            "There are no samples in it.", kind="empty", where=str(path), remedy="Choose another file."
        )
    start = min(float(one.read[0]) for one in tracks)
    return Recording(tuple(tracks), Origin(start=start, program="Parquet"), name=path.stem)
