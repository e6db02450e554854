"""Recordings in other formats in and out, and erasing, from the window: with what is refused said in words."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from neodent_viewer.app.actions import recording_files
from neodent_viewer.app.context import AppContext
from neodent_viewer.core.errors import RecordingError
from neodent_viewer.files import recording_notes
from neodent_viewer.files.recording_formats import read_any, write_any
from neodent_viewer.files.recordings import Origin, Recording
from neodent_viewer.live.replaying import replay_of
from neodent_viewer.sensors.track import track


@pytest.fixture
def keys(context: AppContext) -> list[str]:
    return [channel.key for channel in context.live.expected]


@pytest.fixture
def path(tmp_path: Path, context: AppContext, keys: list[str]) -> Path:
    """A recording of every channel, one sample a second for two minutes, that this program has made."""
    times = np.arange(120.0)
    tracks = tuple(track(key, times, np.sin(times) + row) for row, key in enumerate(keys))
    made = tmp_path / "mouth.mcap"
    write_any(Recording(tracks, Origin(start=0.0, epoch=1.9e9)), made)
    recording_notes.note(made, context.live.wall())
    return made


def answers(context: AppContext, *given: object) -> None:
    context.shell.answers += list(given)  # type: ignore[attr-defined]


def heard(context: AppContext) -> str:
    return "\n".join(message.text for message in context.shell.heard())


def test_a_table_becomes_a_recording_and_plays(context: AppContext, tmp_path: Path) -> None:
    source, target = tmp_path / "table.csv", tmp_path / "kept.mcap"
    source.write_text("channel,time,value\nt11/temperature,0,34.5\nt11/temperature,1,34.6\n")
    answers(context, [source], target)
    recording_files.bring_in(context)
    found = read_any(target)
    assert found.samples == 2 and found.identity == read_any(source).identity, "its chapters find it again"
    assert context.requests.told[-1] == ("feed", f"replay:{target}")  # type: ignore[attr-defined]
    assert "2 samples written to kept.mcap" in heard(context)


def test_a_table_that_is_none_is_refused_with_its_line(context: AppContext, tmp_path: Path) -> None:
    source = tmp_path / "bad.csv"
    source.write_text("channel,time,value\nt11/temperature,0,warm\n")
    answers(context, [source])
    with pytest.raises(RecordingError) as error:
        recording_files.bring_in(context)
    assert "bad.csv:2" in error.value.sentence() and error.value.remedy
    answers(context, [])
    recording_files.bring_in(context)


@pytest.mark.parametrize("suffix", [".csv", ".xdf", ".parquet", ".mcap"])
def test_what_is_exported_is_what_consent_to_its_purpose_allows(
    context: AppContext, path: Path, keys: list[str], tmp_path: Path, suffix: str
) -> None:
    if suffix in (".xdf", ".parquet"):
        pytest.importorskip({".xdf": "pyxdf", ".parquet": "pyarrow"}[suffix])
    until = context.live.wall() + timedelta(days=1)
    context.live.grant(keys[:-1], ["record"], until, "Ada")
    context.live.grant(keys[1:], ["publish"], until, "Ada")
    for row, allowed in ((0, keys[:-1]), (2, keys[1:])):
        target = tmp_path / f"out{row}{suffix}"
        answers(context, [path], target, row)
        recording_files.export(context)
        assert sorted(t.channel for t in read_any(target).tracks) == sorted(allowed)
    said = heard(context)
    assert f"1 channel left out. Nobody has allowed {keys[-1]} to be used to record." in said
    assert f"Nobody has allowed {keys[0]} to be used to publish." in said and "Consent page" in said


def test_without_any_consent_or_purpose_nothing_is_exported(context: AppContext, path: Path, tmp_path: Path) -> None:
    for answer in (0, 1, 2, None):
        answers(context, [path], tmp_path / "out.csv", answer)
        recording_files.export(context)
        assert not (tmp_path / "out.csv").exists()
    assert "left out" in heard(context)


def test_a_stretch_is_erased_for_good_and_who_still_holds_it_is_said(
    context: AppContext, path: Path, keys: list[str], tmp_path: Path
) -> None:
    other = tmp_path / "other.mcap"
    write_any(read_any(path), other)
    recording_notes.note(other, context.live.wall())
    before = read_any(path)
    context.live.add_source(replay_of(before, path))
    assert context.live.replay is not None
    context.live.replay.loop, context.live.replay.span = True, (30.0, 39.0)
    answers(context, 1, {}, True)  # the first channel, the stretch that loops, sure
    recording_files.erase(context)
    after = read_any(path)
    gone = next(t for t in after.tracks if t.channel == keys[0])
    assert not ((gone.times >= 30) & (gone.times <= 39)).any() and len(gone) == 110
    assert after.samples == before.samples - 10 and after.identity == before.identity
    assert context.requests.told[-1] == ("feed", f"replay:{path}")  # type: ignore[attr-defined]
    said = heard(context)
    assert "10 samples erased from mouth.mcap" in said and f"{other}: 120 samples" in said
    assert f"{path}: 110 samples" in said


def test_what_was_brought_in_and_exported_is_among_what_still_holds_it(context: AppContext, tmp_path: Path) -> None:
    source, kept, out = tmp_path / "table.csv", tmp_path / "kept.mcap", tmp_path / "out.csv"
    source.write_text("channel,time,value,simulated\nt11/ph,0,7.1,yes\nt21/ph,1,7.2,yes\n")
    answers(context, [source], kept)
    recording_files.bring_in(context)
    write_any(read_any(kept), out)
    answers(context, [kept], 1, {"from": 0.0, "to": 0.0}, True)
    recording_files.erase(context)
    said = heard(context)
    assert "1 sample erased from kept.mcap" in said and f"{out}: 1 sample" in said and f"{kept}: 1" not in said
    answers(context, [kept], 1, {"from": 0.0, "to": 0.0}, True)
    recording_files.erase(context)
    assert f"{kept}: 1 sample" in heard(context), "nothing was taken out of it"


def test_who_is_not_sure_erases_nothing(context: AppContext, path: Path) -> None:
    before = path.read_bytes()
    for given in ((None,), (0, False)):
        answers(context, [path], *given[:1], *(({}, given[1]) if len(given) > 1 else ()))
        recording_files.erase(context)
    assert path.read_bytes() == before


def test_where_it_lies_is_said(context: AppContext, path: Path, keys: list[str]) -> None:
    answers(context, 0)
    recording_files.holding(context)
    assert f"{path}: {120 * len(keys)} samples" in heard(context).replace("\N{THIN SPACE}", "")
    path.unlink()
    answers(context, 1)
    recording_files.holding(context)
    assert "It is not where it was written" in heard(context)
