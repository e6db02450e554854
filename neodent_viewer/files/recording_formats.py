"""Recordings in any format: which file is read and written by what, told by the name's end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path

from neodent_viewer.core.errors import RecordingError
from neodent_viewer.core.names import LONGEST, clean
from neodent_viewer.files.held import is_held
from neodent_viewer.files.recording_door import admitted
from neodent_viewer.files.recording_read import is_recording, read_recording
from neodent_viewer.files.recordings import Recording

#: characters of a unit
_UNIT = 32
#: end of the name -> module of this floor with ``read(path)`` and ``write(recording, path)``; one line a format
FORMATS = {
    ".mcap": "neodent_viewer.files.recording_mcap",
    ".csv": "neodent_viewer.files.recording_csv",
    ".xdf": "neodent_viewer.files.recording_xdf",
    ".parquet": "neodent_viewer.files.recording_parquet",
}


def _part(path: Path, name: str) -> Callable[..., object]:
    module = FORMATS.get(path.suffix.lower())
    if module is None:
        remedy = f"Name it something{', something'.join(FORMATS)}."
        raise RecordingError(
            "Recordings are not kept in such files.", kind="not_a_recording", where=str(path), remedy=remedy
        )
    return getattr(import_module(module), name)  # type: ignore[no-any-return]


def read_any(path: Path, progress: Callable[[float], None] | None = None) -> Recording:
    """Return a recording from MCAP, CSV, XDF or Parquet; raises RecordingError. MCAP tells its `progress`, 0..1."""
    if is_recording(path):
        return _named(read_recording(path, progress))
    if not path.is_file():
        raise RecordingError("There is no such file.", kind="missing", where=str(path), remedy="Check the path.")
    try:
        found = _part(path, "read")(path)
    except OSError as error:
        what = f"The file cannot be read: {error.strerror or error}."
        raise RecordingError(what, kind="unreadable", where=str(path), remedy="Check the file.") from error
    assert isinstance(found, Recording)
    return _named(admitted(found, str(path)))


def _named(recording: Recording) -> Recording:
    """Return a recording whose channels and units have names fit for a line; what becomes like another is told apart."""
    taken = {track.channel for track in recording.tracks}
    tracks = []
    for track in recording.tracks:
        key, count = clean(track.channel) or "unnamed", 1
        while key != track.channel and key in taken:
            count += 1
            key = f"{clean(track.channel, LONGEST - 12) or 'unnamed'} ({count})"
        taken.add(key)
        tracks.append(replace(track, channel=key, unit=clean(track.unit, _UNIT)))
    problems = tuple(clean(problem, 4 * LONGEST) for problem in recording.problems)
    return replace(recording, tracks=tuple(tracks), problems=problems)


def refuse_running(path: Path) -> None:
    """Raise RecordingError (``busy``) for a file that is being recorded: what comes next would go nowhere."""
    if path.is_file() and is_held(path):
        what, remedy = "This is being recorded at the moment.", "End the recording first, then try again."
        raise RecordingError(what, kind="busy", where=str(path), remedy=remedy)


def write_any(recording: Recording, path: Path) -> None:
    """Write a recording as the name's end says; appears whole or not at all, and is noted.

    Raises RecordingError: ``busy`` where that is being recorded.
    """
    from datetime import UTC, datetime

    from neodent_viewer.files.atomic import put_in_place
    from neodent_viewer.files.recording_notes import note
    from neodent_viewer.files.recordings import unwritable

    write = _part(path, "write")
    refuse_running(path)
    try:
        with put_in_place(path) as beside:
            write(recording, beside)
    except OSError as error:
        raise unwritable(path, error) from error
    except RecordingError as error:
        if not error.where.startswith(str(path.with_name(f".{path.name}."))):
            raise
        raise RecordingError(error.what, kind=error.kind, where=str(path), remedy=error.remedy) from error
    note(path, datetime.now(UTC), [one.channel for one in recording.tracks if len(one)])
