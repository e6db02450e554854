"""What raw values of a recording mean, changed later: against a reference that asks sample by sample, and taken back."""

import json
import math
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from neodent_viewer.core.errors import ArgumentError
from neodent_viewer.sensors.calibration import AS_SENT, Calibration, Recalibration, read_recalibration, stated
from neodent_viewer.sensors.recalibration import changed, recalibrate, taken_back
from neodent_viewer.sensors.track import track

NOON = datetime(2030, 5, 1, 12, tzinfo=UTC)
places = st.sampled_from([-1.0, 0.0, 0.5, 1.0, 2.0, 2.5, 3.0, 4.0, 9.0])
made = st.builds(Calibration, st.sampled_from([0.5, 1.0, 1.5]), st.sampled_from([-2.0, 0.0, 3.0]))


def a_track(steps=()):
    read = np.array([0.0, 0.0, 1.0, 1.0, 1.5, 2.0, 3.0, 3.0])
    return replace(track("t11/temperature", read - 0.1, 30.0 + np.arange(8.0), read=read), calibrations=tuple(steps))


def slowly(one, read):
    """What a sample read then is taken for, as the words say it."""
    counts = AS_SENT
    for since, calibration in one.calibrations:
        if since <= read:
            counts = calibration
    return counts


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(places, made), max_size=4), st.lists(st.tuples(made, places, places), min_size=1, max_size=3))
def test_a_stretch_means_something_else_and_nothing_around_it_does(steps, acts):
    one = a_track(sorted(steps, key=lambda step: step[0]))
    states = [one]
    for calibration, start, end in acts:
        try:
            after = recalibrate(one, calibration, start, end, at=NOON, by="Ada")
        except ArgumentError:
            inside = [slowly(one, read) for read in one.read.tolist() if start <= read < end]
            assert all(known.alike(calibration) for known in inside), "refused only where it would change nothing"
            continue
        for row, read in enumerate(one.read.tolist()):
            expected = calibration if start <= read < end else slowly(one, read)
            assert slowly(after, read).alike(expected)
            assert after.meant()[row] == expected.gain * one.values[row] + expected.offset
        assert after.values.tobytes() == one.values.tobytes() and list(after.calibrations) == sorted(
            after.calibrations, key=lambda step: step[0]
        )
        assert changed(one, after).tolist() == [not slowly(one, r).alike(slowly(after, r)) for r in one.read.tolist()]
        states.append(one := after)
    for before in states[-2::-1]:
        one = taken_back(one)
        assert (one.calibrations, one.recalibrated) == (before.calibrations, before.recalibrated)
    with pytest.raises(ArgumentError):
        taken_back(one)


@given(st.lists(st.tuples(places, made), max_size=4), made, places, st.one_of(places, st.just(math.inf)))
def test_an_act_goes_through_json(steps, calibration, start, end):
    assume(start < end)
    act = Recalibration(start, end, calibration, tuple(steps), NOON.isoformat(), "Ada")
    text = json.dumps(act.to_json(), allow_nan=False)
    assert read_recalibration(json.loads(text)) == act
    for key in ("start", "calibration", "before"):
        assert read_recalibration(json.loads(text) | {key: "x"}) is None


@pytest.mark.parametrize(
    ("gain", "offset", "where"), [(9.0, 0.0, "gain"), (math.nan, 0.0, "gain"), (1.0, math.inf, "offset")]
)
def test_what_no_sensor_needs_is_refused(gain, offset, where):
    with pytest.raises(ArgumentError) as caught:
        stated(gain, offset, at=NOON)
    assert caught.value.where == where and caught.value.remedy


def test_names_that_no_file_can_hold_are_made_plain():
    assert stated(1.0, 0.5, at=NOON, by=" A\x00d\ud800a\n").by == "A d a"


def test_blocks_of_a_replay_and_the_values_of_an_export_are_the_same():
    one = recalibrate(a_track([(1.0, Calibration(1.1, 0.3))]), Calibration(0.7, 1 / 3), 1.5, 3.0, at=NOON)
    played = np.concatenate([b.calibration.values(b.values) for b in one.blocks(slice(0, len(one)))])
    assert played.tobytes() == one.meant().tobytes()
    assert one.words() == [
        "1.1 × raw + 0.3 from 1.0 s on",
        "0.7 × raw + 0.3333 from 1.5 s on",
        "1.1 × raw + 0.3 from 3.0 s on",
        f"calibrated anew on {NOON.astimezone():%Y-%m-%d %H:%M} from 1.5 s to 3.0 s; before: 1.1 × raw + 0.3 from 1.0 s on",
    ]
