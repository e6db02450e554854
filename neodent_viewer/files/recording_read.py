"""Reads recordings: ours as far as they were written, and other programs' MCAP files whose messages are plain JSON numbers.

Order: records one by one; chunks are unpacked within bounds and checked, a damaged one is left out and said; a file that ends
in the middle gives what came before. Only then are the messages of each channel joined.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO

import lz4.frame
import numpy as np
import zstandard
from mcap.exceptions import McapError
from mcap.records import Channel, Chunk, Footer, McapRecord, Message, Metadata, Schema
from mcap.stream_reader import StreamReader, breakup_chunk

from neodent_viewer.core.errors import RecordingError
from neodent_viewer.files import samples
from neodent_viewer.files.recording_door import admitted
from neodent_viewer.files.recordings import (
    CALIBRATION,
    ERASED,
    ORIGIN,
    RECALIBRATED,
    VERSION,
    Erased,
    Origin,
    Recording,
    number,
)
from neodent_viewer.files.samples import Samples
from neodent_viewer.sensors.calibration import AS_SENT, Recalibration, Step, read_calibration, read_recalibration
from neodent_viewer.sensors.channel import Flag
from neodent_viewer.sensors.track import Track, track

#: bytes a record or an unpacked chunk may have, and samples a recording that is read into memory
LARGEST_RECORD, MOST_SAMPLES = 1 << 28, 200_000_000
#: share of the file between two tellings of progress
_TELL = 0.01
#: what the library and the formats below it raise for bytes that make no sense
_NONSENSE = (
    McapError,
    struct.error,
    ValueError,
    KeyError,
    IndexError,
    OverflowError,
    MemoryError,
    EOFError,
    RuntimeError,
    TypeError,
)


@dataclass(slots=True)
class _Heard:
    """What has been read so far."""

    origin: Origin = field(default_factory=Origin)
    ours: bool = False
    complete: bool = False
    erased: list[Erased] = field(default_factory=list)
    calibrations: dict[str, list[Step]] = field(default_factory=dict)
    recalibrated: dict[str, list[Recalibration]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    channels: dict[int, Channel] = field(default_factory=dict)
    schemas: dict[int, Schema] = field(default_factory=dict)
    messages: dict[int, list[Samples]] = field(default_factory=dict)
    foreign: dict[int, list[tuple[float, float, float]]] = field(default_factory=dict)
    refused: int = 0
    count: int = 0


def is_recording(path: Path) -> bool:
    """Return whether a file begins as MCAP files do."""
    try:
        with path.open("rb") as file:
            return file.read(8) == b"\x89MCAP0\r\n"
    except OSError:
        return False


def read_recording(path: Path, progress: Callable[[float], None] | None = None) -> Recording:
    """Return a recording; one that was cut off comes back as far as it was written, and says so.

    Parameters
    ----------
    path : Path
    progress : callable, optional
        Told now and then how far it is, 0..1.

    Raises
    ------
    RecordingError
        ``missing``, ``unreadable``, ``not_a_recording``, ``newer``, ``too_large``, ``empty``.
    """
    heard = _Heard()
    try:
        with path.open("rb") as file:
            told, size = 0.0, max(path.stat().st_size, 1)
            for record in _records(file, heard, path):
                _hear(record, heard, path)
                if progress is not None and file.tell() / size > told + _TELL:
                    told = file.tell() / size
                    progress(told)
    except FileNotFoundError as error:
        raise RecordingError(
            "There is no such file.", kind="missing", where=str(path), remedy="Check the path."
        ) from error
    except OSError as error:
        what = f"The file cannot be read: {error.strerror or error}."
        raise RecordingError(what, kind="unreadable", where=str(path), remedy="Check the file.") from error
    return _joined(heard, path)


def _records(file: BinaryIO, heard: _Heard, path: Path) -> Iterator[McapRecord]:
    """Yield records up to the end or to where the file is cut off."""
    if file.read(8) != b"\x89MCAP0\r\n":
        remedy = "Recordings are MCAP files; `neodent recording import` reads CSV and XDF too."
        raise RecordingError("That is no recording.", kind="not_a_recording", where=str(path), remedy=remedy)
    file.seek(0)
    records = iter(StreamReader(file, emit_chunks=True, record_size_limit=LARGEST_RECORD).records)
    while True:
        try:
            record = next(records)
        except StopIteration:
            return
        except _NONSENSE:
            heard.problems.append(
                f"The file is cut off or damaged near byte {file.tell()}; what comes before was read."
            )
            return
        if isinstance(record, Footer):
            heard.complete = True
            return
        if not isinstance(record, Chunk):
            yield record
            continue
        try:
            inner = breakup_chunk(_unpacked(record), validate_crc=True)
        except (*_NONSENSE, zstandard.ZstdError):
            heard.problems.append(f"A stretch of the file is damaged near byte {file.tell()}; it was left out.")
            continue
        yield from inner


def _unpacked(chunk: Chunk) -> Chunk:
    """Return a chunk without compression; ValueError for one that grows beyond bounds."""
    data = chunk.data
    if chunk.compression == "zstd":
        data = zstandard.ZstdDecompressor().stream_reader(chunk.data).read(LARGEST_RECORD + 1)
    elif chunk.compression == "lz4":
        data = lz4.frame.LZ4FrameDecompressor().decompress(chunk.data, max_length=LARGEST_RECORD + 1)
    elif chunk.compression:
        raise ValueError(f"compression {chunk.compression!r}")
    if len(data) > LARGEST_RECORD:
        raise ValueError("unpacks to too much")
    return Chunk(
        compression="",
        data=data,
        message_end_time=chunk.message_end_time,
        message_start_time=chunk.message_start_time,
        uncompressed_crc=chunk.uncompressed_crc,
        uncompressed_size=len(data),
    )


def _hear(record: McapRecord, heard: _Heard, path: Path) -> None:
    if isinstance(record, Metadata):
        _hear_metadata(record, heard, path)
    elif isinstance(record, Schema):
        heard.schemas[record.id] = record
    elif isinstance(record, Channel):
        heard.channels[record.id] = record
    elif isinstance(record, Message):
        _hear_message(record, heard)
        if heard.count > MOST_SAMPLES:
            remedy = "Cut it into shorter ones with the mcap tool."
            raise RecordingError("The recording is too long.", kind="too_large", where=str(path), remedy=remedy)


def _hear_metadata(record: Metadata, heard: _Heard, path: Path) -> None:
    told = record.metadata
    if record.name == ORIGIN:
        heard.ours = True
        if number(told.get("version", ""), 0.0) > VERSION:
            remedy = "Open it with the program that made it, or get a newer one."
            raise RecordingError("A newer program made this recording.", kind="newer", where=str(path), remedy=remedy)
        heard.origin = Origin.from_metadata(told)
    elif record.name == ERASED:
        start, end = number(told.get("start", ""), -math.inf), number(told.get("end", ""), math.inf)
        heard.erased.append(Erased(told.get("channel", "*"), start, end, told.get("at", "")))
    elif record.name == CALIBRATION:
        _hear_calibration(told, heard)
    elif record.name == RECALIBRATED:
        act = read_recalibration(_json(told.get("act", "")))
        if act is None:
            heard.problems.append(f"What {told.get('channel', '')[:96]!r} was taken for once cannot be read.")
        else:
            heard.recalibrated.setdefault(told.get("channel", ""), []).append(act)


def _hear_calibration(told: dict[str, str], heard: _Heard) -> None:
    channel, since = told.get("channel", ""), number(told.get("since", ""))
    numbers = {name: number(told.get(name, "")) for name in ("gain", "offset")}
    readings = _json(told.get("readings", "")) or ()
    found = read_calibration({**numbers, "at": told.get("at", ""), "by": told.get("by", ""), "readings": readings})
    if found is None or math.isnan(since):
        heard.problems.append(f"A calibration of {channel[:96]!r} makes no sense; values there are shown as sent.")
        found = AS_SENT
    if not math.isnan(since):
        heard.calibrations.setdefault(channel, []).append((since, found))


def _json(text: str) -> Any:
    """Return what JSON says; None where it says nothing."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _hear_message(message: Message, heard: _Heard) -> None:
    channel = heard.channels.get(message.channel_id)
    try:
        if channel is None:
            raise ValueError("a message of no channel")
        schema = heard.schemas.get(channel.schema_id)
        if channel.message_encoding == "protobuf" and schema is not None and schema.name == samples.NAME:
            found = samples.decode(message.data)
            heard.messages.setdefault(channel.id, []).append(found)
            heard.count += len(found.time)
        elif channel.message_encoding == "json":
            value = _json_value(message.data)
            arrival = message.log_time * 1e-9
            taken = message.publish_time * 1e-9 or arrival
            heard.foreign.setdefault(channel.id, []).append((taken, value, arrival))
            heard.count += 1
        else:
            heard.refused += 1
    except (ValueError, RecursionError):
        heard.refused += 1


