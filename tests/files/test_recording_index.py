"""Every file with samples that the program writes is known, so that what it says of withdrawn data is true."""

import json
import multiprocessing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from neodent_viewer.cli.main import main
from neodent_viewer.core import paths
from neodent_viewer.core.errors import ArgumentError, NeodentError, RecordingError
from neodent_viewer.files import recording_notes
from neodent_viewer.files.recording_formats import FORMATS, read_any, write_any
from neodent_viewer.files.recording_index import erase, holding
from neodent_viewer.files.recordings import Origin, Recording
from neodent_viewer.sensors.track import track

KEYS = ("t11/temperature", "t21/ph")
#: Unix time (s) at which `a_recording` begins
EPOCH = 1.9e9
NOW = datetime(2030, 5, 1, tzinfo=UTC)


def a_recording(keys=KEYS, count=50):
    times = np.arange(float(count))
    tracks = tuple(track(key, times, np.sin(times) + row, simulated=True) for row, key in enumerate(keys))
    return Recording(tracks, Origin(0.0, EPOCH))


def known():
    return [one.path.name for one in recording_notes.made()]


def held(channel):
    return {one.path.name: one.samples for one in holding([channel])}


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_format_is_noted_and_looked_into(tmp_path, suffix):
    if suffix in (".xdf", ".parquet"):
        pytest.importorskip({".xdf": "pyxdf", ".parquet": "pyarrow"}[suffix])
    write_any(a_recording(), tmp_path / f"a{suffix}")
    assert held("t21/ph") == {f"a{suffix}": 50} and held("t36/force") == {}


def test_what_the_command_line_exports_imports_and_copies_is_noted(tmp_path, capsys):
    write_any(a_recording(), tmp_path / "a.mcap")
    for action, source, target in (
        ("export", "a.mcap", "a.csv"),
        ("import", "a.csv", "b.mcap"),
        ("import", "b.mcap", "c.mcap"),
    ):
        assert main(["recording", action, str(tmp_path / source), "-o", str(tmp_path / target)]) == 0
    assert known() == ["a.mcap", "a.csv", "b.mcap", "c.mcap"]
    capsys.readouterr()
    assert main(["recording", "erase", str(tmp_path / "a.mcap"), "--channel", "t21/ph"]) == 0
    told = capsys.readouterr().out
    assert "50 samples erased" in told
    for name in ("a.csv", "b.mcap", "c.mcap"):
        assert f"{tmp_path / name}: 50 samples" in told, "what still holds it is said at once"
    assert f"{tmp_path / 'a.mcap'}: 5" not in told.partition("hold")[2]


def test_a_file_that_came_from_elsewhere_is_known_once_it_was_erased_from(tmp_path):
    write_any(a_recording(), tmp_path / "a.mcap")
    for kept in paths.data_dir().glob("recordings*"):
        kept.unlink()
    assert holding() == []
    erase(tmp_path / "a.mcap", ["t21/ph"], 1e6, 2e6)
    assert held("t21/ph") == {"a.mcap": 50}


def test_files_that_are_gone_are_said_to_be_so_unless_they_never_held_it(tmp_path):
    for name in ("a", "b", "gone"):
        write_any(a_recording(), tmp_path / f"{name}.mcap")
    recording_notes.note(tmp_path / "cut.mcap", NOW)  # a program that was killed never said what it held
    (tmp_path / "broken.csv").write_text("nothing")
    recording_notes.note(tmp_path / "broken.csv", NOW)
    (tmp_path / "gone.mcap").unlink()
    erase(tmp_path / "b.mcap", ["t21/ph"])
    first, *others = holding(["t21/ph"])
    assert (first.path.name, first.samples) == ("a.mcap", 50)
    assert [(one.path.name, one.samples) for one in others] == [("gone.mcap", -1), ("cut.mcap", -1), ("broken.csv", -1)]
    assert "moved" in others[0].why and "no column of times" in others[2].why
    assert [one.path.name for one in holding(["t36/force"])] == ["cut.mcap", "broken.csv"]
    assert holding(["t21/ph"], EPOCH + 60, EPOCH + 99)[0].path.name == "gone.mcap"


def test_the_command_always_answers(tmp_path, capsys):
    assert main(["recording", "holding", "--channel", "t14/temperature"]) == 0
    assert capsys.readouterr().out == "No recording made here holds t14/temperature.\n"
    assert main(["recording", "holding"]) == 0
    assert capsys.readouterr().out == "No recording made here holds sensor data.\n"
    write_any(a_recording(), tmp_path / "a.mcap")
    assert main(["recording", "holding"]) == 0
    assert (
        capsys.readouterr().out == f"Files written here that hold sensor data:\n  {tmp_path / 'a.mcap'}: 100 samples\n"
    )
    (tmp_path / "a.mcap").rename(tmp_path / "elsewhere.mcap")
    assert main(["recording", "holding", "--channel", "t21/ph"]) == 0
    told = capsys.readouterr().out
    assert "No recording made here holds t21/ph.\nThese cannot be looked into, and may hold it:" in told
    assert "moved" in told


