"""Brush: the sculpt tools, and size, strength, falloff and symmetry of the one in hand. None of it is an edit."""

from __future__ import annotations

import math
from functools import partial

from PySide6.QtCore import QSignalBlocker, QSize, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QSlider,
    QToolButton,
    QWidget,
)

from neodent_viewer.app.context import RADII, AppContext
from neodent_viewer.app.menus import icon
from neodent_viewer.app.panels.base import Panel, caption, form

FALLOFFS = ("smooth", "sphere", "linear", "sharp", "constant")
_STEPS = 1000
_COLUMNS = 3


class BrushPanel(Panel):
    """Tools as buttons, settings as sliders with a number beside each."""

    scrolls = True

    def __init__(self, context: AppContext) -> None:
        super().__init__(context)
        self.buttons: dict[str, QToolButton] = {}
        self.hint = caption("")
        self.radius = _number(*RADII, " mm", 0.1)
        self.radius_slider = _slider()
        self.strength = _number(0.0, 100.0, " %", 1.0, decimals=0)
        self.strength_slider = _slider()
        self.falloff = QComboBox()
        self.falloff.addItems([name.capitalize() for name in FALLOFFS])
        self.symmetry = QCheckBox("Symmetry across the midline")
        self.invert = QCheckBox("Dig instead of build")
        self._lay_out()
        self._connect()
        self.listen(context.tools.changed, self.schedule)
        self.listen(context.tools.brush.changed, self.schedule)

    def _lay_out(self) -> None:
        self.body.addLayout(self._tools())
        self.body.addWidget(self.hint)
        self.settings = QWidget()
        layout = form()
        self.settings.setLayout(layout)
        layout.addRow("Radius", _pair(self.radius_slider, self.radius))
        layout.addRow("Strength", _pair(self.strength_slider, self.strength))
        layout.addRow("Falloff", self.falloff)
        layout.addRow(self.symmetry)
        layout.addRow(self.invert)
        self.radius.setToolTip("Radius of the brush in mm  (F to type, [ and ] to step)")
        self.strength.setToolTip("How much one dab does  (Shift+F to type)")
        self.falloff.setToolTip("How the brush fades from its middle to its rim")
        self.symmetry.setToolTip("Mirror every dab across the midline of the face, x = 0  (X)")
        self.invert.setToolTip("Ctrl turns the brush round while it is held")
        self.body.addWidget(self.settings)
        self.body.addStretch(1)

    def _tools(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(4)
        infos = [info for info in self.context.tools.infos if info.brush]
        for index, info in enumerate(infos):
            button = QToolButton()
            button.setText(info.title)
            button.setIcon(icon(info.icon))
            button.setIconSize(QSize(24, 24))
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
            button.setCheckable(True)
            button.setMinimumSize(66, 54)
            button.setToolTip(f"{info.title}  ({info.keys[0]})\n{info.hint}" if info.keys else info.hint)
            button.clicked.connect(partial(self._take, info.name))
            self.buttons[info.name] = button
            grid.addWidget(button, index // _COLUMNS, index % _COLUMNS)
        grid.setColumnStretch(_COLUMNS, 1)
        return grid

    def _connect(self) -> None:
        brush = self.context.tools.brush
        self.radius.valueChanged.connect(lambda value: brush.set(radius=value))
        self.radius_slider.valueChanged.connect(lambda step: brush.set(radius=round(_radius(step), 2)))
        self.strength.valueChanged.connect(lambda value: brush.set(strength=value / 100))
        self.strength_slider.valueChanged.connect(lambda step: brush.set(strength=step / _STEPS))
        self.falloff.activated.connect(lambda index: brush.set(falloff=FALLOFFS[index]))
        self.symmetry.toggled.connect(lambda on: brush.set(symmetry_x=on))
        self.invert.toggled.connect(lambda on: brush.set(invert=on))

    def _take(self, name: str, _: bool = False) -> None:
        self.context.tools.set_current(name)
        self.schedule()

    def update_view(self) -> None:
        """Show the tool in hand and its settings."""
        brush, current = self.context.tools.brush, self.context.tools.current
        infos = {info.name: info for info in self.context.tools.infos}
        for name, button in self.buttons.items():
            button.setChecked(name == current)
        in_hand = infos[current]
        self.hint.setText(in_hand.hint if in_hand.brush else "Take a brush in hand to sculpt.")
        for widget, value in (
            (self.radius, brush.radius),
            (self.radius_slider, _step(brush.radius)),
            (self.strength, brush.strength * 100),
            (self.strength_slider, round(brush.strength * _STEPS)),
        ):
            with QSignalBlocker(widget):
                widget.setValue(value)  # type: ignore[arg-type]
        self.falloff.setCurrentIndex(FALLOFFS.index(brush.falloff) if brush.falloff in FALLOFFS else 0)
        for box, on in ((self.symmetry, brush.symmetry_x), (self.invert, brush.invert)):
            with QSignalBlocker(box):
                box.setChecked(on)

    def focus_on(self, field: str) -> None:
        """Let the person type ``"radius"`` or ``"strength"``."""
        box = {"radius": self.radius, "strength": self.strength}[field]
        box.setFocus(Qt.FocusReason.ShortcutFocusReason)
        box.selectAll()


def _radius(step: int) -> float:
    """Return mm of a slider step; even steps are even ratios, so that fine and coarse brushes are equally easy to hit."""
    low, high = RADII
    return float(low * (high / low) ** (step / _STEPS))


def _step(radius: float) -> int:
    low, high = RADII
    return round(_STEPS * math.log(max(radius, low) / low) / math.log(high / low))


def _slider() -> QSlider:
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setRange(0, _STEPS)
    slider.setMinimumWidth(70)
    return slider


def _number(low: float, high: float, unit: str, step: float, *, decimals: int = 2) -> QDoubleSpinBox:
    box = QDoubleSpinBox()
    box.setDecimals(decimals)
    box.setRange(low, high)
    box.setSingleStep(step)
    box.setSuffix(unit)
    box.setKeyboardTracking(False)
    box.setButtonSymbols(QDoubleSpinBox.ButtonSymbols.NoButtons)
    box.setFixedWidth(82)
    return box


def _pair(slider: QSlider, box: QDoubleSpinBox) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addWidget(slider, 1)
    row.addWidget(box)
    return row
