"""Panels and commands of the Sculpt workspace: brushes, curves, stamps, layers, view, held keys, key maps, other faces."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QWidget
from pytestqt.qtbot import QtBot

from neodent_viewer.app.actions import layers as layer_actions
from neodent_viewer.app.actions.catalogue import all_commands
from neodent_viewer.app.actions.keymap import clashes, resolve
from neodent_viewer.app.actions.keymaps import CHOSEN, KEY_MAPS, bindings
from neodent_viewer.app.actions.sculpt import resize
from neodent_viewer.app.brush_state import BrushState
from neodent_viewer.app.context import AppContext
from neodent_viewer.app.dialogs import options_dialog, options_of
from neodent_viewer.app.panels.curve import CurveEditor
from neodent_viewer.app.panels.stamp import StampField, read_picture
from neodent_viewer.app.window import MainWindow
from neodent_viewer.core.errors import ArgumentError
from neodent_viewer.document.part import BASE
from neodent_viewer.document.topology_edits import OPERATIONS
from neodent_viewer.sculpt.brushes import BRUSHES


def _panel(window: MainWindow, name: str) -> Any:
    panel = window.show_panel(name)
    assert panel is not None
    return panel


def _drag(widget: QWidget, start: QPointF, end: QPointF) -> None:
    none, left = Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton
    for kind, at, button, held in (
        (QEvent.Type.MouseButtonPress, start, left, left),
        (QEvent.Type.MouseMove, end, none, left),
        (QEvent.Type.MouseButtonRelease, end, left, none),
    ):
        place = widget.mapToGlobal(at)
        QApplication.sendEvent(widget, QMouseEvent(kind, at, place, button, held, Qt.KeyboardModifier.NoModifier))


# -- view ------------------------------------------------------------------------------------------------------------


def test_a_held_key_shows_the_original_until_it_comes_up(window: MainWindow, context: AppContext, qtbot: QtBot) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    QTest.keyPress(window.canvas, Qt.Key.Key_O)
    assert context.viewing.display.original
    handle = window.windowHandle()
    QTest.keyRelease(handle, Qt.Key.Key_P)
    assert context.viewing.display.original, "another key came up"
    QTest.keyRelease(handle, Qt.Key.Key_O)
    assert not context.viewing.display.original
    QTest.keyRelease(handle, Qt.Key.Key_O)
    assert window.commands is not None
    window.commands.actions["see.original"].trigger()  # as from the menu: no key comes up
    assert context.viewing.display.original
    window.commands.actions["see.original"].trigger()
    assert not context.viewing.display.original and not context.history.done()


def test_the_view_panel_and_the_commands_show_the_same_thing(
    window: MainWindow, context: AppContext, qtbot: QtBot
) -> None:
    panel = _panel(window, "view")
    panel.matcaps["wax"].click()
    assert (context.viewing.display.surface, context.viewing.display.matcap) == ("matcap", "wax")
    panel.ticks["wire"].click()
    panel.compares["beside"].click()
    assert context.viewing.display.wire and context.viewing.beside
    assert window.commands is not None
    window.commands.centre.run("see.xray")
    qtbot.waitUntil(lambda: panel.surfaces["xray"].isChecked() and not panel.matcaps["wax"].isChecked())
    window.commands.centre.run("see.wire")
    qtbot.waitUntil(lambda: not panel.ticks["wire"].isChecked())
    QTest.mousePress(panel.hold, Qt.MouseButton.LeftButton)
    assert context.viewing.display.original
    QTest.mouseRelease(panel.hold, Qt.MouseButton.LeftButton)
    assert not context.viewing.display.original


def test_keeping_to_a_tooth_needs_one_and_frames_it(window: MainWindow, context: AppContext) -> None:
    assert window.commands is not None
    context.selection.set(parts=(), tooth=0)
    assert not window.commands.centre.run("view.keep_to_tooth")
    assert "No tooth is chosen" in context.shell.heard()[-1].text
    part = next(iter(context.document.parts.values()))
    context.selection.set(parts=(part.id,), tooth=11)
    assert window.commands.centre.run("view.keep_to_tooth")
    labels = part.surface.labels
    assert labels is not None
    assert np.allclose(context.camera.pivot, part.to_world(part.surface.vertices[labels == 11]).mean(axis=0))
    assert window.commands.centre.run("view.keep_to_tooth") and context.camera.pivot is None


# -- keys ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", KEY_MAPS)
def test_key_maps_name_known_commands_and_give_no_key_twice(context: AppContext, name: str) -> None:
    commands = all_commands(context)
    known = {command.id for command in commands} | {f"tool.{brush}" for brush in BRUSHES}
    assert set(KEY_MAPS[name][1]) <= known
    assert not clashes(commands, KEY_MAPS[name][1])


def test_another_key_map_takes_effect_at_once_and_own_keys_win(
    window: MainWindow, context: AppContext, qtbot: QtBot
) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    context.preferences.set(CHOSEN, "digits")
    QTest.keyClick(window.canvas, Qt.Key.Key_4)
    assert context.tools.current == "smooth"
    QTest.keyClick(window.canvas, Qt.Key.Key_1)
    assert context.tools.current == "draw"
    assert "4" in _panel(window, "brush").buttons["smooth"].toolTip()
    context.preferences.set("keys", {"tool.smooth": ["Ctrl+9"]})
    keys = resolve(all_commands(context), "sculpt", bindings(context.preferences))
    assert keys["tool.smooth"] == ("Ctrl+9",) and keys["tool.draw"] == ("1",)
    context.shell.set_workspace("review")
    assert window.commands is not None
    assert "tool.smooth" not in window.commands.centre.keymap()


# -- brush -----------------------------------------------------------------------------------------------------------


def test_every_setting_of_a_brush_has_a_field_that_goes_both_ways(
    window: MainWindow, context: AppContext, qtbot: QtBot
) -> None:
    panel, brush = _panel(window, "brush"), context.tools.brush
    panel.buttons["draw"].click()
    panel.unit.click()
    qtbot.waitUntil(lambda: panel.radius.suffix() == " px")
    panel.radius.setValue(60)
    assert brush.in_pixels and brush.pixels == 60
    groups = panel.groups
    groups.falloff.setCurrentIndex(groups.falloff.findData("custom"))
    groups.falloff.activated.emit(groups.falloff.currentIndex())
    qtbot.waitUntil(lambda: not groups.curve.isHidden())
    assert brush.falloff == "custom"
    brush.set(cavity=-0.4, rate=12.0, radial=6, stabiliser=2.5, boundary_rings=3, normal_radius=0.5, lock_to_label=True)
    qtbot.waitUntil(lambda: not panel._wake.isActive())
    shown = {slider.box.text() for slider in groups.findChildren(type(groups.stamp.angle))}
    assert {"-40 %", "12 /s", "6 ×", "2.5 mm", "3 edges", "50 %"} <= shown
    larger = resize(1.15)
    brush.set(pixels=5.0)
    larger(context)
    assert brush.pixels == 6.0  # the keys step what is set, and never stand still
    contact = next(box for box in groups.findChildren(QCheckBox) if box.text() == "Keep contact")
    contact.click()
    assert brush.keep_contact
    brush.set(plane=(1.0, 0.0, 0.0, 2.0))
    qtbot.waitUntil(lambda: not groups.straight.isHidden())
    kept = BrushState()
    kept.remember(brush.remembered())
    assert kept.keep_contact and kept.plane == (1.0, 0.0, 0.0, 2.0)
    groups.straight.click()
    assert brush.plane == ()
    panel.reset.click()
    assert brush.cavity == 0.0 and not brush.lock_to_label and brush.radial == 6, "what is the hand's stays"


def test_a_curve_is_drawn_by_hand_and_stays_one(qtbot: QtBot) -> None:
    curve = CurveEditor("test")
    qtbot.addWidget(curve)
    curve.resize(200, 100)
    told: list[Any] = []
    curve.moved.connect(told.append)
    middle = QPointF(100, 50)
    place = curve.mapToGlobal(middle)
    left = Qt.MouseButton.LeftButton
    double = QMouseEvent(QEvent.Type.MouseButtonDblClick, middle, place, left, left, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(curve, double)
    QTest.mouseRelease(curve, left, pos=middle.toPoint())
    assert len(curve.points) == 3
    _drag(curve, curve._seen(curve.points[1]), QPointF(500, -50))  # far beyond: it stays between its neighbours
    assert 0.9 < curve.points[1][0] < 1.0 and curve.points[1][1] == 1.0
    _drag(curve, curve._seen(curve.points[0]), QPointF(120, 60))
    assert curve.points[0][0] == 0.0 and curve.points[0][1] < 0.6
    QTest.mouseClick(curve, Qt.MouseButton.RightButton, pos=curve._seen(curve.points[1]).toPoint())
    assert len(curve.points) == 2 and told[-1] == curve.points


def test_a_stamp_is_a_pattern_or_the_grey_of_a_picture(qtbot: QtBot, tmp_path: Path) -> None:
    field = StampField()
    qtbot.addWidget(field)
    told: list[Any] = []
    field.changed.connect(told.append)
    field.list.setCurrentIndex(field.list.findText("Ring"))
    field.list.activated.emit(field.list.currentIndex())
    field.angle.box.setValue(90)
    assert told[-1].name == "Ring" and told[-1].angle == pytest.approx(np.pi / 2)
    image = QImage(6, 4, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    image.setPixelColor(5, 0, Qt.GlobalColor.black)
    image.save(str(tmp_path / "dot.png"))
    grey = read_picture(tmp_path / "dot.png")
    assert grey.shape == (4, 6) and grey[0, 5] == 0.0 and grey[0, 0] == pytest.approx(1.0)
    (tmp_path / "no.png").write_text("no picture")
    with pytest.raises(ArgumentError):
        read_picture(tmp_path / "no.png")


# -- layers ----------------------------------------------------------------------------------------------------------


def test_the_layers_panel_adds_orders_hides_renames_and_merges(
    window: MainWindow, context: AppContext, qtbot: QtBot
) -> None:
    panel = _panel(window, "layers")
    part = context.sculpting.part
    assert part is not None and context.sculpting.layer(part) == BASE and not panel.strength.isEnabled()
    panel.buttons["add"].click()
    panel.buttons["add"].click()
    qtbot.waitUntil(lambda: panel.list.topLevelItemCount() == 3)
    lower, upper = part.layers
    assert [panel.list.topLevelItem(row).text(1) for row in range(3)] == [upper.name, lower.name, "Base"]
    assert context.sculpting.layer(part) == upper.id
    panel.buttons["down"].click()
    assert [layer.id for layer in part.layers] == [upper.id, lower.id]
    qtbot.waitUntil(lambda: panel.list.topLevelItem(1).text(1) == upper.name)
    panel.list.topLevelItem(1).setText(1, "Edges")
    assert part.layers[0].name == "Edges"
    qtbot.waitUntil(lambda: panel.list.topLevelItem(1).text(1) == "Edges")
    panel.list.itemClicked.emit(panel.list.topLevelItem(1), 0)
    assert not part.layers[0].visible
    steps = len(context.history.done())
    panel.strength.moved.emit(40.0)
    panel.strength.moved.emit(60.0)
    panel.strength.settled.emit()
    assert part.layers[0].strength == 0.6 and len(context.history.done()) == steps + 1
    panel.buttons["merge"].click()  # it is the lowest: refused in words
    assert "no layer below" in context.shell.heard()[-1].text
    layer_actions.toggle(context)
    panel.buttons["up"].click()
    panel.buttons["merge"].click()
    assert [layer.id for layer in part.layers] == [lower.id] and context.sculpting.layer(part) == lower.id
    panel.buttons["remove"].click()
    assert part.layers == () and context.sculpting.layer(part) == BASE
    while context.history.undo():
        pass
    assert part.layers == ()


# -- other faces -----------------------------------------------------------------------------------------------------


def test_other_faces_come_with_a_sentence_and_one_undo_brings_the_old_ones_back(
    window: MainWindow, context: AppContext
) -> None:
    assert window.commands is not None
    part = context.sculpting.part
    assert part is not None
    before = part.surface.vertices.copy(), part.surface.faces.copy()
    assert window.commands.centre.run("topology.up")
    assert len(part.surface.faces) == 4 * len(before[1])
    said = context.shell.heard()[-1].text
    assert "triangles now" in said and "labels by nearest vertex" in said
    context.shell.ask_options = lambda title, hint, options: {o.name: o.default for o in options}  # type: ignore[method-assign]
    assert window.commands.centre.run("topology.cut")
    context.shell.ask_options = lambda *_: None  # type: ignore[method-assign]
    steps = len(context.history.done())
    window.commands.centre.run("topology.decimate")
    assert len(context.history.done()) == steps, "the person changed their mind"
    context.history.undo()
    context.history.undo()
    assert all(np.array_equal(a, b) for a, b in zip(before, (part.surface.vertices, part.surface.faces), strict=True))


def test_the_options_of_every_operation_can_be_asked(qtbot: QtBot) -> None:
    for operation in OPERATIONS.values():
        if any(option.default is None for option in operation.options):
            continue
        dialog, fields = options_dialog(None, operation.title, operation.hint, operation.options)
        qtbot.addWidget(dialog)
        assert options_of(fields) == {option.name: option.default for option in operation.options}


def test_nothing_is_cramped_at_the_size_the_window_opens_with(window: MainWindow, context: AppContext) -> None:
    for name in ("brush", "layers", "view"):
        panel = _panel(window, name)
        QApplication.processEvents()
        for child in panel.findChildren(QWidget):
            if child.isVisibleTo(panel) and child.width() > 4:
                right = child.mapTo(panel, QPoint(child.width(), 0)).x()
                assert right <= panel.width() + 1, f"{name}: {child} is cut off"
