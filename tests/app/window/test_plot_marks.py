"""What stands on the plot of a channel beside its line, and the fault report."""

from __future__ import annotations

import csv
import io
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from neodent_viewer.app.actions.faults import save_report
from neodent_viewer.app.context import AppContext
from neodent_viewer.app.panels.console import choose_channel
from neodent_viewer.app.window import MainWindow
from neodent_viewer.core.clock import ManualClock
from neodent_viewer.core.errors import SensorError
from neodent_viewer.document.calibrations import calibration_edit
from neodent_viewer.live.fault_report import COLUMNS
from neodent_viewer.sensors.calibration import Calibration
from neodent_viewer.sensors.sample import Block, block
from neodent_viewer.sensors.source import SourceStatus

KEY = "t11/temperature"


class Thermometer:
    """Says 35 °C and a little four times a second, but not within some stretches."""

    simulated = False

    def __init__(self, *quiet: tuple[float, float]) -> None:
        self.quiet, self.sent = quiet, 0

    def start(self, clock: Any) -> None:
        pass

    def read(self, until: float) -> list[Block]:
        first, self.sent = self.sent, max(self.sent, int(until * 4))
        times = np.arange(first, self.sent) / 4
        for start, end in self.quiet:
            times = times[(times <= start) | (times >= end)]
        return [block(KEY, times, 35.0 + 0.3 * np.sin(times))] if len(times) else []

    def status(self) -> SourceStatus:
        return SourceStatus("Thermometer", running=True)

    def close(self) -> None:
        pass


def run(context: AppContext, clock: ManualClock, until: float, step: float = 0.25) -> None:
    while clock.now() < until - 1e-9:
        context.ticker.moment = context.live.tick(clock.advance(step))  # type: ignore[misc]


@pytest.fixture
def console(window: MainWindow, context: AppContext) -> Any:
    """The sensors panel with the thermometer of tooth 11 meant."""
    context.shell.set_workspace("perform")
    panel: Any = window.show_panel("sensors")
    choose_channel(context, KEY)
    panel.update_view()
    return panel


def drawn(console: Any) -> Any:
    """Let the plot show everything as it is, and return it."""
    console.update_view()
    console.channels.animate()
    return console.channels.plot


def shown(marks: list[Any]) -> list[Any]:
    return [mark for mark in marks if mark.item.isVisible()]


def test_a_gap_is_a_band_with_its_length_and_no_line(console: Any, context: AppContext, clock: ManualClock) -> None:
    context.live.add_source(Thermometer((40.0, 47.0)))
    run(context, clock, 55.0)
    plot = drawn(console)
    (band,) = shown(plot.marks.holes)
    assert band.item.getRegion() == pytest.approx((-15.0, -8.0))
    assert band.words.isVisible() and band.words.toPlainText() == "No data\n7.0 s"
    assert band.item.toolTip() == "No data for 7.0 s"
    for line in plot.lines.values():
        x, y = line.getData()
        inside = (x > -15.0) & (x < -8.0)
        assert np.isnan(y[inside]).all()
    assert shown(plot.marks.faults) == [], "a gap is not drawn twice"


def test_a_stale_channel_says_so_up_to_the_right_edge(console: Any, context: AppContext, clock: ManualClock) -> None:
    context.live.add_source(Thermometer((40.0, 99.0)))
    run(context, clock, 52.0)
    plot = drawn(console)
    (band,) = shown(plot.marks.holes)
    right = plot.widget.getViewBox().viewRange()[0][1]
    assert band.item.getRegion() == pytest.approx((-12.0, right)) and right > 0
    assert band.words.toPlainText() == "No data\n12 s" and "none yet" in band.item.toolTip()
    assert plot.notice.isVisibleTo(plot)
    plot.go_to(20.0, 20.0)
    plot = drawn(console)
    assert shown(plot.marks.holes) == [] and not plot.notice.isVisibleTo(plot), "where one looks back there was data"


