"""Several feeds side by side: one source speaks for a channel at a time, and what another says of it is counted."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from neodent_viewer.core.clock import ManualClock
from neodent_viewer.core.errors import SensorError
from neodent_viewer.document.anchor import Anchor
from neodent_viewer.document.document import Document
from neodent_viewer.document.probe import Probe
from neodent_viewer.live.feeds import check_feeds
from neodent_viewer.live.live import Live
from neodent_viewer.live.recorder import Recorder
from neodent_viewer.sensors.channel import channel
from neodent_viewer.sensors.fault import FaultKind
from neodent_viewer.sensors.sample import block
from neodent_viewer.sensors.source import SourceStatus

NOON = datetime(2030, 5, 1, 12, tzinfo=UTC)
YEAR = timedelta(days=365)
KEY = "t11/temperature"


class Script:
    """A source that sends what it is given, when it is due."""

    simulated = False

    def __init__(self, *blocks):
        self.blocks, self.closed = list(blocks), 0

    def start(self, clock):
        pass

    def read(self, until):
        due = [one for one in self.blocks if one.arrival[-1] <= until]
        self.blocks = [one for one in self.blocks if one.arrival[-1] > until]
        return due

    def status(self):
        return SourceStatus("Script", running=True)

    def close(self):
        self.closed += 1


def told(source, word, live):
    return next(dict(one.refused) for one in live.status().sources if one.word == word)


@pytest.fixture
def live():
    document = Document()
    anchor = Anchor("upper", 1, 0, (1.0, 0.0, 0.0), (0.0, 0.0, 0.0))
    channels = (channel("t11", "temperature"), channel("t11", "ph"))
    document.set(("probes", "probe-t11"), Probe("probe-t11", "t11", anchor, 11, channels))
    live = Live(document, ManualClock(), wall=lambda: NOON)
    live.grant(["*"], ["view", "record"], NOON + YEAR, "The tester")
    yield live
    live.close()


def run(live, until):
    while live.clock.now() < until:
        live.tick(live.clock.advance(0.25))


def steady(value, begin, end, key=KEY):
    """Return blocks of one sample each, four a second."""
    return [block(key, [t], [value]) for t in np.arange(begin, end, 0.25)]


def test_the_first_that_speaks_keeps_a_channel_and_the_other_is_counted(live):
    first, second = Script(*steady(36.0, 0.5, 9)), Script(*steady(20.0, 1.0, 9), *steady(7.0, 1.0, 9, "t11/ph"))
    live.add_source(first, "first")
    live.add_source(second, "second")
    run(live, 8.0)
    _, values, _ = live.series(KEY)
    assert set(values.tolist()) == {36.0}
    assert told(second, "second", live) == {"channel taken": 29}
    assert told(first, "first", live) == {}
    assert set(live.series("t11/ph")[1].tolist()) == {7.0}, "what nobody else speaks for is heard"


def test_another_takes_over_once_the_first_has_fallen_silent(live):
    live.add_source(Script(*steady(36.0, 0.5, 4)), "first")
    live.add_source(Script(*steady(35.0, 0.5, 20)), "second")
    run(live, 15.0)
    times, values, _ = live.series(KEY)
    assert set(values[times < 4.0].tolist()) == {36.0}
    handed = times[values == 35.0].min()
    assert 4.0 < handed <= 7.0, "once the first is stale, not before"
    assert set(values[times >= handed].tolist()) == {35.0}


def test_a_feed_that_ends_leaves_nothing_behind_and_the_others_go_on(live):
    gone, stays = Script(*steady(36.0, 0.5, 20)), Script(*steady(7.0, 0.5, 20, "t11/ph"))
    live.add_source(gone, "gone")
    live.add_source(stays, "stays")
    run(live, 5.0)
    live.remove_sources("gone")
    assert gone.closed == 1 and stays.closed == 0
    run(live, 12.0)
    assert len(live.series(KEY)[0]) == 0 and live.faults(KEY) == (), "a feed that was switched off is no fault"
    assert live.series("t11/ph")[0].max() > 11.0
    live.add_source(Script(*steady(34.0, 12.0, 20)), "another")
    run(live, 16.0)
    assert set(live.series(KEY)[1].tolist()) == {34.0}
    assert told(None, "another", live) == {}
    for word in ("stays", "another", "nobody"):
        live.remove_sources(word)
    assert live.status().sources == ()


def test_a_recording_goes_on_when_one_of_its_feeds_ends_and_has_heard_what_plays_again(live, tmp_path):
    from neodent_viewer.live.replaying import open_replay

    live.add_source(Script(*steady(36.0, 0.5, 20)), "gone")
    live.add_source(Script(*steady(7.0, 0.5, 20, "t11/ph")), "stays")
    recorder = Recorder(live, tmp_path / "two.mcap")
    run(live, 5.0)
    live.remove_sources("gone")
    run(live, 10.0)
    assert recorder.running
    live.add_source(Script(*steady(36.0, 10.0, 20)), "gone")
    run(live, 15.0)
    recorder.close()
    faults = live.faults(KEY)
    assert FaultKind.GAP in [fault.kind for fault in faults], "in a recording it has fallen silent"
    live.remove_sources()
    live.add_source(open_replay(str(tmp_path / "two.mcap"), live.document, 0))
    run(live, 35.0)
    assert [(one.kind, one.detected) for one in live.faults(KEY)] == [(one.kind, one.detected) for one in faults]


def test_feeds_that_cannot_run_side_by_side_are_refused_in_a_sentence():
    check_feeds(["osc:9000", "lsl:", "mqtt:broker.local/clinic/#"])
    check_feeds(["sim"])
    for feeds in (["sim", "lsl:"], ["osc:9000", "replay:night.mcap"], ["none", "lsl:"]):
        with pytest.raises(SensorError, match="by itself"):
            check_feeds(feeds)
    with pytest.raises(SensorError, match="telepathy"):
        check_feeds(["lsl:", "telepathy"])