def test_a_damaged_index_loses_its_damaged_lines_alone(tmp_path):
    write_any(a_recording(), tmp_path / "a.mcap")
    journal = paths.data_dir() / "recordings.jsonl"
    with journal.open("ab") as file:
        file.write(b'\n[1]\n{"path": 3, "made": ""}\n{"path": "x", "made": "", "channels": 3}\n\xff\n{"path": "cut off')
    write_any(a_recording(), tmp_path / "b.mcap")
    assert known() == ["a.mcap", "b.mcap"]


def test_the_index_of_earlier_versions_is_read(tmp_path):
    write_any(a_recording(), tmp_path / "a.mcap")
    (paths.data_dir() / "recordings.jsonl").unlink()
    old = [{"path": str(tmp_path / "a.mcap"), "made": "2030-05-01T12:00:00+00:00"}]
    (paths.data_dir() / "recordings.json").write_text(json.dumps(old))
    assert held("t21/ph") == {"a.mcap": 50}
    write_any(a_recording(), tmp_path / "b.mcap")
    assert known() == ["a.mcap", "b.mcap"]
    (paths.data_dir() / "recordings.json").write_text("{")
    assert known() == ["b.mcap"]


def test_beyond_its_size_only_files_that_are_gone_are_forgotten(tmp_path, monkeypatch):
    monkeypatch.setattr(recording_notes, "MOST", 8)
    write_any(a_recording(), tmp_path / "a.mcap")
    for number in range(20):
        recording_notes.note(tmp_path / f"{number}.mcap", NOW + timedelta(days=number))
    assert known()[0] == "a.mcap" and len(known()) <= 9


def _note_some(folder: str, first: int) -> None:
    for number in range(first, first + 40):
        recording_notes.note(Path(folder) / f"{number}.mcap", NOW)


def test_processes_that_note_at_once_lose_nothing_of_each_other(tmp_path):
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_note_some, args=(str(tmp_path), first)) for first in (0, 40, 80)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(known()) == 120


@pytest.mark.parametrize(
    ("channels", "start", "end", "what"),
    [
        (["t99/ph"], -np.inf, np.inf, "never held t99/ph"),
        (["t21/ph", "t99/ph"], -np.inf, np.inf, "never held t99/ph"),
        (["t21/ph"], 5.0, 1.0, "ends before it begins"),
        (["t21/ph"], np.nan, 1.0, "numbers of seconds"),
        (["t21/ph"], 1.0, np.nan, "numbers of seconds"),
    ],
)
def test_what_cannot_be_erased_is_refused_and_changes_nothing(tmp_path, capsys, channels, start, end, what):
    path = tmp_path / "a.mcap"
    write_any(a_recording(), path)
    before = path.read_bytes()
    with pytest.raises(ArgumentError) as caught:
        erase(path, channels, start, end)
    assert what in caught.value.sentence() and caught.value.remedy and caught.value.where
    words = [word for channel in channels for word in ("--channel", channel)]
    assert main(["recording", "erase", str(path), *words, f"--from={start}", f"--to={end}"]) == 2
    assert what in capsys.readouterr().err and path.read_bytes() == before


def test_an_export_is_not_erased_from_and_what_to_do_is_said(tmp_path):
    write_any(a_recording(), tmp_path / "a.csv")
    with pytest.raises(RecordingError) as caught:
        erase(tmp_path / "a.csv")
    assert "delete it" in caught.value.remedy
    with pytest.raises(NeodentError, match="no such file"):
        erase(tmp_path / "nowhere.csv")


def test_what_was_erased_is_said_without_infinities(tmp_path, capsys):
    path = tmp_path / "a.mcap"
    write_any(a_recording(), path)
    for words in (
        ["t21/ph"],
        ["t11/temperature", "--to", "3"],
        ["t11/temperature", "--from", "40"],
        ["*"],
        ["t36/force"],
    ):
        assert main(["recording", "erase", str(path), "--channel", *words]) == 0
    capsys.readouterr()
    assert main(["recording", "info", str(path)]) == 0
    told = capsys.readouterr().out
    assert "t21/ph: erased: all of it" in told and "inf" not in told
    assert "erased: up to 3 s" in told and "erased: from 40 s on" in told and "all channels: erased: all of it" in told
    assert len(read_any(path).erased) == 4
