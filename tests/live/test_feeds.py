"""From a word to a running source."""

from datetime import UTC, datetime

import numpy as np
import pytest
from pythonosc.udp_client import SimpleUDPClient

from neodent_viewer.core.clock import ManualClock, MonotonicClock
from neodent_viewer.core.errors import SensorError
from neodent_viewer.document.anchor import anchor_at
from neodent_viewer.document.document import Document
from neodent_viewer.document.part import Part
from neodent_viewer.live.feeds import open_feed
from neodent_viewer.live.live import Live
from neodent_viewer.live.placement import probe_at
from neodent_viewer.mesh.surface import Surface
from neodent_viewer.sensors.source import SilentSource
from neodent_viewer.sensors.sources.osc import OscSource
from neodent_viewer.trust.consent import ConsentRegister


@pytest.fixture
def document():
    x, z = np.meshgrid(np.linspace(-30, 30, 20), np.linspace(-20, 20, 20))
    points = np.stack([x, 0.02 * x * z, z], -1).reshape(-1, 3)
    i, j = np.meshgrid(np.arange(19), np.arange(19), indexing="ij")
    a = (i * 20 + j).ravel()
    faces = np.concatenate([np.stack([a, a + 1, a + 20], 1), np.stack([a + 1, a + 21, a + 20], 1)])
    document = Document()
    document.set(("parts", "scan"), Part("scan", "Scan", Surface(points, faces)))
    return document


def ticked(live, seconds):
    moment = None
    for _ in range(round(seconds * 30)):
        moment = live.tick(live.clock.advance(1 / 30))
    return moment


def test_a_simulation_of_a_scan_without_probes_shows_something(document):
    live = Live(document, ManualClock())
    live.add_source(open_feed("sim", document, 1))
    moments = [ticked(live, 0.5) for _ in range(8)]
    assert len(document.probes) == 3
    assert np.isfinite(moments[-1].values).all()
    assert max(m.energy.max() for m in moments) > 0.5, "a fault within four seconds"
    assert "The simulation" in live.status().consent
    live.close()


def test_the_same_seed_gives_the_same_moments_bit_for_bit(document):
    def moments(seed):
        live = Live(document, ManualClock())
        live.add_source(open_feed("sim", document, seed))
        found = [ticked(live, 0.5) for _ in range(12)]
        live.close()
        return [(m.values.tobytes(), m.energy.tobytes(), m.noise.tobytes(), m.form.tobytes(), m.probes) for m in found]

    assert moments(4) == moments(4)
    assert moments(4) != moments(5)


def test_a_probe_placed_while_it_runs_is_heard_and_one_taken_away_is_not(document):
    live = Live(document, ManualClock())
    live.add_source(open_feed("sim", document, 1))
    ticked(live, 2.0)
    new = probe_at(anchor_at(document.parts["scan"], 5, np.full(3, 1 / 3)), 0, ("force",), "mine")
    document.set(("probes", new.id), new)
    document.set(("probes", "probe-left"), None)
    moment = ticked(live, 1.0)
    assert np.isfinite(moment.values[moment.channels.index("mine/force")])
    assert "left/ph" not in moment.channels
    live.close()


def test_opening_a_simulation_again_overrules_no_withdrawal(document):
    live = Live(document, ManualClock())
    live.add_source(open_feed("sim", document, 1))
    live.withdraw()
    live.remove_sources()
    live.add_source(open_feed("sim", document, 1))
    assert ticked(live, 2.0).withheld.all()
    live.close()


def test_what_the_simulation_may_show_a_real_sensor_may_not(document):
    open_feed("sim", document, 1)
    consent = ConsentRegister.from_json(document.settings["consent"])
    now = datetime.now(UTC)
    assert consent.allows("front/ph", "view", now, simulated=True)
    assert not consent.allows("front/ph", "view", now)


def test_words_become_sources(document):
    assert isinstance(open_feed("none", document), SilentSource)
    osc = open_feed("osc:9123", document).source
    assert isinstance(osc, OscSource)
    assert (osc.host, osc.port) == ("127.0.0.1", 9123)
    opened = open_feed("osc:0.0.0.0:9123", document).source
    assert (opened.host, opened.port) == ("0.0.0.0", 9123)
    assert not document.probes, "only the simulation places probes"


WORDS = (
    *("", "simm", "osc", "osc:", "osc:port", "osc:-1", "osc:70000", "osc:9000?allow=here", "osc:9000?cap=0"),
    *("osc:9000?door=open", "mqtt:9000", "mqtt:h", "mqtt:h/", "mqtt:/a", "mqtt:h:99999/a", "mqtt:h/a#", "mqtt:h/a/#/b"),
    *("mqtt:h/$share/g+/a", "mqtt:h/a?qos=3", "mqtt:h/a?ca=x&x=1", "mqtt:h/a?password_file=/nowhere/at/all"),
    *("serial:", "serial:/dev/x@fast", "serial:@9600", "ws:", "ws:h", "ws://", "ws:// h", "wss://h:0", "ws://h:99999"),
)


@pytest.mark.parametrize("word", WORDS)
def test_other_words_are_said_to_be_none(document, word):
    with pytest.raises(SensorError) as error:
        open_feed(word, document)
    assert error.value.kind == "address"
    assert error.value.remedy


def test_from_a_senders_packet_to_a_moment(document):
    """A real UDP client, the real clock: dark without consent, there with it, and a fault lights its probe."""
    place = anchor_at(document.parts["scan"], 5, np.full(3, 1 / 3))
    probe = probe_at(place, 11, ("temperature",))
    document.set(("probes", probe.id), probe)
    live, source = Live(document, MonotonicClock()), OscSource(0)
    live.add_source(source)
    client = SimpleUDPClient("127.0.0.1", source.port)
    try:
        client.send_message("/neodent/t11/temperature", 34.5)
        assert _tick_until(live, lambda m: live.status().channels[0].samples == 1).withheld.all()
        live.grant(["t11/temperature"], ["view"], datetime(2100, 1, 1, tzinfo=UTC), "Ada")
        assert np.isnan(live.tick().values).all(), "that came before anybody allowed it"
        client.send_message("/neodent/t11/temperature", 34.75)
        assert _tick_until(live, lambda m: np.isfinite(m.values[0])).values.tolist() == [34.75]
        client.send_message("/neodent/t11/temperature", 400.0)
        moment = _tick_until(live, lambda m: m.energy[0] > 0)
        assert (moment.kinds, moment.flags.tolist(), moment.quality.tolist()) == (("out_of_range",), [4], [0.0])
        assert moment.noise[0] > 0.5
    finally:
        client._sock.close()
        live.close()


def _tick_until(live, reached, seconds=5.0):
    while live.clock.now() < seconds:
        moment = live.tick()
        if reached(moment):
            return moment
    raise AssertionError("nothing came")


def test_silence_is_a_source_too(document):
    live = Live(document, ManualClock())
    live.add_source(open_feed("none", document))
    assert live.tick(1.0).values.size == 0
    assert str(live.status()) == "No feed · 0 channels"
    live.close()
