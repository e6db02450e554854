"""Offset and gain from one or two readings, and what is refused."""

import json
import math
from datetime import UTC, datetime

import numpy as np
import pytest

from neodent_viewer.core.errors import ArgumentError
from neodent_viewer.sensors.calibration import AS_SENT, Calibration, calibrated, read_calibration
from neodent_viewer.sensors.channel import QUANTITIES

NOON = datetime(2030, 5, 1, 12, tzinfo=UTC)
PH, FORCE, WARM = QUANTITIES["ph"], QUANTITIES["force"], QUANTITIES["temperature"]


def make(quantity, *readings, before=AS_SENT, by="Ada"):
    return calibrated(quantity, readings, before, at=NOON, by=by)


def test_two_readings_put_both_right():
    rng = np.random.default_rng(5)
    for _ in range(50):
        gain, offset = rng.uniform(0.5, 2.0), rng.uniform(-1, 1)
        true = np.array([4.0, 10.0])
        raw = (true - offset) / gain
        found = make(PH, *zip(raw, true, strict=True)) if abs(raw[0] - 4) < 7 else None
        if found is not None:
            assert found.gain == pytest.approx(gain) and found.offset == pytest.approx(offset)
            assert np.allclose(found.values(raw), true) and found.raw(4.0) == pytest.approx(raw[0])


def test_one_reading_moves_the_offset_and_keeps_the_gain():
    found = make(PH, (6.8, 7.0), before=Calibration(1.1, -0.4))
    assert found.gain == 1.1 and found.value(6.8) == pytest.approx(7.0)
    assert found.readings == ((6.8, 7.0),) and found.at == NOON.isoformat() and found.by == "Ada"


@pytest.mark.parametrize(
    ("quantity", "readings", "where"),
    [
        (PH, [], "readings"),
        (PH, [(4.0, 4.0), (7.0, 7.0), (10.0, 10.0)], "readings"),
        (PH, [(math.nan, 7.0)], "reading 1"),
        (PH, [(7.0, math.inf)], "reading 1"),
        (PH, [(7.0, 4.0), (7.0, 10.0)], "reading 2"),
        (PH, [(4.0, 7.0), (9.0, 7.0)], "reading 2"),
        (PH, [(7.0, 15.0)], "reading 1"),
        (PH, [(4.0, 10.0), (10.0, 4.0)], "gain"),
        (FORCE, [(100.0, 10.0), (600.0, 60.0)], "gain"),
        (WARM, [(5.0, 37.0)], "reading 1"),
    ],
)
def test_nonsense_is_refused_with_what_where_and_what_to_do(quantity, readings, where):
    with pytest.raises(ArgumentError) as caught:
        make(quantity, *readings)
    assert caught.value.where == where and caught.value.what.endswith(".") and caught.value.remedy.endswith(".")


def test_somebody_has_made_it():
    for by in ("", "  ", "x" * 300):
        with pytest.raises(ArgumentError, match="who made it"):
            make(PH, (6.8, 7.0), by=by)


def test_a_record_comes_back_and_nonsense_bends_nothing():
    found = make(PH, (3.9, 4.0), (9.7, 10.0))
    record = json.loads(json.dumps(found.to_json()))
    assert read_calibration(record) == found
    for wrong in (
        None,
        [],
        {},
        record | {"gain": 0.0},
        record | {"gain": -1.0},
        record | {"gain": math.nan},
        record | {"gain": True},
        record | {"offset": "1"},
        record | {"offset": math.inf},
        record | {"readings": [[1.0]]},
        record | {"readings": [[1, 2], [3, 4], [5, 6]]},
        record | {"at": 5},
    ):
        assert read_calibration(wrong) is None


def test_as_sent_is_the_very_array():
    raw = np.arange(3.0)
    assert AS_SENT.values(raw) is raw and np.isnan(Calibration(2.0, 1.0).values(np.array([np.nan]))).all()


@pytest.mark.parametrize(
    ("pair", "what", "remedy"),
    [
        ((7.1, math.nan), "true value is missing", "Type what it is in truth, from"),
        ((math.nan, 7.0), "not taken", "press Take"),
    ],
)
def test_half_a_reading_says_which_half_is_missing(pair, what, remedy):
    with pytest.raises(ArgumentError) as error:
        calibrated(QUANTITIES["ph"], [pair], AS_SENT, at=datetime(2030, 1, 1, tzinfo=UTC), by="Ada")
    assert what in error.value.what and remedy in error.value.remedy and error.value.where == "reading 1"
