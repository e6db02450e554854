"""Show mode: nothing can be changed by accident, wherever a hand falls; what a show needs goes on."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QScrollBar,
    QSlider,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)
from pytestqt.qtbot import QtBot

from neodent_viewer.app.actions import layers, recording, zones
from neodent_viewer.app.context import WORKSPACES, AppContext
from neodent_viewer.app.palette import Palette
from neodent_viewer.app.panels.base import Panel
from neodent_viewer.app.panels.catalogue import PANELS
from neodent_viewer.app.panels.sensors import CHANNELS, CONSENT, FAULTS, FEED, SETUP, SensorsPanel
from neodent_viewer.app.preferences import Preferences
from neodent_viewer.app.welcome import Welcome
from neodent_viewer.app.window import MainWindow
from neodent_viewer.core.clock import ManualClock
from neodent_viewer.document.chapter import Chapter
from neodent_viewer.document.finding import Finding
from neodent_viewer.files.recordings import Origin, Recording
from neodent_viewer.live.feeds import open_feed
from neodent_viewer.live.replaying import replay_of
from neodent_viewer.sensors.track import track

#: keys that a hand may hit beside a click; those a show answers to are left out, since they do change the look
STRAY_KEYS = (Qt.Key.Key_Delete, Qt.Key.Key_F2, Qt.Key.Key_Return, Qt.Key.Key_Down, Qt.Key.Key_8, Qt.Key.Key_0)
LEFT, RIGHT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def full(window: MainWindow, context: AppContext, clock: ManualClock, tmp_path: Path, qtbot: QtBot) -> MainWindow:
    """The window over a document with something in every table, a feed that sends and a recording that runs."""
    part = next(iter(context.document.parts))
    zones.add(context, "Front", teeth=(11,))
    context.selection.set(parts=(part,), tooth=11, probe=next(iter(context.document.probes)))
    layers.add(context)
    finding = Finding("finding-1", "Gap", values=(("distance", 1.5, "mm"),))
    context.document.set(("findings", finding.id), finding)
    context.document.set(("chapters", "one"), Chapter("one", 0.0, 5.0, "First", "Words"))
    context.selection.set(finding=finding.id, zone=next(iter(context.document.zones)))
    source = open_feed("sim", context.document, 3)
    assert source is not None
    context.live.add_source(source, "sim")
    context.shell.answers.append(tmp_path / "show.mcap")  # type: ignore[attr-defined]
    recording.toggle(context)
    for _ in range(20):
        context.live.tick(clock.advance(0.25))
    context.history.undo()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window


def plain(value: Any) -> Any:
    """Return a value in plain parts that can be compared: arrays by their bytes, records by their fields."""
    if isinstance(value, np.ndarray):
        return value.dtype.str, value.shape, hashlib.sha256(value.tobytes()).hexdigest()
    if is_dataclass(value) and not isinstance(value, type):
        return type(value).__name__, {one.name: plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(one) for one in value]
    return value if isinstance(value, str | int | float | bool | bytes | None) else repr(value).partition(" at 0x")[0]


def state(context: AppContext) -> dict[str, Any]:
    """Return all that a stray hand could change, in plain parts."""
    document, live, stage, timeline = context.document, context.live, context.stage, context.timeline
    recorder = recording.running(live)
    tables = {name: plain(table) for name, table in vars(document).items() if not name.startswith("_")}
    return {
        **tables,
        "history": (len(context.history.done()), len(context.history.undone()), context.history.unsaved()),
        "asked": list(context.requests.told),  # type: ignore[attr-defined]
        "sources": [source.name for source in live.status().sources if source.running],
        "consent": plain(live.consent.grants()),
        "recording": recorder is not None and (str(recorder.status().path), recorder.status().problem),
        "stage": (stage.is_open, stage.blackout, stage.frozen, stage.dimmer),
        "story": (timeline.story.follow, timeline.story.speaking),
        "tool": context.tools.current,
        "brush": plain(context.tools.brush.remembered()),
        "display": plain(context.viewing.display),
        "workspace": context.shell.workspace,
        "preferences": context.preferences.path.read_text() if context.preferences.path.exists() else "",
    }


def pages(panel: Panel) -> Iterator[None]:
    """Bring each page of a panel to the front in turn."""
    if isinstance(panel, SensorsPanel):
        for number in (CHANNELS, FAULTS, SETUP, FEED, CONSENT):
            panel.show_page(number)
            QApplication.processEvents()
            yield
    else:
        yield


def withdraws(panel: Panel, widget: QWidget | None) -> bool:
    """Whether a widget is one of the buttons that a show goes on answering with a change."""
    return isinstance(panel, SensorsPanel) and widget in (panel.consent.take, panel.consent.take_all)


def places(panel: Panel, widget: QWidget, window: MainWindow) -> list[QPoint]:
    """Return where in the window a widget can be hit: its middle, and both ends of a list's first row; none unseen."""
    if panel.scrolls:
        area = window.docks[next(name for name, one in window.panels.items() if one is panel)].findChild(QScrollArea)
        assert area is not None
        area.ensureWidgetVisible(widget, 0, 0)
    shown = widget.visibleRegion().boundingRect() if widget.isVisible() else None
    if widget.window() is not window or shown is None or shown.isEmpty():
        return []
    within = [shown.center()]
    if isinstance(widget.parentWidget(), QAbstractItemView):
        within += [shown.topLeft() + QPoint(10, 10), shown.topRight() + QPoint(-14, 10)]
    return [widget.mapTo(window, at) for at in within]


