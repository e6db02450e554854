"""The canvas and the camera under real mouse events, and when frames are drawn at all."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from neodent_viewer.app.compose import Program
from neodent_viewer.app.tools.pointer import Pointer

PATIENCE = 30_000
_BUTTON = Qt.MouseButton


def _pixel(at: QPoint) -> Pointer:
    return Pointer(at.x(), at.y())


def test_a_frame_reaches_the_screen_with_the_part_in_it(program: Program) -> None:
    image = program.canvas.grabFramebuffer()
    middle = image.pixelColor(image.width() // 2, image.height() // 2)
    corner = image.pixelColor(4, 4)
    assert middle.lightness() > corner.lightness() + 40


def test_orbit_keeps_what_was_under_the_cursor(program: Program, mouse: Any) -> None:
    canvas, cameras = program.canvas, program.context.camera
    start = QPoint(canvas.width() // 2 + 90, canvas.height() // 2 - 60)
    hit = program.aim.pick(_pixel(start))
    assert hit is not None
    before = cameras.camera
    mouse.drag(start, start + QPoint(70, 30), _BUTTON.RightButton)
    assert cameras.camera.yaw != before.yaw and cameras.camera.pitch != before.pitch
    x, y, _ = cameras.camera.project(hit.position, program.frames.editor_size())
    assert np.hypot(x - start.x(), y - start.y()) < 0.01


def test_left_drag_on_the_background_orbits_about_the_middle(program: Program, mouse: Any) -> None:
    cameras = program.context.camera
    middle = program.hand._cameras.centre()
    assert middle is not None
    before = cameras.camera.project(middle, program.frames.editor_size())
    mouse.drag(QPoint(5, 5), QPoint(60, 20), _BUTTON.LeftButton)
    after = cameras.camera.project(middle, program.frames.editor_size())
    assert cameras.camera.yaw != 0 and np.allclose(before[:2], after[:2], atol=0.01)


def test_a_click_selects_and_moves_no_camera(program: Program, mouse: Any) -> None:
    before = program.context.camera.camera
    middle = program.canvas.rect().center()
    mouse.click(middle)
    assert program.context.selection.current.part in program.context.document.parts
    mouse.click(QPoint(3, 3))
    assert program.context.selection.current.parts == ()
    assert program.context.camera.camera == before
    assert program.context.history.done() == ()


def test_middle_drag_pans_the_picture_along(program: Program, mouse: Any) -> None:
    cameras, size = program.context.camera, program.frames.editor_size()
    target = cameras.camera.target
    x, y, _ = cameras.camera.project(target, size)
    start = program.canvas.rect().center()
    mouse.drag(start, start + QPoint(40, -25), _BUTTON.MiddleButton)
    moved_x, moved_y, _ = cameras.camera.project(target, size)
    assert np.allclose((moved_x - x, moved_y - y), (40, -25), atol=0.05)


def test_the_wheel_zooms_to_the_cursor(program: Program, mouse: Any) -> None:
    cameras, size = program.context.camera, program.frames.editor_size()
    at = QPoint(program.canvas.width() // 2 + 70, program.canvas.height() // 2 + 50)
    hit = program.aim.pick(_pixel(at))
    assert hit is not None
    before = cameras.camera.distance
    mouse.wheel(at, 3)
    assert cameras.camera.distance < before / 1.3
    x, y, _ = cameras.camera.project(hit.position, size)
    assert np.hypot(x - at.x(), y - at.y()) < 0.01


def test_nothing_is_drawn_while_nothing_changes(program: Program, qtbot: QtBot) -> None:
    engine, ticks = program.context.engine, []
    program.clock.ticked.connect(lambda: ticks.append(1))
    drawn = engine.frames("editor")
    qtbot.waitUntil(lambda: len(ticks) >= 3, timeout=PATIENCE)
    assert engine.frames("editor") == drawn


def test_a_moving_camera_is_light_and_rest_brings_the_full_picture(program: Program, mouse: Any, qtbot: QtBot) -> None:
    full = program.canvas.grabFramebuffer()
    start = program.canvas.rect().center()
    drawn = program.context.engine.frames("editor")
    mouse.drag(start, start + QPoint(60, 0), _BUTTON.RightButton)
    mouse.drag(start + QPoint(60, 0), start, _BUTTON.RightButton)
    assert not program.clock.settled
    qtbot.waitUntil(lambda: program.clock.settled, timeout=PATIENCE)
    assert program.context.engine.frames("editor") > drawn
    assert program.canvas.grabFramebuffer().size() == full.size()


def test_the_size_of_the_picture_follows_the_canvas(program: Program, qtbot: QtBot) -> None:
    program.window.resize(1200, 700)
    qtbot.waitUntil(
        lambda: program.clock.settled and program.canvas._picture == program.canvas.area(), timeout=PATIENCE
    )
    ratio = program.canvas.devicePixelRatioF()
    assert program.canvas.area() == (round(program.canvas.width() * ratio), round(program.canvas.height() * ratio))
    assert program.context.engine.read("editor").shape[1::-1] == program.canvas.area()


def test_a_frame_that_fails_is_said_once_and_the_picture_stays(program: Program, qtbot: QtBot) -> None:
    said: list[str] = []
    program.context.shell.said.connect(lambda message: said.append(message.text))
    before = program.canvas.grabFramebuffer()
    engine, camera = program.context.engine, program.context.camera
    real = engine.frame

    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("no picture today")

    engine.frame = broken  # type: ignore[method-assign]
    ticks: list[int] = []
    program.clock.ticked.connect(lambda: ticks.append(1))
    for _ in range(3):
        program.clock.request()
        count = len(ticks)
        qtbot.waitUntil(lambda count=count: len(ticks) > count, timeout=PATIENCE)
    assert sum("no picture today" in text for text in said) == 1
    assert program.canvas.grabFramebuffer() == before
    engine.frame = real  # type: ignore[method-assign]
    camera.set_preset("left")
    qtbot.waitUntil(lambda: program.clock.settled, timeout=PATIENCE)
    assert program.canvas.grabFramebuffer() != before


def test_the_canvas_survives_another_parent_window(program: Program, qtbot: QtBot) -> None:
    """A central widget never moves, but Qt gives it another context whenever its window is made anew."""
    before = program.canvas.grabFramebuffer()
    program.window.hide()
    program.window.setWindowFlag(Qt.WindowType.WindowStaysOnTopHint, True)
    program.window.show()
    qtbot.waitUntil(lambda: program.clock.settled, timeout=PATIENCE)
    assert program.canvas.grabFramebuffer() == before


def test_a_driver_without_framebuffer_copies_shows_the_same(program: Program) -> None:
    copied = program.canvas.grabFramebuffer()
    blit = program.canvas._blit
    assert blit is not None and blit._vessel is not None
    program.canvas.makeCurrent()
    blit._vessel = None
    drawn = program.canvas.grabFramebuffer()
    assert drawn == copied
