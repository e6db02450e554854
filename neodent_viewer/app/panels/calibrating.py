"""The dialog that calibrates a channel: take the present reading, type what is true, perhaps a second time elsewhere."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from neodent_viewer.app import theme
from neodent_viewer.app.panels.base import caption
from neodent_viewer.app.words import count
from neodent_viewer.core.errors import ArgumentError
from neodent_viewer.live.console import Steady, steady
from neodent_viewer.live.live import Live
from neodent_viewer.sensors.calibration import Calibration, calibrated
from neodent_viewer.sensors.channel import Quantity

#: ms between looks at the sensor
_PERIOD = 300
#: a reading whose parts differ by more than this share of the shown span is not steady
_STEADY = 0.02
_HINT = (
    "Put the sensor into something whose value you know, wait until the reading is steady, take it, and type the true value. "
    "One reading moves the offset; a second one, well apart from the first, sets the gain too."
)
_EXAMPLE = {"ph": "such as buffer solutions of pH 7 and pH 4", "temperature": "such as ice water and a warm bath"}


class _Reading:
    """One line: raw reading, true value."""

    def __init__(self, grid: QGridLayout, number: int, unit: str, changed: Callable[[], object]) -> None:
        self.raw = math.nan
        self.shown = QLabel("not taken")
        self.take = QPushButton("Take")
        self.take.setToolTip("Take what the sensor says now as this reading")
        self.take.setAccessibleName(f"Take reading {number}")
        self.true = QLineEdit()
        self.true.setPlaceholderText("true value")
        self.true.setAccessibleName(f"True value {number}")
        self.true.setFixedWidth(92)
        self.true.textEdited.connect(lambda _: changed())
        title = f"Reading {number}" + (" (if you like)" if number == 2 else "")
        widgets = (QLabel(title), self.shown, self.take, QLabel("is in truth"), self.true, QLabel(unit))
        for column, widget in enumerate(widgets):
            grid.addWidget(widget, number, column)
        self.shown.setMinimumWidth(96)

    @property
    def empty(self) -> bool:
        """Whether nothing was said of it."""
        return math.isnan(self.raw) and not self.true.text().strip()

    def pair(self) -> tuple[float, float]:
        """Return raw reading and true value; NaN for what is missing or no number."""
        try:
            true = float(self.true.text().strip().replace(",", "."))
        except ValueError:
            true = math.nan
        return self.raw, true


class CalibrationDialog(QDialog):
    """Asks for one or two readings.

    Parameters
    ----------
    parent : QWidget or None
    live : Live
    key, title : str
        Channel key, and what it is called.
    quantity : Quantity
    before : Calibration
        The one that counts.
    by : str
        Who probably makes it.
    done : callable
        Asked with (readings, by); returns whether that went well.
    """

    def __init__(
        self,
        parent: QWidget | None,
        live: Live,
        key: str,
        title: str,
        quantity: Quantity,
        before: Calibration,
        by: str,
        done: Callable[[tuple[tuple[float, float], ...], str], bool],
    ) -> None:
        super().__init__(parent)
        self._live, self._key, self._quantity, self._before, self._done = live, key, quantity, before, done
        self.setWindowTitle(f"Calibrate {title}")
        self.now, self.outcome = QLabel(), QLabel()
        self.by = QLineEdit(by)
        self.by.setPlaceholderText("your name")
        self.by.textEdited.connect(lambda _: self._show_outcome())
        self._steady: Steady | None = None
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(8)
        grid.addWidget(QLabel("The sensor says"), 0, 0)
        grid.addWidget(self.now, 0, 1, 1, 5)
        unit = quantity.unit if quantity.unit != "pH" else ""
        self.readings = tuple(_Reading(grid, number, unit, self._show_outcome) for number in (1, 2))
        for reading in self.readings:
            reading.take.clicked.connect(lambda _=False, reading=reading: self.take(reading))
        grid.addWidget(QLabel("Made by"), 3, 0)
        grid.addWidget(self.by, 3, 1, 1, 5)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setText("Calibrate")
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        example = _EXAMPLE.get(quantity.name, "")
        layout.addWidget(caption(f"{_HINT}{f' ({example[0].upper()}{example[1:]}.)' if example else ''}"))
        layout.addLayout(grid)
        self.outcome.setWordWrap(True)
        self.outcome.setMinimumHeight(36)
        layout.addWidget(self.outcome)
        layout.addWidget(self.buttons)
        self._timer = QTimer(self)
        self._timer.setInterval(_PERIOD)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        self.look()
        self._show_outcome()

    def look(self) -> None:
        """Show what the sensor says now."""
        found = self._steady = steady(self._live, self._key)
        unit = self._quantity.unit if self._quantity.unit != "pH" else ""
        calm = found is not None and found.spread <= _STEADY * (self._quantity.show_high - self._quantity.show_low)
        if found is None:
            text = "nothing: no data, or no consent to view it"
        else:
            state = "steady" if calm else "not steady yet"
            text = f"{found.raw:.3f} ± {found.spread:.3f} {unit} · {state} · {count(found.count, 'sample')}, raw"
        self.now.setText(text)
        self.now.setStyleSheet(f"color: {theme.TEXT if calm else theme.WARNING};")
        for reading in self.readings:
            reading.take.setEnabled(found is not None)

    def take(self, reading: _Reading) -> None:
        """Take what the sensor says now as a reading."""
        if self._steady is not None:
            reading.raw = self._steady.raw
            unit = self._quantity.unit if self._quantity.unit != "pH" else ""
            reading.shown.setText(f"{reading.raw:.3f} {unit}")
            reading.true.setFocus()
            self._show_outcome()

    def pairs(self) -> tuple[tuple[float, float], ...]:
        """Return the readings that were filled in."""
        return tuple(reading.pair() for reading in self.readings if not reading.empty)

    def _show_outcome(self) -> None:
        """Say what the readings come to, or why they come to nothing."""
        ok = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        if not self.pairs():
            self._say("Take a reading to begin.", theme.MUTED)
            ok.setEnabled(False)
            return
        try:
            made = calibrated(self._quantity, self.pairs(), self._before, at=self._live.wall(), by=self.by.text())
        except ArgumentError as error:
            self._say(f"{error.where[:1].upper()}{error.where[1:]}: {error.what} {error.remedy}", theme.WARNING)
            ok.setEnabled(False)
            return
        self._say(f"Value = {made.words(self._quantity.unit)}. Earlier samples stay as they are; undo takes it back.")
        ok.setEnabled(True)

    def _say(self, text: str, colour: str = theme.TEXT) -> None:
        self.outcome.setText(text)
        self.outcome.setStyleSheet(f"color: {colour};")

    def accept(self) -> None:
        """Calibrate; where that is refused the dialog stays."""
        if self._done(self.pairs(), self.by.text()):
            super().accept()

    def done(self, result: int) -> None:
        """Stop looking when it closes."""
        self._timer.stop()
        super().done(result)
