"""Leads a brush over the real window by mouse events, and measures what each takes: the dab, its upload, the picture.

Order: the window has settled -> a brush is taken and the surface made ready for it -> strokes round the middle of the canvas,
each move sent once the picture of the last one has been shown -> figures as one line of JSON -> the window closes.
A move goes the way of any: canvas, pick, dab, everyone who listens, cursor. Then the upload is waited for, which otherwise is
part of the picture; the picture counts from the event on, with both.
"""

from __future__ import annotations

import json
import time
from math import cos, pi, sin
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from neodent_viewer.app.settling import Settling
from neodent_viewer.app.tools.pointer import Pointer
from neodent_viewer.document.edits import VertexEdit

if TYPE_CHECKING:
    from neodent_viewer.app.compose import Program

STROKES, MOVES = 6, 25
#: moves of a stroke that are not counted: the first pictures still share the beat with what was before
_FIRST = 3
#: share of the vertices that a dab reaches, and of the brush's radius that a move goes: a dab each, now and then two
SHARE, _STEP = 0.05, 0.27


class Stroking(Settling):
    """One measurement; connect `start` to the first picture."""

    def __init__(self, program: Program, brush: str = "draw") -> None:
        super().__init__(program)
        self._brush = brush
        self._kept = program.context.tools.brush.remembered()
        self._stroke = self._move = 0
        self._began = 0.0
        self._events: list[float] = []
        self._presented: list[float] = []

    def ready(self) -> bool:
        """Take the brush and bring it near, so that the surface is made ready; then all is."""
        context = self._program.context
        if context.tools.current == self._brush:
            return True
        context.shell.set_workspace("sculpt")
        context.tools.set_current(self._brush)
        width, height = self._program.frames.editor_size()
        hit = self._program.aim.pick(Pointer(width / 2, height / 2))
        if hit is None:
            raise RuntimeError("there is nothing in the middle of the canvas to draw on")
        part = context.document.parts[hit.part_id]
        away = np.linalg.norm(part.to_world(part.surface.vertices) - hit.position, axis=1)
        context.tools.brush.set(radius=float(np.quantile(away, SHARE)), in_pixels=False)
        self._send(QEvent.Type.MouseMove, self._place())
        return False

    def begin(self) -> None:
        """Stroke."""
        self._program.canvas.presented.connect(self._shown)
        self._next()

    def _place(self) -> QPointF:
        """Return where the hand is: each stroke goes once round the middle of the canvas, and begins somewhere else."""
        context, canvas = self._program.context, self._program.canvas
        step = (
            context.tools.brush.radius * _STEP / context.camera.camera.mm_per_pixel(self._program.frames.editor_size())
        )
        far, angle = step * MOVES / (2 * pi), 2 * pi * (self._move / MOVES + self._stroke / STROKES)
        return QPointF(canvas.rect().center()) + QPointF(cos(angle), sin(angle)) * (far / canvas.devicePixelRatioF())

    def _send(self, kind: QEvent.Type, at: QPointF) -> None:
        canvas, left, none = self._program.canvas, Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
        button = none if kind == QEvent.Type.MouseMove else left
        held = none if kind == QEvent.Type.MouseButtonRelease or self._move == 0 else left
        modifiers = Qt.KeyboardModifier.NoModifier
        QApplication.sendEvent(canvas, QMouseEvent(kind, at, canvas.mapToGlobal(at), button, held, modifiers))

    def _next(self) -> None:
        self._began = time.perf_counter()
        self._move += 1
        pressed = self._move == 1
        self._send(QEvent.Type.MouseButtonPress if pressed else QEvent.Type.MouseMove, self._place())
        self._program.context.engine.upload()
        if self._move > _FIRST:
            self._events.append((time.perf_counter() - self._began) * 1e3)

    def _shown(self) -> None:
        if 0 < self._move <= MOVES:
            if self._move > _FIRST:
                self._presented.append((time.perf_counter() - self._began) * 1e3)
            if self._move < MOVES:
                self._next()
                return
            self._send(QEvent.Type.MouseButtonRelease, self._place())
            self._move = 0
            self._stroke += 1
        if self._stroke == STROKES:
            self._end()
        elif self._program.clock.settled:  # the full picture after a stroke has been shown
            self._next()

    def _end(self) -> None:
        program, history = self._program, self._program.context.history
        program.canvas.presented.disconnect(self._shown)
        moved = [len(edit.indices) for edit in history.done() if isinstance(edit, VertexEdit)]
        rounded = {"event_ms": self._events, "presented_ms": self._presented}
        told = {name: [round(value, 3) for value in values] for name, values in rounded.items()}
        print(json.dumps({"canvas": program.canvas.area(), "stroke_vertices": moved, **told}), flush=True)
        program.context.tools.brush.remember(self._kept)
        history.mark_saved()  # nobody is to be asked about what was only measured
        program.window.close()
