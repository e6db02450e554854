"""The sensors panel: values, quality and consent as they stand, and the plot of one channel."""

from __future__ import annotations

import html
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from neodent_viewer.app.actions import consent
from neodent_viewer.app.context import AppContext
from neodent_viewer.app.panels.console import choose_channel
from neodent_viewer.app.panels.plot import stretch
from neodent_viewer.app.panels.sensor_rows import cells_of, quality, spark, speech_words, words_of
from neodent_viewer.app.panels.sensors import CHANNELS, CONSENT, FAULTS, FEED
from neodent_viewer.app.window import MainWindow
from neodent_viewer.core.clock import ManualClock
from neodent_viewer.live.feeds import open_feed
from neodent_viewer.sensors.advice import ADVICE
from neodent_viewer.sensors.channel import QUANTITIES, Flag
from neodent_viewer.sensors.fault import FaultKind


def _panel(window: MainWindow, name: str) -> Any:
    panel = window.show_panel(name)
    assert panel is not None
    panel.update_view()
    return panel


def test_sensors_show_value_unit_quality_and_tooth(
    window: MainWindow, context: AppContext, clock: ManualClock, qtbot: QtBot
) -> None:
    context.live.add_source(open_feed("sim", context.document, seed=1))
    for _ in range(20):
        context.live.tick(clock.advance(0.5))
    context.shell.set_workspace("perform")
    panel = _panel(window, "sensors")
    rows = panel.channels.model.rows
    assert [row.status.tooth for row in rows] == [12, 12, 11, 11]
    warm = next(row for row in rows if row.status.quantity == "temperature")
    assert words_of(warm.status).startswith("12 · upper right lateral incisor: temperature 3")
    assert "°C, " in words_of(warm.status)
    assert len(warm.line) > 10 and np.nanmin(warm.line) >= 0 and np.nanmax(warm.line) <= 1
    assert "4 of 4 Hz" in speech_words(warm.speech) and "ms" in speech_words(warm.speech)
    assert warm.strip[-1] == Flag.GOOD and not warm.strip[:100].any()
    panel.channels.animate()
    plot = panel.channels.plot
    assert "temperature, °C" in plot.title.text()
    x, _ = plot.lines[Flag.GOOD].getData()
    assert len(x) > 10 and np.nanmax(x) <= 0 and np.nanmin(x) >= -30
    panel.show_page(FEED)
    assert [card.name.text() for card in panel.feed.cards.cards] == ["Simulated mouth"]
    panel.show_page(CONSENT)
    told = panel.consent.consent.text()
    assert "simulation" in told.lower() or "tester" in told


def test_withheld_channels_show_no_value(window: MainWindow, context: AppContext, clock: ManualClock) -> None:
    context.live.add_source(open_feed("sim", context.document, seed=1))
    context.live.tick(clock.advance(2.0))
    context.live.withdraw()
    context.live.tick(clock.advance(0.1))
    panel = _panel(window, "sensors")
    for row in panel.channels.model.rows:
        assert np.isnan(row.status.value) and quality(row.status)[1] == "withheld"
        assert "–" in words_of(row.status) and len(row.line) == 0


def test_choosing_a_row_selects_its_probe_and_removing_is_undoable(
    window: MainWindow, context: AppContext, qtbot: QtBot
) -> None:
    context.live.tick(0.0)
    panel = _panel(window, "sensors")
    probe = list(context.document.probes.values())[1]
    context.selection.set(probe=probe.id)
    panel.update_view()
    assert panel.channels.current().status.probe == probe.id
    assert panel.channels.remove.isEnabled()
    panel.channels.remove.click()
    assert probe.id not in context.document.probes
    context.history.undo()
    assert context.document.probes[probe.id] == probe


def test_feeds_and_tools_are_asked_for(window: MainWindow, context: AppContext) -> None:
    panel = _panel(window, "sensors")
    person: Any = context.shell
    person.answers = [{"port": 9123}]
    for title in ("Simulated Mouth", "OSC…", "End All Feeds"):
        next(action for action in panel.feed.add.menu().actions() if action.text() == title).trigger()
    wanted = [("add feed", "sim"), ("add feed", "osc:9123"), ("feed", "none")]
    assert context.requests.told == wanted  # type: ignore[attr-defined]
    panel.channels.take("place_probe")
    assert context.tools.current == "place_probe"


def test_sensors_rest_while_nobody_looks(
    window: MainWindow, context: AppContext, monkeypatch: Any, qtbot: QtBot
) -> None:
    context.shell.set_workspace("perform")
    panel = _panel(window, "sensors")
    context.shell.set_workspace("sculpt")
    window.show_panel("view")
    qtbot.waitUntil(lambda: not panel._seen, timeout=5000)
    asked: list[int] = []
    monkeypatch.setattr(panel, "update_view", lambda: asked.append(1))
    for _ in range(9):
        panel.look()
    assert asked == []


