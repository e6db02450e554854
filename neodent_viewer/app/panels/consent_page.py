"""The consent page of the sensors panel: who allows which channel for what until when, why one is dark, and how to ask."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QMenu,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from neodent_viewer.app import theme
from neodent_viewer.app.actions import consent
from neodent_viewer.app.context import AppContext
from neodent_viewer.app.menus import icon
from neodent_viewer.app.panels.base import caption
from neodent_viewer.app.panels.channel_order import TOOTH, placed
from neodent_viewer.app.panels.console import Ask, Page, Said, choose_channel, small_button, whose
from neodent_viewer.app.panels.giving import MEANING, ConsentDialog
from neodent_viewer.app.words import fitted, plain_tip, quantity_sign, quantity_title
from neodent_viewer.live.status import ChannelStatus
from neodent_viewer.sensors.channel import Flag
from neodent_viewer.trust.consent import ALL_CHANNELS, Purpose

#: purpose -> sign over its column, and the word there where the table is wide
_HEADS = {
    Purpose.VIEW: ("mdi6.eye-outline", "See"),
    Purpose.PERFORM: ("mdi6.projector", "Stage"),
    Purpose.RECORD: ("mdi6.record-circle-outline", "Record"),
    Purpose.PUBLISH: ("mdi6.earth", "Publish"),
    Purpose.RESEARCH: ("mdi6.flask-outline", "Research"),
}
#: purpose -> what is done with data for it, in few words
_DONE = {
    Purpose.VIEW: "seen here",
    Purpose.PERFORM: "shown on stage",
    Purpose.RECORD: "recorded",
    Purpose.PUBLISH: "published",
    Purpose.RESEARCH: "used for research",
}
#: logical pixels of a column with a sign, from which width of the page on there are words, and the signs are apart
_SIGN, _WORDED, _NARROW = 30, 560, 280
_YES, _NO = "●", "○"
_KEY = Qt.ItemDataRole.UserRole


class ConsentPage(Page):
    """Consent as it stands, channel by channel and purpose by purpose."""

    def __init__(self, context: AppContext, ask: Ask) -> None:
        super().__init__(context, ask)
        self._said: Said | None = None
        self._channel: ChannelStatus | None = None
        self.consent = caption("")
        self.table = self._make_table()
        self.why = caption("")
        self.empty = caption("No channels yet. Put a probe on a tooth; then ask whose mouth this is.", role="empty")
        self.dialog: ConsentDialog | None = None
        tips = (
            "Ask the person, and write it down",
            "Withdraw this channel's consent for everything, now",
            "Withdraw consent for every channel, now",
        )
        self.give = small_button("Ask and Give…", "mdi6.account-check-outline", tips[0], self._open)
        self.take = small_button("Withdraw", "mdi6.account-cancel-outline", tips[1], self._withdraw)
        self.take_all = small_button("Withdraw All", "mdi6.cancel", tips[2], self._withdraw_all)
        more = small_button("FHIR", "mdi6.file-document-outline", "Consent records as HL7 FHIR R5", lambda: None)
        menu = QMenu(more)
        menu.addAction("Import FHIR Consent…", lambda: self.ask(consent.import_fhir))
        menu.addAction("Export FHIR Consent…", lambda: self.ask(consent.export_fhir))
        more.setMenu(menu)
        self.withdrawing = QWidget()
        first, second = QHBoxLayout(), QHBoxLayout(self.withdrawing)
        second.setContentsMargins(0, 0, 0, 0)
        for row, buttons in ((first, (self.give, more)), (second, (self.take, self.take_all))):
            for button in buttons:
                row.addWidget(button)
            row.addStretch(1)
        self.body.addWidget(self.consent)
        self.body.addWidget(self.table, 1)
        self.body.addWidget(self.empty, 1)
        self.body.addWidget(self.why)
        self.body.addLayout(first)
        self.body.addWidget(self.withdrawing)

    def _make_table(self) -> QTreeWidget:
        table = QTreeWidget()
        table.setHeaderLabels(["Channel", *("" for _ in _HEADS)])
        table.header().setDefaultAlignment(Qt.AlignmentFlag.AlignCenter)
        table.headerItem().setTextAlignment(0, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        table.setRootIsDecorated(False)
        table.setUniformRowHeights(True)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        table.header().setStretchLastSection(False)
        table.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        table.header().setMinimumSectionSize(24)
        for column, (purpose, (sign, word)) in enumerate(_HEADS.items(), 1):
            table.setColumnWidth(column, _SIGN)
            table.headerItem().setIcon(column, icon(sign))
            table.headerItem().setToolTip(column, f"{word}: may be {MEANING[purpose]}")
            table.headerItem().setData(column, Qt.ItemDataRole.AccessibleTextRole, word)
        table.itemClicked.connect(lambda item, _: choose_channel(self.context, str(item.data(0, _KEY))))
        return table

    def kept(self) -> tuple[QWidget, ...]:
        """Return what goes on in a show: to withdraw is as easy then as at any time; to give rests, with all that asks."""
        return self.table, self.withdrawing

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Write words over the columns where there is room for them, and call channels as there is."""
        super().resizeEvent(event)
        worded = self.width() >= _WORDED
        for column, (_, word) in enumerate(_HEADS.values(), 1):
            self.table.headerItem().setText(column, word if worded else "")
            self.table.setColumnWidth(column, 3 * _SIGN if worded else _SIGN if self.width() >= _NARROW else _SIGN - 5)
        if self._said is not None:
            self.refresh(self._said)

    # -- showing -------------------------------------------------------------------------------------------------

    def refresh(self, said: Said) -> None:
        """Show who allows what, and what stands of the channel that is meant."""
        self._said, self._channel = said, said.channel
        self.consent.setText(said.status.consent)
        channels, at = sorted(said.status.channels, key=placed(TOOTH)), self.context.live.wall()
        with QSignalBlocker(self.table):
            while self.table.topLevelItemCount() > len(channels):
                self.table.takeTopLevelItem(self.table.topLevelItemCount() - 1)
            for row, one in enumerate(channels):
                item = self.table.topLevelItem(row) or QTreeWidgetItem(self.table)
                self._fill(item, one, at)
                if one.key == said.key:
                    self.table.setCurrentItem(item)
        self.why.setText(self._why(at))
        self.give.setEnabled(self._channel is not None)
        given = [grant for grant in self.context.live.consent.grants() if not grant.withdrawn and grant.until > at]
        self.take.setEnabled(any(grant.channel in (said.key, ALL_CHANNELS) for grant in given) and bool(channels))
        self.take_all.setEnabled(bool(given))
        self.table.setVisible(bool(channels))
        self.empty.setVisible(not channels)

    def _fill(self, item: QTreeWidgetItem, one: ChannelStatus, at: datetime) -> None:
        item.setData(0, _KEY, one.key)
        item.setText(0, self._name(one))
        item.setToolTip(0, plain_tip("\n".join(filter(None, (self._full_name(one), one.withheld or one.key)))))
        item.setForeground(0, QColor(theme.WARNING if one.withheld else theme.TEXT))
        for column, purpose in enumerate(_HEADS, 1):
            reason = self._reason(one, purpose, at)
            item.setText(column, _NO if reason else _YES)
            item.setTextAlignment(column, Qt.AlignmentFlag.AlignCenter)
            item.setForeground(column, QColor(theme.MUTED if reason else theme.QUALITY[Flag.GOOD][0]))
            item.setToolTip(column, plain_tip(reason or f"May be {MEANING[purpose]}."))

    def _full_name(self, one: ChannelStatus) -> str:
        return f"{self._place(one)} · {quantity_title(one.quantity)}"

    def _place(self, one: ChannelStatus) -> str:
        """Return the number of a channel's tooth, or the name of its probe where it sits on none."""
        where = whose(self.context, one.tooth, one.probe)
        return where.partition(" ")[0] if one.tooth else where

    def _name(self, one: ChannelStatus) -> str:
        """Return what a channel is called in the room there is: by its unit before its quantity is cut off."""
        room = self.table.columnWidth(0) - 14
        full, wide = self._full_name(one), self.table.fontMetrics().horizontalAdvance
        if wide(full) <= room:
            return full
        sign = f" {quantity_sign(one.quantity, one.unit)}"
        return f"{one.tooth}{sign}" if one.tooth else fitted(self._place(one), sign, room, wide)

    def _reason(self, one: ChannelStatus, purpose: Purpose, at: datetime) -> str:
        return self.context.live.consent.reason(one.key, purpose, at, simulated=one.simulated)

    def _why(self, at: datetime) -> str:
        """Return why the channel that is meant is dark and how to ask, or what it may not be used for."""
        one = self._channel
        if one is None:
            return ""
        closed = [purpose for purpose in Purpose if self._reason(one, purpose, at)]
        if one.withheld:
            still = [purpose for purpose in Purpose if purpose not in closed]
            return (
                f"Dark: {one.withheld} {_limits(closed, still)} Ask the person whose mouth this is; with their word, press "
                "Ask and Give, or import their FHIR consent."
            )
        may_not = ", nor ".join(MEANING[purpose] for purpose in closed)
        return f"{one.key} may not be {may_not}." if closed else f"{one.key} is allowed for everything."

    # -- asking --------------------------------------------------------------------------------------------------

    def _open(self, _: bool = False) -> None:
        one = self._channel
        if one is None or self.dialog is not None:
            return
        key = one.key
        every = tuple(c.key for probe in self.context.document.probes.values() for c in probe.channels)

        def give(all_of_them: bool, purposes: tuple[str, ...], until: datetime, who: str) -> bool:
            return self.ask(consent.give, every if all_of_them else (key,), purposes, until, who)

        name = f"{whose(self.context, one.tooth, one.probe)} · {quantity_title(one.quantity)}"
        self.dialog = ConsentDialog(self.window(), name, self.context.live.wall().astimezone(), give)
        self.dialog.finished.connect(self._closed)
        self.dialog.open()

    def _closed(self, _: int = 0) -> None:
        if self.dialog is not None:
            self.dialog.deleteLater()
            self.dialog = None

    def _withdraw(self, _: bool = False) -> None:
        if self._channel is not None:
            self.ask(consent.withdraw, self._channel.key)

    def _withdraw_all(self, _: bool = False) -> None:
        self.ask(consent.withdraw, None)

    def release(self) -> None:
        """Close the dialog with the window."""
        if self.dialog is not None:
            self.dialog.reject()


def _limits(closed: list[Purpose], still: list[Purpose]) -> str:
    """Return what data may not be used for, and what it still may: withdrawing one use leaves the others.

    >>> _limits([Purpose.VIEW], [Purpose.RECORD])
    'It may not be seen here; it may still be recorded.'
    >>> _limits([Purpose.VIEW, Purpose.RECORD], [])
    'It may not be seen here or recorded.'
    """
    left = f"; it may still be {' and '.join(_DONE[purpose] for purpose in still)}" if still else ""
    return f"It may not be {' or '.join(_DONE[purpose] for purpose in closed)}{left}."
