"""The set-up page of the sensors panel: calibration of the channel that is meant, and the thresholds it is judged by."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from neodent_viewer.app.actions import calibration, recording_calibration, thresholds
from neodent_viewer.app.actions.recording_calibration import BY
from neodent_viewer.app.context import AppContext
from neodent_viewer.app.panels.base import caption
from neodent_viewer.app.panels.calibrating import CalibrationDialog
from neodent_viewer.app.panels.console import Ask, Page, Said, small_button, whose
from neodent_viewer.app.panels.limits import LimitsBox
from neodent_viewer.app.words import plain_tip, quantity_title
from neodent_viewer.document.calibrations import calibration_of, history_of
from neodent_viewer.document.thresholds import THRESHOLDS
from neodent_viewer.live.status import ChannelStatus
from neodent_viewer.sensors.calibration import AS_SENT, Calibration
from neodent_viewer.sensors.channel import QUANTITIES, Channel
from neodent_viewer.sensors.thresholds import limits_for

if TYPE_CHECKING:
    from neodent_viewer.sensors.sources.replay import Replay

#: earlier calibrations that are listed
_LISTED = 5


class SetupPage(Page):
    """One channel's calibration and thresholds."""

    def __init__(self, context: AppContext, ask: Ask) -> None:
        super().__init__(context, ask)
        self.title = caption("", role="heading")
        self.formula, self.history = QLabel(), caption("")
        self.formula.setWordWrap(True)
        self.calibrate = small_button(
            "Calibrate…", "mdi6.tune-vertical", "Put the channel right by readings", self._open
        )
        self.plain = small_button(
            "Use as Sent", "mdi6.backup-restore", "Let values count as they are sent", self._plain
        )
        self.scope = QComboBox()
        self.scope.setToolTip("Whose thresholds are changed here; a channel's own count before those of its quantity")
        self.scope.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.scope.addItems(["This channel", "All of its quantity"])
        self.scope.activated.connect(lambda _: self._show())
        self.limits = LimitsBox(context.preferences, self._change)
        self.reset = small_button("Reset All", "mdi6.backup-restore", "Go back to what is usual", self._reset)
        self.empty = caption("No channel is chosen.", role="empty")
        self.dialog: CalibrationDialog | None = None
        self._channel: ChannelStatus | None = None
        self._lay_out()

    def _lay_out(self) -> None:
        self.content = QWidget()
        inner = QVBoxLayout(self.content)
        inner.setContentsMargins(0, 0, 8, 0)
        inner.setSpacing(8)
        buttons = QHBoxLayout()
        for button in (self.calibrate, self.plain):
            buttons.addWidget(button)
        buttons.addStretch(1)
        scope = QHBoxLayout()
        scope.addWidget(self.scope, 1)
        scope.addWidget(self.reset)
        inner.addWidget(self.title)
        inner.addWidget(caption("Calibration", role="heading"))
        inner.addWidget(self.formula)
        inner.addLayout(buttons)
        inner.addWidget(self.history)
        inner.addWidget(caption("Thresholds", role="heading"))
        inner.addLayout(scope)
        inner.addWidget(caption("In brackets: what is usual."))
        inner.addWidget(self.limits)
        inner.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(self.content)
        self.area = area
        self.body.addWidget(area, 1)
        self.body.addWidget(self.empty)

    # -- showing -------------------------------------------------------------------------------------------------

    def refresh(self, said: Said) -> None:
        """Show the channel that is meant."""
        self._channel = said.channel
        self._show()

    def _show(self) -> None:
        one = self._channel
        self.area.setVisible(one is not None)
        self.empty.setVisible(one is None)
        if one is None:
            return
        quantity = QUANTITIES[one.quantity]
        self.title.setText(f"{whose(self.context, one.tooth, one.probe)} · {quantity_title(one.quantity)}")
        self.title.setToolTip(plain_tip(one.key))
        replay = self.context.live.replay
        if replay is not None:
            self._show_recorded(one, replay)
        else:
            self._show_calibration(one, quantity.unit)
        self.scope.setItemText(1, f"All {'pH' if one.quantity == 'ph' else one.quantity} channels")
        self._show_limits(Channel(one.key, quantity))

    def _show_calibration(self, one: ChannelStatus, unit: str) -> None:
        """Show what counts in the document."""
        document = self.context.document
        counts, history = calibration_of(document, one.key), history_of(document, one.key)
        self.formula.setText(f"Value = {counts.words(unit)}" if history else "Values count as they are sent.")
        self.history.setText("\n".join(history_words(made, unit) for made in history[: -_LISTED - 1 : -1]))
        self.history.setVisible(bool(history))
        self.calibrate.setText("Calibrate…")
        self.calibrate.setEnabled(not one.withheld)
        self.calibrate.setToolTip(plain_tip(one.withheld or "Put the channel right by one or two readings"))
        self.plain.setVisible(True)
        self.plain.setEnabled(not counts.alike(AS_SENT))

    def _show_recorded(self, one: ChannelStatus, replay: Replay) -> None:
        """Show what counts where the recording that plays is now, and what was changed about that."""
        track = next((track for track in replay.tracks if track.channel == one.key), None)
        step = None if track is None else track.step_at(self.context.live.read_until)
        counts = AS_SENT if step is None else step[1]
        told = [] if track is None else track.words(replay.begin)
        formula = "Values count as they were sent." if counts.alike(AS_SENT) else f"Value = {counts.words(one.unit)}"
        self.formula.setText(f"{formula} (here in the recording)")
        self.history.setText("\n".join(f"• {line}" for line in told[: -_LISTED - 1 : -1]))
        self.history.setVisible(bool(told))
        self.calibrate.setText("Calibrate Recording…")
        self.calibrate.setEnabled(track is not None and bool(replay.where) and not one.withheld)
        self.calibrate.setToolTip(
            plain_tip(one.withheld or "Let raw values of the recording mean something else; they stay as sent")
        )
        self.plain.setVisible(False)

    def _show_limits(self, channel: Channel) -> None:
        table: dict[str, Any] = self.context.document.settings.get(THRESHOLDS) or {}
        shared = limits_for(channel, {channel.quantity.name: table.get(channel.quantity.name)})
        own = self.scope.currentIndex() == 0
        limits = limits_for(channel, table) if own else shared
        changed = set(table.get(self._about(channel)) or ())
        self.limits.show_limits(limits, shared if own else limits_for(channel), changed, channel.quantity)
        self.reset.setEnabled(bool(changed))

    def _about(self, channel: Channel) -> str:
        return channel.key if self.scope.currentIndex() == 0 else channel.quantity.name

    # -- asking --------------------------------------------------------------------------------------------------

    def _change(self, name: str, value: Any) -> bool:
        if self._channel is None:
            return False
        about = self._about(Channel(self._channel.key, QUANTITIES[self._channel.quantity]))
        fine = self.ask(thresholds.change, about, name, value)
        self._show()
        return fine

    def _reset(self, _: bool = False) -> None:
        if self._channel is not None:
            self.ask(thresholds.reset, self._about(Channel(self._channel.key, QUANTITIES[self._channel.quantity])))
            self._show()

    def _open(self, _: bool = False) -> None:
        """Open the dialog; it stays open beside the window, so that plot and canvas can be watched."""
        one = self._channel
        if one is None or self.dialog is not None:
            return
        if self.context.live.replay is not None:
            self.ask(recording_calibration.calibrate, one.key)
            return
        key, preferences = one.key, self.context.preferences

        def done(readings: tuple[tuple[float, float], ...], by: str) -> bool:
            preferences.set(BY, by)
            return self.ask(calibration.calibrate, key, readings, by)

        title = f"{whose(self.context, one.tooth, one.probe)} · {quantity_title(one.quantity)}"
        before = calibration_of(self.context.document, key)
        by, quantity = str(preferences.get(BY, "")), QUANTITIES[one.quantity]
        self.dialog = CalibrationDialog(self.window(), self.context.live, key, title, quantity, before, by, done)
        self.dialog.finished.connect(self._closed)
        self.dialog.show()

    def _closed(self, _: int = 0) -> None:
        if self.dialog is not None:
            self.dialog.deleteLater()
            self.dialog = None

    def _plain(self, _: bool = False) -> None:
        if self._channel is not None:
            self.ask(calibration.use_as_sent, self._channel.key, str(self.context.preferences.get(BY, "")))
            self._show()

    def release(self) -> None:
        """Close the dialog with the window."""
        if self.dialog is not None:
            self.dialog.reject()


def history_words(made: Calibration, unit: str) -> str:
    """Return one calibration of the past, as a line or two.

    >>> history_words(Calibration(1.0, -0.5, ((7.5, 7.0),), "2030-05-01T12:00:00+00:00", "Ada"), "pH").split(" · ", 1)[1]
    'Ada · 1 × raw − 0.5 · 7.5 was 7'
    """
    try:
        at = f"{datetime.fromisoformat(made.at).astimezone():%d %b %Y %H:%M}"
    except ValueError:
        at = "once"
    parts = [at, made.by, made.words(unit), *(f"{raw:.4g} was {true:.4g}" for raw, true in made.readings)]
    return " · ".join(part for part in parts if part)
