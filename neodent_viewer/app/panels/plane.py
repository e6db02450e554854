"""Plane: where the plane that is shown lies, in mm and degrees, and what will be done with it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QHBoxLayout, QPushButton, QWidget

from neodent_viewer.app.context import AppContext
from neodent_viewer.app.dialogs import AXES
from neodent_viewer.app.panels.base import Panel, caption, form
from neodent_viewer.app.planes import DEEDS, PlaneHand
from neodent_viewer.document.planes import STEEPEST

_FARTHEST = 1e4
#: field -> headline, unit, ends, step, tip
_NUMBERS = {
    "at": ("Place", " mm", (-_FARTHEST, _FARTHEST), 0.5, "Place of the plane along the axis, from the origin"),
    "turn": ("Turn", " °", (-180.0, 180.0), 1.0, "About the upright axis; about the front-back axis for a lying plane"),
    "tilt": ("Tilt", " °", (-STEEPEST, STEEPEST), 1.0, "Out of the direction, towards the axis it turns about"),
}


class PlanePanel(Panel):
    """Numbers that follow the handles and can be typed."""

    scrolls = True

    def __init__(self, context: AppContext) -> None:
        super().__init__(context)
        self.hand: PlaneHand | None = context.plane
        self.headline = caption("", role="heading")
        self.hint = caption("")
        self.axis = QComboBox()
        for axis, words in AXES.items():
            self.axis.addItem(words, axis)
        self.axis.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.axis.setMinimumContentsLength(8)
        self.axis.setToolTip("Direction the plane faces before it is turned; that side stays")
        self.numbers = {name: _box(*row[1:4]) for name, row in _NUMBERS.items()}
        self.cap = QCheckBox("Close the cut")
        self.flip = QPushButton("Other side")
        self.flip.setToolTip("Let the other side stay")
        self.apply, self.leave = QPushButton("Apply"), QPushButton("Cancel")
        self.apply.setToolTip("Do it  (Enter on the canvas)")
        self.leave.setToolTip("Put the plane away  (Esc on the canvas)")
        self._lay_out()
        if self.hand is not None:
            self._connect(self.hand)
        self.update_view()

    def _lay_out(self) -> None:
        self.body.addWidget(self.headline)
        self.body.addWidget(self.hint)
        self.fields = QWidget()
        rows = form()
        self.fields.setLayout(rows)
        rows.addRow("Keeps", self.axis)
        for name, (title, _, _, _, tip) in _NUMBERS.items():
            self.numbers[name].setToolTip(tip)
            rows.addRow(title, self.numbers[name])
        rows.addRow(self.cap)
        rows.addRow(self.flip)
        self.body.addWidget(self.fields)
        ends = QHBoxLayout()
        ends.setSpacing(6)
        for button in (self.apply, self.leave):
            button.setMinimumWidth(40)
            ends.addWidget(button, 1)
        self.body.addLayout(ends)
        self.body.addStretch(1)

    def _connect(self, hand: PlaneHand) -> None:
        self.listen(hand.changed, self.schedule)
        self.axis.activated.connect(lambda _: hand.set(axis=self.axis.currentData(), turn=0.0, tilt=0.0))
        for name, box in self.numbers.items():
            box.valueChanged.connect(partial(self._typed, name))
        self.cap.toggled.connect(lambda on: hand.set(cap=on))
        self.flip.clicked.connect(hand.flip)
        self.apply.clicked.connect(hand.apply)
        self.leave.clicked.connect(hand.leave)

    def _typed(self, name: str, value: float) -> None:
        if self.hand is not None:
            self.hand.set(**{name: value})

    def update_view(self) -> None:
        """Show the plane."""
        hand = self.hand
        deed = "" if hand is None else hand.deed
        part = None if hand is None else self.context.document.parts.get(hand.part)
        self.headline.setText(part.name if part is not None else "No plane")
        self.hint.setText(DEEDS.get(deed, "Cut by Plane, Mirror Half and Symmetry Plane of the Sculpt menu show one."))
        for widget in (self.fields, self.apply, self.leave):
            widget.setEnabled(bool(deed))
        self.cap.setVisible(deed == "cut")
        self.flip.setVisible(deed != "symmetry")
        if hand is None:
            return
        for name, box in self.numbers.items():
            with QSignalBlocker(box):
                box.setValue(getattr(hand, name))
        with QSignalBlocker(self.axis), QSignalBlocker(self.cap):
            self.axis.setCurrentIndex(self.axis.findData(hand.axis))
            self.cap.setChecked(hand.cap)


def _box(unit: str, ends: tuple[float, float], step: float) -> QDoubleSpinBox:
    box = QDoubleSpinBox()
    box.setRange(*ends)
    box.setDecimals(2 if unit == " mm" else 1)
    box.setSingleStep(step)
    box.setSuffix(unit)
    box.setKeyboardTracking(False)
    box.setMinimumWidth(70)
    return box