def test_stretches_of_quality_meet_without_a_gap() -> None:
    values = np.arange(6, dtype=np.float64)
    flags = np.array([1, 1, 3, 3, 4, 1], np.uint8)
    good, suspect, bad = (stretch(values, flags, flag) for flag in (1, 3, 4))
    drawn = np.zeros(5, bool)
    for line in (good, suspect, bad):
        drawn |= np.isfinite(line[:-1]) & np.isfinite(line[1:])
    assert drawn.all()


def test_a_spark_leaves_out_what_cannot_be_trusted() -> None:
    times = np.linspace(0, 30, 121)
    values = np.sin(times)
    flags = np.ones(121, np.uint8)
    values[60], flags[60] = 1e6, Flag.BAD
    line = spark(times, values, flags)
    assert np.nanmax(line[:, 1]) == 1.0 and np.nanmin(line[:, 1]) == 0.0
    assert np.nanstd(line[:, 1]) > 0.2, "one wild sample must not flatten the rest"
    assert len(line) <= 121


def test_a_slow_frame_is_not_taken_for_a_silent_sensor(
    window: MainWindow, context: AppContext, clock: ManualClock
) -> None:
    context.live.add_source(open_feed("sim", context.document, seed=1))
    for _ in range(20):
        context.ticker.moment = context.live.tick(clock.advance(0.2))  # type: ignore[misc]
    flags = context.ticker.moment.flags.tolist()
    clock.advance(5.0)  # no frame was drawn meanwhile
    panel = _panel(window, "sensors")
    assert [row.status.flag for row in panel.channels.model.rows] == flags


def test_recording_is_allowed_on_its_own(context: AppContext) -> None:
    key = next(iter(context.document.probes.values())).channels[0].key
    context.live.withdraw()
    context.shell.answers = ["The tester"] * 2  # type: ignore[attr-defined]
    consent.allow(context, (key,))
    now, allows = datetime.now(UTC), context.live.consent.allows
    assert [allows(key, p, now) for p in ("view", "perform", "record")] == [True, True, False]
    consent.allow_recording(context, (key,))
    assert allows(key, "record", now) and not allows(key, "publish", now)


def _run(context: AppContext, clock: ManualClock, seconds: float, step: float = 0.2) -> None:
    end = clock.now() + seconds
    while clock.now() < end:
        context.ticker.moment = context.live.tick(clock.advance(step))  # type: ignore[misc]


def test_a_silent_channel_greys_and_the_plot_says_since_when(
    window: MainWindow, context: AppContext, clock: ManualClock
) -> None:
    context.live.add_source(open_feed("sim", context.document, seed=1))
    _run(context, clock, 10.0)
    panel = _panel(window, "sensors")
    panel.channels.animate()
    assert panel.channels.plot.notice.isHidden()
    for source in context.live.sources:  # the feed itself stays, and sends nothing any more
        source.read = lambda until: []  # type: ignore[method-assign]
    _run(context, clock, 2.6, 0.1)
    panel.update_view()
    panel.channels.animate()
    assert all(row.status.stale for row in panel.channels.model.rows)
    assert quality(panel.channels.model.rows[0].status)[1] == "no data"
    said = panel.channels.plot.notice.text()
    assert said.startswith("No data since ") and said.endswith(" s") and not panel.channels.plot.notice.isHidden()


def test_a_fault_leads_to_its_channel_and_says_what_to_try(
    window: MainWindow, context: AppContext, clock: ManualClock
) -> None:
    context.live.add_source(open_feed("sim", context.document, seed=1))
    _run(context, clock, 16.0, 0.1)
    panel = _panel(window, "sensors")
    panel.show_page(FAULTS)
    faults = panel.faults
    assert faults.model.rows, "the demo injects faults"
    states = [row.trouble.running for row in faults.model.rows]
    assert states == sorted(states, reverse=True), "running ones first"
    faults.list.setCurrentIndex(faults.model.index(len(states) - 1))
    faults._chosen()
    row = faults.current()
    assert context.selection.current.channel == row.trouble.channel.key
    assert context.selection.current.tooth == row.trouble.tooth
    told = faults.advice.text()
    assert "What to try" in told and f"How sure: <b>{row.sure.level.word}</b>" in told and "%" not in told
    assert row.sure.reasons[0] in html.unescape(told)
    tip = faults.model.data(faults.list.currentIndex(), Qt.ItemDataRole.ToolTipRole)
    assert row.sure.reasons[0] in html.unescape(tip) and row.sure.level.word in tip
    assert ADVICE[row.trouble.fault.kind].tries[0] in html.unescape(told)
    faults._look()
    assert panel.stack.currentIndex() == CHANNELS
    assert panel.channels.current().status.key == row.trouble.channel.key


