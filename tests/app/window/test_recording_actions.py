"""Sensor data from the window to a file and back."""

from __future__ import annotations

from pathlib import Path

from neodent_viewer.app.actions import recording
from neodent_viewer.app.context import AppContext
from neodent_viewer.app.window import MainWindow
from neodent_viewer.core.clock import ManualClock
from neodent_viewer.files.recording_read import read_recording
from neodent_viewer.live.feeds import open_feed


def test_what_comes_in_goes_to_a_file_until_it_is_switched_off_and_can_be_played(
    window: MainWindow, context: AppContext, clock: ManualClock, tmp_path: Path
) -> None:
    live, shell = context.live, context.shell
    keys = sorted(channel.key for probe in context.document.probes.values() for channel in probe.channels)
    source = open_feed("sim", context.document, 3)
    assert source is not None
    live.add_source(source)
    path = tmp_path / "mouth.mcap"
    shell.answers.append(path)  # type: ignore[attr-defined]
    recording.toggle(context)
    assert recording.running(live) is not None
    for _ in range(40):
        live.tick(clock.advance(0.25))
    window.status._show_live()
    assert window.status.recorded.isVisibleTo(window.status) and "sample" in window.status.recorded.text()
    recording.toggle(context)
    window.status._show_live()
    assert recording.running(live) is None and window.status.recorded.isHidden()
    found = read_recording(path)
    assert {track.channel for track in found.tracks} == set(keys)
    assert f"{len(keys)} channels written to mouth.mcap" in shell.heard()[-1].text
    shell.answers.append([path])  # type: ignore[attr-defined]
    recording.play(context)
    assert context.requests.told[-1] == ("feed", f"replay:{path}")  # type: ignore[attr-defined]


def test_a_recording_that_ends_by_itself_is_said(
    window: MainWindow, context: AppContext, clock: ManualClock, tmp_path: Path
) -> None:
    context.shell.answers.append(tmp_path / "full.mcap")  # type: ignore[attr-defined]
    recording.toggle(context)
    recorder = recording.running(context.live)
    assert recorder is not None
    window.status._show_live()
    recorder._writer.flush = lambda: (_ for _ in ()).throw(OSError(28, "No space left on device"))  # type: ignore[method-assign]
    context.live.tick(clock.advance(2.0))
    window.status._show_live()
    assert recording.running(context.live) is None
    last = context.shell.heard()[-1]
    assert last.level == "error" and "No space" in last.text
