"""The feed page of the sensors panel: where data comes from, how that stands, and which stream goes to which tooth."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QMenu,
    QPushButton,
    QScrollArea,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from neodent_viewer.app.actions import mapping, perform, recording
from neodent_viewer.app.context import AppContext
from neodent_viewer.app.menus import icon
from neodent_viewer.app.panels.base import caption
from neodent_viewer.app.panels.console import Ask, Page, Said
from neodent_viewer.app.panels.feed_rows import FeedCards, is_unsure
from neodent_viewer.app.panels.reach import ReachBoxes
from neodent_viewer.app.panels.streams import StreamsBox
from neodent_viewer.app.words import plain_tip
from neodent_viewer.live.status import LiveStatus
from neodent_viewer.sensors.refusals import refusal
from neodent_viewer.sensors.source import SourceStatus

_NONE = "Nothing comes in. Add a feed: a broker, an outlet, a port, or the simulated mouth."


class FeedPage(Page):
    """The sources in use."""

    def __init__(self, context: AppContext, ask: Ask) -> None:
        super().__init__(context, ask)
        self.cards = FeedCards(context.requests.end_feed)
        self.empty = caption(_NONE)
        self.add = QPushButton(icon("mdi6.plus"), "Add a Feed")
        self.add.setToolTip("Let data come in from somewhere, beside what there is")
        self.add.setStyleSheet("padding: 4px 8px;")
        self.add.setMenu(self._menu_of_feeds())
        self.streams = StreamsBox(self._connect, partial(ask, mapping.map_stream), partial(ask, mapping.unmap))
        self.reach = ReachBoxes(partial(ask, perform.listen))
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
        self._lay_out()
        self.refresh(Said(LiveStatus(), ""))  # a dock that all of it has stretched once stays so

    def _lay_out(self) -> None:
        """Put everything into an area that scrolls: any number of feeds may run, and none may push the window's foot away."""
        inside, row = QWidget(), QHBoxLayout()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(self.body.spacing())
        row.addWidget(self.add)
        row.addStretch(1)
        column.addWidget(self.cards)
        column.addWidget(self.empty)
        column.addLayout(row)
        column.addWidget(self.streams, 3)
        column.addWidget(self.reach)
        column.addWidget(self.heading)
        column.addWidget(self.refused, 1)
        column.addWidget(self.problem)
        column.addStretch(1)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidget(inside)
        self.body.addWidget(self.area)

    def _menu_of_feeds(self) -> QMenu:
        menu, requests = QMenu(self), self.context.requests
        entries: tuple[tuple[str, Callable[[], object]], ...] = (
            ("MQTT, LSL, Serial, WebSocket…", self.ask_address),
            ("OSC…", lambda: self.ask(perform.ask_osc)),
            ("Simulated Mouth", lambda: requests.add_feed("sim")),
            ("Recording…", lambda: self.ask(recording.play)),
        )
        for title, run in entries:
            menu.addAction(title, run)
        menu.addSeparator()
        menu.addAction("End All Feeds", lambda: requests.set_feed("none"))
        return menu

    def refresh(self, said: Said) -> None:
        """Show the sources."""
        status = said.status
        running = [source for source in status.sources if source.running]
        outside = [source for source in running if source.streams or _from_outside(source)]
        self.cards.show_sources(running)
        self.empty.setVisible(not running and not self._asked)
        self.streams.setVisible(self._asked or bool(outside))
        self.streams.show_sources(outside, self.context.document, asked=self._asked or not outside)
        self.reach.show_sources([source for source in running if source.place])
        on_cards = {source.problem for source in running if is_unsure(source)}
        self._show_refused(running, tuple(one for one in status.problems if one not in on_cards))

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
            item.setToolTip(0, plain_tip(f"{what}. {remedy}".strip()))
            item.setText(1, f"{count:,}")
        self.refused.setVisible(bool(rows))
        said = "Refused so far" if rows else "Nothing was refused."
        self.heading.setText(said if sources else "")
        self.problem.setText("\n".join(problems[:3]))

    def ask_address(self) -> None:
        """Let an address be written."""
        self._asked = True
        self.refresh(Said(self.context.live.status(), ""))
        self.streams.address.setFocus()

    def _connect(self, word: str) -> None:
        """Open a feed by its address; one that is refused stays there to be mended."""
        self._asked = not self.ask(perform.listen, word)
        self.refresh(Said(self.context.live.status(), ""))


def _from_outside(source: SourceStatus) -> bool:
    """Return whether a source names streams of its own, to be led to teeth."""
    return bool(source.state) and not source.name.startswith("Replay")
