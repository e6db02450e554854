"""The pages of the console that change something: calibration, thresholds, consent, who is heard, what was refused."""

from __future__ import annotations

import json
import math
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from neodent_viewer.app.actions import consent
from neodent_viewer.app.context import AppContext
from neodent_viewer.app.panels.console import Worded, choose_channel
from neodent_viewer.app.panels.fault_rows import FaultRow, whose_words
from neodent_viewer.app.panels.sensors import CONSENT, FEED, SETUP
from neodent_viewer.app.window import MainWindow
from neodent_viewer.core.clock import ManualClock
from neodent_viewer.document.calibrations import calibration_of, history_of
from neodent_viewer.document.thresholds import THRESHOLDS
from neodent_viewer.live.console import Trouble
from neodent_viewer.live.feeds import open_feed
from neodent_viewer.sensors.calibration import AS_SENT
from neodent_viewer.sensors.fault import Fault, FaultKind
from neodent_viewer.sensors.sureness import sureness
from neodent_viewer.sensors.threshold_words import WORDS
from neodent_viewer.sensors.thresholds import LIMITS, Limits

KEY = "t11/temperature"


def run(context: AppContext, clock: ManualClock, seconds: float) -> None:
    end = clock.now() + seconds
    while clock.now() < end:
        context.ticker.moment = context.live.tick(clock.advance(0.2))  # type: ignore[misc]


@pytest.fixture
def panel(window: MainWindow, context: AppContext, clock: ManualClock) -> Any:
    """The console with a simulated feed, the thermometer of tooth 11 chosen."""
    context.live.add_source(open_feed("sim", context.document, seed=1))
    run(context, clock, 10.0)
    panel = window.show_panel("sensors")
    assert panel is not None
    panel.update_view()  # type: ignore[attr-defined]
    choose_channel(context, KEY)
    return panel


def say(field: Any, *texts: str) -> None:
    for edit, text in zip(field.edits, texts, strict=True):
        edit.setText(text)
        edit.setModified(True)
    field._finished()


def test_a_channel_is_calibrated_in_the_window_and_undone(panel: Any, context: AppContext, clock: ManualClock) -> None:
    panel.show_page(SETUP)
    setup = panel.setup
    assert "as they are sent" in setup.formula.text()
    setup.calibrate.click()
    dialog = setup.dialog
    ok = dialog.buttons.buttons()[0]
    dialog.look()
    assert "± " in dialog.now.text() and "°C" in dialog.now.text() and not ok.isEnabled()
    dialog.take(dialog.readings[0])
    raw = dialog.readings[0].raw
    assert 30 < raw < 40
    dialog.readings[0].true.setText("x")
    dialog.by.setText("Ada")
    dialog._show_outcome()
    assert "no number" in dialog.outcome.text() and not ok.isEnabled()
    dialog.readings[0].true.setText(f"{raw + 1.5:.4f}".replace(".", ","))
    dialog._show_outcome()
    assert "1 × raw + 1.5 °C" in dialog.outcome.text() and ok.isEnabled()
    dialog.readings[1].raw, text = raw, dialog.readings[0].true.text()
    dialog.readings[1].true.setText(text)
    dialog._show_outcome()
    assert "alike" in dialog.outcome.text() and not ok.isEnabled()
    dialog.readings[1].raw = math.nan
    dialog.readings[1].true.setText("")
    dialog._show_outcome()
    dialog.accept()
    assert calibration_of(context.document, KEY).offset == pytest.approx(1.5, abs=1e-3)
    panel.update_view()
    assert "1 × raw + 1.5" in setup.formula.text() and "Ada" in setup.history.text()
    assert setup.dialog is None and context.preferences.get("technician", "") == "Ada"
    setup.plain.click()
    assert calibration_of(context.document, KEY).alike(AS_SENT) and len(history_of(context.document, KEY)) == 2
    context.history.undo()
    context.history.undo()
    assert history_of(context.document, KEY) == ()


def test_every_threshold_has_a_field_with_its_unit_and_what_is_usual(panel: Any, context: AppContext) -> None:
    panel.show_page(SETUP)
    fields = panel.setup.limits.fields
    assert set(fields) == set(Limits.__annotations__) == {words.name for words in WORDS}
    assert fields["rate"].edits[0].text() == "5" and fields["rate"].unit.text() == "°C/s (5)"
    assert [edit.text() for edit in fields["band"].edits] == ["30", "42"]
    for field in fields.values():
        assert field.unit.text() and "Usual:" in field.edits[0].toolTip()


