"""What has not been handed out yet is no silence: with slow frames, with many channels, and when it is played again."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from neodent_viewer.core.clock import ManualClock
from neodent_viewer.document.anchor import Anchor
from neodent_viewer.document.document import Document
from neodent_viewer.document.probe import Probe
from neodent_viewer.live.basis import basis_of
from neodent_viewer.live.console import troubles
from neodent_viewer.live.foresight import Foresight
from neodent_viewer.live.live import Live
from neodent_viewer.live.recorder import Recorder
from neodent_viewer.live.replaying import known_faults, open_replay
from neodent_viewer.sensors.buffer import AT_ONCE, Inbox
from neodent_viewer.sensors.channel import channel
from neodent_viewer.sensors.sample import block
from neodent_viewer.sensors.source import SourceStatus

NOON = datetime(2030, 5, 1, 12, tzinfo=UTC)
MISSING = 9


class Pushed:
    """A source into whose inbox somebody else puts samples."""

    simulated = False

    def __init__(self):
        self.inbox = Inbox()

    def start(self, clock):
        pass

    def read(self, until):
        return self.inbox.drain()

    def waiting(self):
        return self.inbox.waiting()

    def status(self):
        return SourceStatus("Pushed")

    def close(self):
        pass


def a_live(count, purposes=("view", "record"), quantity="force"):
    document = Document()
    for i in range(count):
        anchor = Anchor("upper", 1, 0, (1.0, 0.0, 0.0), (0.0, 0.0, 0.0))
        document.set(("probes", f"s{i}"), Probe(f"s{i}", f"s{i}", anchor, 11, (channel(f"s{i}", quantity),)))
    live = Live(document, ManualClock(), wall=lambda: NOON)
    live.grant(["*"], purposes, NOON + timedelta(days=400), "Ada")
    return live


def send(source, keys, since, until, rate=50.0):
    """Put in what arrives after `since` and up to `until`, of 50 Hz sensors."""
    for number in range(round(since * rate) + 1, round(until * rate) + 1):
        for key in keys:
            source.inbox.put(key, number / rate, 5.0 + np.sin(number), number / rate)


def show(live, frame, seconds, silent=lambda key, now: False):
    """Tick every `frame` seconds; return the Moments."""
    (source,) = live.sources
    moments = []
    for _ in range(round(seconds / frame)):
        before = live.clock.now()
        now = live.clock.advance(frame)
        send(source, [one.key for one in live.expected if not silent(one.key, now)], before, now)
        moments.append(live.tick())
    return moments


@pytest.mark.parametrize("count", [8, 2 * AT_ONCE, 5 * AT_ONCE])
def test_slow_frames_are_no_gaps_however_many_channels_there_are(count):
    live = a_live(count)
    live.add_source(Pushed())
    moments = show(live, 0.36, 7.2)
    assert not any((moment.flags == MISSING).any() for moment in moments[6:])
    assert not any(moment.energy.any() for moment in moments)
    assert not any(one.stale or one.fault for one in live.status().channels) and troubles(live) == ()
    live.close()


def test_one_that_has_fallen_silent_among_many_is_found_all_the_same():
    live = a_live(2 * AT_ONCE)
    live.add_source(Pushed())
    moments = show(live, 0.36, 9.0, lambda key, now: key == "s40/force" and now > 5.0)
    missing = [np.nonzero(moment.flags == MISSING)[0].tolist() for moment in moments[6:]]
    assert missing[-10:] == [[40]] * 10 and all(rows in ([], [40]) for rows in missing)
    assert [one.channel.key for one in troubles(live) if one.running] == ["s40/force"]
    live.close()


@pytest.mark.parametrize(("count", "frame"), [(3, 0.44), (2 * AT_ONCE, 0.36)])
def test_a_recording_of_slow_frames_plays_without_gaps_and_as_it_was(tmp_path, count, frame):
    live = a_live(count)
    live.add_source(Pushed())
    recorder = Recorder(live, tmp_path / "slow.mcap")
    moments = show(live, frame, 12 * frame + 6.0, lambda key, now: key == "s1/force" and 3.0 < now < 6.0)
    recorder.close()
    live.close()
    played = a_live(count)
    played.add_source(open_replay(str(tmp_path / "slow.mcap"), played.document, 0))
    for moment in moments:
        for step in np.arange(1.0, 8.0) / 8.0:  # what a faster window shows between two of those frames
            between = played.tick(moment.now + (step - 1) * frame)
            others = np.delete(between.flags, 1)
            if moment.now > 3 * frame + 1.0:
                assert not (others == MISSING).any(), "nobody but one sensor was ever silent"
        again = played.tick(moment.now)
        if again.now > played.replay.end:
            break
        assert again.flags.tolist() == moment.flags.tolist() and again.kinds == moment.kinds
        assert again.values.tobytes() == moment.values.tobytes() and again.energy.tobytes() == moment.energy.tobytes()
    played.close()


def test_looking_ahead_finds_what_playing_finds_at_every_state(tmp_path):
    """The process that looks ahead stops between two recorded reads too."""
    live = a_live(3)
    live.add_source(Pushed())
    recorder = Recorder(live, tmp_path / "slow.mcap")
    show(live, 0.7, 50.0)
    recorder.close()
    live.close()
    played = a_live(3)
    played.add_source(open_replay(str(tmp_path / "slow.mcap"), played.document, 0))
    ahead = played.foresight = Foresight(played.replay, basis_of(played, played.replay))
    ahead.look(None, lambda: False, lambda share: None)
    assert known_faults(played) == ()
    played.replay.playing = False
    for position in (20.03, 20.3, 20.6, 40.5, 33.33):
        played.replay.seek(position)
        assert not (played.tick().flags == MISSING).any(), position
    ahead.close()
    played.close()


def test_a_sensor_keeps_its_channel_while_a_frame_is_so_slow_that_it_seems_silent():
    class Script(Pushed):
        def read(self, until):
            due = [one for one in self.blocks if one.arrival[-1] <= until]
            self.blocks = [one for one in self.blocks if one.arrival[-1] > until]
            return due

        def waiting(self):
            return {}

    live = a_live(1)
    other, own = Script(), Script()
    own.blocks = [block("s0/force", [t], [5.0]) for t in np.arange(0.0, 9.0, 0.02)]
    other.blocks = [block("s0/force", [t], [99.0]) for t in np.arange(1.0, 9.0, 0.02)]
    live.add_source(other)
    live.add_source(own)
    for now in (0.5, 1.0, 4.0, 8.0):
        live.tick(now)
    assert set(live.series("s0/force", 99.0)[1].tolist()) == {5.0}
    live.close()


def test_another_purpose_reads_nothing_and_asks_only_for_consent():
    live = a_live(2)
    source = Pushed()
    live.add_source(source)
    live.withdraw("s1/force", "perform")
    live.grant(["s0/force"], ["perform"], NOON + timedelta(days=1), "Ada")
    source.inbox.put("s0/force", 0.1, 5.0, 0.1)
    live.tick(0.1)
    source.inbox.put("s0/force", 0.2, 6.0, 0.2)
    assert live.moment_for("perform", 0.1).values[0] == 5.0 and len(source.inbox.drain()) == 1


def test_what_is_withheld_from_an_audience_shows_in_no_neighbours_fault():
    live = a_live(2, quantity="temperature")
    live.grant(["s0/temperature"], ["perform"], NOON + timedelta(days=1), "Ada")
    source = Pushed()
    live.add_source(source)

    def play(seconds, apart, ask):
        kinds = set()
        for _ in range(seconds * 4):
            now = live.clock.advance(0.25)
            for row, key in enumerate(("s0/temperature", "s1/temperature")):
                value = 35.0 + 0.02 * np.sin(7 * now + row) + row * apart
                source.inbox.put(key, now, value, now)
            live.tick()
            if ask:
                moment = live.moment_for("perform", now)
                kinds.add((moment.kinds[0], int(moment.flags[0])))
        return kinds

    play(150, 0.0, ask=False)
    play(60, -4.0, ask=False)
    assert live.tick().kinds[0] == "disagrees" and live.tick().flags[0] == 3
    before = len(live.faults("s0/temperature"))
    kinds = play(60, -4.0, ask=True)
    assert {kind for kind, _ in kinds} == {""} and {flag for _, flag in kinds} <= {1, 2}
    assert len(live.faults("s0/temperature")) == before
    live.close()