def maul(window: MainWindow, at: QPoint) -> None:
    """Click, click twice, click right, drag, turn the wheel and hit keys, as the window system would tell it."""
    handle = window.windowHandle()
    QTest.mouseClick(handle, LEFT, NONE, at)
    for key in STRAY_KEYS:
        QTest.keyClick(handle, key)
    QTest.mouseDClick(handle, LEFT, NONE, at)
    QTest.mouseClick(handle, RIGHT, NONE, at)
    QTest.mousePress(handle, LEFT, NONE, at)
    for step in (4, 12, 24):
        QTest.mouseMove(handle, at + QPoint(step, 2))
    QTest.mouseRelease(handle, LEFT, NONE, at + QPoint(24, 2))
    under = window.childAt(at)
    if under is not None:
        where, turn = QPointF(under.mapFrom(window, at)), QPoint(0, 120)
        phase, buttons = Qt.ScrollPhase.NoScrollPhase, Qt.MouseButton.NoButton
        wheel = QWheelEvent(where, under.mapToGlobal(where), QPoint(), turn, buttons, NONE, phase, False)
        QApplication.sendEvent(under, wheel)
    assert QApplication.activePopupWidget() is None and QApplication.activeModalWidget() is None


# -- wherever a hand falls ---------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("workspace", WORKSPACES)
def test_no_click_and_no_key_in_any_panel_changes_anything(
    full: MainWindow, context: AppContext, qtbot: QtBot, workspace: str
) -> None:
    context.shell.set_workspace(workspace)
    context.shell.show_mode = True
    before, hit = state(context), 0
    for info in PANELS:
        panel = full.show_panel(info.name)
        assert panel is not None
        full.docks[info.name].raise_()
        QApplication.processEvents()
        for _ in pages(panel):
            met: set[QWidget | None] = set()
            for widget in panel.findChildren(QWidget):
                for at in places(panel, widget, full):
                    under = full.childAt(at)
                    whole = not isinstance(under.parentWidget() if under else None, QAbstractItemView)
                    if withdraws(panel, under) or (whole and under in met):
                        continue
                    met.add(under)
                    maul(full, at)
                    hit += 1
            assert state(context) == before, info.name
    assert hit > 100, "the walk met widgets"
    assert [one.text for one in context.shell.heard() if one.level == "error"] == []


def test_nothing_that_edits_is_enabled_in_any_panel_and_afterwards_all_is_as_it_was(
    full: MainWindow, context: AppContext
) -> None:
    context.shell.set_workspace("perform")
    panels = [full.show_panel(info.name) for info in PANELS]
    kinds = QAbstractButton, QAbstractSpinBox, QComboBox, QLineEdit, QSlider, QPlainTextEdit
    before = {}
    for panel in panels:
        assert panel is not None
        for _ in pages(panel):
            panel.update_view()
        before |= {one: one.isEnabled() for one in panel.findChildren(QWidget)}
    assert sum(enabled for one, enabled in before.items() if isinstance(one, kinds)) > 80
    context.shell.show_mode = True
    for panel in panels:
        assert panel is not None and not panel.sign.isHidden()
        kept = {one for each in panel.kept() for one in (each, *each.findChildren(QWidget))}
        for widget in panel.findChildren(QWidget):
            if isinstance(widget, kinds) and widget not in kept:
                assert not widget.isEnabled(), (type(panel).__name__, widget)
            if isinstance(widget, QLabel | QListWidget | QTreeWidget) and before[widget]:
                assert widget.isEnabled(), "what is read stays readable"
    context.shell.show_mode = False
    for widget, enabled in before.items():
        assert widget.isEnabled() == enabled, widget
    for panel in panels:
        assert panel is not None and panel.sign.isHidden()


