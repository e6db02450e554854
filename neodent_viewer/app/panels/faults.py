"""The fault page of the sensors panel: what failed, where, since when, how sure, and what to try."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from itertools import islice

from PySide6.QtCore import QItemSelectionModel, QSignalBlocker, Qt
from PySide6.QtWidgets import QAbstractItemView, QCheckBox, QHBoxLayout, QListView, QWidget

from neodent_viewer.app import theme
from neodent_viewer.app.actions import faults as actions
from neodent_viewer.app.context import AppContext
from neodent_viewer.app.panels.base import caption
from neodent_viewer.app.panels.console import Ask, Page, Said, choose_channel, moment_words, small_button, whose
from neodent_viewer.app.panels.fault_rows import HEIGHT, FaultDelegate, FaultModel, FaultRow
from neodent_viewer.app.words import count, duration, quantity_title, tooth_title
from neodent_viewer.live.console import Company, Trouble, troubles
from neodent_viewer.live.status import ChannelStatus
from neodent_viewer.sensors.advice import ADVICE
from neodent_viewer.sensors.sureness import Around, sureness

#: faults listed at most: what is older can be found by scrubbing
_MOST = 300


class FaultsPage(Page):
    """Every fault that is remembered, running ones first.

    Parameters
    ----------
    show : callable
        Asked with (channel key, time in s, seconds) to show a stretch of a channel's plot.
    """

    def __init__(self, context: AppContext, ask: Ask, show: Callable[[str, float, float], object]) -> None:
        super().__init__(context, ask)
        self._show = show
        self.model = FaultModel()
        self.list = QListView()
        self.list.setModel(self.model)
        self.list.setItemDelegate(FaultDelegate(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setMinimumHeight(2 * HEIGHT)
        self.list.clicked.connect(lambda _: self._chosen())
        self.list.doubleClicked.connect(lambda _: self._look())
        self.here = QCheckBox("This channel only")
        self.here.setToolTip("List the faults of the channel that is meant, and no others")
        self.empty = caption("", role="empty")
        self.advice = caption("")
        self.advice.setProperty("rich", True)
        self.advice.setTextFormat(Qt.TextFormat.RichText)
        self.look = small_button(
            "Show in Plot", "mdi6.chart-line", "Show the channel's plot around this fault", lambda _: self._look()
        )
        self.setup_button = small_button(
            "Set Up…",
            "mdi6.tune",
            "Calibrate the channel, or change its thresholds",
            lambda _: context.shell.want("channel_setup"),
        )
        row = QHBoxLayout()
        row.addWidget(self.look)
        row.addWidget(self.setup_button)
        row.addStretch(1)
        self.save = small_button(
            "", "mdi6.content-save-outline", "Save Report…: every fault as a table, with how sure and what to try",
            lambda _: ask(actions.save_report),
        )  # fmt: skip
        self.save.setAccessibleName("Save Report…")
        row.addWidget(self.save)
        for widget in (self.here, self.list, self.empty):
            self.body.addWidget(widget, 0 if widget is self.here else 1)
        self.body.addWidget(self.advice)
        self.body.addLayout(row)

    def kept(self) -> tuple[QWidget, ...]:
        """Return what goes on in a show: which fault is looked at."""
        return self.here, self.list

    def refresh(self, said: Said) -> None:
        """List the faults; the one that is chosen stays so."""
        before = self.current()
        found = troubles(self.context.live)
        company = Company(found)
        meant = (row for row, one in enumerate(found) if not self.here.isChecked() or one.channel.key == said.key)
        rows = [self._row(found[row], company.around(row)) for row in islice(meant, _MOST)]
        if self.model.show(rows) and before is not None:
            at = next((i for i, row in enumerate(rows) if row.identity == before.identity), -1)
            if at >= 0:
                with QSignalBlocker(self.list.selectionModel()):
                    flags = QItemSelectionModel.SelectionFlag.ClearAndSelect
                    self.list.selectionModel().setCurrentIndex(self.model.index(at), flags)
        self.list.setVisible(bool(rows))
        self.empty.setVisible(not rows)
        self.empty.setText(calm_words(said.status.channels, said.channel if self.here.isChecked() else None))
        self.save.setEnabled(bool(rows))
        self._show_advice()

    def _row(self, trouble: Trouble, around: Around) -> FaultRow:
        live, fault = self.context.live, trouble.fault
        end = live.now() if trouble.running else fault.end
        when, lasted = f"since {moment_words(live, fault.onset)}", duration(max(0.0, end - fault.onset))
        sure = sureness(fault, trouble.channel.quantity.name, around, running=trouble.running)
        return FaultRow(trouble, when, lasted, sure, whose(self.context, trouble.tooth, trouble.probe))

    def current(self) -> FaultRow | None:
        """Return the fault that is chosen."""
        index = self.list.currentIndex()
        return self.model.rows[index.row()] if index.isValid() and index.row() < len(self.model.rows) else None

    def _show_advice(self) -> None:
        row = self.current()
        for button in (self.look, self.setup_button):
            button.setEnabled(row is not None)
        hint = "Click a fault: its tooth lights up, and what to try stands here." if self.model.rows else ""
        words = hint if row is None else advice_words(row)
        if words != self.advice.text():
            self.advice.setText(words)

    def _chosen(self) -> None:
        row = self.current()
        if row is not None:
            choose_channel(self.context, row.trouble.channel.key)
            self._show_advice()

    def _look(self) -> None:
        row = self.current()
        if row is not None:
            fault = row.trouble.fault
            self._chosen()
            self._show(row.trouble.channel.key, (fault.onset + fault.end) / 2, fault.end - fault.onset)


def calm_words(channels: Sequence[ChannelStatus], only: ChannelStatus | None = None) -> str:
    """Return why no fault is listed: nothing is wrong, or nothing is known of the channels, or of one of them."""
    if not channels:
        return "No channels yet, so no faults. Put a probe on a tooth first."
    asked = channels if only is None else (only,)
    dark, mute = (
        sum(1 for one in asked if one.withheld),
        sum(1 for one in asked if not one.withheld and not one.samples),
    )
    if only is not None:
        if dark:
            return "Nothing is known of this channel: it is withheld. The Consent page says why."
        return "Nothing has come from this channel yet." if mute else "No faults of this channel."
    if dark == len(asked):
        return f"Nothing is known: {count(dark, 'channel')} withheld. The Consent page says why."
    if dark + mute == len(asked):
        return "Nothing has come yet, so no faults are known. The Feed page says what should come."
    more = [f"{dark} withheld (see Consent)"] * bool(dark) + [f"{mute} not heard yet"] * bool(mute)
    if more:
        return f"No faults of the channels that are known. {' and '.join(more)}."
    return "No faults. All channels are as they should be."


def advice_words(row: FaultRow) -> str:
    """Return what is known of a fault and what to try, as rich text."""
    trouble = row.trouble
    advice, quantity = ADVICE[trouble.fault.kind], trouble.channel.quantity.name
    tooth = tooth_title(trouble.tooth) if trouble.tooth else row.where
    steps = "".join(f"<li>{escape(step)}</li>" for step in advice.steps(quantity))
    return (
        f"<span style='color: {theme.TEXT}'><b>{escape(advice.title)}</b> · {escape(tooth)} · "
        f"{escape(quantity_title(quantity))}</span><br>{escape(advice.meaning)}<br>"
        f"<span style='color: {theme.TEXT}'>How sure: <b>{row.sure.level.word}</b>.</span> "
        f"{escape(' '.join(row.sure.reasons))}"
        f"<div style='color: {theme.TEXT}; margin-top: 4px'><b>What to try</b>"
        f"<ol style='margin: 2px 0 0 -22px'>{steps}</ol></div>"
    )
