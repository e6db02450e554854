"""Keys of commands that rest in show mode: pressed, they say so, rather than nothing.

A key of a disabled action reaches nobody; a shortcut beside it does, in the editor's window and in the stage's.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from neodent_viewer.app.actions.centre import CommandCentre
from neodent_viewer.app.actions.keymaps import unlock_words


class RestingKeys(QObject):
    """One shortcut a key, for as long as its command rests."""

    def __init__(self, window: QWidget, centre: CommandCentre) -> None:
        super().__init__(window)
        self._window, self._centre = window, centre
        self._shortcuts: dict[tuple[str, str], QShortcut] = {}

    def update_keys(self) -> None:
        """Stand in for those commands that rest now."""
        keymap = self._centre.keymap() if self._centre.context.shell.show_mode else {}
        wanted = {(name, key) for name, keys in keymap.items() if self._centre.rests(name) for key in keys}
        for gone in self._shortcuts.keys() - wanted:
            shortcut = self._shortcuts.pop(gone)
            shortcut.setEnabled(False)
            shortcut.deleteLater()
        for name, key in wanted - self._shortcuts.keys():
            shortcut = self._shortcuts[name, key] = QShortcut(QKeySequence(key), self._window)
            shortcut.setContext(Qt.ShortcutContext.ApplicationShortcut)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(partial(self.say, name))

    def say(self, command_id: str) -> None:
        """Say that a command rests, and how that ends."""
        context, title = self._centre.context, self._centre.commands[command_id].plain_title
        context.shell.say(f"Show mode is on: {title} rests. {unlock_words(context.preferences)}")
