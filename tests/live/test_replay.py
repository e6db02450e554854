"""A replay shows what was recorded: the same Moments bit for bit, however fast, however often, and wherever one enters."""

from dataclasses import fields
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from neodent_viewer.core.clock import ManualClock
from neodent_viewer.core.errors import RecordingError, SensorError
from neodent_viewer.document.anchor import Anchor
from neodent_viewer.document.document import Document
from neodent_viewer.document.look import Look
from neodent_viewer.document.probe import Probe
from neodent_viewer.glitch.rules import Rule
from neodent_viewer.live.feeds import check_feed, open_feed
from neodent_viewer.live.live import Live
from neodent_viewer.live.recorder import Recorder
from neodent_viewer.live.replaying import next_fault
from neodent_viewer.sensors.channel import channel
from neodent_viewer.sensors.sources.injection import Injected, SimulatedChannel
from neodent_viewer.sensors.sources.simulated import SimulatedSource

NOON = datetime(2030, 5, 1, 12, tzinfo=UTC)
LENGTH, STEP = 14.0, 1 / 30


def a_document():
    document = Document()
    for tooth in (11, 21, 16):
        anchor = Anchor("upper", 1, 0, (1.0, 0.0, 0.0), (0.0, 0.0, 0.0))
        channels = tuple(channel(f"t{tooth}", q) for q in ("temperature", "ph"))
        document.set(("probes", f"p{tooth}"), Probe(f"p{tooth}", f"t{tooth}", anchor, tooth, channels))
    document.set(("look",), Look(rules=(Rule("any", "rgb_split", "amount", attack=0.0),)))
    return document


def a_live(clock, wall=NOON):
    live = Live(a_document(), clock, wall=lambda: wall)
    live.grant(["*"], ["view", "record"], NOON + timedelta(days=400), "Ada")
    return live


def same(a, b):
    for field in fields(a):
        one, other = getattr(a, field.name), getattr(b, field.name)
        if isinstance(one, np.ndarray):
            assert one.tobytes() == other.tobytes(), field.name
        else:
            assert one == other, field.name


def record(path, seed, start=0.0):
    """Return what was shown, tick by tick, while this was recorded."""
    clock = ManualClock(start)
    live = a_live(clock)
    sensors = [SimulatedChannel(c, p.tooth) for p in live.document.probes.values() for c in p.channels]
    faults = [
        Injected("spike", "t11/temperature", 3.0, 1.0),
        Injected("late", "t21/temperature", 5.0, 2.0),
        Injected("gap", "t16/ph", 4.0, 4.0),
        Injected("out_of_range", "t11/ph", 7.0, 3.0),
    ]
    live.add_source(SimulatedSource(sensors, seed, faults=faults))
    recorder = Recorder(live, path)
    moments = []
    while clock.now() < start + LENGTH:
        moments.append(live.tick(clock.advance(STEP)))
    recorder.close()
    live.close()
    return moments


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    path = tmp_path_factory.mktemp("replay") / "a@2.mcap"
    return path, record(path, 5)


@pytest.fixture
def replaying(recorded):
    clock = ManualClock()
    live = a_live(clock)
    live.add_source(open_feed(f"replay:{recorded[0]}", live.document))
    yield live, clock, recorded[1]
    live.close()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_moments_of_a_replay_are_those_of_the_recorded_run(tmp_path, seed):
    path = tmp_path / "a.mcap"
    moments = record(path, seed)
    assert max(moment.energy.max() for moment in moments) > 0 and any(moment.inputs for moment in moments)
    clock = ManualClock()
    live = a_live(clock, NOON + timedelta(days=90, hours=9))  # another day, another time of day
    live.add_source(open_feed(f"replay:{path}", live.document))
    for moment in moments:
        clock.advance(STEP)
        again = live.tick(clock.now())
        if moment.now <= live.replay.end:
            same(moment, again)
    live.close()


@pytest.mark.parametrize("speed", [0.1, 16.0])
def test_speed_changes_nothing_of_what_is_shown(recorded, speed):
    clock = ManualClock(3.7)
    live = a_live(clock)
    live.add_source(open_feed(f"replay:{recorded[0]}@{speed:g}", live.document))
    clock.advance(1.0 / speed)
    assert live.tick().now == pytest.approx(1.0)
    live.replay.playing = False
    for moment in recorded[1][60::50]:
        live.replay.seek(moment.now)
        same(moment, live.tick(clock.advance(0.3)))
    live.close()


