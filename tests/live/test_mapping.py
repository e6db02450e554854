"""From streams to channels: what a person said, what a name says by itself, and what measures something else."""

from datetime import UTC, datetime

import numpy as np
import pytest

from neodent_viewer.core.clock import ManualClock
from neodent_viewer.document.anchor import anchor_at
from neodent_viewer.document.document import Document
from neodent_viewer.document.history import History
from neodent_viewer.document.mapping import Mapping
from neodent_viewer.document.part import Part
from neodent_viewer.live.feeds import CHECKS, OPENERS, check_feed, open_feed
from neodent_viewer.live.live import Live
from neodent_viewer.live.mapping import MappedSource, map_edits, unmap_edit
from neodent_viewer.live.placement import probe_at
from neodent_viewer.mesh.surface import Surface
from neodent_viewer.sensors.address import MqttAddress
from neodent_viewer.sensors.senml import Reading, encode
from neodent_viewer.sensors.source import SilentSource
from neodent_viewer.sensors.sources.mqtt import MqttSource


@pytest.fixture
def document():
    document = Document()
    points = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0]], float)
    document.set(("parts", "scan"), Part("scan", "Scan", Surface(points, np.array([[0, 1, 2]]))))
    return document


@pytest.fixture
def feed(document):
    """A mapped feed that is not started: what it receives is put in by hand."""
    inner = MqttSource(MqttAddress("127.0.0.1", 1, "a"))
    source = MappedSource(inner, document)
    yield source
    source.close()


def send(feed, name, unit, value):
    feed.source.receive("clinic", encode([Reading(name, unit, value)]))
    return {block.channel: block.values.tolist() for block in feed.read(0.0)}


def test_a_mapping_counts_from_the_next_sample_and_until_it_is_taken_back(feed, document):
    history = History(document)
    assert send(feed, "urn:dev:1:temp", "K", 310.15) == {}
    for edit in map_edits(document, Mapping("urn:dev:1:temp", 11, "temperature")):
        history.do(edit)
    assert send(feed, "urn:dev:1:temp", "K", 310.15) == {"t11/temperature": [37.0]}
    probe = probe_at(anchor_at(document.parts["scan"], 0, np.full(3, 1 / 3)), 11, ("temperature",), "front")
    document.set(("probes", probe.id), probe)
    assert send(feed, "urn:dev:1:temp", "K", 310.15) == {"front/temperature": [37.0]}
    history.do(unmap_edit(document, "urn:dev:1:temp"))
    assert send(feed, "urn:dev:1:temp", "K", 310.15) == {}


def test_names_that_speak_for_themselves_need_no_mapping_and_obey_one(feed, document):
    assert send(feed, "neodent/t11/ph", "pH", 7.0) == {"t11/ph": [7.0]}
    document.set(("mappings", "neodent/t11/ph"), Mapping("neodent/t11/ph", 21, "ph"))
    assert send(feed, "neodent/t11/ph", "pH", 7.0) == {"t21/ph": [7.0]}


@pytest.mark.parametrize(
    ("unit", "kind", "words"),
    [("N", "wrong unit", "N is no unit of temperature"), ("furlong", "unknown unit", "unit 'furlong'")],
)
def test_what_measures_something_else_is_refused_in_words(feed, document, unit, kind, words):
    document.set(("mappings", "urn:a:b"), Mapping("urn:a:b", 11, "temperature"))
    assert send(feed, "urn:a:b", unit, 5.0) == {}
    assert send(feed, "urn:a:b", unit, 5.0) == {}
    assert dict(feed.status().refused) == {kind: 2}
    assert words in feed.status().problem


def test_a_unit_that_is_named_late_counts_from_then_on(feed, document):
    assert send(feed, "neodent/t11/temperature", "", 36.0) == {"t11/temperature": [36.0]}
    assert send(feed, "neodent/t11/temperature", "N", 5.0) == {}
    assert dict(feed.status().refused) == {"wrong unit": 1}
    assert send(feed, "neodent/t12/temperature", "", 36.0) == {"t12/temperature": [36.0]}
    assert send(feed, "neodent/t12/temperature", "K", 310.15) == {"t12/temperature": [37.0]}


def test_one_stream_feeds_one_quantity_of_a_tooth(document):
    history = History(document)
    for address in ("a/b", "c/d"):
        for edit in map_edits(document, Mapping(address, 11, "ph")):
            history.do(edit)
    assert list(document.mappings) == ["c/d"]


