"""The whole program with a recording: read beside it, known ahead, told on editor and stage; one cut by kill -9 too."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from neodent_viewer.app.compose import Program
from neodent_viewer.document.story import add_edit, new_chapter

PATIENCE = 30_000

RECORD = """
import sys, time
from neodent_viewer.core.clock import MonotonicClock
from neodent_viewer.document.document import Document
from neodent_viewer.document.anchor import Anchor
from neodent_viewer.document.probe import Probe
from neodent_viewer.live.feeds import open_feed
from neodent_viewer.live.live import Live
from neodent_viewer.live.recorder import Recorder
from pathlib import Path
from neodent_viewer.sensors.channel import channel

document = Document()
for tooth in (11, 21):
    channels = tuple(channel(f"t{tooth}", q) for q in ("temperature", "force"))
    anchor = Anchor("upper", 1, 0, (1.0, 0.0, 0.0), (0.0, 0.0, 0.0))
    document.set(("probes", f"p{tooth}"), Probe(f"p{tooth}", f"t{tooth}", anchor, tooth, channels))
live = Live(document, MonotonicClock(), "record")
live.add_source(open_feed("sim", document, 1))
recorder = Recorder(live, Path(sys.argv[1]), every=0.1)
while True:
    live.tick()
    print(recorder.status().samples, flush=True)
    time.sleep(0.02)
"""


@pytest.fixture
def cut(tmp_path: Path) -> Path:
    """A recording whose program was killed in the middle of it."""
    path = tmp_path / "cut.mcap"
    with subprocess.Popen([sys.executable, "-c", RECORD, str(path)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        while int(process.stdout.readline() or 10**9) < 300:
            pass
        os.kill(process.pid, signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    return path


@pytest.fixture
def told(program: Program, cut: Path, qtbot: QtBot) -> Program:
    """The program with that recording standing at its beginning, and one chapter over its second half."""
    context = program.context
    context.requests.set_feed(f"replay:{cut}")
    qtbot.waitUntil(lambda: context.live.replay is not None, timeout=PATIENCE)
    context.timeline.set_playing(False)
    context.timeline.seek(context.timeline.span[0])
    qtbot.waitUntil(lambda: bool(context.live.foresight and context.live.foresight.complete), timeout=PATIENCE)
    low, high = context.timeline.span
    view = context.camera.camera.orbit(40.0, 20.0)
    said = {"title": "After", "caption": "What was written before the end is here.", "view": view.to_tuple()}
    chapter = new_chapter(context.document, context.timeline.reel, (low + high) / 2, high, **said)
    context.history.do(add_edit(context.document, chapter))
    return program


def test_a_recording_cut_by_a_kill_is_replayed_as_far_as_it_was_written(told: Program) -> None:
    context = told.context
    warnings = [message.text for message in context.shell.heard() if message.level == "warning"]
    assert any("cut off" in text for text in warnings), "and it is said"
    replay = context.live.replay
    assert replay is not None and sum(map(len, replay.tracks)) >= 250
    assert context.timeline.span[1] > context.timeline.span[0]
    context.timeline.seek(replay.end)
    moment = context.live.tick()
    assert moment.now == replay.end
    assert {track.channel for track in replay.tracks} <= {
        "t11/temperature",
        "t11/force",
        "t21/temperature",
        "t21/force",
    }


def test_into_a_chapter_the_camera_eases_and_the_caption_shows(told: Program, qtbot: QtBot) -> None:
    context, before = told.context, told.context.camera.camera
    seen = []
    context.camera.changed.connect(lambda: seen.append(context.camera.camera))
    goal = before.orbit(40.0, 20.0)
    context.timeline.seek(context.timeline.span[1] - 0.01)
    qtbot.waitUntil(lambda: context.camera.camera == goal, timeout=PATIENCE)
    assert seen[-1] == goal
    assert context.timeline.story.captions(context.ticker.moment)[0].title == "After"
    assert context.history.done()[-1].title.startswith("New chapter"), "and nothing of it is an edit"
    qtbot.waitUntil(lambda: told.clock.settled, timeout=PATIENCE)
    told_picture = context.engine.read("editor").astype(int)
    context.timeline.story.set(speaking=False)
    qtbot.waitUntil(lambda: not context.timeline.story.captions(context.ticker.moment), timeout=PATIENCE)
    qtbot.waitUntil(lambda: told.clock.settled, timeout=PATIENCE)
    changed = abs(context.engine.read("editor").astype(int) - told_picture).max(axis=2) > 40
    half = changed.shape[0] // 2
    assert changed[half:].mean() > 4 * changed[:half].mean(), "it lay below"


def test_a_hand_that_has_the_camera_keeps_it(told: Program, mouse: Any, qtbot: QtBot) -> None:
    context = told.context
    at = told.canvas.rect().center()
    mouse.move(at)
    mouse.press(at, Qt.MouseButton.RightButton)
    mouse.move(at + QPoint(30, 5))
    held = context.camera.camera
    context.timeline.seek(context.timeline.span[1] - 0.01)
    qtbot.waitUntil(lambda: bool(context.timeline.story.captions(context.ticker.moment)), timeout=PATIENCE)
    qtbot.waitUntil(lambda: not context.timeline.story._narrator.fading, timeout=PATIENCE)
    assert context.camera.camera == held
    mouse.release(at + QPoint(30, 5))


def test_the_stage_says_what_consent_to_perform_allows(told: Program, qtbot: QtBot) -> None:
    context = told.context
    context.stage.show(0, full_screen=False)
    context.timeline.seek(context.timeline.span[1] - 0.01)
    qtbot.waitUntil(lambda: bool(context.timeline.story.captions(context.ticker.moment)), timeout=PATIENCE)
    views = context.ticker.moment
    performs = replace(views, purpose="perform", withheld=~views.withheld)
    assert bool(context.timeline.story.captions(performs)) == (not len(views.channels))
    qtbot.waitUntil(lambda: context.engine.frames("stage") > 0, timeout=PATIENCE)
    context.stage.close()


def test_a_recording_that_cannot_be_read_is_said_and_another_feed_ends_reading(
    program: Program, tmp_path: Path, cut: Path, qtbot: QtBot
) -> None:
    context = program.context
    bad = tmp_path / "bad.mcap"
    bad.write_bytes(b"no recording at all")
    context.requests.set_feed(f"replay:{bad}")
    qtbot.waitUntil(lambda: any(m.level == "error" for m in context.shell.heard()), timeout=PATIENCE)
    assert context.live.replay is None
    context.requests.set_feed("replay:nowhere.mcap")
    assert "no such recording" in context.shell.heard()[-1].text
    context.requests.set_feed(f"replay:{cut}")
    context.requests.set_feed("none")
    qtbot.waitUntil(lambda: not context.background.jobs(), timeout=PATIENCE)
    assert context.live.replay is None