def test_hours_show_the_hole_too(console: Any, context: AppContext, clock: ManualClock) -> None:
    context.live.add_source(Thermometer((1000.0, 1600.0), (2000.0, 2001.5)))
    run(context, clock, 3000.0, 1.0)
    plot = console.channels.plot
    plot.show_span(3600.0)
    drawn(console)
    long, short = shown(plot.marks.holes)
    assert long.item.getRegion() == pytest.approx((-2000.0, -1400.0)) and "10 min" in long.item.toolTip()
    assert short.item.getRegion()[0] == pytest.approx(-1000.0) and not short.words.isVisible()
    _, y = plot.lines[1].getData()
    assert np.isfinite(y).sum() > 300
    for line in plot.lines.values():
        x, y = line.getData()
        joined = np.isfinite(y[:-1]) & np.isfinite(y[1:])
        assert not ((x[:-1] < -1700.0) & (x[1:] > -1700.0) & joined).any()


def test_a_sample_between_two_gaps_is_a_dot(console: Any, context: AppContext, clock: ManualClock) -> None:
    context.live.add_source(Thermometer((40.0, 44.0), (44.0, 48.0)))
    run(context, clock, 50.0)
    plot = drawn(console)
    assert len(shown(plot.marks.holes)) == 2
    np.testing.assert_allclose(plot.dots.getData()[0], [-6.0])


def test_calibrations_are_lines_whose_words_do_not_lie_on_each_other(
    console: Any, context: AppContext, clock: ManualClock
) -> None:
    context.live.add_source(Thermometer())
    run(context, clock, 40.0)
    context.history.do(calibration_edit(context.document, KEY, Calibration(1.0, 0.12)))
    run(context, clock, 43.0)
    context.history.do(calibration_edit(context.document, KEY, Calibration(1.02, -0.3)))
    run(context, clock, 50.0)
    plot = drawn(console)
    first, second = shown(plot.marks.steps)
    assert (first.item.value(), second.item.value()) == pytest.approx((-10.25, -7.25))
    told = first.item.toolTip()
    assert told.startswith("calibrated ") and "offset +0.12 °C" in told and "Left of it: as sent" in told
    assert "gain 1 → 1.02, offset +0.12 → −0.3 °C" in second.item.toolTip()
    plot.grab()  # items are placed when they are painted
    boxes = [mark.words.sceneBoundingRect() for mark in (first, second) if mark.words.isVisible()]
    assert boxes and all(not a.intersects(b) for a, b in pairwise(boxes))
    picture = plot.widget.getViewBox().sceneBoundingRect().adjusted(-2, -2, 2, 2)
    assert all(picture.contains(box) for box in boxes), (picture, boxes)
    context.history.undo()
    run(context, clock, 55.0)
    assert len(shown(drawn(console).marks.steps)) == 3, "taking it back is a change as well"


def test_nothing_of_a_withheld_channel_is_marked(console: Any, context: AppContext, clock: ManualClock) -> None:
    context.live.add_source(Thermometer((40.0, 47.0)))
    run(context, clock, 48.0)
    context.history.do(calibration_edit(context.document, KEY, Calibration(1.0, 0.12)))
    run(context, clock, 50.0)
    plot = drawn(console)
    assert shown(plot.marks.holes) and shown(plot.marks.steps)
    context.live.withdraw()
    run(context, clock, 51.0)
    plot = drawn(console)
    assert not shown(plot.marks.holes) + shown(plot.marks.steps) + shown(plot.marks.faults)


def test_the_report_says_how_sure_and_why(
    console: Any, context: AppContext, clock: ManualClock, tmp_path: Path
) -> None:
    context.live.add_source(Thermometer((40.0, 47.0), (60.0, 99.0)))
    run(context, clock, 70.0)
    shell: Any = context.shell
    path = tmp_path / "faults.csv"
    shell.answers = [path, tmp_path / "no" / "such.csv"]
    console.show_page(1)
    console.faults.save.click()
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline="")))
    assert tuple(rows[0]) == COLUMNS and len(rows) == 2 == len(console.faults.model.rows)
    assert shell.heard()[-1].text == "2 faults written to faults.csv."
    now, over = rows
    assert (now["running"], now["until"], now["tooth"], now["how_sure"]) == ("yes", "", "11", "sure")
    assert float(over["seconds"]) == pytest.approx(6.75) and over["kind"] == "gap" and over["until"] > over["since"]
    assert "times the longest pause allowed, in 1 pause" in over["why"] and "goes on" in now["why"]
    with pytest.raises(SensorError):
        save_report(context)
