"""The plane that is shown before something is cut, mirrored or sculpted symmetrically; under real mouse events and keys."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from neodent_viewer.app.actions import sculpt, topology
from neodent_viewer.app.compose import Program
from neodent_viewer.app.tools.plane import PlaneTool
from neodent_viewer.app.tools.pointer import Pointer
from neodent_viewer.app.tools.strokes import local_plane, world_plane
from neodent_viewer.document.part import Part
from neodent_viewer.render.annotations import Sheet, Text

PATIENCE = 60_000


def _part(program: Program) -> Part:
    return next(iter(program.context.document.parts.values()))


def _tool(program: Program) -> PlaneTool:
    tool = program.context.tools.tool  # type: ignore[attr-defined]
    assert isinstance(tool, PlaneTool)
    return tool


def _seen(program: Program, place: Any) -> QPoint:
    x, y, _ = program.context.camera.camera.project(tuple(place), program.frames.editor_size())
    ratio = program.canvas.devicePixelRatioF()
    return QPoint(round(x / ratio), round(y / ratio))


def test_handles_move_and_turn_the_plane_and_enter_cuts_what_was_tinted(
    program: Program, mouse: Any, qtbot: QtBot
) -> None:
    part, context = _part(program), program.context
    context.tools.set_current("draw")
    topology.operate("cut")(context)
    tool, hand = _tool(program), _tool(program).hand
    handles = {handle.name: handle for handle in tool.handles()}
    tip = _seen(program, handles["at"].points[1])
    before = hand.at
    mouse.drag(tip, tip + QPoint(30, 0))
    moved = hand.at - before
    step = _seen(program, handles["at"].points[1] + hand.normal * moved) - tip
    assert abs(moved) > 0.5 and abs(step.x() - 30) <= 3  # the tip went along with the mouse
    centre = hand.centre
    ring = {handle.name: handle for handle in tool.handles()}["turn"]
    spot = max(range(len(ring.points)), key=lambda k: _seen(program, ring.points[k]).y())  # the near side
    grip = _seen(program, ring.points[spot])
    mouse.drag(grip, grip + QPoint(25, 0))
    assert abs(hand.turn) > 2.0 and np.allclose(hand.centre, centre, atol=0.5)
    numbers = [mark.text for mark in tool.annotations() if isinstance(mark, Text)]
    assert f"{hand.at:+.2f} mm · turn {hand.turn:+.1f}° · tilt +0.0°" in numbers
    assert any(isinstance(mark, Sheet) for mark in tool.annotations())
    world = part.to_world(part.surface.vertices)
    tinted = np.isfinite(context.document.overlays[part.id].values)
    assert np.array_equal(tinted, world @ hand.normal < hand.at) and 0 < tinted.sum() < len(tinted)
    normal, place, faces = hand.normal, hand.at, len(part.surface.faces)
    program.canvas.setFocus()
    QTest.keyClick(program.canvas, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(part.surface.faces) < faces, timeout=PATIENCE)
    assert (part.to_world(part.surface.vertices) @ normal).min() > place - 1e-3
    assert context.tools.current == "draw" and part.id not in context.document.overlays
    context.history.undo()
    assert len(part.surface.faces) == faces


def test_esc_leaves_everything_as_it_was(program: Program, mouse: Any) -> None:
    part, context = _part(program), program.context
    shape, tool_before = part.surface.vertices.tobytes(), context.tools.current
    topology.operate("mirror")(context)
    hand = _tool(program).hand
    hand.set(tilt=20.0)
    hand.flip()
    assert hand.axis == "-x"
    program.canvas.setFocus()
    QTest.keyClick(program.canvas, Qt.Key.Key_Escape)
    assert context.tools.current == tool_before and not context.history.done()
    assert part.id not in context.document.overlays and part.surface.vertices.tobytes() == shape


def test_another_tool_or_another_surface_puts_the_plane_away(program: Program) -> None:
    context, part = program.context, _part(program)
    topology.operate("cut")(context)
    hand = _tool(program).hand
    context.tools.set_current("select")
    assert not hand.deed and context.tools.current == "select" and part.id not in context.document.overlays
    topology.operate("cut")(context)
    context.shell.set_workspace("review")
    assert not hand.deed and context.tools.current == "select"
    context.shell.set_workspace("sculpt")
    topology.operate("cut")(context)
    context.document.set(("parts", part.id), None)
    assert not hand.deed and context.tools.current == "select"


def test_the_other_side_of_a_plane_is_the_same_plane(program: Program) -> None:
    topology.operate("cut")(program.context)
    hand = _tool(program).hand
    hand.set(turn=25.0)
    hand.set(tilt=-15.0)
    hand.set(at=3.0)
    normal, centre = hand.normal, hand.centre
    hand.flip()
    assert np.allclose(hand.normal, -normal) and np.allclose(hand.centre, centre) and hand.at == pytest.approx(3.0)


def test_a_plane_of_symmetry_is_placed_by_hand_and_strokes_are_mirrored_across_it(
    program: Program, mouse: Any, qtbot: QtBot
) -> None:
    context, part = program.context, _part(program)
    context.tools.set_current("draw")
    brush_tool = context.tools.tool  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: brush_tool.prepared(part), timeout=PATIENCE)
    middle = program.canvas.rect().center()
    ratio = program.canvas.devicePixelRatioF()
    hit = program.aim.pick(Pointer(middle.x() * ratio, middle.y() * ratio))
    assert hit is not None
    sculpt.place_symmetry(context)
    hand = _tool(program).hand
    hand.set(turn=40.0)
    hand.set(at=2.0)
    normal, place = hand.normal, hand.at
    hand.apply()
    brush = context.tools.brush
    assert brush.symmetry_x and not brush.fitted and np.allclose(brush.plane, [*normal, place])
    brush.set(radius=4.0)
    before = part.to_world(part.surface.vertices)
    mouse.drag(middle, middle + QPoint(4, 4))
    moved = np.linalg.norm(part.to_world(part.surface.vertices) - before, axis=1) > 1e-3
    mirrored = hit.position - 2.0 * (hit.position @ normal - place) * normal
    away = np.minimum(*(np.linalg.norm(before[moved] - spot, axis=1) for spot in (hit.position, mirrored)))
    assert away.max() < 7.0
    near = np.linalg.norm(before[moved] - mirrored, axis=1) < 7.0
    assert near.any() or np.linalg.norm(before - mirrored, axis=1).min() > 3.0
    sculpt.straighten_symmetry(context)
    assert brush.plane == ()


def test_a_plane_is_the_same_in_the_world_and_in_a_part_that_was_moved(program: Program) -> None:
    part = _part(program)
    angle = 0.4
    part.transform[:3, :3] = [[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1]]
    part.transform[:3, 3] = [3.0, -2.0, 7.0]
    plane = (0.6, 0.0, 0.8, 4.0)
    own = local_plane(part, plane)
    assert np.allclose(world_plane(part, own), plane)
    points = np.random.default_rng(1).normal(size=(20, 3)) * 9
    heights = part.to_world(points) @ np.array(plane[:3]) - plane[3]
    assert np.allclose(points @ np.array(own[:3]) - own[3], heights)
