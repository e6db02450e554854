"""Show mode over the real canvas and the real stage: the audience's window stays, and the hand only looks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from neodent_viewer.app.compose import Program
from neodent_viewer.app.frames import EDITOR
from neodent_viewer.document.anchor import anchor_at_vertex
from neodent_viewer.document.look import Shading
from neodent_viewer.live.placement import probe_at

PATIENCE = 30_000


def test_no_key_and_no_window_manager_takes_the_stage_from_the_audience(program: Program, qtbot: QtBot) -> None:
    shell, stage = program.context.shell, program.stage
    shell.show_mode = True
    stage.show(0, full_screen=False)
    assert stage.window is not None
    qtbot.waitExposed(stage.window)
    told: list[int] = []
    stage.window.closed.connect(lambda: told.append(1))
    QApplication.sendEvent(stage.window, QCloseEvent())
    QTest.keyClick(stage.window, Qt.Key.Key_Escape, Qt.KeyboardModifier.ShiftModifier)
    stage.close()
    assert stage.is_open and told == []
    shell.show_mode = False
    QTest.keyClick(stage.window, Qt.Key.Key_Escape, Qt.KeyboardModifier.ShiftModifier)
    assert not stage.is_open and told == [1]
    stage.show(0, full_screen=False)
    shell.show_mode = True  # the program ends all the same, and asks nobody


def test_over_the_canvas_a_hand_looks_and_changes_nothing(program: Program, mouse: Any, qtbot: QtBot) -> None:
    context = program.context
    part = next(iter(context.document.parts.values()))
    probe = probe_at(anchor_at_vertex(part, 0), 0)
    context.document.set(("probes", probe.id), probe)
    context.document.set(("look",), replace(context.document.look, shading=Shading.FIELD, legend=True))
    qtbot.waitUntil(lambda: bool(context.engine.legends(EDITOR)), timeout=PATIENCE)
    context.shell.set_workspace("perform")
    context.tools.set_current("place_probe")
    x, y, width, height = context.engine.legends(EDITOR)[0].box
    ratio = program.canvas.devicePixelRatioF()
    legend = QPoint(round((x + width / 2) / ratio), round((y + 0.1 * height) / ratio))
    middle = program.canvas.rect().center()
    mouse.wheel(legend, 1)
    assert context.document.look.high is not None, "unlocked, the wheel turns the range"
    context.history.settle()
    context.shell.show_mode = True
    look, camera, probes = context.document.look, context.camera.camera, dict(context.document.probes)
    mouse.wheel(legend, 3)
    mouse.click(middle)
    mouse.drag(middle, middle + QPoint(60, 20))
    assert context.document.look == look and context.document.probes == probes and len(context.history.done()) == 1
    assert context.camera.camera != camera, "the camera moves"
    context.shell.show_mode = False
    context.tools.set_current("place_probe")
    mouse.click(middle)
    assert len(context.document.probes) == len(probes) + 1, "and afterwards the tool answers"
