"""Recordings as XDF 1.0 (https://github.com/sccn/xdf/wiki/Specifications), the format of Lab Streaming Layer.

Written is one stream a channel with eight numbers a sample at its own time, irregular, so that no reader smooths them: the
value it was taken for, the raw value as sent, and the gain and offset between them, among others. Since when and by whom
these count is told in the stream's description, what the recording knows of itself in the file's header. Reading goes through
pyxdf. Streams of other programs give one channel for each of theirs, on times that pyxdf has made one clock of.
"""

from __future__ import annotations

import json
import logging
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO
from xml.sax.saxutils import escape

import numpy as np

from neodent_viewer.core import extras
from neodent_viewer.core.errors import RecordingError
from neodent_viewer.files.recording_meaning import COLUMNS, columns_of, meaning_json, read_meaning, track_of
from neodent_viewer.files.recordings import Origin, Recording
from neodent_viewer.sensors.channel import Flag
from neodent_viewer.sensors.discovery import native_key
from neodent_viewer.sensors.track import Track, track
from neodent_viewer.sensors.units import UNITS, guess_quantity

_HEADER, _STREAM, _SAMPLES, _FOOTER = 1, 2, 3, 6
#: the numbers of a sample as earlier programs wrote them, without raw values, and as they are written now
_EARLIER = ("value", "flag", "arrival", "sender_time")
_LABELS = (*_EARLIER, *COLUMNS)
#: samples a chunk
_CHUNK = 4096
TYPE = "neodent"
_SECONDS = ("arrival", "sender_time", "read")


def write(recording: Recording, path: Path) -> None:
    """Write every channel as a stream."""
    with path.open("wb") as file:
        file.write(b"XDF:")
        told = escape(json.dumps(recording.kept_origin().to_metadata()))
        header = f'<?xml version="1.0"?><info><version>1.0</version><neodent>{told}</neodent></info>'
        _chunk(file, _HEADER, header.encode())
        for number, one in enumerate(recording.tracks, 1):
            stream = struct.pack("<I", number)
            _chunk(file, _STREAM, stream + _stream_header(recording, one).encode())
            for start in range(0, len(one), _CHUNK):
                _chunk(file, _SAMPLES, stream + _samples(one, slice(start, start + _CHUNK)))
            _chunk(file, _FOOTER, stream + _stream_footer(one).encode())


def _chunk(file: BinaryIO, tag: int, content: bytes) -> None:
    file.write(b"\x08" + struct.pack("<QH", len(content) + 2, tag) + content)


def _samples(one: Track, rows: slice) -> bytes:
    times = one.times[rows]
    table = np.zeros(len(times), np.dtype([("own", "u1"), ("time", "<f8"), ("values", "<f8", (len(_LABELS),))]))
    table["own"], table["time"] = 8, times
    columns = columns_of(one.rows(rows))
    table["values"] = np.stack([columns[name].astype(np.float64) for name in _LABELS], axis=1)
    return b"\x08" + struct.pack("<Q", len(times)) + table.tobytes()


def _stream_header(recording: Recording, one: Track) -> str:
    units = {name: escape(one.unit) for name in ("value", "raw", "offset")} | dict.fromkeys(_SECONDS, "s")
    channels = "".join(
        f"<channel><label>{label}</label><unit>{units.get(label, '')}</unit></channel>" for label in _LABELS
    )
    meaning = escape(meaning_json(replace(recording, tracks=(one,))))
    origin = "simulated" if one.simulated else "measured"
    return (
        f'<?xml version="1.0"?><info><name>{escape(one.channel)}</name><type>{TYPE}</type>'
        f"<channel_count>{len(_LABELS)}</channel_count>"
        f"<nominal_srate>0</nominal_srate><channel_format>double64</channel_format><source_id>{origin}</source_id>"
        f"<desc><channels>{channels}</channels><calibrations>{meaning}</calibrations></desc></info>"
    )


def _stream_footer(one: Track) -> str:
    first, last = (float(one.times[0]), float(one.times[-1])) if len(one) else (0.0, 0.0)
    return (
        f'<?xml version="1.0"?><info><first_timestamp>{first!r}</first_timestamp><last_timestamp>{last!r}</last_timestamp>'
        f"<sample_count>{len(one)}</sample_count><clock_offsets></clock_offsets></info>"
    )


# -- reading -----------------------------------------------------------------------------------------------------------


