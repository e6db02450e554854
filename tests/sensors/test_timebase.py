"""A sender's clock: leaps are found and taken back, drift is followed, networks are not blamed on clocks."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neodent_viewer.sensors.channel import Flag, channel
from neodent_viewer.sensors.fault import FaultKind
from neodent_viewer.sensors.quality import ChannelQuality
from neodent_viewer.sensors.sample import Block, block
from neodent_viewer.sensors.timebase import Place, SourceClock


def sent(seconds=600, period=1.0, delay=0.03, jitter=0.01, seed=0):
    """Return times as taken and as arrived."""
    rng = np.random.default_rng(seed)
    t = np.arange(0.0, seconds, period)
    return t, np.maximum.accumulate(t + delay + jitter * np.abs(rng.standard_normal(len(t))))


def judge(times, arrival, values=None, key="t11/temperature", size=4096):
    rng = np.random.default_rng(5)
    values = 34.5 + 0.05 * rng.standard_normal(len(times)) if values is None else values
    quality = ChannelQuality(channel(*key.split("/")))
    flags, placed = [], []
    for piece in Block(key, times, values, arrival).split(size):
        found, revised = quality.update(piece)
        flags += found.tolist()
        placed += quality.placed.tolist()
        for number, flag in revised:
            flags[number] = max(flags[number], flag)
    return quality, np.array(flags), np.array(placed)


@pytest.mark.parametrize("leap", [10.0, -10.0, 20.0, -3600.0, 1.5e9])
@pytest.mark.parametrize("size", [1, 7, 4096])
def test_a_clock_that_leaps_is_one_fault_and_no_hole(leap, size):
    t, a = sent()
    quality, flags, placed = judge(np.where(t >= 300.0, t + leap, t), a, size=size)
    faults = [f for f in quality.log.all() if f.kind is not FaultKind.SYNTAX]
    assert [f.kind for f in faults] == [FaultKind.CLOCK_JUMP]
    assert faults[0].onset == pytest.approx(300.0, abs=0.1)
    assert faults[0].detected < 305.0
    np.testing.assert_allclose(placed[310:], t[310:], atol=0.1)
    assert (flags[310:] == Flag.GOOD).mean() > 0.97
    assert quality.clock().leaps == 1


def test_a_network_that_stalls_is_late_and_no_clock_leaps():
    t, a = sent()
    a = np.where((t >= 300.0) & (t < 315.0), 315.0, a)
    kinds = {f.kind for f in judge(t, np.maximum.accumulate(a))[0].log.all()}
    assert kinds == {FaultKind.LATE}


def test_old_samples_sent_again_do_not_move_the_clock():
    t, a = sent()
    times = np.concatenate([t[:300], t[280:290], t[300:]])
    arrival = np.concatenate([a[:300], np.full(10, a[299] + 0.01), a[300:]])
    quality, flags, placed = judge(times, arrival)
    assert quality.clock().leaps == 0
    np.testing.assert_allclose(placed, times)
    assert set(flags[300:310].tolist()) == {Flag.SUSPECT}, "marked, and in their own place"


@pytest.mark.parametrize("ppm", [-80.0, 50.0, 200.0])
def test_a_clock_that_drifts_is_followed(ppm):
    hours = 4
    t, a = sent(hours * 3600.0)
    quality, _, placed = judge(t * (1.0 - ppm * 1e-6), a)
    status = quality.clock()
    assert status.drift == pytest.approx(ppm, abs=8.0)
    late = np.abs(placed - t)
    assert late[-600:].max() < 0.35 * abs(ppm) * 1e-6 * hours * 3600.0, "most of what would have added up is gone"
    assert {f.kind for f in quality.log.all()} <= {FaultKind.SPIKE}, "noise may, the clock may not"


def test_times_without_delay_come_back_bit_for_bit():
    t = np.arange(5000) * 0.25
    _, _, placed = judge(t, t)
    np.testing.assert_array_equal(placed, t)


@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf, 4.1e9, -1.7e9])
@pytest.mark.parametrize("size", [1, 4096])
def test_a_time_that_cannot_be_poisons_nothing(odd, size):
    t, a = sent(200)
    times = t.copy()
    times[[50, 120]] = odd
    quality, flags, _ = judge(times, a, size=size)
    assert flags[[50, 120]].tolist() == [Flag.BAD, Flag.BAD]
    assert set(np.delete(flags, [50, 120]).tolist()) <= {Flag.GOOD, Flag.NOT_EVALUATED}
    assert {f.kind for f in quality.log.all()} == {FaultKind.SYNTAX}


@st.composite
def clocks(draw):
    """A sender with leaps, stalls, repeats, drift and absurd times."""
    n = draw(st.integers(30, 500))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    t = np.arange(n) * 1.0
    a = t + 0.05 * rng.random(n)
    t = t * (1.0 + draw(st.sampled_from([0.0, 1e-4])))
    for _ in range(draw(st.integers(0, 4))):
        at = int(rng.integers(n))
        what = draw(st.sampled_from(["leap", "stall", "absurd", "back", "glitch"]))
        if what == "leap":
            t[at:] += rng.choice([-10.0, 10.0])
        elif what == "stall":
            a[at : at + 12] = a[min(at + 12, n - 1)]
        elif what == "absurd":
            t[at] = rng.choice([np.nan, 4e9])
        elif what == "back":
            t[at : at + 5] = t[at : at + 5][::-1].copy()
        else:
            t[at] += 30.0
    return t, np.maximum.accumulate(a)


@settings(max_examples=60, deadline=None)
@given(clocks())
def test_what_is_placed_and_found_does_not_depend_on_how_samples_were_cut(series):
    whole = judge(*series)
    for size in (1, 7, 60):
        part = judge(*series, size=size)
        np.testing.assert_array_equal(part[1], whole[1])
        np.testing.assert_array_equal(part[2], whole[2])
        assert part[0].log.all() == whole[0].log.all()


def test_a_clock_is_sure_of_ordinary_samples():
    clock = SourceClock(1.0, 3.0)
    assert clock.place(5.0, 5.1) == (5.0, Place.SURE)
    assert clock.place(40.0, 6.1)[1] is Place.DOUBTFUL
    assert clock.place(np.nan, 7.1)[1] is Place.ABSURD
    assert clock.status().delay == pytest.approx(0.1)


def test_a_block_keeps_its_own_times():
    series = block("t11/ph", [0.0, 1.0, 11.0, 12.0, 13.0, 14.0, 15.0], [7.0] * 7, [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
    ChannelQuality(channel("t11", "ph")).update(series)
    assert series.times.tolist() == [0.0, 1.0, 11.0, 12.0, 13.0, 14.0, 15.0]
