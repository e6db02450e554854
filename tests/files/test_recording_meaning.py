"""Exports carry raw values and what they were taken for; coming back, nothing is calibrated twice and nothing is lost."""

import csv
import json
import math
import struct
from dataclasses import replace
from datetime import UTC, datetime
from xml.sax.saxutils import escape

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neodent_viewer.files.recording_formats import FORMATS, read_any, write_any
from neodent_viewer.files.recording_meaning import meaning_json, read_meaning
from neodent_viewer.files.recordings import Origin, Recording
from neodent_viewer.sensors.calibration import AS_SENT, Calibration
from neodent_viewer.sensors.recalibration import recalibrate
from neodent_viewer.sensors.track import track

NOON = datetime(2030, 5, 1, 12, tzinfo=UTC)
TABLES = [suffix for suffix in FORMATS if suffix != ".mcap"]
COLD = Calibration(1.02, -3.0, ((38.0, 35.0), (20.0, 17.4)), NOON.isoformat(), 'Ada, "<&>"; Ünal')

numbers = st.floats(-1e6, 1e6)
names = st.text(max_size=8).map(lambda text: "".join(sign for sign in text if sign.isprintable()).strip())
calibrations = st.builds(
    Calibration,
    st.floats(0.2, 5.0),
    numbers,
    st.lists(st.tuples(numbers, numbers), max_size=2).map(tuple),
    st.sampled_from(["", NOON.isoformat()]),
    names,
)


@st.composite
def recordings(draw):
    """One to three channels, calibrated any number of times before, while and after there are samples."""
    tracks = []
    for key, unit in (("t11/temperature", "°C"), ("t21/ph", "pH"), ("t36/force", "N"))[: draw(st.integers(1, 3))]:
        count = draw(st.integers(1, 12))
        rng = np.random.default_rng(draw(st.integers(0, 99)))
        read = 100.0 + np.sort(rng.integers(0, 8, count)) * 0.125  # several samples a tick
        values = np.array(draw(st.lists(st.one_of(numbers, st.just(math.nan)), min_size=count, max_size=count)))
        arrival = read - rng.uniform(0.0, 0.1, count)
        told = np.where(rng.random(count) < 0.5, np.nan, read + 1.7e9)
        flags = rng.choice([1, 2, 3, 4, 9], count)
        one = track(key, arrival - 0.25, values, arrival, told, flags, read, unit=unit, simulated=draw(st.booleans()))
        steps = draw(st.lists(st.tuples(st.floats(99.0, 102.0), st.one_of(st.just(AS_SENT), calibrations)), max_size=4))
        tracks.append(replace(one, calibrations=tuple(sorted(steps, key=lambda step: step[0]))))
    known = draw(st.booleans())
    origin = Origin(99.5, 1.9e9 + 1 / 3, -3601.7) if known else Origin(99.5)
    return Recording(tuple(tracks), origin)


def same(before, after):
    assert [one.channel for one in after.tracks] == [one.channel for one in before.tracks]
    for one, other in zip(before.tracks, after.tracks, strict=True):
        for name in ("times", "values", "arrival", "told", "flags", "read"):
            assert getattr(one, name).tobytes() == getattr(other, name).tobytes(), name
        assert one.meant().tobytes() == other.meant().tobytes()
        assert (one.unit, one.simulated) == (other.unit, other.simulated)
    assert after.identity == before.identity
    for name in ("start", "epoch", "midnight"):
        assert getattr(after.origin, name) == pytest.approx(getattr(before.origin, name), abs=0, nan_ok=True)
    assert not after.problems


def holding(one):
    return tuple(dict.fromkeys(step for _, step in one.stretches(0, len(one)) if step is not None))


