"""The range a colour map spans, as two handles on one slider, and a button back to what is usual for the quantity."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget
from superqt.sliders import QLabeledDoubleRangeSlider

from neodent_viewer.app.menus import icon
from neodent_viewer.sensors.channel import Quantity


class RangeField(QWidget):
    """Two ends in the unit of a quantity."""

    #: low and high while a handle moves
    moved = Signal(float, float)
    #: the handles have been let go
    settled = Signal()
    #: back to the usual range
    usual = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.slider = QLabeledDoubleRangeSlider(Qt.Orientation.Horizontal)
        self.slider.setEdgeLabelMode(QLabeledDoubleRangeSlider.EdgeLabelMode.NoLabel)
        self.slider.setHandleLabelPosition(QLabeledDoubleRangeSlider.LabelPosition.LabelsBelow)
        self.slider.setMinimumHeight(58)
        self.reset = QToolButton()
        self.reset.setIcon(icon("mdi6.backup-restore"))
        self.reset.setToolTip("Back to the usual range of the quantity")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.slider, 1)
        row.addWidget(self.reset, 0, Qt.AlignmentFlag.AlignTop)
        self.slider.valueChanged.connect(self._moved)
        self.slider.sliderReleased.connect(self.settled)
        self.reset.clicked.connect(self.usual)

    def show_range(self, quantity: Quantity, low: float | None, high: float | None) -> None:
        """Show a range; None is the usual end."""
        self.reset.setEnabled(low is not None or high is not None)
        low = quantity.show_low if low is None else low
        high = quantity.show_high if high is None else high
        self.slider.setToolTip(f"{low:g} to {high:g} {quantity.unit}")
        if self.slider.isSliderDown():
            return
        room = 1.5 * (quantity.show_high - quantity.show_low)  # the sensor's whole span would leave no fine steps
        floor, ceiling = max(quantity.low, quantity.show_low - room), min(quantity.high, quantity.show_high + room)
        with QSignalBlocker(self.slider):
            self.slider.setDecimals(0 if quantity.high > 100 else 1)
            self.slider.setRange(min(floor, low), max(ceiling, high))
            self.slider.setValue((low, high))

    def _moved(self, ends: tuple[float, float]) -> None:
        low, high = ends
        if high > low:
            self.moved.emit(round(low, 3), round(high, 3))
