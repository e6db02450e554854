"""Recordings calibrated anew: raw values stay, what they mean changes in a stretch, and their flags are judged by that.

A recording keeps what counted before, so that each such act can be looked up and taken back.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.core.apart import Say
from neodent_viewer.core.clock import ManualClock
from neodent_viewer.core.errors import ArgumentError
from neodent_viewer.files.recordings import Recording
from neodent_viewer.live.intake import Intakes
from neodent_viewer.sensors import recalibration
from neodent_viewer.sensors.calibration import Calibration
from neodent_viewer.sensors.sources.replay import Replay
from neodent_viewer.sensors.track import Track

#: samples judged at once: fewer than a replay leaves out when it leaps
_AT_ONCE = 1_000_000


@dataclass(frozen=True, slots=True)
class Act:
    """What is to be done to a recording.

    Attributes
    ----------
    calibrations : mapping of str to Calibration or None
        Channel key -> what its raw values are to mean; None takes back the last such change.
    start, end : float
        `read` times (s on the recording's clock) of the stretch; what is read at `end` no longer belongs to it.
    at : datetime
    by : str
        Who does it; empty where that is not known.
    thresholds : mapping or None
        Changes of thresholds by which flags are judged anew, as a document keeps them.
    """

    calibrations: Mapping[str, Calibration | None]
    at: datetime
    start: float = -math.inf
    end: float = math.inf
    by: str = ""
    thresholds: Mapping[str, Any] | None = None


def recalibrated(recording: Recording, act: Act) -> tuple[Recording, dict[str, int]]:
    """Return a recording calibrated anew, and for each of the channels how many samples mean something else now.

    The flags of those samples are judged anew, by what they mean now and the thresholds of the act; all others stay.

    Raises
    ------
    ArgumentError
        For a channel that is not in the recording, and what `sensors.recalibration` refuses.
    """
    known = {track.channel: track for track in recording.tracks if len(track)}
    for key in act.calibrations:
        if key not in known:
            remedy = f"Choose one of: {', '.join(sorted(known)) or 'none, it has no samples'}."
            raise ArgumentError("The recording has no such channel.", kind="argument", where=key, remedy=remedy)
    made = tuple(_meaning(track, act) if track.channel in act.calibrations else track for track in recording.tracks)
    after = replace(recording, tracks=made)
    flags = judged_flags(after, act.calibrations, act.thresholds)
    counts, tracks = {}, []
    for before, track in zip(recording.tracks, made, strict=True):
        if track.channel in act.calibrations and len(track):
            rows = recalibration.changed(before, track)
            counts[track.channel] = int(rows.sum())
            track = replace(track, flags=np.where(rows, flags.get(track.channel, track.flags), track.flags))
        tracks.append(track)
    return replace(after, tracks=tuple(tracks)), counts


def _meaning(track: Track, act: Act) -> Track:
    calibration = act.calibrations[track.channel]
    if calibration is None:
        return recalibration.taken_back(track)
    return recalibration.recalibrate(track, calibration, act.start, act.end, at=act.at, by=act.by)


def judged_flags(
    recording: Recording, channels: Collection[str], thresholds: Mapping[str, Any] | None = None
) -> dict[str, NDArray[np.uint8]]:
    """Return channel -> flags (k,) uint8 that a live side comes to in the end; those of unknown quantities are left out."""
    origin = recording.origin
    replay = Replay(recording.tracks, start=origin.start)
    replay.start(ManualClock())
    intakes = Intakes(thresholds, None if math.isnan(origin.midnight) else origin.midnight)
    lengths = {track.channel: len(track) for track in recording.tracks}
    flags = {key: np.zeros(lengths[key], np.uint8) for key in channels}
    reads = np.sort(np.concatenate([track.read for track in recording.tracks] or [np.zeros(0)]))
    for edge in [*np.unique(reads[_AT_ONCE::_AT_ONCE]).tolist(), replay.end]:
        for block in replay.read(edge):
            heard = intakes.take(block, simulated=replay.simulated)
            if heard is None:
                flags.pop(block.channel, None)
            elif (found := flags.get(block.channel)) is not None:
                found[heard.first : heard.first + len(block)] = heard.flags
                for number, flag in heard.revised:
                    found[number] = flag
    return flags


def recalibrate_file(say: Say, source: Path, target: Path, act: Act) -> None:
    """Read a recording, calibrate it anew and write it as MCAP; say how far reading is, then channel -> samples changed.

    Source and target may be one file: what counted before is kept in it.

    Raises
    ------
    RecordingError
        What reading and writing raise; ``damaged`` where parts of a file that is written over cannot be read.
    ArgumentError
        For a target that is no MCAP file, and what `recalibrated` refuses.
    """
    from neodent_viewer.files.recording_formats import read_any, write_any
    from neodent_viewer.files.recording_index import refuse_damaged
    from neodent_viewer.files.recordings import SUFFIX

    if target.suffix.lower() != SUFFIX:
        remedy = f"Name it something{SUFFIX}; export that afterwards."
        raise ArgumentError(
            "Calibrated recordings are kept as MCAP.", kind="argument", where=str(target), remedy=remedy
        )
    recording = read_any(source, say)
    if target.exists() and source.samefile(target):
        refuse_damaged(recording, source)
    after, counts = recalibrated(recording, act)
    write_any(after, target)
    for problem in recording.problems:
        say(problem)
    say(counts)
