"""``neodent faults score`` on strangers' files: what cannot be scored is answered with what, where and what to do."""

import json

import numpy as np
import pytest

from neodent_viewer.cli.main import main
from neodent_viewer.files.recording_formats import write_any
from neodent_viewer.files.recordings import Origin, Recording
from neodent_viewer.sensors.track import track

LABELS = {"quantity": "ph", "faults": [{"kind": "spike", "onset": 100.0, "end": 100.0}]}


def rows(count=300, shift=0.0):
    values = 7.0 + 0.02 * np.random.default_rng(0).standard_normal(count)
    values[min(100, count - 1)] += 3.0
    return [f"{time + shift},{value}" for time, value in enumerate(values.tolist())]


@pytest.fixture
def scored(tmp_path, capsys):
    """Run the command over a series and labels; return status, what was printed, and what was said of errors."""

    def run(series, labels, *words, labels_name="s.json"):
        (tmp_path / "s.csv").write_text(series if isinstance(series, str) else "time,value\n" + "\n".join(series))
        (tmp_path / labels_name).write_text(labels if isinstance(labels, str) else json.dumps(labels))
        status = main(["faults", "score", str(tmp_path / "s.csv"), str(tmp_path / labels_name), *words])
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


def label(**changes):
    return {"quantity": "ph", "faults": [LABELS["faults"][0] | changes]}


def test_a_sound_series_is_scored(scored):
    status, out, err = scored(rows(), LABELS)
    assert (status, err) == (0, "") and "spike" in out and "299.0 s of signal" in out
    assert scored(rows(), label(end=100.0, onset=99.9))[0] == 0


ISO = ["time,value", *(f"2030-05-01T10:00:{second:02d},7.0" for second in range(60))]


@pytest.mark.parametrize(
    ("series", "labels", "what", "where"),
    [
        (rows(), label(onset=1e9, end=1e9), "(2001-09-09T01:46:40) lies outside the series", "s.json:faults[0]"),
        (rows(), label(onset=1e6, end=1e9), "which runs from 0 s to 299 s.", "s.json:faults[0]"),
        (rows(), label(onset=-50, end=-40), "outside the series", "s.json:faults[0]"),
        (rows(), label(onset=1e300, end=1e300), "1e+300 s lies outside", "s.json:faults[0]"),
        ("\n".join(ISO), label(onset=10, end=10), "runs from 1903860000 s (2030-05-01T10:00:00)", "s.json:faults[0]"),
        ("\n".join([*ISO, "noon,7.0"]), label(onset="2030-05-01T10:00:10", end=""), "'noon' is no time", "s.csv:62"),
        ([*rows(), "300,warm"], LABELS, "'warm' is no value", "s.csv:302"),
        ([*rows(), "1e300,7"], LABELS, "'1e300' is too far away to be a time", "s.csv:302"),
        ([*rows(), "inf,7"], LABELS, "'inf' is too far away", "s.csv:302"),
        ([*rows(), "9" * 400 + ",7"], LABELS, "is too far away to be a time", "s.csv:302"),
        ([*rows(), "300,7,8"], LABELS, "has not the 2 columns", "s.csv:302"),
        (["nan,7.0", ",7.1"], LABELS, "No sample has a time", "s.csv"),
        ("time,value\n", LABELS, "There are no samples", "s.csv"),
        ("", LABELS, "no column of times", "s.csv:1"),
        ("time,flag\n1,1\n", LABELS, "no column of values", "s.csv:1"),
        ('time,value\n1,"2\n', LABELS, "breaks off", "s.csv:2"),
        (rows(), {"quantity": "ph", "faults": [{"onset": 3}]}, "The label has no kind", "s.json:faults[0]"),
        (rows(), {"quantity": "ph", "faults": [{"kind": "gap"}]}, "The label has no onset", "s.json:faults[0]"),
        (rows(), label(kind="sad"), "no fault called 'sad'", "s.json:faults[0]"),
        (rows(), label(onset="soon"), "'soon' is no time", "s.json:faults[0]"),
        (rows(), label(end=5), "ends before it begins", "s.json:faults[0]"),
        (rows(), {"quantity": "ph", "faults": [3]}, "is an object", "s.json:faults[0]"),
        (rows(), {"quantity": "ph", "faults": 3}, "no list of faults", "s.json"),
        (rows(), "3", "no list of faults", "s.json"),
        (rows(), "{\n oops", "That is no JSON", "s.json:2"),
        (rows(), "[" * 100_000, "nested too deeply", "s.json"),
        (rows(), '{"faults": [' + "9" * 5000 + "]}", "numbers too long", "s.json"),
        (rows(), {"faults": []}, "Nobody says what is measured", "s.csv"),
    ],
)  # fmt: skip
def test_what_cannot_be_scored_is_said_with_where_and_what_to_do(scored, series, labels, what, where):
    status, out, err = scored(series, labels)
    assert (status, out) == (2, "")
    assert what in err and f"{where}]" in err and len(err) < 600
    assert err.partition("] ")[2].strip().endswith("."), "and what to do"
    for word in ("recursion", "KeyError", "FaultKind", "'onset'", "float", "None"):
        assert word not in err


