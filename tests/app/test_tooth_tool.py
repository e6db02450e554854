"""The tooth tool and its panel under real mouse events: handles, typed numbers, contact, locks, marking."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from neodent_viewer.anatomy.tooth_frame import Pose
from neodent_viewer.app.actions import layers as layer_actions
from neodent_viewer.app.compose import Program
from neodent_viewer.app.panels.tooth import ToothPanel
from neodent_viewer.app.tools.tooth import ToothTool
from neodent_viewer.document.layers import visible_edit
from neodent_viewer.document.part import Part
from neodent_viewer.mesh.surface import Surface
from neodent_viewer.render.annotations import Line, Point, Text
from neodent_viewer.render.views import Camera

PATIENCE = 60_000


def _jaw() -> Part:
    """A small lower jaw: three round crowns in a row on a flat gum, labelled 41, 31, 32 from the patient's right."""
    x, z = np.meshgrid(np.arange(-9.0, 9.2, 0.2), np.arange(-5.0, 5.2, 0.2), indexing="ij")
    y, labels = np.zeros_like(x), np.zeros(x.shape, np.int16)
    for place, label in ((-4.4, 41), (0.0, 31), (4.4, 32)):
        away = np.hypot(x - place, z) / 2.0
        y += 3.0 * np.sqrt(np.maximum(0.0, 1.0 - away**2))
        labels[away < 1.0] = label
    n, m = x.shape
    corner = np.arange(n * m, dtype=np.int32).reshape(n, m)
    a, b, c, d = corner[:-1, :-1].ravel(), corner[1:, :-1].ravel(), corner[1:, 1:].ravel(), corner[:-1, 1:].ravel()
    faces = np.concatenate([np.stack([a, c, b], axis=1), np.stack([a, d, c], axis=1)])
    vertices = np.stack([x, y, z], axis=-1).reshape(-1, 3).astype(np.float32)
    return Part("jaw", "Lower", Surface(vertices, faces, arrays={"labels": labels.ravel()}), jaw="lower")


@pytest.fixture
def jaw(program: Program, qtbot: QtBot) -> Part:
    """The small jaw alone on the canvas, seen from the front and above, the tooth tool in hand."""
    context, part = program.context, _jaw()
    for old in list(context.document.parts):
        context.document.set(("parts", old), None)
    context.document.set(("parts", part.id), part)
    context.camera.set_camera(Camera((0.0, 1.0, 0.0), 0.0, 35.0, 45.0))
    context.tools.set_current("tooth")
    qtbot.waitUntil(lambda: program.aim.ready, timeout=PATIENCE)
    return part


def _tool(program: Program) -> ToothTool:
    tool = program.context.tools.tool  # type: ignore[attr-defined]
    assert isinstance(tool, ToothTool)
    return tool


def _seen(program: Program, place: Any) -> QPoint:
    x, y, _ = program.context.camera.camera.project(place, program.frames.editor_size())
    ratio = program.canvas.devicePixelRatioF()
    return QPoint(round(x / ratio), round(y / ratio))


def _choose(
    program: Program, mouse: Any, qtbot: QtBot, place: tuple[float, float, float] = (0.0, 3.0, 0.0)
) -> ToothTool:
    tool = _tool(program)
    mouse.click(_seen(program, place))
    qtbot.waitUntil(lambda: tool.hand.grip is not None, timeout=PATIENCE)
    return tool


def _handle(program: Program, name: str) -> QPoint:
    (handle,) = (one for one in _tool(program)._handles() if one.name == name)
    return _seen(program, handle.points[-1])


def test_a_click_takes_a_tooth_and_a_drag_moves_it_as_one_edit(
    program: Program, jaw: Part, mouse: Any, qtbot: QtBot
) -> None:
    tool = _choose(program, mouse, qtbot)
    assert (tool.hand.part, tool.hand.label) == ("jaw", 31)
    assert program.context.selection.current.tooth == 31
    before, labels = jaw.surface.vertices.copy(), jaw.surface.arrays["labels"]
    start = _handle(program, "long")
    mouse.drag(start, start + QPoint(0, -40))
    history = program.context.history
    assert [edit.title for edit in history.done()] == ["Move tooth 31"]
    assert tool.hand.pose is not None
    lifted = tool.hand.pose.move[2]
    assert lifted > 0.5 and np.allclose(tool.hand.pose.move[:2], 0.0, atol=1e-9)
    crown = labels == 31
    step = jaw.surface.vertices[crown] - before[crown]
    assert np.abs(np.linalg.norm(step, axis=1) - lifted).max() < 1e-4
    beside = np.isin(labels, [41, 32])
    assert jaw.surface.vertices[beside].tobytes() == before[beside].tobytes()
    history.undo()
    assert jaw.surface.vertices.tobytes() == before.tobytes() and tool.hand.pose == Pose()
    history.redo()
    assert tool.hand.pose.move[2] == lifted


