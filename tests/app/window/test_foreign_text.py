"""What strangers wrote stands on screen as they wrote it: no name, address or caption is taken for markup anywhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QApplication, QLabel, QListWidget, QMessageBox, QToolTip, QTreeWidget, QWidget

from neodent_viewer.app.actions import consent
from neodent_viewer.app.context import WORKSPACES, AppContext
from neodent_viewer.app.panels.base import caption
from neodent_viewer.app.panels.sensors import CONSENT, FEED
from neodent_viewer.app.panels.timeline_paint import NAMES, Shown, lanes
from neodent_viewer.app.panels.timeline_scale import Scale
from neodent_viewer.app.panels.timeline_words import words_at
from neodent_viewer.app.shell import Message
from neodent_viewer.app.window import MainWindow
from neodent_viewer.app.words import plain_tip
from neodent_viewer.core.clock import ManualClock
from neodent_viewer.document.chapter import Chapter, Placed
from neodent_viewer.document.zone import Zone
from neodent_viewer.sensors.discovery import Stream
from neodent_viewer.sensors.source import SilentSource, SourceStatus
from neodent_viewer.trust.fhir import CHANNEL, PURPOSE

EVIL = "<b>Ada</b><img src=x>"


class Stranger(SilentSource):
    """A feed whose every word is made to be taken for markup."""

    def status(self) -> SourceStatus:
        streams = (Stream(EVIL, unit="<i>N</i>", sent_unit="<u>lbf</u>", value=3.0),)
        return SourceStatus(
            EVIL, True, 1, 0, 1, f"No room for {EVIL}.", (EVIL,), f"lost {EVIL}", ((EVIL, 3),), streams, ((EVIL, EVIL),),
            word=EVIL, place=EVIL, open=True,
        )  # fmt: skip


@pytest.fixture
def hostile(window: MainWindow, context: AppContext, clock: ManualClock) -> MainWindow:
    """The window around a document and a feed that name everything so."""
    document = context.document
    for table in ("parts", "probes"):
        for key, one in getattr(document, table).items():
            document.set((table, key), replace(one, name=EVIL))
    document.set(("zones", "z"), Zone("z", EVIL, 1, teeth=(11,), caption=EVIL))
    document.set(("chapters", "c"), Chapter("c", 0.0, 9.0, EVIL, EVIL))
    document.set(("looks", EVIL), replace(document.look, name=EVIL))
    keys = [channel.key for channel in context.live.expected]
    context.live.grant(keys[1:], ["view", "perform"], datetime.now(UTC) + timedelta(days=1), EVIL)
    context.live.withdraw(keys[-1])
    context.live.add_source(Stranger(), EVIL)
    context.ticker.moment = context.live.tick(clock.advance(0.5))  # type: ignore[misc]
    context.shell.say(EVIL, "error")
    return window


def tips(window: QWidget) -> Iterator[str]:
    for widget in (window, *window.findChildren(QWidget)):
        yield widget.toolTip()
        if isinstance(widget, QTreeWidget):
            items = widget.findItems("*", Qt.MatchFlag.MatchWildcard | Qt.MatchFlag.MatchRecursive)
            yield from (item.toolTip(column) for item in items for column in range(widget.columnCount()))
        elif isinstance(widget, QListWidget):
            yield from (widget.item(row).toolTip() for row in range(widget.count()))


def test_no_label_and_no_tooltip_of_the_window_takes_a_strangers_words_for_markup(hostile: MainWindow) -> None:
    labels, told = set[str](), set[str]()
    for workspace in WORKSPACES:
        hostile.context.shell.set_workspace(workspace)
        for name in hostile.docks:
            panel: Any = hostile.show_panel(name)
            for page in (FEED, CONSENT) if name == "sensors" else (None,):
                if page is not None:
                    panel.show_page(page)
                panel.update_view()
                for label in hostile.findChildren(QLabel):
                    label.ensurePolished()
                    rich = label.property("rich") is True
                    assert rich or label.textFormat() == Qt.TextFormat.PlainText, label.text()
                    assert not rich or EVIL not in label.text()
                    labels |= {label.text()} if EVIL in label.text() else set()
                found = set(tips(hostile))
                told |= {one for one in found if "Ada" in one}
                assert not any("<b>Ada" in one or "<img" in one or "<i>N" in one for one in found), found
    assert len(labels) >= 5 and len(told) >= 8, ("or nothing was looked at", labels, told)


def test_a_caption_is_plain_without_any_style_sheet(qapp: QApplication) -> None:
    label = caption(EVIL)
    assert label.textFormat() == Qt.TextFormat.PlainText
    label.deleteLater()


def test_boxes_are_plain_too(window: MainWindow) -> None:
    box = QMessageBox(window)
    box.setText(EVIL)
    box.setInformativeText(EVIL)
    box.open()
    try:
        shown = [one for one in box.findChildren(QLabel) if EVIL in one.text()]
        assert len(shown) == 2 and all(one.textFormat() == Qt.TextFormat.PlainText for one in shown)
    finally:
        box.close()
        box.deleteLater()


def test_what_the_timeline_says_under_the_cursor_is_text(window: MainWindow) -> None:
    chapter = Chapter("c", 0.0, 9.0, EVIL, EVIL)
    at = QPointF(NAMES + 9, lanes(400.0)["values"].top() + 1)
    told = words_at(Shown(channel=EVIL), Scale(0.0, 9.0, NAMES, 300.0), at, 400.0, Placed(0.0, 9.0, chapter))
    assert "<b>" not in told and "&lt;b&gt;" in told


def test_a_tooltip_shows_the_very_letters(window: MainWindow) -> None:
    from PySide6.QtGui import QTextDocument

    for text in (EVIL, "a & b\n<second>", "&lt;", "plain\ntwo lines"):
        document = QTextDocument()
        if Qt.mightBeRichText(plain_tip(text)):
            document.setHtml(plain_tip(text))
        else:
            document.setPlainText(plain_tip(text))
        assert document.toPlainText() == text
    QToolTip.hideText()


def test_a_fhir_grantor_is_one_clean_line_of_text(hostile: MainWindow, context: AppContext, tmp_path: Path) -> None:
    key = context.live.expected[0].key
    provision = {
        "purpose": [{"system": PURPOSE, "code": "view"}],
        "code": [{"coding": [{"system": CHANNEL, "code": key}]}],
    }
    path = tmp_path / "a.json"
    record = {
        "resourceType": "Consent", "status": "active", "grantor": [{"display": f"{EVIL}\n\u202eKing\x1b" + "x" * 400}],
        "period": {"end": "2099-01-01"}, "decision": "deny", "provision": [provision],
    }  # fmt: skip
    path.write_text(json.dumps(record))
    context.shell.answers = [[path]]  # type: ignore[attr-defined]
    consent.import_fhir(context)
    panel: Any = hostile.show_panel("sensors")
    panel.show_page(CONSENT)
    panel.update_view()
    grantor = next(one.by for one in context.live.consent.grants() if one.channel == key and one.purpose == "view")
    assert grantor.startswith(f"{EVIL} Kingxxx") and len(grantor) == 192 and grantor.isprintable()
    labels = [one for one in hostile.findChildren(QLabel) if grantor in one.text()]
    assert labels and all(one.textFormat() == Qt.TextFormat.PlainText for one in labels)


def test_the_status_bar_shows_what_was_said_as_it_was_said(window: MainWindow) -> None:
    window.context.shell.say(EVIL)
    label = next(one for one in window.findChildren(QLabel) if one.text() == EVIL)
    assert label.textFormat() == Qt.TextFormat.PlainText and Message(EVIL).text == label.text()