def test_a_threshold_is_changed_for_a_channel_or_for_all_and_reset(panel: Any, context: AppContext) -> None:
    panel.show_page(SETUP)
    setup = panel.setup
    say(setup.limits.fields["spike"], "0,8")
    assert context.document.settings[THRESHOLDS] == {KEY: {"spike": 0.8}}
    assert not setup.limits.fields["spike"].back.isHidden()
    setup.scope.setCurrentIndex(1)
    setup._show()
    assert setup.limits.fields["spike"].edits[0].text() == str(LIMITS["temperature"].spike)
    say(setup.limits.fields["band"], "28", "off")
    assert context.document.settings[THRESHOLDS]["temperature"] == {"band": [28.0, math.inf]}
    intake = context.live.heard(KEY)
    assert intake is not None and intake.quality.limits.band == (28.0, math.inf) and intake.quality.limits.spike == 0.8
    setup.limits.fields["band"].back.click()
    assert "temperature" not in context.document.settings[THRESHOLDS]
    setup.scope.setCurrentIndex(0)
    setup._show()
    say(setup.limits.fields["gap"], "6")
    setup.reset.click()
    assert not context.document.settings.get(THRESHOLDS)
    context.history.undo()
    assert context.document.settings[THRESHOLDS] == {KEY: {"spike": 0.8, "gap": 6.0}}, "one step"


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("-1", "'Suspect height' cannot be -1 °C. [spike] Type 0 °C or more, or off."),
        ("ten", "'Suspect height' is no number. [spike] Type one in °C, or off."),
        ("nan", "'Suspect height' is no number. [spike] Type one in °C, or off."),
    ],
)
def test_a_threshold_that_cannot_be_is_refused_in_words(panel: Any, context: AppContext, wrong: str, told: str) -> None:
    panel.show_page(SETUP)
    field = panel.setup.limits.fields["spike"]
    say(field, wrong)
    assert not context.document.settings.get(THRESHOLDS)
    assert context.shell.heard()[-1].level == "error" and context.shell.heard()[-1].text == told
    assert field.edits[0].text() == str(LIMITS["temperature"].spike), "the field shows what counts"


def test_a_dark_channel_says_why_and_how_to_ask(panel: Any, context: AppContext, clock: ManualClock) -> None:
    panel.show_page(CONSENT)
    page = panel.consent
    page.take.click()
    run(context, clock, 0.4)
    panel.update_view()
    assert page.why.text().startswith("Dark: The tester has withdrawn") and "Ask the person" in page.why.text()
    assert panel.channels.current() is None or panel.channels.current().status.key == KEY
    item = page.table.currentItem()
    assert [item.text(column) for column in (1, 2)] == ["○", "○"] and "withdrawn" in item.toolTip(1)
    page.give.click()
    dialog = page.dialog
    dialog.accept()
    assert page.dialog is dialog, "without a name nothing is given, and the dialog stays"
    dialog.who.setText("Ada")
    dialog.accept()
    now = datetime.now(UTC)
    allowed = [context.live.consent.allows(KEY, p, now) for p in ("view", "perform", "record", "publish")]
    assert allowed == [True, True, False, False]
    until = next(g.until for g in context.live.consent.grants() if g.channel == KEY and g.purpose == "view")
    assert timedelta(364) < until - now < timedelta(367)
    page.take_all.click()
    assert not context.live.consent.allows(KEY, "view", now), "one click takes it back"


def test_consent_goes_out_and_comes_in_as_fhir(panel: Any, context: AppContext, tmp_path: Path) -> None:
    shell: Any = context.shell
    path = tmp_path / "consent.json"
    shell.answers = [path]
    consent.export_fhir(context)
    assert json.loads(path.read_text())["resourceType"] == "Bundle"
    before = set(context.live.consent.grants())
    context.document.set(("settings", "consent"), None)
    assert not context.live.consent.grants()
    shell.answers = [[path]]
    consent.import_fhir(context)
    assert {(g.channel, g.purpose, g.by) for g in context.live.consent.grants()} == {
        (g.channel, g.purpose, g.by) for g in before
    }
    path.write_text("no json")
    shell.answers = [[path]]
    assert not panel.ask(consent.import_fhir) and "no JSON" in shell.heard()[-1].text


@pytest.fixture
def listening(window: MainWindow, context: AppContext) -> Any:
    source = open_feed("osc:0.0.0.0:0?allow=127.0.0.1&cap=500", context.document)
    context.live.add_source(source, "osc:0.0.0.0:0?allow=127.0.0.1&cap=500")
    return source


