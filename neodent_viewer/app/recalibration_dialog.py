"""The box that calibrates a recording anew: a channel, by what, from when to when; it says beforehand what comes of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QWidget,
)

from neodent_viewer.app import theme
from neodent_viewer.app.words import count
from neodent_viewer.core.errors import ArgumentError
from neodent_viewer.live.recalibrating import Act
from neodent_viewer.sensors.calibration import AS_SENT, GAIN, Calibration, stated
from neodent_viewer.sensors.recalibration import changed, recalibrate, taken_back
from neodent_viewer.sensors.track import Track

_HINT = (
    "Raw values stay as they were sent. In the stretch they mean something else, flags there are judged anew, and what "
    "counted before is kept in the recording: it can be taken back here."
)
_STATED, _PROJECT, _PLAIN, _BACK = range(4)
_WIDTH, _FARTHEST = 460, 1e6
#: earlier calibrations that are listed
_LISTED = 4


class RecalibrationDialog(QDialog):
    """Asks how a recording is to be calibrated anew.

    Parameters
    ----------
    parent : QWidget or None
    name : str
        Of the recording.
    tracks : sequence of Track
        With samples; at least one.
    begin, end : float
        The recording's first and last moment, s on its clock; the person counts from the first.
    span : tuple of 2 float
        The stretch that is proposed, s on the same clock.
    project : mapping of str to Calibration
        Channel key -> what counts for it in the document.
    by : str
        Who probably does it.
    wall : callable
        Date and time.
    done : callable
        Asked with the `Act`, without thresholds.
    """

    def __init__(
        self,
        parent: QWidget | None,
        name: str,
        tracks: Sequence[Track],
        begin: float,
        end: float,
        span: tuple[float, float],
        project: Mapping[str, Calibration],
        by: str,
        wall: Callable[[], datetime],
        done: Callable[[Act], object],
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"Calibrate {name}")
        self._tracks, self._begin, self._project = {track.channel: track for track in tracks}, begin, project
        self._wall, self._done = wall, done
        self.channel, self.way = QComboBox(), QComboBox()
        self.channel.addItems(list(self._tracks))
        self.gain, self.offset = _box(1.0, *GAIN, 4), _box(0.0, -_FARTHEST, _FARTHEST, 3)
        length = end - begin
        low, high = (min(max(at - begin, 0.0), length) for at in span)
        self._whole = math.ceil(length * 10.0) / 10.0
        self.start, self.end = _box(low, 0.0, self._whole, 1, " s"), _box(high, 0.0, self._whole, 1, " s")
        self.end.setValue(math.ceil(high * 10.0) / 10.0)
        self.by = QLineEdit(by)
        self.by.setPlaceholderText("your name")
        self.now, self.outcome = QLabel(), QLabel()
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setText("Calibrate")
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self._lay_out()
        self.channel.currentIndexChanged.connect(lambda _: self._show_channel())
        self.way.currentIndexChanged.connect(lambda _: self._show_way())
        for box in (self.gain, self.offset, self.start, self.end):
            box.valueChanged.connect(lambda _: self._show_outcome())
        self._show_channel()

    def _lay_out(self) -> None:
        layout = QFormLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(8)
        hint = QLabel(_HINT)
        for label in (hint, self.now):
            label.setProperty("role", "caption")
        for label in (hint, self.now, self.outcome):
            label.setWordWrap(True)
            label.setMinimumWidth(_WIDTH - 120)
        layout.addRow(hint)
        layout.addRow("Channel", self.channel)
        layout.addRow("Now", self.now)
        layout.addRow("Calibrate by", self.way)
        self.form = layout
        rows = (("Gain", self.gain), ("Offset", self.offset), ("From", self.start), ("To", self.end))
        for title, box in rows:
            layout.addRow(title, box)
            box.setAccessibleName(title)
        self.start.setToolTip("Counted from the recording's beginning")
        self.end.setToolTip("Counted from the recording's beginning")
        layout.addRow("Made by", self.by)
        layout.addRow(self.outcome)
        self.outcome.setMinimumHeight(40)
        layout.addRow(self.buttons)
        self.setMinimumWidth(_WIDTH)

    # -- showing -----------------------------------------------------------------------------------------------------

    @property
    def track(self) -> Track:
        """The channel that is meant."""
        return self._tracks[self.channel.currentText()]

    def choose(self, key: str) -> None:
        """Mean a channel, if it is in the recording."""
        self.channel.setCurrentIndex(max(self.channel.findText(key), 0))

    def _show_channel(self) -> None:
        track, unit = self.track, self.track.unit
        told = track.words(self._begin)
        self.now.setText("\n".join(f"• {line}" for line in told[-_LISTED:]) or "Values count as they were sent.")
        self.offset.setSuffix(f" {unit}" if unit and unit != "pH" else "")
        self.way.blockSignals(True)
        self.way.clear()
        self.way.addItem("gain and offset", _STATED)
        if (known := self._project.get(track.channel)) is not None:
            self.way.addItem(f"what counts in the project: {known.words(unit)}", _PROJECT)
        self.way.addItem("nothing: as sent", _PLAIN)
        if track.recalibrated:
            self.way.addItem("taking back the last change", _BACK)
        self.way.blockSignals(False)
        step = track.step_at(float(track.read[-1]))
        for box, value in ((self.gain, step[1].gain if step else 1.0), (self.offset, step[1].offset if step else 0.0)):
            box.blockSignals(True)
            box.setValue(value)
            box.blockSignals(False)
        self._show_way()

    def _show_way(self) -> None:
        """Show the fields that matter, in a box no larger than they need."""
        way = self.way.currentData()
        for box in (self.gain, self.offset):
            self.form.setRowVisible(box, way == _STATED)
        for field in (self.start, self.end, self.by):
            self.form.setRowVisible(field, way != _BACK)
        self._show_outcome()
        self.adjustSize()

    def _show_outcome(self) -> None:
        """Say what it comes to, or why it comes to nothing."""
        ok = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        act = self.act()
        made = act.calibrations[self.track.channel]
        try:
            after = (
                taken_back(self.track) if made is None else recalibrate(self.track, made, act.start, act.end, at=act.at)
            )
        except ArgumentError as error:
            self._say(f"{error.what} {error.remedy}", theme.WARNING)
            ok.setEnabled(False)
            return
        rows, every = f"{changed(self.track, after).sum():,}", count(len(self.track), "sample")
        what = "what they were taken for before" if made is None else f"value = {made.words(self.track.unit)}"
        if made is not None and made.alike(AS_SENT):
            what = "values as sent"
        self._say(f"{rows} of {every} will be taken for something else:\n{what}.")
        ok.setEnabled(True)

    def _say(self, text: str, colour: str = theme.TEXT) -> None:
        self.outcome.setText(text)
        self.outcome.setStyleSheet(f"color: {colour};")

    # -- answering ---------------------------------------------------------------------------------------------------

    def act(self) -> Act:
        """Return what is asked for."""
        key, way, at = self.track.channel, self.way.currentData(), self._wall()
        by = self.by.text().strip()
        made: Calibration | None = None
        if way in (_STATED, _PLAIN):
            gain, offset = (self.gain.value(), self.offset.value()) if way == _STATED else (1.0, 0.0)
            made = stated(gain, offset, at=at, by=by[:100])
        elif way == _PROJECT:
            made = self._project[key]
        # the boxes' ends are the recording's: what they round away belongs to it
        start = -math.inf if self.start.value() <= 0.0 else self._begin + self.start.value()
        end = math.inf if self.end.value() >= self._whole else self._begin + self.end.value()
        return Act({key: made}, at, start, end, by[:100])

    def accept(self) -> None:
        """Let it be done."""
        self._done(self.act())
        super().accept()


def _box(value: float, low: float, high: float, decimals: int, suffix: str = "") -> QDoubleSpinBox:
    box = QDoubleSpinBox()
    box.setDecimals(decimals)
    box.setRange(low, high)
    box.setSingleStep(10.0 ** -min(decimals, 2))
    box.setSuffix(suffix)
    box.setValue(value)
    return box
