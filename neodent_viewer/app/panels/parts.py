"""Parts: what is in the document, by jaw, with an eye to hide each; below, the facts of the selected one."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QItemSelectionModel, QPoint, QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QLabel,
    QMenu,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from neodent_viewer.app.actions import edit, file, parts
from neodent_viewer.app.context import AppContext
from neodent_viewer.app.menus import icon
from neodent_viewer.app.panels.base import Panel, caption, form
from neodent_viewer.app.words import count, plain_tip
from neodent_viewer.core.units import MM_PER
from neodent_viewer.document.document import Change
from neodent_viewer.document.part import Part

_ID = Qt.ItemDataRole.UserRole
_NAME, _EYE = 0, 1
JAWS = {"upper": "Upper jaw", "lower": "Lower jaw", "": "Other parts"}


class PartsPanel(Panel):
    """The tree of parts and the facts of the leading one."""

    def __init__(self, context: AppContext) -> None:
        super().__init__(context)
        self.tree = self._make_tree()
        self.empty = caption("Nothing is open. Drop scans here, or use File > Open.", role="empty")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.facts = QWidget()
        self._faces, self._size, self._notes = QLabel(), QLabel(), caption("")
        self.unit, self.jaw = QComboBox(), QComboBox()
        self.unit.addItems(list(MM_PER))
        for key, words in JAWS.items():
            self.jaw.addItem(words if key else "Not known", key)
        self.unit.setToolTip("The unit the file is read in; changing it rescales the part.")
        self.unit.activated.connect(lambda _: self._set(parts.set_unit, self.unit.currentText()))
        self.jaw.activated.connect(lambda _: self._set(parts.set_jaw, str(self.jaw.currentData())))
        self._lay_out()
        self.listen(context.document.changed, self._document_changed)
        self.listen(context.selection.changed, self._show_selection)

    def _make_tree(self) -> QTreeWidget:
        tree = QTreeWidget()
        tree.setColumnCount(2)
        tree.setHeaderHidden(True)
        tree.setIndentation(14)
        tree.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        tree.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked)
        tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header = tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(_NAME, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(_EYE, QHeaderView.ResizeMode.Fixed)
        header.setMinimumSectionSize(28)
        header.resizeSection(_EYE, 30)
        tree.itemClicked.connect(self._clicked)
        tree.itemChanged.connect(self._renamed)
        tree.itemSelectionChanged.connect(self._selected)
        tree.customContextMenuRequested.connect(self._menu)
        return tree

    def _lay_out(self) -> None:
        layout = form()
        self.facts.setLayout(layout)
        layout.addRow("Mesh", self._faces)
        layout.addRow("Size", self._size)
        layout.addRow("File unit", self.unit)
        layout.addRow("Jaw", self.jaw)
        layout.addRow(self._notes)
        self._size.setWordWrap(True)
        self._faces.setWordWrap(True)
        self.body.addWidget(self.tree, 1)
        self.body.addWidget(self.empty, 1)
        self.body.addWidget(self.facts)

    # -- showing -------------------------------------------------------------------------------------------------

    def _document_changed(self, change: Change) -> None:
        if change.path[0] == "parts" and change.path[2:3] != ("arrays",):  # a running stroke moves no row of this list
            self.schedule()

    def update_view(self) -> None:
        """Rebuild the tree, and show the selection and its facts."""
        document = self.context.document
        with QSignalBlocker(self.tree):
            self.tree.clear()
            self._fill_tree(list(document.parts.values()))
        self.tree.setVisible(bool(document.parts))
        self.empty.setVisible(not document.parts)
        self._show_selection()

    def _fill_tree(self, shown: list[Part]) -> None:
        """Group by jaw, unless no jaw has two parts: then headings would only repeat the names."""
        jaws = {jaw: [part for part in shown if part.jaw == jaw] for jaw in JAWS}
        grouped = any(len(members) > 1 for members in jaws.values()) and sum(map(bool, jaws.values())) > 1
        self.tree.setRootIsDecorated(grouped)
        for jaw, members in jaws.items():
            above: QTreeWidget | QTreeWidgetItem = self.tree
            if grouped and members:
                above = QTreeWidgetItem(self.tree, [JAWS[jaw]])
                above.setFlags(Qt.ItemFlag.ItemIsEnabled)
                above.setForeground(_NAME, self.palette().placeholderText())
            for part in members:
                self._add(above, part)
        self.tree.expandAll()

    def _add(self, group: QTreeWidget | QTreeWidgetItem, part: Part) -> None:
        item = QTreeWidgetItem(group, [part.name])
        item.setData(_NAME, _ID, part.id)
        item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEditable)
        eye, colour = ("mdi6.eye-outline", "#c4cbd2") if part.visible else ("mdi6.eye-off-outline", "#626a73")
        item.setIcon(_EYE, icon(eye, colour, colour))
        item.setToolTip(_EYE, "Hide this part" if part.visible else "Show this part")
        item.setToolTip(_NAME, plain_tip(part.source or part.name))
        if not part.visible:
            item.setForeground(_NAME, self.palette().placeholderText())
        if part.preview:
            item.setText(_NAME, f"{part.name}  (being prepared)")

    def _items(self) -> list[QTreeWidgetItem]:
        tops = [self.tree.topLevelItem(row) for row in range(self.tree.topLevelItemCount())]
        known = [item for item in tops if item is not None]
        below = [child for item in known for row in range(item.childCount()) if (child := item.child(row))]
        return [item for item in (*known, *below) if item.data(_NAME, _ID)]

    def _show_selection(self, *_: object) -> None:
        chosen = self.context.selection.current
        with QSignalBlocker(self.tree):
            for item in self._items():
                item.setSelected(item.data(_NAME, _ID) in chosen.parts)
                if item.data(_NAME, _ID) == chosen.part:
                    command = QItemSelectionModel.SelectionFlag.NoUpdate
                    self.tree.setCurrentItem(item, _NAME, command)
        part = self.context.document.parts.get(chosen.part)
        if part is None and len(self.context.document.parts) == 1:
            part = next(iter(self.context.document.parts.values()))
        self.facts.setVisible(part is not None)
        if part is not None:
            self._show_facts(part)

    def _show_facts(self, part: Part) -> None:
        surface = part.surface
        low, high = part.world_bounds() if len(surface.vertices) else ((0, 0, 0), (0, 0, 0))
        self._faces.setText(
            f"{count(len(surface.faces), 'triangle')}, {count(len(surface.vertices), 'vertex', 'vertices')}"
        )
        self._size.setText(" × ".join(f"{b - a:.1f}" for a, b in zip(low, high, strict=True)) + " mm")
        self.unit.setCurrentText(part.unit)
        self.unit.setEnabled(not part.preview)
        self.jaw.setCurrentIndex(self.jaw.findData(part.jaw))
        lost = [f"{number} {what} dropped" for what, number in surface.report.dropped.items()]
        self._notes.setText(" ".join((*surface.report.notes, *lost)))
        self._notes.setVisible(bool(self._notes.text()))

    # -- asking --------------------------------------------------------------------------------------------------

    def _shown_part(self) -> str:
        chosen = self.context.selection.current.part
        return chosen if chosen in self.context.document.parts else next(iter(self.context.document.parts), "")

    def _set(self, request: object, value: str) -> None:
        assert callable(request)
        if not self.ask(request, self._shown_part(), value):
            self.schedule()

    def _clicked(self, item: QTreeWidgetItem, column: int) -> None:
        part = self.context.document.parts.get(str(item.data(_NAME, _ID)))
        if part is not None and column == _EYE:
            self.ask(parts.set_visible, part.id, not part.visible)

    def _renamed(self, item: QTreeWidgetItem, _: int) -> None:
        part_id = str(item.data(_NAME, _ID))
        if part_id in self.context.document.parts:
            self.ask(parts.rename, part_id, item.text(_NAME))
            self.schedule()

    def _selected(self) -> None:
        chosen = [str(item.data(_NAME, _ID)) for item in self.tree.selectedItems()]
        current = self.tree.currentItem()
        lead = str(current.data(_NAME, _ID)) if current is not None else ""
        ordered = sorted(chosen, key=lambda part_id: part_id == lead)
        self.context.selection.set(parts=tuple(ordered), tooth=0)

    def _menu(self, at: QPoint) -> None:
        item = self.tree.itemAt(at)
        part = self.context.document.parts.get(str(item.data(_NAME, _ID))) if item is not None else None
        if part is not None:
            menu = self.make_menu(part)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(self.tree.viewport().mapToGlobal(at))

    def make_menu(self, part: Part) -> QMenu:
        """Return the context menu of a part."""
        menu = QMenu(self)
        menu.addAction(
            "Hide" if part.visible else "Show", partial(self.ask, parts.set_visible, part.id, not part.visible)
        )
        menu.addAction("Show Only This", partial(self.ask, parts.show_only, part.id))
        menu.addSeparator()
        menu.addAction("Rename…", partial(self.ask, edit.rename_part))
        move = menu.addAction("Move…", partial(self.ask, edit.move_part))
        move.setEnabled(not part.preview)
        jaws = menu.addMenu("Jaw")
        for key, words in JAWS.items():
            jaws.addAction(words if key else "Not known", partial(self.ask, parts.set_jaw, part.id, key))
        units = menu.addMenu("Read File in")
        units.setEnabled(not part.preview)
        for unit in MM_PER:
            units.addAction(unit, partial(self.ask, parts.set_unit, part.id, unit))
        menu.addSeparator()
        menu.addAction("Export…", partial(self.ask, file.export))
        menu.addAction("Remove", partial(self.ask, edit.remove_parts))
        return menu
