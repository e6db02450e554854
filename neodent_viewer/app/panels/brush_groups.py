"""The settings of the brush in hand beyond radius and strength, in groups: falloff, stroke, surface, symmetry, pen, stamp."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QSignalBlocker
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QCheckBox,
    QColorDialog,
    QComboBox,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from neodent_viewer.app.actions import sculpt
from neodent_viewer.app.context import AppContext
from neodent_viewer.app.panels.curve import CurveEditor
from neodent_viewer.app.panels.groups import Group
from neodent_viewer.app.panels.sliders import ValueSlider
from neodent_viewer.app.panels.stamp import StampField
from neodent_viewer.app.panels.zone_choice import ZoneChoice
from neodent_viewer.core.errors import NeodentError

FALLOFFS = {
    "smooth": "Smooth",
    "sphere": "Sphere",
    "root": "Root",
    "linear": "Linear",
    "sharp": "Sharp",
    "constant": "Constant",
    "custom": "Own curve",
}
_AXES = {"x": "left–right axis", "y": "upright axis", "z": "front–back axis"}


class BrushGroups(QWidget):
    """All groups; `update_view` shows the brush."""

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        self.context = context
        self._brush = context.tools.brush
        self._shown: list[Callable[[], None]] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(2)
        self.value = self._value_group()
        self._falloff_group()
        self._stroke_group()
        self._surface_group()
        self._symmetry_group()
        self._pen_group()
        self._stamp_group()

    # -- fields --------------------------------------------------------------------------------------------------

    def _group(self, title: str, *, opened: bool = False) -> Group:
        group = Group(title, self.context.preferences, opened=opened)
        self._layout.addWidget(group)
        return group

    def _set(self, field: str, value: Any) -> None:
        self._brush.set(**{field: value})

    def _ask(self, request: Callable[[AppContext], None]) -> None:
        """Run a request; what the house refuses is said."""
        try:
            request(self.context)
        except NeodentError as error:
            self.context.shell.say_error(error)

    def _slider(
        self, field: str, low: float, high: float, tip: str, *, unit: str = "", factor: float = 1.0, decimals: int = 0
    ) -> ValueSlider:
        """Return a slider on a field; `factor` takes the field to what is shown."""
        slider = ValueSlider(low, high, unit=unit, decimals=decimals)
        slider.setToolTip(tip)
        whole = isinstance(getattr(self._brush, field), int)
        slider.moved.connect(lambda shown: self._set(field, round(shown) if whole else round(shown / factor, 4)))
        self._shown.append(lambda: slider.set_value(getattr(self._brush, field) * factor))
        return slider

    def _tick(self, field: str, title: str, tip: str) -> QCheckBox:
        box = QCheckBox(title)
        box.setToolTip(tip)
        box.toggled.connect(partial(self._set, field))

        def show() -> None:
            with QSignalBlocker(box):
                box.setChecked(getattr(self._brush, field))

        self._shown.append(show)
        return box

    def _choice(self, field: str, choices: dict[str, str], tip: str) -> QComboBox:
        box = QComboBox()
        box.setToolTip(tip)
        for name, words in choices.items():
            box.addItem(words, name)
        box.activated.connect(lambda _: self._set(field, box.currentData()))
        self._shown.append(lambda: box.setCurrentIndex(box.findData(getattr(self._brush, field))))
        return box

    def _curve(self, field: str, what: str) -> CurveEditor:
        curve = CurveEditor(what)
        curve.moved.connect(partial(self._set, field))
        self._shown.append(lambda: curve.show_points(getattr(self._brush, field)))
        return curve

    # -- groups --------------------------------------------------------------------------------------------------

    def _value_group(self) -> Group:
        """Make the fields of what a brush lays down: colour or zone."""
        group = self._group("Colour and zone", opened=True)
        self.colour = QPushButton()
        self.colour.setToolTip("Colour of the paint brush")
        self.colour.setAccessibleName("Colour of the paint brush")
        self.colour.clicked.connect(self._pick_colour)
        self.zone = ZoneChoice()
        self.zone.chosen.connect(partial(self._set, "zone"))
        group.rows.addRow("Colour", self.colour)
        group.rows.addRow("Zone", self.zone)
        self._shown.append(self._show_values)
        return group

    def _falloff_group(self) -> None:
        group = self._group("Falloff", opened=True)
        self.falloff = self._choice("falloff", FALLOFFS, "How the brush fades from its middle to its rim")
        self.curve = self._curve("curve", "From the middle of the brush (left) to its rim (right)")
        group.rows.addRow("Shape", self.falloff)
        group.rows.addRow(self.curve)

    def _stroke_group(self) -> None:
        group = self._group("Stroke")
        group.rows.addRow(self._tick("invert", "Dig instead of build", "Ctrl turns the brush round while it is held"))
        group.rows.addRow(
            self._tick("accumulate", "Accumulate", "Dabs of one stroke add up; without, a place gets its strongest dab")
        )
        tip = "Dabs a second while the brush is held in one place; 0 is off"
        group.rows.addRow("Airbrush", self._slider("rate", 0, 60, tip, unit="/s"))
        tip = "Between dabs, in shares of the radius"
        group.rows.addRow("Spacing", self._slider("spacing", 2, 100, tip, unit="%", factor=100))
        tip = "Length of the string by which the pointer draws the brush along; 0 is off"
        group.rows.addRow("Steady", self._slider("stabiliser", 0, 10, tip, unit="mm", decimals=1))

    def _surface_group(self) -> None:
        group = self._group("Surface and masks")
        tip = "Only the tooth, or the gum, on which the stroke begins"
        group.rows.addRow(self._tick("lock_to_label", "Keep to one tooth", tip))
        group.rows.addRow(self._tick("front_only", "Front faces only", "Leave alone what faces away from the brush"))
        tip = "Stop at neighbouring teeth and at the other jaw; colours show how near they are, in mm  (Shift+L)"
        group.rows.addRow(self._tick("keep_contact", "Keep contact", tip))
        tip = "Share of the radius within which the direction of the surface is averaged"
        group.rows.addRow("Normal", self._slider("normal_radius", 5, 100, tip, unit="%", factor=100))
        tip = "Above 0 only hollows are worked, fissures for one; below 0 only ridges"
        group.rows.addRow("Cavity", self._slider("cavity", -100, 100, tip, unit="%", factor=100))
        tip = "Edges from an open rim within which the brush fades out; 0 is off"
        group.rows.addRow("Rim", self._slider("boundary_rings", 0, 20, tip, unit="edges"))

    def _symmetry_group(self) -> None:
        group = self._group("Symmetry")
        self.symmetry = self._tick("symmetry_x", "Across the midline", "Mirror every dab  (X)")
        group.rows.addRow(self.symmetry)
        tip = "Mirror at the plane the arch is most nearly symmetric about, instead of at x = 0"
        group.rows.addRow(self._tick("fitted", "Fit the plane to the arch", tip))
        self.place, self.straight = QPushButton("Place the plane…"), QPushButton("Back to x = 0")
        self.place.setToolTip("Show the plane of symmetry, to be dragged and turned  (Alt+X)")
        self.straight.setToolTip("Forget the plane that was placed")
        self.place.clicked.connect(lambda: self._ask(sculpt.place_symmetry))
        self.straight.clicked.connect(lambda: self._ask(sculpt.straighten_symmetry))
        group.rows.addRow(self.place)
        group.rows.addRow(self.straight)
        self._shown.append(lambda: group.rows.setRowVisible(self.straight, bool(self._brush.plane)))
        group.rows.addRow(
            "Radial", self._slider("radial", 1, 24, "Dabs around an axis, evenly turned; 1 is off", unit="×")
        )
        tip = "What radial dabs stand around, through the middle of the chosen tooth, else of the part"
        group.rows.addRow("About", self._choice("radial_axis", _AXES, tip))

    def _pen_group(self) -> None:
        group = self._group("Pen pressure")
        ticks = QHBoxLayout()
        ticks.addWidget(self._tick("pressure_radius", "Radius", "A light pen makes a small brush"))
        ticks.addWidget(self._tick("pressure_strength", "Strength", "A light pen makes a weak brush"))
        ticks.addStretch(1)
        group.rows.addRow("On", ticks)
        group.rows.addRow(self._curve("pressure_curve", "From no pressure (left) to full pressure (right)"))

    def _stamp_group(self) -> None:
        group = self._group("Stamp")
        self.stamp = StampField()
        self.stamp.changed.connect(partial(self._set, "alpha"))
        self.stamp.refused.connect(self.context.shell.say_error)
        group.rows.addRow(self.stamp)
        self._shown.append(self._show_stamp)

    # -- showing -------------------------------------------------------------------------------------------------

    def update_view(self, brush: str) -> None:
        """Show all fields; what a brush of that name has no use for is left out."""
        for show in self._shown:
            show()
        self.curve.setVisible(self._brush.falloff == "custom")
        self.value.setVisible(brush in {"paint", "zone"})
        self.value.rows.setRowVisible(self.colour, brush == "paint")
        self.value.rows.setRowVisible(self.zone, brush == "zone")

    def _show_values(self) -> None:
        r, g, b, _ = self._brush.colour
        self.colour.setStyleSheet(f"background: rgb({r}, {g}, {b}); min-height: 16px;")
        if self._brush.brush == "zone":
            self.zone.show_zones(self.context.document, self._brush.zone)

    def _show_stamp(self) -> None:
        if self.stamp.now is not self._brush.alpha:
            self.stamp.show_alpha(self._brush.alpha)

    def _pick_colour(self) -> None:
        now = QColor(*self._brush.colour)
        chosen = QColorDialog.getColor(now, self.window(), "Colour of the Paint Brush")
        if chosen.isValid():
            self._set("colour", (chosen.red(), chosen.green(), chosen.blue(), 255))
