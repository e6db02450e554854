"""The main window: the canvas in the middle, panels around it, three workspaces.

Order: empty docks, header and shelf stand before the first picture, so that nothing moves later; after it `populate` imports
what panels need in a thread, then makes actions and fills the visible panels, each in a turn of the event loop of its own.
A panel that is not visible is filled when it first shows.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QDockWidget, QFrame, QMainWindow, QScrollArea, QTabWidget, QToolBar, QVBoxLayout, QWidget

from neodent_viewer.app import layout_store
from neodent_viewer.app.banner import Banner
from neodent_viewer.app.context import AppContext, JobHandle
from neodent_viewer.app.dock_titles import DockTitles
from neodent_viewer.app.header import Header
from neodent_viewer.app.host import Host
from neodent_viewer.app.panels.catalogue import PANELS, PanelInfo
from neodent_viewer.app.show_lock import ShowLock
from neodent_viewer.app.status import StatusBar
from neodent_viewer.app.workspaces import ARRANGED, arrange
from neodent_viewer.core.signals import Signal

if TYPE_CHECKING:
    from neodent_viewer.app.panels.base import Panel

#: imported in a thread after the first picture, so that building commands and panels never waits for a disk
HEAVY = (
    "neodent_viewer.app.actions.centre",
    "neodent_viewer.app.menus",
    *(f"neodent_viewer.app.panels.{info.factory.partition(':')[0]}" for info in PANELS),
)
SIZE = QSize(1280, 800)
_SHELF_WIDTH = 44
#: s that a turn of filling may take before the event loop goes on; the last piece may overrun it
_TURN = 0.05
_TITLE = "neodent_viewer"
#: what is asked before a show is left
_IN_A_SHOW = ("Close During a Show?", "Show mode is on.", "The stage closes with the window.", "Close")


class MainWindow(Host):
    """The window of the editor.

    Parameters
    ----------
    context : AppContext
    canvas : QWidget
        Becomes the central widget and never moves.
    """

    #: emitted once, when actions exist and the visible panels are filled
    populated = Signal()
    #: emitted once, after the window agreed to close and let go of everything it listened to
    closed = Signal()

    def __init__(self, context: AppContext, canvas: QWidget) -> None:
        super().__init__()
        self.context = context
        self.canvas = canvas
        self.commands = None
        self.panels = {}
        self._offer_welcome = False
        self._sure = False
        self._workspace = self._tool = ""
        self._pending: list[Callable[[], object]] = []
        self._turn = QTimer(self)
        self._turn.setInterval(0)
        self._turn.timeout.connect(self._take_turn)
        self._dress()
        self.header = Header(context)
        self.setMenuWidget(self.header)
        self.setCentralWidget(canvas)
        self.shelf = self._make_shelf()
        self.docks = {info.name: self._make_dock(info) for info in PANELS}
        self._titles = DockTitles(self, self.docks.values())
        self._lock = ShowLock(self)
        self.status = StatusBar(context)
        self.setStatusBar(self.status)
        self.banner = Banner(canvas, context.shell, lambda: self.show_panel("log"))
        self._restore()
        self._attach()

    # -- before the first picture --------------------------------------------------------------------------------

    def _dress(self) -> None:
        option = QMainWindow.DockOption
        self.setObjectName("main")
        self.setAcceptDrops(True)
        self.setMinimumSize(900, 560)
        self.setDockOptions(option.AllowTabbedDocks | option.AllowNestedDocks)
        self.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        self.setCorner(Qt.Corner.BottomLeftCorner, Qt.DockWidgetArea.LeftDockWidgetArea)
        self.setCorner(Qt.Corner.BottomRightCorner, Qt.DockWidgetArea.RightDockWidgetArea)

    def _make_shelf(self) -> QToolBar:
        shelf = QToolBar("Tools")
        shelf.setObjectName("shelf")
        shelf.setMovable(False)
        shelf.setIconSize(QSize(22, 22))
        shelf.setFixedWidth(_SHELF_WIDTH)
        shelf.toggleViewAction().setEnabled(False)
        self.addToolBar(Qt.ToolBarArea.LeftToolBarArea, shelf)
        return shelf

    def _make_dock(self, info: PanelInfo) -> QDockWidget:
        dock = QDockWidget(info.title, self)
        dock.setObjectName(info.name)
        dock.setWidget(QWidget())
        dock.setMinimumWidth(230)
        dock.visibilityChanged.connect(lambda shown: self._fill(info) if shown else None)
        return dock

    def _restore(self) -> None:
        preferences = self.context.preferences
        if not layout_store.restore_geometry(self, preferences):
            self.resize(SIZE)
        self.context.shell.set_workspace(layout_store.last_workspace(preferences, self.context.shell.workspace))
        self._show_workspace(self.context.shell.workspace)

    def _attach(self) -> None:
        context = self.context
        context.shell.parent = self
        context.shell.workspace_changed.connect(self._show_workspace)
        context.shell.wanted.connect(self._want)
        context.tools.changed.connect(self._show_settings)
        context.history.changed.connect(self._show_title)
        context.requests.project_changed.connect(self._show_title)
        context.ticker.first_frame.connect(self.populate)
        self._show_title()

    # -- after the first picture ---------------------------------------------------------------------------------

    def populate(self) -> None:
        """Import what panels need in a thread, then fill what is visible."""
        self.context.background.submit("Preparing panels", _import_heavy, self._start_filling)

    def _start_filling(self, _: object = None) -> None:
        shown = [info for info in PANELS if self.docks[info.name].isVisible()]
        self._pending = [self._make_commands, *(self._filler(info) for info in shown), self._end_filling]
        self._turn.start()

    def _take_turn(self) -> None:
        """Go on filling for a moment: with slow frames, one piece a turn would take as many frames as there are pieces."""
        end = time.monotonic() + _TURN
        while self._pending and time.monotonic() < end:
            self._pending.pop(0)()
        if not self._pending:
            self._turn.stop()

    def _make_commands(self) -> None:
        from neodent_viewer.app.actions.centre import CommandCentre
        from neodent_viewer.app.menus import WindowActions

        self.commands = WindowActions(self, self.header, self.shelf, CommandCentre(self.context))

    def _filler(self, info: PanelInfo) -> Callable[[], object]:
        return lambda: self._fill(info)

    def _fill(self, info: PanelInfo) -> None:
        """Build a panel in its dock, once; before the actions exist it is not yet time."""
        if self.commands is None or info.name in self.panels:
            return
        panel = self.panels[info.name] = info.make(self.context)
        dock = self.docks[info.name]
        empty = dock.widget()
        dock.setWidget(_scrolled(panel) if panel.scrolls else panel)
        empty.deleteLater()
        panel.update_view()
        if self.context.shell.show_mode:
            panel.rest(True)

    def _end_filling(self) -> None:
        if self._offer_welcome:
            self.offer_welcome()
        self.populated.emit()

    def offer_welcome(self) -> None:
        """Show the welcome page as soon as there is one, unless the person has put it away for good."""
        if self.commands is None:
            self._offer_welcome = True
        elif self.context.preferences.get("welcome", True):
            self._want("welcome")

    # -- while it runs ---------------------------------------------------------------------------------------------

    def _show_workspace(self, name: str) -> None:
        preferences = self.context.preferences
        if self._workspace:
            layout_store.save_docks(self, preferences, self._workspace)
        self._workspace = name
        arrange(self, self.docks, ARRANGED[name])
        layout_store.restore_docks(self, preferences, name)

    def reset_layout(self) -> None:
        """Put the panels of this workspace back where they were at first."""
        layout_store.forget_docks(self.context.preferences, self._workspace)
        arrange(self, self.docks, ARRANGED[self._workspace])

    def show_panel(self, name: str) -> Panel | None:
        """Bring a panel to the front and return it; None before panels are filled."""
        self.docks[name].show()
        self.docks[name].raise_()
        self._fill(next(info for info in PANELS if info.name == name))
        return self.panels.get(name)

    def _show_settings(self) -> None:
        """Bring the panel of a tool newly in hand to the front, unless it was closed."""
        tools = self.context.tools
        if tools.current == self._tool:
            return
        self._tool = tools.current
        panel = next((info.panel for info in tools.infos if info.name == self._tool), "")
        if panel in self.docks and self.docks[panel].toggleViewAction().isChecked():
            self.docks[panel].raise_()

    def _show_title(self) -> None:
        project = self.context.requests.project
        self.setWindowTitle(f"{project.name if project else 'Untitled'}[*] · {_TITLE}")
        self.setWindowModified(self.context.history.unsaved())

    def _want(self, name: str) -> None:
        if self.commands is None:  # nor may anything be imported here while a thread imports the same libraries
            if name == "close":
                self.close()
            return
        from neodent_viewer.app.wants import WANTS

        WANTS[name](self)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Welcome files; in a show they are let fall, with a sentence."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()  # else nobody would learn why nothing was opened

    def dropEvent(self, event: QDropEvent) -> None:
        """Open the files once the drop is over: a question in the middle of one would freeze the other program."""
        from neodent_viewer.app.actions.file import open_paths

        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if self.context.shell.show_mode:
            event.ignore()
            self.context.shell.say("Show mode is on: dropped files are not opened. Unlock it, and drop them again.")
            return
        event.acceptProposedAction()
        QTimer.singleShot(0, self, lambda: open_paths(self.context, paths))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Close; in a show only when that is meant, with unsaved work only after it was saved or given up."""
        context = self.context
        if self._sure or not (context.history.unsaved() or context.shell.show_mode):
            self._let_go()
            event.accept()
            return
        from neodent_viewer.app.actions.file import confirm_unsaved

        event.ignore()
        if not context.shell.show_mode or context.shell.ask_sure(*_IN_A_SHOW):
            confirm_unsaved(context, self._close_for_sure)

    def _close_for_sure(self) -> None:
        self._sure = True
        QTimer.singleShot(0, self, self.close)

    def _let_go(self) -> None:
        if self.context.shell.parent is not self:
            return  # closed before
        preferences, context = self.context.preferences, self.context
        layout_store.save_geometry(self, preferences)
        layout_store.save_docks(self, preferences, self._workspace)
        preferences.set("window.workspace", self._workspace)
        self._turn.stop()
        context.shell.parent = None
        context.shell.workspace_changed.disconnect(self._show_workspace, missing_ok=True)
        context.shell.wanted.disconnect(self._want, missing_ok=True)
        context.tools.changed.disconnect(self._show_settings, missing_ok=True)
        context.history.changed.disconnect(self._show_title, missing_ok=True)
        context.requests.project_changed.disconnect(self._show_title, missing_ok=True)
        context.ticker.first_frame.disconnect(self.populate, missing_ok=True)
        for piece in (self._lock, *self.panels.values(), self.status, self.banner, self.header, self.commands):
            if piece is not None:
                piece.release()
        self.closed.emit()


def _import_heavy(handle: JobHandle) -> None:
    for name in HEAVY:
        if not handle.cancelled():
            import_module(name)


def _scrolled(panel: Panel) -> QWidget:
    """Return a panel in a scroll area, under the sign that it rests, which stays in sight."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(panel)
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    panel.body.removeWidget(panel.sign)
    over = QVBoxLayout()
    over.setContentsMargins(10, 8, 10, 0)
    over.addWidget(panel.sign)
    column.addLayout(over)
    column.addWidget(area, 1)
    return holder