def test_a_probe_learns_what_is_mapped_to_its_tooth(document):
    probe = probe_at(anchor_at(document.parts["scan"], 0, np.full(3, 1 / 3)), 11, ("temperature",), "t11")
    document.set(("probes", probe.id), probe)
    for edit in map_edits(document, Mapping("a/b", 11, "force")):
        History(document).do(edit)
    assert [c.key for c in document.probes[probe.id].channels] == ["t11/temperature", "t11/force"]


def test_outside_is_dark_until_somebody_consents(feed, document):
    probe = probe_at(anchor_at(document.parts["scan"], 0, np.full(3, 1 / 3)), 11, ("temperature",), "t11")
    document.set(("probes", probe.id), probe)
    open_feed("sim", document)  # what it may show no real sensor may
    live = Live(document, ManualClock())
    live.add_source(feed)
    feed.source.receive("clinic", encode([Reading("t11/temperature", "Cel", 36.0)]))
    moment = live.tick(0.0)
    assert moment.withheld.all() and np.isnan(moment.values).all()
    live.close()


def test_the_last_value_of_a_stream_is_told_where_somebody_consented(feed, document):
    live = Live(document, ManualClock())
    live.add_source(feed)
    document.set(("mappings", "urn:a"), Mapping("urn:a", 11, "temperature"))

    def told(at):
        live.tick(live.clock.advance(at - live.clock.now()))
        return {
            one.address: (one.value, one.unit) for one in live.status().sources[0].streams if one.value == one.value
        }

    def speak():
        feed.source.receive("clinic", encode([Reading("urn:a", "K", 310.15), Reading("urn:b", "N", 5.0)]))
        feed.source.receive("clinic", encode([Reading("t21/ph", "pH", 7.0)]))

    speak()
    assert told(0.5) == {}
    later = datetime(2100, 1, 1, tzinfo=UTC)
    live.grant(["t11/temperature"], ["view"], later, "Ada")
    assert told(1.0) == {}, "that came before anybody allowed it"
    speak()
    assert told(1.5) == {"urn:a": (37.0, "°C")}
    live.purpose = "perform"
    assert told(2.0) == {}
    live.grant(["*"], ["perform"], later, "Ada")
    assert told(2.5) == {}
    speak()
    assert told(3.0) == {"urn:a": (37.0, "°C"), "urn:b": (5.0, "N"), "t21/ph": (7.0, "pH")}
    live.withdraw("t21/ph")
    assert "t21/ph" not in told(3.5)
    live.close()


@pytest.mark.parametrize(
    "tooth_and_quantity", [(0, "ph"), (19, "ph"), (91, "ph"), (11.0, "ph"), (True, "ph"), (11, "mood")]
)
def test_a_mapping_to_nothing_is_none(tooth_and_quantity):
    with pytest.raises(ValueError):
        Mapping("a", *tooth_and_quantity)


def test_every_word_a_person_may_write_opens_its_source(document):
    words = ("mqtt:h/a", "mqtt:[::1]:1884/$share/g/a/+/#", "mqtts:h:8883/a?user=ada&qos=0", "serial:/dev/ttyX@9600")
    words = (*words, "ws://h:1/a", "wss://h/a", "lsl:", "lsl:mouth", "osc:0.0.0.0:9000?allow=10.0.0.0/8&cap=5")
    seen = set()
    for word in words:
        check_feed(word)
        source = open_feed(word, document)
        assert not source.simulated
        assert not isinstance(source, SilentSource)
        seen.add(word.partition(":")[0])
        source.close()
    assert {"mqtt", "mqtts", "serial", "ws", "wss", "lsl", "osc"} == seen
    assert set(CHECKS) <= set(OPENERS)


def test_of_many_streams_half_wait_one_tick_and_nothing_is_lost_or_turned_round(feed):
    got = {}
    for k in range(11):
        if k < 10:
            names = [Reading(f"s{i}/force", "N", float(k)) for i in range(64)]
            feed.source.receive("clinic", encode(names))
        blocks = feed.read(0.0)
        assert k == 0 or len({block.channel for block in blocks}) == len(blocks) <= 48
        for block in blocks:
            got.setdefault(block.channel, []).extend(block.values.tolist())
        assert all(len(got.get(f"s{i}/force", [])) >= k for i in range(64)), "none waits for longer than one tick"
    assert got == {f"s{i}/force": [float(k) for k in range(10)] for i in range(64)}