@pytest.mark.parametrize("suffix", FORMATS)
@settings(max_examples=40, deadline=None)
@given(before=recordings())
def test_what_was_sent_and_what_it_was_taken_for_come_back_to_the_bit(tmp_path_factory, suffix, before):
    path = tmp_path_factory.mktemp("there") / f"a{suffix}"
    write_any(before, path)
    after = read_any(path)
    same(before, after)
    write_any(after, path)
    same(before, read_any(path))
    for one, other in zip(before.tracks, after.tracks, strict=True):
        assert holding(one) == holding(other), "since when, when it was found, by whom, by what"
        if suffix != ".csv":
            assert one.calibrations == other.calibrations


def a_recording():
    """Four samples of tooth 11, the last two calibrated, and one of tooth 21 as sent."""
    warm = track("t11/temperature", [0.0, 1.0, 2.0, 3.0], [38.0, 38.5, 39.0, math.nan], unit="°C")
    acid = track("t21/ph", [0.5], [7.0], unit="pH")
    return Recording((replace(warm, calibrations=((2.0, COLD),)), acid), Origin(0.0, 1.9e9, -100.0))


def test_a_table_says_of_each_sample_what_it_was_taken_for(tmp_path):
    write_any(a_recording(), tmp_path / "a.csv")
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["raw"] for row in rows] == ["38.0", "38.5", "39.0", "", "7.0"]
    assert [row["value"] for row in rows] == ["38.0", "38.5", repr(1.02 * 39.0 - 3.0), "", "7.0"]
    assert [row["gain"] for row in rows] == ["", "", "1.02", "1.02", ""]
    assert (rows[2]["since"], rows[2]["calibrated_at"], rows[2]["calibrated_by"]) == ("2.0", COLD.at, COLD.by)
    assert {row["epoch"] for row in rows} == {"1900000000.0"}
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