def _json_value(data: bytes) -> float:
    """Return the number of a JSON message: itself, its ``value``, or the only number in it."""
    found: Any = json.loads(data)
    if isinstance(found, dict):
        numbers = [v for v in found.values() if isinstance(v, (int, float)) and not isinstance(v, bool)]
        found = found.get("value", numbers[0] if len(numbers) == 1 else None)
    if isinstance(found, bool) or not isinstance(found, (int, float)):
        raise ValueError("no number")
    return float(found)


# -- joining -----------------------------------------------------------------------------------------------------------


def _joined(heard: _Heard, path: Path) -> Recording:
    tracks = []
    for channel in heard.channels.values():
        if heard.foreign.get(channel.id):
            tracks.append(_foreign_track(channel, heard.foreign[channel.id]))
        elif channel.id in heard.messages or heard.ours:
            told = sorted(heard.calibrations.get(channel.topic, ()), key=lambda one: one[0])
            acts = tuple(heard.recalibrated.get(channel.topic, ()))
            one = _track(channel, heard.messages.get(channel.id, []))
            tracks.append(replace(one, calibrations=tuple(told), recalibrated=acts))
    if heard.refused:
        heard.problems.append(f"{heard.refused} messages hold nothing that is understood here; they were left out.")
    if not heard.ours and not any(map(len, tracks)):
        what, remedy = "The file holds no sensor data that is understood here.", "Export it as CSV and import that."
        raise RecordingError(what, kind="empty", where=str(path), remedy=remedy)
    origin = heard.origin
    if not heard.ours:
        start = min(float(one.read[0]) for one in tracks if len(one))
        origin = Origin(start=start, epoch=0.0, program="another program")
    found = Recording(tuple(tracks), origin, tuple(heard.erased), heard.complete, tuple(heard.problems), path.stem)
    return found if heard.ours else admitted(found, str(path))


