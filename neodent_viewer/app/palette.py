"""The command palette: every command by a few of its letters, with its keys; Enter runs it.

In show mode it offers nothing that rests.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QBrush, QColor, QKeyEvent
from PySide6.QtWidgets import QFrame, QHeaderView, QLineEdit, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from neodent_viewer.app import theme
from neodent_viewer.app.actions.centre import CommandCentre
from neodent_viewer.app.actions.record import Command
from neodent_viewer.app.fuzzy import rank
from neodent_viewer.app.menus import icon

_WIDTH = 560
_ROLE = Qt.ItemDataRole.UserRole
_CATEGORIES = {"feed": "Feed", "tool": "Tool", "stage": "Stage"}


class Palette(QFrame):
    """A box over the window's top; it closes on Esc, on a click elsewhere, and when a command runs."""

    def __init__(self, parent: QWidget, centre: CommandCentre) -> None:
        super().__init__(parent)
        self._window = parent
        self._centre = centre
        self.setObjectName("palette")
        self.setStyleSheet(
            f"#palette {{ background: {theme.PANEL}; border: 1px solid {theme.LINE}; border-radius: 8px; }}"
            "#palette QTreeWidget { background: transparent; border: 0; }"
        )
        self.line = QLineEdit()
        self.line.setPlaceholderText("Type a few letters of a command")
        self.line.setClearButtonEnabled(True)
        self.line.textChanged.connect(self.refill)
        self.line.installEventFilter(self)
        self.list = QTreeWidget()
        self.list.setColumnCount(3)
        self.list.setHeaderHidden(True)
        self.list.setRootIsDecorated(False)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setUniformRowHeights(True)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.itemClicked.connect(lambda item, _: self._run(item))
        header = self.list.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in (1, 2):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 10, 10, 10)
        layout.setSpacing(8)
        layout.addWidget(self.line)
        layout.addWidget(self.list, 1)
        self.hide()

    def open(self) -> None:
        """Show the palette with an empty line."""
        area = self._window.rect()
        width = min(_WIDTH, area.width() - 40)
        self.setGeometry((area.width() - width) // 2, 44, width, min(420, area.height() - 80))
        self.line.clear()
        self._centre.refresh()
        self.refill()
        self.show()
        self.raise_()
        self.line.setFocus(Qt.FocusReason.PopupFocusReason)

    def shut(self) -> None:
        """Hide the palette and give the focus back to the window."""
        self.hide()
        self._window.setFocus(Qt.FocusReason.PopupFocusReason)

    def commands(self) -> list[Command]:
        """Return the commands of this workspace that match, best first; those that can run come before the others.

        One that is named to the letter stays first all the same: Enter must not run another in its place.
        """
        here = self._centre.context.shell.workspace
        known = [c for c in self._centre.commands.values() if here in c.workspaces and c.id != "help.palette"]
        known = [c for c in known if not self._centre.rests(c.id)]
        found = rank(self.line.text(), known, lambda command: f"{command.plain_title} {category(command)}")
        named = self.line.text().strip().casefold()
        return sorted(found, key=lambda c: (c.plain_title.casefold() != named, not self._centre.enabled(c.id)))

    def refill(self) -> None:
        """List what matches."""
        keymap = self._centre.keymap()
        self.list.clear()
        for command in self.commands():
            item = QTreeWidgetItem([command.plain_title, category(command), "  ".join(keymap.get(command.id, ()))])
            item.setData(0, _ROLE, command.id)
            item.setIcon(0, icon(command.icon or "mdi6.chevron-right"))
            item.setToolTip(0, command.hint)
            for column in (1, 2):
                item.setForeground(column, QBrush(QColor(theme.MUTED)))
            item.setDisabled(not self._centre.enabled(command.id))
            self.list.addTopLevelItem(item)
        self._go_to(0)

    def _go_to(self, row: int) -> None:
        item = self.list.topLevelItem(min(self.list.topLevelItemCount() - 1, max(0, row)))
        if item is not None:
            self.list.setCurrentItem(item)

    def _run(self, item: QTreeWidgetItem | None) -> None:
        if item is None or item.isDisabled():
            return
        command_id = str(item.data(0, _ROLE))
        self.shut()
        self._centre.run(command_id)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let arrow keys walk the list while the line has the focus; Enter runs, Esc and a loss of focus close."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(event.key())
        if event.type() == QEvent.Type.FocusOut and self.isVisible():
            self.hide()
        return super().eventFilter(watched, event)

    def _key(self, key: int) -> bool:
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 10, Qt.Key.Key_PageUp: -10}
        if key in steps:
            current = self.list.currentItem()
            row = self.list.indexOfTopLevelItem(current) if current is not None else 0
            self._go_to(row + steps[Qt.Key(key)])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._run(self.list.currentItem())
        elif key == Qt.Key.Key_Escape:
            self.shut()
        else:
            return False
        return True


def category(command: Command) -> str:
    """Return the word that tells where a command belongs."""
    family = command.id.partition(".")[0]
    return _CATEGORIES.get(family, family.capitalize())
