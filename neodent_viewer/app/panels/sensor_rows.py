"""The rows of the channel list: a list model over channel states, and the delegate that paints one row.

In a narrow dock a row has three lines and a strip: quality (dot), quantity, the last half minute, value; tooth, quality in a
word, age; rate, jitter, loss; and how good the last hour was. Where there are many, one line has to do: quality (dot), tooth,
quantity, what is wrong or the last half minute, value. In a wide dock a row is a line of a table, see `columns_of`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from neodent_viewer.app import theme
from neodent_viewer.app.words import (
    duration,
    fitted,
    milliseconds,
    percent,
    quantity_sign,
    quantity_title,
    quantity_value,
    rate_words,
    short_tooth,
    tooth_title,
)
from neodent_viewer.live.console import Speech
from neodent_viewer.live.status import ChannelStatus
from neodent_viewer.mesh.surface import Float64
from neodent_viewer.sensors.channel import Flag

Index = QModelIndex | QPersistentModelIndex
Side = Qt.AlignmentFlag
#: heights of a row: in a dock, there in one line, and in a table
HEIGHT, COMPACT_HEIGHT, TABLE_HEIGHT = 66, 24, 30
#: from this width on, logical pixels, rows are lines of a table
WIDE = 620
_SPARK = 50
#: logical pixels from which a row says everything in full
_ROOMY = 230
#: columns of a strip, and what they cover in seconds
STRIP_COLUMNS, STRIP_SECONDS = 120, 3600.0
_ROLE = Qt.ItemDataRole.UserRole
#: rows of pixels of a strip that a flag fills: told apart by height as well as by colour
_STRIP_HEIGHT = 6
#: words of a state that need no attention
_CALM = (theme.QUALITY[Flag.GOOD][1], theme.QUALITY[Flag.NOT_EVALUATED][1])
_FILLED = {Flag.GOOD: 2, Flag.NOT_EVALUATED: 2, Flag.SUSPECT: 4, Flag.BAD: 6, Flag.MISSING: 1}


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
    speech : Speech or None
        None when it is withheld.
    strip : ndarray (STRIP_COLUMNS,) uint8
        Worst flag of each stretch of the last hour, 0 where nothing had been heard.
    """

    status: ChannelStatus
    name: str
    line: Float64
    speech: Speech | None = None
    strip: NDArray[np.uint8] = field(default_factory=lambda: np.zeros(STRIP_COLUMNS, np.uint8))


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
            return row.status.withheld or f"{row.status.key}\n{words_of(row.status)}\n{speech_words(row.speech)}"
        return None

    def show(self, rows: list[Row]) -> None:
        """Show new rows; while the channels are the same, in whatever order, the selection stays."""
        before, after = [row.status.key for row in self.rows], [row.status.key for row in rows]
        if before == after:
            self.rows = rows
            if rows:
                self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))
            return
        if sorted(before) == sorted(after):
            self.layoutAboutToBeChanged.emit()
            self.rows = rows
            for index in self.persistentIndexList():
                self.changePersistentIndex(index, self.index(after.index(before[index.row()])))
            self.layoutChanged.emit()
            return
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()


def quality(status: ChannelStatus) -> tuple[str, str]:
    """Return colour and word of a channel's state: withheld, silent, its fault, or its quality flag."""
    if status.withheld:
        return theme.MUTED, "withheld"
    colour, word = theme.QUALITY[Flag(status.flag)]
    if status.stale:
        return colour, "no data"
    if status.fault and status.flag != Flag.GOOD:
        return colour, f"{word}: {status.fault.replace('_', ' ')}"
    return colour, word


def words_of(status: ChannelStatus) -> str:
    """Return a channel's state as one sentence."""
    tooth = tooth_title(status.tooth) if status.tooth else "no tooth"
    quantity = "pH" if status.quantity == "ph" else status.quantity
    return f"{tooth}: {quantity} {quantity_value(status.value, status.unit)}, {quality(status)[1]}"


def speech_words(speech: Speech | None, *, short: bool = False) -> str:
    """Return how a channel speaks, in one line; `short` for narrow places."""
    if speech is None:
        return ""
    now = speech.cadence
    rate, lost = rate_words(now.rate, speech.nominal), percent(now.loss)
    if short:
        return f"{rate.replace(' of ', '/')} · ±{milliseconds(now.jitter)} · {lost} lost"
    return f"{rate} · jitter {milliseconds(now.jitter)} · {lost} lost"


