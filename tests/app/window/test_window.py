"""The main window: layout, workspaces, menus, closing, dropping files."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QEnterEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from neodent_viewer.app.cheat_sheet import rows
from neodent_viewer.app.context import WORKSPACES, AppContext
from neodent_viewer.app.palette import Palette
from neodent_viewer.app.preferences import Preferences
from neodent_viewer.app.welcome import Welcome
from neodent_viewer.app.window import MainWindow
from neodent_viewer.core import paths
from neodent_viewer.document.edits import set_value


def _edit(context: AppContext) -> None:
    part = next(iter(context.document.parts.values()))
    context.history.do(set_value(context.document, ("parts", part.id, "visible"), not part.visible, "Hide"))


def _shown(window: MainWindow) -> set[str]:
    return {name for name, dock in window.docks.items() if not dock.isHidden()}


def test_before_the_first_picture_shells_stand_and_nothing_is_filled(context: AppContext, qtbot: QtBot) -> None:
    window = MainWindow(context, QWidget())
    window.show()
    assert window.panels == {} and window.commands is None
    assert all(not menu.actions() for menu in window.header.menus.values())
    before = window.canvas.geometry()
    context.ticker.first_frame.emit()
    qtbot.waitUntil(lambda: "look" in window.panels, timeout=20_000)
    assert window.canvas.geometry() == before  # what is filled later moves nothing
    window.close()
    window.deleteLater()


def test_the_canvas_stays_the_central_widget_in_every_workspace(window: MainWindow, qtbot: QtBot) -> None:
    for name in WORKSPACES:
        window.context.shell.set_workspace(name)
        assert window.centralWidget() is window.canvas and window.canvas.isVisible()
        assert window.canvas.width() >= 560, "panels must leave the smile its room"


def test_each_workspace_has_panels_keys_and_a_shelf_of_its_own(window: MainWindow) -> None:
    shell, shelf = window.context.shell, window.shelf
    found: dict[str, tuple[set[str], set[str]]] = {}
    for name in WORKSPACES:
        shell.set_workspace(name)
        found[name] = (_shown(window), {action.text() for action in shelf.actions() if action.text()})
        assert window.header.menus["tools"].title() == f"&{name.capitalize()}"
    assert "brush" in found["sculpt"][0] and "brush" not in found["perform"][0]
    assert "sensors" in found["perform"][0] and "findings" in found["review"][0]
    assert "Select" in found["sculpt"][1] and "Deviation Map" in found["sculpt"][1]
    assert "Draw" not in found["sculpt"][1], "the brushes stand together, on a shelf of their own"
    assert "Distance" in found["review"][1]


def test_workspace_tabs_and_keys_switch(window: MainWindow, qtbot: QtBot) -> None:
    window.header.tabs.setCurrentIndex(2)
    assert window.context.shell.workspace == "review"
    assert window.commands is not None
    window.commands.actions["view.next_workspace"].trigger()
    assert window.context.shell.workspace == "sculpt"
    assert window.header.tabs.currentIndex() == 0


def test_layout_is_kept_per_workspace_and_between_starts(window: MainWindow, context: AppContext, qtbot: QtBot) -> None:
    window.docks["look"].hide()
    window.docks["log"].show()
    context.shell.set_workspace("perform")
    assert not window.docks["look"].isHidden()
    context.shell.set_workspace("sculpt")
    assert window.docks["look"].isHidden() and not window.docks["log"].isHidden()
    window.close()
    context.preferences = Preferences(context.preferences.path)
    again = MainWindow(context, QWidget())
    again.show()
    assert again.docks["look"].isHidden() and not again.docks["log"].isHidden()
    again.reset_layout()
    assert not again.docks["look"].isHidden() and again.docks["log"].isHidden()
    again.close()
    again.deleteLater()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not json",
        "[1, 2]",
        '{"window.geometry": 5, "window.docks.sculpt": "####", "window.workspace": "kitchen", "recent": "no", "keys": 3}',
        json.dumps({"window.geometry": "AAAA", "window.docks.sculpt": "/////w==" * 50, "keys": {"edit.undo": 7}}),
        "[" * 100_000,
    ],
)
def test_a_damaged_preference_file_does_not_keep_the_window_from_opening(
    context: AppContext, qtbot: QtBot, text: str
) -> None:
    path = paths.config_dir() / "preferences.json"
    path.write_text(text, "utf-8")
    context.preferences = Preferences()
    window = MainWindow(context, QWidget())
    window.show()
    context.ticker.first_frame.emit()
    qtbot.waitUntil(lambda: "look" in window.panels, timeout=20_000)
    assert context.shell.workspace == "sculpt" and window.width() >= 900
    assert {"parts", "brush", "look", "history"} <= _shown(window)
    assert window.commands is not None and window.commands.actions["edit.undo"].shortcut().toString() == "Ctrl+Z"
    window.close()
    window.deleteLater()


def test_menus_hold_every_command_once_and_only_here(window: MainWindow) -> None:
    assert window.commands is not None
    for name in WORKSPACES:
        window.context.shell.set_workspace(name)
        texts: list[str] = []
        for menu in window.header.menus.values():
            for action in menu.actions():
                inside = action.menu()
                texts += [a.text() for a in inside.actions()] if isinstance(inside, type(menu)) else [action.text()]
        wanted = {c.title for c in window.commands.centre.commands.values() if c.menu and name in c.workspaces}
        listed = [text for text in texts if text in wanted]
        assert sorted(listed) == sorted(wanted)


def test_a_key_runs_its_command(window: MainWindow, context: AppContext, qtbot: QtBot) -> None:
    _edit(context)
    window.activateWindow()
    assert window.commands is not None
    undo = window.commands.actions["edit.undo"]
    qtbot.waitUntil(undo.isEnabled)
    QTest.keyClick(window.canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: not context.history.done())


def test_one_letter_means_what_the_workspace_says(window: MainWindow, context: AppContext, qtbot: QtBot) -> None:
    context.shell.set_workspace("perform")
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    QTest.keyClick(window.canvas, Qt.Key.Key_L)
    assert context.camera.told == ["left"]  # type: ignore[attr-defined]
    context.shell.set_workspace("review")
    QTest.keyClick(window.canvas, Qt.Key.Key_L)
    assert not context.document.look.legend
    context.shell.set_workspace("sculpt")
    QTest.keyClick(window.canvas, Qt.Key.Key_V)
    assert context.tools.current == "draw"


def test_letters_typed_into_a_field_run_nothing(window: MainWindow, context: AppContext) -> None:
    panel: Any = window.panels["brush"]
    window.activateWindow()
    panel.focus_on("radius")
    QTest.keyClicks(panel.radius, "2.5")
    QTest.keyClick(panel.radius, Qt.Key.Key_Return)
    assert context.tools.brush.radius == 2.5
    assert context.camera.told == []  # type: ignore[attr-defined]


def test_undo_and_redo_are_offered_only_when_they_can_do_something(window: MainWindow, qtbot: QtBot) -> None:
    assert window.commands is not None
    undo, redo = (window.commands.actions[name] for name in ("edit.undo", "edit.redo"))
    assert not undo.isEnabled() and not redo.isEnabled()
    _edit(window.context)
    qtbot.waitUntil(undo.isEnabled)
    undo.trigger()
    qtbot.waitUntil(lambda: redo.isEnabled() and not undo.isEnabled())


def test_closing_asks_only_about_unsaved_work(window: MainWindow, context: AppContext, qtbot: QtBot) -> None:
    shell: Any = context.shell
    _edit(context)
    shell.answers = ["cancel"]
    assert not window.close() and window.isVisible()
    shell.answers = ["save", Path("smile.neodent")]
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible())
    assert ("save", Path("smile.neodent")) in context.requests.told  # type: ignore[attr-defined]
    assert shell.answers == []


def test_discarding_closes_without_saving(window: MainWindow, context: AppContext, qtbot: QtBot) -> None:
    shell: Any = context.shell
    _edit(context)
    shell.answers = ["discard"]
    window.close()
    qtbot.waitUntil(lambda: not window.isVisible())
    assert context.requests.told == []  # type: ignore[attr-defined]


def test_title_names_the_project_and_marks_unsaved_work(window: MainWindow, context: AppContext) -> None:
    requests: Any = context.requests
    assert window.windowTitle().startswith("Untitled") and not window.isWindowModified()
    requests.project = Path("/somewhere/anna.neodent")
    requests.project_changed.emit()
    _edit(context)
    assert window.windowTitle().startswith("anna.neodent") and window.isWindowModified()


def test_dropped_files_are_opened_and_remembered(
    window: MainWindow, context: AppContext, qtbot: QtBot, tmp_path: Path
) -> None:
    scan = tmp_path / "scan.stl"
    scan.write_bytes(b"solid")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(scan))])
    no = Qt.KeyboardModifier.NoModifier
    event = QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, no)
    window.dropEvent(event)
    requests: Any = context.requests
    qtbot.waitUntil(lambda: ("open", (scan,)) in requests.told)
    assert context.preferences.recent() == [scan.resolve()]


def test_palette_finds_runs_and_closes(window: MainWindow, context: AppContext, qtbot: QtBot) -> None:
    context.shell.want("palette")
    palette = window.findChild(Palette)
    assert palette is not None and palette.isVisible()
    QTest.keyClicks(palette.line, "occl upp")
    assert palette.list.topLevelItem(0).text(0) == "Upper Jaw, Occlusal"
    assert "7" in palette.list.topLevelItem(0).text(2)
    QTest.keyClick(palette.line, Qt.Key.Key_Return)
    assert context.camera.told == ["upper"] and not palette.isVisible()  # type: ignore[attr-defined]
    context.shell.want("palette")
    QTest.keyClick(palette.line, Qt.Key.Key_Escape)
    assert not palette.isVisible()


def test_palette_puts_what_cannot_run_last_and_does_not_run_it(window: MainWindow, context: AppContext) -> None:
    context.shell.want("palette")
    palette = window.findChild(Palette)
    assert palette is not None
    palette.line.setText("und")
    items = [palette.list.topLevelItem(row) for row in range(palette.list.topLevelItemCount())]
    able = [not each.isDisabled() for each in items]
    assert able == sorted(able, reverse=True) and "Undo" in [item.text(0) for item in items if item.isDisabled()]
    palette.line.setText("undo")  # to the letter: nothing else may run in its place
    assert palette.list.topLevelItem(0).text(0) == "Undo" and palette.list.topLevelItem(0).isDisabled()
    QTest.keyClick(palette.line, Qt.Key.Key_Return)
    assert palette.isVisible()
    palette.shut()


def test_cheat_sheet_tells_every_live_key(window: MainWindow, context: AppContext, qtbot: QtBot) -> None:
    context.shell.set_workspace("review")
    assert window.commands is not None
    lines = [line for section in rows(window.commands.centre).values() for line in section]
    assert ("D", "Distance") in lines and ("L", "Legend") in lines and ("V", "Draw") not in lines
    context.shell.want("cheat_sheet")
    dialog = window.findChild(QDialog, "cheat_sheet")
    assert dialog is not None and dialog.isVisible()
    assert any(label.text() == "Distance" for label in dialog.findChildren(QLabel))
    dialog.close()


def test_keys_can_be_bound_anew_and_put_back(window: MainWindow, context: AppContext, qtbot: QtBot) -> None:
    from neodent_viewer.app.preferences_dialog import PreferencesDialog

    context.shell.want("preferences")
    dialog = window.findChild(PreferencesDialog)
    assert dialog is not None and window.commands is not None
    front = window.commands.actions["view.front"]
    dialog.select("view.front")
    dialog.key.setKeySequence("Ctrl+Z")
    dialog.bind.click()
    assert [key.toString() for key in front.shortcuts()] == ["Ctrl+Z"]
    assert window.commands.actions["edit.undo"].shortcuts() == [], "a key has one owner"
    assert "Undo" in dialog.note.text()
    dialog.select("view.front")
    dialog.reset.click()
    assert [key.toString() for key in front.shortcuts()] == ["1", "F"] or context.shell.workspace == "sculpt"
    assert window.commands.actions["edit.undo"].shortcut().toString() == "Ctrl+Z"
    dialog.close()


def test_welcome_offers_ways_that_work(window: MainWindow, context: AppContext, qtbot: QtBot) -> None:
    context.shell.want("welcome")
    card = window.canvas.findChild(Welcome)
    assert card is not None and card.isVisible()
    assert window.canvas.rect().contains(card.geometry())
    window.resize(1000, 640)
    qtbot.waitUntil(lambda: window.canvas.rect().contains(card.geometry()))
    ways = {button.accessibleName(): button for button in card.findChildren(type(card.again).__mro__[1])}
    ways["Try the demo smile"].click()
    assert ("demo",) in context.requests.told and not card.isVisible()  # type: ignore[attr-defined]


def test_welcome_can_be_put_away_for_good(context: AppContext, qtbot: QtBot) -> None:
    for wanted in (True, False):
        window = MainWindow(context, QWidget())
        window.offer_welcome()
        window.show()
        seen: list[bool] = []
        window.populated.connect(lambda seen=seen: seen.append(True))
        context.ticker.first_frame.emit()
        qtbot.waitUntil(lambda seen=seen: bool(seen), timeout=20_000)
        card = window.canvas.findChild(Welcome)
        assert (card is not None) == wanted
        if card is not None:
            card.again.setChecked(False)
        window.close()
        window.deleteLater()


def test_status_bar_says_sentences_selection_and_work(window: MainWindow, context: AppContext, qtbot: QtBot) -> None:
    status = window.status
    context.shell.say("The file scan.stl ends too early.", "error")
    assert status.message.text() == "The file scan.stl ends too early."
    part = next(iter(context.document.parts.values()))
    context.selection.set(parts=(part.id,), tooth=11)
    qtbot.waitUntil(lambda: status.selection.text() == "11 · upper right central incisor · Upper jaw")
    qtbot.waitUntil(lambda: status.fps.text() == "24 fps")

    class Slow:
        title, fraction, text, stopped, stoppable = "Reading scan.stl", 0.25, "", False, True

        def cancel(self) -> None:
            self.stopped = True

    job, background = Slow(), context.background
    background.running.append(job)  # type: ignore[attr-defined]
    background.changed.emit()
    assert not status.job.isVisible()  # what ends soon is not shown
    qtbot.waitUntil(status.job.isVisible)
    assert status.job.bar.value() == 250
    status.job.stop.click()
    assert job.stopped
    job.stoppable = False
    background.changed.emit()
    assert status.job.isVisible() and not status.job.stop.isVisible(), "a save is not cancelled half way"
    background.running.clear()  # type: ignore[attr-defined]
    background.changed.emit()
    assert not status.job.isVisible()


def test_a_warning_stands_whole_until_it_is_put_away(window: MainWindow, context: AppContext, qtbot: QtBot) -> None:
    banner, shell = window.banner, context.shell
    assert not banner.isVisible()
    loss = "scan.stl was opened without 12 degenerate faces. " * 6
    shell.say("The disk is full. Save it elsewhere.", "error")
    shell.say("scan.stl: the unit was taken to be mm.")
    shell.say(loss, "warning")
    qtbot.waitUntil(banner.isVisible)
    assert banner.text.text() == f"{loss}\n(1 more)", "the newest in front"
    assert banner.text.height() >= banner.text.heightForWidth(banner.text.width())
    assert window.canvas.geometry().contains(banner.geometry())
    banner.away.click()
    assert banner.text.text() == "The disk is full. Save it elsewhere."
    banner.log.click()
    assert window.docks["log"].isVisible()
    banner.away.click()
    assert not banner.isVisible()


def test_messages_of_one_kind_are_counted_and_a_banner_lets_the_picture_be_seen(
    window: MainWindow, context: AppContext, qtbot: QtBot
) -> None:
    banner, shell = window.banner, context.shell
    shell.say("The low end of 'In a mouth', 60 °C, lies above its high end, 45 °C. Type 45 °C or less.", "error")
    for number in range(30):
        shell.say(
            f"MQTT: nobody answers [10.0.0.{number}:1883] Look at <b>loud</b>, and wait {number} s. " * 2, "error"
        )
    qtbot.waitUntil(banner.isVisible)
    told = banner.text.text()
    assert "10.0.0.29:1883" in told and told.endswith("(30 times · 1 more)")
    canvas = window.canvas.geometry()
    whole = banner.geometry()
    assert whole.bottom() < canvas.center().y(), "legend and scale bar stand at the foot of the picture"
    banner.shorten()
    assert banner.height() < whole.height() and banner.height() < 60
    assert banner.text.text().startswith("MQTT: nobody") and banner.text.text().endswith("… (30 times · 1 more)")
    assert banner.text.fontMetrics().horizontalAdvance(banner.text.text()) <= banner.text.width()
    assert "<b>" not in banner.text.toolTip() and "&lt;b&gt;loud" in banner.text.toolTip(), (
        "a stranger's words are no markup"
    )
    banner.enterEvent(QEnterEvent(QPointF(5, 5), QPointF(5, 5), QPointF(5, 5)))
    assert banner.text.text() == told and banner.geometry() == whole
    shell.say("The disk is full. Save it elsewhere.", "error")
    qtbot.waitUntil(lambda: banner.text.text().startswith("The disk is full."))
    for _ in range(3):
        banner.away.click()
    assert not banner.isVisible()


def test_a_long_sentence_in_the_status_bar_says_that_it_is_cut(
    window: MainWindow, context: AppContext, qtbot: QtBot
) -> None:
    said = "There is no feed called 'bogus:1'. Use one of: sim, osc:PORT, osc:HOST:PORT, mqtt:HOST[:PORT]/TOPIC. " * 4
    context.shell.say(said, "error")
    label = window.status.message
    qtbot.waitUntil(lambda: label.toolTip() == said)
    assert label.text().endswith("…") and said.startswith(label.text()[:-1].strip())
    assert QLabel.sizeHint(label).width() <= label.width(), "the dots are seen too"
    assert window.status._fade.isActive(), "and it goes by itself"
    window.status._fade.timeout.emit()
    assert label.text() == "Click picks."


def test_in_show_mode_no_key_edits_opens_or_quits(window: MainWindow, context: AppContext, qtbot: QtBot) -> None:
    commands = window.commands
    assert commands is not None
    context.shell.set_workspace("perform")
    context.selection.set(parts=tuple(context.document.parts))
    commands.centre.refresh()
    disturbing = ("edit.remove", "file.quit", "file.open", "tool.place_probe")
    assert all(commands.centre.enabled(name) for name in disturbing)
    assert commands.centre.run("perform.show_mode")
    assert not any(commands.actions[name].isEnabled() or commands.centre.run(name) for name in disturbing)
    assert commands.centre.checked("perform.show_mode") and context.document.parts
    assert commands.centre.run("perform.next_look") and commands.centre.run("perform.blackout")
    commands.centre.run("perform.show_mode")
    assert all(commands.actions[name].isEnabled() for name in disturbing)


def test_in_perform_space_goes_on_and_backspace_back(window: MainWindow, context: AppContext, qtbot: QtBot) -> None:
    context.shell.set_workspace("perform")
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    before = context.document.look.name
    QTest.keyClick(window.canvas, Qt.Key.Key_Space)
    assert context.document.look.name != before
    QTest.keyClick(window.canvas, Qt.Key.Key_Backspace)
    assert context.document.look.name == before


def test_a_tool_in_hand_brings_its_panel_forward_unless_that_was_closed(window: MainWindow, qtbot: QtBot) -> None:
    window.context.shell.set_workspace("sculpt")
    window.show_panel("tooth")
    assert window.docks["brush"].visibleRegion().isEmpty()
    window.context.tools.set_current("draw")
    qtbot.waitUntil(lambda: not window.docks["brush"].visibleRegion().isEmpty())
    window.docks["brush"].close()
    window.context.tools.set_current("select")
    window.context.tools.set_current("draw")
    assert window.docks["brush"].isHidden()


def test_what_was_done_to_one_document_is_no_news_of_the_next(
    window: MainWindow, context: AppContext, qtbot: QtBot
) -> None:
    status = window.status
    context.shell.say("Consent for all channels was withdrawn.")
    assert status.message.text() == "Consent for all channels was withdrawn."
    assert status._fade.isActive()
    status._fade.setInterval(1)
    status._fade.start()
    qtbot.waitUntil(lambda: status.message.text() == "Click picks.")
    assert not status._fade.isActive(), "a hint stays"


def test_long_names_leave_the_foot_of_the_window_its_room(
    window: MainWindow, context: AppContext, qtbot: QtBot
) -> None:
    part = next(iter(context.document.parts.values()))
    name = "Scan of the upper jaw with a name that goes on and on until nobody reads it any more " * 3
    context.document.set(("parts", part.id, "name"), name)
    context.selection.set(parts=(part.id,))
    status = window.status
    qtbot.waitUntil(lambda: status.selection.text().endswith("…"))
    assert status.selection.said == name.strip() and name.strip() in status.selection.toolTip()
    assert status.fps.mapTo(window, status.fps.rect().bottomRight()).x() <= window.width()
    assert window.minimumSizeHint().width() <= 1280


def test_what_is_selected_is_called_by_its_present_name(window: MainWindow, context: AppContext, qtbot: QtBot) -> None:
    probe = next(iter(context.document.probes.values()))
    context.selection.set(probe=probe.id, tooth=0)
    status = window.status
    assert status.selection.said == f"probe {probe.name}"
    context.document.set(("probes", probe.id), replace(probe, name="Renamed"))
    qtbot.waitUntil(lambda: status.selection.text() == "probe Renamed", timeout=5000)
