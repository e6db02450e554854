"""What a console says of channels: cadence, strip, staleness and faults, all behind the consent gate."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from neodent_viewer.core.clock import ManualClock
from neodent_viewer.document.anchor import Anchor
from neodent_viewer.document.document import Document
from neodent_viewer.document.probe import Probe
from neodent_viewer.live.console import Company, speech, strip, troubles
from neodent_viewer.live.live import Live
from neodent_viewer.sensors.channel import Flag, channel
from neodent_viewer.sensors.fault import FaultKind
from neodent_viewer.sensors.sample import block
from neodent_viewer.sensors.source import SourceStatus

NOON = datetime(2030, 5, 1, 12, tzinfo=UTC)
KEY = "t11/temperature"


class Script:
    """A source that sends what it is given, when it is due."""

    simulated = False

    def __init__(self):
        self.blocks = []

    def start(self, clock):
        pass

    def send(self, times, values, key=KEY):
        self.blocks += [block(key, [t], [v]) for t, v in zip(times, values, strict=True)]

    def read(self, until):
        due = [b for b in self.blocks if b.arrival[-1] <= until]
        self.blocks = [b for b in self.blocks if b.arrival[-1] > until]
        return due

    def status(self):
        return SourceStatus("Script", running=True)

    def close(self):
        pass


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def live(clock):
    document = Document()
    anchor = Anchor("upper", 1, 0, (1.0, 0.0, 0.0), (0.0, 0.0, 0.0))
    document.set(("probes", "p"), Probe("p", "t11", anchor, 11, (channel("t11", "temperature"), channel("t11", "ph"))))
    live = Live(document, clock, wall=lambda: NOON)
    live.grant(["*"], ["view"], NOON + timedelta(days=1), "Ada")
    yield live
    live.close()


@pytest.fixture
def source(live):
    source = Script()
    live.add_source(source)
    return source


def run(live, clock, until, step=0.05):
    moment = live.tick()
    while clock.now() < until:
        moment = live.tick(clock.advance(step))
    return moment


def temperatures(seconds, rate=4.0, start=0.1):
    times = start + np.arange(int(seconds * rate)) / rate
    return times, 35.0 + 0.2 * np.sin(times) + 0.01 * np.cos(17 * times)


def test_a_steady_channel_has_the_rate_it_should(live, source, clock):
    source.send(*temperatures(60))
    run(live, clock, 30.0)
    found = speech(live, KEY)
    assert found.nominal == 4.0
    assert found.cadence.rate == pytest.approx(4.0, rel=0.02) and found.cadence.loss == 0.0
    assert speech(live, "t99/nothing") is None


def test_two_seconds_of_silence_make_a_value_stale(live, source, clock):
    times, values = temperatures(10)
    source.send(times, values)
    ph = np.arange(0.5, 13.0)
    source.send(ph, 7.0 + 0.1 * np.sin(ph), "t11/ph")
    last = times[-1]
    moment = run(live, clock, last + 0.4)
    warm, sour = live.status().channels
    assert not warm.stale and not sour.stale and moment.flags[0] == Flag.GOOD
    moment = run(live, clock, last + 2.05)
    warm, sour = live.status().channels
    assert warm.stale and warm.flag == Flag.MISSING
    assert moment.flags[0] == Flag.MISSING and moment.quality[0] == 0.0, "the field greys"
    run(live, clock, ph[-1] + 2.05)
    assert live.status().channels[1].stale, "two nominal periods are two seconds"


def test_a_slow_sensor_is_stale_after_two_of_its_own_periods(live, source, clock):
    times = np.arange(0.5, 200.0, 10.0)
    source.send(times, 7.0 + 0.1 * np.sin(times), "t11/ph")
    run(live, clock, 105.0, 0.5)
    assert not live.status().channels[1].stale, "it spoke 4.5 s ago and speaks every 10 s"
    run(live, clock, times[-1] + 19.0, 0.5)
    assert not live.status().channels[1].stale
    run(live, clock, times[-1] + 21.0, 0.5)
    assert live.status().channels[1].stale


def test_the_strip_shows_holes_and_bad_samples_where_they_were(live, source, clock):
    times, values = temperatures(600)
    values[(times > 200) & (times < 203)] = 70.0
    spoken = (times < 400) | (times > 404)
    source.send(times[spoken], values[spoken])
    run(live, clock, 590.0, 0.2)
    flags = strip(live, KEY, 0.0, 590.0, 59)
    assert flags[20] == Flag.BAD and flags[40] == Flag.MISSING, "also a hole narrower than its column"
    assert flags[10] == Flag.GOOD and (strip(live, KEY, -600.0, 0.0, 10) == 0).all()


def test_faults_are_listed_running_ones_first(live, source, clock):
    times, values = temperatures(60)
    values[(times > 20) & (times < 22)] = 70.0
    source.send(times, values)
    run(live, clock, 50.0)
    found = troubles(live)
    assert {one.fault.kind.value for one in found} >= {"out_of_range"} and not any(one.running for one in found)
    assert found[0].tooth == 11 and found[0].channel.key == KEY
    run(live, clock, 70.0)
    first = troubles(live)[0]
    assert first.running and first.fault.kind.value == "gap" and first.fault.onset == pytest.approx(60.1, abs=0.3)


def test_nothing_of_a_withheld_channel_is_told(live, source, clock):
    times, values = temperatures(60)
    values[100:110] = 70.0
    source.send(times, values)
    run(live, clock, 50.0)
    assert troubles(live)
    live.withdraw(KEY)
    assert speech(live, KEY) is None and not strip(live, KEY, 0.0, 50.0, 10).any() and not troubles(live)
    live.tick(clock.advance(0.1))
    assert not live.status().channels[0].stale


def test_what_else_was_there_at_the_time_of_a_fault(live, source, clock):
    times, values = temperatures(60)
    values[(times > 20) & (times < 24)] = 70.0
    ph = np.arange(0.5, 60.0)
    sour = 7.0 + 0.1 * np.sin(ph)
    sour[40:] = sour[40]
    silent = times < 50
    source.send(times[silent], values[silent])
    source.send(ph[ph < 50], sour[ph < 50], "t11/ph")
    run(live, clock, 60.0)
    found = troubles(live)
    company = Company(found)
    around = {(one.channel.quantity.name, one.fault.kind.value): company.around(row) for row, one in enumerate(found)}
    assert around["temperature", "gap"].mates == around["ph", "gap"].mates == 1, (
        "both channels of one sensor are silent"
    )
    assert around["temperature", "gap"].elsewhere == 0
    assert around["ph", "gap"].kinds == frozenset(), "that it is stuck is another matter"
    assert around["temperature", "out_of_range"].kinds == {FaultKind.STUCK}
    assert around["temperature", "out_of_range"].mates == 0