def test_a_move_goes_to_the_layer_that_takes_strokes(program: Program, jaw: Part, mouse: Any, qtbot: QtBot) -> None:
    tool, context = _choose(program, mouse, qtbot), program.context
    before = jaw.surface.vertices.copy()
    layer_actions.add(context)
    start = _handle(program, "long")
    mouse.drag(start, start + QPoint(0, -40))
    assert tool.hand.pose is not None and tool.hand.pose.move[2] > 0.5
    (layer,) = jaw.layers
    moved = jaw.surface.vertices.copy()
    assert jaw.base is not None and np.array_equal(jaw.base, before) and len(layer.indices)
    context.history.do(visible_edit(jaw, layer.id, False))
    assert np.array_equal(jaw.surface.vertices, before)
    mouse.drag(start, start + QPoint(0, -40))  # nothing of it would be seen: refused in words
    assert np.array_equal(jaw.surface.vertices, before) and "hidden" in context.shell.heard()[-1].text
    context.history.undo()
    assert jaw.surface.vertices.tobytes() == moved.tobytes()
    context.history.undo()
    assert jaw.surface.vertices.tobytes() == before.tobytes() and tool.hand.pose == Pose()


def test_esc_takes_a_move_back_and_leaves_no_edit(program: Program, jaw: Part, mouse: Any, qtbot: QtBot) -> None:
    tool = _choose(program, mouse, qtbot)
    before, start = jaw.surface.vertices.copy(), _handle(program, "free")
    mouse.move(start)
    mouse.press(start)
    mouse.move(start + QPoint(0, -30))
    assert tool.busy and (jaw.surface.vertices != before).any()
    program.canvas.setFocus()
    QTest.keyClick(program.canvas, Qt.Key.Key_Escape)
    mouse.release(start + QPoint(0, -30))
    assert jaw.surface.vertices.tobytes() == before.tobytes()
    assert not program.context.history.done() and tool.hand.pose == Pose() and not tool.busy


def test_a_drag_into_the_neighbour_stops_there_and_says_so(
    program: Program, jaw: Part, mouse: Any, qtbot: QtBot
) -> None:
    tool = _choose(program, mouse, qtbot)
    start = _handle(program, "mesial")
    mouse.move(start)
    mouse.press(start)
    for step in range(1, 13):
        mouse.move(start + QPoint(-8 * step, 0))
    assert tool.hand.stopped and tool.hand.pose is not None
    assert 0.4 <= abs(tool.hand.pose.move[0]) < 0.9 and max(tool.hand.depths.values(), default=0.0) <= 0.02
    assert program.context.document.overlays["jaw"].name == "Clearance"
    words = [mark.text for mark in tool.annotations() if isinstance(mark, Text)]
    assert any(text.startswith("Mesial") and text.endswith("mm") for text in words)
    assert any("stopped" in text for text in words)
    mouse.release(start + QPoint(-96, 0))
    assert len(program.context.history.done()) == 1
    program.context.tools.set_current("select")
    assert not program.context.document.overlays


def test_typed_numbers_are_applied_and_follow_undo(program: Program, jaw: Part, mouse: Any, qtbot: QtBot) -> None:
    tool = _choose(program, mouse, qtbot)
    panel = ToothPanel(program.context)
    qtbot.addWidget(panel)
    assert panel.numbers["tip"].suffix() == " °" and panel.numbers["mesial"].suffix() == " mm"
    panel.numbers["buccal"].setValue(0.5)
    panel.numbers["rotate"].setValue(8.0)
    panel.numbers["scale"].setValue(95.0)
    assert tool.hand.pose == Pose((0.0, 0.5, 0.0), rotate=8.0, scale=0.95)
    assert len(program.context.history.done()) == 3
    program.context.history.undo()
    panel.update_view()
    assert panel.numbers["scale"].value() == 100.0 and panel.numbers["rotate"].value() == 8.0
    panel.count.click()
    qtbot.waitUntil(lambda: tool.hand.grip is not None and tool.hand.pose == Pose(), timeout=PATIENCE)
    program.context.history.undo()
    qtbot.waitUntil(lambda: tool.hand.pose == Pose((0.0, 0.5, 0.0), rotate=8.0), timeout=PATIENCE)
    panel.back.click()
    assert tool.hand.pose == Pose()
    panel.release()