class Careless(Panel):
    """A panel whose author has never heard of show mode."""

    def __init__(self, context: AppContext) -> None:
        super().__init__(context)
        self.pressed: list[str] = []
        self.button, self.late = QPushButton("Now"), None
        self.button.clicked.connect(lambda: self.pressed.append("now"))
        self.tree = QTreeWidget()
        item = QTreeWidgetItem(self.tree, ["Row"])
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable | Qt.ItemFlag.ItemIsUserCheckable)
        item.setCheckState(0, Qt.CheckState.Unchecked)
        self.tree.setItemWidget(QTreeWidgetItem(self.tree, [""]), 0, QPushButton("In a row"))
        self.tree.itemClicked.connect(lambda *_: self.pressed.append("clicked"))
        self.tree.itemChanged.connect(lambda *_: self.pressed.append("changed"))
        self.tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.tree.customContextMenuRequested.connect(lambda *_: self.pressed.append("menu"))
        self.shut = QWidget()
        self.word = QLabel("Of what cannot be done now", self.shut)
        self.shut.setEnabled(False)
        for widget in (self.button, self.tree, self.shut):
            self.body.addWidget(widget)

    def update_view(self) -> None:
        self.button.setEnabled(True)
        self.late = QPushButton("Later")
        self.late.clicked.connect(lambda: self.pressed.append("late"))
        self.label = QLabel("Later")
        self.body.addWidget(self.late)
        self.body.addWidget(self.label)


def test_a_new_panel_rests_though_nobody_thought_of_it(context: AppContext, qtbot: QtBot) -> None:
    panel = Careless(context)
    panel.resize(300, 400)
    panel.show()
    qtbot.waitExposed(panel)
    panel.rest(True)
    panel.schedule()
    qtbot.waitUntil(lambda: panel.late is not None)
    assert panel.late is not None and panel.label.isEnabled() and not panel.word.isEnabled()
    row = panel.tree.findChild(QPushButton)
    assert row is not None and panel.tree.isEnabled() and not row.isEnabled()
    QApplication.processEvents()
    for widget in (panel.button, panel.late, row, panel.tree.viewport()):
        for button in (LEFT, RIGHT):
            QTest.mouseClick(panel.windowHandle(), button, NONE, widget.mapTo(panel, widget.rect().center()))
    box = panel.tree.visualItemRect(panel.tree.topLevelItem(0)).topLeft() + QPoint(8, 8)
    QTest.mouseClick(panel.windowHandle(), LEFT, NONE, panel.tree.viewport().mapTo(panel, box))
    QTest.keyClick(panel.windowHandle(), Qt.Key.Key_Space)
    assert panel.pressed == []
    panel.rest(False)
    assert row.isEnabled() and panel.button.isEnabled() and not panel.word.isEnabled()
    QTest.mouseClick(panel.windowHandle(), LEFT, NONE, panel.tree.viewport().mapTo(panel, box))
    QTest.mouseClick(panel.windowHandle(), LEFT, NONE, panel.button.mapTo(panel, panel.button.rect().center()))
    assert "clicked" in panel.pressed and "now" in panel.pressed
    panel.release()
    panel.close()
    panel.deleteLater()


def test_a_resting_list_is_still_scrolled(context: AppContext, qtbot: QtBot) -> None:
    panel = Careless(context)
    panel.tree.addTopLevelItems([QTreeWidgetItem([f"Row {n}"]) for n in range(200)])
    panel.resize(300, 300)
    panel.show()
    qtbot.waitExposed(panel)
    panel.rest(True)
    bar = panel.tree.verticalScrollBar()
    assert isinstance(bar, QScrollBar) and bar.isEnabled() and bar.value() == 0
    at = QPointF(panel.tree.viewport().rect().center())
    where, none, phase = panel.tree.viewport().mapToGlobal(at), Qt.MouseButton.NoButton, Qt.ScrollPhase.NoScrollPhase
    QApplication.sendEvent(
        panel.tree.viewport(), QWheelEvent(at, where, QPoint(), QPoint(0, -240), none, NONE, phase, False)
    )
    assert bar.value() > 0
    panel.release()
    panel.close()
    panel.deleteLater()


