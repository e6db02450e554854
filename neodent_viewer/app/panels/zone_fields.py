"""What can be set of one zone: name, teeth, quantity, colours, range, caption; each change is one edit."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QToolButton, QVBoxLayout, QWidget

from neodent_viewer.app.actions import zones
from neodent_viewer.app.context import AppContext
from neodent_viewer.app.menus import icon
from neodent_viewer.app.panels import swatches
from neodent_viewer.app.panels.base import form
from neodent_viewer.app.panels.range_field import RangeField
from neodent_viewer.core.errors import NeodentError
from neodent_viewer.document.zone import Zone, teeth_from, teeth_text
from neodent_viewer.sensors.channel import QUANTITIES


class ZoneFields(QWidget):
    """The fields of the chosen zone.

    Parameters
    ----------
    context : AppContext
    ask : callable
        Runs a request on the context and says what is refused; returns whether it went well.
    """

    def __init__(self, context: AppContext, ask: Callable[..., bool]) -> None:
        super().__init__()
        self._context, self._ask = context, ask
        self._map_of = ""
        self.name, self.teeth, self.caption = QLineEdit(), QLineEdit(), QLineEdit()
        self.tooth = QToolButton()
        self.quantity, self.colormap = QComboBox(), QComboBox()
        self.range, self.range_of = RangeField(), QLabel("Range")
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        for field, words, tip in (
            (self.name, "Name", "What the list, the legend and the picture call the zone"),
            (self.teeth, "none", "FDI numbers, such as 16 17, or 13-23 for a run"),
            (self.caption, "quantity and unit", "A line under the name in the picture"),
        ):
            field.setPlaceholderText(words)
            field.setToolTip(tip)
        self.tooth.setIcon(icon("mdi6.tooth-outline"))
        self.tooth.setToolTip("Add the tooth that is selected in the picture, or take it out")
        self.tooth.setAccessibleName("Add or take out the selected tooth")
        for name, quantity in QUANTITIES.items():
            words = "pH" if name == "ph" else name.capitalize()
            self.quantity.addItem(words if quantity.unit == "pH" else f"{words} ({quantity.unit})", name)
        teeth = QHBoxLayout()
        teeth.setSpacing(4)
        teeth.addWidget(self.teeth, 1)
        teeth.addWidget(self.tooth)
        rows = form()
        rows.addRow("Name", self.name)
        rows.addRow("Teeth", teeth)
        rows.addRow("Shows", self.quantity)
        rows.addRow("Colours", self.colormap)
        rows.addRow(self.range_of, self.range)
        rows.addRow("Caption", self.caption)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addLayout(rows)

    def _connect(self) -> None:
        self.name.editingFinished.connect(self._rename)
        self.teeth.editingFinished.connect(self._name_teeth)
        self.caption.editingFinished.connect(self._write_caption)
        self.tooth.clicked.connect(lambda: self._ask(zones.toggle_tooth))
        self.quantity.activated.connect(self._show_quantity)
        self.colormap.activated.connect(lambda _: self._set("Colours", colormap=self.colormap.currentData()))
        self.range.moved.connect(self._ranged)
        self.range.settled.connect(lambda: self._context.history.settle())
        self.range.usual.connect(lambda: self._set("Range", low=None, high=None))

    # -- showing -------------------------------------------------------------------------------------------------

    def show_zone(self, zone: Zone) -> None:
        """Show a zone as it is; what is being typed stays."""
        for field, text in ((self.name, zone.name), (self.teeth, teeth_text(zone.teeth)), (self.caption, zone.caption)):
            if not (field.hasFocus() and field.isModified()):
                with QSignalBlocker(field):
                    field.setText(text)
                    field.setModified(False)
        tooth = self._context.selection.current.tooth
        self.tooth.setEnabled(tooth > 0)
        quantity = QUANTITIES.get(zone.quantity)
        with QSignalBlocker(self.quantity), QSignalBlocker(self.colormap):
            self.quantity.setCurrentIndex(self.quantity.findData(zone.quantity))  # none for one that is not known
            self._show_maps(zone)
        self.range.setEnabled(quantity is not None)
        self.range_of.setText("Range" if quantity is None or not quantity.unit else f"Range, {quantity.unit}")
        if quantity is not None:
            self.range.show_range(quantity, zone.low, zone.high)

    def _show_maps(self, zone: Zone) -> None:
        quantity = QUANTITIES.get(zone.quantity)
        own = "cividis" if quantity is None else quantity.colormap
        if own != self._map_of:
            self._map_of = own
            swatches.fill(self.colormap, own)
        self.colormap.setCurrentIndex(self.colormap.findData(zone.colormap))

    # -- asking --------------------------------------------------------------------------------------------------

    def _set(self, title: str, **values: object) -> None:
        self._context.history.settle()
        self._ask(lambda context: zones.change(context, title, **values))

    def _rename(self) -> None:
        text = self.name.text().strip()
        self.name.setModified(False)
        if text:
            self._set("Name", name=text)

    def _name_teeth(self) -> None:
        if not self.teeth.isModified():
            return
        self.teeth.setModified(False)
        try:
            teeth = teeth_from(self.teeth.text())
        except NeodentError as error:
            self._context.shell.say_error(error)
            zone = self._context.document.zones.get(self._context.selection.current.zone)
            self.teeth.setText(teeth_text(zone.teeth) if zone else "")
            return
        self._set("Teeth", teeth=teeth)

    def _write_caption(self) -> None:
        self.caption.setModified(False)
        self._set("Caption", caption=self.caption.text().strip())

    def _show_quantity(self, _: int) -> None:
        name = self.quantity.currentData()
        self._set("Quantity", quantity=name, colormap="", low=None, high=None)

    def _ranged(self, low: float, high: float) -> None:
        self._ask(lambda context: zones.preview(context, "Range", low=low, high=high))
