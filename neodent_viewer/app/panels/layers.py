"""Layers: the sculpt layers of the part in work, top first; the one that is marked takes strokes.

A slider under the hand is shown as it moves and kept as one step of undo when it is let go.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSignalBlocker, QSize, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItem,
)

from neodent_viewer.app.actions import layers as asked
from neodent_viewer.app.context import AppContext
from neodent_viewer.app.menus import icon
from neodent_viewer.app.panels.base import Panel, caption, form
from neodent_viewer.app.panels.sliders import ValueSlider
from neodent_viewer.app.words import count
from neodent_viewer.document import layers
from neodent_viewer.document.composing import layer_of
from neodent_viewer.document.document import Change
from neodent_viewer.document.part import BASE, STRONGEST, Part

_EYE, _NAME, _SHARE = range(3)
_ID = Qt.ItemDataRole.UserRole
#: button -> (icon, tip, request)
_BUTTONS = {
    "add": ("mdi6.plus", "Add a layer; strokes go to it", asked.add),
    "up": ("mdi6.arrow-up", "Move the layer up", asked.move(1)),
    "down": ("mdi6.arrow-down", "Move the layer down", asked.move(-1)),
    "merge": ("mdi6.arrow-collapse-down", "Merge into the layer below", asked.merge),
    "remove": ("mdi6.trash-can-outline", "Remove the layer", asked.on_chosen(layers.remove_edit)),
}


class LayersPanel(Panel):
    """A list with eyes and strengths, a slider for the marked layer, and what can be done to it."""

    def __init__(self, context: AppContext) -> None:
        super().__init__(context)
        self.part = caption("", role="heading")
        self.list = self._make_list()
        self.strength = ValueSlider(0.0, 100 * STRONGEST, unit="%", decimals=0)
        self.strength.setToolTip("How much of the layer shows; above 100 % it is exaggerated")
        self.note = caption("")
        self.buttons: dict[str, QToolButton] = {}
        row = QHBoxLayout()
        row.setSpacing(2)
        for name, (look, tip, request) in _BUTTONS.items():
            button = self.buttons[name] = QToolButton()
            button.setIcon(icon(look))
            button.setIconSize(QSize(18, 18))
            button.setToolTip(tip)
            button.setAccessibleName(tip)
            button.clicked.connect(partial(self._ask, request))
            row.addWidget(button)
        row.addStretch(1)
        layout = form()
        layout.addRow("Strength", self.strength)
        self.body.addWidget(self.part)
        self.body.addWidget(self.list, 1)
        self.body.addLayout(row)
        self.body.addLayout(layout)
        self.body.addWidget(self.note)
        self.strength.moved.connect(self._strength)
        self.strength.settled.connect(lambda: context.history.settle())
        self.listen(context.document.changed, self._document_changed)
        self.listen(context.sculpting.changed, self.schedule)
        self.listen(context.history.changed, self.schedule)

    def _make_list(self) -> QTreeWidget:
        tree = QTreeWidget()
        tree.setColumnCount(3)
        tree.setHeaderHidden(True)
        tree.setRootIsDecorated(False)
        tree.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked)
        tree.setDragDropMode(QAbstractItemView.DragDropMode.NoDragDrop)
        header = tree.header()
        header.setStretchLastSection(False)
        header.setMinimumSectionSize(28)
        header.setSectionResizeMode(_EYE, QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(_NAME, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(_SHARE, QHeaderView.ResizeMode.Fixed)
        header.resizeSection(_EYE, 30)
        header.resizeSection(_SHARE, 52)
        tree.setAccessibleName("Sculpt layers")
        tree.itemClicked.connect(self._clicked)
        tree.itemChanged.connect(self._renamed)
        tree.currentItemChanged.connect(self._marked)
        return tree

    # -- showing -------------------------------------------------------------------------------------------------

    def _document_changed(self, change: Change) -> None:
        if change.path[0] == "parts" and change.path[2:3] != ("arrays",):
            self.schedule()

    def update_view(self) -> None:
        """Show the part in work and its layers, top first, the base last."""
        part = self.context.sculpting.part
        self.part.setText("No part" if part is None else part.name)
        chosen = BASE if part is None else self.context.sculpting.layer(part)
        with QSignalBlocker(self.list):
            self.list.clear()
            if part is not None:
                self._fill(part, chosen)
        on_layer = part is not None and chosen != BASE
        for name, button in self.buttons.items():
            button.setEnabled(on_layer if name != "add" else part is not None and not part.preview)
        self.strength.setEnabled(on_layer)
        if part is not None and on_layer:
            layer = layer_of(part, chosen)
            self.strength.set_value(layer.strength * 100)
            self.note.setText(
                f"Strokes go to {layer.name}; it moves {count(len(layer.indices), 'vertex', 'vertices')}."
            )
        else:
            self.strength.set_value(100.0)
            self.note.setText("Strokes go to the base. Add a layer to keep what you do apart from it.")

    def _fill(self, part: Part, chosen: str) -> None:
        for layer in reversed(part.layers):
            item = self._item(layer.id, layer.name)
            eye, colour = ("mdi6.eye-outline", "#c4cbd2") if layer.visible else ("mdi6.eye-off-outline", "#626a73")
            item.setIcon(_EYE, icon(eye, colour, colour))
            item.setToolTip(_EYE, "Hide this layer" if layer.visible else "Show this layer")
            item.setText(_SHARE, f"{layer.strength:.0%}")
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
            if not layer.visible:
                item.setForeground(_NAME, self.palette().placeholderText())
            if layer.id == chosen:
                self.list.setCurrentItem(item)
        base = self._item(BASE, "Base")
        base.setToolTip(_NAME, "The part itself, under all layers")
        if chosen == BASE:
            self.list.setCurrentItem(base)

    def _item(self, layer: str, name: str) -> QTreeWidgetItem:
        item = QTreeWidgetItem(self.list, ["", name, ""])
        item.setData(_NAME, _ID, layer)
        item.setTextAlignment(_SHARE, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return item

    # -- asking --------------------------------------------------------------------------------------------------

    def _ask(self, request: object, _: bool = False) -> None:
        assert callable(request)
        self.ask(request)
        self.schedule()

    def _marked(self, item: QTreeWidgetItem | None, _: object = None) -> None:
        part = self.context.sculpting.part
        if item is not None and part is not None:
            self.context.sculpting.choose_layer(part, str(item.data(_NAME, _ID)))

    def _clicked(self, item: QTreeWidgetItem, column: int) -> None:
        part, layer = self.context.sculpting.part, str(item.data(_NAME, _ID))
        if column == _EYE and part is not None and layer != BASE:
            visible = layer_of(part, layer).visible
            self.context.history.do(layers.visible_edit(part, layer, not visible))

    def _renamed(self, item: QTreeWidgetItem, column: int) -> None:
        part, layer = self.context.sculpting.part, str(item.data(_NAME, _ID))
        if column == _NAME and part is not None and layer != BASE and item.text(_NAME) != layer_of(part, layer).name:
            self.ask(lambda context: context.history.do(layers.rename_edit(part, layer, item.text(_NAME))))
            self.schedule()

    def _strength(self, percent: float) -> None:
        part = self.context.sculpting.part
        layer = BASE if part is None else self.context.sculpting.layer(part)
        if part is not None and layer != BASE:
            self.context.history.preview(layers.strength_edit(part, layer, percent / 100))
