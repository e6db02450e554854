"""Tooth: the chosen tooth's numbers, contact, locks, and marking teeth on a scan that has no labels."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import (
    QCheckBox,
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QWidget,
)

from neodent_viewer.anatomy.teeth import is_fdi
from neodent_viewer.anatomy.teeth import name as tooth_name
from neodent_viewer.app.context import AppContext
from neodent_viewer.app.panels.base import Panel, caption, form
from neodent_viewer.app.panels.sliders import ValueSlider
from neodent_viewer.app.teeth import FARTHEST, SIZES, WIDEST

if TYPE_CHECKING:
    from neodent_viewer.anatomy.tooth_frame import Pose
    from neodent_viewer.app.teeth import ToothHand
    from neodent_viewer.app.tooth_marks import ToothMarks

_TOOL = "tooth"
#: numbers of a pose: name, headline, unit, ends, step, what a positive one means
_NUMBERS = (
    ("mesial", "Mesial", " mm", (-FARTHEST, FARTHEST), 0.1, "Along the arch towards the midline"),
    ("buccal", "Buccal", " mm", (-FARTHEST, FARTHEST), 0.1, "Out of the mouth, to the lip or cheek"),
    ("occlusal", "Occlusal", " mm", (-FARTHEST, FARTHEST), 0.1, "Out of the gum, along the long axis"),
    ("rotate", "Rotate", " °", (-WIDEST, WIDEST), 1.0, "About the long axis; positive turns the mesial side outwards"),
    ("tip", "Tip", " °", (-WIDEST, WIDEST), 1.0, "Leans the biting edge mesially"),
    ("torque", "Torque", " °", (-WIDEST, WIDEST), 1.0, "Leans the biting edge to the lip or cheek"),
    ("scale", "Size", " %", (100 * SIZES[0], 100 * SIZES[1]), 1.0, "Size about the neck"),
)


class ToothPanel(Panel):
    """Numbers that follow the handles and can be typed."""

    scrolls = True

    def __init__(self, context: AppContext) -> None:
        super().__init__(context)
        teeth = context.teeth
        self.hand: ToothHand | None = None if teeth is None else teeth.hand
        self.marks: ToothMarks | None = None if teeth is None else teeth.marks
        self.headline = caption("", role="heading")
        self.hint = caption("")
        self.numbers = {row[0]: _box(*row[2:]) for row in _NUMBERS}
        self.keep_contact = QCheckBox("Keep contact")
        self.show_contact = QCheckBox("Show clearance")
        self.contact = caption("")
        self.back = QPushButton("Reset")
        self.count = QPushButton("Set zero")
        self.lock = QPushButton("Lock")
        self.lock_others = QPushButton("Lock others")
        self.lock_gum = QCheckBox("Gingiva")
        self.unlock = QPushButton("Unlock all")
        self.locked = caption("")
        self.marking = QCheckBox("Grow from a click")
        self.number = QSpinBox()
        self.margin = ValueSlider(0.0, 100.0, unit="%", decimals=0)
        self.radius = ValueSlider(0.2, 4.0, unit="mm", decimals=1)
        self.keep = QPushButton("Keep")
        self.drop = QPushButton("Drop")
        self.marked = caption("")
        self._lay_out()
        if self.hand is not None and self.marks is not None:
            self._connect(self.hand, self.marks)
        self.update_view()

    # -- made once -----------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self.body.addWidget(self.headline)
        self.body.addWidget(self.hint)
        self.moves = QWidget()
        rows = form()
        self.moves.setLayout(rows)
        for name, title, _, _, _, meaning in _NUMBERS:
            self.numbers[name].setToolTip(meaning)
            label = QLabel(title)
            label.setToolTip(meaning)
            rows.addRow(label, self.numbers[name])
        rows.addRow(_row(self.back, self.count))
        self.body.addWidget(self.moves)
        for widget in (self.keep_contact, self.show_contact, self.contact):
            self.body.addWidget(widget)
        self._lay_out_locks()
        self._lay_out_marks()
        self.body.addStretch(1)
        self.keep_contact.setToolTip("Moves stop at neighbours and antagonists")
        self.show_contact.setToolTip("Colours within half a millimetre of contact; below zero is penetration")
        self.lock_gum.setToolTip("Lock the gingiva: it no longer follows")
        self.back.setToolTip("Take the tooth back to where it was found")
        self.count.setToolTip("Set all numbers to zero without moving the tooth")

    def _lay_out_locks(self) -> None:
        self.body.addWidget(caption("Locks", role="heading"))
        grid = QGridLayout()
        grid.addWidget(self.lock, 0, 0)
        grid.addWidget(self.lock_others, 0, 1)
        grid.addWidget(self.lock_gum, 1, 0)
        grid.addWidget(self.unlock, 1, 1)
        self.body.addLayout(grid)
        self.body.addWidget(self.locked)
        self.lock.setToolTip("What is locked does not change by one bit  (L over a tooth)")

    def _lay_out_marks(self) -> None:
        self.body.addWidget(caption("Mark a tooth", role="heading"))
        self.body.addWidget(self.marking)
        self.growing = QWidget()
        rows = form()
        self.growing.setLayout(rows)
        self.number.setRange(11, 85)
        rows.addRow("Number", self.number)
        rows.addRow("Margin", self.margin)
        rows.addRow("Brush", self.radius)
        rows.addRow(_row(self.keep, self.drop))
        self.body.addWidget(self.growing)
        self.body.addWidget(self.marked)
        self.marking.setToolTip("For scans without labels: the tooth grows from a click to the hollow around it")
        self.number.setToolTip("FDI number the tooth will have")
        self.margin.setToolTip("Where the tooth ends: more takes in more")
        self.radius.setToolTip("Drag over the surface to add, with Ctrl to take away")

    def _connect(self, hand: ToothHand, marks: ToothMarks) -> None:
        self.listen(hand.changed, self.schedule)
        self.listen(marks.changed, self.schedule)
        self.listen(self.context.document.changed, self._on_document)
        self.listen(self.context.selection.changed, self.schedule)
        for name, box in self.numbers.items():
            box.valueChanged.connect(partial(self._typed, name))
        self.keep_contact.toggled.connect(lambda on: setattr(hand, "keep_contact", on))
        self.show_contact.toggled.connect(self._show_colours)
        self.back.clicked.connect(self._go_back)
        self.count.clicked.connect(self._count_here)
        self.lock.clicked.connect(self._lock_one)
        self.lock_others.clicked.connect(self._lock_others)
        self.lock_gum.clicked.connect(lambda _: self._toggle(0))
        self.unlock.clicked.connect(lambda: self._set_locks(frozenset()))
        self.marking.toggled.connect(self._mark)
        self.number.valueChanged.connect(lambda value: marks.set(number=value))
        self.margin.moved.connect(lambda value: marks.set(margin=value / 100.0))
        self.radius.moved.connect(lambda value: marks.set(radius=value))
        self.keep.clicked.connect(marks.keep)
        self.drop.clicked.connect(marks.drop)

    # -- what is asked -------------------------------------------------------------------------------------------

    def _typed(self, name: str, value: float) -> None:
        if self.hand is None or self.hand.pose is None:
            return
        self.hand.apply(_with(self.hand.pose, name, value))
        self.schedule()

    def _show_colours(self, on: bool) -> None:
        if self.hand is not None:
            self.hand.show_contact = on
            self.hand.measure()

    def _go_back(self) -> None:
        from neodent_viewer.anatomy.tooth_frame import Pose

        if self.hand is not None:
            kept, self.hand.keep_contact = self.hand.keep_contact, False  # where it was found it may stand
            self.hand.apply(Pose())
            self.hand.keep_contact = kept

    def _count_here(self) -> None:
        from neodent_viewer.document.tooth import forget_edit

        if self.hand is not None and self.hand.grip is not None and self.hand.pose is not None:
            self.context.history.do(forget_edit(self.hand.grip, self.hand.pose))

    def _part(self) -> str:
        """Return the part that locks are about: the chosen tooth's, else the selected one."""
        chosen = self.hand.part if self.hand is not None else ""
        return chosen or self.context.selection.current.part

    def _set_locks(self, labels: frozenset[int]) -> None:
        if self.hand is not None and self._part() in self.context.document.parts:
            self.hand.lock(self._part(), labels)

    def _toggle(self, label: int) -> None:
        part = self.context.document.parts.get(self._part())
        if part is not None:
            self._set_locks(part.locked ^ {label})

    def _lock_one(self) -> None:
        self._toggle(self._label())

    def _lock_others(self) -> None:
        part = self.context.document.parts.get(self._part())
        if part is not None and part.surface.labels is not None:
            import numpy as np

            every = {int(label) for label in np.unique(part.surface.labels) if label > 0}
            self._set_locks(frozenset(every - {self._label()}))

    def _label(self) -> int:
        chosen = self.hand.label if self.hand is not None else 0
        return chosen or self.context.selection.current.tooth

    def _mark(self, on: bool) -> None:
        if self.marks is None:
            return
        if on:
            self.context.tools.set_current(_TOOL)
        self.marks.switch(on)

    # -- what is shown -------------------------------------------------------------------------------------------

    def _on_document(self, change: object) -> None:
        path = getattr(change, "path", ())
        if path[:1] in {("parts",), ("settings",)} and "arrays" not in path:
            self.schedule()

    def update_view(self) -> None:
        """Show the tooth in the hand."""
        if self.hand is None or self.marks is None:
            self.headline.setText("Tooth")
            return
        self._show_tooth(self.hand)
        self._show_locks()
        self._show_marks(self.marks)

    def _show_tooth(self, hand: ToothHand) -> None:
        label, pose = hand.label, hand.pose
        words = tooth_name(label) if is_fdi(label) else ""
        self.headline.setText(f"Tooth {label} · {words}" if words else f"Tooth {label}" if label else "No tooth")
        ready = pose is not None
        told = "Drag a handle, or type a number." if ready else "The tooth is being prepared …"
        self.hint.setText(told if label else "Take the tooth tool (J) and click a tooth.")
        self.moves.setEnabled(ready)
        for name, box in self.numbers.items():
            if not box.hasFocus() or not hand.moving:
                with QSignalBlocker(box):
                    box.setValue(100.0 if pose is None and name == "scale" else _of(pose, name))
        for check, on in ((self.keep_contact, hand.keep_contact), (self.show_contact, hand.show_contact)):
            with QSignalBlocker(check):
                check.setChecked(on)
        deep = {name: depth for name, depth in hand.depths.items() if depth >= 0.005}
        told = ", ".join(f"{depth:.2f} mm in {name}" for name, depth in sorted(deep.items()))
        self.contact.setText(f"Stands {told}." if told else "Clear of its neighbours." if ready else "")

    def _show_locks(self) -> None:
        part, label = self.context.document.parts.get(self._part()), self._label()
        locked = frozenset() if part is None else part.locked
        labelled = part is not None and part.surface.labels is not None
        self.lock.setEnabled(labelled and label > 0)
        self.lock.setText(f"{'Unlock' if label in locked else 'Lock'} {label}" if label else "Lock")
        self.lock_others.setEnabled(labelled and label > 0)
        self.lock_gum.setEnabled(labelled)
        with QSignalBlocker(self.lock_gum):
            self.lock_gum.setChecked(0 in locked)
        self.unlock.setEnabled(bool(locked))
        names = [str(tooth) for tooth in sorted(locked) if tooth]
        self.locked.setText(f"Locked: {', '.join(names)}." if names else "No tooth is locked.")

    def _show_marks(self, marks: ToothMarks) -> None:
        with QSignalBlocker(self.marking):
            self.marking.setChecked(marks.on)
        self.growing.setVisible(marks.on)
        with QSignalBlocker(self.number):
            self.number.setValue(marks.number)
        self.margin.set_value(marks.margin * 100.0)
        self.radius.set_value(marks.radius)
        grown = bool(marks.part)
        for widget in (self.margin, self.keep, self.drop):
            widget.setEnabled(grown)
        waits = "Click the middle of a crown." if marks.on else ""
        told = f"{len(marks.rows):,} vertices. Drag to add, Ctrl to take away; Enter keeps, Esc drops."
        self.marked.setText(told if grown else waits)