def cells_of(row: Row) -> tuple[str, ...]:
    """Return what a line of the table says, in the order of `COLUMNS`; strip and spark are painted."""
    status, speech = row.status, row.speech
    said = ("–",) * 3
    if speech is not None:
        now = speech.cadence
        said = (rate_words(now.rate, speech.nominal), milliseconds(now.jitter), percent(now.loss))
    age = "–" if status.withheld else duration(status.age)
    value = quantity_value(status.value, status.unit)
    tooth = short_tooth(status.tooth) or row.name
    return (tooth, quantity_title(status.quantity), value, age, *said, quality(status)[1])


#: columns of the table: headline, and share of the width
COLUMNS = (
    ("Tooth", 17),
    ("Quantity", 13),
    ("Value", 8),
    ("Age", 6),
    ("Rate", 11),
    ("Jitter", 6),
    ("Lost", 6),
    ("Quality", 13),
    ("Last hour", 12),
    ("30 s", 8),
)


def columns_of(box: QRect) -> list[QRect]:
    """Return where each of `COLUMNS` lies in a row; the first leaves room for the dot."""
    whole, left = sum(share for _, share in COLUMNS), box.left() + 18
    width, found = box.width() - 18, []
    edges = np.round(np.cumsum([0, *(share for _, share in COLUMNS)]) / whole * width).astype(int).tolist()
    for start, end in pairwise(edges):
        found.append(QRect(left + start, box.top(), end - start - 8, box.height()))
    return found


class SensorHeader(QWidget):
    """The headlines of the table, over the list."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(22)

    def paintEvent(self, event: object) -> None:
        """Paint the headlines where the columns are."""
        painter = QPainter(self)
        painter.setPen(QColor(theme.MUTED))
        for (title, _), box in zip(COLUMNS, columns_of(self.rect().adjusted(9, 0, -20, 0)), strict=True):
            painter.drawText(box, Side.AlignLeft | Side.AlignVCenter, title)
        painter.end()


class SensorDelegate(QStyledItemDelegate):
    """Paints one `Row`."""

    #: whether rows are lines of a table; and, where they are not, whether each has but one
    wide = compact = False

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the height of a row."""
        return QSize(200, TABLE_HEIGHT if self.wide else COMPACT_HEIGHT if self.compact else HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint a row as the width asks for."""
        row: Row = index.data(_ROLE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, QColor("#24454d"))
        if self.wide:
            self._paint_line(painter, option, row)
        elif self.compact:
            self._paint_short(painter, option, row)
        else:
            self._paint_block(painter, option, row)
        painter.restore()

    def _paint_line(self, painter: QPainter, option: QStyleOptionViewItem, row: Row) -> None:
        box: QRect = option.rect.adjusted(8, 2, -8, -2)
        colour = QColor(quality(row.status)[0])
        _dot(painter, box.left() + 5, box.center().y() + 0.5, colour, filled=row.status.flag != Flag.MISSING)
        places = columns_of(box)
        for number, (text, place) in enumerate(zip(cells_of(row), places, strict=False)):
            pen = colour if number == 7 else _value_pen(row) if number == 2 else QColor(theme.TEXT)
            _text(painter, option, place, text, pen, bold=number == 2)
        _strip(painter, places[8].adjusted(0, 9, 0, -9), row.strip)
        _spark(painter, places[9].adjusted(0, 4, 0, -4), row.line, colour)

    def _paint_short(self, painter: QPainter, option: QStyleOptionViewItem, row: Row) -> None:
        status = row.status
        colour, word = quality(status)
        box: QRect = option.rect.adjusted(8, 1, -8, -1)
        _dot(painter, box.left() + 5, box.center().y() + 0.5, QColor(colour), filled=status.flag != Flag.MISSING)
        line = QRect(box.left() + 18, box.top(), box.width() - 18, box.height())
        value = quantity_value(status.value, status.unit)
        taken = _text(painter, option, line, value, _value_pen(row), bold=True, side=Side.AlignRight)
        left = line.adjusted(0, 0, -taken - 8, 0)
        wrong = "" if word in _CALM else word.partition(": ")[2] or word  # how bad it is the colour says
        metrics = option.fontMetrics
        name = named(row, left.width() - (min(metrics.horizontalAdvance(wrong), 70) + 8 if wrong else 0), metrics)
        used = _text(painter, option, left, name, QColor(theme.TEXT)) + 8
        rest = left.adjusted(used, 0, 0, 0)
        if wrong:
            _text(painter, option, rest, wrong, QColor(colour), small=True, side=Side.AlignRight)
        elif rest.width() > _SPARK:
            _spark(
                painter,
                QRect(rest.right() - _SPARK, box.top() + 5, _SPARK, box.height() - 10),
                row.line,
                QColor(colour),
            )

    def _paint_block(self, painter: QPainter, option: QStyleOptionViewItem, row: Row) -> None:
        status = row.status
        colour, word = quality(status)
        box: QRect = option.rect.adjusted(8, 3, -8, -4)
        _dot(painter, box.left() + 5, box.top() + 9.5, QColor(colour), filled=status.flag != Flag.MISSING)
        left, line = box.left() + 18, 18
        lines = [QRect(left, box.top() + i * line, box.right() - left + 1, line) for i in range(3)]
        value = quantity_value(status.value, status.unit)
        taken = _text(painter, option, lines[0], value, _value_pen(row), bold=True, side=Side.AlignRight)
        named = lines[0].adjusted(0, 0, -taken - 8, 0)
        used = _text(painter, option, named, quantity_title(status.quantity), QColor(theme.TEXT), bold=True)
        free = QRect(named.right() - _SPARK - 4, box.top() + 3, _SPARK, line - 5)
        if free.left() > named.left() + used + 8:
            _spark(painter, free, row.line, QColor(colour))
        age = "" if status.withheld else f" · {duration(status.age)}"
        taken = _text(painter, option, lines[1], f"{word}{age}", QColor(colour), small=True, side=Side.AlignRight)
        tooth = short_tooth(status.tooth) or row.name
        _text(painter, option, lines[1].adjusted(0, 0, -taken - 8, 0), tooth, QColor(theme.MUTED), small=True)
        said = "see the Consent page" if status.withheld else speech_words(row.speech, short=lines[2].width() < _ROOMY)
        _text(painter, option, lines[2].adjusted(0, -1, 0, -1), said, QColor(theme.MUTED), small=True)
        _strip(painter, QRect(left, box.bottom() - 5, lines[0].width(), _STRIP_HEIGHT), row.strip)


def named(row: Row, room: int, metrics: QFontMetrics) -> str:
    """Return a channel's tooth and quantity in so many pixels: the quantity is told by its unit before any of it is cut."""
    tooth = f"{row.status.tooth}" if short_tooth(row.status.tooth) else row.name
    full = f"{tooth} · {quantity_title(row.status.quantity)}"
    if metrics.horizontalAdvance(full) <= room:
        return full
    return fitted(tooth, f" {quantity_sign(row.status.quantity, row.status.unit)}", room, metrics.horizontalAdvance)


def _value_pen(row: Row) -> QColor:
    """Return the colour of a value: one that is history, or withheld, is grey."""
    return QColor(theme.MUTED if row.status.stale or row.status.withheld else theme.TEXT)


def _dot(painter: QPainter, x: float, y: float, colour: QColor, *, filled: bool) -> None:
    painter.setPen(QPen(colour, 1.6))
    painter.setBrush(colour if filled else Qt.BrushStyle.NoBrush)
    painter.drawEllipse(QPointF(x, y), 4.2, 4.2)


def _text(
    painter: QPainter,
    option: QStyleOptionViewItem,
    area: QRect,
    text: str,
    pen: QColor,
    *,
    bold: bool = False,
    small: bool = False,
    side: Side = Side.AlignLeft,
) -> int:
    """Draw a line of text, cut where it does not fit; return how wide it is."""
    font = QFont(option.font)
    font.setBold(bold)
    font.setPointSizeF(option.font.pointSizeF() - (0.8 if small else 0.0))
    painter.setFont(font)
    painter.setPen(pen)
    fitting = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, area.width())
    painter.drawText(area, side | Side.AlignVCenter, fitting)
    return painter.fontMetrics().horizontalAdvance(fitting)


