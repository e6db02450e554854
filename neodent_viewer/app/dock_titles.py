"""Titles of docks: a dock that shares its place with others has a tab that names it, so its own title bar goes."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabBar, QWidget

#: pixels between tabs and the dock they belong to
_NEAR = 6


class DockTitles(QObject):
    """Shows and hides title bars as docks are moved; a floating dock always has one, to be held by."""

    def __init__(self, window: QMainWindow, docks: Iterable[QDockWidget]) -> None:
        super().__init__(window)
        self._window = window
        self._docks = tuple(docks)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self.update_all)
        for dock in self._docks:
            dock.topLevelChanged.connect(self.schedule)
            dock.dockLocationChanged.connect(self.schedule)
            dock.visibilityChanged.connect(self.schedule)

    def schedule(self, *_: object) -> None:
        """Look again once Qt has settled."""
        self._soon.start()

    def update_all(self) -> None:
        """Give each dock the title bar its place asks for."""
        for dock in self._docks:
            neighbours = [other for other in self._window.tabifiedDockWidgets(dock) if not other.isHidden()]
            bare = bool(neighbours) and not dock.isFloating()
            if bare and dock.titleBarWidget() is None:
                dock.setTitleBarWidget(QWidget(dock))
            elif not bare and dock.titleBarWidget() is not None:
                old = dock.titleBarWidget()
                dock.setTitleBarWidget(None)  # type: ignore[arg-type]  # None brings Qt's own bar back
                old.deleteLater()
        self._hide_leftovers()

    def _hide_leftovers(self) -> None:
        """Hide tabs that stand over no dock: Qt leaves some behind when a layout is restored over another one."""
        docked = [dock for dock in self._docks if dock.isVisible() and not dock.isFloating()]
        for bar in self._window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly):
            under = bar.geometry().bottom() + 1
            if not any(abs(dock.y() - under) <= _NEAR and abs(dock.x() - bar.x()) <= _NEAR for dock in docked):
                bar.hide()