def test_an_open_port_has_a_badge_a_list_and_a_cap(window: MainWindow, context: AppContext, listening: Any) -> None:
    panel: Any = window.show_panel("sensors")
    panel.show_page(FEED)
    (reach,) = panel.feed.reach.boxes
    assert not reach.heading.isVisibleTo(panel), "one port needs no name"
    assert reach.badge.text().startswith("OPEN TO THE NETWORK") and "127.0.0.1" in reach.badge.text()
    assert reach.allow.text() == "127.0.0.1" and reach.cap.value() == 500
    window.status._show_live()
    assert window.status.opened.isVisibleTo(window.status)
    reach.allow.setText("10.0.0.0/8 192.168.1.5")
    reach.cap.setValue(900)
    place = context.live.status().sources[0].place
    reach.apply.click()
    told: Any = context.requests.told  # type: ignore[attr-defined]
    assert told[-1][1:] == (f"osc:{place}?allow=10.0.0.0/8,192.168.1.5&cap=900", context.live.status().sources[0].word)
    reach.turn.click()
    assert told[-1][1].startswith("osc:127.0.0.1:")
    reach.allow.setText("nonsense")
    count = len(told)
    reach.apply.click()
    assert len(told) == count and "no address or network" in context.shell.heard()[-1].text
    context.live.remove_sources()
    window.status._show_live()
    assert not window.status.opened.isVisibleTo(window.status)


def test_what_was_refused_is_counted_by_kind(
    window: MainWindow, context: AppContext, listening: Any, qtbot: QtBot
) -> None:
    from pythonosc.osc_message_builder import OscMessageBuilder

    panel: Any = window.show_panel("sensors")
    panel.show_page(FEED)
    assert panel.feed.heading.text() == "Nothing was refused."
    port = int(context.live.status().sources[0].place.rpartition(":")[2])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for value in ("text", "more", math.inf):
            message = OscMessageBuilder("/neodent/t11/ph")
            message.add_arg(value)
            sender.sendto(message.build().dgram, ("127.0.0.1", port))
        sender.sendto(b"garbage", ("127.0.0.1", port))
    qtbot.waitUntil(lambda: context.live.status().sources[0].malformed == 4, timeout=10_000)
    panel.update_view()
    table = panel.feed.refused
    rows = {table.topLevelItem(i).text(0): table.topLevelItem(i).text(1) for i in range(table.topLevelItemCount())}
    assert rows["Wrong type: text or a list where a number belongs"] == "2"
    assert rows["No number: NaN or endless"] == "1" and sum(map(int, rows.values())) == 4


def test_in_the_narrowest_dock_pages_keep_within_it_and_buttons_say_that_they_are_cut(
    panel: Any, window: MainWindow, context: AppContext
) -> None:
    dock = window.docks["sensors"]
    dock.setFloating(True)
    for page in range(5):
        panel.show_page(page)
        dock.resize(1, 500)
        QApplication.processEvents()
        panel.update_view()
        QApplication.processEvents()
        assert panel.width() < 260
        for button in panel.findChildren(Worded):
            if button.isVisible():
                words, pictured = button.shown()
                whole = words == button.text()
                assert whole or (words.endswith("…") and not pictured), (page, button.text(), words)
                beyond = button.mapTo(panel, button.rect().topRight()).x() - panel.width()
                reach = (
                    panel.setup.area.horizontalScrollBar().maximum() if page == SETUP else 0
                )  # it has numbers to keep
                assert beyond <= reach, (page, button.text())
    dock.resize(400, 500)
    QApplication.processEvents()
    assert all(one.shown() == (one.text(), True) for one in panel.findChildren(Worded) if one.isVisible())
    dock.setFloating(False)


def test_whose_a_fault_is_tells_its_quantity_in_few_letters_too(context: AppContext) -> None:
    channel = next(iter(context.document.probes.values())).channels[0]
    fault = Fault(FaultKind.SPIKE, 1.0, 2.0, 1.0, 0.6)
    for tooth, where in ((12, "12 · lateral incisor"), (0, "Sensor over the very long name of a clinic")):
        row = FaultRow(
            Trouble("p", tooth, channel, fault, True), "since 1", "2 s", sureness(fault, "temperature"), where
        )
        words = whose_words(row)
        assert words[0] == f"{where} · Temperature" and words[1].endswith(" · Temperature")
        assert words[-1].endswith(" °C") and len(words[-1]) <= 15 and words[-1][:2] == where[:2]
