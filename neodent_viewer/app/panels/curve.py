"""A small editor of curves: points that are dragged, added by a double click, taken away by a right click."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from neodent_viewer.app import theme
from neodent_viewer.sculpt.curve import Points, evaluate

_REACH = 11.0
_EDGE = 7
#: least distance between two points along x
_APART = 0.03


class CurveEditor(QWidget):
    """A curve from x = 0 to 1 with values 0..1.

    Parameters
    ----------
    what : str
        What the axes mean; the tooltip's first line.
    """

    #: the points while a hand moves them
    moved = Signal(tuple)

    def __init__(self, what: str) -> None:
        super().__init__()
        self.points: Points = ((0.0, 1.0), (1.0, 0.0))
        self._held = -1
        self.setMinimumSize(120, 92)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip(f"{what}\nDrag a point; a double click adds one, a right click takes it away.")
        self.setCursor(Qt.CursorShape.CrossCursor)

    def sizeHint(self) -> QSize:
        """Return what the editor would like to have."""
        return QSize(180, 100)

    def show_points(self, points: Points) -> None:
        """Show a curve without telling anyone; a point in the hand is left alone."""
        if self._held < 0 and points != self.points:
            self.points = points
            self.update()

    # -- the picture ---------------------------------------------------------------------------------------------

    def _box(self) -> QRectF:
        return QRectF(self.rect()).adjusted(_EDGE, _EDGE, -_EDGE, -_EDGE)

    def _seen(self, point: tuple[float, float]) -> QPointF:
        box = self._box()
        return QPointF(box.left() + point[0] * box.width(), box.bottom() - point[1] * box.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw grid, curve and points."""
        painter, box = QPainter(self), self._box()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.LINE), 1))
        painter.setBrush(QColor(theme.FIELD))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        painter.setPen(QPen(QColor(theme.LINE), 1, Qt.PenStyle.DotLine))
        for quarter in (0.25, 0.5, 0.75):
            painter.drawLine(self._seen((quarter, 0.0)), self._seen((quarter, 1.0)))
            painter.drawLine(self._seen((0.0, quarter)), self._seen((1.0, quarter)))
        steps = np.linspace(0.0, 1.0, max(2, int(box.width()) // 2))
        line = [self._seen((x, y)) for x, y in zip(steps.tolist(), evaluate(self.points, steps).tolist(), strict=True)]
        under = QColor(theme.ACCENT)
        under.setAlpha(38)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(under)
        painter.drawPolygon(QPolygonF([*line, self._seen((1.0, 0.0)), self._seen((0.0, 0.0))]))
        painter.setPen(QPen(QColor(theme.ACCENT), 1.6))
        painter.drawPolyline(QPolygonF(line))
        painter.setPen(QPen(QColor(theme.GROUND), 1))
        for place, point in enumerate(self.points):
            painter.setBrush(QColor(theme.ACCENT if place == self._held else theme.TEXT))
            painter.drawEllipse(self._seen(point), 4.5, 4.5)
        painter.end()

    # -- the hand ------------------------------------------------------------------------------------------------

    def _at(self, at: QPointF) -> tuple[float, float]:
        box = self._box()
        x, y = (at.x() - box.left()) / box.width(), (box.bottom() - at.y()) / box.height()
        return min(1.0, max(0.0, x)), min(1.0, max(0.0, y))

    def _near(self, at: QPointF) -> int:
        away = [(self._seen(point) - at).manhattanLength() for point in self.points]
        best = int(np.argmin(away))
        return best if away[best] <= _REACH * 1.4 else -1

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of a point, or take one away."""
        place = self._near(event.position())
        if event.button() == Qt.MouseButton.LeftButton:
            self._held = place
        elif event.button() == Qt.MouseButton.RightButton and 0 < place < len(self.points) - 1:
            self._set((*self.points[:place], *self.points[place + 1 :]))
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Lead the held point, between its neighbours."""
        if self._held < 0:
            return
        x, y = self._at(event.position())
        last = len(self.points) - 1
        if self._held in (0, last):
            x = float(self._held == last)
        else:
            low, high = self.points[self._held - 1][0] + _APART, self.points[self._held + 1][0] - _APART
            x = min(max(x, low), max(low, high))
        self._set((*self.points[: self._held], (round(x, 3), round(y, 3)), *self.points[self._held + 1 :]))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self._held = -1
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Add a point and hold it."""
        x, y = self._at(event.position())
        if all(abs(x - point[0]) >= _APART for point in self.points):
            place = sum(point[0] < x for point in self.points)
            self._held = place
            self._set((*self.points[:place], (round(x, 3), round(y, 3)), *self.points[place:]))

    def _set(self, points: Points) -> None:
        self.points = points
        self.update()
        self.moved.emit(points)
