"""Which channels a long list shows, and in which order: a line to filter by, three orders, and rows of one line each."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QToolButton, QVBoxLayout, QWidget

from neodent_viewer.app.menus import icon
from neodent_viewer.app.panels.base import caption
from neodent_viewer.app.panels.sensor_rows import quality
from neodent_viewer.app.preferences import Preferences
from neodent_viewer.app.words import TEETH, count, tooth_words
from neodent_viewer.live.status import ChannelStatus
from neodent_viewer.sensors.channel import QUANTITIES, Flag

TOOTH, QUANTITY, FAULTY = "tooth", "quantity", "faulty"
#: order -> its word on the button, and the sentence in the menu
ORDERS = {
    TOOTH: ("Tooth", "By tooth, as in a chart"),
    QUANTITY: ("Quantity", "By quantity, then by tooth"),
    FAULTY: ("Faulty", "Faulty first, then by tooth"),
}
#: channels up to which a list needs no filter, and above which its rows have one line if nobody wants it otherwise
FEW, MANY = 4, 12
#: preferences: the order, and whether rows have one line
_ORDER, _COMPACT = "sensors.order", "sensors.compact"
_PLACES = {tooth: place for place, tooth in enumerate(TEETH)}
_KINDS = {name: place for place, name in enumerate(QUANTITIES)}
_RANKS = {Flag.BAD: 0, Flag.SUSPECT: 1, Flag.MISSING: 2}


def is_faulty(status: ChannelStatus) -> bool:
    """Return whether something is wrong with a channel that consent lets be judged."""
    return not status.withheld and (status.stale or status.flag in _RANKS)


def wanted(status: ChannelStatus, name: str, words: str) -> bool:
    """Return whether a channel is meant by all of the words somebody typed: tooth, quantity, unit, state, name of a probe."""
    told = {str(status.tooth), status.quantity, status.unit, quality(status)[1], status.key, name}
    told |= {tooth_words(status.tooth), "faulty" if is_faulty(status) else "", "dark" if status.withheld else ""}
    hay = "\n".join(told).casefold()
    # a number begins a tooth's: "1" is the quadrant, and "6" is no 16
    return all(
        str(status.tooth).startswith(word) if word.isdigit() else word in hay for word in words.casefold().split()
    )


def placed(order: str) -> Callable[[ChannelStatus], tuple[int, ...]]:
    """Return what channels are sorted by; equal ones stay as they are."""

    def by_tooth(one: ChannelStatus) -> tuple[int, ...]:
        return _PLACES.get(one.tooth, len(_PLACES) + one.tooth), _KINDS.get(one.quantity, len(_KINDS))

    def by_quantity(one: ChannelStatus) -> tuple[int, ...]:
        return by_tooth(one)[::-1]

    def by_fault(one: ChannelStatus) -> tuple[int, ...]:
        return (_RANKS.get(Flag(one.flag), 2) if is_faulty(one) else 3 if one.withheld else 4, *by_tooth(one))

    return {QUANTITY: by_quantity, FAULTY: by_fault}.get(order, by_tooth)


class ChannelBar(QWidget):
    """What stands over a list of channels: filter, order, height of rows, and how many there are.

    Parameters
    ----------
    preferences : Preferences
        Where order and height of rows are remembered.
    changed : callable
        Asked when anything was chosen.
    """

    def __init__(self, preferences: Preferences, changed: Callable[[], object]) -> None:
        super().__init__()
        self._preferences, self._changed = preferences, changed
        self.filter = QLineEdit()
        self.filter.setClearButtonEnabled(True)
        self.filter.setAccessibleName("Filter channels")
        self.filter.setToolTip("Tooth, quantity, state or probe, such as: 16 · pH · lower · gap · faulty")
        self.filter.setStyleSheet("padding: 3px 6px;")
        self.filter.setMinimumWidth(60)
        self.filter.textChanged.connect(lambda _: changed())
        self.order = QToolButton()
        self.order.setIcon(icon("mdi6.sort-variant"))
        self.order.setToolTip("In which order channels stand")
        self.order.setAccessibleName("Order of channels")
        self.order.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.order.setToolButtonStyle(self.order.toolButtonStyle().ToolButtonTextBesideIcon)
        self.order.setMenu(self._menu())
        self.compact = QToolButton()
        self.compact.setIcon(icon("mdi6.format-list-bulleted"))
        self.compact.setToolTip("One line for each channel")
        self.compact.setAccessibleName("One line for each channel")
        self.compact.setCheckable(True)
        self.compact.clicked.connect(self._set_compact)
        for button in (self.order, self.compact):
            button.setIconSize(QSize(16, 16))
        self.told = caption("")
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.filter, 1)
        row.addWidget(self.order)
        row.addWidget(self.compact)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addLayout(row)
        column.addWidget(self.told)
        self._show_order()

    def _menu(self) -> QMenu:
        menu, group = QMenu(self), QActionGroup(self)
        self.orders: dict[str, QAction] = {}
        for name, (_, sentence) in ORDERS.items():
            action = self.orders[name] = menu.addAction(sentence)
            action.setCheckable(True)
            group.addAction(action)
            action.triggered.connect(lambda _=False, name=name: self.set_order(name))
        return menu

    # -- what was chosen -----------------------------------------------------------------------------------------

    @property
    def kept_order(self) -> str:
        """One of `ORDERS`."""
        kept = self._preferences.get(_ORDER, TOOTH)
        return kept if kept in ORDERS else TOOTH

    def set_order(self, order: str) -> None:
        """Let channels stand in another order."""
        self._preferences.set(_ORDER, order)
        self._show_order()
        self._changed()

    def _show_order(self) -> None:
        self.order.setText(ORDERS[self.kept_order][0])
        self.orders[self.kept_order].setChecked(True)

    def _set_compact(self, on: bool) -> None:
        self._preferences.set(_COMPACT, "yes" if on else "no")
        self._changed()

    def is_compact(self, channels: int) -> bool:
        """Return whether so many channels have one line each."""
        kept = self._preferences.get(_COMPACT, "")
        return kept == "yes" or (kept != "no" and channels > MANY)

    def chosen(self, channels: Sequence[ChannelStatus], names: dict[str, str], *, wide: bool) -> list[ChannelStatus]:
        """Return the channels to be shown, in their order, and say how many that is; `names` are those of probes by id."""
        words = self.filter.text()
        found = [one for one in channels if wanted(one, names.get(one.probe, ""), words)] if words.strip() else channels
        shown = sorted(found, key=placed(self.kept_order))
        faulty = sum(1 for one in channels if is_faulty(one))
        told = count(len(channels), "channel")
        told = f"{len(shown)} of {told}" if words.strip() else told
        self.told.setText(f"{told} · {faulty} faulty" if faulty else told)
        self.filter.setPlaceholderText("Filter: 16, pH, gap…")
        self.compact.setChecked(self.is_compact(len(channels)))
        self.compact.setVisible(not wide)
        self.setVisible(len(channels) > FEW or bool(words.strip()))
        return shown