# -- what goes on ------------------------------------------------------------------------------------------------------


def test_consent_is_withdrawn_by_one_click_and_the_next_moment_obeys(
    full: MainWindow, context: AppContext, clock: ManualClock
) -> None:
    context.shell.set_workspace("perform")
    context.live.grant(
        [c.key for c in context.live.expected], ("perform",), datetime.now(UTC) + timedelta(days=1), "The tester"
    )
    context.shell.show_mode = True
    panel = full.show_panel("sensors")
    assert isinstance(panel, SensorsPanel)
    handle = full.windowHandle()

    def click(widget: QWidget, at: QPoint | None = None) -> None:
        QApplication.processEvents()
        QTest.mouseClick(handle, LEFT, NONE, widget.mapTo(full, at or widget.rect().center()))

    click(panel.bar.buttons[CONSENT])
    assert panel.stack.currentIndex() == CONSENT
    table = panel.consent.table
    rows = table.topLevelItemCount()
    click(table.viewport(), table.visualItemRect(table.topLevelItem(rows - 1)).center())
    key = panel.key
    assert key == context.live.expected[rows - 1].key, "a row is chosen in a show too"
    context.live.tick(clock.advance(0.1))
    assert context.live.allows(key, "perform")
    panel.consent.take.setEnabled(False)  # as a page without a channel does
    panel.update_view()
    click(panel.consent.take)
    assert not context.live.allows(key, "perform") and not context.live.allows(key, "view")
    moment = context.live.tick(clock.advance(0.04))
    slot = moment.channels.index(key)
    assert np.isnan(moment.values[slot])
    click(panel.consent.give)
    assert panel.consent.dialog is None, "to give rests"
    click(panel.consent.take_all)
    assert not any(context.live.allows(channel.key, "view") for channel in context.live.expected)


def test_pictures_of_what_is_live_go_on_and_can_be_looked_along(
    full: MainWindow, context: AppContext, clock: ManualClock
) -> None:
    context.shell.set_workspace("perform")
    context.shell.show_mode = True
    panel = full.show_panel("sensors")
    assert isinstance(panel, SensorsPanel)
    panel.show_page(CHANNELS)
    panel.look()
    before = panel.channels.plot.lines[1].getData()[0], panel.channels.model.rows[0].status.samples
    for _ in range(8):
        context.live.tick(clock.advance(0.25))
    panel.update_view()
    panel.look()
    assert panel.channels.model.rows[0].status.samples > before[1]
    assert len(panel.channels.plot.lines[1].getData()[0]) > len(before[0])
    plot = panel.channels.plot
    button = plot.spans[300.0]
    QApplication.processEvents()
    QTest.mouseClick(full.windowHandle(), LEFT, NONE, button.mapTo(full, button.rect().center()))
    assert plot.span == 300.0


def test_a_recording_is_played_held_and_leapt_along_but_not_set_otherwise(
    window: MainWindow, context: AppContext, qtbot: QtBot
) -> None:
    keys = [channel.key for channel in context.live.expected]
    times = np.arange(0.0, 100.0, 0.25)
    tracks = tuple(track(key, times, np.full(len(times), 34.0)) for key in keys)
    replay = replay_of(Recording(tracks, Origin(start=0.0, epoch=0.0), name="night"), Path("night.mcap"))
    replay.playing = False
    context.live.add_source(replay)
    context.live.tick()
    context.timeline.tick(context.clock.now())
    context.shell.set_workspace("perform")
    panel: Any = window.show_panel("timeline")
    panel.update_view()
    commands = window.commands
    assert commands is not None
    context.shell.show_mode = True
    height = window.canvas.height()

    def click(widget: QWidget) -> None:
        QApplication.processEvents()
        QTest.mouseClick(window.windowHandle(), LEFT, NONE, widget.mapTo(window, widget.rect().center()))

    click(panel.buttons["play"])
    assert replay.playing
    assert commands.centre.run("timeline.play") and not replay.playing
    click(panel.buttons["loop"])
    assert not replay.loop and not commands.centre.enabled("timeline.loop")
    position = replay.here()
    click(panel.view)
    assert replay.here() == position, "a stray click does not scrub"
    assert commands.centre.run("timeline.end") and replay.here() == pytest.approx(replay.end)
    assert commands.centre.enabled("chapter.next") and not commands.centre.enabled("chapter.remove")
    assert window.canvas.height() == height and panel.sign.text()


