"""Looking at what a tick brings before it is taken in changes nothing of the picture, of what is kept, of what is found."""

import gc
import weakref
from datetime import UTC, datetime

import numpy as np
import pytest

from neodent_viewer.core.clock import ManualClock
from neodent_viewer.document.calibrations import CALIBRATIONS
from neodent_viewer.document.thresholds import THRESHOLDS
from neodent_viewer.jobs.soak import Mouths, crowd
from neodent_viewer.live.intake import Intakes
from neodent_viewer.live.live import Live
from neodent_viewer.live.mapping import MappedSource
from neodent_viewer.sensors.quality import ChannelQuality

#: channels that disagree with their neighbours now and then, so that one speaks of another in mid-tick
EAGER = {
    "temperature": {"neighbour": 0.001, "still": 1.0},
    "ph": {"neighbour": 0.001, "attenuated": 5.0, "attenuated_over": 10.0},
    "force": {"neighbour": 0.05},
}


def told(moment):
    columns = (moment.values, moment.flags, moment.quality, moment.energy, moment.noise, moment.form, moment.onset)
    return [*(column.tobytes() for column in columns), moment.kinds, moment.withheld.tolist()]


class Tapped:
    def __init__(self):
        self.heard = []

    def hear(self, now, heard):
        key = heard.channel.key
        self.heard.append((key, heard.first, heard.flags.tolist(), heard.revised, repr(heard.placed.tolist())))

    def beat(self, now):
        pass

    def close(self):
        pass


def ran(seconds, rate, looks, *, hz=20, settings=EAGER, channels=24):
    """Return what two minutes of a mouth full of troubles look like, tick after tick, to somebody who asks now and then."""
    document, clock = crowd(channels), ManualClock()
    document.set(("settings", THRESHOLDS), settings)
    live, source, tap, rng = Live(document, clock), Mouths(channels, rate), Tapped(), np.random.default_rng(5)
    live.grant(["*"], ["view"], datetime(2100, 1, 1, tzinfo=UTC), "Nobody")
    live.add_source(MappedSource(source, document))
    live.taps.append(tap)
    if not looks:
        live._intakes.look_over = lambda blocks: None
    pictures, asked, waited = [], [], 0
    for i in range(int(seconds * hz)):
        moment = live.tick(clock.advance(1.0 / hz))
        pictures.append(told(moment))
        waited += sum(live._intakes.channels[key].quality.waits for key in source.keys)
        if rng.random() < 0.02:
            key = source.keys[int(rng.integers(channels))]
            times, values, flags = live.series(key)
            history = live.history(key, 0.0, clock.now(), 50)
            asked.append([repr(one.tolist()) for one in (times, values, flags, *history)] + [live.faults(key)])
        if i == 9 * hz:
            document.set(("settings", CALIBRATIONS), {source.keys[0]: {"gain": 1.01, "offset": 0.1}})
        if i == 15 * hz:
            live.withdraw("s3/*")
        if i == 17 * hz:
            live.grant(["*"], ["view", "perform"], datetime(2100, 1, 1, tzinfo=UTC), "Nobody")
    faults = {key: live.faults(key) for key in source.keys}
    status = repr(live.status().channels)
    live.taps.clear()
    live.close()
    return pictures, asked, tap.heard, faults, status, waited


@pytest.mark.parametrize(("hz", "seconds"), [(8, 120.0), (30, 25.0)])
def test_it_changes_nothing(hz, seconds, monkeypatch):
    words, hear = [], ChannelQuality.hear

    def noted(self, name, flag, *rest):
        words.append((self.channel.key, flag))
        hear(self, name, flag, *rest)

    monkeypatch.setattr(ChannelQuality, "hear", noted)
    looked, plain = (ran(seconds, 1200, looks, hz=hz) for looks in (True, False))
    for i, (a, b) in enumerate(zip(looked[0], plain[0], strict=True)):
        assert a == b, f"picture {i}"
    assert looked[1:5] == plain[1:5]
    assert looked[5] > seconds * hz > plain[5] == 0, "it is of no use if nothing waits"
    assert seconds < 100 or {1, 3} <= {flag for _, flag in words}, "one speaks of another in mid-tick"


def test_who_is_let_go_of_is_gone_at_once():
    document, clock = crowd(8), ManualClock()
    live, source = Live(document, clock), Mouths(8, 800, faults=False)
    live.add_source(MappedSource(source, document))
    for _ in range(200):
        live.tick(clock.advance(0.05))
    one = live._intakes.channels[source.keys[0]]
    assert one.quality.row >= 0
    gone = weakref.ref(one.quality)
    del one
    gc.disable()
    try:
        live.remove_sources()
        assert gone() is None, "it must not wait for the collector"
    finally:
        gc.enable()
        live.close()


def test_channels_that_make_room_leave_no_row_behind():
    intakes = Intakes()
    clock = ManualClock()
    live, source = Live(crowd(4), clock), Mouths(40, 4000, faults=False)
    live._intakes, intakes = intakes, intakes
    live.add_source(MappedSource(source, live.document))
    for _ in range(100):
        live.tick(clock.advance(0.05))
    roster = live._intakes._roster
    assert len(roster._members) == 40
    live._intakes.forget(source.keys[:25])
    assert sorted(member.row for member in roster._members) == list(range(15))
    live.close()
