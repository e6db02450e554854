"""The rows of the fault list: a model over faults, and the delegate that paints one."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from neodent_viewer.app import theme
from neodent_viewer.app.words import fitted, isolated, quantity_sign, quantity_title
from neodent_viewer.live.console import Trouble
from neodent_viewer.sensors.advice import ADVICE
from neodent_viewer.sensors.channel import Flag
from neodent_viewer.sensors.check import BAD_ENERGY
from neodent_viewer.sensors.sureness import Sureness

Index = QModelIndex | QPersistentModelIndex
HEIGHT = 44
_ROLE = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class FaultRow:
    """One fault as shown.

    Attributes
    ----------
    trouble : Trouble
    when : str
        Since when, or from when to when.
    lasted : str
        How long.
    sure : Sureness
        How sure, and why.
    where : str
        Tooth, or name of the probe.
    """

    trouble: Trouble
    when: str
    lasted: str
    sure: Sureness
    where: str

    @property
    def identity(self) -> tuple[str, str, float]:
        """What stays the same while a fault goes on."""
        return self.trouble.channel.key, self.trouble.fault.kind.value, self.trouble.fault.detected


class FaultModel(QAbstractListModel):
    """Faults, running ones first."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[FaultRow] = []

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """Return how many there are."""
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the row itself, or its words."""
        row = self.rows[index.row()]
        if role == _ROLE:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return words_of(row)
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"<p>{escape(words_of(row))}.</p><p>{escape(row.sure.words)}</p>"
        return None

    def show(self, rows: list[FaultRow]) -> bool:
        """Show new rows; return whether they are others than before."""
        if [row.identity for row in rows] == [row.identity for row in self.rows]:
            self.rows = rows
            if rows:
                self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))
            return False
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()
        return True


def words_of(row: FaultRow) -> str:
    """Return a fault as one sentence."""
    trouble = row.trouble
    state = "running" if trouble.running else "over"
    what = f"{ADVICE[trouble.fault.kind].title}, {row.where}, {trouble.channel.quantity.name}"
    return f"{what}: {row.when}, {row.lasted}, {state}, {row.sure.level.word}"


class FaultDelegate(QStyledItemDelegate):
    """Paints one `FaultRow`: what and how long, whose and when."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the height of a row."""
        return QSize(200, HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint dot and two lines."""
        row: FaultRow = index.data(_ROLE)
        trouble = row.trouble
        flag = Flag.BAD if trouble.fault.energy >= BAD_ENERGY else Flag.SUSPECT
        colour = QColor(theme.QUALITY[flag][0])
        box: QRect = option.rect.adjusted(8, 4, -8, -4)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, QColor("#24454d"))
        painter.setPen(QPen(colour if trouble.running else QColor(theme.MUTED), 1.6))
        painter.setBrush(colour if trouble.running else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QPointF(box.left() + 5, box.top() + 9.5), 4.2, 4.2)
        upper = QRect(box.left() + 18, box.top(), box.width() - 18, 18)
        lower = upper.translated(0, 18)
        going = f"running, {row.lasted}" if trouble.running else row.lasted
        states = (f"{row.sure.level.word} · {going}", going, row.lasted)  # what failed is told before how sure that is
        head = QColor(theme.TEXT if trouble.running else theme.MUTED)
        _pair(painter, option, upper, (ADVICE[trouble.fault.kind].title,), states, head, bold=True)
        _pair(painter, option, lower, whose_words(row), (row.when,), QColor(theme.MUTED))
        painter.restore()


def whose_words(row: FaultRow) -> tuple[str, ...]:
    """Return whose a fault is, in ever fewer letters; which quantity it is about is in all of them."""
    quantity, tooth = row.trouble.channel.quantity, row.trouble.tooth
    title, sign = quantity_title(quantity.name), quantity_sign(quantity.name, quantity.unit)
    short = f"{tooth}" if tooth else fitted(row.where, "", 8, len)
    return f"{isolated(row.where)} · {title}", f"{short} · {title}", f"{short} {sign}"


def _pair(
    painter: QPainter,
    option: QStyleOptionViewItem,
    area: QRect,
    lefts: tuple[str, ...],
    rights: tuple[str, ...],
    pen: QColor,
    *,
    bold: bool = False,
) -> None:
    """Draw words at both ends of a line: the first of either that leave each other room; what still does not fit is cut."""
    font = QFont(option.font)
    font.setPointSizeF(option.font.pointSizeF() - (0.0 if bold else 0.8))
    painter.setFont(font)
    painter.setPen(pen)
    side = Qt.AlignmentFlag
    heavy = QFont(font)
    heavy.setBold(bold)
    room, thin, thick = area.width() - 8, QFontMetrics(font), QFontMetrics(heavy)
    pairs = ((left, right) for right in rights for left in lefts)
    fits = (one for one in pairs if thick.horizontalAdvance(one[0]) + thin.horizontalAdvance(one[1]) <= room)
    left, right = next(fits, (lefts[-1], rights[-1]))
    painter.drawText(area, side.AlignRight | side.AlignVCenter, right)
    painter.setFont(heavy)
    cut = thick.elidedText(left, Qt.TextElideMode.ElideRight, max(room - thin.horizontalAdvance(right), 0))
    painter.drawText(area, side.AlignLeft | side.AlignVCenter, cut)
