"""Brush: the brushes, and every setting of the one in hand, in groups that fold. None of it is an edit.

Radius and strength always show; what is rarely touched is folded away, and each fold is remembered.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QHBoxLayout, QSlider, QToolButton

from neodent_viewer.app.actions.catalogue import all_commands
from neodent_viewer.app.actions.keymap import resolve
from neodent_viewer.app.actions.keymaps import bindings
from neodent_viewer.app.brush_state import PIXELS, RADII
from neodent_viewer.app.context import AppContext
from neodent_viewer.app.menus import icon
from neodent_viewer.app.panels.base import Panel, caption, form
from neodent_viewer.app.panels.brush_groups import BrushGroups
from neodent_viewer.app.panels.brush_shelf import BrushShelf
from neodent_viewer.document.document import Change

_STEPS = 1000


class BrushPanel(Panel):
    """Brushes as buttons, settings as sliders with a number beside each."""

    scrolls = True

    def __init__(self, context: AppContext) -> None:
        super().__init__(context)
        brushes = {info.name: info for info in context.tools.infos if info.brush}
        self.shelf = BrushShelf(brushes, self._take)
        self.buttons = self.shelf.buttons
        self.title = caption("", role="heading")
        self.hint = caption("")
        self.radius = _number(*RADII, " mm", 0.1)
        self.radius_slider = _slider()
        self.unit = QToolButton()
        self.strength = _number(0.0, 100.0, " %", 1.0, decimals=0)
        self.strength_slider = _slider()
        self.reset = QToolButton()
        self.groups = BrushGroups(context)
        self.symmetry = self.groups.symmetry
        self.falloff: QComboBox = self.groups.falloff
        self._lay_out()
        self._connect()
        self.listen(context.tools.changed, self.schedule)
        self.listen(context.tools.brush.changed, self.schedule)
        self.listen(context.preferences.changed, self._preferences_changed)
        self.listen(context.document.changed, self._document_changed)
        self._show_keys()

    def _lay_out(self) -> None:
        self.body.addWidget(self.shelf)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        self.reset.setIcon(icon("mdi6.backup-restore"))
        self.reset.setToolTip("Settings of a new brush")
        head.addWidget(self.reset)
        self.body.addLayout(head)
        self.body.addWidget(self.hint)
        layout = form()
        self.unit.setCheckable(True)
        self.unit.setText("px")
        self.unit.setToolTip("Keep the size on screen, however near the surface is, instead of millimetres")
        radius = _pair(self.radius_slider, self.radius)
        radius.addWidget(self.unit)
        layout.addRow("Radius", radius)
        layout.addRow("Strength", _pair(self.strength_slider, self.strength))
        self.radius.setToolTip("Radius of the brush  (F: move the hand sideways; [ and ] step)")
        self.strength.setToolTip("How much one dab does; half is what a new brush starts with  (Shift+F)")
        self.body.addLayout(layout)
        self.body.addWidget(self.groups)
        self.body.addStretch(1)

    def _connect(self) -> None:
        brush = self.context.tools.brush
        self.radius.valueChanged.connect(self._size)
        self.radius_slider.valueChanged.connect(lambda step: self._size(_of_step(step, *self._ends())))
        self.unit.toggled.connect(lambda on: brush.set(in_pixels=on))
        self.strength.valueChanged.connect(lambda value: brush.set(strength=value / 100))
        self.strength_slider.valueChanged.connect(lambda step: brush.set(strength=step / _STEPS))
        self.reset.clicked.connect(brush.reset)

    def _ends(self) -> tuple[float, float]:
        return PIXELS if self.context.tools.brush.in_pixels else RADII

    def _size(self, value: float) -> None:
        brush = self.context.tools.brush
        if brush.in_pixels:
            brush.set(pixels=float(round(value)))
        else:
            brush.set(radius=round(value, 2))

    def _take(self, name: str) -> None:
        self.context.tools.set_current(name)
        self.schedule()

    def _document_changed(self, change: Change) -> None:
        if change.path[0] == "zones":
            self.schedule()

    def _preferences_changed(self, key: str) -> None:
        if key in {"keys", "keymap"}:
            self._show_keys()

    def _show_keys(self) -> None:
        commands = all_commands(self.context)
        self.shelf.show_keys(resolve(commands, "sculpt", bindings(self.context.preferences)))

    def update_view(self) -> None:
        """Show the tool in hand and its settings."""
        brush, current = self.context.tools.brush, self.context.tools.current
        infos = {info.name: info for info in self.context.tools.infos}
        self.shelf.show_current(current)
        in_hand = infos[current]
        self.title.setText(in_hand.title if in_hand.brush else "No brush in hand")
        self.hint.setText(in_hand.hint if in_hand.brush else "Take a brush to sculpt.")
        size, (low, high) = brush.pixels if brush.in_pixels else brush.radius, self._ends()
        with QSignalBlocker(self.unit), QSignalBlocker(self.radius), QSignalBlocker(self.radius_slider):
            self.unit.setChecked(brush.in_pixels)
            self.radius.setRange(low, high)
            self.radius.setDecimals(0 if brush.in_pixels else 2)
            self.radius.setSuffix(" px" if brush.in_pixels else " mm")
            self.radius.setValue(size)
            self.radius_slider.setValue(_step(size, low, high))
        with QSignalBlocker(self.strength), QSignalBlocker(self.strength_slider):
            self.strength.setValue(brush.strength * 100)
            self.strength_slider.setValue(round(brush.strength * _STEPS))
        self.groups.update_view(current if in_hand.brush else "")

    def focus_on(self, field: str) -> None:
        """Let the person type ``"radius"`` or ``"strength"``."""
        box = {"radius": self.radius, "strength": self.strength}[field]
        box.setFocus(Qt.FocusReason.ShortcutFocusReason)
        box.selectAll()


def _of_step(step: int, low: float, high: float) -> float:
    """Return the size at a slider step; even steps are even ratios, so that fine and coarse brushes are easy to hit."""
    return float(low * (high / low) ** (step / _STEPS))


def _step(size: float, low: float, high: float) -> int:
    return round(_STEPS * math.log(min(max(size, low), high) / low) / math.log(high / low))


def _slider() -> QSlider:
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setRange(0, _STEPS)
    slider.setMinimumWidth(50)
    return slider


def _number(low: float, high: float, unit: str, step: float, *, decimals: int = 2) -> QDoubleSpinBox:
    box = QDoubleSpinBox()
    box.setDecimals(decimals)
    box.setRange(low, high)
    box.setSingleStep(step)
    box.setSuffix(unit)
    box.setKeyboardTracking(False)
    box.setButtonSymbols(QDoubleSpinBox.ButtonSymbols.NoButtons)
    box.setFixedWidth(76)
    return box


def _pair(slider: QSlider, box: QDoubleSpinBox) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(6)
    row.addWidget(slider, 1)
    row.addWidget(box)
    return row
