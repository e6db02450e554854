"""Which files with samples this program has written: it says where withdrawn data still lies, and takes it out there.

`neodent_viewer.files.recording_notes` knows where they are: recordings, exports and imports. What a file holds is read from
the file itself, whenever somebody asks. Erasing writes a recording anew without the stretch and puts it in place of the old
one in one step. It does not reach exports, copies made by others or what a disk keeps of deleted files.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from neodent_viewer.core.errors import ArgumentError, RecordingError
from neodent_viewer.files.recording_formats import read_any, write_any
from neodent_viewer.files.recording_notes import made, note
from neodent_viewer.files.recordings import SUFFIX, Erased, Recording
from neodent_viewer.sensors.track import Track

ALL = "*"
_GONE = "It is not where it was written: it was moved or deleted, or its disk is away."


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


def holding(channels: Iterable[str] = (ALL,), start: float = -math.inf, end: float = math.inf) -> list[Holding]:
    """Return the files written here that still hold samples of some channels, or may; those not to be looked into come last.

    Parameters
    ----------
    channels : iterable of str
        Channel keys; ``"*"`` is every one.
    start, end : float
        Unix time (s) between which they arrived. A recording that does not know its date counts whole.
    """
    wanted, found, unseen = set(channels), [], []
    for one in made():
        path = one.path
        if not path.exists():
            if one.channels is None or (one.channels and ALL in wanted) or one.channels & wanted:
                unseen.append(Holding(path, -1, _GONE))
            continue
        try:
            recording = read_any(path)
        except RecordingError as error:
            unseen.append(Holding(path, -1, error.sentence()))
            continue
        epoch = recording.origin.epoch
        span = (-math.inf, math.inf) if math.isnan(epoch) else (start - epoch, end - epoch)
        count = sum(int(_within(track, wanted, *span).sum()) for track in recording.tracks)
        if count:
            found.append(Holding(path, count))
    return found + unseen


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
    ArgumentError
        For a channel that was never in it, and a stretch that is none.
    """
    _refuse_stretch(start, end)
    _refuse_other_format(path)
    recording = read_any(path)
    refuse_damaged(recording, path)
    _refuse_unknown(recording, channels := tuple(channels), path)
    kept, gone = without(recording, channels, start, end)
    if gone:
        write_any(kept, path)
    else:  # wherever it came from, it is known from now on
        note(path, datetime.now(UTC), [one.channel for one in recording.tracks if len(one)])
    return gone


def _refuse_stretch(start: float, end: float) -> None:
    if math.isnan(start) or math.isnan(end):
        what, remedy = (
            "A stretch begins and ends at numbers of seconds.",
            "Leave one out to erase from the first, or to the last.",
        )
        raise ArgumentError(what, kind="argument", where=f"{start:g} to {end:g} s", remedy=remedy)
    if start > end:
        what, remedy = "The stretch ends before it begins; nothing was erased.", "Give the earlier time first."
        raise ArgumentError(what, kind="argument", where=f"{start:g} to {end:g} s", remedy=remedy)


def _refuse_other_format(path: Path) -> None:
    if path.is_file() and path.suffix.lower() != SUFFIX:
        what = "Only MCAP recordings can be erased from."
        remedy = (
            f"If it is an export, delete it; else import it as something{SUFFIX}, erase there, and delete this one."
        )
        raise RecordingError(what, kind="write", where=str(path), remedy=remedy)


def _refuse_unknown(recording: Recording, channels: tuple[str, ...], path: Path) -> None:
    there = {one.channel for one in recording.tracks}
    gone = {one.channel for one in recording.erased}
    unknown = [key for key in channels if key != ALL and key not in there | gone]
    if unknown and ALL not in gone:  # after everything was erased nobody knows what there was
        what = f"The recording never held {_some(unknown)}; nothing was erased."
        remedy = f"It holds {_some(sorted(there)) or 'no channel'}."
        raise ArgumentError(what, kind="argument", where=str(path), remedy=remedy)


def _some(keys: list[str], most: int = 8) -> str:
    more = f" and {len(keys) - most} more" if len(keys) > most else ""
    return ", ".join(keys[:most]) + more