def _with(pose: Pose, name: str, value: float) -> Pose:
    """Return a pose with one number changed."""
    places = ("mesial", "buccal", "occlusal")
    if name == "scale":
        return replace(pose, scale=value / 100.0)
    if name not in places:
        turns = {"rotate": pose.rotate, "tip": pose.tip, "torque": pose.torque} | {name: value}
        return replace(pose, rotate=turns["rotate"], tip=turns["tip"], torque=turns["torque"])
    x, y, z = (value if place == name else old for place, old in zip(places, pose.move, strict=True))
    return replace(pose, move=(x, y, z))


def _of(pose: Pose | None, name: str) -> float:
    if pose is None:
        return 0.0
    if name == "scale":
        return pose.scale * 100.0
    places = ("mesial", "buccal", "occlusal")
    return float(pose.move[places.index(name)] if name in places else getattr(pose, name))


def _box(unit: str, ends: tuple[float, float], step: float, _: str) -> QDoubleSpinBox:
    box = QDoubleSpinBox()
    box.setRange(*ends)
    box.setDecimals(2 if unit == " mm" else 1)
    box.setSingleStep(step)
    box.setSuffix(unit)
    box.setKeyboardTracking(False)
    box.setMinimumWidth(70)
    return box


def _row(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(6)
    for widget in widgets:
        if isinstance(widget, QPushButton):
            widget.setMinimumWidth(40)
        row.addWidget(widget, 1)
    return row
