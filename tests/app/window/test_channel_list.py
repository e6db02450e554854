"""The console with 64 channels at 1280 x 800, and its lists in narrow docks: nothing is cut to be a riddle."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from neodent_viewer.app.actions import consent
from neodent_viewer.app.context import WORKSPACES, AppContext
from neodent_viewer.app.panels.channel_order import FAULTY, QUANTITY, TOOTH, is_faulty, placed, wanted
from neodent_viewer.app.panels.giving import MEANING
from neodent_viewer.app.panels.sensor_rows import named
from neodent_viewer.app.panels.sensors import CHANNELS, CONSENT
from neodent_viewer.app.window import MainWindow
from neodent_viewer.core.clock import ManualClock
from neodent_viewer.document.document import Document
from neodent_viewer.live.feeds import open_feed
from neodent_viewer.live.placement import probe_at
from neodent_viewer.live.status import ChannelStatus
from neodent_viewer.sensors.channel import Flag, channel
from neodent_viewer.trust.consent import Purpose

TEETH_SHOWN = (48, 11, 36, 21, *range(12, 18), *range(22, 28), *range(31, 36), 37)


def more_probes(document: Document) -> None:
    """Let the document have 64 channels, in no order at all."""
    first = next(iter(document.probes.values()))
    for probe in list(document.probes.values()):
        document.set(("probes", probe.id), None)
    for tooth in TEETH_SHOWN:
        probe = probe_at(first.anchor, tooth)
        channels = tuple(channel(f"t{tooth}", name) for name in ("force", "temperature", "ph"))
        document.set(("probes", probe.id), replace(probe, channels=channels[: 3 if tooth != 48 else 1]))
    assert sum(len(probe.channels) for probe in document.probes.values()) == 64


@pytest.fixture
def panel(window: MainWindow, context: AppContext, clock: ManualClock) -> Any:
    more_probes(context.document)
    context.live.grant(["*"], [Purpose.VIEW, Purpose.RECORD], context.live.wall().replace(year=2100), "The tester")
    context.live.add_source(open_feed("sim", context.document, seed=1))
    for _ in range(8):
        context.live.tick(clock.advance(0.5))
    context.shell.set_workspace("perform")
    panel = window.show_panel("sensors")
    assert panel is not None
    panel.update_view()
    return panel


def status(tooth: int, quantity: str, flag: Flag = Flag.GOOD, **more: Any) -> ChannelStatus:
    unit = {"temperature": "°C", "force": "N", "ph": "pH"}[quantity]
    made = ChannelStatus(f"t{tooth}/{quantity}", f"p{tooth}", tooth, quantity, unit, 1.0, int(flag), 0.1, 9, 0, "", "")
    return replace(made, **more)


SOME = (
    status(36, "ph"), status(11, "force", Flag.BAD, fault="stuck"), status(11, "temperature"), status(18, "ph", Flag.MISSING),
    status(21, "temperature", Flag.SUSPECT), status(21, "force", Flag.MISSING, withheld="Nobody has allowed it."),
)  # fmt: skip


@pytest.mark.parametrize(
    ("order", "keys"),
    [
        (TOOTH, "t18/ph t11/temperature t11/force t21/temperature t21/force t36/ph"),
        (QUANTITY, "t11/temperature t21/temperature t18/ph t36/ph t11/force t21/force"),
        (FAULTY, "t11/force t21/temperature t18/ph t21/force t11/temperature t36/ph"),
    ],
)
def test_channels_stand_in_the_order_that_was_asked_for(order: str, keys: str) -> None:
    assert [one.key for one in sorted(SOME, key=placed(order))] == keys.split()


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        ("1", "t11/force t11/temperature t18/ph"),
        ("11 TEMP", "t11/temperature"),
        ("ph", "t36/ph t18/ph"),
        ("°c", "t11/temperature t21/temperature"),
        ("lower left", "t36/ph"),
        ("faulty", "t11/force t18/ph t21/temperature"),
        ("stuck", "t11/force"),
        ("dark", "t21/force"),
        ("red", "t36/ph t11/force t11/temperature t18/ph t21/temperature t21/force"),
        ("1 °c red nobody", ""),
    ],
)
def test_words_find_tooth_quantity_state_and_probe(words: str, keys: str) -> None:
    assert [one.key for one in SOME if wanted(one, "Red sensor", words)] == keys.split()
    assert [is_faulty(one) for one in SOME] == [False, True, False, True, True, False]


def test_many_channels_are_filtered_ordered_and_counted(panel: Any, qtbot: QtBot) -> None:
    page = panel.channels
    rows = page.model.rows
    assert len(rows) == 64 and page.bar.told.text().startswith("64 channels")
    assert page.delegate.compact
    qtbot.waitUntil(lambda: page.list.viewport().height() >= 9 * 24, timeout=5000)
    assert page.list.visualRect(page.model.index(0)).height() == 24
    assert [row.status.tooth for row in rows[:4]] == [17, 17, 17, 16]
    meant = page.current()
    page.bar.filter.setText("36 ph")
    assert [row.status.key for row in page.model.rows] == ["t36/ph"]
    assert page.bar.told.text().startswith("1 of 64 channels")
    assert page.current().status.key == meant.status.key, "the plot goes on with the channel that is meant"
    page.bar.filter.setText("no such thing")
    assert page.nothing.isVisibleTo(page) and not page.list.isVisibleTo(page)
    page.bar.filter.clear()
    page.bar.set_order(QUANTITY)
    assert len(page.model.rows) == 64 and len({row.status.quantity for row in page.model.rows[:20]}) == 1
    page.bar.compact.click()
    assert not page.delegate.compact and page.list.visualRect(page.model.index(0)).height() > 60


def test_another_order_leaves_the_mark_on_its_channel_and_the_list_where_it_is(panel: Any, context: AppContext) -> None:
    page = panel.channels
    page.list.verticalScrollBar().setValue(200)
    marked = page.model.rows[page.list.currentIndex().row()].status.key
    page.bar.set_order(FAULTY)
    context.live.withdraw("t36/ph", "view")
    context.live.tick(context.clock.now())
    panel.update_view()
    assert page.model.rows[page.list.currentIndex().row()].status.key == marked
    assert page.list.verticalScrollBar().value() == 200


def test_few_channels_need_no_filter(window: MainWindow, context: AppContext) -> None:
    context.live.tick(0.0)
    panel: Any = window.show_panel("sensors")
    panel.update_view()
    assert len(panel.channels.model.rows) == 4 and not panel.channels.bar.isVisibleTo(panel)
    assert not panel.channels.delegate.compact


@pytest.mark.parametrize("workspace", WORKSPACES)
def test_tooth_and_quantity_are_whole_in_every_dock(
    panel: Any, window: MainWindow, context: AppContext, workspace: str, qtbot: QtBot
) -> None:
    context.shell.set_workspace(workspace)
    assert window.show_panel("sensors") is panel
    panel.show_page(CHANNELS)
    qtbot.waitUntil(lambda: panel._seen, timeout=5000)
    assert panel.visibleRegion().boundingRect().height() == panel.height(), "nothing of it lies outside the window"
    page = panel.channels
    metrics = page.list.fontMetrics()
    names = [named(row, 90, metrics) for row in page.model.rows]
    assert len(set(names)) == 64 and all(metrics.horizontalAdvance(name) <= 90 for name in names)
    panel.show_page(CONSENT)
    qtbot.waitUntil(lambda: panel.consent.table.isVisible(), timeout=5000)
    panel.update_view()
    table = panel.consent.table
    cells = [table.topLevelItem(row).text(0) for row in range(table.topLevelItemCount())]
    assert len(set(cells)) == 64
    room = table.columnWidth(0) - 6
    assert all(table.fontMetrics().horizontalAdvance(cell) <= room for cell in cells)
    for column, purpose in enumerate(Purpose, 1):
        head = table.headerItem()
        assert not head.icon(column).isNull() and MEANING[purpose] in head.toolTip(column)
        assert head.data(column, Qt.ItemDataRole.AccessibleTextRole)
        assert head.text(column) == "" or table.fontMetrics().horizontalAdvance(head.text(column)) < 60


def test_the_consent_page_says_what_was_withdrawn_and_what_was_not(panel: Any, context: AppContext) -> None:
    panel.show_page(CONSENT)
    key = panel.key
    context.live.withdraw(key, "view")
    context.live.tick(context.clock.now())
    panel.update_view()
    told = panel.consent.why.text()
    assert told.startswith("Dark: ") and "may not be seen here or" in told
    assert "recorded" in told.partition("it may still be")[2]
    context.shell.answers = []  # type: ignore[attr-defined]
    consent.withdraw(context, key)
    context.live.tick(context.clock.now())
    panel.update_view()
    told = panel.consent.why.text()
    assert "or recorded or" in told and "still" not in told
