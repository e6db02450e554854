"""The thresholds of a channel or of a quantity as fields: each with its unit, what is usual, and a way back to that."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from neodent_viewer.app.menus import icon
from neodent_viewer.app.panels.groups import Group
from neodent_viewer.app.preferences import Preferences
from neodent_viewer.sensors.channel import Quantity
from neodent_viewer.sensors.threshold_words import WORDS, ThresholdWords
from neodent_viewer.sensors.thresholds import Limits

#: asked with a threshold's name and its new value, None for what is usual; returns whether that was taken
Change = Callable[[str, Any], bool]
_OFF = "off"
_NARROW, _PAIR = 58, 44


def number_text(value: float) -> str:
    """Return a threshold as it is typed; one that is endless is off.

    >>> number_text(0.05), number_text(12000.0), number_text(math.inf)
    ('0.05', '12000', 'off')
    """
    return f"{value:.10g}" if math.isfinite(value) else _OFF


def typed(text: str, endless: float) -> float:
    """Return what was typed; raises ValueError for what is no number.

    >>> typed("1,5", math.inf), typed("off", -math.inf), typed(" ", math.inf)
    (1.5, -inf, inf)
    """
    text = text.strip().casefold().replace(",", ".")
    return endless if text in ("", _OFF, "any", "–", "-") else float(text)


class LimitField(QWidget):
    """One threshold: a number, or the two ends of a span."""

    def __init__(self, words: ThresholdWords, pair: bool, change: Change) -> None:
        super().__init__()
        self.words, self.pair, self._change = words, pair, change
        self._value: Any = None
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        self.edits = tuple(QLineEdit() for _ in range(2 if pair else 1))
        for edit in self.edits:
            edit.setFixedWidth(_PAIR if pair else _NARROW)
            edit.setStyleSheet("padding: 2px 5px;")
            edit.editingFinished.connect(self._finished)
            row.addWidget(edit)
        self.unit = QLabel()
        self.unit.setProperty("role", "caption")
        self.unit.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row.addWidget(self.unit, 1)
        self.back = QToolButton()
        self.back.setIcon(icon("mdi6.backup-restore"))
        self.back.setStyleSheet("padding: 1px;")
        self.back.clicked.connect(lambda _=False: self._change(words.name, None))
        policy = self.back.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.back.setSizePolicy(policy)
        row.addWidget(self.back)

    def show_value(self, value: Any, usual: Any, changed: bool, unit: str) -> None:
        """Show what counts and what is usual; a field somebody types in is left alone."""
        self._value = value
        numbers, before = (value, usual) if self.pair else ((value,), (usual,))
        for edit, number in zip(self.edits, numbers, strict=True):
            text = number_text(number)
            if edit.text() != text and not (edit.hasFocus() and edit.isModified()):
                edit.setText(text)
        was = " to ".join(number_text(number) for number in before)
        self.unit.setText(f"{unit} ({'–'.join(number_text(number) for number in before)})")
        self.back.setVisible(changed)
        self.back.setToolTip(f"Go back to {was} {unit}")
        tip = f"{self.words.hint}\nUsual: {was} {unit}. Type off to leave the test out."
        for widget in (*self.edits, self.unit):
            widget.setToolTip(tip)
        font = self.unit.font()
        font.setBold(changed)
        self.unit.setFont(font)

    def _finished(self) -> None:
        if not any(edit.isModified() for edit in self.edits):
            return
        for edit in self.edits:
            edit.setModified(False)
        ends = (-math.inf, math.inf) if self.pair else (math.inf,)
        try:
            numbers = tuple(typed(edit.text(), end) for edit, end in zip(self.edits, ends, strict=True))
        except ValueError:
            numbers = (math.nan,) * len(self.edits)
        self._change(self.words.name, numbers if self.pair else numbers[0])


class LimitsBox(QWidget):
    """All thresholds, in groups by test.

    Parameters
    ----------
    preferences : Preferences
        Where it is remembered which groups are open.
    change : callable
        Asked with a threshold's name and its new value.
    """

    def __init__(self, preferences: Preferences, change: Change) -> None:
        super().__init__()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        self.fields: dict[str, LimitField] = {}
        groups: dict[str, Group] = {}
        spans = {name for name, kind in Limits.__annotations__.items() if "Span" in str(kind)}
        for words in WORDS:
            if words.test not in groups:
                groups[words.test] = Group(words.test, preferences, opened=words.test == WORDS[0].test)
                layout.addWidget(groups[words.test])
            field = self.fields[words.name] = LimitField(words, words.name in spans, change)
            title = QLabel(words.title)
            title.setToolTip(words.hint)
            groups[words.test].rows.addRow(title, field)

    def show_limits(self, limits: Limits, usual: Limits, changed: set[str], quantity: Quantity) -> None:
        """Show thresholds beside the usual ones; `changed` names those that are not."""
        for words in WORDS:
            value, before = getattr(limits, words.name), getattr(usual, words.name)
            unit = words.unit_of(quantity.unit)
            self.fields[words.name].show_value(value, before, words.name in changed, unit)
