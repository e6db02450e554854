"""The panels: they show the document, ask for changes, and follow undo."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from neodent_viewer.app.actions import review
from neodent_viewer.app.context import AppContext
from neodent_viewer.app.window import MainWindow
from neodent_viewer.document.anchor import anchor_at_vertex
from neodent_viewer.document.finding import Finding
from neodent_viewer.document.part import Part


def _panel(window: MainWindow, name: str) -> Any:
    panel = window.show_panel(name)
    assert panel is not None
    panel.update_view()
    return panel


def _part(context: AppContext) -> Part:
    return next(iter(context.document.parts.values()))


def _settle(qtbot: QtBot) -> None:
    qtbot.wait(20)


# -- parts ---------------------------------------------------------------------------------------------------------


def test_parts_are_listed_and_hidden_by_their_eye(window: MainWindow, context: AppContext, qtbot: QtBot) -> None:
    panel = _panel(window, "parts")
    items = panel._items()
    assert [item.text(0) for item in items] == ["Upper jaw", "Lower jaw"]
    panel.tree.itemClicked.emit(items[0], 1)
    assert not _part(context).visible
    context.history.undo()
    assert _part(context).visible


def test_a_part_is_renamed_in_place(window: MainWindow, context: AppContext, qtbot: QtBot) -> None:
    panel = _panel(window, "parts")
    panel._items()[0].setText(0, "Anna, before")
    assert _part(context).name == "Anna, before"
    context.history.undo()
    qtbot.waitUntil(lambda: panel._items()[0].text(0) == "Upper jaw")


def test_selection_goes_both_ways(window: MainWindow, context: AppContext, qtbot: QtBot) -> None:
    panel = _panel(window, "parts")
    first, second = panel._items()
    panel.tree.setCurrentItem(second)
    assert context.selection.current.part == list(context.document.parts)[1]
    context.selection.set(parts=(_part(context).id,))
    assert first.isSelected() and not second.isSelected()


def test_facts_tell_size_in_mm_and_the_unit_can_be_changed(
    window: MainWindow, context: AppContext, qtbot: QtBot
) -> None:
    panel = _panel(window, "parts")
    context.selection.set(parts=(_part(context).id,))
    assert panel._size.text() == "23.0 × 9.0 × 0.0 mm"
    assert panel._faces.text() == "6 triangles, 12 vertices"
    panel.unit.setCurrentText("cm")
    panel.unit.activated.emit(panel.unit.currentIndex())
    qtbot.waitUntil(lambda: panel._size.text() == "230.0 × 90.0 × 0.0 mm")
    context.history.undo()
    qtbot.waitUntil(lambda: panel.unit.currentText() == "mm")


def test_a_stroke_does_not_rebuild_the_list(window: MainWindow, context: AppContext, qtbot: QtBot) -> None:
    panel = _panel(window, "parts")
    _settle(qtbot)
    before = panel._items()[0]
    context.document.touch(_part(context).id, "position", np.array([0], np.int32))
    _settle(qtbot)
    assert panel._items()[0] is before


def test_parts_are_grouped_by_jaw_once_a_jaw_has_two(window: MainWindow, context: AppContext, qtbot: QtBot) -> None:
    panel = _panel(window, "parts")
    assert panel.tree.topLevelItemCount() == 2
    more = Part.from_surface(_part(context).surface, jaw="upper")
    context.document.set(("parts", more.id), more)
    qtbot.waitUntil(lambda: panel.tree.topLevelItem(0).childCount() == 2)
    assert panel.tree.topLevelItem(0).text(0) == "Upper jaw"


def test_the_menu_of_a_part_does_what_it_says(window: MainWindow, context: AppContext, qtbot: QtBot) -> None:
    panel = _panel(window, "parts")
    part = _part(context)
    context.selection.set(parts=(part.id,))
    menu = panel.make_menu(part)
    {action.text(): action for action in menu.actions()}["Remove"].trigger()
    menu.deleteLater()
    assert part.id not in context.document.parts
    context.history.undo()
    assert part.id in context.document.parts


def test_an_empty_document_says_what_to_do(window: MainWindow, context: AppContext, qtbot: QtBot) -> None:
    panel = _panel(window, "parts")
    for part_id in list(context.document.parts):
        context.document.set(("parts", part_id), None)
    qtbot.waitUntil(panel.empty.isVisible)
    assert not panel.tree.isVisible() and not panel.facts.isVisible()


# -- brush ---------------------------------------------------------------------------------------------------------


def test_brush_settings_go_both_ways_and_are_no_edits(window: MainWindow, context: AppContext, qtbot: QtBot) -> None:
    panel = _panel(window, "brush")
    brush = context.tools.brush
    panel.buttons["draw"].click()
    assert context.tools.current == "draw"
    panel.radius_slider.setValue(1000)
    assert brush.radius == 20.0
    panel.symmetry.click()
    assert brush.symmetry_x
    brush.set(radius=0.75, strength=0.2)
    qtbot.waitUntil(lambda: panel.radius.value() == 0.75)
    assert panel.strength.value() == 20.0 and panel.radius.suffix() == " mm"
    assert panel.buttons["draw"].isChecked() and not panel.buttons["smooth"].isChecked()
    assert not context.history.done()


# -- history -------------------------------------------------------------------------------------------------------


def test_history_lists_edits_and_goes_where_one_clicks(window: MainWindow, context: AppContext, qtbot: QtBot) -> None:
    from neodent_viewer.app.actions import parts

    panel = _panel(window, "history")
    part = _part(context)
    for name in ("a", "b", "c"):
        parts.rename(context, part.id, name)
    qtbot.waitUntil(lambda: panel.list.topLevelItemCount() == 4)
    assert panel.list.currentItem().text(0) == "Rename b to c"
    panel.list.itemClicked.emit(panel.list.topLevelItem(1), 0)
    assert part.name == "a"
    qtbot.waitUntil(lambda: panel.list.currentItem().text(0) == "Rename Upper jaw to a")
    assert panel.list.topLevelItemCount() == 4, "what is undone is still there to be done again"
    panel.list.itemClicked.emit(panel.list.topLevelItem(3), 0)
    assert part.name == "c"
    assert panel.foot.text().startswith("1 step") and panel.foot.text().endswith("of 1.0 GB")
    qtbot.waitUntil(lambda: panel.foot.text().startswith("3 steps"))


# -- log -----------------------------------------------------------------------------------------------------------


def test_log_keeps_sentences_with_their_time(window: MainWindow, context: AppContext, qtbot: QtBot) -> None:
    context.shell.say("Said before the panel was there.")
    panel = _panel(window, "log")
    context.shell.say("The port 9000 is in use. Choose another.", "error")
    lines = [panel.list.item(row).text() for row in range(panel.list.count())]
    assert lines[-2].endswith("Said before the panel was there.")
    assert lines[-1].endswith("The port 9000 is in use. Choose another.") and lines[-1][2] == ":"


def test_a_message_from_a_thread_reaches_the_window(window: MainWindow, context: AppContext, qtbot: QtBot) -> None:
    import threading

    panel = _panel(window, "log")
    thread = threading.Thread(target=lambda: context.shell.say("From elsewhere.", "warning"))
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: window.status.message.text() == "From elsewhere.")
    qtbot.waitUntil(lambda: panel.list.item(panel.list.count() - 1).text().endswith("From elsewhere."))


# -- findings ------------------------------------------------------------------------------------------------------


@pytest.fixture
def finding(context: AppContext) -> Finding:
    anchors = (anchor_at_vertex(_part(context), 0), anchor_at_vertex(_part(context), 2))
    values = (("straight", 11.4018, "mm"), ("over the surface", 12.25, "mm"))
    made = Finding("f1", "Distance 1", "distance", anchors=anchors, values=values)
    context.document.set(("findings", "f1"), made)
    return made


def test_findings_show_values_with_units(window: MainWindow, finding: Finding, qtbot: QtBot) -> None:
    panel = _panel(window, "findings")
    item = panel.tree.topLevelItem(0)
    assert (item.text(0), item.text(1)) == ("Distance 1", "11.40 mm")
    assert (item.child(0).text(0), item.child(0).text(1)) == ("over the surface", "12.25 mm")


def test_findings_are_shown_noted_closed_and_deleted(
    window: MainWindow, context: AppContext, finding: Finding, qtbot: QtBot
) -> None:
    panel = _panel(window, "findings")
    panel.tree.itemClicked.emit(panel.tree.topLevelItem(0), 0)
    assert context.selection.current.finding == "f1"
    assert context.camera.told == ["frame"]  # type: ignore[attr-defined]
    qtbot.waitUntil(panel.note.isVisible)
    assert not panel.keep.isEnabled()
    panel.note.setPlainText("Too wide.")
    panel.keep.click()
    assert context.document.findings["f1"].text == "Too wide."
    panel.state.click()
    assert context.document.findings["f1"].state == "closed"
    qtbot.waitUntil(lambda: panel.state.text() == "Reopen")
    panel.delete.click()
    assert not context.document.findings
    qtbot.waitUntil(panel.empty.isVisible)
    assert len(context.history.done()) == 3
    for _ in range(3):
        context.history.undo()
    assert context.document.findings["f1"] == finding


def test_a_measure_that_is_no_longer_true_says_what_it_would_be_now(
    window: MainWindow, context: AppContext, finding: Finding, qtbot: QtBot
) -> None:
    panel, tools = _panel(window, "findings"), cast("Any", context.tools)
    assert panel.tree.topLevelItem(0).childCount() == 1
    tools.values_now["f1"] = (("straight", 12.0, "mm"), ("over the surface", 13.0, "mm"))
    tools.measured.emit("f1")
    qtbot.waitUntil(lambda: panel.tree.topLevelItem(0).childCount() == 3)
    item = panel.tree.topLevelItem(0)
    assert item.text(1) == "11.40 mm"
    assert [item.child(1).text(column) for column in (0, 1)] == ["straight, now", "12.00 mm"]


def test_a_note_stays_with_the_finding_it_was_written_about(
    window: MainWindow, context: AppContext, finding: Finding, qtbot: QtBot
) -> None:
    panel = _panel(window, "findings")
    context.document.set(("findings", "f2"), replace(finding, id="f2", title="Distance 2", text="Old."))
    context.selection.set(finding="f1")
    qtbot.waitUntil(panel.note.isVisible)
    panel.note.setFocus()
    panel.note.insertPlainText("Too wide.")
    review.step(context, 1)
    qtbot.waitUntil(lambda: panel.note.toPlainText() == "Old.")
    panel.keep.click()
    assert {name: one.text for name, one in context.document.findings.items()} == {"f1": "Too wide.", "f2": "Old."}
    context.history.undo()
    review.step(context, -1)
    qtbot.waitUntil(lambda: panel.note.toPlainText() == "")
    assert context.document.findings["f1"].text == ""
