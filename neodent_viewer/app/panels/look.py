"""Look: stored looks, shading, the colour map and its range, glitch and harmonise, effects, overlays; all undoable."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QToolButton,
)
from superqt.sliders import QLabeledDoubleRangeSlider

from neodent_viewer.app.actions import looks
from neodent_viewer.app.actions.looks import LookEditor
from neodent_viewer.app.context import AppContext
from neodent_viewer.app.menus import icon
from neodent_viewer.app.panels import swatches
from neodent_viewer.app.panels.base import Panel, caption, form
from neodent_viewer.app.panels.effects import EffectChain
from neodent_viewer.app.panels.sliders import ValueSlider
from neodent_viewer.app.words import plain_tip
from neodent_viewer.document.document import Change
from neodent_viewer.document.look import Shading
from neodent_viewer.sensors.channel import QUANTITIES, Quantity

#: the strongest glitch and harmonise a hand may ask for
STRONGEST = 2.0
#: stored looks shown without scrolling
_MOST_LOOKS = 6


def _percent() -> ValueSlider:
    return ValueSlider(0.0, 100 * STRONGEST, unit="%", decimals=0)


class LookPanel(Panel):
    """The look in use, and the looks that are stored."""

    scrolls = True

    def __init__(self, context: AppContext) -> None:
        super().__init__(context)
        self.editor = LookEditor(context)
        self.list = QListWidget()
        self.shading, self.quantity, self.colormap = QComboBox(), QComboBox(), QComboBox()
        for box in (self.shading, self.quantity, self.colormap):  # the longest name must not make the dock wider
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.range = QLabeledDoubleRangeSlider(Qt.Orientation.Horizontal)
        self.store, self.forget = QPushButton("Store…"), QPushButton("Remove")
        self.range_of = QLabel("Range")
        self.reset = QToolButton()
        self.glitch, self.harmonise = _percent(), _percent()
        self.effects = EffectChain(context, self.editor)
        self.legend, self.scale_bar = QCheckBox("Legend"), QCheckBox("Scale bar")
        self._map_of = ""
        self._fill()
        self._lay_out()
        self._connect()
        self.listen(context.document.changed, self._document_changed)

    # -- building ------------------------------------------------------------------------------------------------

    def _fill(self) -> None:
        for shading in Shading:
            self.shading.addItem(shading.value.capitalize(), shading)
        for name, quantity in QUANTITIES.items():
            words = "pH" if name == "ph" else name.capitalize()
            self.quantity.addItem(words if quantity.unit == "pH" else f"{words} ({quantity.unit})", name)
        self.range.setEdgeLabelMode(QLabeledDoubleRangeSlider.EdgeLabelMode.NoLabel)
        self.range.setHandleLabelPosition(QLabeledDoubleRangeSlider.LabelPosition.LabelsBelow)
        self.range.setMinimumHeight(58)
        self.reset.setIcon(icon("mdi6.backup-restore"))
        self.reset.setToolTip("Back to the usual range of the quantity")

    def _lay_out(self) -> None:
        self.body.addWidget(caption("Looks", role="heading"))
        self.body.addWidget(self.list)
        row = QHBoxLayout()
        for button, tip, run in (
            (self.store, "Keep the look in use under a name", self._store),
            (self.forget, "Remove the stored look that is marked; shipped looks stay", self._forget),
        ):
            button.setToolTip(tip)
            button.clicked.connect(run)
            row.addWidget(button)
        row.addStretch(1)
        self.body.addLayout(row)
        layout = form()
        layout.addRow("Shading", self.shading)
        layout.addRow("Shows", self.quantity)
        layout.addRow("Colours", self.colormap)
        ranged = QHBoxLayout()
        ranged.addWidget(self.range, 1)
        ranged.addWidget(self.reset, 0, Qt.AlignmentFlag.AlignTop)
        layout.addRow(self.range_of, ranged)
        layout.addRow("Glitch", self.glitch)
        layout.addRow("Harmonise", self.harmonise)
        overlays = QHBoxLayout()
        overlays.addWidget(self.legend)
        overlays.addWidget(self.scale_bar)
        overlays.addStretch(1)
        layout.addRow("Overlays", overlays)
        self.glitch.setToolTip("How much a fault tears the surface around its probe; 0 switches it off")
        self.harmonise.setToolTip("How strongly noise resolves into form as a fault fades; 0 switches it off")
        self.body.addLayout(layout)
        self.body.addWidget(caption("Effects", role="heading"))
        self.body.addWidget(self.effects)
        self.body.addStretch(1)

    def _connect(self) -> None:
        editor = self.editor
        self.list.currentItemChanged.connect(lambda *_: self._mark())
        self.list.itemClicked.connect(lambda item: self._recall(item))
        self.list.itemActivated.connect(lambda item: self._recall(item))
        self.shading.activated.connect(lambda _: editor.set("Shading", shading=self.shading.currentData()))
        self.quantity.activated.connect(self._show_quantity)
        self.colormap.activated.connect(lambda _: editor.set("Colour map", colormap=self.colormap.currentData()))
        self.range.valueChanged.connect(self._ranged)
        self.range.sliderReleased.connect(editor.commit)
        self.reset.clicked.connect(lambda: editor.set("Usual range", low=None, high=None))
        for slider, field in ((self.glitch, "glitch"), (self.harmonise, "harmonise")):
            slider.moved.connect(partial(self._strength, field))
            slider.settled.connect(editor.commit)
        self.legend.toggled.connect(lambda on: editor.set("Legend", legend=on))
        self.scale_bar.toggled.connect(lambda on: editor.set("Scale bar", scale_bar=on))

    # -- showing -------------------------------------------------------------------------------------------------

    def _document_changed(self, change: Change) -> None:
        if change.path[0] in {"look", "looks"}:
            self.schedule()

    def _quantity(self) -> Quantity:
        return QUANTITIES.get(self.context.document.look.quantity, next(iter(QUANTITIES.values())))

    def update_view(self) -> None:
        """Show the look in use and the list of stored ones."""
        look = self.context.document.look
        self._show_list()
        self.shading.setCurrentIndex(self.shading.findData(look.shading))
        self.quantity.setCurrentIndex(self.quantity.findData(look.quantity))
        own = self._quantity().colormap
        if own != self._map_of:
            swatches.fill(self.colormap, own)
            self._map_of = own
        if self.colormap.findData(look.colormap) < 0:  # a map a project file brought along
            self.colormap.addItem(look.colormap, look.colormap)
        self.colormap.setCurrentIndex(self.colormap.findData(look.colormap))
        self._show_range()
        self.glitch.set_value(100 * look.glitch)
        self.harmonise.set_value(100 * look.harmonise)
        for box, on in ((self.legend, look.legend), (self.scale_bar, look.scale_bar)):
            with QSignalBlocker(box):
                box.setChecked(on)
        self.effects.update_view()

    def _show_list(self) -> None:
        document = self.context.document
        with QSignalBlocker(self.list):
            self.list.clear()
            for position, (name, stored) in enumerate(looks.available(document).items(), 1):
                item = QListWidgetItem(f"{name}", self.list)
                item.setData(Qt.ItemDataRole.UserRole, name)
                key = f"  (Ctrl+{position} in Perform)" if position < 10 else ""
                item.setToolTip(plain_tip(f"{stored.shading.value.capitalize()}, {stored.quantity}{key}"))
                if name == document.look.name:
                    changed = name in document.looks and stored != document.look
                    item.setText(f"{name}{' (changed)' if changed else ''}")
                    self.list.setCurrentItem(item)
        self._mark()
        self.list.setFixedHeight(min(_MOST_LOOKS, self.list.count()) * max(self.list.sizeHintForRow(0), 18) + 4)

    def _mark(self) -> None:
        item = self.list.currentItem()
        stored = item is not None and item.data(Qt.ItemDataRole.UserRole) in self.context.document.looks
        self.forget.setEnabled(stored)

    def _show_range(self) -> None:
        if any(handle.isSliderDown() for handle in (self.range,)):
            return
        look, quantity = self.context.document.look, self._quantity()
        low = quantity.show_low if look.low is None else look.low
        high = quantity.show_high if look.high is None else look.high
        with QSignalBlocker(self.range):
            self.range.setDecimals(0 if quantity.high > 100 else 1)
            room = 1.5 * (quantity.show_high - quantity.show_low)  # the sensor's whole span would leave no fine steps
            floor, ceiling = max(quantity.low, quantity.show_low - room), min(quantity.high, quantity.show_high + room)
            self.range.setRange(min(floor, low), max(ceiling, high))
            self.range.setValue((low, high))
        self.range_of.setText(f"Range, {quantity.unit}")
        self.range.setToolTip(f"{low:g} to {high:g} {quantity.unit}")
        self.reset.setEnabled(look.low is not None or look.high is not None)

    # -- asking --------------------------------------------------------------------------------------------------

    def _ranged(self, ends: tuple[float, float]) -> None:
        low, high = ends
        if high > low:
            self.editor.preview("Range", low=round(low, 3), high=round(high, 3))

    def _strength(self, field: str, value: float) -> None:
        self.editor.preview(field.capitalize(), **{field: value / 100})

    def _show_quantity(self, _: int) -> None:
        name = self.quantity.currentData()
        self.editor.set(f"Show {name}", quantity=name, low=None, high=None)

    def _recall(self, item: QListWidgetItem) -> None:
        self.editor.commit()
        self.ask(looks.recall, str(item.data(Qt.ItemDataRole.UserRole)))

    def _store(self) -> None:
        self.editor.commit()
        name = self.context.shell.ask_text("Store look", "Name", self.context.document.look.name)
        if name is not None:
            self.ask(looks.store, name)

    def _forget(self) -> None:
        item = self.list.currentItem()
        if item is not None:
            self.ask(looks.forget, str(item.data(Qt.ItemDataRole.UserRole)))

    def release(self) -> None:
        """Keep a running preview, then let go."""
        self.editor.commit()
        super().release()
