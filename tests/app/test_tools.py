"""Tools under real mouse events: strokes, radius by hand, measures, probes; every change undone bit for bit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QPointingDevice, QTabletEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from neodent_viewer.app.actions import parts, sculpt
from neodent_viewer.app.actions.catalogue import all_commands
from neodent_viewer.app.actions.keymap import resolve
from neodent_viewer.app.compose import Program
from neodent_viewer.app.tools.pointer import Pointer
from neodent_viewer.app.tools.sculpt import BrushTool
from neodent_viewer.document.edits import VertexEdit
from neodent_viewer.document.look import Shading
from neodent_viewer.document.part import Part
from neodent_viewer.render.annotations import Line, Point, Ring, Text

PATIENCE = 60_000
_LEFT = Qt.MouseButton.LeftButton
_PLAIN = Qt.KeyboardModifier.NoModifier


def _part(program: Program) -> Part:
    return next(iter(program.context.document.parts.values()))


def _middle(program: Program) -> QPoint:
    return program.canvas.rect().center()


def _take_brush(program: Program, mouse: Any, qtbot: QtBot, name: str = "draw") -> None:
    program.context.tools.set_current(name)
    brush, part = program.context.tools.tool, _part(program)
    assert isinstance(brush, BrushTool)
    qtbot.waitUntil(lambda: brush.prepared(part), timeout=PATIENCE)
    program.context.tools.brush.set(radius=4.0)
    mouse.move(_middle(program))


def _stroke(program: Program, mouse: Any, keys: Qt.KeyboardModifier = _PLAIN, to: tuple[int, int] = (60, 20)) -> None:
    mouse.keys = keys
    mouse.drag(_middle(program), _middle(program) + QPoint(*to))
    mouse.keys = _PLAIN


def test_a_stroke_is_one_edit_and_undo_restores_bit_for_bit(program: Program, mouse: Any, qtbot: QtBot) -> None:
    _take_brush(program, mouse, qtbot)
    vertices = _part(program).surface.vertices
    before, camera = vertices.copy(), program.context.camera.camera
    _stroke(program, mouse)
    history = program.context.history
    assert len(history.done()) == 1 and isinstance(history.done()[0], VertexEdit)
    moved = np.nonzero((vertices != before).any(axis=1))[0]
    assert len(moved) > 5 and program.context.camera.camera == camera
    after = vertices.copy()
    history.undo()
    assert vertices.tobytes() == before.tobytes()
    history.redo()
    assert vertices.tobytes() == after.tobytes()


def test_after_undo_the_brush_meets_the_surface_as_it_is(program: Program, mouse: Any, qtbot: QtBot) -> None:
    _take_brush(program, mouse, qtbot)
    vertices = _part(program).surface.vertices
    _stroke(program, mouse)
    once = vertices.copy()
    program.context.history.undo()
    _stroke(program, mouse)
    assert np.array_equal(vertices, once)


def test_ctrl_digs_where_the_brush_builds(program: Program, mouse: Any, qtbot: QtBot) -> None:
    _take_brush(program, mouse, qtbot)
    vertices = _part(program).surface.vertices
    before = vertices.astype(np.float64)
    _stroke(program, mouse)
    built = np.linalg.norm(vertices, axis=1) - np.linalg.norm(before, axis=1)
    program.context.history.undo()
    _stroke(program, mouse, Qt.KeyboardModifier.ControlModifier)
    dug = np.linalg.norm(vertices, axis=1) - np.linalg.norm(before, axis=1)
    assert built.max() > 0.01 and built.min() > -0.01
    assert dug.min() < -0.01 and dug.max() < 0.01


def test_shift_smooths_what_was_rough(program: Program, mouse: Any, qtbot: QtBot) -> None:
    _take_brush(program, mouse, qtbot)
    program.context.tools.brush.set(radius=6.0, strength=1.0)
    hit = program.aim.pick(Pointer(_middle(program).x(), _middle(program).y()))
    assert hit is not None
    part = _part(program)
    corner = np.array([part.surface.faces[hit.face][0]], np.int32)
    spike = part.surface.vertices[corner] * np.float32(1.05)
    program.context.history.do(
        VertexEdit(part.id, "base", "position", corner, part.surface.vertices[corner].copy(), spike)
    )
    height = float(np.linalg.norm(spike))
    _stroke(program, mouse, Qt.KeyboardModifier.ShiftModifier, (4, 0))
    assert float(np.linalg.norm(part.surface.vertices[corner])) < height - 0.1
    assert program.context.history.done()[-1].title == "Smooth"


def test_escape_takes_a_running_stroke_back(program: Program, mouse: Any, qtbot: QtBot) -> None:
    _take_brush(program, mouse, qtbot)
    vertices = _part(program).surface.vertices
    before = vertices.copy()
    mouse.press(_middle(program))
    mouse.move(_middle(program) + QPoint(40, 0))
    assert not np.array_equal(vertices, before)
    QTest.keyClick(program.canvas, Qt.Key.Key_Escape)
    mouse.release(_middle(program))
    assert vertices.tobytes() == before.tobytes() and program.context.history.done() == ()


def test_a_press_beside_the_surface_leaves_the_drag_to_the_camera(program: Program, mouse: Any, qtbot: QtBot) -> None:
    _take_brush(program, mouse, qtbot)
    yaw = program.context.camera.camera.yaw
    mouse.press(QPoint(4, 4))
    mouse.move(QPoint(60, 30))
    mouse.release(QPoint(60, 30))
    assert program.context.camera.camera.yaw != yaw and program.context.history.done() == ()


def test_the_ring_lies_on_the_surface_under_the_hand(program: Program, mouse: Any, qtbot: QtBot) -> None:
    _take_brush(program, mouse, qtbot)
    at = _middle(program) + QPoint(30, -20)
    mouse.move(at)
    (ring,) = program.hand.annotations()
    assert isinstance(ring, Ring) and ring.radius == program.context.tools.brush.radius
    hit = program.aim.pick(Pointer(at.x(), at.y()))
    assert hit is not None and np.allclose(ring.centre, hit.position)
    program.hand.leave()
    assert program.hand.annotations() == ()


def test_the_hand_sets_the_radius_with_the_number_shown(program: Program, mouse: Any, qtbot: QtBot) -> None:
    _take_brush(program, mouse, qtbot)
    brush, camera, size = program.context.tools.brush, program.context.camera.camera, program.frames.editor_size()
    before = brush.radius
    sculpt.size("radius")(program.context)
    mouse.move(_middle(program) + QPoint(50, 0))
    assert brush.radius == pytest.approx(before + 50 * camera.mm_per_pixel(size), abs=0.02)
    texts = [mark.text for mark in program.hand.annotations() if isinstance(mark, Text)]
    assert texts == [f"{brush.radius:.2f} mm"]
    mouse.click(_middle(program) + QPoint(50, 0))
    taken = brush.radius
    sculpt.size("radius")(program.context)
    mouse.move(_middle(program) + QPoint(90, 0))
    QTest.keyClick(program.canvas, Qt.Key.Key_Escape)
    assert brush.radius == taken and program.context.history.done() == ()


def test_a_pen_that_is_pressed_less_moves_less(program: Program, mouse: Any, qtbot: QtBot) -> None:
    _take_brush(program, mouse, qtbot)
    vertices = _part(program).surface.vertices
    before, moved = vertices.copy(), []
    for pressure in (1.0, 0.25):
        _pen(program, pressure)
        moved.append(float(np.abs(vertices - before).max()))
        program.context.history.undo()
    assert moved[1] == pytest.approx(moved[0] / 4, rel=0.05)


def _pen(program: Program, pressure: float) -> None:
    at = QPointF(_middle(program))
    place = program.canvas.mapToGlobal(at)
    for kind, button in ((QEvent.Type.TabletPress, _LEFT), (QEvent.Type.TabletRelease, _LEFT)):
        held = _LEFT if kind == QEvent.Type.TabletPress else Qt.MouseButton.NoButton
        device = QPointingDevice.primaryPointingDevice()
        event = QTabletEvent(kind, device, at, place, pressure, 0, 0, 0, 0, 0, _PLAIN, button, held)
        QApplication.sendEvent(program.canvas, event)


def test_a_preview_is_not_sculpted(program: Program, mouse: Any, qtbot: QtBot) -> None:
    _take_brush(program, mouse, qtbot)
    part = _part(program)
    program.context.document.set(("parts", part.id, "preview"), True)
    before = part.surface.vertices.copy()
    _stroke(program, mouse)
    assert np.array_equal(part.surface.vertices, before) and program.context.history.done() == ()


def test_two_clicks_measure_and_keep_a_finding(program: Program, mouse: Any, qtbot: QtBot) -> None:
    context = program.context
    context.tools.set_current("distance")
    first, second = _middle(program) - QPoint(60, 20), _middle(program) + QPoint(60, 20)
    mouse.click(first)
    mouse.move(second)
    assert any(isinstance(mark, Line) for mark in program.hand.annotations())
    assert any(isinstance(mark, Text) and "mm" in mark.text for mark in program.hand.annotations())
    mouse.click(second)
    qtbot.waitUntil(lambda: len(context.document.findings) == 1, timeout=PATIENCE)
    (finding,) = context.document.findings.values()
    values = {name: value for name, value, unit in finding.values if unit == "mm"}
    ends = [program.aim.pick(Pointer(p.x(), p.y())) for p in (first, second)]
    assert ends[0] is not None and ends[1] is not None
    straight = float(np.linalg.norm(ends[0].position - ends[1].position))
    assert values["straight"] == pytest.approx(straight, abs=1e-3)
    assert values["over the surface"] > straight
    context.history.undo()
    assert context.document.findings == {}


def test_a_kept_measure_stays_in_sight_whatever_tool_is_in_hand(program: Program, mouse: Any, qtbot: QtBot) -> None:
    context = program.context
    context.shell.set_workspace("review")
    qtbot.waitUntil(lambda: program.clock.settled, timeout=PATIENCE)
    context.tools.set_current("distance")
    mouse.click(_middle(program) - QPoint(60, 20))
    mouse.click(_middle(program) + QPoint(60, 20))
    qtbot.waitUntil(lambda: len(context.document.findings) == 1, timeout=PATIENCE)
    context.tools.set_current("select")

    def shown() -> list[str]:
        return [mark.text for mark in program.hand.annotations() if isinstance(mark, Text)]

    (finding,) = context.document.findings.values()
    assert shown() == [f"{finding.values[0][1]:.2f} mm · {finding.values[1][1]:.2f} mm over the surface"]
    # the way over the surface follows, of more points than the straight line
    qtbot.waitUntil(
        lambda: any(isinstance(mark, Line) and len(mark.points) > 2 for mark in program.hand.annotations()),
        timeout=PATIENCE,
    )
    kept = shown()[0]
    parts.set_unit(context, _part(program).id, "cm")
    qtbot.waitUntil(lambda: shown() != [kept], timeout=PATIENCE)
    assert shown()[0].startswith(f"{kept} (before later edits, now {10 * finding.values[0][1]:.2f} mm")
    context.history.undo()
    qtbot.waitUntil(lambda: shown() == [kept], timeout=PATIENCE)
    context.shell.set_workspace("sculpt")
    assert shown() == []


def test_a_measure_of_a_part_that_was_replaced_meanwhile_is_not_kept(
    program: Program, mouse: Any, qtbot: QtBot
) -> None:
    context, part = program.context, _part(program)
    context.tools.set_current("distance")
    mouse.click(_middle(program) - QPoint(60, 20))
    mouse.click(_middle(program) + QPoint(60, 20))
    assert any(job.title == "Measuring distance" for job in program.background.jobs())
    context.document.set(("parts", part.id), parts.rescaled(part, "cm"))
    qtbot.waitUntil(lambda: not program.background.jobs(), timeout=PATIENCE)
    assert context.document.findings == {} and not context.history.done()


def test_a_click_places_a_probe_and_a_drag_moves_it(program: Program, mouse: Any, qtbot: QtBot) -> None:
    context = program.context
    context.tools.set_current("place_probe")
    start, end = _middle(program), _middle(program) + QPoint(80, 10)
    mouse.click(start)
    (placed,) = context.document.probes.values()
    mouse.press(start)
    mouse.move(end)
    mouse.release(end)
    (moved,) = context.document.probes.values()
    assert moved.id == placed.id and moved.anchor != placed.anchor
    hit = program.aim.pick(Pointer(end.x(), end.y()))
    assert hit is not None and np.allclose(moved.anchor.position, hit.position, atol=1e-3)
    context.history.undo()
    assert context.document.probes[placed.id] == placed
    context.history.undo()
    assert context.document.probes == {}


def test_probes_are_seen_while_a_probe_tool_is_in_hand_or_one_is_chosen(
    program: Program, mouse: Any, qtbot: QtBot
) -> None:
    context = program.context
    context.shell.set_workspace("perform")
    context.document.set(("look",), replace(context.document.look, shading=Shading.CLINICAL))
    context.tools.set_current("place_probe")
    mouse.click(_middle(program))
    mouse.move(QPoint(2, 2))
    (placed,) = context.document.probes.values()
    place = pytest.approx(placed.anchor.position, abs=1e-3)

    def marks() -> list[Any]:
        return [mark.position for mark in program.hand.annotations() if isinstance(mark, Point)]

    context.selection.clear()
    assert marks() == [place]
    context.tools.set_current("select")
    assert marks() == []
    context.selection.set(probe=placed.id)
    assert marks() == [place]
    # the field marks those that it reads by itself
    context.document.set(("look",), replace(context.document.look, shading=Shading.FIELD))
    assert marks() == []


def test_in_review_p_pins_a_note_where_one_clicks(program: Program, mouse: Any, qtbot: QtBot) -> None:
    context = program.context
    keys = resolve(all_commands(context), "review")
    assert keys["tool.pin"] == ("P",) and "P" not in keys.get("tool.place_probe", ())
    assert resolve(all_commands(context), "perform")["tool.place_probe"] == ("P",)
    context.shell.set_workspace("review")
    context.tools.set_current("pin")
    for shift in (-40, 40):
        mouse.click(_middle(program) + QPoint(shift, 0))
    first, second = context.document.findings.values()
    assert (first.title, second.title, second.kind) == ("Note 1", "Note 2", "note")
    assert context.selection.current.finding == second.id
    hit = program.aim.pick(Pointer(_middle(program).x() + 40, _middle(program).y()))
    assert hit is not None and np.allclose(second.anchors[0].position, hit.position, atol=1e-3)
    assert {"Note 1", "Note 2"} <= {mark.text for mark in program.hand.annotations() if isinstance(mark, Text)}
    context.history.undo()
    assert list(context.document.findings) == [first.id]
