"""What must not be missed: warnings and errors stand at the top of the canvas, whole, and then in one line until put away.

The status bar has one line and the next sentence replaces it; here the text wraps, so the remedy at its end is read too. The
newest is in front, since it speaks of what the hand has just done; one of the same kind as another takes its place and is
counted. At the top neither legend nor scale bar is covered.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from neodent_viewer.app import theme
from neodent_viewer.app.relay import Relay
from neodent_viewer.app.shell import Message, Shell
from neodent_viewer.app.words import plain_tip

_WIDTH = 560
_MARGIN = 16
_MOST = 20
#: ms that a message stands whole, and letters of it that are kept in one line after that
_WHOLE, _SHORT = 15_000, 200


def kind_of(text: str) -> str:
    """Return a message without what differs between two of one kind: numbers, what is quoted, and where.

    >>> kind_of("MQTT: nobody answers [10.0.0.7:1883] Wait 3 s.") == kind_of("MQTT: nobody answers [b:1] Wait 12 s.")
    True
    """
    return re.sub(r"\[[^\]]*\]|'[^']*'|\d+([.,]\d+)*", "#", text)


@dataclass(slots=True)
class _Waiting:
    message: Message
    times: int = 1


class Banner(QFrame):
    """The newest warning or error that nobody has put away yet.

    Parameters
    ----------
    over : QWidget
        What it stands over, at the top; both have the same window.
    shell : Shell
    show_log : callable
        Shows everything that was said.
    """

    def __init__(self, over: QWidget, shell: Shell, show_log: Callable[[], object]) -> None:
        super().__init__(over.window())
        self._over = over
        self._waiting: list[_Waiting] = []
        self._short = False
        self._calm = QTimer(self)
        self._calm.setSingleShot(True)
        self._calm.setInterval(_WHOLE)
        self._calm.timeout.connect(self.shorten)
        self.setObjectName("banner")
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.log = QPushButton("Show Log")
        self.log.clicked.connect(lambda: show_log())
        self.away = QToolButton()
        self.away.setText("\N{MULTIPLICATION SIGN}")
        self.away.setToolTip("Put this message away")
        self.away.clicked.connect(self.put_away)
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(14, 10, 8, 10)
        row.setSpacing(8)
        row.addWidget(self.text, 1)
        for button in (self.log, self.away):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()
        over.installEventFilter(self)
        self._relay = Relay(self, shell, self._hear)

    def put_away(self) -> None:
        """Show the message before this one, or nothing."""
        del self._waiting[:1]
        self._show()

    def shorten(self) -> None:
        """Stand in one line from now on; the pointer brings the rest back."""
        self._short = True
        self._write()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Stand whole under the pointer, and for a while after."""
        if self._short:
            self._short = False
            self._write()
        self._calm.start()
        super().enterEvent(event)

    def _hear(self, message: Message) -> None:
        if message.level == "info":
            return
        kind = kind_of(message.text)
        alike = next((one for one in self._waiting if kind_of(one.message.text) == kind), _Waiting(message, 0))
        alike.message, alike.times = message, alike.times + 1
        self._waiting = [alike, *(one for one in self._waiting if one is not alike)]
        del self._waiting[_MOST:]  # a flood is read in the log
        self._show()

    def _show(self) -> None:
        self.setVisible(bool(self._waiting))
        if not self._waiting:
            self._calm.stop()
            return
        self._short = False
        self._calm.start()
        self._write()
        self.raise_()

    def _write(self) -> None:
        """Say the first message, whole or in one line, how often it came, and how many there are behind it."""
        if not self._waiting:
            return
        first, times, more = self._waiting[0].message, self._waiting[0].times, len(self._waiting) - 1
        colour = theme.ERROR if first.level == "error" else theme.WARNING
        self.setStyleSheet(
            f"#banner {{ background: {theme.RAISED}; border: 1px solid {theme.LINE}; border-left: 4px solid {colour}; }}"
        )
        counted = " · ".join(filter(None, (f"{times} times" if times > 1 else "", f"{more} more" if more else "")))
        text = first.text + (f"\n({counted})" if counted else "")
        if self._short:
            behind = f" ({counted})" if counted else ""
            metrics = self.text.fontMetrics()
            room = self._room() - self.log.sizeHint().width() - self.away.sizeHint().width() - 60
            room -= metrics.horizontalAdvance(behind)
            line = " ".join(first.text.split())[:_SHORT]
            text = metrics.elidedText(line, Qt.TextElideMode.ElideRight, max(room, 40)) + behind
        self.text.setWordWrap(not self._short)
        self.text.setText(text)
        self.text.setToolTip(plain_tip(first.text) if self._short else "")
        self._place()

    def _room(self) -> int:
        return min(_WIDTH, self._over.width() - 2 * _MARGIN)

    def _place(self) -> None:
        corner = self._over.mapTo(self.window(), self._over.rect().topLeft())
        width = self._room()
        self._row.invalidate()  # whether the text wraps may be another matter than it was
        height = max(self.heightForWidth(width), self.minimumSizeHint().height())
        left = corner.x() + (self._over.width() - width) // 2
        self.setGeometry(left, corner.y() + _MARGIN, width, height)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow what it stands over."""
        if watched is self._over and event.type() in {QEvent.Type.Resize, QEvent.Type.Move} and self._waiting:
            self._write()
        return False

    def release(self) -> None:
        """Let go of the shell and of what it stood over."""
        self._calm.stop()
        self._relay.release()
        self._over.removeEventFilter(self)