def test_locks_are_set_shown_and_kept(program: Program, jaw: Part, mouse: Any, qtbot: QtBot) -> None:
    tool = _choose(program, mouse, qtbot)
    panel = ToothPanel(program.context)
    qtbot.addWidget(panel)
    panel.lock_others.click()
    assert jaw.locked == frozenset({32, 41}) and tool.hand.grip is not None
    panel.update_view()
    assert panel.locked.text() == "Locked: 32, 41."
    assert {mark.text for mark in tool.annotations() if isinstance(mark, Text)} >= {"32 locked", "41 locked"}
    mouse.click(_seen(program, (4.4, 3.0, 0.0)))
    assert tool.hand.label == 31, "a locked tooth is not taken"
    mouse.move(_seen(program, (0.0, 3.0, 0.0)))
    program.canvas.setFocus()
    QTest.keyClick(program.canvas, Qt.Key.Key_L)
    assert 31 in jaw.locked and tool.hand.label == 0, "what is held and locked is let go"
    panel.unlock.click()
    panel.release()
    assert not jaw.locked


def test_after_somebody_else_shaped_the_tooth_it_is_gripped_anew(
    program: Program, jaw: Part, mouse: Any, qtbot: QtBot
) -> None:
    tool = _choose(program, mouse, qtbot)
    old, rows = tool.hand.grip, np.flatnonzero(jaw.surface.arrays["labels"] == 31)[:40].astype(np.int32)
    higher = jaw.surface.vertices[rows] + np.float32(0.1)
    program.context.document.write_vertices("jaw", "position", rows, higher)
    start = _handle(program, "long")
    mouse.drag(start, start + QPoint(0, -20))  # too early: it is being readied
    assert not program.context.history.done()
    qtbot.waitUntil(lambda: tool.hand.grip not in (None, old), timeout=PATIENCE)
    assert np.array_equal(jaw.surface.vertices[rows], higher)


def test_a_tooth_grows_on_a_scan_without_labels_and_can_be_painted(
    program: Program, jaw: Part, mouse: Any, qtbot: QtBot
) -> None:
    true = jaw.surface.arrays.pop("labels")
    tool, at = _tool(program), _seen(program, (0.0, 3.0, 0.0))
    mouse.click(at)
    assert tool.hand.label == 0, "there is no tooth yet"
    panel = ToothPanel(program.context)
    qtbot.addWidget(panel)
    panel.marking.setChecked(True)
    panel.number.setValue(31)
    mouse.click(at)
    qtbot.waitUntil(lambda: bool(tool.marks.part), timeout=PATIENCE)
    found, wanted = tool.marks.rows, np.flatnonzero(true == 31)
    assert np.isin(wanted, found).all() and len(found) < 1.5 * len(wanted)  # crowns of few triangles have wide margins
    panel.margin.moved.emit(90.0)
    assert len(tool.marks.rows) >= len(found)
    mouse.keys = Qt.KeyboardModifier.ControlModifier
    mouse.drag(at, at + QPoint(4, 0))
    mouse.keys = Qt.KeyboardModifier.NoModifier
    fewer = tool.marks.rows
    panel.keep.click()
    labels = jaw.surface.arrays["labels"]
    assert np.array_equal(np.flatnonzero(labels == 31), fewer) and not program.context.document.overlays
    assert program.context.history.done()[-1].title == "Mark tooth 31"
    panel.marking.setChecked(False)
    panel.release()
    program.context.history.undo()
    assert not labels.any()


def test_handles_are_drawn_where_the_tooth_is(program: Program, jaw: Part, mouse: Any, qtbot: QtBot) -> None:
    tool = _choose(program, mouse, qtbot)
    mouse.move(QPoint(3, 3))
    marks = tool.annotations()
    assert sum(isinstance(mark, Point) for mark in marks) == 5 and sum(isinstance(mark, Line) for mark in marks) == 6
    names = {handle.name for handle in tool._handles()}
    assert names == {"free", "mesial", "buccal", "long", "rotate", "tip", "torque", "scale"}
    mouse.click(QPoint(3, 3))
    assert tool.hand.label == 0 and not tool.annotations()
