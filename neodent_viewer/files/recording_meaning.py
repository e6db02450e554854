"""What raw values mean, in formats with a row a sample: beside each stands what it was taken for, and gain and offset.

Writing, a track's steps become columns; reading, columns become steps again, with all that the file says of them elsewhere.
Values are never calibrated twice: a file that has raw values is read by those, one that has none is read by its values, which
then count as sent. Where somebody has changed values or formulas of a file so that they contradict each other, raw value and
formula count, and that is said.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from neodent_viewer.files.recordings import Recording
from neodent_viewer.sensors.calibration import (
    AS_SENT,
    Recalibration,
    Step,
    read_calibration,
    read_recalibration,
    read_step,
    step_json,
)
from neodent_viewer.sensors.track import Track, track

#: columns of numbers that say what `value` was made of, after those that tables had before they kept raw values
COLUMNS = ("raw", "read", "gain", "offset")
#: share of a value, or of 1, by which a program that rounds may change it
_ROUNDED = 1e-6
#: a channel whose formula changes more often is not calibrated but made up
_MOST_STEPS = 1000


def columns_of(one: Track) -> dict[str, NDArray[Any]]:
    """Return the columns of a track, each (k,): those of `Track`, with `value` as taken and `raw` as sent."""
    gain, offset = one.formulas()
    return {
        "time": one.times,
        "value": one.meant(),
        "flag": one.flags,
        "arrival": one.arrival,
        "sender_time": one.told,
        "raw": one.values,
        "read": one.read,
        "gain": gain,
        "offset": offset,
    }


def track_of(
    channel: str,
    columns: Mapping[str, ArrayLike],
    told: Sequence[Step],
    problems: list[str],
    *,
    unit: str = "",
    simulated: bool = False,
) -> Track:
    """Return the track that columns tell, whether they tell raw values or not.

    Parameters
    ----------
    channel : str
    columns : mapping of str to array_like (k,)
        As `columns_of` makes them; ``time`` and ``value`` are needed, raw values count with gain and offset or not at all.
    told : sequence of Step
        What else the file says of calibrations: since when, by whom. Formulas in columns count before it.
    problems : list of str
        What does not fit together is added, in sentences.
    """
    found = dict(columns)
    arrival, own, flags = (found.get(name) for name in ("arrival", "sender_time", "flag"))
    if not {"raw", "gain", "offset"} <= set(found):
        return track(channel, found["time"], found["value"], arrival, own, flags, unit=unit, simulated=simulated)
    read = np.asarray(found.get("read", np.full(np.shape(found["time"]), np.nan)), np.float64)
    for name in ("arrival", "time"):
        read = np.where(np.isnan(read), np.asarray(found.get(name, read), np.float64), read)
    one = track(channel, found["time"], found["raw"], arrival, own, flags, read, unit=unit, simulated=simulated)
    order = np.argsort(read, kind="stable")
    value, gain, offset = (np.asarray(found[name], np.float64)[order] for name in ("value", "gain", "offset"))
    gain, offset = np.where(np.isnan(gain), 1.0, gain), np.where(np.isnan(offset), 0.0, offset)
    one = replace(one, calibrations=tuple(sorted(told, key=lambda step: step[0])))
    if not _same(one, gain, offset):
        one = replace(one, calibrations=_runs(one, gain, offset, problems))
    wrong = int((~np.isclose(value, one.meant(), _ROUNDED, _ROUNDED, equal_nan=True)).sum())
    if wrong:
        problems.append(
            f"In {wrong} of {len(one)} samples of {channel[:96]!r} the value is not what raw value, gain and offset give; "
            "raw value and formula count."
        )
    return one


def _same(one: Track, gain: NDArray[np.float64], offset: NDArray[np.float64]) -> bool:
    own_gain, own_offset = one.formulas()
    return bool((own_gain == gain).all() and (own_offset == offset).all())


def _runs(one: Track, gain: NDArray[np.float64], offset: NDArray[np.float64], problems: list[str]) -> tuple[Step, ...]:
    """Return the steps that formulas (k,), in the order of the track's samples, tell."""
    heads = np.nonzero(np.r_[True, (np.diff(gain) != 0) | (np.diff(offset) != 0)])[0].tolist() if len(one) else []
    if len(heads) > _MOST_STEPS:
        problems.append(f"Gain and offset of {one.channel[:96]!r} change without end; values are shown as sent.")
        return ()
    known = {(made.gain, made.offset): made for _, made in one.calibrations}
    steps: list[Step] = []
    senseless = False
    for row in heads:
        formula = (float(gain[row]), float(offset[row]))
        made = known.get(formula) or read_calibration({"gain": formula[0], "offset": formula[1]})
        senseless |= made is None
        if steps or not (made or AS_SENT).alike(AS_SENT):
            steps.append((float(one.read[row]), made or AS_SENT))
    if senseless:
        problems.append(f"A calibration of {one.channel[:96]!r} makes no sense; values there are shown as sent.")
    return tuple(steps)


# -- beside the rows ---------------------------------------------------------------------------------------------------


def meaning_json(recording: Recording) -> str:
    """Return as JSON what its channels' raw values mean, since when and by whom, and what was changed about that."""
    told = {
        one.channel: {
            "steps": [step_json(step) for step in one.calibrations],
            "recalibrated": [act.to_json() for act in one.recalibrated],
        }
        for one in recording.tracks
        if one.calibrations or one.recalibrated
    }
    return json.dumps(told)


def read_meaning(text: str, problems: list[str]) -> dict[str, tuple[tuple[Step, ...], tuple[Recalibration, ...]]]:
    """Return channel -> (steps, recalibrations) of what `meaning_json` made; what cannot be read is left out and said."""
    try:
        told = json.loads(text)
        listed = [(str(key), one["steps"], one["recalibrated"]) for key, one in told.items()]
        steps = {key: [read_step(record) for record in records] for key, records, _ in listed}
        acts = {key: [read_recalibration(record) for record in records] for key, _, records in listed}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        problems.append("What the file says of calibrations cannot be read; gain and offset of each sample count.")
        return {}
    if any(None in records for table in (steps, acts) for records in table.values()):
        problems.append("A calibration in the file makes no sense; gain and offset of each sample count.")
    return {
        key: (
            tuple(step for step in steps[key] if step is not None),
            tuple(act for act in acts[key] if act is not None),
        )
        for key in steps
    }
