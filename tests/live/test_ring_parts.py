"""Rings of states come back as they were: to the last bit, whatever was flagged later, placed elsewhere or calibrated."""

import pickle
from dataclasses import replace

import numpy as np
import pytest

from neodent_viewer.core.clock import ManualClock
from neodent_viewer.live import foresight
from neodent_viewer.live.foresight import State, look_ahead, pack, places, unpack
from neodent_viewer.live.intake import Intakes
from neodent_viewer.live.ring_parts import KnownRings, RingParts
from neodent_viewer.sensors.buffer import Ring
from neodent_viewer.sensors.calibration import Calibration
from neodent_viewer.sensors.sources.replay import Replay
from neodent_viewer.sensors.track import track

LENGTH = 400.0


def steady(rng):
    """Four times a second, with spikes and stuck stretches."""
    times = np.arange(0.0, LENGTH, 0.25)
    values = 34.5 + 0.03 * rng.standard_normal(len(times))
    values[rng.random(len(times)) < 0.02] += 6.0
    values[400:440] = values[400]
    return track("t11/temperature", times, values, read=np.ceil(times * 30) / 30)


def leaping(rng):
    """A sender whose clock leaps by 12 s, and some samples whose times mean nothing."""
    arrival = np.arange(0.0, LENGTH, 1.0)
    times = arrival + np.where((arrival > 120) & (arrival < 250), 12.0, 0.0)
    times[rng.integers(0, len(times), 5)] = np.nan
    return track(
        "t21/ph", times, 7.0 + 0.01 * rng.standard_normal(len(times)), arrival, read=np.ceil(arrival * 30) / 30
    )


def fast(rng):
    """More than its ring is made for, so that it grows; calibrated anew in between."""
    times = np.arange(0.0, LENGTH, 0.005)
    found = track("t16/force", times, 5.0 + rng.random(len(times)), read=np.ceil(times * 30) / 30)
    return replace(found, calibrations=((100.01, Calibration(1.1, -0.5)), (222.2, Calibration(0.9, 0.0))))


def late(rng):
    """Samples that arrive out of order, values that are none, and a gap."""
    times = np.delete(np.arange(0.0, LENGTH, 0.5), slice(300, 360))
    values = 34.0 + 0.05 * rng.standard_normal(len(times))
    values[rng.integers(0, len(times), 9)] = np.nan
    arrival = times + 4.0 * (rng.random(len(times)) < 0.1)
    return track("t26/temperature", times, values, arrival, read=np.ceil(arrival * 30) / 30)


@pytest.fixture(params=[steady, leaping, fast, late, None], ids=lambda one: one.__name__ if one else "all of them")
def replay(request):
    kinds = [steady, leaping, fast, late] if request.param is None else [request.param]
    rng = np.random.default_rng(7)
    found = Replay([kind(rng) for kind in kinds])
    found.start(ManualClock())
    return found


def test_they_are_what_they_were_at_every_state(replay):
    known, states = KnownRings(replay.tracks), []

    def keep(said):
        if isinstance(said, State):
            known.add(pickle.loads(pickle.dumps(said.rings)))
            states.append(said)

    basis = foresight.Basis("", (), frozenset(track.channel for track in replay.tracks), 0.0)
    look_ahead(keep, replay.tracks, replay.begin, basis, None)
    assert [state.time for state in states] == places(replay) and len(states) > 10
    heard, before = Intakes(None, 0.0, foresight.Among(basis.comparable)), {}
    for state in states:
        for block in replay.read(state.time):
            heard.take(block, simulated=replay.simulated)
        before[state.time] = {key: (one.ring.size(), one.ring.tail()) for key, one in heard.channels.items()}
        before[state.time, "raw"] = {
            key: [a.tobytes() for a in one.ring.last(len(one.ring))] for key, one in heard.channels.items()
        }
    for number in np.random.default_rng(0).permutation(len(states)).tolist():
        state = states[number]
        found = unpack(state.packed, known, number)
        assert found.channels.keys() == before[state.time].keys()
        for key, intake in found.channels.items():
            assert isinstance(intake.ring, Ring)
            assert intake.ring.size() == before[state.time][key][0]
            assert [a.tobytes() for a in intake.ring.last(len(intake.ring))] == before[state.time, "raw"][key]
            again, once = intake.ring.tail(), before[state.time][key][1]
            assert all(a.tobytes() == b.tobytes() for a, b in zip(again, once, strict=True))


def test_a_state_keeps_little_more_than_flags(replay):
    sizes = []
    basis = foresight.Basis("", (), frozenset(track.channel for track in replay.tracks), 0.0)

    def keep(said):
        if isinstance(said, State):
            sizes.append(sum(len(part.odd) + len(part.worse) for part in said.rings.values()))

    look_ahead(keep, replay.tracks, replay.begin, basis, None)
    channels = {track.channel for track in replay.tracks}
    odd = 150 if "t21/ph" in channels else 0  # placed where they arrived, or nowhere
    assert sum(sizes) <= odd + 8 * len(sizes) * len(channels)


def test_a_ring_whose_channel_was_forgotten_is_kept_whole(replay):
    parts, first = RingParts(replay.tracks), replay.tracks[0]
    now = float(first.read[50])
    heard = Intakes(None, 0.0)
    for block in replay.read(now):
        heard.take(block)
    rings = {key: intake.ring for key, intake in heard.channels.items()}
    assert parts.followed(rings, now) == rings
    assert first.channel not in parts.followed(rings, now + 60.0), "it has heard only part of it"
    assert not parts.followed({"elsewhere/ph": rings[first.channel]}, now), "it is of no track"
    found = unpack(pack(heard, ()), KnownRings(replay.tracks), 0)
    assert [a.tobytes() for a in found.channels[first.channel].ring.tail()] == [
        a.tobytes() for a in rings[first.channel].tail()
    ]


def test_states_lie_close_enough_for_what_is_between_and_far_enough_to_be_kept():
    def spacing(rate, length):
        times = np.arange(0.0, length, 1.0 / rate)
        found = places(Replay([track("t11/force", times, np.ones(len(times)))]))
        return float(np.diff(found[:-1]).max()), len(found)

    seconds, count = spacing(1000.0, 600.0)
    assert seconds * 1000.0 == pytest.approx(foresight.APART, rel=0.01)
    assert spacing(0.5, 3600.0)[0] == foresight.FURTHEST
    assert spacing(50.0, 24 * 3600.0)[1] <= foresight.MOST + 1 and count < 200
