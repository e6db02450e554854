"""The knobs of one effect: a widget for each kind of ISF input, made from the shader's own header."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QCheckBox, QColorDialog, QComboBox, QDoubleSpinBox, QHBoxLayout, QPushButton, QWidget

from neodent_viewer.app.panels.sliders import ValueSlider
from neodent_viewer.glitch.chain import InputValue
from neodent_viewer.glitch.isf import Input, InputType

#: called with the value and whether it has come to rest
Report = Callable[[InputValue, bool], None]


def knob(given: Input, value: InputValue, report: Report) -> QWidget | None:
    """Return a widget that shows `value` and reports changes; None for inputs nobody sets by hand (images, events)."""
    makers = {
        InputType.FLOAT: _float,
        InputType.BOOL: _bool,
        InputType.LONG: _long,
        InputType.COLOR: _color,
        InputType.POINT2D: _point,
    }
    maker = makers.get(given.type)
    return maker(given, value, report) if maker else None


def _ends(given: Input) -> tuple[float, float]:
    low = float(given.low) if isinstance(given.low, int | float) else 0.0
    high = float(given.high) if isinstance(given.high, int | float) else 1.0
    return (low, high) if high > low else (low, low + 1.0)


def _number(value: InputValue) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _tuple(value: InputValue, length: int) -> tuple[float, ...]:
    return value if isinstance(value, tuple) and len(value) == length else (0.0,) * length


def _float(given: Input, value: InputValue, report: Report) -> QWidget:
    low, high = _ends(given)
    decimals = 4 if high - low < 0.1 else 3 if high - low < 2 else 1
    slider = ValueSlider(low, high, decimals=decimals)
    slider.set_value(_number(value))
    slider.moved.connect(lambda number: report(float(number), False))
    slider.settled.connect(lambda: report(slider.value(), True))
    return slider


def _bool(given: Input, value: InputValue, report: Report) -> QWidget:
    box = QCheckBox()
    box.setChecked(bool(value))
    box.toggled.connect(lambda on: report(bool(on), True))
    return box


def _long(given: Input, value: InputValue, report: Report) -> QWidget:
    box = QComboBox()
    if given.values:
        for index, number in enumerate(given.values):
            box.addItem(given.labels[index] if index < len(given.labels) else str(number), number)
    else:
        low, high = (int(end) for end in _ends(given))
        for number in range(low, min(high, low + 64) + 1):
            box.addItem(str(number), number)
    with QSignalBlocker(box):
        box.setCurrentIndex(max(0, box.findData(int(_number(value)))))
    box.activated.connect(lambda _: report(int(box.currentData()), True))
    return box


def _color(given: Input, value: InputValue, report: Report) -> QWidget:
    button = QPushButton()
    button.setAccessibleName(given.label)

    now = [QColor.fromRgbF(*_tuple(value, 4))]

    def show() -> None:
        button.setStyleSheet(f"background: {now[0].name()}; min-height: 14px;")

    def choose() -> None:
        option = QColorDialog.ColorDialogOption.ShowAlphaChannel
        chosen = QColorDialog.getColor(now[0], button.window(), given.label, option)
        if chosen.isValid():
            now[0] = chosen
            show()
            report((chosen.redF(), chosen.greenF(), chosen.blueF(), chosen.alphaF()), True)

    show()
    button.clicked.connect(choose)
    return button


def _point(given: Input, value: InputValue, report: Report) -> QWidget:
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    boxes: list[QDoubleSpinBox] = []
    lows = given.low if isinstance(given.low, tuple) else (0.0, 0.0)
    highs = given.high if isinstance(given.high, tuple) else (1.0, 1.0)
    for axis, (name, number) in enumerate(zip("xy", _tuple(value, 2), strict=True)):
        box = QDoubleSpinBox()
        box.setRange(lows[axis], highs[axis])
        box.setPrefix(f"{name} ")
        box.setSingleStep((highs[axis] - lows[axis]) / 100)
        box.setDecimals(3)
        box.setMinimumWidth(64)
        box.setKeyboardTracking(False)
        box.setValue(number)
        box.valueChanged.connect(lambda _: report(tuple(b.value() for b in boxes), True))
        boxes.append(box)
        row.addWidget(box, 1)
    return holder
