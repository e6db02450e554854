"""What other programs recorded: how their tables are written, and names, units, times and values that must not pass."""

import json
import math

import numpy as np
import pytest
from mcap.writer import Writer

from neodent_viewer.cli.main import main
from neodent_viewer.core.errors import RecordingError, SensorError
from neodent_viewer.files.recording_formats import read_any, write_any
from neodent_viewer.files.recordings import Origin, Recording
from neodent_viewer.sensors.channel import Flag
from neodent_viewer.sensors.series_file import read_series
from neodent_viewer.sensors.track import track

#: how a table may be written -> what is in it: always the same
TABLES = {
    "plain": "time,t11/ph\n0.5,7.25\n1.5,7.5\n",
    "comma": "time;t11/ph\n0,5;7,25\n1,5;7,5\n",
    "tab": "time\tt11/ph\n0,5\t7,25\n1,5\t7,5\n",
    "mark": "\ufefftime;t11/ph\r\n0,5;7,25\r\n1,5;7,5\r\n",
    "long": "channel;time;value;unit\nt11/ph;0,5;7,25;pH\nt11/ph;1,5;7,5;pH\n",
    "seconds": "Time [s],t11/ph [pH]\n0.5,7.25\n1.5,7.5\n",
    "round": "Time (s),t11/ph (pH)\n0.5,7.25\n1.5,7.5\n",
    "milliseconds": "timestamp_ms,t11/ph\n500,7.25\n1500,7.5\n",
    "comments": "# logger 2.1\n# a, b, c, d\ntime;t11/ph\n0.5;7.25\n1.5;7.5\n",
    "numpy": "# time,t11/ph\n0.5,7.25\n1.5,7.5\n",
    "another clock": "time,timestamp,t11/ph\n0.5,9000,7.25\n1.5,9001,7.5\n",
}


@pytest.mark.parametrize("how", TABLES)
def test_tables_are_read_however_they_are_written(tmp_path, how):
    path = tmp_path / "a.csv"
    path.write_text(TABLES[how], "utf-8")
    (one,) = read_any(path).tracks
    assert (one.channel, one.times.tolist(), one.values.tolist()) == ("t11/ph", [0.5, 1.5], [7.25, 7.5])
    series = read_series(path)
    assert (series.times.tolist(), series.values.tolist()) == ([0.5, 1.5], [7.25, 7.5])


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("time,t11/ph,note\n0,7,hello\n", 2, "'hello' in column 'note'"),
        ("time;t11/ph\n0;7,1,2\n", 2, "'7,1,2'"),
        ("time,t11/ph\nyesterday,7\n", 2, "'yesterday' is no time"),
        ("time,t11/ph,t11/ph\n0,7,8\n", 1, "Two columns are called 't11/ph'"),
        ("time [weeks],t11/ph\n0,7\n", 1, "no column of times in seconds"),
    ],
)
def test_a_table_that_makes_no_sense_is_answered_with_line_and_column(tmp_path, text, line, said):
    path = tmp_path / "a.csv"
    path.write_text(text)
    with pytest.raises(RecordingError) as caught:
        read_any(path)
    assert caught.value.where.endswith(f":{line}") and said in caught.value.what and caught.value.remedy


def foreign(path, *channels):
    with path.open("wb") as file:
        writer = Writer(file)
        writer.start("", "somebody")
        schema = writer.register_schema("x", "jsonschema", b"{}")
        for topic, unit, values in channels:
            key = writer.register_channel(topic, "json", schema, {"unit": unit})
            for i, value in enumerate(values):
                writer.add_message(key, i * 10**9, json.dumps(value).encode(), i * 10**9)
        writer.finish()
    return path


def test_channels_of_strangers_are_converted_and_named_as_a_live_feed_would(tmp_path):
    found = read_any(foreign(tmp_path / "a.mcap", ("/neodent/t11/temperature", "K", [310.15, 310.25])))
    (one,) = found.tracks
    assert (one.channel, one.unit) == ("t11/temperature", "°C") and one.values == pytest.approx([37.0, 37.1])
    assert not found.problems


@pytest.mark.parametrize("unit", ["N", "furlong"])
def test_what_measures_something_else_leads_to_no_channel(tmp_path, unit):
    (tmp_path / "a.csv").write_text(f"time,t11/temperature [{unit}],t16/ph\n0,36,7\n1,36,7\n")
    for found in (
        read_any(tmp_path / "a.csv"),
        read_any(foreign(tmp_path / "a.mcap", ("t11/temperature", unit, [36.0]), ("t16/ph", "", [7.0]))),
    ):
        assert [one.channel for one in found.tracks] == ["t16/ph"]
        (problem,) = found.problems
        assert "were left out" in problem and unit in problem
    (tmp_path / "b.csv").write_text(f"time,t11/temperature [{unit}]\n0,36\n")
    with pytest.raises(RecordingError, match="were left out"):
        read_any(tmp_path / "b.csv")