# -- commands, keys, palette -------------------------------------------------------------------------------------------


def test_a_command_rests_unless_somebody_has_thought_about_it(window: MainWindow, context: AppContext) -> None:
    commands = window.commands
    assert commands is not None
    context.shell.set_workspace("perform")
    context.shell.show_mode = True
    going_on = {c.id for c in commands.centre.commands.values() if not commands.centre.rests(c.id)}
    assert {"perform.blackout", "perform.freeze", "perform.next_look", "perform.previous_look"} <= going_on
    assert {"perform.look_9", "perform.show_mode", "help.palette", "view.front", "view.frame", "stage.open"} <= going_on
    for family in ("file.", "edit.", "feed.", "recording.", "zone.", "probe.", "layer.", "review.", "sculpt."):
        assert not [name for name in going_on if name.startswith(family)], family
    assert {"stage.close", "stage.linked", "chapter.add", "chapter.follow", "view.next_workspace"}.isdisjoint(going_on)
    assert all(
        not commands.actions[c.id].isEnabled() for c in commands.centre.commands.values() if c.id not in going_on
    )
    context.stage.show(0)
    commands.centre.refresh()
    assert commands.centre.rests("stage.open"), "a stage that is seen stays where it is"


def test_a_pressed_key_that_does_nothing_says_why(window: MainWindow, context: AppContext, qtbot: QtBot) -> None:
    context.shell.set_workspace("perform")
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    held = Qt.KeyboardModifier.ControlModifier
    QTest.keyClick(window.canvas, Qt.Key.Key_M, held | Qt.KeyboardModifier.ShiftModifier)
    assert context.shell.show_mode
    parts, look = dict(context.document.parts), context.document.look.name
    for key, keys, title in (
        (Qt.Key.Key_O, held, "Open"),
        (Qt.Key.Key_Q, held, "Quit"),
        (Qt.Key.Key_Escape, Qt.KeyboardModifier.ShiftModifier, "Close Stage Window"),
        (Qt.Key.Key_PageDown, held, "Next Workspace"),
    ):
        QTest.keyClick(window.canvas, key, keys)
        said = f"Show mode is on: {title} rests. Ctrl+Shift+M unlocks."
        qtbot.waitUntil(lambda said=said: window.status.message.text() == said)  # type: ignore[misc]
    assert context.document.parts == parts and context.shell.workspace == "perform" and window.isVisible()
    QTest.keyClick(window.canvas, Qt.Key.Key_Space)
    assert context.document.look.name != look, "GO goes on"
    context.preferences.set("keys", {"perform.show_mode": ["Ctrl+F9"]})
    QTest.keyClick(window.canvas, Qt.Key.Key_O, held)
    qtbot.waitUntil(lambda: window.status.message.text().endswith("Ctrl+F9 unlocks."))
    QTest.keyClick(window.canvas, Qt.Key.Key_F9, held)
    assert not context.shell.show_mode
    context.shell.answers.append([])  # type: ignore[attr-defined]
    QTest.keyClick(window.canvas, Qt.Key.Key_O, held)
    assert context.shell.answers == [], "and afterwards the key opens again"  # type: ignore[attr-defined]


def test_the_palette_offers_only_what_goes_on(window: MainWindow, context: AppContext) -> None:
    context.shell.set_workspace("perform")
    context.shell.show_mode = True
    context.shell.want("palette")
    palette = window.findChild(Palette)
    assert palette is not None and palette.isVisible()
    listed = {command.id for command in palette.commands()}
    assert "perform.blackout" in listed and "file.open" not in listed and "feed.none" not in listed
    QTest.keyClicks(palette.line, "quit")
    assert all(command.id != "file.quit" for command in palette.commands())
    palette.shut()


# -- the window itself -------------------------------------------------------------------------------------------------