def test_a_missing_file_is_called_by_its_name(tmp_path, capsys):
    (tmp_path / "s.json").write_text(json.dumps(LABELS))
    assert main(["faults", "score", str(tmp_path / "nope.csv"), str(tmp_path / "s.json")]) == 2
    assert f"[{tmp_path / 'nope.csv'}]" in capsys.readouterr().err
    (tmp_path / "s.csv").write_text("time,value\n" + "\n".join(rows()))
    assert main(["faults", "score", str(tmp_path / "s.csv"), str(tmp_path / "nope.json")]) == 2
    assert f"[{tmp_path / 'nope.json'}]" in capsys.readouterr().err
    assert main(["faults", "score", str(tmp_path), "--channel", "t11/ph"]) == 2
    assert "A folder has no channel." in capsys.readouterr().err


def test_of_several_channels_one_is_chosen(tmp_path, capsys):
    times = np.arange(300.0)
    values = 7.0 + 0.02 * np.random.default_rng(0).standard_normal(300)
    spiked = values + 3.0 * (times == 100)
    tracks = (
        track("t11/ph", times, values),
        track("t21/ph", times, spiked),
        track("t11/temperature", times, values + 27),
    )
    path, labels = tmp_path / "s.csv", tmp_path / "s.json"
    write_any(Recording(tracks, Origin()), path)
    labels.write_text(
        json.dumps(
            [{"kind": "spike", "onset": 100, "channel": "t21/ph"}, {"kind": "gap", "onset": 1e9, "channel": "t31/ph"}]
        )
    )
    command = ["faults", "score", str(path), str(labels)]
    assert main(command) == 2
    err = capsys.readouterr().err
    assert "holds 3 channels: t11/ph, t21/ph, t11/temperature." in err and "--channel 't11/ph'" in err
    assert main([*command, "--channel", "t99/ph"]) == 2
    assert "no channel 't99/ph' in it" in capsys.readouterr().err
    counts = {}
    for key in ("t11/ph", "t21/ph"):
        assert main([*command, "--channel", key, "--json"]) == 0, "its key says what it measures"
        found = json.loads(capsys.readouterr().out)["kinds"].get("spike", {})
        counts[key] = (found.get("labelled", 0), found.get("caught", 0))
    assert counts == {"t11/ph": (0, 0), "t21/ph": (1, 1)}


def test_of_a_table_with_a_column_a_channel_one_is_chosen(scored):
    lines = ["time,t11/ph,t21/ph", *(f"{row},{7.0}" for row in rows())]
    status, _, err = scored("\n".join(lines), LABELS)
    assert status == 2 and "holds 2 channels: t11/ph, t21/ph." in err
    assert scored("\n".join(lines), LABELS, "--channel", "t11/ph")[0] == 0
    assert scored("\n".join(lines), "kind,onset,end\nspike,100,\n", "--channel", "t11/ph", labels_name="s2.csv")[0] == 0


@pytest.mark.filterwarnings("error")
def test_huge_values_are_faults_and_no_warnings(scored):
    status, out, _ = scored([*rows(), "300,1e308", "301,-1e308", "302,1e999", "303,7.0"], LABELS)
    assert status == 0 and "out_of_range" in out and "inf" not in out
