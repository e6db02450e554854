"""The feed page of the sensors panel: where data comes from, how that stands, and which stream goes to which tooth."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QTreeWidget,
    QTreeWidgetItem,
)

from neodent_viewer.app.actions import mapping, perform
from neodent_viewer.app.context import AppContext
from neodent_viewer.app.panels.base import caption
from neodent_viewer.app.panels.console import Ask, Page, Said
from neodent_viewer.app.panels.reach import ReachBox
from neodent_viewer.app.panels.streams import StreamsBox
from neodent_viewer.sensors.refusals import refusal
from neodent_viewer.sensors.source import SourceStatus

_FEEDS = ("Simulated feed", "OSC…", "No feed", "MQTT, LSL, serial, WebSocket…")
_TIP = "Where sensor data comes from"


class FeedPage(Page):
    """The source in use."""

    def __init__(self, context: AppContext, ask: Ask) -> None:
        super().__init__(context, ask)
        self.feed = QComboBox()
        self.feed.addItems(list(_FEEDS))
        self.feed.setToolTip(_TIP)
        self.feed.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.feed.setMinimumContentsLength(12)
        self.streams = StreamsBox(self._connect, partial(ask, mapping.map_stream), partial(ask, mapping.unmap))
        self.reach = ReachBox(partial(ask, perform.listen))
        self.heading = caption("Refused so far", role="heading")
        self.refused = QTreeWidget()
        self.refused.setHeaderLabels(["What", "Count"])
        self.refused.setRootIsDecorated(False)
        self.refused.setUniformRowHeights(True)
        self.refused.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.refused.header().setStretchLastSection(False)
        self.refused.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.refused.setColumnWidth(1, 74)
        self.refused.setMinimumHeight(92)
        self.problem = caption("")
        self._asked = False  # for a feed from outside that has no address yet
        row = QHBoxLayout()
        row.addWidget(QLabel("Feed"))
        row.addWidget(self.feed, 1)
        self.body.addLayout(row)
        self.body.addWidget(self.reach)
        self.body.addWidget(self.streams)
        self.body.addWidget(self.heading)
        self.body.addWidget(self.refused, 1)
        self.body.addWidget(self.problem)
        self.body.addStretch(1)
        self.streams.hide()
        self.feed.activated.connect(self.set_feed)

    def refresh(self, said: Said) -> None:
        """Show the source."""
        status = said.status
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
        self.feed.setToolTip("\n".join(status.problems) or _TIP)
        self.streams.setVisible(index in (1, 3))
        if index in (1, 3):
            self.streams.show_source(outside, self.context.document)
        listening = next((source for source in running if source.place), None)
        self.reach.setVisible(listening is not None)
        if listening is not None:
            self.reach.show_source(listening)
        self._show_refused(running, status.problems)

    def _show_refused(self, sources: list[SourceStatus], problems: tuple[str, ...]) -> None:
        """Count what was left out, source by source and kind by kind, most of it first."""
        rows = []
        for source in sources:
            before = f"{source.name}: " if len(sources) > 1 else ""
            kinds = sorted(source.refused, key=lambda one: -one[1])
            rows += [(before + refusal(kind)[0], refusal(kind)[1], count) for kind, count in kinds if count]
            if source.dropped:
                rows.append((f"{before}Too much at once: oldest samples dropped", "Send less often.", source.dropped))
        while self.refused.topLevelItemCount() > len(rows):
            self.refused.takeTopLevelItem(self.refused.topLevelItemCount() - 1)
        for number, (what, remedy, count) in enumerate(rows):
            item = self.refused.topLevelItem(number) or QTreeWidgetItem(self.refused)
            item.setText(0, what)
            item.setToolTip(0, f"{what}. {remedy}".strip())
            item.setText(1, f"{count:,}")
        self.refused.setVisible(bool(rows))
        said = "Refused so far" if rows else "Nothing was refused."
        self.heading.setText(said if sources else "")
        self.problem.setText("\n".join(problems[:3]))

    def set_feed(self, index: int) -> None:
        """Switch to a feed of the list, or ask for its address."""
        self._asked = index == 3
        if index == 3:
            self.context.requests.set_feed("none")
            self.refresh(Said(self.context.live.status(), ""))
            self.streams.address.setFocus()
        elif index == 1:
            self.ask(perform.ask_osc)
        else:
            self.context.requests.set_feed("sim" if index == 0 else "none")

    def _connect(self, word: str) -> None:
        self._asked = True  # an address that is refused may be mended
        self.context.requests.set_feed(word)
        self.refresh(Said(self.context.live.status(), ""))
