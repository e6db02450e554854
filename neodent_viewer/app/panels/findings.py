"""Findings: kept measures and notes with their values; a click goes to where one was made."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, QSignalBlocker, Qt
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QMenu, QPlainTextEdit, QPushButton, QTreeWidget, QTreeWidgetItem

from neodent_viewer.app.actions import review
from neodent_viewer.app.context import AppContext
from neodent_viewer.app.menus import icon
from neodent_viewer.app.panels.base import Panel, caption
from neodent_viewer.app.words import plain_tip
from neodent_viewer.document.document import Change
from neodent_viewer.document.finding import Finding

_ID = Qt.ItemDataRole.UserRole


def value_text(value: float, unit: str) -> str:
    """Return a measured value with its unit: two decimals for lengths, one for angles, none is ever shown bare.

    >>> value_text(8.4567, "mm"), value_text(92.31, "°")
    ('8.46 mm', '92.3 °')
    """
    return f"{value:.1f} {unit}" if unit == "°" else f"{value:.2f} {unit}".rstrip()


class FindingsPanel(Panel):
    """A tree of findings, each with its values, and the note of the one that is chosen."""

    def __init__(self, context: AppContext) -> None:
        super().__init__(context)
        self._note_of, self._noted = "", ""  # whose note is being written, and what it said before
        self.tree = self._make_tree()
        self.empty = caption("No findings. Take the distance tool (D) and click two points.", role="empty")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.note = QPlainTextEdit()
        self.note.setPlaceholderText("Note")
        self.note.setFixedHeight(58)
        self.note.setTabChangesFocus(True)
        self.keep = QPushButton("Keep note")
        self.keep.clicked.connect(self._keep_note)
        self.note.textChanged.connect(self._note_changed)
        self.state = QPushButton("Close")
        self.state.clicked.connect(lambda: self._on_current(review.toggle_closed))
        self.delete = QPushButton("Delete")
        self.delete.clicked.connect(lambda: self._on_current(review.delete))
        row = QHBoxLayout()
        row.addWidget(self.keep)
        row.addStretch(1)
        row.addWidget(self.state)
        row.addWidget(self.delete)
        self.body.addWidget(self.tree, 1)
        self.body.addWidget(self.empty, 1)
        self.body.addWidget(self.note)
        self.body.addLayout(row)
        self.listen(context.document.changed, self._document_changed)
        self.listen(context.selection.changed, self.schedule)
        self.listen(context.tools.measured, self.schedule)

    def _make_tree(self) -> QTreeWidget:
        tree = QTreeWidget()
        tree.setColumnCount(2)
        tree.setHeaderHidden(True)
        tree.setIndentation(14)
        header = tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        tree.customContextMenuRequested.connect(self._menu)
        tree.itemClicked.connect(lambda item, _: self._show(item))
        tree.itemActivated.connect(lambda item, _: self._show(item))
        tree.itemChanged.connect(self._renamed)
        return tree

    # -- showing -------------------------------------------------------------------------------------------------

    def _document_changed(self, change: Change) -> None:
        if change.path[0] == "findings":
            self.schedule()

    def update_view(self) -> None:
        """List all findings and show the note of the chosen one."""
        findings = self.context.document.findings
        chosen = self.context.selection.current.finding
        with QSignalBlocker(self.tree):
            self.tree.clear()
            for finding in findings.values():
                self._add(finding, chosen)
        self.tree.setVisible(bool(findings))
        self.empty.setVisible(not findings)
        self._show_note(findings.get(chosen))

    def _show_note(self, finding: Finding | None) -> None:
        other = self._note_of != ("" if finding is None else finding.id)
        if other:
            self._keep_note()  # what was written about one finding stays with it
        for widget in (self.note, self.state, self.delete, self.keep):
            widget.setVisible(finding is not None)
        self._note_of = "" if finding is None else finding.id
        if finding is not None:
            self.state.setText("Close" if finding.state == "open" else "Reopen")
            if other or self.note.toPlainText() == self._noted:
                self._noted = finding.text
                if self.note.toPlainText() != finding.text:
                    self.note.setPlainText(finding.text)
            self._note_changed()

    def _add(self, finding: Finding, chosen: str) -> None:
        first, *more = finding.values or (("", float("nan"), ""),)
        item = QTreeWidgetItem(self.tree, [finding.title, value_text(first[1], first[2]) if finding.values else ""])
        item.setData(0, _ID, finding.id)
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
        closed = finding.state != "open"
        sign, colour = ("mdi6.check-circle-outline", "#626a73") if closed else ("mdi6.circle-outline", "#c4cbd2")
        item.setIcon(0, icon(sign, colour, colour))
        item.setToolTip(0, plain_tip(f"{finding.kind.capitalize()}, {finding.state}. {first[0].capitalize()}"))
        later = self.context.tools.later(finding)
        if later:
            item.setToolTip(1, "Measured before later edits of the surface")
        item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for name, value, unit in (*more, *((f"{name}, now", value, unit) for name, value, unit in later)):
            child = QTreeWidgetItem(item, [name, value_text(value, unit)])
            child.setData(0, _ID, finding.id)
            child.setFlags(Qt.ItemFlag.ItemIsEnabled)
            child.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            for column in (0, 1):
                child.setForeground(column, self.palette().placeholderText())
        if closed:
            item.setForeground(0, self.palette().placeholderText())
        item.setExpanded(True)
        if finding.id == chosen:
            self.tree.setCurrentItem(item)

    def _note_changed(self) -> None:
        finding = self.context.document.findings.get(self._note_of)
        self.keep.setEnabled(finding is not None and self.note.toPlainText() != finding.text)

    # -- asking --------------------------------------------------------------------------------------------------

    def _show(self, item: QTreeWidgetItem) -> None:
        finding = str(item.data(0, _ID))
        if finding in self.context.document.findings:
            self.ask(review.show, finding)

    def _renamed(self, item: QTreeWidgetItem, _: int) -> None:
        self.ask(review.rename, str(item.data(0, _ID)), item.text(0))
        self.schedule()

    def _on_current(self, request: object) -> None:
        finding = self.context.selection.current.finding
        if finding in self.context.document.findings and callable(request):
            self.ask(request, finding)

    def _keep_note(self) -> None:
        finding, text = self.context.document.findings.get(self._note_of), self.note.toPlainText()
        if finding is not None and text != self._noted:
            self._noted = text
            review.change(self.context, finding, f"Note on {finding.title}", text=text)

    def _menu(self, at: QPoint) -> None:
        item = self.tree.itemAt(at)
        if item is None:
            return
        finding = str(item.data(0, _ID))
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Go There", partial(self.ask, review.show, finding))
        menu.addAction("Close or Reopen", partial(self.ask, review.toggle_closed, finding))
        menu.addSeparator()
        menu.addAction("Delete", partial(self.ask, review.delete, finding))
        menu.popup(self.tree.viewport().mapToGlobal(at))
