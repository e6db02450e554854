"""Recordings as files: every format there and back, files that are cut, damaged or lie, and stretches taken out for good."""

import builtins
import json
import math
import struct
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from hypothesis import given, settings
from hypothesis import strategies as st
from mcap.reader import make_reader
from mcap.writer import CompressionType, Writer

from neodent_viewer.core.errors import RecordingError
from neodent_viewer.files import samples
from neodent_viewer.files.recording_formats import FORMATS, read_any, write_any
from neodent_viewer.files.recording_index import erase
from neodent_viewer.files.recording_read import read_recording
from neodent_viewer.files.recordings import Origin, Recording
from neodent_viewer.files.samples import Samples, decode, encode, schema
from neodent_viewer.sensors.track import track


def column(draw, count, **kind):
    return np.array(draw(st.lists(st.floats(width=64, **kind), min_size=count, max_size=count)), np.float64)


@st.composite
def messages(draw):
    count = draw(st.integers(0, 8))
    return Samples(
        first=draw(st.integers(0, 2**62 - 1)),
        time=column(draw, count),
        value=column(draw, count),
        arrival=column(draw, count),
        told=column(draw, count),
        flags=np.array(draw(st.lists(st.sampled_from([1, 2, 3, 4, 9]), min_size=count, max_size=count)), np.uint8),
        read=np.array([2.0] * bool(count)),
        count=np.array([count] * bool(count), np.uint32),
        revised=np.array([3], np.uint64),
        revised_flags=np.array([4], np.uint8),
    )


@pytest.fixture(scope="module")
def foreign_decoder():
    """What protobuf itself makes of the schema in the file."""
    files = descriptor_pb2.FileDescriptorSet.FromString(schema())
    pool = descriptor_pool.DescriptorPool()
    pool.Add(files.file[0])
    return message_factory.GetMessageClass(pool.FindMessageTypeByName(samples.NAME))


@settings(max_examples=60, deadline=None)
@given(messages())
def test_messages_come_back_and_protobuf_reads_the_same(foreign_decoder, sent):
    data = encode(sent)
    again, foreign = decode(data), foreign_decoder.FromString(data)
    for name in ("time", "value", "told", "arrival", "read"):
        assert getattr(again, name).tobytes() == getattr(sent, name).tobytes() or np.isnan(getattr(sent, name)).all()
    for name in ("time", "value"):
        assert np.array(getattr(foreign, name), np.float64).tobytes() == getattr(sent, name).tobytes()
    assert foreign.first == again.first == sent.first
    assert foreign.flags == again.flags.tobytes() == sent.flags.tobytes()
    assert list(foreign.count) == again.count.tolist()
    own = foreign.SerializeToString()
    assert decode(own).value.tobytes() == sent.value.tobytes()


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=60))
def test_messages_that_make_no_sense_are_refused_in_one_way(data):
    with suppress(ValueError):
        decode(data)


def a_recording(seed=0, count=50):
    rng = np.random.default_rng(seed)
    tracks = []
    for i, (key, unit) in enumerate((("t11/temperature", "°C"), ("t21/ph", "pH"), ("t36/force", "N"))):
        times = np.sort(rng.uniform(100, 200, count))
        values = rng.normal(30, 5, count)
        values[3] = np.nan
        told = np.where(rng.random(count) < 0.5, np.nan, times + 1.7e9)
        flags = rng.choice([1, 2, 3, 4, 9], count)
        arrival = times + rng.uniform(0, 0.5) * (i > 0)
        tracks.append(track(key, times, values, arrival, told, flags, unit=unit, simulated=i == 2))
    return Recording(tuple(tracks), Origin(start=99.5, epoch=1.9e9 + 1 / 3, midnight=-3601.7), name="a")


def same_tracks(a, b):
    assert [one.channel for one in a.tracks] == [one.channel for one in b.tracks]
    for one, other in zip(a.tracks, b.tracks, strict=True):
        for name in ("times", "values", "arrival", "told", "flags", "number"):
            assert getattr(one, name).tobytes() == getattr(other, name).tobytes(), name
        assert (one.unit, one.simulated) == (other.unit, other.simulated)


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_format_gives_back_every_bit(tmp_path, suffix):
    before = a_recording()
    write_any(before, tmp_path / f"a{suffix}")
    after = read_any(tmp_path / f"a{suffix}")
    same_tracks(before, after)
    if suffix == ".mcap":
        assert after.origin == before.origin and after.complete
    write_any(a_recording(1), tmp_path / f"a{suffix}")
    assert [path.name for path in tmp_path.iterdir()] == [f"a{suffix}"]


