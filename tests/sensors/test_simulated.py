"""The mouth that is not there: repeatable, plausible, and its faults are found for what they are."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neodent_viewer.core.clock import ManualClock
from neodent_viewer.core.errors import SensorError
from neodent_viewer.sensors.channel import Channel, Quantity, channel
from neodent_viewer.sensors.fault import FaultKind
from neodent_viewer.sensors.quality import ChannelQuality
from neodent_viewer.sensors.sources.injection import DEMO_KINDS, Demo, Injected, SimulatedChannel
from neodent_viewer.sensors.sources.simulated import SimulatedSource

TEETH = (16, 13, 11, 21, 36)
QUANTITIES = ("temperature", "ph", "force")


def mouth(teeth=TEETH, quantities=QUANTITIES):
    return [SimulatedChannel(channel(f"t{tooth}", quantity), tooth) for tooth in teeth for quantity in quantities]


def run(source, stops, clock=None):
    """Return channel key -> (times, values, arrival) after reading at each of `stops`."""
    source.start(clock or ManualClock())
    got = {}
    for stop in stops:
        for block in source.read(stop):
            got.setdefault(block.channel, []).append(block)
    return {
        key: tuple(np.concatenate([getattr(b, name) for b in blocks]) for name in ("times", "values", "arrival"))
        for key, blocks in got.items()
    }


@settings(max_examples=20, deadline=None)
@given(st.lists(st.floats(0.0, 40.0), min_size=1, max_size=30), st.integers(0, 1000))
def test_what_is_sent_does_not_depend_on_when_it_is_read(stops, seed):
    stops = sorted([*stops, 40.0])
    piecewise, at_once = run(SimulatedSource(mouth(), seed), stops), run(SimulatedSource(mouth(), seed), [40.0])
    assert piecewise.keys() == at_once.keys()
    for key, series in at_once.items():
        for a, b in zip(piecewise[key], series, strict=True):
            np.testing.assert_array_equal(a, b)


def test_the_clock_it_is_started_on_shifts_times_and_nothing_else():
    plain = run(SimulatedSource(mouth(), 5), [20.0])
    shifted = run(SimulatedSource(mouth(), 5), [120.0], ManualClock(100.0))
    for key, (times, values, arrival) in plain.items():
        np.testing.assert_allclose(shifted[key][0], times + 100.0)
        np.testing.assert_array_equal(shifted[key][1], values)
        np.testing.assert_allclose(shifted[key][2], arrival + 100.0)


def test_a_channel_sends_the_same_alone_and_in_company():
    alone = run(SimulatedSource(mouth((11,), ("ph",)), 5, faults=[]), [30.0])
    company = run(SimulatedSource(mouth(), 5, faults=[]), [30.0])
    np.testing.assert_array_equal(alone["t11/ph"][1], company["t11/ph"][1])


def test_seeds_and_teeth_differ():
    a, b = (run(SimulatedSource(mouth(), seed), [20.0]) for seed in (1, 2))
    assert not np.array_equal(a["t11/ph"][1], b["t11/ph"][1])
    assert not np.array_equal(a["t11/temperature"][1], a["t21/temperature"][1])


def test_it_is_a_mouth():
    got = run(SimulatedSource(mouth(), 3, faults=[]), [600.0])
    for tooth in TEETH:
        times, warm, arrival = got[f"t{tooth}/temperature"]
        assert 33.0 < np.median(warm) < 36.5
        assert warm.min() > 26.0 and warm.max() < 44.0
        np.testing.assert_allclose(np.diff(times), 0.25)
        np.testing.assert_array_equal(times, arrival)
        acid = got[f"t{tooth}/ph"][1]
        assert 6.7 < np.median(acid) < 7.7
        assert acid.min() > 4.0 and acid.max() < 8.2
    assert 250.0 < got["t16/force"][1].max() <= 600.0
    assert got["t11/force"][1].max() < 0.5 * got["t16/force"][1].max()
    assert np.median(got["t16/force"][1]) < 60.0, "most of the time nobody bites"
    assert np.median(got["t11/temperature"][1]) < np.median(got["t16/temperature"][1]), "breath cools the front"


@pytest.mark.parametrize("seed", range(6))
def test_a_healthy_mouth_alarms_nobody(seed):
    got = run(SimulatedSource(mouth(), seed, faults=[]), [600.0])
    assert {key: found for key in got if (found := judged(got, key))} == {}


def judged(got, key):
    from neodent_viewer.sensors.sample import block

    quality = ChannelQuality(channel(*key.split("/")))
    quality.update(block(key, *got[key]))
    return quality.log.all()


SHORT = tuple(kind for kind, _ in DEMO_KINDS)
LASTING = (
    {("temperature", kind): 6.0 for kind in SHORT}
    | {("ph", kind): 12.0 for kind in SHORT}
    | {("force", kind): 4.0 for kind in SHORT if kind is not FaultKind.DRIFT}
    | {("temperature", FaultKind.DECOUPLED): 60.0, ("force", FaultKind.DECOUPLED): 45.0}
)


@pytest.mark.parametrize(("quantity", "kind"), LASTING)
@pytest.mark.parametrize("seed", range(3))
def test_an_injected_fault_is_found_where_it_is_and_called_what_it_is(quantity, kind, seed):
    lasting = LASTING[quantity, kind]
    key = f"t21/{quantity}"
    fault = Injected(kind, key, 30.0, lasting)
    got = run(SimulatedSource(mouth(), seed, faults=[fault]), [90.0])
    found = judged(got, key)
    assert {f.kind for f in found} == {kind}
    period = 1.0 / channel("t21", quantity).quantity.rate
    first, last = found[0], found[-1]
    assert 30.0 - 2 * period <= first.onset <= 30.0 + max(4.1 * period, 0.45 * lasting)
    assert last.end <= 36.0 + lasting
    assert first.detected - 30.0 < 0.75 * lasting
    others = [judged(got, other) for other in got if other != key]
    assert not any(others), "a fault stays on its channel"


def test_the_demo_begins_within_four_seconds_on_a_front_tooth_and_goes_on():
    demo = Demo(mouth())
    faults = [demo.fault(i) for i in range(40)]
    assert faults[0].start < 4.0
    assert faults[0].channel in ("t11/temperature", "t21/temperature")
    steps = np.diff([fault.start for fault in faults])
    assert (steps >= 8.0).all() and (steps <= 10.0).all()
    assert {fault.kind for fault in faults} == {kind for kind, _ in DEMO_KINDS}
    assert {fault.channel for fault in faults} == {f"t{tooth}/temperature" for tooth in TEETH}
    assert all(a.end < b.start for a, b in pairwise(faults)), "one at a time"


@given(st.floats(0, 500), st.floats(0, 60))
def test_the_demos_schedule_is_what_its_faults_say(start, length):
    demo = Demo(mouth())
    listed = [f for f in map(demo.fault, range(80)) if f.start < start + length and f.end > start]
    assert demo.between(start, start + length) == listed


def test_channels_can_come_and_go_while_it_runs():
    source = SimulatedSource(mouth((11, 21)), 5, faults=[])
    source.start(ManualClock())
    before = {b.channel: b for b in source.read(10.0)}
    source.send(mouth((21, 36)))
    after = {b.channel: b for b in source.read(20.0)}
    assert set(after) == {f"t{tooth}/{q}" for tooth in (21, 36) for q in QUANTITIES}
    assert after["t21/ph"].times[0] == pytest.approx(before["t21/ph"].times[-1] + 1.0)
    assert after["t36/ph"].times.min() >= 10.0


def test_it_is_silent_before_start_and_after_close():
    source = SimulatedSource(mouth())
    assert source.read(10.0) == []
    source.start(ManualClock())
    assert source.read(1.0)
    assert source.status().running and source.status().received > 0
    source.close()
    source.close()
    assert source.read(10.0) == []


def test_what_cannot_be_simulated_is_said():
    glucose = Channel("t11/glucose", Quantity("glucose", "", 0, 1, 0, 1, 1, "cividis"))
    with pytest.raises(SensorError) as error:
        SimulatedSource([SimulatedChannel(glucose)])
    assert (error.value.kind, error.value.where) == ("channel", "t11/glucose")


def test_no_channels_no_faults():
    assert Demo([]).between(0.0, 100.0) == []
    assert SimulatedSource([]).read(1.0) == []
