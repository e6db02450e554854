"""The feed from outside in the sensors panel: address, state, streams and where they go."""

from __future__ import annotations

from typing import Any

import pytest

from neodent_viewer.app.context import AppContext
from neodent_viewer.app.panels.sensors import FEED
from neodent_viewer.app.window import MainWindow
from neodent_viewer.core.clock import ManualClock
from neodent_viewer.document.mapping import Mapping
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
    panel.feed.set_feed(3)
    assert panel.feed.streams.isVisibleTo(panel)
    assert panel.feed.streams.state.text().startswith("Not connected")
    panel.feed.streams.address.setText(" lsl:mouth ")
    panel.feed.streams.address.returnPressed.emit()
    assert context.requests.told[-1] == ("feed", "lsl:mouth")  # type: ignore[attr-defined]


def test_a_stream_is_led_to_a_tooth_once_and_back(
    panel: Any, source: MqttSource, context: AppContext, clock: ManualClock
) -> None:
    source.receive("clinic/3", encode([Reading("urn:dev:1:temp", "K", 310.15), Reading("t12/ph", "pH", 7.0)]))
    source.receive("clinic/3", b"nonsense")
    context.live.tick(clock.advance(1.0))
    panel.update_view()
    box = panel.feed.streams
    assert "1 not JSON" in box.state.text() and "2 samples" in box.state.text()
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
