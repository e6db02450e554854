"""What must not be missed: warnings and errors stand over the canvas, whole, until they are put away.

The status bar has one line and the next sentence replaces it; here the text wraps, so the remedy at its end is read too.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from neodent_viewer.app import theme
from neodent_viewer.app.relay import Relay
from neodent_viewer.app.shell import Message, Shell

_WIDTH = 560
_MARGIN = 16
_MOST = 20


class Banner(QFrame):
    """The oldest warning or error that nobody has put away yet.

    Parameters
    ----------
    over : QWidget
        What it stands over, at the bottom; both have the same window.
    shell : Shell
    show_log : callable
        Shows everything that was said.
    """

    def __init__(self, over: QWidget, shell: Shell, show_log: Callable[[], object]) -> None:
        super().__init__(over.window())
        self._over = over
        self._waiting: list[Message] = []
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
        row = QHBoxLayout(self)
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
        """Show the next message, or nothing."""
        del self._waiting[:1]
        self._show()

    def _hear(self, message: Message) -> None:
        if message.level == "info" or any(message.text == other.text for other in self._waiting):
            return
        self._waiting.append(message)
        del self._waiting[_MOST:]  # a flood is read in the log
        self._show()

    def _show(self) -> None:
        self.setVisible(bool(self._waiting))
        if not self._waiting:
            return
        first, more = self._waiting[0], len(self._waiting) - 1
        colour = theme.ERROR if first.level == "error" else theme.WARNING
        self.setStyleSheet(
            f"#banner {{ background: {theme.RAISED}; border: 1px solid {theme.LINE}; border-left: 4px solid {colour}; }}"
        )
        self.text.setText(first.text + (f"\n({more} more)" if more else ""))
        self._place()
        self.raise_()

    def _place(self) -> None:
        corner = self._over.mapTo(self.window(), self._over.rect().topLeft())
        width = min(_WIDTH, self._over.width() - 2 * _MARGIN)
        height = max(self.heightForWidth(width), self.minimumSizeHint().height())
        left = corner.x() + (self._over.width() - width) // 2
        self.setGeometry(left, corner.y() + self._over.height() - height - _MARGIN, width, height)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow what it stands over."""
        if watched is self._over and event.type() in {QEvent.Type.Resize, QEvent.Type.Move} and self._waiting:
            self._place()
        return False

    def release(self) -> None:
        """Let go of the shell and of what it stood over."""
        self._relay.release()
        self._over.removeEventFilter(self)
