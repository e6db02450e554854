"""Sensors: every channel live with its quality, the plot of the chosen one, the feed, consent, and the probes' places."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QItemSelectionModel, QSignalBlocker, Qt, QTimer
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QListView,
    QMenu,
    QPushButton,
    QSizePolicy,
)

from neodent_viewer.app import theme
from neodent_viewer.app.actions import consent, mapping, perform, probes
from neodent_viewer.app.context import AppContext
from neodent_viewer.app.menus import icon
from neodent_viewer.app.panels.base import Panel, caption
from neodent_viewer.app.panels.plot import SECONDS, LivePlot
from neodent_viewer.app.panels.sensor_rows import HEIGHT, Row, SensorDelegate, SensorModel, spark
from neodent_viewer.app.panels.streams import StreamsBox
from neodent_viewer.app.words import tooth_title
from neodent_viewer.document.moment import Moment
from neodent_viewer.live.status import ChannelStatus, LiveStatus
from neodent_viewer.sensors.channel import QUANTITIES

#: ms between looks at the live side: the plot, and (every third time) the rows
_PERIOD = 120
_ROWS_EVERY = 3
_FEEDS = ("Simulated feed", "OSC…", "No feed", "MQTT, LSL, serial, WebSocket…")
_TOOLS = (
    ("place_probe", "Place", "mdi6.map-marker-plus-outline", "Click on a tooth to put a new probe there"),
    ("move_probe", "Move", "mdi6.map-marker-right-outline", "Click where the marked probe should go"),
)


def at_the_tick(channels: tuple[ChannelStatus, ...], moment: Moment) -> tuple[ChannelStatus, ...]:
    """Return channels judged at the instant of the last tick.

    Between two ticks nothing is read, so a slow frame would look like silence of the sensor; the picture does not show that
    fault either.
    """
    if moment.channels != tuple(one.key for one in channels):
        return channels  # probes came or went since
    judged = zip(channels, moment.flags, moment.kinds, strict=True)
    return tuple(replace(one, flag=int(flag), fault=kind) for one, flag, kind in judged)


def title_of(row: Row) -> str:
    """Return what the plot shows, in words."""
    where = tooth_title(row.status.tooth) if row.status.tooth else row.name
    return f"{where}, {'pH' if row.status.quantity == 'ph' else row.status.quantity}"


class SensorsPanel(Panel):
    """Live channels."""

    def __init__(self, context: AppContext) -> None:
        super().__init__(context)
        self.model = SensorModel()
        self.list = QListView()
        self.plot = LivePlot()
        self.feed = QComboBox()
        self.streams = StreamsBox(
            self._connect, partial(self.ask, mapping.map_stream), partial(self.ask, mapping.unmap)
        )
        self._asked = False  # for a feed from outside that has no address yet
        self.consent = caption("")
        self.empty = caption("No probes yet. Take the probe tool and click on a tooth.", role="empty")
        self._plotted = ""
        self._turns = 0
        self._lay_out()
        self._timer = QTimer(self)
        self._timer.setInterval(_PERIOD)
        self._timer.timeout.connect(self._tick)
        self._timer.start()
        self.list.selectionModel().currentChanged.connect(self._chosen)
        self.feed.activated.connect(self._set_feed)
        self.listen(context.selection.changed, self._show_selection)

    def _lay_out(self) -> None:
        self.list.setModel(self.model)
        self.list.setItemDelegate(SensorDelegate(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._menu)
        self.feed.addItems(list(_FEEDS))
        self.feed.setToolTip("Where sensor data comes from")
        row = QHBoxLayout()
        row.addWidget(QLabel("Feed"))
        row.addWidget(self.feed, 1)
        self.body.addLayout(row)
        self.body.addWidget(self.streams)
        self.streams.hide()
        self.list.setMinimumHeight(3 * HEIGHT)
        self.plot.setMaximumHeight(230)
        self.body.addWidget(self.list, 1)
        self.body.addWidget(self.empty, 1)
        self.body.addWidget(self.plot)
        self.body.addLayout(self._probe_buttons())
        self.body.addLayout(self._consent_row())

    def _probe_buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(QLabel("Probe"))
        offered = {info.name for info in self.context.tools.infos}
        for name, text, sign, tip in _TOOLS:
            if name in offered:
                row.addWidget(self._button(text, sign, tip, partial(self._take, name)))
        self.remove = self._button(
            "Remove", "mdi6.map-marker-remove-outline", "Take the marked probe out", self._remove
        )
        row.addWidget(self.remove)
        row.addStretch(1)
        return row

    def _button(self, text: str, sign: str, tip: str, run: object) -> QPushButton:
        button = QPushButton(icon(sign), text)
        button.setToolTip(tip)
        button.setStyleSheet("padding: 4px 8px;")
        button.clicked.connect(run)
        return button

    def _consent_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        shield = QLabel()
        self.consent.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        shield.setPixmap(icon("mdi6.shield-account-outline", theme.ACCENT).pixmap(18, 18))
        row.addWidget(shield, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.consent, 1)
        self.consent_menu = QPushButton("Consent")
        self.consent_menu.setStyleSheet("padding: 4px 8px;")
        menu = QMenu(self.consent_menu)
        menu.addAction("Withdraw for This Channel", lambda: self._consent_for_current(consent.withdraw))
        menu.addAction("Withdraw for All Channels", lambda: self.ask(consent.withdraw, None))
        menu.addAction("Give Consent for All Channels…", lambda: self._allow_all(consent.allow))
        menu.addAction("Allow All Channels in Pictures and Clips…", lambda: self._allow_all(consent.allow_recording))
        self.consent_menu.setMenu(menu)
        row.addWidget(self.consent_menu, 0, Qt.AlignmentFlag.AlignTop)
        return row

    # -- showing -------------------------------------------------------------------------------------------------

    def _tick(self) -> None:
        if not self.isVisible():
            return
        self._turns += 1
        if self._turns % _ROWS_EVERY == 0:
            self.update_view()
        self._show_plot()

    def update_view(self) -> None:
        """Show all channels, the feed and consent as they stand now."""
        status = self.context.live.status()
        names = {probe.id: probe.name for probe in self.context.document.probes.values()}
        rows = [
            Row(one, names.get(one.probe, one.key), spark(*self.context.live.series(one.key, SECONDS)))
            for one in at_the_tick(status.channels, self.context.ticker.moment)
        ]
        self.model.show(rows)
        self.list.setVisible(bool(rows))
        self.plot.setVisible(bool(rows))
        self.empty.setVisible(not rows)
        if rows and not self.list.currentIndex().isValid():
            self.list.setCurrentIndex(self.model.index(0))
        first, full_stop, _ = status.consent.partition(". ")
        self.consent.setText(first + full_stop.strip())
        self.consent.setToolTip(status.consent)
        self._show_feed(status)
        self.remove.setEnabled(self.context.selection.current.probe in self.context.document.probes)

    def _show_feed(self, status: LiveStatus) -> None:
        running = [source for source in status.sources if source.running]
        outside = next((source for source in running if source.state), None)
        if not running:
            index = 3 if self._asked else 2
        elif outside is None:
            index = 0
        else:
            index = 1 if outside.name.startswith("OSC") else 3
        self.feed.setItemText(1, f"{running[0].name}…" if index == 1 else _FEEDS[1])
        self.feed.setItemText(3, f"{running[0].name}…" if index == 3 and running else _FEEDS[3])
        self.feed.setCurrentIndex(index)
        self.feed.setToolTip("\n".join(status.problems) or "Where sensor data comes from")
        self.streams.setVisible(index in (1, 3))
        if index in (1, 3):
            self.streams.show_source(outside, self.context.document)

    def current(self) -> Row | None:
        """Return the row that is chosen."""
        index = self.list.currentIndex()
        return self.model.rows[index.row()] if index.isValid() and index.row() < len(self.model.rows) else None

    def _show_plot(self) -> None:
        row = self.current()
        if row is None:
            return
        if row.status.key != self._plotted:
            quantity = QUANTITIES[row.status.quantity]
            self.plot.show_channel(quantity, title_of(row))
            self._plotted = row.status.key
        self.plot.show_series(self.context.live.now(), *self.context.live.series(row.status.key, SECONDS))

    def _show_selection(self, *_: object) -> None:
        probe = self.context.selection.current.probe
        row = self.current()
        if probe and (row is None or row.status.probe != probe):
            for number, other in enumerate(self.model.rows):
                if other.status.probe == probe:
                    flags = QItemSelectionModel.SelectionFlag.ClearAndSelect
                    with QSignalBlocker(self.list.selectionModel()):
                        self.list.selectionModel().setCurrentIndex(self.model.index(number), flags)
                    self.list.viewport().update()
                    break
        self.remove.setEnabled(probe in self.context.document.probes)

    # -- asking --------------------------------------------------------------------------------------------------

    def _chosen(self, *_: object) -> None:
        row = self.current()
        if row is not None and self.list.hasFocus():
            self.context.selection.set(probe=row.status.probe, tooth=row.status.tooth)

    def _set_feed(self, index: int) -> None:
        self._asked = index == 3
        if index == 3:
            self.context.requests.set_feed("none")
            self.update_view()
            self.streams.address.setFocus()
        elif index == 1:
            self.ask(perform.ask_osc)
        else:
            self.context.requests.set_feed("sim" if index == 0 else "none")

    def _connect(self, word: str) -> None:
        self._asked = True  # an address that is refused may be mended
        self.context.requests.set_feed(word)
        self.update_view()

    def _take(self, name: str, _: bool = False) -> None:
        self.context.tools.set_current(name)

    def _remove(self, _: bool = False) -> None:
        probe = self.context.selection.current.probe
        if probe in self.context.document.probes:
            self.ask(probes.remove, probe)

    def _consent_for_current(self, request: object) -> None:
        row = self.current()
        if row is not None and callable(request):
            self.ask(request, row.status.key)

    def _allow_all(self, request: Callable[..., None]) -> None:
        self.ask(request, tuple(row.status.key for row in self.model.rows))

    def _menu(self, at: object) -> None:
        self.consent_menu.menu().popup(self.list.viewport().mapToGlobal(at))  # type: ignore[call-overload]

    def release(self) -> None:
        """Stop looking at the live side."""
        self._timer.stop()
        self.plot.release()
        super().release()
