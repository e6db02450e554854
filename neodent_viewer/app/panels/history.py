"""History: every edit that stands and every one that can be done again; a click goes there. Below, what it all weighs."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem

from neodent_viewer.app.actions import edit
from neodent_viewer.app.context import AppContext
from neodent_viewer.app.menus import icon
from neodent_viewer.app.panels.base import Panel, caption
from neodent_viewer.app.words import count, plain_tip, size


class HistoryPanel(Panel):
    """A list over ``document.history``; row 0 is the document as it was opened."""

    def __init__(self, context: AppContext) -> None:
        super().__init__(context)
        self.list = QTreeWidget()
        self.list.setColumnCount(2)
        self.list.setHeaderHidden(True)
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        header = self.list.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.list.itemClicked.connect(lambda item, _: self._go(item))
        self.list.itemActivated.connect(lambda item, _: self._go(item))
        self.foot = caption("")
        self.body.addWidget(self.list, 1)
        self.body.addWidget(self.foot)
        self.listen(context.history.changed, self.schedule)

    def update_view(self) -> None:
        """List the edits; those that are undone stand greyed below the present one."""
        history = self.context.history
        done, undone = history.done(), history.undone()
        muted = self.palette().placeholderText()
        with QSignalBlocker(self.list):
            self.list.clear()
            start = QTreeWidgetItem(self.list, ["As opened", ""])
            start.setIcon(0, icon("mdi6.flag-outline"))
            for position, one in enumerate((*done, *undone), 1):
                item = QTreeWidgetItem(self.list, [one.title, size(one.nbytes())])
                item.setForeground(1, muted)
                item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                item.setToolTip(0, plain_tip(one.title))
                if position > len(done):
                    item.setForeground(0, muted)
            current = self.list.topLevelItem(len(done))
            if current is not None:
                self.list.setCurrentItem(current)
                self.list.scrollToItem(current)
        self.foot.setText(f"{count(len(done), 'step')} · {size(history.nbytes())} of {size(history.limit)}")

    def _go(self, item: QTreeWidgetItem) -> None:
        edit.go_to(self.context.history, self.list.indexOfTopLevelItem(item))
