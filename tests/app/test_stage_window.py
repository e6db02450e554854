"""The stage goes on, with the same pixels, whatever happens to the editor and to its own window."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDockWidget
from pytestqt.qtbot import QtBot

from neodent_viewer.app.compose import Program
from neodent_viewer.app.frames import EDITOR, STAGE
from neodent_viewer.app.stage_window import StageWindow
from neodent_viewer.document.look import Look, Shading
from neodent_viewer.document.moment import Moment
from neodent_viewer.render.annotations import Point

PATIENCE = 30_000


@pytest.fixture
def staged(program: Program, qtbot: QtBot) -> Program:
    """The program with its stage in a window of its own and a camera of its own."""
    program.context.camera.set_linked(False)
    program.stage.show(0, full_screen=False)
    qtbot.waitUntil(lambda: program.context.engine.frames(STAGE) > 0 and program.clock.settled, timeout=PATIENCE)
    return program


def _window(program: Program) -> StageWindow:
    assert program.stage.window is not None
    return program.stage.window


def _goes_on(program: Program, qtbot: QtBot, pixels: np.ndarray) -> None:
    """Ask for frames as a feed would, and look at what the audience gets."""
    engine = program.context.engine
    before = engine.frames(STAGE)

    def asked() -> bool:
        program.clock.request()
        return engine.frames(STAGE) >= before + 5

    qtbot.waitUntil(asked, timeout=PATIENCE)
    assert np.array_equal(engine.read(STAGE), pixels)


def test_the_stage_goes_on_while_the_editor_is_hidden_floated_docked_and_resized(staged: Program, qtbot: QtBot) -> None:
    pixels = staged.context.engine.read(STAGE)
    assert pixels[..., :3].std() > 5, "there is something to compare"
    window = staged.window
    dock = window.findChildren(QDockWidget)[0]
    window.hide()
    _goes_on(staged, qtbot, pixels)
    window.show()
    dock.setFloating(True)
    _goes_on(staged, qtbot, pixels)
    dock.setFloating(False)
    _goes_on(staged, qtbot, pixels)
    window.resize(1150, 720)
    _goes_on(staged, qtbot, pixels)
    window.showMinimized()
    _goes_on(staged, qtbot, pixels)


def test_a_closed_stage_is_not_drawn_on_and_opens_black_until_it_has_a_picture(staged: Program, qtbot: QtBot) -> None:
    engine = staged.context.engine
    pixels = engine.read(STAGE)
    shown = _window(staged).grabFramebuffer()
    staged.stage.close()
    assert not staged.stage.is_open
    stage, editor = engine.frames(STAGE), engine.frames(EDITOR)

    def asked() -> bool:
        staged.clock.request()
        return engine.frames(EDITOR) >= editor + 5

    qtbot.waitUntil(asked, timeout=PATIENCE)
    assert engine.frames(STAGE) == stage
    staged.clock.stop()
    staged.stage.show(0, full_screen=False)
    assert _window(staged).grabFramebuffer().pixelColor(640, 360).getRgb()[:3] == (0, 0, 0), "it may be withheld by now"
    staged.clock.start(staged.frames, staged.stage)
    _goes_on(staged, qtbot, pixels)
    assert _window(staged).grabFramebuffer() == shown


def test_an_open_stage_has_its_sources_read_once_a_beat_all_the_same(staged: Program, qtbot: QtBot) -> None:
    staged.context.requests.set_feed("sim")
    live, read = staged.context.live, []
    qtbot.waitUntil(lambda: bool(live.status().sources), timeout=PATIENCE)
    (source,) = live.sources
    real = source.read
    source.read = lambda until: read.append(until) or real(until)  # type: ignore[method-assign, func-returns-value]
    beats: list[int] = []
    staged.clock.ticked.connect(lambda: beats.append(len(read)))
    frames = staged.context.engine.frames(STAGE)
    qtbot.waitUntil(lambda: staged.context.engine.frames(STAGE) >= frames + 5, timeout=PATIENCE)
    assert beats == list(range(1, len(beats) + 1))


def test_what_the_window_shows_is_what_the_engine_drew(staged: Program) -> None:
    image = _window(staged).grabFramebuffer()
    pixels = staged.context.engine.read(STAGE)
    height, width = pixels.shape[:2]
    assert (image.width(), image.height()) == (width, height)
    for x, y in ((width // 2, height // 2), (width // 3, height // 2), (10, 10)):
        assert image.pixelColor(x, y).getRgb()[:3] == tuple(int(v) for v in pixels[y, x, :3])


def test_escape_never_closes_the_stage_and_shift_escape_does(staged: Program) -> None:
    QTest.keyClick(_window(staged), Qt.Key.Key_Escape)
    assert staged.stage.is_open
    QTest.keyClick(_window(staged), Qt.Key.Key_Escape, Qt.KeyboardModifier.ShiftModifier)
    assert not staged.stage.is_open


def test_a_linked_stage_is_rendered_once_and_shown_twice(program: Program, qtbot: QtBot) -> None:
    engine, context = program.context.engine, program.context
    program.stage.show(0, full_screen=False)
    qtbot.waitUntil(lambda: engine.frames(STAGE) > 0 and program.clock.settled, timeout=PATIENCE)
    editor, stage = engine.frames("editor"), engine.frames(STAGE)
    context.camera.set_preset("left")
    qtbot.waitUntil(lambda: engine.frames(STAGE) > stage and program.clock.settled, timeout=PATIENCE)
    assert engine.frames("editor") == editor
    monitor = program.canvas.picture_rect()
    assert monitor.width() / monitor.height() == pytest.approx(16 / 9, rel=0.01)


def test_the_hand_meets_what_it_sees_while_the_editor_shows_the_stage(
    program: Program, mouse: Any, qtbot: QtBot
) -> None:
    program.stage.show(0, full_screen=False)
    qtbot.waitUntil(lambda: program.context.engine.frames(STAGE) > 0 and program.clock.settled, timeout=PATIENCE)
    program.context.tools.set_current("distance")  # it marks the spot under the hand
    at = program.canvas.rect().center() + QPoint(60, 20)
    mouse.move(at)
    (mark,) = program.hand.annotations()
    assert isinstance(mark, Point)
    rect, size = program.canvas.picture_rect(), program.frames.editor_size()
    x, y, _ = program.context.camera.camera.project(mark.position, size)
    ratio = program.canvas.devicePixelRatioF()
    assert (rect.x() + x) / ratio == pytest.approx(at.x(), abs=0.6)
    assert (rect.y() + y) / ratio == pytest.approx(at.y(), abs=0.6)


def test_unlinked_the_stage_keeps_its_view(staged: Program, qtbot: QtBot) -> None:
    pixels = staged.context.engine.read(STAGE)
    staged.context.camera.set_preset("upper")
    _goes_on(staged, qtbot, pixels)


def test_a_display_that_is_unplugged_leaves_the_show_running(staged: Program, qtbot: QtBot) -> None:
    pixels = staged.context.engine.read(STAGE)
    application = QGuiApplication.instance()
    assert isinstance(application, QGuiApplication)
    screen = application.primaryScreen()
    application.screenRemoved.emit(screen)
    _goes_on(staged, qtbot, pixels)
    application.screenAdded.emit(screen)
    _goes_on(staged, qtbot, pixels)
    assert staged.stage.is_open


def test_the_audience_sees_only_what_was_allowed_for_a_performance(staged: Program, qtbot: QtBot) -> None:
    context = staged.context
    context.camera.set_linked(False)
    context.requests.set_feed("sim")
    context.live.withdraw(purpose="perform")
    seen: dict[str, Moment] = {}
    real = context.engine.frame

    def spy(view: str, camera: Any, moment: Moment, *args: Any, **kwargs: Any) -> None:
        seen[view] = moment
        real(view, camera, moment, *args, **kwargs)

    context.engine.frame = spy  # type: ignore[method-assign]
    qtbot.waitUntil(lambda: "editor" in seen and bool(np.isfinite(seen["editor"].values).any()), timeout=PATIENCE)
    assert not np.isfinite(seen[STAGE].values).any() and not seen[STAGE].quality.any()
    assert context.live.purpose == "view"


def test_blackout_fades_without_a_flash_and_comes_back(staged: Program, qtbot: QtBot) -> None:
    master, levels = staged.context.engine.master, []
    staged.clock.ticked.connect(lambda: levels.append((staged.clock.moment.now, master.blackout)))
    staged.stage.set_blackout(True)
    qtbot.waitUntil(lambda: master.blackout == 1.0 and staged.clock.settled, timeout=PATIENCE)
    assert staged.context.engine.read(STAGE)[..., :3].max() == 0
    rising = [(t, v) for t, v in levels if v > 0]
    steps = [(b - a) / max(t - s, 1e-6) for (s, a), (t, b) in itertools.pairwise(rising) if b > a]
    assert all(step < 1 / 0.35 * 1.05 for step in steps)
    staged.stage.set_blackout(False)
    qtbot.waitUntil(lambda: master.blackout == 0.0 and staged.clock.settled, timeout=PATIENCE)
    assert staged.context.engine.read(STAGE)[..., :3].max() > 0


def test_a_frozen_stage_holds_while_the_editor_moves_on(program: Program, qtbot: QtBot) -> None:
    engine = program.context.engine
    program.stage.show(0, full_screen=False)
    qtbot.waitUntil(lambda: engine.frames(STAGE) > 0 and program.clock.settled, timeout=PATIENCE)
    program.stage.set_frozen(True)
    pixels = engine.read(STAGE)
    editor = program.canvas.grabFramebuffer()
    program.context.camera.set_preset("left")
    qtbot.waitUntil(lambda: program.clock.settled and program.canvas.grabFramebuffer() != editor, timeout=PATIENCE)
    _goes_on(program, qtbot, pixels)


def test_what_a_frozen_stage_shows_of_a_probe_that_was_taken_away_can_be_withdrawn(
    staged: Program, qtbot: QtBot
) -> None:
    context, engine, drawn = staged.context, staged.context.engine, staged.context.engine.frames
    context.document.set(("look",), Look(shading=Shading.FIELD, quantity="temperature"))
    context.requests.set_feed("sim")
    probe = next(one for one in context.document.probes.values() if one.channels[0].key.endswith("/temperature"))
    keys = [one.key for one in probe.channels]

    def heard() -> bool:
        moment = staged.clock.moment
        return keys[0] in moment.channels and bool(np.isfinite(moment.values[moment.channels.index(keys[0])]))

    qtbot.waitUntil(heard, timeout=PATIENCE)
    frames = drawn(STAGE)
    qtbot.waitUntil(lambda: drawn(STAGE) > frames + 1, timeout=PATIENCE)
    staged.stage.set_frozen(True)
    pixels = engine.read(STAGE)
    context.document.set(("probes", probe.id), None)
    _goes_on(staged, qtbot, pixels)
    context.live.withdraw(keys[0])
    qtbot.waitUntil(lambda: not np.array_equal(engine.read(STAGE), pixels), timeout=PATIENCE)
    _goes_on(staged, qtbot, engine.read(STAGE))


def test_a_frozen_stage_that_changes_size_still_has_a_picture(staged: Program, qtbot: QtBot) -> None:
    staged.stage.set_frozen(True)
    _window(staged).resize(640, 400)
    qtbot.waitUntil(lambda: staged.stage.size == (640, 400), timeout=PATIENCE)
    frames = staged.context.engine.frames(STAGE)
    qtbot.waitUntil(lambda: staged.context.engine.frames(STAGE) > frames, timeout=PATIENCE)
    pixels = staged.context.engine.read(STAGE)
    assert pixels.shape[:2] == (400, 640) and pixels[..., :3].std() > 5
    _goes_on(staged, qtbot, pixels)


def test_a_stage_that_fails_does_not_stop_the_editor(
    staged: Program, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("no window to show it in")

    monkeypatch.setattr(staged.stage, "show_texture", broken)
    editor = staged.context.engine.frames(EDITOR)
    staged.clock.request()
    qtbot.waitUntil(lambda: staged.context.engine.frames(EDITOR) > editor, timeout=PATIENCE)


def test_the_editor_shows_the_stages_picture_only_where_consent_allows_both_the_same(
    program: Program, qtbot: QtBot
) -> None:
    engine = program.context.engine
    program.stage.show(0, full_screen=False)
    qtbot.waitUntil(lambda: engine.frames(STAGE) > 0 and program.clock.settled, timeout=PATIENCE)
    program.clock.stop()
    seen, kept = (Moment(withheld=np.array([withheld])) for withheld in (False, True))
    editor = engine.frames(EDITOR)
    program.frames.draw(seen, seen, "full")
    assert engine.frames(EDITOR) == editor
    program.frames.draw(kept, seen, "full")
    assert engine.frames(EDITOR) == editor + 1


def test_a_frame_that_fails_after_consent_is_withdrawn_leaves_no_old_picture(
    program: Program, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = program.context
    program.stage.show(0, full_screen=False)
    qtbot.waitUntil(lambda: context.engine.frames(STAGE) > 0 and program.clock.settled, timeout=PATIENCE)
    program.clock.stop()

    def moment(withheld: bool) -> Moment:
        return Moment(probes=("p",), channels=("t11/temperature",), withheld=np.array([withheld]))

    def shown(window: Any) -> int:
        window.repaint()
        image = window.grabFramebuffer()
        middle = [image.pixelColor(image.width() * k // 8, image.height() // 2) for k in range(3, 6)]
        return max(colour.lightness() for colour in middle)

    program.frames.draw(moment(False), moment(False), "full")
    assert shown(_window(program)) > 60 and shown(program.canvas) > 60

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("out of memory")

    monkeypatch.setattr(context.engine, "_draw_overlays", broken)
    program.frames.draw(moment(False), moment(False), "full")
    assert shown(_window(program)) > 20, "nothing goes black by accident"
    program.frames.draw(moment(True), moment(True), "full")
    assert shown(_window(program)) == 0, "what was withdrawn is gone, whatever else fails"
    assert shown(program.canvas) < 40, "its own background"
    monkeypatch.undo()
    program.frames.draw(moment(True), moment(True), "full")
    assert shown(_window(program)) > 60 and shown(program.canvas) > 60, "and the next good frame is there again"
