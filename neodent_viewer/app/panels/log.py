"""Log: what the program has said, newest last. Tracebacks are in the log file."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QListWidget, QListWidgetItem, QPushButton

from neodent_viewer.app import theme
from neodent_viewer.app.actions.help import open_log_folder
from neodent_viewer.app.context import AppContext
from neodent_viewer.app.menus import icon
from neodent_viewer.app.panels.base import Panel, caption
from neodent_viewer.app.relay import Relay
from neodent_viewer.app.shell import KEPT, Message

_ICONS = {
    "info": ("mdi6.information-outline", theme.MUTED),
    "warning": ("mdi6.alert-outline", theme.WARNING),
    "error": ("mdi6.alert-circle-outline", theme.ERROR),
}


class LogPanel(Panel):
    """A list of sentences with their time."""

    def __init__(self, context: AppContext) -> None:
        super().__init__(context)
        self.list = QListWidget()
        self.list.setWordWrap(True)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.body.addWidget(self.list, 1)
        row = QHBoxLayout()
        row.addWidget(caption("Details are in the log file."), 1)
        button = QPushButton("Show Log Folder")
        button.clicked.connect(lambda: self.ask(open_log_folder))
        row.addWidget(button)
        self.body.addLayout(row)
        for message in context.shell.heard():
            self._add(message)
        self._relay = Relay(self, context.shell, self._add)

    def release(self) -> None:
        """Stop listening."""
        self._relay.release()
        super().release()

    def _add(self, message: Message) -> None:
        name, colour = _ICONS[message.level]
        when = datetime.fromtimestamp(message.at).strftime("%H:%M:%S")
        item = QListWidgetItem(icon(name, colour), f"{when}  {message.text}")
        item.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        if message.level == "error":
            item.setForeground(QColor(theme.ERROR))
        self.list.addItem(item)
        if self.list.count() > KEPT:
            self.list.takeItem(0)
        self.list.scrollToBottom()