def test_dropped_files_are_refused_with_a_sentence(window: MainWindow, context: AppContext, tmp_path: Path) -> None:
    scan = tmp_path / "scan.stl"
    scan.write_bytes(b"solid")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(scan))])
    context.shell.show_mode = True
    copy = Qt.DropAction.CopyAction
    QApplication.sendEvent(window, QDragEnterEvent(QPoint(5, 5), copy, data, LEFT, NONE))
    QApplication.sendEvent(window, QDropEvent(QPointF(5, 5), copy, data, LEFT, NONE))
    QApplication.processEvents()
    assert context.requests.told == []  # type: ignore[attr-defined]
    assert context.shell.heard()[-1].text.startswith("Show mode is on: dropped files are not opened.")


def test_the_window_closes_in_a_show_only_when_that_is_meant(window: MainWindow, context: AppContext) -> None:
    context.shell.show_mode = True
    answers: list[Any] = context.shell.answers  # type: ignore[attr-defined]
    answers.append(False)
    assert not window.close() and window.isVisible() and answers == []
    answers.append(True)
    window.close()
    QApplication.processEvents()
    assert not window.isVisible() and answers == []


def test_docks_stay_where_they_are(window: MainWindow, context: AppContext) -> None:
    context.shell.set_workspace("perform")
    floating = window.docks["look"]
    floating.setFloating(True)
    context.shell.show_mode = True
    QApplication.sendEvent(floating, QCloseEvent())
    assert not floating.close() and floating.isVisible()
    for dock in window.docks.values():
        assert dock.features() == dock.DockWidgetFeature.NoDockWidgetFeatures
        assert not dock.toggleViewAction().isEnabled()
    assert window.commands is not None and not window.commands._panels.menuAction().isEnabled()
    context.shell.show_mode = False
    assert floating.features() & floating.DockWidgetFeature.DockWidgetClosable
    assert floating.close() and not floating.isVisible()


def test_the_workspace_stays_and_its_tabs_rest(window: MainWindow, context: AppContext) -> None:
    tabs = window.header.tabs
    context.shell.set_workspace("perform")
    context.shell.show_mode = True
    for index in range(tabs.count()):
        QTest.mouseClick(tabs, LEFT, NONE, tabs.tabRect(index).center())
        assert context.shell.workspace == "perform" and tabs.currentIndex() == 1
    context.shell.set_workspace("sculpt")
    assert context.shell.workspace == "perform" and "the workspace stays" in context.shell.heard()[-1].text
    context.shell.show_mode = False
    QTest.mouseClick(tabs, LEFT, NONE, tabs.tabRect(0).center())
    assert context.shell.workspace == "sculpt"


def test_the_hand_takes_what_only_looks_and_the_welcome_goes(window: MainWindow, context: AppContext) -> None:
    context.shell.set_workspace("perform")
    context.tools.set_current("place_probe")
    context.shell.want("welcome")
    page = window.canvas.findChild(Welcome)
    assert page is not None and page.isVisible()
    context.shell.show_mode = True
    assert context.tools.current == "select" and not page.isVisible()
    assert window.canvas.hasFocus() or not window.isActiveWindow()


def test_a_show_is_not_remembered(window: MainWindow, context: AppContext) -> None:
    context.shell.set_workspace("perform")
    context.shell.show_mode = True
    assert window.status.locked.isVisible()
    context.shell.answers.append(True)  # type: ignore[attr-defined]
    window.close()
    QApplication.processEvents()
    context.shell.show_mode = False
    kept = Preferences(context.preferences.path)
    assert "show" not in kept.path.read_text()
    again = MainWindow(context, QWidget())
    again.show()
    assert context.shell.workspace == "perform" and not context.shell.show_mode
    assert all(again.header.tabs.isTabEnabled(index) for index in range(3))
    again.close()
    again.deleteLater()


def test_lists_that_are_kept_open_no_menu(full: MainWindow, context: AppContext) -> None:
    context.shell.set_workspace("perform")
    context.shell.show_mode = True
    panel = full.show_panel("sensors")
    assert isinstance(panel, SensorsPanel)
    panel.show_page(CHANNELS)
    QApplication.processEvents()
    view: QAbstractItemView = panel.channels.list
    at = view.viewport().mapTo(full, view.visualRect(panel.channels.model.index(1)).center())
    QTest.mouseClick(full.windowHandle(), LEFT, NONE, at)
    assert panel.key == panel.channels.model.rows[1].status.key
    QTest.mouseClick(full.windowHandle(), RIGHT, NONE, at)
    assert QApplication.activePopupWidget() is None
