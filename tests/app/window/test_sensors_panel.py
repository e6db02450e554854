"""The sensors panel: values, quality and consent as they stand, and the plot of one channel."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
from pytestqt.qtbot import QtBot

from neodent_viewer.app.actions import consent
from neodent_viewer.app.context import AppContext
from neodent_viewer.app.panels.plot import stretch
from neodent_viewer.app.panels.sensor_rows import quality, spark, words_of
from neodent_viewer.app.window import MainWindow
from neodent_viewer.core.clock import ManualClock
from neodent_viewer.live.feeds import open_feed
from neodent_viewer.sensors.channel import Flag


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
    rows = panel.model.rows
    assert [row.status.tooth for row in rows] == [12, 12, 11, 11]
    warm = next(row for row in rows if row.status.quantity == "temperature")
    assert words_of(warm.status).startswith("12 · upper right lateral incisor: temperature 3")
    assert "°C, " in words_of(warm.status)
    assert len(warm.line) > 10 and np.nanmin(warm.line) >= 0 and np.nanmax(warm.line) <= 1
    panel._show_plot()
    assert "temperature, °C" in panel.plot.title.text()
    x, _ = panel.plot.lines[Flag.GOOD].getData()
    assert len(x) > 10 and np.nanmax(x) <= 0 and np.nanmin(x) >= -30
    assert panel.feed.currentIndex() == 0
    assert "simulation" in panel.consent.text().lower() or "tester" in panel.consent.text()


def test_withheld_channels_show_no_value(window: MainWindow, context: AppContext, clock: ManualClock) -> None:
    context.live.add_source(open_feed("sim", context.document, seed=1))
    context.live.tick(clock.advance(2.0))
    context.live.withdraw()
    context.live.tick(clock.advance(0.1))
    panel = _panel(window, "sensors")
    for row in panel.model.rows:
        assert np.isnan(row.status.value) and quality(row.status)[1] == "withheld"
        assert "–" in words_of(row.status) and len(row.line) == 0


def test_choosing_a_row_selects_its_probe_and_removing_is_undoable(
    window: MainWindow, context: AppContext, qtbot: QtBot
) -> None:
    context.live.tick(0.0)
    panel = _panel(window, "sensors")
    probe = list(context.document.probes.values())[1]
    context.selection.set(probe=probe.id)
    assert panel.current().status.probe == probe.id
    assert panel.remove.isEnabled()
    panel.remove.click()
    assert probe.id not in context.document.probes
    context.history.undo()
    assert context.document.probes[probe.id] == probe


def test_feeds_and_tools_are_asked_for(window: MainWindow, context: AppContext) -> None:
    panel = _panel(window, "sensors")
    person: Any = context.shell
    person.answers = [{"port": 9123}]
    for index in (0, 1, 2):
        panel._set_feed(index)
    wanted = [("feed", "sim"), ("feed", "osc:9123"), ("feed", "none")]
    assert context.requests.told == wanted  # type: ignore[attr-defined]
    panel._take("place_probe")
    assert context.tools.current == "place_probe"


def test_sensors_rest_while_nobody_looks(
    window: MainWindow, context: AppContext, monkeypatch: Any, qtbot: QtBot
) -> None:
    context.shell.set_workspace("perform")
    panel = _panel(window, "sensors")
    context.shell.set_workspace("sculpt")
    asked: list[int] = []
    monkeypatch.setattr(panel, "update_view", lambda: asked.append(1))
    for _ in range(9):
        panel._tick()
    assert not panel.isVisible() and asked == []


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
    assert [row.status.flag for row in panel.model.rows] == flags


def test_recording_is_allowed_on_its_own(context: AppContext) -> None:
    key = next(iter(context.document.probes.values())).channels[0].key
    context.live.withdraw()
    context.shell.answers = ["The tester"] * 2  # type: ignore[attr-defined]
    consent.allow(context, (key,))
    now, allows = datetime.now(UTC), context.live.consent.allows
    assert [allows(key, p, now) for p in ("view", "perform", "record")] == [True, True, False]
    consent.allow_recording(context, (key,))
    assert allows(key, "record", now) and not allows(key, "publish", now)