def test_a_tooth_clicked_on_the_canvas_opens_its_channels(
    window: MainWindow, context: AppContext, clock: ManualClock
) -> None:
    context.shell.set_workspace("perform")
    _run(context, clock, 1.0)
    panel = _panel(window, "sensors")
    panel.show_page(FEED)
    context.selection.set(parts=tuple(context.document.parts)[:1], tooth=11, probe="")
    assert panel.stack.currentIndex() == CHANNELS
    panel.update_view()
    assert panel.channels.current().status.tooth == 11
    second = [row for row in panel.channels.model.rows if row.status.tooth == 11][1]
    choose_channel(context, second.status.key)
    assert panel.channels.current() is second
    panel.show_page(FEED)
    probe = next(one for one in context.document.probes.values() if one.tooth == 12)
    context.selection.set(parts=tuple(context.document.parts)[:1], tooth=12, probe=probe.id)
    assert panel.stack.currentIndex() == CHANNELS, "a click on the mark of a probe does the same"


def test_rows_become_a_table_where_there_is_room(window: MainWindow, context: AppContext, clock: ManualClock) -> None:
    context.live.add_source(open_feed("sim", context.document, seed=1))
    _run(context, clock, 5.0)
    panel = _panel(window, "sensors")
    assert panel.minimumSizeHint().width() <= 240, "the canvas keeps its room"
    dock = window.docks["sensors"]
    dock.setFloating(True)
    dock.resize(900, 600)
    assert panel.channels.delegate.wide and panel.channels.header.isVisibleTo(panel)
    assert cells_of(panel.channels.model.rows[0])[2].endswith("°C")
    dock.resize(300, 600)
    assert not panel.channels.delegate.wide


def test_a_plot_of_an_hour_is_made_of_columns_and_marks_faults(
    window: MainWindow, context: AppContext, clock: ManualClock
) -> None:
    context.live.add_source(open_feed("sim", context.document, seed=1))
    _run(context, clock, 400.0, 0.5)
    panel = _panel(window, "sensors")
    plot = panel.channels.plot
    panel.channels.animate()
    plot.show_span(3600.0)
    panel.channels.animate()
    key = panel.channels.current().status.key
    x = plot.lines[Flag.GOOD].getData()[0]
    drawn = np.concatenate([line.getData()[1] for line in plot.lines.values()])
    assert len(x) <= 2 * 800 and np.nanmin(x) < -300
    low, high = context.live.history(key, -3600.0, 3600.0, 1)
    assert (np.nanmin(drawn), np.nanmax(drawn)) == (low[0], high[0]), "no extreme is lost"
    others = [fault for fault in context.live.faults(key) if fault.kind is not FaultKind.GAP]
    shown = [mark.item for mark in plot.marks.faults if mark.item.isVisible()]
    assert len(shown) == len(others) > 0
    for region, fault in zip(shown, sorted(others, key=lambda fault: fault.onset), strict=True):
        assert region.getRegion()[0] == pytest.approx(fault.onset - context.live.now(), abs=1e-6)
    plot.go_to(200.0, 60.0)
    panel.channels.animate()
    left, right = plot.widget.getViewBox().viewRange()[0]
    middle = context.live.now() + (left + right) / 2
    assert not plot.following and middle == pytest.approx(200.0, abs=1.0)
    plot.follow()
    assert plot.following


def test_no_faults_is_said_only_of_channels_that_are_known(
    window: MainWindow, context: AppContext, clock: ManualClock
) -> None:
    _run(context, clock, 0.2)
    panel = _panel(window, "sensors")
    panel.show_page(FAULTS)
    faults = panel.faults
    assert "Nothing has come yet" in faults.empty.text() and faults.advice.text() == ""
    context.live.add_source(open_feed("sim", context.document, seed=1))
    _run(context, clock, 1.0)
    panel.update_view()
    assert faults.empty.isVisibleTo(panel) and faults.empty.text().endswith("All channels are as they should be.")
    _run(context, clock, 15.0, 0.1)
    panel.update_view()
    assert faults.model.rows and faults.advice.text().startswith("Click a fault")
    key = faults.model.rows[0].trouble.channel.key
    for channel in context.live.expected:
        if channel.key != key:
            context.live.withdraw(channel.key)
    context.live.withdraw(key)
    _run(context, clock, 0.2)
    panel.update_view()
    assert not faults.model.rows and faults.advice.text() == "", "nothing is left to click at"
    assert faults.empty.text().startswith("Nothing is known: 4 channels withheld.")
    faults.here.setChecked(True)
    panel.update_view()
    assert "this channel" in faults.empty.text() and "withheld" in faults.empty.text()
    for probe in tuple(context.document.probes):
        context.document.set(("probes", probe), None)
    context.live.tick(clock.advance(0.1))
    panel.update_view()
    assert faults.empty.text().startswith("No channels yet")


