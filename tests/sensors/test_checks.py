"""Each check against what a person would say by looking at the whole series at once."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neodent_viewer.sensors.channel import Flag
from neodent_viewer.sensors.checks.flat_line import FlatLine
from neodent_viewer.sensors.checks.gap import Gap
from neodent_viewer.sensors.checks.gross_range import GrossRange
from neodent_viewer.sensors.checks.late import Late
from neodent_viewer.sensors.checks.rate_of_change import RateOfChange
from neodent_viewer.sensors.checks.spike import Spike

values = st.lists(st.sampled_from([0.0, 0.1, 1.0, 2.5, 5.0, -3.0]), max_size=40)


def times(n, step=0.25):
    return [i * step for i in range(n)]


def flags(check, v, step=0.25):
    """Return the flags in the samples' own order, for a check with or without lag."""
    t = times(len(v), step)
    found = check.update(t, v, t).flags
    return found[check.lag :] + [int(Flag.NOT_EVALUATED)] * min(check.lag, len(v))


@given(st.lists(st.floats(-100, 100), max_size=30))
def test_gross_range(v):
    expected = [4 if not 0 <= x <= 50 else 3 if not 10 <= x <= 40 else 1 for x in v]
    assert flags(GrossRange((0, 50), (10, 40)), v) == expected


@given(values)
def test_spike_is_the_smaller_of_two_opposite_jumps(v):
    expected = []
    for i in range(len(v)):
        if not 0 < i < len(v) - 1:
            expected.append(2)
            continue
        up, down = v[i] - v[i - 1], v[i] - v[i + 1]
        height = min(abs(up), abs(down)) if up * down > 0 else 0
        expected.append(4 if height >= 4 else 3 if height >= 2 else 1)
    assert flags(Spike(2.0, 4.0), v) == expected


@given(values)
def test_flat_line_counts_seconds_without_movement(v):
    expected = []
    for i in range(len(v)):
        start = i
        while start > 0 and v[start - 1] == v[i]:
            start -= 1
        still = (i - start) * 0.25
        enough = i - start + 1 >= 4
        expected.append(4 if still >= 2 and enough else 3 if still >= 1 and enough else 1)
    assert flags(FlatLine(1.0, 0.0), v) == expected


@given(values)
def test_rate_of_change_wants_two_fast_steps_the_same_way(v):
    expected = []
    for i in range(len(v)):
        if i < 2:
            expected.append(2)
            continue
        a, b = (v[i - 1] - v[i - 2]) / 0.25, (v[i] - v[i - 1]) / 0.25
        fast = min(abs(a), abs(b)) if a * b > 0 else 0
        expected.append(4 if fast > 8 else 3 if fast > 4 else 1)
    assert flags(RateOfChange(4.0), v) == expected


def test_a_step_is_neither_spike_nor_drift():
    v = [34.0] * 5 + [44.0] * 5
    assert set(flags(Spike(1.0, 2.0), v)) <= {1, 2}
    assert set(flags(RateOfChange(1.0), v)) <= {1, 2}


def test_packets_that_bunch_up_are_no_leap():
    bunched, v = [0.0, 0.0005, 0.001, 0.0015], [34.0, 34.02, 34.04, 34.06]
    assert 4 in RateOfChange(2.6).update(bunched, v, bunched).flags
    assert set(RateOfChange(2.6, least=0.125).update(bunched, v, bunched).flags) == {1, 2}


def test_late_compares_taken_with_arrived():
    out = Late(0.5).update([0.0, 1.0, 2.0], [0.0] * 3, [0.0, 1.5, 2.6])
    assert out.flags == [1, 1, 3]
    assert [(mark.onset, mark.detected) for mark in out.marks] == [(2.0, 2.6)]


def test_a_hole_is_a_gap_and_its_end_is_good():
    t = [0.0, 0.25, 0.5, 0.75, 3.0, 3.25]
    out = Gap(0.25).update(t, [0.0] * 6, t)
    assert out.flags == [1] * 6
    (mark,) = out.marks
    assert (mark.onset, mark.end, mark.detected) == (1.0, 3.0, 1.5)


@given(st.floats(0.0, 10.0))
def test_silence_is_a_gap_from_the_moment_it_exceeds_the_cadence(after):
    gap = Gap(0.25)
    t = times(8)
    gap.update(t, [0.0] * 8, t)
    mark = gap.silence(t[-1] + after)
    assert (mark is not None) == (t[-1] + after - t[-1] > 0.75)
    if mark is not None:
        assert (mark.onset, mark.detected) == (t[-1] + 0.25, t[-1] + 0.75)


def test_a_sender_slower_than_nominal_is_not_one_long_gap():
    gap = Gap(0.25)
    t = times(40, step=1.0)
    assert not gap.update(t, [0.0] * 40, t).marks
    assert gap.threshold() == pytest.approx(3.0)
    assert gap.silence(t[-1] + 2.0) is None


def test_nothing_is_missed_before_anything_came():
    assert Gap(0.25).silence(100.0) is None


@pytest.mark.parametrize(
    "make",
    [
        lambda: GrossRange((0, 5), (1, 4)),
        lambda: FlatLine(1, 0),
        lambda: Spike(1, 2),
        lambda: RateOfChange(1),
        lambda: Gap(0.1),
    ],
)
def test_checks_answer_for_every_sample(make):
    v = np.sin(np.arange(50)).tolist()
    assert len(make().update(times(50), v, times(50)).flags) == 50
    assert make().update([], [], []).flags == []
    assert not math.isnan(sum(make().update(times(3), v[:3], times(3)).flags))
