"""The feed from outside in the sensors panel: address, state, streams and where they go."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from neodent_viewer.app.context import AppContext
from neodent_viewer.app.panels.sensors import FEED
from neodent_viewer.app.window import MainWindow
from neodent_viewer.core.clock import ManualClock
from neodent_viewer.document.mapping import Mapping
from neodent_viewer.live.feeds import open_feed
from neodent_viewer.live.mapping import MappedSource
from neodent_viewer.sensors.address import MqttAddress
from neodent_viewer.sensors.senml import Reading, encode
from neodent_viewer.sensors.sources.mqtt import MqttSource


@pytest.fixture
def panel(window: MainWindow) -> Any:
    panel = window.show_panel("sensors")
    assert panel is not None
    panel.show_page(FEED)
    return panel


@pytest.fixture
def source(context: AppContext) -> MqttSource:
    """A source whose broker is never there; what it receives is put in by hand."""
    source = MqttSource(MqttAddress("127.0.0.1", 1, "a"), least=30.0)
    context.live.add_source(MappedSource(source, context.document))
    return source


def test_an_address_is_asked_for_and_handed_on(panel: Any, context: AppContext) -> None:
    feed = panel.feed
    assert feed.empty.isVisibleTo(panel) and not feed.streams.isVisibleTo(panel)
    feed.ask_address()
    assert feed.streams.address.isVisibleTo(panel) and not feed.empty.isVisibleTo(panel)
    feed.streams.address.setText("nowhere at all")
    feed.streams.address.returnPressed.emit()
    assert feed.streams.address.isVisibleTo(panel), "an address that means nothing can be mended"
    assert context.requests.told == []  # type: ignore[attr-defined]
    feed.streams.address.setText(" lsl:mouth ")
    feed.streams.address.returnPressed.emit()
    assert context.requests.told[-1] == ("add feed", "lsl:mouth")  # type: ignore[attr-defined]
    assert not feed.streams.address.isVisibleTo(panel)


def test_several_feeds_stand_side_by_side_and_end_one_by_one(
    panel: Any, context: AppContext, clock: ManualClock
) -> None:
    sources = [MqttSource(MqttAddress("127.0.0.1", 1, topic), least=30.0) for topic in ("left", "right")]
    for source, word in zip(sources, ("mqtt:127.0.0.1:1/left", "mqtt:127.0.0.1:1/right"), strict=True):
        context.live.add_source(MappedSource(source, context.document), word)
        source.receive("a", encode([Reading("t12/ph", "pH", 7.0), Reading(word.rpartition("/")[2], "Cel", 36.0)]))
    context.live.tick(clock.advance(0.5))
    panel.update_view()
    feed = panel.feed
    assert len(feed.cards.cards) == 2
    tree = feed.streams.tree
    rows = [tree.topLevelItem(i).text(0).partition("\n")[0] for i in range(tree.topLevelItemCount())]
    names = [status.name for status in context.live.status().sources]
    assert rows == [names[0], "t12/ph", "a/left", names[1], "t12/ph", "a/right"]
    tree.setCurrentItem(tree.topLevelItem(0))
    assert feed.streams.chosen() == "", "a feed is no stream"
    feed.streams.map_button.click()
    assert context.document.mappings == {}
    refused = {feed.refused.topLevelItem(i).text(0) for i in range(feed.refused.topLevelItemCount())}
    assert refused == {f"{names[1]}: Samples of a channel that another feed speaks for"}
    assert "1 refused" in feed.cards.cards[1].state.text()
    feed.cards.cards[0].close_button.click()
    assert context.requests.told[-1] == ("end feed", "mqtt:127.0.0.1:1/left")  # type: ignore[attr-defined]
    context.live.remove_sources("mqtt:127.0.0.1:1/left")
    panel.update_view()
    assert [card.name.toolTip().partition("\n")[0] for card in feed.cards.cards] == [names[1]]
    assert [tree.topLevelItem(i).text(0)[:4] for i in range(tree.topLevelItemCount())] == ["t12/", "a/ri"]


def test_a_stream_is_led_to_a_tooth_once_and_back(
    panel: Any, source: MqttSource, context: AppContext, clock: ManualClock
) -> None:
    source.receive("clinic/3", encode([Reading("urn:dev:1:temp", "K", 310.15), Reading("t12/ph", "pH", 7.0)]))
    source.receive("clinic/3", b"nonsense")
    context.live.tick(clock.advance(1.0))
    panel.update_view()
    box = panel.feed.streams
    told = panel.feed.cards.cards[0].state.text()
    assert "1 refused" in told and "2 samples" in told
    rows = [box.tree.topLevelItem(i).text(0) for i in range(box.tree.topLevelItemCount())]
    assert rows == ["urn:dev:1:temp\n– · now · not mapped", "t12/ph\n7 pH · now → t12/ph"], (
        "a value where it is allowed"
    )
    box.tree.setCurrentItem(box.tree.topLevelItem(0))
    assert box.quantity.currentData() == "temperature", "guessed from its unit"
    box.tooth.setCurrentIndex(box.tooth.findData(11))
    box.map_button.click()
    assert context.document.mappings == {"urn:dev:1:temp": Mapping("urn:dev:1:temp", 11, "temperature")}
    panel.update_view()
    key = next(c.key for p in context.document.probes.values() if p.tooth == 11 for c in p.channels)
    assert box.tree.topLevelItem(0).text(0).endswith(f"→ {key}")
    context.live.withdraw()
    source.receive("clinic/3", encode([Reading("urn:dev:1:temp", "K", 309.15)]))
    moment = context.live.tick(clock.advance(0.1))
    assert moment.withheld[moment.channels.index(key)]
    status = next(one for one in context.live.status().channels if one.key == key)
    assert status.samples == 1
    box.unmap_button.click()
    assert context.document.mappings == {}
    context.history.undo()
    assert list(context.document.mappings) == ["urn:dev:1:temp"]


def test_no_value_is_shown_before_consent(panel: Any, source: MqttSource, context: AppContext) -> None:
    source.receive("clinic/3", encode([Reading("urn:dev:1:temp", "Cel", 36.125)]))
    panel.update_view()
    item = panel.feed.streams.tree.topLevelItem(0)
    assert "36.1" not in " ".join([*(item.text(c) for c in range(4)), item.toolTip(0)])


def test_a_stream_s_name_speaks_for_its_tooth_and_what_is_refused_is_told_apart(
    panel: Any, source: MqttSource, context: AppContext, clock: ManualClock
) -> None:
    readings = [("t12/temperature", "Cel", 36.5), ("t11/ph", "furlong", 7.0), ("t11/temperature", "N", 3.0)]
    readings += [("clinic/42/bite", "N", 12.0), ("mouth/force", "N", 4.0), ("t12/force", "", 5.5)]
    source.receive("clinic/3", encode([Reading(name, unit, value) for name, unit, value in readings]))
    context.live.grant(["*"], ["view"], context.live.wall().replace(year=2100), "The tester")
    context.live.tick(clock.advance(1.0))
    panel.update_view()
    box = panel.feed.streams
    items = {box.tree.topLevelItem(i).text(0).partition("\n")[0]: box.tree.topLevelItem(i) for i in range(6)}
    for name, tooth, quantity in (
        ("t12/temperature", 12, "temperature"), ("clinic/42/bite", 42, "force"), ("mouth/force", None, "force"),
        ("t11/ph", 11, None),
    ):  # fmt: skip
        box.tree.setCurrentItem(items[name])
        assert box.tooth.currentData() == tooth
        assert quantity is None or box.quantity.currentData() == quantity
        assert box.map_button.isEnabled() == (tooth is not None)
    assert items["t12/temperature"].text(0).endswith("→ t12/temperature")
    assert items["t12/force"].text(0).splitlines()[1].startswith("5.5 N"), "a bare number is in the channel's unit"
    colours = {items[name].foreground(0).color().name() for name in ("t12/temperature", "t12/force")}
    for name, why in (("t11/ph", "pH"), ("t11/temperature", "temperature")):
        assert items[name].text(0).endswith(f"refused: no unit of {why}") and "→" not in items[name].text(0)
        assert "Refused: " in items[name].toolTip(0) and "Let the sensor send" in items[name].toolTip(0)
        assert items[name].foreground(0).color().name() not in colours
    box.tree.setCurrentItem(items["mouth/force"])
    box.tooth.setCurrentIndex(box.tooth.findData(36))
    assert box.map_button.isEnabled()
    box.map_button.click()
    assert context.document.mappings["mouth/force"] == Mapping("mouth/force", 36, "force")
    panel.update_view()
    box.tree.setCurrentItem(items["t11/ph"])
    box.tree.setCurrentItem(items["mouth/force"])
    assert box.tooth.currentData() == 36, "what it is mapped to is offered again"


def test_the_page_leaves_the_status_bar_free_from_the_first_time_it_is_shown(window: MainWindow, qtbot: QtBot) -> None:
    panel: Any = window.show_panel("sensors")
    qtbot.waitUntil(lambda: panel._seen, timeout=5000)
    panel.show_page(FEED)
    QApplication.processEvents()
    foot = panel.mapTo(window, panel.rect().bottomLeft()).y()
    assert foot <= window.status.geometry().top()


@pytest.fixture
def crowd(panel: Any, context: AppContext, clock: ManualClock) -> list[str]:
    """Seven feeds at once, nobody behind most, two of them ports that listen: one to this machine, one to a network."""
    words = []
    for number in range(5):
        topic = f"ward/{number}/of/a/clinic/with/a/name/that/goes/on/for/longer/than/any/dock/is/wide"
        words.append(f"mqtt:127.0.0.1:1/{topic}")
        source = MqttSource(MqttAddress("127.0.0.1", 1, topic), least=30.0)
        context.live.add_source(MappedSource(source, context.document), words[-1])
    for word in ("osc:127.0.0.1:0", "osc:0.0.0.0:0?cap=500"):
        words.append(word)
        context.live.add_source(open_feed(word, context.document), word)
    context.live.tick(clock.advance(0.5))
    panel.update_view()
    return words


def test_many_feeds_scroll_and_neither_widen_nor_heighten_the_window(
    window: MainWindow, panel: Any, context: AppContext, crowd: list[str], qtbot: QtBot
) -> None:
    status = window.status
    status._show_live()
    context.selection.set(parts=tuple(context.document.parts))
    QApplication.processEvents()
    foot = panel.mapTo(window, panel.rect().bottomLeft()).y()
    assert foot <= status.geometry().top(), "the dock ends above the status bar"
    assert window.minimumSizeHint().width() <= 1280 and window.minimumSizeHint().height() <= 800
    assert panel.feed.area.verticalScrollBar().maximum() > 0
    for widget in (status.fps, status.unit, status.feed, status.opened):
        right = widget.mapTo(window, widget.rect().bottomRight()).x()
        assert widget.isVisibleTo(window) and right <= window.width(), "the foot of the window is whole"
    assert status.feed.text() == "7 feeds"
    assert all(one.name in status.feed.toolTip() for one in context.live.status().sources)
    buttons = [card.close_button for card in panel.feed.cards.cards]
    assert len(buttons) == 7 and all(button.width() >= 18 and button.height() >= 18 for button in buttons)


def test_each_port_that_listens_says_of_itself_who_is_heard(panel: Any, context: AppContext, crowd: list[str]) -> None:
    opened, closed = panel.feed.reach.boxes
    assert opened.badge.text().startswith("OPEN TO THE NETWORK") and closed.badge.text().startswith("This machine")
    ports = {one.word: one.place.rpartition(":")[2] for one in context.live.status().sources if one.place}
    assert [box.heading.text() for box in (opened, closed)] == [f"Port {ports[crowd[6]]}", f"Port {ports[crowd[5]]}"]
    assert opened.heading.isVisibleTo(panel)
    opened.turn.click()
    assert context.requests.told[-1][2] == crowd[6]  # type: ignore[attr-defined]
    context.live.remove_sources(crowd[6])
    panel.update_view()
    assert len(panel.feed.reach.boxes) == 1 and not panel.feed.reach.boxes[0].heading.isVisibleTo(panel)


def test_what_keeps_a_feed_from_speaking_stands_on_its_own_card(
    panel: Any, context: AppContext, crowd: list[str], qtbot: QtBot
) -> None:
    def told() -> bool:
        panel.update_view()
        return all(card.problem.text() for card in panel.feed.cards.cards[:5])

    qtbot.waitUntil(told, timeout=10_000)
    assert all(card.problem.isVisibleTo(panel) for card in panel.feed.cards.cards[:5])
    assert not any(card.problem.isVisibleTo(panel) for card in panel.feed.cards.cards[5:])
    assert panel.feed.problem.text() == "", "and nowhere else"
