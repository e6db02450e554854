"""The live plot of one channel: the last half minute, each stretch in the colour of its quality, bad samples as marks."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from neodent_viewer.app import theme
from neodent_viewer.mesh.surface import Float64
from neodent_viewer.sensors.channel import Flag, Quantity

SECONDS = 30.0


class LivePlot(QWidget):
    """Values of one channel over the last `SECONDS`."""

    def __init__(self) -> None:
        super().__init__()
        self.title = QLabel()
        self.title.setProperty("role", "caption")
        self.title.setWordWrap(True)
        self.widget = pg.PlotWidget(background=theme.FIELD)
        self.widget.setMenuEnabled(False)
        self.widget.setMouseEnabled(x=False, y=False)
        self.widget.hideButtons()
        self.widget.setFrameShape(self.widget.Shape.NoFrame)
        self.widget.setXRange(-SECONDS, 0, padding=0.01)
        self.widget.showGrid(x=False, y=True, alpha=0.12)
        self.widget.getPlotItem().setContentsMargins(2, 6, 8, 2)
        for side in ("left", "bottom"):
            axis = self.widget.getAxis(side)
            axis.setPen(theme.LINE)
            axis.setTextPen(theme.MUTED)
            axis.enableAutoSIPrefix(False)
        self.widget.getAxis("left").setWidth(36)
        self.widget.setLabel("bottom", "seconds ago", color=theme.MUTED)
        self.lines = {
            flag: self.widget.plot(pen=pg.mkPen(colour, width=1.6), connect="finite")
            for flag, (colour, _) in theme.QUALITY.items()
        }
        bad, _ = theme.QUALITY[Flag.BAD]
        self.marks = self.widget.plot(pen=None, symbol="x", symbolSize=7, symbolPen=bad, symbolBrush=bad)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.title)
        layout.addWidget(self.widget, 1)
        self.setMinimumHeight(150)

    def show_channel(self, quantity: Quantity, title: str) -> None:
        """Say what is shown, with its unit; the span is the quantity's usual one, widened as values ask for it."""
        self.title.setText(f"{title}, {quantity.unit}" if quantity.unit != "pH" else title)
        self._span = (quantity.show_low, quantity.show_high)

    def show_series(self, now: float, times: Float64, values: Float64, flags: NDArray[np.uint8]) -> None:
        """Draw a series: times (k,) s on the program's clock, values (k,), QARTOD flags (k,)."""
        x = times - now
        for flag, line in self.lines.items():
            line.setData(x, stretch(values, flags, flag), skipFiniteCheck=False)
        bad = (flags == Flag.BAD) & np.isfinite(values)
        self.marks.setData(x[bad], values[bad])
        good = values[np.isfinite(values) & (flags != Flag.BAD)]
        if len(good):  # one wild spike must not flatten the rest, so bad samples do not count
            low, high = float(good.min()), float(good.max())
            pad = max(0.08 * (high - low), 0.02 * (self._span[1] - self._span[0]))
            self.widget.setYRange(low - pad, high + pad, padding=0)

    def release(self) -> None:
        """Take the graphics scene apart while Qt still stands."""
        self.widget.close()  # takes itself out of this widget, so it must be deleted by hand
        self.widget.deleteLater()


def stretch(values: Float64, flags: NDArray[np.uint8], flag: int) -> Float64:
    """Return `values` (k,) where the line should have a flag's colour, NaN elsewhere.

    A stretch reaches back to the sample before it, so that two colours meet without a gap.

    >>> stretch(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1, 1, 3, 1], np.uint8), 3)
    array([nan,  2.,  3., nan])
    """
    own = flags == flag
    reach = own.copy()
    reach[:-1] |= own[1:]
    return np.where(reach, values, np.nan)
