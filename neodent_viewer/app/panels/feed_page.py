"""The feed page of the sensors panel: where data comes from, how that stands, and which stream goes to which tooth."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel

from neodent_viewer.app.actions import mapping, perform
from neodent_viewer.app.context import AppContext
from neodent_viewer.app.panels.console import Ask, Page, Said
from neodent_viewer.app.panels.streams import StreamsBox

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
        self._asked = False  # for a feed from outside that has no address yet
        row = QHBoxLayout()
        row.addWidget(QLabel("Feed"))
        row.addWidget(self.feed, 1)
        self.body.addLayout(row)
        self.body.addWidget(self.streams)
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
