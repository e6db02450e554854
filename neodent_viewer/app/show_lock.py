"""What rests in the window while show mode is on, beside commands: panels, docks, workspace tabs, tools, the stage's window.

Order: the keyboard goes to the canvas, so that what was being typed is done with -> what was being tried is kept -> the hand
takes the tool that only looks -> all else rests. Commands ask the shell by themselves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QDockWidget

if TYPE_CHECKING:
    from neodent_viewer.app.host import Host

_FREE = (
    QDockWidget.DockWidgetFeature.DockWidgetClosable
    | QDockWidget.DockWidgetFeature.DockWidgetMovable
    | QDockWidget.DockWidgetFeature.DockWidgetFloatable
)


class ShowLock(QObject):
    """Follows the shell's show mode.

    Parameters
    ----------
    window : Host
        Panels that it fills later are its own to lay to rest, see `Panel.rest`.
    """

    def __init__(self, window: Host) -> None:
        super().__init__(window)
        self._window = window
        window.context.shell.show_mode_changed.connect(self._changed)

    def _changed(self, on: bool) -> None:
        window, context = self._window, self._window.context
        if on:
            window.canvas.setFocus(Qt.FocusReason.OtherFocusReason)
            context.history.settle()
            context.tools.set_current("select")
            self._put_away_welcome()
        for panel in window.panels.values():
            panel.rest(on)
        for dock in window.docks.values():
            dock.setFeatures(QDockWidget.DockWidgetFeature.NoDockWidgetFeatures if on else _FREE)
            (dock.installEventFilter if on else dock.removeEventFilter)(self)
        window.header.rest(on)
        context.stage.set_locked(on)

    def _put_away_welcome(self) -> None:
        from neodent_viewer.app.welcome import Welcome

        for page in self._window.canvas.findChildren(Welcome):
            page.shut()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let no window manager close a floating dock."""
        if event.type() == QEvent.Type.Close and isinstance(watched, QDockWidget):
            event.ignore()
            return True
        return False

    def release(self) -> None:
        """Follow no longer."""
        self._window.context.shell.show_mode_changed.disconnect(self._changed, missing_ok=True)
