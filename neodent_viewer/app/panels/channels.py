"""The first page of the sensors panel: every channel live, the plot of the one that is meant, and the probes' places."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QItemSelectionModel, QSignalBlocker, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QLabel, QListView, QMenu, QPushButton, QWidget

from neodent_viewer.app.actions import consent, probes
from neodent_viewer.app.context import AppContext
from neodent_viewer.app.panels.base import caption
from neodent_viewer.app.panels.channel_order import ChannelBar
from neodent_viewer.app.panels.console import Ask, Page, Said, choose_channel, small_button
from neodent_viewer.app.panels.plot import SECONDS, LivePlot
from neodent_viewer.app.panels.sensor_rows import (
    HEIGHT,
    STRIP_COLUMNS,
    STRIP_SECONDS,
    WIDE,
    Row,
    SensorDelegate,
    SensorHeader,
    SensorModel,
    spark,
    speech_words,
)
from neodent_viewer.app.words import count, milliseconds, plain_tip, short_tooth
from neodent_viewer.live.console import Speech, speech, strip
from neodent_viewer.live.status import ChannelStatus
from neodent_viewer.sensors.channel import QUANTITIES

_TOOLS = (
    ("place_probe", "Place", "mdi6.map-marker-plus-outline", "Click on a tooth to put a new probe there"),
    ("move_probe", "Move", "mdi6.map-marker-right-outline", "Click where the marked probe should go"),
)
#: logical pixels: the tallest plot of a low panel, and the width from which the probe's buttons are headed
_TALLEST_PLOT, _NAMED = 260, 275


class ChannelsPage(Page):
    """Live channels."""

    def __init__(self, context: AppContext, ask: Ask) -> None:
        super().__init__(context, ask)
        self.model = SensorModel()
        self.list, self.header, self.delegate = QListView(), SensorHeader(), SensorDelegate()
        self.bar = ChannelBar(context.preferences, self._ordered)
        self.plot = LivePlot()
        self._rows: dict[str, Row] = {}
        self._said: Said | None = None
        self._key = ""
        self.empty = caption("No probes yet. Take the probe tool and click on a tooth.", role="empty")
        self.nothing = caption("No channel is meant by these words.", role="empty")
        self.facts = caption("")
        self._plotted = ""
        self._lay_out()
        self.list.clicked.connect(self._chosen)
        self.list.selectionModel().currentChanged.connect(self._moved)

    def _lay_out(self) -> None:
        self.list.setModel(self.model)
        self.list.setItemDelegate(self.delegate)
        self.list.setUniformItemSizes(True)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._menu)
        self.list.setMinimumHeight(2 * HEIGHT)
        self.header.hide()
        self.plot.setMaximumHeight(_TALLEST_PLOT)
        self.body.addWidget(self.bar)
        self.body.addWidget(self.header)
        self.body.addWidget(self.list, 1)
        self.body.addWidget(self.nothing, 1)
        self.body.addWidget(self.empty, 1)
        self.body.addWidget(self.plot)
        self.body.addWidget(self.facts)
        self.body.addLayout(self._probe_buttons())
        self.body.setSpacing(6)

    def _probe_buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(6)
        self.probe_word = QLabel("Probe")
        row.addWidget(self.probe_word)
        offered = {info.name for info in self.context.tools.infos}
        for name, text, sign, tip in _TOOLS:
            if name in offered:
                row.addWidget(small_button(text, sign, tip, partial(self.take, name)))
        self.remove: QPushButton = small_button(
            "Remove", "mdi6.map-marker-remove-outline", "Take the marked probe out", self._remove
        )
        row.addWidget(self.remove)
        row.addStretch(1)
        return row

    def kept(self) -> tuple[QWidget, ...]:
        """Return what goes on in a show: which channel is looked at, and over what time."""
        return self.bar, self.list, self.plot

    # -- showing -------------------------------------------------------------------------------------------------

    def refresh(self, said: Said) -> None:
        """Show all channels."""
        self._said = said
        names = {probe.id: probe.name for probe in self.context.document.probes.values()}
        channels = said.status.channels
        shown = self.bar.chosen(channels, names, wide=self.delegate.wide)
        meant = [one for one in channels if one.key == said.key]
        self._rows = {one.key: self._row(one, names.get(one.probe, one.key)) for one in {*shown, *meant}}
        self._dress(len(channels))
        self.model.show([self._rows[one.key] for one in shown])
        for widget in (self.plot, self.facts):
            widget.setVisible(bool(channels))
        self.list.setVisible(bool(shown))
        self.nothing.setVisible(bool(channels) and not shown)
        self.empty.setVisible(not channels)
        self.show_key(said.key)
        self.remove.setEnabled(self.context.selection.current.probe in self.context.document.probes)
        if row := self.current():
            self._tell(row)

    def _ordered(self) -> None:
        """Show the channels as they were chosen to be shown."""
        if self._said is not None:
            self.refresh(self._said)

    def _dress(self, channels: int) -> None:
        """Give rows the height that so many channels ask for."""
        compact = self.bar.is_compact(channels)
        if compact != self.delegate.compact:
            self.delegate.compact = compact
            self.model.layoutChanged.emit()

    def _tell(self, row: Row) -> None:
        """Say of the channel that is meant what its row does not."""
        short = [speech_words(row.speech, short=self.width() < _NAMED)] if self.delegate.compact else []
        self.facts.setText("\n".join(filter(None, [*short, clock_words(row.speech)])))
        self.facts.setToolTip(plain_tip(clock_tip(row.speech)))

    def _row(self, status: ChannelStatus, name: str) -> Row:
        live = self.context.live
        now = live.now()
        line = spark(*live.series(status.key, SECONDS))
        flags = strip(live, status.key, now - STRIP_SECONDS, now, STRIP_COLUMNS)
        return Row(status, name, line, speech(live, status.key), flags)

    def current(self) -> Row | None:
        """Return the row of the channel that is meant, whether or not it is among those shown."""
        return self._rows.get(self._key)

    def _marked(self) -> Row | None:
        index = self.list.currentIndex()
        return self.model.rows[index.row()] if index.isValid() and index.row() < len(self.model.rows) else None

    def show_key(self, key: str) -> None:
        """Mark the row of a channel, and bring it into view when it is another one."""
        another, self._key = key != self._key, key
        at = next((i for i, row in enumerate(self.model.rows) if row.status.key == key), -1)
        if at >= 0 and self.list.currentIndex().row() != at:
            with QSignalBlocker(self.list.selectionModel()):
                flags = QItemSelectionModel.SelectionFlag.ClearAndSelect
                self.list.selectionModel().setCurrentIndex(self.model.index(at), flags)
            self.list.viewport().update()
        if at >= 0 and another:
            self.list.scrollTo(self.model.index(at))

    def animate(self) -> None:
        """Draw the plot."""
        row = self.current()
        if row is None:
            return
        live, status = self.context.live, row.status
        if status.key != self._plotted:
            self.plot.show_channel(QUANTITIES[status.quantity])
            self._plotted = status.key
        # every time: the probe may have got another name, or sit on another tooth, in this project or the next
        self.plot.show_name(short_tooth(status.tooth) or row.name)
        self.plot.show_live(live, status.key)
        self.plot.show_notice(status, None if live.replay is not None else live.wall())

    def show_fault(self, key: str, time: float, length: float) -> None:
        """Show the plot of a channel around a time (s)."""
        self.show_key(key)
        self.animate()
        self.plot.go_to(time, max(SECONDS, 3.0 * length))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make a table of the list where there is room for one."""
        super().resizeEvent(event)
        wide = self.width() >= WIDE
        if wide != self.delegate.wide:
            self.delegate.wide = wide
            self.header.setVisible(wide)
            self.facts.setVisible(not wide)
            self.model.layoutChanged.emit()
        self.probe_word.setVisible(self.width() >= _NAMED)
        self.plot.setMaximumHeight(_TALLEST_PLOT if self.height() < 900 else 420)

    # -- asking --------------------------------------------------------------------------------------------------

    def _chosen(self, *_: object) -> None:
        row = self._marked()
        if row is not None:
            choose_channel(self.context, row.status.key)

    def _moved(self, *_: object) -> None:
        if self.list.hasFocus():  # by the keys
            self._chosen()

    def take(self, name: str, _: bool = False) -> None:
        """Take a tool in hand."""
        self.context.tools.set_current(name)

    def _remove(self, _: bool = False) -> None:
        probe = self.context.selection.current.probe
        if probe in self.context.document.probes:
            self.ask(probes.remove, probe)

    def _menu(self, at: object) -> None:
        row = self._marked()
        if row is None:
            return
        menu, key = QMenu(self), row.status.key
        menu.addAction("Set Up…", lambda: self.context.shell.want("channel_setup"))
        menu.addAction("Give Consent…", lambda: self.ask(consent.allow, (key,)))
        menu.addAction("Withdraw Consent", lambda: self.ask(consent.withdraw, key))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.list.viewport().mapToGlobal(at))  # type: ignore[call-overload]

    def release(self) -> None:
        """Take the plot apart."""
        self.plot.release()


def clock_words(speech: Speech | None) -> str:
    """Return what is known of how late samples come, and of their sender's clock, in one line."""
    if speech is None:
        return ""
    clock = speech.clock
    leaps = f" · {count(clock.leaps, 'leap')}" if clock.leaps else ""
    return f"Delay {milliseconds(abs(clock.delay))} · clock {clock.offset:+.2f} s, {clock.drift:+.0f} ppm{leaps}"


def clock_tip(speech: Speech | None) -> str:
    """Return the same in sentences."""
    if speech is None:
        return ""
    return (
        "Delay: from when a sample was taken to when it arrived.\n"
        "Clock: what is added to the sender's times, and how much too slow its clock runs (parts per million).\n"
        "Leap: that clock was set to another time; samples were put back where they belong."
    )
