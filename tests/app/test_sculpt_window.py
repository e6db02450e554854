"""The sculptor's hand in the window: values, layers, recordings, cursor, comparison; under real mouse and pen events."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QPointingDevice, QTabletEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from neodent_viewer.app.actions import layers as layer_actions
from neodent_viewer.app.actions import masks, seeing, strokes
from neodent_viewer.app.brush_state import BrushState
from neodent_viewer.app.compose import Program
from neodent_viewer.app.tools.pointer import Pointer
from neodent_viewer.app.tools.sculpt import BrushTool
from neodent_viewer.document.document import Document
from neodent_viewer.document.history import History
from neodent_viewer.document.layers import strength_edit
from neodent_viewer.document.part import BASE, Part
from neodent_viewer.jobs.sculpting import replay_all
from neodent_viewer.mesh.distance import SignedDistance
from neodent_viewer.mesh.shapes import plane
from neodent_viewer.mesh.surface import Surface
from neodent_viewer.render.annotations import Ring
from neodent_viewer.sculpt.recording import load, replay
from neodent_viewer.sculpt.surface import SculptMesh

PATIENCE = 60_000


def _part(program: Program) -> Part:
    return next(iter(program.context.document.parts.values()))


def _middle(program: Program) -> QPoint:
    return program.canvas.rect().center()


def _take(program: Program, mouse: Any, qtbot: QtBot, name: str = "draw") -> None:
    program.context.tools.set_current(name)
    brush, part = program.context.tools.tool, _part(program)  # type: ignore[attr-defined]
    assert isinstance(brush, BrushTool)
    qtbot.waitUntil(lambda: brush.prepared(part), timeout=PATIENCE)
    program.context.tools.brush.set(radius=5.0)
    mouse.move(_middle(program))


def _stroke(program: Program, mouse: Any, to: tuple[int, int] = (50, 20)) -> None:
    mouse.drag(_middle(program), _middle(program) + QPoint(*to))


def test_masks_colours_and_zones_are_strokes_and_undo_takes_them_back(
    program: Program, mouse: Any, qtbot: QtBot
) -> None:
    part, history = _part(program), program.context.history
    shape = part.surface.vertices.copy()
    for name, array in (("mask", "mask"), ("paint", "colour"), ("zone", "zone")):
        _take(program, mouse, qtbot, name)
        _stroke(program, mouse)
        values = part.surface.arrays[array]
        touched = history.done()[-1].indices  # type: ignore[union-attr]
        assert 3 < len(touched) < len(values)
        after = values.copy()
        history.undo()
        assert len(np.unique(part.surface.arrays[array].reshape(len(values), -1), axis=0)) == 1
        history.redo()
        assert np.array_equal(part.surface.arrays[array], after)
    masks.act("invert")(program.context)
    inverted = part.surface.arrays["mask"].copy()
    history.undo()
    assert np.allclose(inverted + part.surface.arrays["mask"], 1.0)
    assert np.array_equal(part.surface.vertices, shape)


def test_what_a_mask_protects_stays_under_the_next_brush(program: Program, mouse: Any, qtbot: QtBot) -> None:
    _take(program, mouse, qtbot, "mask")
    program.context.tools.brush.set(falloff="constant", strength=1.0)
    for _ in range(6):
        _stroke(program, mouse)
    part = _part(program)
    safe = part.surface.arrays["mask"] >= 1.0
    before = part.surface.vertices.copy()
    assert safe.sum() > 3
    _take(program, mouse, qtbot)
    program.context.tools.brush.set(radius=9.0)
    _stroke(program, mouse)
    assert not np.array_equal(part.surface.vertices, before)
    assert np.array_equal(part.surface.vertices[safe], before[safe])


def test_the_chosen_layer_takes_strokes_and_its_slider_is_one_step(program: Program, mouse: Any, qtbot: QtBot) -> None:
    _take(program, mouse, qtbot)
    part, history = _part(program), program.context.history
    layer_actions.add(program.context)
    base = part.surface.vertices.copy()
    _stroke(program, mouse)
    full = part.surface.vertices.copy()
    assert len(part.layers[0].indices) > 3 and np.array_equal(part.base, base)
    steps = len(history.done())
    for share in (0.8, 0.3, 0.0):
        history.preview(strength_edit(part, part.layers[0].id, share))
    history.settle()
    assert len(history.done()) == steps + 1 and np.array_equal(part.surface.vertices, base)
    _stroke(program, mouse)  # nothing of it would be seen: refused in words
    assert len(history.done()) == steps + 1
    assert "strength 0" in program.context.shell.heard()[-1].text
    history.undo()
    assert np.array_equal(part.surface.vertices, full)


def test_a_recording_of_the_window_replays_bit_for_bit_without_what_was_undone(
    program: Program, mouse: Any, qtbot: QtBot, tmp_path: Path
) -> None:
    _take(program, mouse, qtbot)
    part, context = _part(program), program.context
    before = part.surface.vertices.copy()
    strokes.toggle(context)
    context.tools.brush.set(symmetry_x=True)
    _stroke(program, mouse)
    _take(program, mouse, qtbot, "grab")
    _stroke(program, mouse, (30, -30))
    _stroke(program, mouse, (-40, 10))
    context.history.undo()
    _take(program, mouse, qtbot, "clay")
    context.tools.brush.set(rate=30.0)
    _stroke(program, mouse)
    strokes.toggle(context)
    _stroke(program, mouse, (5, 40))  # no longer recorded
    context.history.undo()
    path = tmp_path / "strokes.json"
    assert context.sculpting.recorder.save(path) == 3
    recording = load(path)
    assert [stroke.brush for stroke in recording.strokes] == ["draw", "grab", "clay"]
    mesh = SculptMesh(before.copy(), part.surface.faces, part.surface.labels)
    for recorded in recording.strokes:
        replay(mesh, recorded)
    assert mesh.vertices.tobytes() == part.surface.vertices.tobytes()


@pytest.mark.parametrize("strengths", [(0.37,), (1.5,), (0.37, 1.5)])
def test_strokes_on_layers_replay_bit_for_bit(
    program: Program, mouse: Any, qtbot: QtBot, tmp_path: Path, strengths: tuple[float, ...]
) -> None:
    _take(program, mouse, qtbot)
    part, context = _part(program), program.context
    document = Document()
    bare = replace(part, surface=replace(part.surface, vertices=part.surface.vertices.copy()))
    document.set(("parts", bare.id), bare)
    strokes.toggle(context)
    for strength in strengths:
        layer_actions.add(context)
        context.history.do(strength_edit(part, part.layers[-1].id, strength))
    ways = [(60, 30), (-40, 50), (50, -35), (-60, -20), (20, 55)]
    for number, way in enumerate(ways):
        context.sculpting.choose_layer(part, [*part.layers][number % len(strengths)].id)
        _take(program, mouse, qtbot, ("draw", "smooth", "grab", "clay")[number % 4])
        _stroke(program, mouse, way)
    context.sculpting.choose_layer(part, BASE)
    _stroke(program, mouse)
    path = tmp_path / "strokes.json"
    assert context.sculpting.recorder.save(path) == len(ways) + 1
    replay_all(document, History(document), load(path), pytest.fail)
    assert bare.surface.vertices.tobytes() == part.surface.vertices.tobytes()
    assert bare.base is not None and part.base is not None and bare.base.tobytes() == part.base.tobytes()
    for made, again in zip(part.layers, bare.layers, strict=True):
        assert (made.name, made.strength) == (again.name, again.strength)
        assert made.deltas.tobytes() == again.deltas.tobytes() and len(made.indices) > 3


def test_a_brush_that_keeps_contact_stops_shows_how_near_it_is_and_replays(
    program: Program, mouse: Any, qtbot: QtBot, tmp_path: Path
) -> None:
    context, part = program.context, _part(program)
    at, ratio = _middle(program), program.canvas.devicePixelRatioF()
    hit = program.aim.pick(Pointer(at.x() * ratio, at.y() * ratio))
    assert hit is not None
    outward = hit.position / np.linalg.norm(hit.position)
    right = np.cross([0.0, 1.0, 0.0], outward) / np.linalg.norm(np.cross([0.0, 1.0, 0.0], outward))
    plate = plane(12, 3.0)  # to the right of the stroke and over the ball, facing it
    away = plate.vertices[:, :1] + 2.2
    vertices = hit.position + away * right + plate.vertices[:, 1:2] * np.cross(outward, right)
    under = part.to_world(part.surface.vertices)
    under = under[np.linalg.norm(under - hit.position - 2.2 * right, axis=1) < 2.0]
    vertices = vertices + outward * (((under - hit.position) @ outward).max() + 0.1)
    beside = Surface(vertices.astype(np.float32), plate.faces[:, ::-1].copy(), name="plate")
    other = Part.from_surface(beside)
    context.document.set(("parts", other.id), other)
    qtbot.waitUntil(lambda: program.aim.ready, timeout=PATIENCE)
    start, deep = part.surface.vertices.copy(), []
    solid = SignedDistance(part.to_local(other.to_world(other.surface.vertices)).astype(np.float32), beside.faces)
    for keep in (False, True):
        context.tools.brush.set(keep_contact=keep)
        _take(program, mouse, qtbot)
        if keep:
            qtbot.waitUntil(lambda: part.id in context.document.overlays, timeout=PATIENCE)
            shown = context.document.overlays[part.id]
            assert (shown.name, shown.unit) == ("Clearance", "mm")
            assert 0.09 < np.nanmin(shown.values) < 0.5
            strokes.toggle(context)
        context.tools.brush.set(strength=1.0)
        for _ in range(12):
            _stroke(program, mouse, (-4, 12))
        deep.append(-solid.at(part.surface.vertices).min())
        if not keep:
            for _ in range(12):
                context.history.undo()
    assert deep[0] > 0.1 and deep[1] < 1e-4
    qtbot.waitUntil(lambda: np.nanmin(context.document.overlays[part.id].values) < 0.05, timeout=PATIENCE)
    context.sculpting.recorder.save(tmp_path / "s.json")
    document = Document()
    for one, vertices in ((part, start), (other, beside.vertices)):
        document.set(
            ("parts", one.id), replace(one, surface=replace(one.surface, vertices=vertices.copy()), original=None)
        )
    replay_all(document, History(document), load(tmp_path / "s.json"), pytest.fail)
    assert document.parts[part.id].surface.vertices.tobytes() == part.surface.vertices.tobytes()
    context.viewing.set(deviation=True)  # one map at a time
    assert context.document.overlays.get(part.id) is None or context.document.overlays[part.id].name == "Deviation"


def test_partners_of_the_cursor_lie_on_the_surface_where_symmetry_will_work(
    program: Program, mouse: Any, qtbot: QtBot
) -> None:
    _take(program, mouse, qtbot)
    program.context.tools.brush.set(symmetry_x=True, radius=3.0)
    mouse.move(_middle(program) + QPoint(60, -20))
    own, partner = program.hand.annotations()
    assert isinstance(own, Ring) and isinstance(partner, Ring) and own.profile and own.profile[0] == 1.0
    mirrored = np.array(own.centre) * [-1, 1, 1]
    assert np.linalg.norm(mirrored - partner.centre) < 0.5 and partner.colour[3] < own.colour[3]
    program.context.tools.brush.set(symmetry_x=False, radial=4)
    mouse.move(_middle(program) + QPoint(61, -20))
    assert len(program.hand.annotations()) == 4


def test_a_radius_in_pixels_is_the_same_on_screen_however_near(program: Program, mouse: Any, qtbot: QtBot) -> None:
    _take(program, mouse, qtbot)
    program.context.tools.brush.set(in_pixels=True, pixels=30.0)
    mouse.move(_middle(program))
    far = program.hand.annotations()[0]
    mouse.wheel(_middle(program), 4)
    mouse.move(_middle(program) + QPoint(1, 0))
    near = program.hand.annotations()[0]
    assert isinstance(far, Ring) and isinstance(near, Ring) and near.radius < 0.7 * far.radius


def test_a_pen_brings_pressure_and_tilt(program: Program, mouse: Any, qtbot: QtBot) -> None:
    _take(program, mouse, qtbot)
    canvas, part = program.canvas, _part(program)

    def pen(kind: QEvent.Type, at: QPoint, pressure: float) -> None:
        where, button = QPointF(at), Qt.MouseButton.LeftButton
        held = Qt.MouseButton.NoButton if kind == QEvent.Type.TabletRelease else button
        device = QPointingDevice.primaryPointingDevice()
        event = QTabletEvent(
            kind, device, where, canvas.mapToGlobal(where), pressure, 20.0, -10.0, 0.0, 0.0, 0.0,
            Qt.KeyboardModifier.NoModifier, button, held,
        )  # fmt: skip
        QApplication.sendEvent(canvas, event)

    heights = []
    program.context.sculpting.recorder.start()
    for pressure in (1.0, 0.25):
        before = part.surface.vertices.copy()
        pen(QEvent.Type.TabletPress, _middle(program), pressure)
        pen(QEvent.Type.TabletMove, _middle(program) + QPoint(20, 0), pressure)
        pen(QEvent.Type.TabletRelease, _middle(program) + QPoint(20, 0), pressure)
        heights.append(float(np.linalg.norm(part.surface.vertices - before, axis=1).max()))
        program.context.history.undo()
        program.context.history.redo()
    assert heights[1] < 0.6 * heights[0]
    call = program.context.sculpting.recorder.recording().strokes[1].calls[-1]
    assert call.tilt == (20.0, -10.0) and call.pressure == pytest.approx(0.25, abs=1e-3)


def test_deviation_is_told_in_mm_and_shown_as_a_map_to_the_original(program: Program, mouse: Any, qtbot: QtBot) -> None:
    _take(program, mouse, qtbot)
    context, part = program.context, _part(program)
    original = part.surface.vertices.copy()
    assert context.sculpting.deviations.told() == ""
    context.viewing.set(deviation=True)
    _stroke(program, mouse)
    found = context.sculpting.deviations
    qtbot.waitUntil(lambda: part.id in context.document.overlays, timeout=PATIENCE)
    assert "mm" in found.told() and "volume +" in found.told()
    rows = np.flatnonzero((part.surface.vertices != original).any(axis=1))
    exact = SignedDistance(original, part.surface.faces).at(part.surface.vertices[rows])

    def measured() -> bool:
        return bool(np.allclose(context.document.overlays[part.id].values[rows], exact, atol=1e-5))

    qtbot.waitUntil(measured, timeout=PATIENCE)
    shown = context.document.overlays[part.id]
    assert shown.low == -shown.high and shown.high >= exact.max() and shown.unit == "mm"
    context.viewing.set(deviation=False)
    assert part.id not in context.document.overlays


def test_the_original_stands_beside_and_the_brush_works_in_either_picture(
    program: Program, mouse: Any, qtbot: QtBot
) -> None:
    _take(program, mouse, qtbot)
    program.context.viewing.set(beside=True)
    qtbot.waitUntil(lambda: program.canvas.picture_rect().x() > 0, timeout=PATIENCE)
    width, height = program.canvas.width(), program.canvas.height()
    places = []
    over = round(program.canvas.picture_rect().x() / program.canvas.devicePixelRatioF())
    for x in (width // 4, width // 4 + over):
        mouse.move(QPoint(x, height // 2))
        ring = program.hand.annotations()[0]
        assert isinstance(ring, Ring)
        places.append(ring.centre)
    assert np.allclose(places[0], places[1], atol=0.2)
    program.context.viewing.set(beside=False)


def test_the_view_keeps_to_a_place_and_the_turntable_goes_round_it(program: Program, mouse: Any, qtbot: QtBot) -> None:
    context = program.context
    seeing.keep_to_tooth(context)  # no labels: the part
    pivot = context.camera.pivot
    assert pivot is not None
    size = program.frames.editor_size()
    before = context.camera.camera.project(pivot, size)
    corner = QPoint(60, 60)
    mouse.drag(corner, corner + QPoint(80, 30), Qt.MouseButton.RightButton)
    assert np.allclose(context.camera.camera.project(pivot, size), before, atol=0.5)
    yaw = context.camera.camera.yaw
    context.viewing.set(turning=True)
    qtbot.waitUntil(lambda: abs(context.camera.camera.yaw - yaw) > 2.0, timeout=PATIENCE)
    context.viewing.set(turning=False)
    assert np.allclose(context.camera.camera.project(pivot, size), before, atol=0.5)
    seeing.keep_to_tooth(context)
    assert context.camera.pivot is None


def test_ways_of_seeing_are_no_edits_and_each_workspace_has_its_own(program: Program) -> None:
    context = program.context
    context.tools.set_current("draw")
    assert context.viewing.display.surface == "matcap", "a brush in hand wants to see the form"
    context.shell.set_workspace("perform")
    assert context.viewing.display.plain
    context.shell.set_workspace("review")
    assert context.viewing.display.surface == "look"
    context.shell.set_workspace("sculpt")
    seeing.shade("look")(context)
    context.tools.set_current("select")
    context.tools.set_current("clay")
    assert context.viewing.display.surface == "look", "what a person has chosen stays"
    assert context.history.done() == ()


def test_each_brush_remembers_its_settings_between_starts_too() -> None:
    brush = BrushState()
    brush.set(strength=0.8, falloff="sharp", radius=4.0)
    brush.take("clay")
    assert (brush.strength, brush.falloff, brush.radius) == (0.5, "smooth", 4.0)
    brush.set(rate=20.0, curve=((0.0, 1.0), (0.2, 0.4), (1.0, 0.0)), colour=(1, 2, 3, 255))
    kept = brush.remembered()
    brush.take("draw")
    assert (brush.strength, brush.falloff, brush.rate) == (0.8, "sharp", 0.0)
    import json

    later = BrushState()
    later.remember(json.loads(json.dumps(kept)))
    assert later.strength == 0.8 and later.radius == 4.0 and later.colour == (1, 2, 3, 255)
    later.take("clay")
    assert later.rate == 20.0 and later.curve == ((0.0, 1.0), (0.2, 0.4), (1.0, 0.0))
    later.remember(
        {"hand": {"radius": "big", "zone": None, "colour": [1]}, "brushes": {"clay": 3, "draw": {"curve": [[0]]}}}
    )
    assert later.radius == 4.0 and later.colour == (1, 2, 3, 255)


def test_a_press_where_nothing_is_leaves_no_original_behind(program: Program, mouse: Any, qtbot: QtBot) -> None:
    _take(program, mouse, qtbot)
    mouse.press(QPoint(4, 4))
    mouse.release(QPoint(4, 4))
    assert _part(program).original is None
    assert program.aim.pick(Pointer(4.0, 4.0)) is None
