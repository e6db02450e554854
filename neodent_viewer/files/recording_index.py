"""Which recordings this program has made, so that it can say where withdrawn data still lies, and take it out there.

The index is a small JSON file in the user's data folder; what a recording holds is read from the recording itself, whenever
somebody asks. Erasing writes the recording anew without the stretch and puts it in place of the old one in one step. It does
not reach copies, exports or what a disk keeps of deleted files.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from neodent_viewer.core.errors import RecordingError
from neodent_viewer.core.paths import data_dir
from neodent_viewer.files.atomic import put_in_place
from neodent_viewer.files.recording_formats import write_any
from neodent_viewer.files.recording_read import read_recording
from neodent_viewer.files.recordings import SUFFIX, Erased, Recording
from neodent_viewer.sensors.track import Track

#: recordings remembered; the oldest that are gone from the disk make room
MOST = 10_000
ALL = "*"


@dataclass(frozen=True, slots=True)
class Holding:
    """A recording that holds, or may hold, something.

    Attributes
    ----------
    path : Path
    samples : int
        How many of what was asked for; -1 where the file cannot be looked into.
    why : str
        Why it cannot be, as a sentence; empty when it can.
    """

    path: Path
    samples: int
    why: str = ""


def _file() -> Path:
    return data_dir() / "recordings.json"


def made() -> list[tuple[Path, str]]:
    """Return path and date (ISO 8601) of every recording made here, oldest first; an index that is damaged is empty."""
    try:
        entries: Any = json.loads(_file().read_text("utf-8"))
        return [(Path(entry["path"]), str(entry["made"])) for entry in entries]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def note(path: Path, at: datetime) -> None:
    """Remember a recording that is being made. Recording must not fail for want of it: trouble is left alone."""
    path = path.absolute()
    entries = [entry for entry in made() if entry[0] != path]
    if len(entries) >= MOST:
        entries = [entry for entry in entries if entry[0].exists()][-MOST + 1 :]
    _keep([*entries, (path, at.isoformat())])


def _keep(entries: list[tuple[Path, str]]) -> None:
    text = json.dumps([{"path": str(path), "made": at} for path, at in entries], indent=1)
    try:
        with put_in_place(_file()) as beside:
            beside.write_text(text, "utf-8")
    except OSError:  # a home that cannot be written: the recording itself lies elsewhere
        return


def holding(channels: Iterable[str] = (ALL,), start: float = -math.inf, end: float = math.inf) -> list[Holding]:
    """Return the recordings made here that still hold samples of some channels.

    Parameters
    ----------
    channels : iterable of str
        Channel keys; ``"*"`` is every one.
    start, end : float
        Unix time (s) between which they arrived. A recording that does not know its date counts whole.
    """
    wanted, found = set(channels), []
    for path, _ in made():
        if not path.exists():
            found.append(Holding(path, -1, "It is not where it was made: it was moved, deleted, or its disk is away."))
            continue
        try:
            recording = read_recording(path)
        except RecordingError as error:
            found.append(Holding(path, -1, error.sentence()))
            continue
        epoch = recording.origin.epoch
        span = (-math.inf, math.inf) if math.isnan(epoch) else (start - epoch, end - epoch)
        count = sum(int(_within(track, wanted, *span).sum()) for track in recording.tracks)
        if count:
            found.append(Holding(path, count))
    return found


def _within(track: Track, channels: set[str], start: float, end: float) -> np.ndarray[Any, np.dtype[np.bool_]]:
    if not ({track.channel, ALL} & channels):
        return np.zeros(len(track), np.bool_)
    return (track.arrival >= start) & (track.arrival <= end)


def without(recording: Recording, channels: Iterable[str], start: float, end: float) -> tuple[Recording, int]:
    """Return a recording without a stretch (s on its clock), and how many samples that left out.

    Where it has been is said in the recording, what was in it is not.
    """
    wanted = set(channels)
    left, tracks = 0, []
    for track in recording.tracks:
        gone = _within(track, wanted, start, end)
        left += int(gone.sum())
        kept = track.rows(~gone)
        if len(kept) or not gone.any():
            tracks.append(kept)
    if not left:
        return recording, 0
    at = datetime.now(UTC).isoformat(timespec="seconds")
    marks = tuple(Erased(channel, start, end, at) for channel in sorted(wanted))
    return replace(recording, tracks=tuple(tracks), erased=recording.erased + marks), left


def refuse_damaged(recording: Recording, path: Path) -> None:
    """Raise RecordingError (``damaged``) for one of which parts cannot be read: written over, they would be lost."""
    if any("left out" in problem for problem in recording.problems):
        what = "Parts of the recording cannot be read; they would be lost."
        remedy = "Delete the file, or keep it whole."
        raise RecordingError(what, kind="damaged", where=str(path), remedy=remedy)


def erase(path: Path, channels: Iterable[str] = (ALL,), start: float = -math.inf, end: float = math.inf) -> int:
    """Take a stretch out of an MCAP recording for good; return how many samples it had.

    Parameters
    ----------
    path : Path
    channels : iterable of str
        Channel keys; ``"*"`` is every one.
    start, end : float
        Arrival, seconds on the recording's clock, ends included.

    Raises
    ------
    RecordingError
        What reading and writing raise; ``damaged`` where parts cannot be read and so cannot be kept.
    """
    recording = read_recording(path)
    refuse_damaged(recording, path)
    if path.suffix.lower() != SUFFIX:
        remedy = f"Name it something{SUFFIX}."
        raise RecordingError("Only MCAP recordings can be erased from.", kind="write", where=str(path), remedy=remedy)
    kept, gone = without(recording, channels, start, end)
    if gone:
        write_any(kept, path)
    return gone
