"""Recordings as Parquet: one row a sample, through pyarrow; what they say of themselves lies in the schema's metadata.

Columns are as in `neodent_viewer.files.recording_csv`; ``neodent.calibrations`` in the metadata says since when and by whom.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from neodent_viewer.core import extras
from neodent_viewer.core.errors import RecordingError
from neodent_viewer.files.recording_meaning import COLUMNS, columns_of, meaning_json, read_meaning, track_of
from neodent_viewer.files.recordings import Origin, Recording
from neodent_viewer.sensors.channel import Flag

_NUMBERS = ("time", "value", "arrival", "sender_time", *COLUMNS)
#: key of the schema's metadata; a file without it is of a program that did not keep raw values
_MEANING = b"neodent.calibrations"


def write(recording: Recording, path: Path) -> None:
    """Write every channel as a row group, so that one can be read without the others."""
    arrow = extras.load("pyarrow", "Parquet", RecordingError)
    parquet = extras.load("pyarrow.parquet", "Parquet", RecordingError)
    words = arrow.dictionary(arrow.int32(), arrow.string())
    numbers = [(name, arrow.float64()) for name in _NUMBERS]
    told = {key.encode(): text.encode() for key, text in recording.kept_origin().to_metadata().items()}
    schema = arrow.schema(
        [("channel", words), *numbers, ("flag", arrow.uint8()), ("unit", words), ("simulated", arrow.bool_())],
        metadata=told | {_MEANING: meaning_json(recording).encode()},
    )
    with parquet.ParquetWriter(str(path), schema) as file:
        for one in recording.tracks:
            count, columns = len(one), columns_of(one)
            arrays = [
                arrow.array([one.channel] * count).cast(words),
                *(arrow.array(columns[name]) for name in _NUMBERS),
                arrow.array(one.flags),
                arrow.array([one.unit] * count).cast(words),
                arrow.array([one.simulated] * count),
            ]
            file.write_table(arrow.table(arrays, schema=schema))


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
        count = len(columns["time"]) + 0 * len(columns["value"])
        flags = table["flag"].to_numpy() if "flag" in names else np.full(count, int(Flag.NOT_EVALUATED))
        columns["flag"] = np.where(np.isin(flags, list(map(int, Flag))), flags, int(Flag.NOT_EVALUATED))
        units = table["unit"].to_pylist() if "unit" in names else [""] * count
        simulated = table["simulated"].to_pylist() if "simulated" in names else [False] * count
    except (arrow.ArrowException, KeyError, ValueError, TypeError) as error:
        remedy = "It needs columns channel, time and value."
        what = f"That is no table of samples: {str(error).splitlines()[0][:120]}."
        raise RecordingError(what, kind="not_a_recording", where=str(path), remedy=remedy) from error
    metadata: dict[bytes, bytes] = table.schema.metadata or {}
    problems: list[str] = []
    meaning = read_meaning(metadata.get(_MEANING, b"{}").decode(errors="replace"), problems)
    tracks = []
    for key in dict.fromkeys(channel.tolist()):
        rows = np.nonzero(channel == key)[0]
        unit, nobodys = units[int(rows[0])] or "", all(simulated[row] for row in rows.tolist())
        steps, acts = meaning.get(key, ((), ()))
        picked = {name: column[rows] for name, column in columns.items()}
        one = track_of(key, picked, steps, problems, unit=unit, simulated=nobodys)
        tracks.append(replace(one, recalibrated=acts))
    if not tracks:
        raise RecordingError(
            "There are no samples in it.", kind="empty", where=str(path), remedy="Choose another file."
        )
    origin = Origin(start=min(float(one.read[0]) for one in tracks), program="Parquet")
    if (
        _MEANING in metadata
    ):  # what earlier programs wrote was known by its samples: what belongs to it finds it by them
        origin = Origin.from_metadata(
            {k.decode(errors="replace"): v.decode(errors="replace") for k, v in metadata.items()}
        )
    return Recording(tuple(tracks), origin, problems=tuple(problems), name=path.stem)