def strip_image(flags: NDArray[np.uint8]) -> QImage:
    """Return flags (k,) as a picture of one column each, `_STRIP_HEIGHT` rows: the worse, the higher."""
    pixels = np.zeros((_STRIP_HEIGHT, len(flags)), np.uint32)
    for flag, height in _FILLED.items():
        pixels[_STRIP_HEIGHT - height :, flags == flag] = QColor(theme.QUALITY[flag][0]).rgba()
    return QImage(pixels.tobytes(), len(flags), _STRIP_HEIGHT, 4 * len(flags), QImage.Format.Format_ARGB32).copy()


def _strip(painter: QPainter, box: QRect, flags: NDArray[np.uint8]) -> None:
    painter.fillRect(box, QColor(255, 255, 255, 14))
    painter.drawImage(QRectF(box), strip_image(flags))


def _spark(painter: QPainter, box: QRect, line: Float64, colour: QColor) -> None:
    painter.setPen(QPen(colour, 1.2))
    area = QRectF(box)
    run: list[QPointF] = []
    for x, y in [*line.tolist(), [np.nan, np.nan]]:
        if y == y:
            run.append(QPointF(area.left() + x * area.width(), area.bottom() - y * area.height()))
        elif run:
            painter.drawPolyline(QPolygonF(run))
            run = []
