"""What the pages of the sensors panel share: what a page is, the bar that leads to them, and which channel is meant."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QStyle,
    QStyleOptionButton,
    QStylePainter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from neodent_viewer.app.context import AppContext
from neodent_viewer.app.menus import icon
from neodent_viewer.app.words import short_tooth
from neodent_viewer.live.live import Live
from neodent_viewer.live.status import ChannelStatus, LiveStatus

#: logical pixels below which only the page in front is named in the bar, and the least any page must do with
_NAMED, _LEAST = 330, 200
#: logical pixels of a button that its words do not get, and that it can be pressed into
_EDGE, _PRESSED = 14, 44

#: runs a request of ``app.actions`` with the context and more arguments; returns whether it went well
Ask = Callable[..., bool]


@dataclass(frozen=True, slots=True)
class Said:
    """What a page is shown.

    Attributes
    ----------
    status : LiveStatus
        Judged at the instant of the last tick.
    key : str
        The channel that is meant, empty when there is none.
    """

    status: LiveStatus
    key: str

    @property
    def channel(self) -> ChannelStatus | None:
        """Status of the channel that is meant."""
        return next((one for one in self.status.channels if one.key == self.key), None)


class Page(QWidget):
    """One page; it is shown and asked to refresh while it is in front."""

    def __init__(self, context: AppContext, ask: Ask) -> None:
        super().__init__()
        self.context, self.ask = context, ask
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(8)

    def kept(self) -> tuple[QWidget, ...]:
        """Return what goes on answering in show mode; see `panels.base.Panel.kept`."""
        return ()

    def refresh(self, said: Said) -> None:
        """Show everything as it is now."""

    def animate(self) -> None:
        """Show what changes with every sample; several times as often as `refresh`."""

    def release(self) -> None:
        """Let go before the window goes."""


class PageBar(QWidget):
    """Leads to the pages; in a narrow dock only the page in front has its name beside its picture."""

    def __init__(self, pages: Sequence[tuple[str, str, str]], chosen: Callable[[int], object]) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        row.setSizeConstraint(QHBoxLayout.SizeConstraint.SetNoConstraint)
        self.buttons: list[QToolButton] = []
        self._titles = [title for title, _, _ in pages]
        for number, (title, sign, tip) in enumerate(pages):
            button = QToolButton()
            button.setIcon(icon(sign))
            button.setIconSize(QSize(16, 16))
            button.setToolTip(f"{title}: {tip}")
            button.setAccessibleName(title)
            button.setCheckable(True)
            button.setSizePolicy(QSizePolicy.Policy.MinimumExpanding, QSizePolicy.Policy.Fixed)
            button.clicked.connect(lambda _=False, number=number: chosen(number))
            row.addWidget(button)
            self.buttons.append(button)
        self.show_current(0)

    def show_current(self, number: int) -> None:
        """Mark the page in front."""
        for at, button in enumerate(self.buttons):
            button.setChecked(at == number)
        self._dress()

    def say(self, number: int, text: str) -> None:
        """Say a little behind a page's name, such as how many faults run."""
        words = f"{self.buttons[number].accessibleName()} {text}".strip()
        if words != self._titles[number]:
            self._titles[number] = words
            self._dress()

    def _dress(self) -> None:
        style = Qt.ToolButtonStyle
        for button, title in zip(self.buttons, self._titles, strict=True):
            told = title.removeprefix(button.accessibleName()).strip()
            named = button.isChecked() or self.width() >= _NAMED
            button.setText(title if named else told)
            button.setToolButtonStyle(
                style.ToolButtonTextOnly
                if self.width() >= _NAMED and self.width() < 2 * _NAMED
                else style.ToolButtonTextBesideIcon
                if named or told
                else style.ToolButtonIconOnly
            )

    def minimumSizeHint(self) -> QSize:
        """Return a size that any dock has."""
        return QSize(_LEAST, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Name as many pages as there is room for."""
        super().resizeEvent(event)
        self._dress()


class Pages(QStackedWidget):
    """The pages, one in front; none makes a dock wider than its neighbours are, nor higher than the one in front needs."""

    def __init__(self) -> None:
        super().__init__()
        self.currentChanged.connect(lambda _: self.updateGeometry())

    def minimumSizeHint(self) -> QSize:
        """Return a size that any dock has."""
        front = self.currentWidget()
        return QSize(_LEAST, 0 if front is None else front.minimumSizeHint().height())


class Worded(QPushButton):
    """A button that gives up its picture, and then the end of its words, where it has no room for both."""

    def minimumSizeHint(self) -> QSize:
        """Return what it can be pressed into."""
        return QSize(min(_PRESSED, self.sizeHint().width()), super().minimumSizeHint().height())

    def shown(self) -> tuple[str, bool]:
        """Return the words it has room for, and whether its picture is beside them."""
        if self.width() >= self.sizeHint().width():
            return self.text(), True
        room = self.width() - _EDGE - (16 if self.menu() is not None else 0)
        return self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room), not self.text()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what there is room for."""
        option = QStyleOptionButton()
        self.initStyleOption(option)
        words, pictured = self.shown()
        option.text = words
        if not pictured:
            option.icon = QIcon()
        painter = QStylePainter(self)
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
        painter.end()


def small_button(text: str, sign: str, tip: str, run: Callable[..., object]) -> QPushButton:
    """Return a button of a panel."""
    button = Worded(text)
    if sign:
        button.setIcon(icon(sign))
    button.setToolTip(tip)
    button.setStyleSheet("padding: 4px 8px;")
    button.clicked.connect(run)
    return button


def moment_words(live: Live, time: float) -> str:
    """Return when something happened: the time of day, or the place in the recording that plays."""
    if live.replay is not None:
        minutes, seconds = divmod(max(0.0, time - live.replay.begin), 60.0)
        return f"{minutes:.0f}:{seconds:04.1f} in the recording"
    now = live.wall().astimezone()
    at = now - timedelta(seconds=live.now() - time)
    return f"{at:%H:%M:%S}" if at.date() == now.date() else f"{at:%d %b %H:%M}"


def whose(context: AppContext, tooth: int, probe: str) -> str:
    """Return what every page calls the place of a channel: its tooth, or the name of its probe where it sits on none."""
    named = context.document.probes.get(probe)
    return short_tooth(tooth) or (named.name if named is not None else "") or "no tooth"


def choose_channel(context: AppContext, key: str) -> None:
    """Pick out a channel with its probe and tooth, so that the canvas lights it."""
    for probe in context.document.probes.values():
        if any(channel.key == key for channel in probe.channels):
            context.selection.set(probe=probe.id, tooth=probe.tooth, channel=key)
            return