def test_one_may_enter_anywhere_and_go_back(replaying):
    live, _clock, moments = replaying
    live.replay.playing = False
    for k in (400, 100, 399, 0, 250, 250):
        live.replay.seek(moments[k].now)
        same(moments[k], live.tick())


def test_a_loop_shows_the_same_again(replaying):
    live, clock, _ = replaying
    live.replay.loop = True
    length = live.replay.end - live.replay.begin
    rounds = []
    for turn in (0, 1, 2):
        seen = []
        for k in range(1, 13):
            clock.set(turn * length + k)
            seen.append(live.tick())
        rounds.append(seen)
    for first, again in zip(rounds[0], rounds[2], strict=True):
        assert again.now == pytest.approx(first.now, abs=1e-9)
        assert again.values.tobytes() == first.values.tobytes() and again.kinds == first.kinds


def test_at_the_end_it_stands_and_no_silence_is_found(replaying):
    live, clock, _ = replaying
    clock.advance(1000.0)
    moment = live.tick()
    assert moment.now == live.now() == live.replay.end
    assert (moment.flags[[live.tick().channels.index("t11/temperature")]] != 9).all()


def test_pausing_and_stepping_go_from_reading_to_reading(replaying):
    live, clock, moments = replaying
    clock.advance(5.0)
    before = live.tick().now
    live.replay.step()
    one = live.tick(clock.advance(2.0)).now
    live.replay.step()
    two = live.tick(clock.advance(2.0))
    assert before < one < two.now < before + 0.5
    same(two, min(moments, key=lambda moment: abs(moment.now - two.now)))
    live.replay.step(-1)
    assert live.tick().now == one
    live.replay.playing = True
    assert live.tick(clock.advance(1.0)).now == pytest.approx(one + 1.0)


def test_it_goes_from_fault_to_fault(replaying):
    live, _clock, moments = replaying
    live.replay.playing = False
    seen = []
    while (found := next_fault(live)) is not None:
        seen.append(found)
        moment = live.tick()
        assert found[1].detected <= moment.now < found[1].detected + 0.3
        assert moment.energy[moment.channels.index(found[0])] > 0
    kinds = {fault.kind.value for _, fault in seen}
    assert {"gap", "late", "out_of_range"} <= kinds
    shown = {kind for moment in moments for kind in moment.kinds if kind}
    assert shown <= kinds
    assert next_fault(live, back=True)[1].detected < seen[-1][1].detected
    live.withdraw()
    live.replay.seek(0.0)
    assert next_fault(live) is None, "nobody learns from a jump what is withheld"


def test_what_is_withheld_is_withheld_from_a_replay_too(replaying):
    live, clock, _ = replaying
    live.withdraw("t11/ph", "view")
    moment = live.tick(clock.advance(5.0))
    row = moment.channels.index("t11/ph")
    assert moment.withheld[row] and np.isnan(moment.values[row])


def test_a_replay_is_not_recorded_again(replaying, tmp_path):
    live, _, _ = replaying
    with pytest.raises(RecordingError, match="recording already"):
        Recorder(live, tmp_path / "b.mcap")
    live.remove_sources()
    assert live.replay is None and live.now() == live.clock.now()


@pytest.mark.parametrize("word", ["replay:nowhere.mcap", "replay:", "replay:{}@17", "replay:{}@0", "replay:{}@x"])
def test_words_that_mean_no_replay(recorded, word):
    with pytest.raises(SensorError) as caught:
        check_feed(word.format(recorded[0]))
    assert caught.value.kind == "address" and caught.value.remedy


def test_the_history_of_a_recording_shows_what_is_in_it_up_to_now(replaying):
    live, clock, _ = replaying
    clock.advance(10.0)
    live.tick()
    track = next(track for track in live.replay.tracks if track.channel == "t11/temperature")
    heard = track.values[track.read <= live.now()]
    low, high = live.history("t11/temperature", 0.0, 12.0, 24)
    assert (np.nanmin(low), np.nanmax(high)) == (heard.min(), heard.max())
    assert np.isnan(low[-3:]).all() and not np.isnan(low[2:18]).any()
    live.withdraw("t11/temperature")
    assert np.isnan(live.history("t11/temperature", 0.0, 12.0, 24)).all()
    assert np.isnan(live.history("nobody/ph", 0.0, 12.0, 24)).all()
