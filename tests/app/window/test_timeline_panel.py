"""The timeline's panel: what it shows, what a hand does on it, and that scrubbing shows what was recorded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from neodent_viewer.app.actions import chapters
from neodent_viewer.app.context import AppContext
from neodent_viewer.app.panels.timeline import TimelinePanel
from neodent_viewer.app.panels.timeline_paint import HEIGHT, NAMES, lanes
from neodent_viewer.app.panels.timeline_scale import Scale, moved, zoomed
from neodent_viewer.app.panels.timeline_view import TimelineView
from neodent_viewer.core.clock import ManualClock
from neodent_viewer.document.chapter import Chapter
from neodent_viewer.document.story import add_edit, new_chapter
from neodent_viewer.files.recordings import Origin, Recording
from neodent_viewer.live.feeds import open_feed
from neodent_viewer.live.live import Live
from neodent_viewer.live.replaying import replay_of
from neodent_viewer.sensors.track import track

LENGTH = 200.0
EPOCH = datetime(2030, 5, 1, 12, tzinfo=UTC).timestamp()


def a_recording(keys: list[str]) -> Recording:
    rng = np.random.default_rng(2)
    tracks = []
    for key in keys:
        rate, mean = {"temperature": (4.0, 34.5), "ph": (1.0, 7.0), "force": (50.0, 0.0)}[key.rpartition("/")[2]]
        times = np.arange(0.0, LENGTH, 1 / rate)
        values = mean + 0.02 * rng.standard_normal(len(times))
        values[(times > 80) & (times < 95)] = 75.0 if mean > 10 else values[0]
        kept = ~((times > 140) & (times < 150))
        read = np.ceil(times[kept] * 30) / 30
        tracks.append(track(key, times[kept], values[kept], read=read))
    return Recording(tuple(tracks), Origin(start=0.0, epoch=EPOCH), name="night")


def keys_of(context: AppContext) -> list[str]:
    return [channel.key for channel in context.live.expected]


@pytest.fixture
def panel(context: AppContext, qtbot: QtBot, qapp: QApplication) -> Iterator[TimelinePanel]:
    """The panel, 700 pixels wide, with a recording that stands at its beginning and is known ahead."""
    replay = replay_of(a_recording(keys_of(context)), Path("night.mcap"))
    context.live.add_source(replay)
    replay.playing = False
    context.live.tick()
    context.timeline.tick(context.clock.now())
    made = TimelinePanel(context)
    made.resize(700, 180)
    made.show()
    qtbot.waitExposed(made)
    made.update_view()
    yield made
    made.release()
    made.close()
    made.deleteLater()


def send(view: TimelineView, kind: QEvent.Type, x: float, y: float, *, held: bool = True, shift: bool = False) -> None:
    button = Qt.MouseButton.LeftButton
    moving = kind == QEvent.Type.MouseMove
    keys = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
    at = QPointF(x, y)
    held_buttons = button if held else Qt.MouseButton.NoButton
    pressed = Qt.MouseButton.NoButton if moving else button
    QApplication.sendEvent(view, QMouseEvent(kind, at, view.mapToGlobal(at), pressed, held_buttons, keys))


def drag(view: TimelineView, lane: str, start: float, end: float, *, shift: bool = False, steps: int = 8) -> None:
    """Press at a time (s), go to another and let go."""
    y = lanes(view.width())[lane].center().y()
    first, last = view.scale.x(start), view.scale.x(end)
    send(view, QEvent.Type.MouseButtonPress, first, y, shift=shift)
    for k in range(1, steps + 1):
        send(view, QEvent.Type.MouseMove, first + (last - first) * k / steps, y, shift=shift)
    send(view, QEvent.Type.MouseButtonRelease, last, y, held=False, shift=shift)


def same(a: Any, b: Any) -> None:
    for field in fields(a):
        one, other = getattr(a, field.name), getattr(b, field.name)
        if isinstance(one, np.ndarray):
            assert one.tobytes() == other.tobytes(), field.name
        else:
            assert one == other, field.name


# -- scrubbing -----------------------------------------------------------------------------------------------------------


def test_scrubbing_shows_what_was_recorded_to_the_last_bit(panel: TimelinePanel, context: AppContext) -> None:
    live, view = context.live, panel.view
    plain = Live(context.document, ManualClock(), wall=live.wall)
    plain.add_source(replay_of(a_recording(keys_of(context)), Path("night.mcap")))
    assert plain.replay is not None and live.replay is not None and live.foresight is not None
    plain.replay.playing = False
    y = lanes(view.width())["values"].center().y()
    send(view, QEvent.Type.MouseButtonPress, view.scale.x(10.0), y)
    faulty = 0
    for time in (10.0, 60.0, 88.0, 120.0, 146.0, 199.0, 91.0, 84.0, 30.0, 145.0):
        send(view, QEvent.Type.MouseMove, view.scale.x(time), y)
        moment = live.tick()
        assert moment.now == pytest.approx(time, abs=LENGTH / 500)
        plain._forget()
        plain.replay.seek(moment.now)
        plain.replay.again()
        same(plain.tick(), moment)
        assert not live.guessing
        faulty += bool(moment.energy.any())
    send(view, QEvent.Type.MouseButtonRelease, view.scale.x(145.0), y, held=False)
    assert faulty >= 4
    plain.close()


def test_a_drag_holds_the_recording_and_lets_it_go_on(panel: TimelinePanel, context: AppContext) -> None:
    replay, view = context.live.replay, panel.view
    assert replay is not None
    context.timeline.set_playing(True)
    y = lanes(view.width())["ruler"].center().y()
    send(view, QEvent.Type.MouseButtonPress, view.scale.x(50.0), y)
    assert not replay.playing and replay.here() == pytest.approx(50.0, abs=0.5)
    send(view, QEvent.Type.MouseMove, 5000.0, y)
    assert replay.here() == replay.end, "beyond the edge is the end"
    send(view, QEvent.Type.MouseButtonRelease, view.scale.x(60.0), y, held=False)
    assert replay.playing


def test_what_a_drag_costs_does_not_depend_on_the_samples(panel: TimelinePanel, context: AppContext) -> None:
    """Between two pictures a drag only sets a number: nothing is judged and nothing painted anew."""
    painted: list[float] = []
    paint = panel.view._painted
    QApplication.processEvents()

    def counted(ratio: float) -> Any:
        painted.append(ratio)
        return paint(ratio)

    panel._timer.stop()
    panel.view._painted = counted  # type: ignore[method-assign]
    ticked: list[float] = []
    context.live.tick = lambda now=None: ticked.append(0.0)  # type: ignore[method-assign, assignment, return-value]
    drag(panel.view, "faults", 10.0, 190.0, steps=100)
    panel._show_time()
    QApplication.processEvents()
    assert len(painted) <= 1 and not ticked, "a hundred moves, and perhaps one look at all of it"


# -- what it shows ---------------------------------------------------------------------------------------------------------


def test_it_shows_the_span_faults_values_and_time(panel: TimelinePanel, context: AppContext) -> None:
    shown = panel.view.shown
    assert shown.span == (0.0, context.live.replay.end) and not shown.live  # type: ignore[union-attr]
    kinds = {kind.value for kind in shown.kinds}
    assert {"gap", "out_of_range"} <= kinds and shown.known_to == shown.span[1]
    assert len(shown.low) == panel.view.columns and np.nanmax(shown.high) == 75.0
    assert np.isnan(shown.low).any(), "the gap"
    context.timeline.seek(88.0)
    panel.update_view()
    assert panel.time.text() == "1:28.0 of 3:19 min"
    assert panel.view.clock and "2030" in panel.time.toolTip()
    lane = lanes(panel.view.width())
    told = panel.view.told(QPointF(panel.view.scale.x(88.0), lane["faults"].center().y()))
    assert told.startswith("1 min 28") and "out of range" in told
    assert "°C" in panel.view.told(QPointF(panel.view.scale.x(20.0), lane["values"].center().y()))
    assert "gap" in panel.view.told(QPointF(10.0, lane["faults"].center().y()))


def test_what_consent_withholds_is_not_on_it(panel: TimelinePanel, context: AppContext) -> None:
    before = len(panel.view.shown.kinds)
    context.live.withdraw()
    context.clock.set(5.0)  # type: ignore[attr-defined]
    context.timeline.tick(5.0)
    panel.update_view()
    assert before and not panel.view.shown.kinds and np.isnan(panel.view.shown.low).all()


def test_live_it_shows_what_was_heard(context: AppContext, clock: ManualClock, qtbot: QtBot) -> None:
    from neodent_viewer.live.feeds import open_feed

    source = open_feed("sim", context.document, 3)
    assert source is not None
    context.live.add_source(source)
    for _ in range(100):
        context.live.tick(clock.advance(0.2))
    panel = TimelinePanel(context)
    panel.update_view()
    assert panel.view.shown.live and panel.view.shown.span == (0.0, clock.now())
    assert panel.time.text() == "Live for 20 s" and not panel.buttons["play"].isEnabled()
    panel.view.sought.emit(3.0)
    assert context.live.now() == clock.now()
    panel.release()
    panel.deleteLater()


# -- transport -------------------------------------------------------------------------------------------------------------


def test_the_buttons_play_step_and_jump(panel: TimelinePanel, context: AppContext) -> None:
    replay = context.live.replay
    assert replay is not None
    panel.buttons["play"].click()
    assert replay.playing
    panel.buttons["play"].click()
    panel.buttons["next_fault"].click()
    assert replay.here() > 79.0 and "at" in context.shell.heard()[-1].text
    here = replay.here()
    panel.buttons["step"].click()
    assert here < replay.here() < here + 0.3
    panel.buttons["step_back"].click()
    panel.buttons["step_back"].click()
    assert replay.here() < here
    panel.speed.activated.emit(7)
    assert replay.speed == 16.0
    context.timeline.seek(replay.end)
    context.timeline.toggle()
    assert replay.playing and replay.here() == replay.begin, "at the end it begins again"


def test_shift_drag_loops_a_stretch(panel: TimelinePanel, context: AppContext, clock: ManualClock) -> None:
    replay = context.live.replay
    assert replay is not None
    drag(panel.view, "values", 50.0, 70.0, shift=True)
    assert replay.loop and replay.span is not None
    low, high = replay.span
    assert (low, high) == (pytest.approx(50.0, abs=0.5), pytest.approx(70.0, abs=0.5))
    context.timeline.seek(69.0)
    context.timeline.set_playing(True)
    context.live.tick(clock.advance(3.0))
    assert replay.here() == pytest.approx(low + 3.0 - (high - 69.0), abs=1e-6)
    panel.buttons["loop"].click()
    assert not replay.loop


# -- chapters --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def told(panel: TimelinePanel, context: AppContext) -> TimelinePanel:
    for start, end, title in ((20.0, 60.0, "Morning"), (100.0, 130.0, "Night")):
        chapter = new_chapter(context.document, context.timeline.reel, start, end, title=title)
        context.history.do(add_edit(context.document, chapter))
    context.history.mark_saved()
    panel.update_view()
    return panel


def test_a_chapter_is_moved_with_one_step_of_undo(told: TimelinePanel, context: AppContext) -> None:
    before = dict(context.document.chapters)
    steps = len(context.history.done())
    drag(told.view, "chapters", 40.0, 52.0)
    one = context.document.chapters["c1"]
    assert len(context.history.done()) == steps + 1
    assert one.start == pytest.approx(32.0, abs=0.5) and one.end - one.start == pytest.approx(40.0, abs=1e-9)
    assert context.timeline.story.chosen == "c1"
    context.history.undo()
    assert context.document.chapters == before


def test_its_ends_are_dragged_and_snap(told: TimelinePanel, context: AppContext) -> None:
    told.view.show_playhead(75.0, "", follow=False)
    x = told.view.scale.time(told.view.scale.x(60.0) - 2.0)
    drag(told.view, "chapters", x, 74.5)
    one = context.document.chapters["c1"]
    assert (one.start, one.end) == (20.0, 75.0), "to the playhead; and the end nobody touched is what it was"
    told.update_view()
    drag(told.view, "chapters", told.view.scale.time(told.view.scale.x(75.0) - 2.0), -500.0)
    one = context.document.chapters["c1"]
    assert one.start == 20.0 < one.end, "an end is not dragged beyond the other"


def test_a_click_goes_there_and_keys_take_it_out(told: TimelinePanel, context: AppContext, qtbot: QtBot) -> None:
    view = told.view
    y, x = lanes(view.width())["chapters"].center().y(), view.scale.x(110.0)
    send(view, QEvent.Type.MouseButtonPress, x, y)
    send(view, QEvent.Type.MouseButtonRelease, x, y, held=False)
    assert context.timeline.now == 100.0 and context.timeline.story.chosen == "c2"
    told.update_view()
    qtbot.keyClick(view, Qt.Key.Key_Delete)
    assert list(context.document.chapters) == ["c1"]
    context.history.undo()
    assert list(context.document.chapters) == ["c1", "c2"]


def test_a_chapter_is_made_of_the_stretch_with_the_present_view(panel: TimelinePanel, context: AppContext) -> None:
    drag(panel.view, "chapters", 110.0, 140.0)
    answers = context.shell.answers  # type: ignore[attr-defined]
    answers.append({"title": "Night", "caption": "It cooled.", "look": "Field", "channels": ()})
    chapters.add(context)
    (one,) = context.document.chapters.values()
    assert (one.start, one.end) == (pytest.approx(110, abs=0.5), pytest.approx(140, abs=0.5))
    assert one.view == context.camera.camera.to_tuple() and one.name == "night.mcap" and one.recording
    answers.append({"title": "Nights", "caption": "It cooled.", "look": "", "channels": ("t11/ph",)})
    chapters.edit(context, one.id)
    assert context.document.chapters[one.id].title == "Nights"
    context.camera.set_camera(context.camera.camera.orbit(30.0, 0.0))
    chapters.set_view(context, one.id)
    assert context.document.chapters[one.id].view == context.camera.camera.to_tuple() != one.view
    assert len(context.history.done()) == 3
    answers.append(None)
    chapters.add(context)
    assert len(context.history.done()) == 3, "who changes their mind changes nothing"


def test_chapters_of_what_does_not_play_say_so(told: TimelinePanel, context: AppContext) -> None:
    context.document.set(("chapters", "x"), Chapter("x", 0.0, 1.0, recording="0" * 16, name="evening.mcap"))
    told.update_view()
    assert "evening.mcap" in told.note.text() and told.note.isVisibleTo(told)
    assert [one.chapter.id for one in told.view.shown.placed] == ["c1", "c2"]


def test_a_caption_that_is_kept_back_says_why(told: TimelinePanel, context: AppContext) -> None:
    context.timeline.seek(30.0)
    key = keys_of(context)[0]
    context.live.withdraw(key, "view")
    context.ticker.moment = context.live.tick()  # type: ignore[misc]
    context.timeline.tick(context.clock.now())
    told.update_view()
    assert key in told.note.text() and "consent to view" in told.note.text()
    assert context.timeline.story.captions(context.ticker.moment) == ()


# -- the story -------------------------------------------------------------------------------------------------------------


def test_the_camera_goes_to_a_chapters_view_unless_told_not_to(
    told: TimelinePanel, context: AppContext, clock: ManualClock
) -> None:
    story, camera = context.timeline.story, context.camera.camera
    view = camera.orbit(50.0, 10.0)
    chapters.change_edit(context.document, "c1", "View of", view=view.to_tuple()).do(context.document)
    chapters.change_edit(context.document, "c1", "Look of", look="Field").do(context.document)
    steps = len(context.history.done())
    context.timeline.seek(30.0)
    for _ in range(30):
        context.live.tick(clock.advance(0.05))
        context.timeline.tick(clock.now())
    assert context.camera.camera == view and context.document.look.name == "Field"
    assert len(context.history.done()) == steps, "a story is no edit"
    assert story.captions(context.ticker.moment)[0].title == "Morning"
    story.set(follow=False, speaking=False)
    context.camera.set_camera(camera)
    context.timeline.seek(110.0)
    for _ in range(30):
        context.timeline.tick(clock.advance(0.05))
    assert context.camera.camera == camera and not story.captions(context.ticker.moment)


# -- between time and pixels -----------------------------------------------------------------------------------------------


def test_zooming_keeps_what_is_under_the_cursor_and_never_leaves_the_whole() -> None:
    whole = (10.0, 28810.0)
    shown = whole
    for _ in range(30):
        before = Scale(*shown, NAMES, 600.0)
        about = before.time(400.0)
        shown = zoomed(shown, whole, about, 1.25)
        assert Scale(*shown, NAMES, 600.0).x(about) == pytest.approx(400.0, abs=1e-6)
    for _ in range(60):
        shown = zoomed(shown, whole, shown[0], 1 / 1.25)
        assert whole[0] <= shown[0] < shown[1] <= whole[1] + 1e-9
    assert shown == pytest.approx(whole)
    assert moved((10.0, 20.0), whole, 1e9) == (28800.0, 28810.0)


@pytest.mark.parametrize("length", [0.8, 14.0, 179.0, 3600.0, 28800.0, 400000.0])
def test_a_ruler_has_a_few_round_ticks(length: float) -> None:
    ticks, step = Scale(5.0, 5.0 + length, 0.0, 600.0).ticks(5.0)
    assert 2 <= len(ticks) <= 9 and ticks[0] == 5.0
    assert np.allclose(np.diff(ticks), step)


def test_it_is_drawn_at_every_width(panel: TimelinePanel) -> None:
    for width in (380, 700, 1400):
        panel.resize(width, 180)
        panel.update_view()
        picture = panel.view.grab().toImage()
        assert picture.height() >= HEIGHT and picture.width() == panel.view.width() * picture.devicePixelRatio()


# -- keys and second thoughts ------------------------------------------------------------------------------------------------


def test_escape_lets_go_of_what_is_dragged_as_it_was(panel: TimelinePanel, context: AppContext) -> None:
    view, timeline = panel.view, context.timeline
    chapter = new_chapter(context.document, timeline.reel, 20.0, 60.0, title="Lunch", caption="An acid drink.")
    context.history.do(add_edit(context.document, chapter))
    panel.update_view()
    y = lanes(view.width())["chapters"].center().y()
    steps = len(context.history.done())
    send(view, QEvent.Type.MouseButtonPress, view.scale.x(40.0), y)
    send(view, QEvent.Type.MouseMove, view.scale.x(140.0), y)
    QTest.keyClick(view, Qt.Key.Key_Escape)
    send(view, QEvent.Type.MouseMove, view.scale.x(150.0), y)
    send(view, QEvent.Type.MouseButtonRelease, view.scale.x(150.0), y, held=False)
    assert context.document.chapters[chapter.id] == chapter and len(context.history.done()) == steps
    drag(view, "chapters", 100.0, 130.0)
    assert timeline.stretch is not None
    panel.update_view()
    kept = timeline.stretch
    send(view, QEvent.Type.MouseButtonPress, view.scale.x(150.0), y)
    send(view, QEvent.Type.MouseMove, view.scale.x(190.0), y)
    QTest.keyClick(view, Qt.Key.Key_Escape)
    send(view, QEvent.Type.MouseButtonRelease, view.scale.x(190.0), y, held=False)
    assert timeline.stretch == kept == view.shown.loop
    timeline.seek(10.0)
    timeline.set_playing(True)
    panel.update_view()
    values = lanes(view.width())["values"].center().y()
    send(view, QEvent.Type.MouseButtonPress, view.scale.x(90.0), values)
    assert timeline.now == pytest.approx(90.0, abs=1.0) and not timeline.replay.playing  # type: ignore[union-attr]
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert timeline.now == pytest.approx(10.0, abs=0.5) and timeline.replay.playing  # type: ignore[union-attr]
    send(view, QEvent.Type.MouseMove, view.scale.x(150.0), values)
    assert timeline.now < 20.0, "the button is still down, the drag is over"


def test_the_timeline_is_reached_by_tab_and_home_and_end_belong_to_it(
    panel: TimelinePanel, context: AppContext, qtbot: QtBot
) -> None:
    view, timeline = panel.view, context.timeline
    assert view.focusPolicy() & Qt.FocusPolicy.TabFocus
    QTest.keyClick(view, Qt.Key.Key_End)
    assert timeline.now == timeline.span[1]
    QTest.keyClick(view, Qt.Key.Key_Home)
    assert timeline.now == timeline.span[0]
    for key, taken in ((Qt.Key.Key_Home, True), (Qt.Key.Key_End, True), (Qt.Key.Key_Escape, False)):
        event = QKeyEvent(QEvent.Type.ShortcutOverride, key, Qt.KeyboardModifier.NoModifier)
        event.ignore()
        QApplication.sendEvent(view, event)
        assert event.isAccepted() == taken, "no shortcut of the window takes it away"
    panel.activateWindow()
    qtbot.waitUntil(panel.isActiveWindow)
    panel.buttons["more"].setFocus()
    bare = view.grab().toImage()
    view.setFocus()
    qtbot.waitUntil(view.hasFocus)
    assert view.grab().toImage() != bare, "it shows that it hears the keys"


def test_of_live_time_a_stretch_is_chosen_and_made_a_chapter_of(
    context: AppContext, clock: ManualClock, qtbot: QtBot, qapp: QApplication
) -> None:
    panel = TimelinePanel(context)
    try:
        panel.update_view()
        assert panel.time.text() == "No feed" and panel.speed.currentText() == "1x"
        context.live.add_source(open_feed("sim", context.document, seed=1))
        context.timeline.restart()
        begin = context.timeline.span[0]
        for _ in range(200):
            context.live.tick(clock.advance(0.2))
        panel.resize(700, 180)
        panel.show()
        qtbot.waitExposed(panel)
        panel.update_view()
        assert panel.time.text() == "Live for 40 s"
        drag(panel.view, "chapters", begin + 10.0, begin + 25.0)
        chosen = context.timeline.stretch
        assert chosen == (pytest.approx(begin + 10.0, abs=0.2), pytest.approx(begin + 25.0, abs=0.2))
        panel.update_view()
        assert panel.view.shown.loop == chosen, "and it stays in sight"
        context.shell.answers = [{"title": "Lunch", "caption": "What just happened."}]  # type: ignore[attr-defined]
        panel.buttons["chapter"].click()
        (placed,) = context.timeline.story.placed()
        assert (placed.start, placed.end) == pytest.approx(chosen, abs=0.1)
        assert context.timeline.stretch is None
        drag(panel.view, "chapters", begin + 30.0, begin + 35.0)
        assert context.timeline.stretch is not None
        drag(panel.view, "chapters", begin + 5.0, begin + 5.0)
        assert context.timeline.stretch is None, "a click beside it lets go of it"
    finally:
        panel.release()
        panel.close()
        panel.deleteLater()


def test_a_chapter_is_made_of_what_was_there_when_it_was_asked_for(panel: TimelinePanel, context: AppContext) -> None:
    timeline, camera = context.timeline, context.camera.camera
    timeline.seek(50.0)
    reel, shell = timeline.reel, context.shell

    def answer(*_: Any) -> dict[str, Any]:  # while somebody types, the recording ends and the camera is moved
        context.live.remove_sources()
        timeline.tick(context.clock.now())
        context.camera.set_camera(replace(camera, distance=camera.distance + 9.0))
        return {"title": "Then", "caption": ""}

    shell.ask_chapter = answer  # type: ignore[method-assign]
    chapters.add(context)
    (chapter,) = context.document.chapters.values()
    assert chapter.recording == reel.identity and chapter.start == pytest.approx(50.0, abs=0.1)
    assert chapter.view == camera.to_tuple()


def test_lanes_say_that_consent_keeps_them_empty(panel: TimelinePanel, context: AppContext) -> None:
    context.ticker.moment = context.live.tick()  # type: ignore[misc]
    panel.update_view()
    assert panel.view.shown.quiet == panel.view.shown.dark == ""
    first, *_ = keys_of(context)
    context.live.withdraw(first)
    context.ticker.moment = context.live.tick()  # type: ignore[misc]
    panel.update_view()
    assert panel.view.shown.quiet.startswith("Withheld") and panel.view.shown.dark == "", "others may be seen"
    context.live.withdraw()
    context.ticker.moment = context.live.tick()  # type: ignore[misc]
    panel.update_view()
    assert panel.view.shown.dark.startswith("Withheld")
