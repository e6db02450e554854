"""Whole recordings to and from MCAP."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np

from neodent_viewer.files.recording_read import read_recording as read
from neodent_viewer.files.recordings import Recording, RecordingWriter
from neodent_viewer.files.samples import Samples
from neodent_viewer.sensors.track import Track

__all__ = ["read", "write"]

#: samples a message
_MESSAGE = 4096


def write(recording: Recording, path: Path) -> None:
    """Write a recording; what it says of itself goes with it."""
    writer = RecordingWriter(path, recording.kept_origin(), replace=True)
    try:
        for erased in recording.erased:
            writer.add_erased(erased)
        for track in recording.tracks:
            writer.add_track(track)
            for since, calibration in track.calibrations:
                writer.add_calibration(track.channel, since, calibration)
            for act in track.recalibrated:
                writer.add_recalibration(track.channel, act)
            breaks = (np.nonzero(np.diff(track.number) != 1)[0] + 1).tolist()
            edges = sorted({*range(0, len(track), _MESSAGE), *breaks, len(track)})
            for start, end in pairwise(edges):
                writer.write(track.channel, _samples(track, start, end))
            writer.flush()
    finally:
        writer.close()


def _samples(track: Track, start: int, end: int) -> Samples:
    rows = slice(start, end)
    read, count = np.unique(track.read[rows], return_counts=True)
    return Samples(
        first=int(track.number[start]),
        time=track.times[rows],
        value=track.values[rows],
        arrival=track.arrival[rows],
        told=track.told[rows],
        flags=track.flags[rows],
        read=read,
        count=count.astype(np.uint32),
    )