def read(path: Path) -> Recording:
    """Return a recording from XDF; raises RecordingError."""
    pyxdf = extras.load("pyxdf", "Reading XDF", RecordingError)
    with path.open("rb") as file:
        if file.read(4) not in (b"XDF:", b"\x1f\x8b\x08\x00", b"\x1f\x8b\x08\x08"):
            raise _wrong("That is no XDF file.", path, "Choose another file.")
    try:
        with _counting() as damage:
            try:
                streams, header = pyxdf.load_xdf(str(path), dejitter_timestamps=False)
            except Exception:  # cut within a description, it gives up what stands before that too
                whole = _whole_chunks(path)
                damage.append("cut off")
                streams, header = pyxdf.load_xdf(BytesIO(whole), dejitter_timestamps=False)
    except Exception as error:  # pyxdf raises whatever its parts raise for bytes that make no sense
        raise _wrong(
            "The file is damaged, and nothing of it can be read.", path, "Record or export it again."
        ) from error
    problems: list[str] = []
    if places := len(damage):
        where = "one place" if places == 1 else f"{places} places"
        problems.append(f"The file is cut off or damaged in {where}; what could not be read was left out.")
    tracks = [one for stream in streams for one in _tracks(stream, problems)]
    if not tracks:
        remedy = "Choose another file."
        raise RecordingError("There are no numbers in it.", kind="empty", where=str(path), remedy=remedy)
    origin = _origin(header) or Origin(start=min(float(one.read[0]) for one in tracks), program="XDF")
    complete = not damage and all("footer" in stream for stream in streams)
    return Recording(tuple(tracks), origin, (), complete, tuple(problems), path.stem)


def _whole_chunks(path: Path) -> bytes:
    """Return a file up to the end of its last chunk that is whole; ValueError where nothing was cut off."""
    data = path.read_bytes()
    at = end = 4
    while at < len(data) and (width := data[at]) in (1, 4, 8):
        length = int.from_bytes(data[at + 1 : at + 1 + width], "little")
        at += 1 + width + length
        if at > len(data):
            return data[:end]
        end = at
    raise ValueError("its chunks are whole")


@contextmanager
def _counting() -> Iterator[list[str]]:
    """Keep what pyxdf logs off the terminal; yield what of it tells of damage. It warns of healthy files as well."""
    logger, found = logging.getLogger("pyxdf.pyxdf"), list[str]()

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.levelno >= logging.ERROR:
                found.append(record.getMessage())

    listener, passed_on = Listener(), logger.propagate
    logger.addHandler(listener)
    logger.propagate = False
    try:
        yield found
    finally:
        logger.removeHandler(listener)
        logger.propagate = passed_on


def _origin(header: Any) -> Origin | None:
    """Return what the file's header says of the recording; None where it says nothing."""
    try:
        told = json.loads(_first(header["info"], "neodent"))
        return Origin.from_metadata({str(key): str(text) for key, text in told.items()})
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _wrong(what: str, path: Path, remedy: str) -> RecordingError:
    return RecordingError(what, kind="not_a_recording", where=str(path), remedy=remedy)


def _first(info: Any, name: str) -> str:
    """Return a text of pyxdf's nested lists; empty where there is none."""
    found = (info or {}).get(name) or [""]
    return found[0] if isinstance(found, list) and isinstance(found[0], str) else ""


def _tracks(stream: dict[str, Any], problems: list[str]) -> list[Track]:
    info, series = stream["info"], stream["time_series"]
    times = np.asarray(stream["time_stamps"], np.float64)
    if isinstance(series, list) or not len(times):  # texts: markers
        return []
    table = np.asarray(series, np.float64).reshape(len(times), -1)
    name = _first(info, "name")
    labels, units = _described(info, table.shape[1])
    if _first(info, "type") == TYPE and tuple(labels) in (_EARLIER, _LABELS):
        columns = {"time": times, **dict(zip(labels, table.T, strict=True))}
        of_ours = np.isin(columns["flag"], list(map(int, Flag)))
        columns["flag"] = np.where(of_ours, columns["flag"], int(Flag.NOT_EVALUATED))
        told = _first((info.get("desc") or [None])[0], "calibrations") or "{}"
        steps, acts = read_meaning(told, problems).get(name, ((), ()))
        simulated = _first(info, "source_id") == "simulated"
        one = track_of(name, columns, steps, problems, unit=units[0], simulated=simulated)
        return [replace(one, recalibrated=acts)]
    found = []
    for column, label, unit in zip(table.T, labels, units, strict=True):
        known = UNITS.get(unit)
        values = column if known is None else column * known.scale + known.offset
        address = f"{name}/{label}"
        quantity = guess_quantity(address, unit)
        key = native_key(address) or native_key(label) or (f"{address}/{quantity}" if quantity else address)
        found.append(track(key, times, values, unit=unit if known is None else known.shown))
    return found


def _described(info: Any, count: int) -> tuple[list[str], list[str]]:
    """Return labels and units of a stream's channels, numbers where it names none."""
    labels, units = [str(i + 1) for i in range(count)], [""] * count
    try:
        for i, one in enumerate(info["desc"][0]["channels"][0]["channel"][:count]):
            labels[i] = _first(one, "label") or labels[i]
            units[i] = _first(one, "unit")
    except (KeyError, TypeError, IndexError):
        pass
    return labels, units
