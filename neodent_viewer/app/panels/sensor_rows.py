"""The rows of the sensors panel: a list model over channel states, and the delegate that paints one row.

A row tells, left to right: quality (dot), tooth and quantity, the last half minute, the value with its unit and its quality
in a word.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from neodent_viewer.app import theme
from neodent_viewer.app.words import quantity_value, short_tooth, tooth_title
from neodent_viewer.live.status import ChannelStatus
from neodent_viewer.mesh.surface import Float64
from neodent_viewer.sensors.channel import Flag

Index = QModelIndex | QPersistentModelIndex
HEIGHT = 44
_SPARK = 54
_ROLE = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One channel as shown.

    Attributes
    ----------
    status : ChannelStatus
    name : str
        Name of its probe.
    line : ndarray (k, 2) float64
        The last half minute, both axes scaled to 0..1; NaN where samples are missing.
    """

    status: ChannelStatus
    name: str
    line: Float64


def spark(times: Float64, values: Float64, flags: NDArray[np.uint8], *, points: int = 60) -> Float64:
    """Return a series as (k, 2) points in 0..1, thinned to about `points`; bad samples are left out as NaN.

    >>> spark(np.array([0.0, 1.0]), np.array([5.0, 7.0]), np.array([1, 1])).tolist()
    [[0.0, 0.0], [1.0, 1.0]]
    """
    step = max(1, len(times) // points)
    t, v = times[::-1][::step][::-1], np.where(flags <= Flag.SUSPECT, values, np.nan)[::-1][::step][::-1]
    if len(t) < 2 or not np.isfinite(v).any():
        return np.zeros((0, 2))
    low, high = np.nanmin(v), np.nanmax(v)
    span = high - low if high > low else 1.0
    return np.column_stack([(t - t[0]) / max(t[-1] - t[0], 1e-9), (v - low) / span])


class SensorModel(QAbstractListModel):
    """Rows in the order of the Moment's slots."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[Row] = []

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """Return the number of channels."""
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the row itself, its words for a screen reader, or its tooltip."""
        row = self.rows[index.row()]
        if role == _ROLE:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return words_of(row.status)
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.status.withheld or f"{row.status.key}\n{words_of(row.status)}"
        return None

    def show(self, rows: list[Row]) -> None:
        """Show new rows; the selection stays when the channels are the same."""
        same = [row.status.key for row in rows] == [row.status.key for row in self.rows]
        if same:
            self.rows = rows
            if rows:
                self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))
            return
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()


def quality(status: ChannelStatus) -> tuple[str, str]:
    """Return colour and word of a channel's state: withheld, its fault, or its quality flag."""
    if status.withheld:
        return theme.MUTED, "withheld"
    colour, word = theme.QUALITY[Flag(status.flag)]
    if status.fault and status.flag != Flag.GOOD:
        return colour, f"{word}: {status.fault.replace('_', ' ')}"
    return colour, word


def words_of(status: ChannelStatus) -> str:
    """Return a channel's state as one sentence."""
    tooth = tooth_title(status.tooth) if status.tooth else "no tooth"
    quantity = "pH" if status.quantity == "ph" else status.quantity
    return f"{tooth}: {quantity} {quantity_value(status.value, status.unit)}, {quality(status)[1]}"


class SensorDelegate(QStyledItemDelegate):
    """Paints one `Row`."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the height of a row."""
        return QSize(200, HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint dot, names, line, value and word."""
        row: Row = index.data(_ROLE)
        colour, word = quality(row.status)
        box: QRect = option.rect.adjusted(8, 4, -8, -4)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, QColor("#24454d"))
        self._dot(painter, box, QColor(colour), filled=row.status.flag != Flag.MISSING)
        value = quantity_value(row.status.value, row.status.unit)
        head = "pH" if row.status.quantity == "ph" else row.status.quantity.capitalize()
        right = QRect(box.right() - 84, box.top(), 84, box.height())
        middle = QRect(right.left() - _SPARK - 6, box.top() + 6, _SPARK, box.height() - 12)
        wide = box.width() > 250
        left = QRect(box.left() + 18, box.top(), (middle if wide else right).left() - box.left() - 22, box.height())
        tooth = short_tooth(row.status.tooth) or row.name
        self._two_lines(painter, option, left, head, tooth, Qt.AlignmentFlag.AlignLeft, QColor(theme.MUTED))
        self._two_lines(painter, option, right, value, word, Qt.AlignmentFlag.AlignRight, QColor(colour))
        if wide:
            self._spark(painter, middle, row.line, QColor(colour))
        painter.restore()

    def _dot(self, painter: QPainter, box: QRect, colour: QColor, *, filled: bool) -> None:
        painter.setPen(QPen(colour, 1.6))
        painter.setBrush(colour if filled else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QPointF(box.left() + 5, box.center().y() + 0.5), 4.2, 4.2)

    def _two_lines(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        box: QRect,
        first: str,
        second: str,
        side: Qt.AlignmentFlag,
        colour: QColor,
    ) -> None:
        upper, lower = QRect(box), QRect(box)
        upper.setBottom(box.center().y())
        lower.setTop(box.center().y() + 1)
        font = QFont(option.font)
        for area, text, pen, bold in ((upper, first, QColor(theme.TEXT), True), (lower, second, colour, False)):
            font.setBold(bold)
            font.setPointSizeF(option.font.pointSizeF() - (0 if bold else 0.8))
            painter.setFont(font)
            painter.setPen(pen)
            fitting = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, area.width())
            painter.drawText(area, side | Qt.AlignmentFlag.AlignVCenter, fitting)

    def _spark(self, painter: QPainter, box: QRect, line: Float64, colour: QColor) -> None:
        painter.setPen(QPen(colour, 1.2))
        area = QRectF(box)
        run: list[QPointF] = []
        for x, y in [*line.tolist(), [np.nan, np.nan]]:
            if y == y:
                run.append(QPointF(area.left() + x * area.width(), area.bottom() - y * area.height()))
            elif run:
                painter.drawPolyline(QPolygonF(run))
                run = []
