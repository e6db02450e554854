"""A slider with a number beside it that tells apart "still moving" and "let go", so that one drag becomes one edit."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QSlider, QWidget

_STEPS = 1000
#: ms without a further change after which wheel and arrow keys count as let go
_IDLE = 450


class ValueSlider(QWidget):
    """One number between two ends.

    Parameters
    ----------
    low, high : float
    unit : str
        Shown after the number.
    decimals : int
    """

    #: the value while it moves
    moved = Signal(float)
    #: the value has come to rest
    settled = Signal()

    def __init__(self, low: float, high: float, *, unit: str = "", decimals: int = 2) -> None:
        super().__init__()
        self._low, self._high = low, high
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, _STEPS)
        self.slider.setMinimumWidth(60)
        self.box = QDoubleSpinBox()
        self.box.setRange(low, high)
        self.box.setDecimals(decimals)
        self.box.setSuffix(f" {unit}" if unit else "")
        self.box.setKeyboardTracking(False)
        self.box.setButtonSymbols(QDoubleSpinBox.ButtonSymbols.NoButtons)
        self.box.setFixedWidth(62 if len(unit) < 2 else 82)
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.setInterval(_IDLE)
        self._idle.timeout.connect(self.settled)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.slider, 1)
        row.addWidget(self.box)
        self.setFocusProxy(self.slider)
        self.slider.valueChanged.connect(self._slid)
        self.slider.sliderReleased.connect(self._let_go)
        self.box.valueChanged.connect(self._typed)

    def value(self) -> float:
        """Return the number."""
        return float(self.box.value())

    def set_value(self, value: float) -> None:
        """Show a number without telling anyone; a hand on the slider is left alone."""
        if self.slider.isSliderDown():
            return
        with QSignalBlocker(self.slider), QSignalBlocker(self.box):
            self.box.setValue(value)
            self.slider.setValue(round((value - self._low) / (self._high - self._low) * _STEPS))

    def _slid(self, step: int) -> None:
        value = self._low + (self._high - self._low) * step / _STEPS
        with QSignalBlocker(self.box):
            self.box.setValue(value)
        self.moved.emit(self.box.value())
        if not self.slider.isSliderDown():
            self._idle.start()

    def _let_go(self) -> None:
        self._idle.stop()
        self.settled.emit()

    def _typed(self, value: float) -> None:
        with QSignalBlocker(self.slider):
            self.slider.setValue(round((value - self._low) / (self._high - self._low) * _STEPS))
        self.moved.emit(value)
        self._let_go()