@pytest.mark.parametrize(("module", "suffix"), [("pyxdf", ".xdf"), ("pyarrow", ".parquet")])
def test_a_missing_library_is_one_sentence_with_the_line_to_paste(tmp_path, monkeypatch, module, suffix):
    write_any(a_recording(), tmp_path / f"a{suffix}")
    real = builtins.__import__
    monkeypatch.setattr(
        "neodent_viewer.core.extras.import_module",
        lambda name: (_ for _ in ()).throw(ImportError(name)) if name.startswith(module) else real(name),
    )
    with pytest.raises(RecordingError) as caught:
        read_any(tmp_path / f"a{suffix}")
    assert caught.value.kind == "extra"
    assert f"pip install 'neodent_viewer[{suffix[1:]}]'" in caught.value.sentence()


def test_other_mcap_programs_read_it(tmp_path):
    write_any(a_recording(), tmp_path / "a.mcap")
    with (tmp_path / "a.mcap").open("rb") as file:
        reader = make_reader(file)
        summary = reader.get_summary()
        assert {channel.topic for channel in summary.channels.values()} == {"t11/temperature", "t21/ph", "t36/force"}
        assert summary.statistics.message_count == len(list(reader.iter_messages()))


def test_a_file_cut_anywhere_gives_what_came_before(tmp_path):
    whole, cut = tmp_path / "a.mcap", tmp_path / "b.mcap"
    write_any(a_recording(), whole)
    data, counts = whole.read_bytes(), []
    for size in range(8, len(data), 97):
        cut.write_bytes(data[:size])
        try:
            found = read_recording(cut)
        except RecordingError as error:
            assert error.kind == "empty"
            found = None
        counts.append(found.samples if found else 0)
        assert found is None or found.complete or found.problems
    assert counts == sorted(counts) and counts[0] == 0 and 0 < counts[len(counts) // 2] < counts[-1] == 150


def test_a_damaged_stretch_is_left_out_and_said(tmp_path):
    path = tmp_path / "a.mcap"
    write_any(a_recording(), path)
    data = bytearray(path.read_bytes())
    at = data.index(b"zstd", data.index(b"zstd") + 4) + 400
    data[at] ^= 0xFF
    path.write_bytes(data)
    found = read_recording(path)
    assert [len(one) for one in found.tracks if len(one)] == [50, 50]
    assert any("damaged" in problem for problem in found.problems)
    with pytest.raises(RecordingError) as caught:
        erase(path, ["t11/temperature"])
    assert caught.value.kind == "damaged"


def test_a_chunk_that_grows_without_end_is_left_out(tmp_path):
    import zstandard
    from mcap.data_stream import RecordBuilder
    from mcap.records import Chunk

    path = tmp_path / "a.mcap"
    with path.open("wb") as file:
        writer = Writer(file, compression=CompressionType.NONE)
        writer.start()
        builder = RecordBuilder()
        bomb = zstandard.compress(bytes(300_000_000))
        Chunk("zstd", bomb, 0, 0, 0, 300_000_000).write(builder)
        file.write(builder.end())
        writer.finish()
    assert path.stat().st_size < 100_000
    with pytest.raises(RecordingError) as caught:
        read_recording(path)
    assert caught.value.kind == "empty"


def test_mcap_of_other_programs_gives_its_json_numbers(tmp_path):
    path = tmp_path / "a.mcap"
    with path.open("wb") as file:
        writer = Writer(file)
        writer.start()
        topic = writer.register_channel("/neodent/t11/ph", "json", 0)
        for i, data in enumerate((b'{"value": 7.5}', b"7.25", b'{"ph": 7, "unit": "pH"}', b'{"a": "x"}', b"[" * 5000)):
            writer.add_message(topic, (i + 1) * 10**9, data, i * 10**9)
        writer.finish()
    (one,) = (found := read_recording(path)).tracks
    assert one.values.tolist() == [7.5, 7.25, 7.0] and one.arrival.tolist() == [1.0, 2.0, 3.0]
    assert "2 messages" in found.problems[0]


def test_a_newer_recording_is_not_guessed_at(tmp_path):
    path = tmp_path / "a.mcap"
    with path.open("wb") as file:
        writer = Writer(file)
        writer.start()
        writer.add_metadata("neodent.recording", {"version": "2"})
        writer.finish()
    with pytest.raises(RecordingError) as caught:
        read_recording(path)
    assert caught.value.kind == "newer"


WIDE = "time;t11/temperature [K];t21/ph\n2030-05-01T12:00:00Z;307.65;7\n2030-05-01T12:00:01Z;;7.5\n"


def test_tables_with_a_column_a_channel_are_read_with_their_units(tmp_path):
    (tmp_path / "a.csv").write_text(WIDE, "utf-8")
    warm, acid = read_any(tmp_path / "a.csv").tracks
    assert (warm.channel, warm.unit) == ("t11/temperature", "°C")
    assert warm.values == pytest.approx([34.5]) and acid.values.tolist() == [7.0, 7.5]
    assert acid.times[0] == datetime(2030, 5, 1, 12, tzinfo=UTC).timestamp() and np.diff(acid.times).tolist() == [1.0]


@pytest.mark.parametrize(
    ("name", "data", "kind", "where"),
    [
        ("a.csv", b"", "not_a_recording", "a.csv"),
        ("a.csv", b"channel,value\nt11/ph,7\n", "not_a_recording", ":1"),
        ("a.csv", b"channel,time,value\nt11/ph,0,7\nt11/ph,x,7\n", "not_a_recording", ":3"),
        ("a.csv", b"channel,time,value\nt11/ph,inf,7\n", "not_a_recording", ":2"),
        ("a.csv", b"channel,time,value\nt11/ph,0\n", "not_a_recording", ":2"),
        ("a.csv", b"channel,time,value\n", "empty", "a.csv"),
        ("a.csv", b"\xff\xfe\x00\x01", "not_a_recording", "a.csv"),
        ("a.csv", b'time,value\n1,"7\n', "not_a_recording", "a.csv"),
        ("a.xdf", b"XDF:" + bytes(40), "empty", "a.xdf"),
        ("a.xdf", b"XDG:", "not_a_recording", "a.xdf"),
        ("a.xdf", b"XDF:\x08" + struct.pack("<QH", 2**60, 3), "empty", "a.xdf"),
        ("a.parquet", b"PAR1nonsensePAR1", "not_a_recording", "a.parquet"),
        ("a.mcap", b"\x89MCAP0\r\n\xff" + bytes(40), "empty", "a.mcap"),
        ("a.mcap", b"hello", "not_a_recording", "a.mcap"),
        ("a.txt", b"hello", "not_a_recording", "a.txt"),
    ],
)
def test_bad_files_are_answered_with_what_where_and_what_to_do(tmp_path, name, data, kind, where):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(RecordingError) as caught:
        read_any(tmp_path / name)
    assert (caught.value.kind, where in caught.value.where, bool(caught.value.remedy)) == (kind, True, True)


def test_xdf_is_read_without_a_word_of_the_library_and_damage_is_one_sentence(tmp_path, caplog, capfd):
    pytest.importorskip("pyxdf")
    times = np.arange(5000.0)
    tracks = tuple(track(f"t{tooth}/ph", times, np.sin(times) + tooth) for tooth in (11, 12, 13))
    write_any(Recording(tracks, Origin()), tmp_path / "a.xdf")
    whole = read_any(tmp_path / "a.xdf")
    assert whole.samples == 15000 and whole.complete and not whole.problems
    data = (tmp_path / "a.xdf").read_bytes()
    for share in (0.3, 0.6):
        (tmp_path / "cut.xdf").write_bytes(data[: int(len(data) * share)])
        cut = read_any(tmp_path / "cut.xdf")
        assert 0 < cut.samples < 15000 and not cut.complete
        assert cut.problems == ("The file is cut off or damaged in one place; what could not be read was left out.",)
    assert not [record for record in caplog.records if record.name.startswith("pyxdf")]
    assert capfd.readouterr().err == ""
    (tmp_path / "b.xdf").write_bytes(b"XDF:\x01\x09\xff\xff")
    with pytest.raises(RecordingError, match=r"nothing of it can be read|no numbers"):
        read_any(tmp_path / "b.xdf")


def test_xdf_that_was_cut_anywhere_gives_what_came_before(tmp_path):
    pytest.importorskip("pyxdf")
    times = np.arange(20.0)
    write_any(Recording(tuple(track(f"t{tooth}/ph", times, times) for tooth in (11, 12)), Origin()), tmp_path / "a.xdf")
    data = (tmp_path / "a.xdf").read_bytes()
    second = data.index(b"<name>t12/ph")
    for cut in range(second - 40, len(data), 61):
        (tmp_path / "cut.xdf").write_bytes(data[:cut])
        found = read_any(tmp_path / "cut.xdf")
        assert found.tracks[0].values.tolist() == times.tolist() and not found.complete
        assert all(problem.startswith("The file is cut off or damaged in one place") for problem in found.problems)


def test_many_problems_are_one_sentence_on_the_terminal_and_in_the_window(tmp_path, capsys, caplog):
    from neodent_viewer.cli.main import main

    times = np.arange(9.0)
    tracks = tuple(track(f"t{tooth}/ph", times, times, simulated=True) for tooth in range(11, 38))
    write_any(Recording(tracks, Origin()), tmp_path / "a.csv")
    lines = (tmp_path / "a.csv").read_text().splitlines()
    value = next(row for row in lines if row.startswith("channel,")).split(",").index("value")
    for number, line in enumerate(lines):
        cells = line.split(",")
        if "/ph" in line and cells[1] == "3.0":
            cells[value] = "99.0"
            lines[number] = ",".join(cells)
    (tmp_path / "a.csv").write_text("\n".join(lines))
    problems = read_any(tmp_path / "a.csv").problems
    assert len(problems) == 27
    with caplog.at_level("INFO", "neodent_viewer"):
        assert main(["recording", "import", str(tmp_path / "a.csv"), "-o", str(tmp_path / "a.mcap")]) == 0
    told = capsys.readouterr().out.splitlines()
    assert len(told) == 2 and told[0].startswith("27 things in it") and problems[0] in told[0]
    assert 3 <= sum("t1" in record.getMessage() for record in caplog.records) <= 20


def test_names_of_channels_and_units_are_single_lines_that_turn_nothing(tmp_path):
    times = np.arange(3.0)
    names = ("t11/ph", "t11\u202e/ph", "t21\n/ph", "\x1b", "x" * 999)
    tracks = tuple(track(name, times, times, unit="p\u202eH" + "h" * 99) for name in names)
    write_any(Recording(tracks, Origin()), tmp_path / "a.mcap")
    found = read_any(tmp_path / "a.mcap")
    assert [one.channel for one in found.tracks[:4]] == ["t11/ph", "t11/ph (2)", "t21 /ph", "unnamed"]
    assert len(found.tracks[4].channel) == 192 and all(len(one.unit) == 32 for one in found.tracks)
    assert all(one.channel.isprintable() and one.unit.isprintable() for one in found.tracks)
    assert erase(tmp_path / "a.mcap", ["t11/ph (2)"]) == 3
    assert [len(one) for one in read_any(tmp_path / "a.mcap").tracks] == [3, 3, 3, 3]


# -- taking out --------------------------------------------------------------------------------------------------------


def test_an_erased_stretch_is_gone_from_the_file_and_the_rest_is_as_it_was(tmp_path):
    path = tmp_path / "a.mcap"
    before = a_recording()
    write_any(before, path)
    one = before.tracks[1]
    inside = (one.arrival >= 120) & (one.arrival <= 160)
    assert erase(path, ["t21/ph"], 120, 160) == inside.sum() > 5
    after = read_recording(path)
    assert after.tracks[1].values.tobytes() == one.values[~inside].tobytes()
    assert after.tracks[1].number.tolist() == one.number[~inside].tolist()
    assert after.tracks[0].values.tobytes() == before.tracks[0].values.tobytes()
    assert (after.erased[0].channel, after.erased[0].start, after.origin) == ("t21/ph", 120.0, before.origin)
    assert erase(path, ["t21/ph"], 120, 160) == 0
    assert erase(path, ["t21/ph"]) == (~inside).sum()
    assert "t21/ph" not in {track.channel for track in read_recording(path).tracks}
    assert len(read_recording(path).erased) == 2


def test_the_command_looks_in_exports_imports_and_erases(tmp_path, capsys):
    from neodent_viewer.cli.main import main

    path, table, back = (str(tmp_path / name) for name in ("a.mcap", "a.csv", "b.mcap"))
    nobodys = a_recording()
    nobodys = replace(nobodys, tracks=tuple(replace(one, simulated=True) for one in nobodys.tracks))
    write_any(nobodys, tmp_path / "a.mcap")
    assert main(["recording", "export", path, "-o", table]) == 0, "what a simulation sent is nobody's"
    assert main(["recording", "import", table, "-o", back]) == 0
    assert main(["recording", "erase", back, "--channel", "t36/force"]) == 0
    assert "50 samples erased" in capsys.readouterr().out
    assert main(["recording", "info", back, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [channel["channel"] for channel in told["channels"]] == ["t11/temperature", "t21/ph"]
    assert told["samples"] == 100 and "t36/force: erased: all of it" in told["erased"][0]
    assert main(["recording", "info", path]) == 0
    assert "t21/ph: 50 samples" in capsys.readouterr().out
    assert main(["recording", "import", table, "-o", table]) == 2
    assert main(["recording", "info", str(tmp_path / "nowhere.csv")]) == 2
    assert "Check the path" in capsys.readouterr().err
    assert not math.isnan(told["seconds"])
