"""What the raw values of a recording mean, changed later: an explicit act that changes no raw value and can be taken back."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.core.errors import ArgumentError
from neodent_viewer.sensors.calibration import AS_SENT, Calibration, Recalibration
from neodent_viewer.sensors.track import Track


def recalibrate(
    track: Track,
    calibration: Calibration,
    start: float = -math.inf,
    end: float = math.inf,
    *,
    at: datetime,
    by: str = "",
) -> Track:
    """Return a track whose raw values mean something else in a stretch; what counted before is kept in it.

    Parameters
    ----------
    track : Track
    calibration : Calibration
    start, end : float
        `read` times (s) of the stretch; what is read at `end` no longer belongs to it.
    at : datetime
        When that is done.
    by : str
        By whom; empty where that is not known.

    Raises
    ------
    ArgumentError
        Where no sample lies in the stretch, or none would change.
    """
    if not ((track.read >= start) & (track.read < end)).any():
        what = "No sample of the channel lies in that stretch."
        raise _refused(what, track.channel, "Choose another stretch.")
    begin = max(start, float(track.read[0]))
    kept = [step for step in track.calibrations if step[0] < begin]
    later = [step for step in track.calibrations if step[0] > end]
    if end <= track.read[-1]:
        held = track.step_at(end)
        later.insert(0, (end, AS_SENT if held is None else held[1]))
    act = Recalibration(begin, end, calibration, track.calibrations, at.isoformat(timespec="seconds"), by.strip())
    steps = (*kept, (begin, calibration), *later)
    made = replace(track, calibrations=steps, recalibrated=(*track.recalibrated, act))
    if not changed(track, made).any():
        what = "These samples are taken for that already."
        raise _refused(what, track.channel, "Choose another calibration or stretch.")
    return made


def taken_back(track: Track) -> Track:
    """Return a track without the last change of what its raw values mean; ArgumentError where there is none."""
    if not track.recalibrated:
        what = "The channel was not calibrated anew in this recording."
        raise _refused(what, track.channel, "There is nothing to take back.")
    return replace(track, calibrations=track.recalibrated[-1].before, recalibrated=track.recalibrated[:-1])


def changed(before: Track, after: Track) -> NDArray[np.bool_]:
    """Return which samples (k,) are taken by another formula."""
    (gain, offset), (now_gain, now_offset) = before.formulas(), after.formulas()
    return np.asarray((gain != now_gain) | (offset != now_offset))


def _refused(what: str, where: str, remedy: str) -> ArgumentError:
    return ArgumentError(what, kind="argument", where=where, remedy=remedy)
