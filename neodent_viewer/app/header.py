"""The bar at the top: menus on the left, workspace tabs in the middle, the way to every command on the right."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QFontMetrics, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QMenuBar, QPushButton, QSizePolicy, QTabBar, QWidget

from neodent_viewer.app.actions.record import MENUS
from neodent_viewer.app.context import AppContext
from neodent_viewer.app.workspaces import ARRANGED


class Header(QWidget):
    """Menus, workspace tabs, command search. The menus are filled by `menus.WindowActions` after the first picture."""

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        self.setObjectName("header")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._context = context
        self.bar = QMenuBar(self)
        self.bar.setNativeMenuBar(False)
        self.menus: dict[str, QMenu] = {name: self.bar.addMenu(title) for name, title in MENUS.items()}
        self.tabs = self._make_tabs()
        self.search = QPushButton("Search commands    Ctrl+Shift+P")
        self.search.setObjectName("search")
        self.search.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.search.clicked.connect(lambda: context.shell.want("palette"))
        self._lay_out()
        context.shell.workspace_changed.connect(self.show_workspace)
        self.show_workspace(context.shell.workspace)

    def _make_tabs(self) -> QTabBar:
        tabs = QTabBar()
        tabs.setObjectName("workspaces")
        tabs.setDrawBase(False)
        tabs.setExpanding(False)
        tabs.setUsesScrollButtons(False)  # three tabs are always shown whole
        for workspace in ARRANGED.values():
            index = tabs.addTab(workspace.title)
            tabs.setTabToolTip(index, f"{workspace.hint}  (Ctrl+PgUp, Ctrl+PgDown)")
            tabs.setTabData(index, workspace.name)
        tabs.currentChanged.connect(self._choose)
        return tabs

    def _lay_out(self) -> None:
        left, right = QWidget(), QWidget()
        for side, widget, where in (
            (left, self.bar, Qt.AlignmentFlag.AlignLeft),
            (right, self.search, Qt.AlignmentFlag.AlignRight),
        ):
            row = QHBoxLayout(side)
            row.setContentsMargins(6, 3, 8, 3)
            row.addWidget(widget, 0, where | Qt.AlignmentFlag.AlignVCenter)
            side.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(left, 1)  # equal stretch on both sides keeps the tabs in the middle
        layout.addWidget(self.tabs, 0)
        layout.addWidget(right, 1)

    def showEvent(self, event: QShowEvent) -> None:
        """Give the tabs the room their bold words take: a tab bar counts with thin ones."""
        super().showEvent(event)
        font = self.tabs.font()
        font.setBold(True)
        extra = QFontMetrics(font)
        thin = self.tabs.fontMetrics()
        titles = [workspace.title for workspace in ARRANGED.values()]
        more = sum(extra.horizontalAdvance(title) - thin.horizontalAdvance(title) for title in titles)
        self.tabs.setMinimumWidth(self.tabs.sizeHint().width() + more)

    def show_workspace(self, name: str) -> None:
        """Raise the tab of a workspace, and name its menu after it."""
        names = list(ARRANGED)
        with QSignalBlocker(self.tabs):
            self.tabs.setCurrentIndex(names.index(name))
        self.menus["tools"].setTitle("&" + ARRANGED[name].title)

    def rest(self, resting: bool) -> None:
        """Leave no tab but the one in front to be chosen, or all again."""
        for index in range(self.tabs.count()):
            self.tabs.setTabEnabled(index, not resting or index == self.tabs.currentIndex())

    def _choose(self, index: int) -> None:
        shell = self._context.shell
        shell.set_workspace(str(self.tabs.tabData(index)))
        self.show_workspace(shell.workspace)  # in show mode it stays

    def release(self) -> None:
        """Let go of the shell's signals."""
        self._context.shell.workspace_changed.disconnect(self.show_workspace, missing_ok=True)