def test_the_consent_page_without_channels_says_what_comes_first_and_nothing_can_be_taken_back_twice(
    window: MainWindow, context: AppContext, clock: ManualClock
) -> None:
    _run(context, clock, 0.2)
    panel = _panel(window, "sensors")
    panel.show_page(CONSENT)
    page = panel.consent
    panel.update_view()
    assert page.take.isEnabled() and page.take_all.isEnabled()
    page.take.click()
    panel.update_view()
    assert not page.take.isEnabled() and page.take_all.isEnabled(), "others are still allowed"
    page.take_all.click()
    panel.update_view()
    assert not page.take_all.isEnabled()
    for probe in tuple(context.document.probes):
        context.document.set(("probes", probe), None)
    context.live.tick(clock.advance(0.1))
    panel.update_view()
    QApplication.processEvents()
    assert page.empty.isVisibleTo(panel) and "probe" in page.empty.text()
    gap = page.withdrawing.geometry().top() - page.give.geometry().bottom()
    assert 0 < gap < 30 and page.withdrawing.geometry().bottom() > page.height() - 20, "the buttons stay at the foot"


def test_channels_stand_in_one_order_on_every_page(window: MainWindow, context: AppContext, clock: ManualClock) -> None:
    probes = dict(reversed(context.document.probes.items()))
    for name in probes:
        context.document.set(("probes", name), None)
    for name, probe in probes.items():
        context.document.set(("probes", name), probe)
    context.live.tick(clock.advance(0.1))
    panel = _panel(window, "sensors")
    listed = [row.status.key for row in panel.channels.model.rows]
    panel.show_page(CONSENT)
    table = panel.consent.table
    assert [table.topLevelItem(i).data(0, Qt.ItemDataRole.UserRole) for i in range(len(listed))] == listed


def test_a_withheld_plot_tells_nothing_by_its_scale_and_a_wild_one_shows_what_there_is(
    window: MainWindow, context: AppContext, clock: ManualClock
) -> None:
    context.live.add_source(open_feed("sim", context.document, seed=1))
    _run(context, clock, 10.0)
    panel = _panel(window, "sensors")
    plot = panel.channels.plot
    choose_channel(context, "t12/temperature")
    panel.update_view()
    panel.channels.animate()
    told = plot.widget.getViewBox().viewRange()[1]
    assert 30.0 < told[0] < told[1] < 38.0
    context.live.withdraw()
    _run(context, clock, 0.2)
    panel.update_view()
    panel.channels.animate()
    usual = QUANTITIES["temperature"]
    assert plot.widget.getViewBox().viewRange()[1] == [usual.show_low, usual.show_high]
    times = np.arange(5.0)
    plot.show_series(5.0, times, np.full(5, 75.0), np.full(5, Flag.BAD, np.uint8))
    low, high = plot.widget.getViewBox().viewRange()[1]
    assert low < 75.0 < high, "a channel that is wild all along is in the picture"


def test_the_plot_is_called_by_what_its_probe_is_called_now(
    window: MainWindow, context: AppContext, clock: ManualClock
) -> None:
    _run(context, clock, 1.0)
    panel = _panel(window, "sensors")
    choose_channel(context, "t12/temperature")
    panel.update_view()
    panel.channels.animate()
    plot = panel.channels.plot
    assert plot.title.text() == "12 · lateral incisor, temperature, °C"
    probe = next(one for one in context.document.probes.values() if one.tooth == 12)
    name = "Sensor over the very long name of a clinic, ward 12 in the north wing"
    context.document.set(("probes", probe.id), replace(probe, tooth=0, name=name))
    _run(context, clock, 0.4)
    panel.update_view()
    panel.channels.animate()
    assert plot.title.text().startswith("Sensor over") and plot.title.text().endswith("…, temperature, °C")
    assert name in html.unescape(plot.title.toolTip())
    assert plot.title.fontMetrics().horizontalAdvance(plot.title.text()) <= plot.width()
    panel.show_page(CONSENT)
    QApplication.processEvents()
    panel.update_view()
    names = {panel.consent.table.topLevelItem(i).text(0) for i in range(4)}
    assert any(one.startswith("Sens") and one.endswith("… °C") for one in names), "the same name as elsewhere"
