"""The whole program in a real window, small and quick: a bumpy ball on the canvas, panels left empty."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from neodent_viewer.app.compose import Program, compose
from neodent_viewer.document.part import Part
from neodent_viewer.jobs.big_mesh import big_surface

#: ms that anything on a slow machine may take
PATIENCE = 30_000


@pytest.fixture
def empty_program(qtbot: QtBot, tmp_path: Path) -> Iterator[Program]:
    """The program as it starts, with no document, its window shown and the frame clock running."""
    program = compose(preferences=tmp_path / "preferences.json")
    program.context.ticker.first_frame.disconnect(program.window.populate)  # panels have tests of their own
    program.window.resize(1000, 640)
    program.window.show()
    program.start()
    qtbot.waitUntil(lambda: program.clock.fps > 0, timeout=PATIENCE)
    yield program
    program.close()


@pytest.fixture
def program(empty_program: Program, qtbot: QtBot) -> Program:
    """The program with a ball of 60 mm that can be picked, in full quality and at rest."""
    document, context = empty_program.context.document, empty_program.context
    part = Part.from_surface(big_surface(6000))
    document.set(("parts", part.id), part)
    context.camera.frame_selection()
    context.history.clear()
    empty_program.aim.wake()
    qtbot.waitUntil(lambda: empty_program.aim.ready, timeout=PATIENCE)
    qtbot.waitUntil(lambda: empty_program.clock.settled, timeout=PATIENCE)
    return empty_program


class Mouse:
    """A hand on the canvas. Events go straight to the widget, so that no test depends on where the real pointer is."""

    def __init__(self, widget: QWidget) -> None:
        self._widget = widget
        self._held = Qt.MouseButton.NoButton
        self.keys = Qt.KeyboardModifier.NoModifier

    def _send(self, kind: QEvent.Type, at: QPoint, button: Qt.MouseButton) -> None:
        where = QPointF(at)
        place = self._widget.mapToGlobal(where)
        QApplication.sendEvent(self._widget, QMouseEvent(kind, where, place, button, self._held, self.keys))

    def move(self, at: QPoint) -> None:
        self._send(QEvent.Type.MouseMove, at, Qt.MouseButton.NoButton)

    def press(self, at: QPoint, button: Qt.MouseButton = Qt.MouseButton.LeftButton) -> None:
        self._held = button
        self._send(QEvent.Type.MouseButtonPress, at, button)

    def release(self, at: QPoint) -> None:
        button, self._held = self._held, Qt.MouseButton.NoButton
        self._send(QEvent.Type.MouseButtonRelease, at, button)

    def click(self, at: QPoint, button: Qt.MouseButton = Qt.MouseButton.LeftButton) -> None:
        self.move(at)
        self.press(at, button)
        self.release(at)

    def drag(self, start: QPoint, end: QPoint, button: Qt.MouseButton = Qt.MouseButton.LeftButton) -> None:
        self.move(start)
        self.press(start, button)
        for quarter in (1, 2, 3, 4):
            way = QPointF(end - start) * (quarter / 4)
            self.move(start + way.toPoint())
        self.release(end)

    def wheel(self, at: QPoint, notches: int) -> None:
        where = QPointF(at)
        place = self._widget.mapToGlobal(where)
        turn, phase = QPoint(0, 120 * notches), Qt.ScrollPhase.NoScrollPhase
        event = QWheelEvent(where, place, QPoint(), turn, Qt.MouseButton.NoButton, self.keys, phase, False)
        QApplication.sendEvent(self._widget, event)


@pytest.fixture
def mouse(program: Program) -> Mouse:
    return Mouse(program.canvas)
