"""A key that is held: what it does lasts until it is let go.

Shortcuts tell of a key going down only. The window itself is told of every key that comes up, whatever has the focus; it is
listened to for as long as one is held, and no longer.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QWindow


class HeldKey(QObject):
    """Runs `released` once when one of an action's keys comes up; a press of a menu has no key, so nothing happens then.

    Parameters
    ----------
    window : QWindow
        Told of keys.
    action : QAction
        Whose keys count.
    released : callable
    """

    def __init__(self, window: QWindow, action: QAction, released: Callable[[], object]) -> None:
        super().__init__(window)
        self._window: QWindow | None = window
        self._keys = {sequence.toString().rpartition("+")[2] or "+" for sequence in action.shortcuts()}
        self._released = released
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look for the key coming up; repeats of a held key come up too, and do not count."""
        if event.type() == QEvent.Type.KeyRelease and isinstance(event, QKeyEvent) and not event.isAutoRepeat():
            if QKeySequence(event.key()).toString() in self._keys:
                self._released()
                self.end()
        elif event.type() == QEvent.Type.FocusOut:  # the key comes up in another window, where nobody tells us
            self._released()
            self.end()
        return False

    def end(self) -> None:
        """Listen no longer."""
        if self._window is not None:
            self._window.removeEventFilter(self)
            self._window = None
            self.deleteLater()