def test_parquet_says_it_in_columns_and_in_its_schema(tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    write_any(a_recording(), tmp_path / "a.parquet")
    table = parquet.read_table(tmp_path / "a.parquet")
    assert table["value"].to_pylist()[1:3] == [38.5, 1.02 * 39.0 - 3.0] and table["raw"].to_pylist()[2] == 39.0
    told = json.loads(table.schema.metadata[b"neodent.calibrations"])
    assert told["t11/temperature"]["steps"] == [{"since": 2.0, **COLD.to_json()}] and "t21/ph" not in told
    bare = table.replace_schema_metadata(None)  # as another program writes it again
    parquet.write_table(bare.select(sorted(bare.column_names)), tmp_path / "b.parquet")
    after = read_any(tmp_path / "b.parquet")
    assert after.tracks[0].meant().tobytes() == a_recording().tracks[0].meant().tobytes()
    assert after.tracks[0].values.tobytes() == a_recording().tracks[0].values.tobytes()


def test_xdf_says_it_in_channels_and_in_the_description(tmp_path):
    pyxdf = pytest.importorskip("pyxdf")
    write_any(a_recording(), tmp_path / "a.xdf")
    (warm, _), _ = pyxdf.load_xdf(str(tmp_path / "a.xdf"), dejitter_timestamps=False)
    described = warm["info"]["desc"][0]["channels"][0]["channel"]
    assert [one["label"][0] for one in described][:5] == ["value", "flag", "arrival", "sender_time", "raw"]
    assert described[0]["unit"] == described[4]["unit"] == ["°C"]
    assert warm["time_series"][2][[0, 4]].tolist() == [1.02 * 39.0 - 3.0, 39.0]
    assert COLD.by in json.loads(warm["info"]["desc"][0]["calibrations"][0])["t11/temperature"]["steps"][0]["by"]


@pytest.mark.parametrize("suffix", FORMATS)
def test_what_was_changed_later_and_what_counted_before_is_kept(tmp_path, suffix):
    before = a_recording()
    warm = recalibrate(before.tracks[0], Calibration(1.1, 0.5), 1.0, at=NOON, by="Bo")
    warm = recalibrate(warm, AS_SENT, 1.0, 2.0, at=NOON)
    before = replace(before, tracks=(warm, *before.tracks[1:]))
    write_any(before, tmp_path / f"a{suffix}")
    after = read_any(tmp_path / f"a{suffix}")
    same(before, after)
    assert after.tracks[0].recalibrated == (() if suffix == ".csv" else warm.recalibrated)
    assert warm.recalibrated[0].before == ((2.0, COLD),) and warm.recalibrated[0].by == "Bo"


# -- files of earlier programs, and of others --------------------------------------------------------------------------

EARLIER = (
    "channel,time,value,flag,arrival,sender_time,unit,simulated\n"
    "t11/temperature,0.0,38.0,1,0.5,,°C,no\nt11/temperature,1.0,,9,1.5,1.7e9,°C,no\n"
)


def an_earlier_xdf():
    def chunk(tag, content):
        return b"\x08" + struct.pack("<QH", len(content) + 2, tag) + content

    labels = "".join(
        f"<channel><label>{label}</label><unit>{'°C' if label == 'value' else ''}</unit></channel>"
        for label in ("value", "flag", "arrival", "sender_time")
    )
    info = (
        '<?xml version="1.0"?><info><name>t11/temperature</name><type>neodent</type><channel_count>4</channel_count>'
        "<nominal_srate>0</nominal_srate><channel_format>double64</channel_format><source_id>measured</source_id>"
        f"<desc><channels>{labels}</channels></desc></info>"
    )
    rows = [(0.0, 38.0, 1.0, 0.5, math.nan), (1.0, math.nan, 9.0, 1.5, 1.7e9)]
    samples = b"".join(b"\x08" + struct.pack("<5d", *row) for row in rows)
    number = struct.pack("<I", 1)
    return (
        b"XDF:"
        + chunk(1, b'<?xml version="1.0"?><info><version>1.0</version></info>')
        + chunk(2, number + info.encode())
        + chunk(3, number + b"\x08" + struct.pack("<Q", 2) + samples)
    )


def an_earlier_parquet(path):
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    columns = {
        "channel": ["t11/temperature"] * 2,
        "time": [0.0, 1.0],
        "value": [38.0, math.nan],
        "arrival": [0.5, 1.5],
        "sender_time": [math.nan, 1.7e9],
        "flag": arrow.array([1, 9], arrow.uint8()),
        "unit": ["°C"] * 2,
        "simulated": [False] * 2,
    }
    told = {"version": "1", "start": "-9.0", "epoch": "1900000000.0", "midnight": "nan"}
    parquet.write_table(arrow.table(columns).replace_schema_metadata(told), path)


@pytest.mark.parametrize("suffix", TABLES)
def test_files_of_earlier_programs_are_read_as_they_were(tmp_path, suffix):
    path = tmp_path / f"a{suffix}"
    if suffix == ".csv":
        path.write_text(EARLIER, "utf-8")
    elif suffix == ".xdf":
        path.write_bytes(an_earlier_xdf())
    else:
        an_earlier_parquet(path)
    found = read_any(path)
    (one,) = found.tracks
    assert one.values[0] == one.meant()[0] == 38.0 and np.isnan(one.values[1])
    assert one.read.tolist() == one.arrival.tolist() == [0.5, 1.5] and one.told[1] == 1.7e9
    assert (one.flags.tolist(), one.unit, one.calibrations, found.problems) == ([1, 9], "°C", (), ())
    assert found.origin.start == 0.5 and math.isnan(found.origin.epoch), "chapters know it by its samples"


def test_a_raw_column_without_formulas_is_somebody_elses(tmp_path):
    (tmp_path / "a.csv").write_text("channel,time,value,raw\nt11/ph,0,7.0,412\n")
    (one,) = read_any(tmp_path / "a.csv").tracks
    assert one.values.tolist() == [7.0] == one.meant().tolist()


def test_formulas_follow_their_unit(tmp_path):
    head = "channel,time,value,unit,raw,gain,offset,since,readings\n"
    (tmp_path / "a.csv").write_text(head + "t11/temperature,0,308.15,K,311.15,1.0,-3.0,0,311.15=308.15\n")
    (one,) = (found := read_any(tmp_path / "a.csv")).tracks
    assert one.values == pytest.approx([38.0]) and one.meant() == pytest.approx([35.0]) and one.unit == "°C"
    assert one.calibrations[0][1].readings[0] == pytest.approx((38.0, 35.0)) and not found.problems
    (tmp_path / "a.csv").write_text(head + "t11/temperature,0,340.15,K,311.15,1.1,-2.115,0,\n")
    assert read_any(tmp_path / "a.csv").tracks[0].meant() == pytest.approx([67.0])


def change(text, row, column, to):
    rows = list(csv.reader(text.splitlines()))
    rows[row][rows[0].index(column)] = to
    return "\n".join(",".join('"' + cell.replace('"', '""') + '"' for cell in line) for line in rows)


@pytest.mark.parametrize(
    ("row", "column", "to", "problem"),
    [
        (3, "value", "40.0", "In 1 of 4 samples of 't11/temperature' the value is not what raw value"),
        (3, "value", "36.780001", ""),  # rounded on the way
        (3, "raw", "", "In 1 of 4"),
        (3, "offset", "3.0", "In 1 of 4"),
        (3, "gain", "1e9", "makes no sense"),
        (3, "gain", "nan", "In 1 of 4"),
        (3, "since", "2.5", ""),
        (3, "since", "soon", ""),
        (3, "readings", "one=two", ""),
        (3, "epoch", "5", "several recordings"),
        (3, "midnight", "never", "several recordings"),
        (1, "gain", "1.0", ""),
    ],
)
def test_what_somebody_changed_is_said_and_bends_nothing(tmp_path, row, column, to, problem):
    write_any(a_recording(), tmp_path / "a.csv")
    (tmp_path / "a.csv").write_text(change((tmp_path / "a.csv").read_text("utf-8"), row, column, to), "utf-8")
    found = read_any(tmp_path / "a.csv")
    assert any(problem in told for told in found.problems) if problem else not found.problems
    if column != "raw":
        assert found.tracks[0].values.tobytes() == a_recording().tracks[0].values.tobytes()


def test_formulas_without_end_are_refused_at_once(tmp_path):
    rows = "".join(f"t11/ph,{i},7,7,{1 + i / 1e6},0\n" for i in range(5000))
    (tmp_path / "a.csv").write_text("channel,time,value,raw,gain,offset\n" + rows)
    found = read_any(tmp_path / "a.csv")
    assert found.tracks[0].calibrations == () and "change without end" in found.problems[0]
    assert (found.tracks[0].meant() == 7.0).all()


@pytest.mark.parametrize("told", ["{", "[]", '{"a": 1}', '{"a": {"steps": 1, "recalibrated": []}}', "[" * 5000, "null"])
def test_nonsense_beside_the_rows_is_left_out_and_said(told):
    problems: list[str] = []
    assert read_meaning(told, problems) == {} and len(problems) == 1


def test_a_step_that_makes_no_sense_is_left_out_alone():
    problems: list[str] = []
    told = json.loads(meaning_json(a_recording()))
    told["t11/temperature"]["steps"].append({"since": None, "gain": 1.0, "offset": 0.0})
    told["t11/temperature"]["recalibrated"].append({"start": 1.0})
    steps, acts = read_meaning(json.dumps(told), problems)["t11/temperature"]
    assert (steps, acts, len(problems)) == (((2.0, COLD),), (), 1)


def test_xdf_with_a_broken_description_keeps_its_formulas(tmp_path):
    pytest.importorskip("pyxdf")
    write_any(a_recording(), tmp_path / "a.xdf")
    data, word = (tmp_path / "a.xdf").read_bytes(), escape('"steps"').encode()
    assert data.count(word) == 1
    (tmp_path / "a.xdf").write_bytes(data.replace(word, b"'steps'"))
    found = read_any(tmp_path / "a.xdf")
    assert found.tracks[0].meant().tobytes() == a_recording().tracks[0].meant().tobytes()
    assert len(found.problems) == 1 and "gain and offset of each sample count" in found.problems[0]