def test_of_a_channel_that_changes_its_quantity_the_other_is_left_out(tmp_path):
    (tmp_path / "a.csv").write_text(
        "channel,time,value,unit\nt11/temperature,0,310.15,K\nt11/temperature,1,5,N\nt11/temperature,2,36.5,\n"
    )
    found = read_any(tmp_path / "a.csv")
    (warm,) = found.tracks
    assert (warm.channel, warm.unit) == ("t11/temperature", "°C") and warm.values == pytest.approx([37.0, 36.5])
    assert found.problems == ("Samples of 't11/temperature' were left out, 1 of them. N is no unit of temperature.",)


def test_two_senders_under_one_name_make_no_series(tmp_path):
    path = foreign(tmp_path / "a.mcap", ("t11/ph", "", [7.0, 7.0]), ("neodent/t11/ph", "pH", [5.0]))
    assert main(["recording", "import", str(path), "-o", str(tmp_path / "b.mcap")]) == 0
    found = read_any(tmp_path / "b.mcap")
    assert {one.channel: one.values.tolist() for one in found.tracks} == {"t11/ph": [7.0, 7.0]}
    assert "more than once" in read_any(path).problems[0]


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_channel_is_nobodys_only_where_every_sample_is(tmp_path, suffix):
    first, then = (
        track("t11/ph", [at], [7.0], unit="pH", simulated=nobody) for at, nobody in ((0.0, True), (1.0, False))
    )
    path = tmp_path / f"a.{suffix}"
    for order in ((first, then), (then, first)):
        write_any(Recording(order, Origin()), path)
        assert [one.simulated for one in read_any(path).tracks] == [False]
    write_any(Recording((first,), Origin()), path)
    assert read_any(path).tracks[0].simulated
    (tmp_path / "b.csv").write_text("time,t11/ph\n0,7\n")
    assert not read_any(tmp_path / "b.csv").tracks[0].simulated


@pytest.mark.parametrize("suffix", ["csv", "parquet", "xdf"])
def test_times_and_values_beyond_the_world_are_left_out_and_told(tmp_path, suffix):
    path = tmp_path / f"a.{suffix}"
    times, values = [0.0, 1.0, 2.0, 1e300], [36.0, math.inf, -1e308, 36.0]
    write_any(Recording((track("t11/temperature", times, values, unit="°C"),), Origin()), path)
    found = read_any(path)
    (one,) = found.tracks
    assert one.times.tolist() == [0.0, 1.0, 2.0]
    np.testing.assert_equal(one.values, [36.0, np.nan, np.nan])
    assert {problem.split(" ", 1)[0] for problem in found.problems} == {"1", "2"}
    assert found.end - found.origin.start == 2.0


def test_milliseconds_taken_for_seconds_are_refused_with_what_to_write(tmp_path):
    (tmp_path / "a.csv").write_text("time,t11/ph\n1767225600000,7\n1767225601000,7\n")
    with pytest.raises(RecordingError) as caught:
        read_any(tmp_path / "a.csv")
    assert "time [ms]" in caught.value.remedy
    with pytest.raises(SensorError) as said:
        read_series(tmp_path / "a.csv")
    assert "time [ms]" in said.value.remedy


def test_flags_nobody_knows_count_as_not_judged(tmp_path):
    arrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    table = arrow.table({"channel": ["t11/ph"] * 3, "time": [0.0, 1.0, 2.0], "value": [7.0] * 3, "flag": [4, 200, -1]})
    parquet.write_table(table, str(tmp_path / "a.parquet"))
    assert read_any(tmp_path / "a.parquet").tracks[0].flags.tolist() == [4, 2, 2]
    assert int(Flag.NOT_EVALUATED) == 2


@pytest.mark.parametrize("suffix", ["mcap", "csv", "xdf", "parquet"])
def test_where_nothing_can_be_written_is_told_by_the_name_that_was_given(tmp_path, suffix):
    path = tmp_path / "no such folder" / f"a.{suffix}"
    with pytest.raises(RecordingError) as caught:
        write_any(Recording((track("t11/ph", [0.0], [7.0]),), Origin()), path)
    assert caught.value.where == str(path)