def _foreign_track(channel: Channel, rows: list[tuple[float, float, float]]) -> Track:
    times, values, arrival = np.array(rows).T
    return track(channel.topic.strip("/"), times, values, arrival, unit=str(channel.metadata.get("unit", "")))


def _track(channel: Channel, messages: list[Samples]) -> Track:
    """Return the messages of a channel as one track; flags that turned out worse later are put right."""

    def column(name: str, dtype: str) -> Any:
        return np.concatenate([getattr(one, name) for one in messages] or [np.zeros(0)]).astype(dtype, copy=False)

    number = np.concatenate(
        [np.arange(len(one.time), dtype=np.int64) + one.first for one in messages] or [np.zeros(0, np.int64)]
    )
    flags = column("flags", "u1").copy()
    revised, worse = column("revised", "i8"), column("revised_flags", "u1")
    if len(revised) and len(number):
        rows = np.minimum(np.searchsorted(number, revised), len(number) - 1)
        known = (number[rows] == revised) & np.isin(worse, list(map(int, Flag)))
        for row, flag in zip(rows[known].tolist(), worse[known].tolist(), strict=True):
            flags[row] = flag
    read = np.repeat(column("read", "f8"), column("count", "i8"))
    if len(read):
        read = np.maximum.accumulate(read)
    return Track(
        channel.topic,
        column("time", "f8"),
        column("value", "f8"),
        column("arrival", "f8"),
        column("told", "f8"),
        flags,
        read,
        number,
        str(channel.metadata.get("unit", "")),
        channel.metadata.get("simulated") == "yes",
    )
