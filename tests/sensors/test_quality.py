"""Quality of a channel: the same however samples were cut, worst wins, faults join and part."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neodent_viewer.sensors import judging
from neodent_viewer.sensors.channel import Channel, Quantity, channel
from neodent_viewer.sensors.fault import FaultKind, FaultLog, Mark
from neodent_viewer.sensors.quality import ChannelQuality, known_channel, limits_of, worst
from neodent_viewer.sensors.sample import block


def judge(series, key, size):
    """Feed a series in blocks of `size`; return final flags of all samples and all faults."""
    quality = ChannelQuality(known_channel(key))
    flags = []
    for piece in series.split(size):
        found, revised = quality.update(piece)
        flags += found.tolist()
        for number, flag in revised:
            flags[number] = max(flags[number], flag)
    return flags, quality.faults(float(series.arrival[-1]) + 0.01)


@st.composite
def troubled(draw):
    """A series of the demo's kind of trouble: holes, freezes, spikes, runs, absurd values, NaN, late and shuffled samples."""
    n = draw(st.integers(20, 400))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    period = draw(st.sampled_from([0.25, 0.02]))
    t = np.cumsum(np.where(rng.random(n) < 0.03, 2.0, period))
    v = 34.5 + 0.02 * rng.standard_normal(n)
    for _ in range(draw(st.integers(0, 6))):
        at, run = int(rng.integers(n)), int(rng.integers(1, 30))
        part = slice(at, at + run)
        what = draw(st.sampled_from(["stuck", "spike", "run", "absurd", "nan", "late", "shuffle"]))
        if what == "stuck":
            v[part] = v[at]
        elif what == "spike":
            v[at] += 9.0
        elif what == "run":
            v[part] += np.arange(len(v[part])) * 1.2
        elif what == "absurd":
            v[part] = 400.0
        elif what == "nan":
            v[part] = np.nan
        elif what == "late":
            t[part] -= 1.5
        else:
            t[part] = t[part][::-1].copy()
    arrival = np.maximum.accumulate(np.cumsum(np.full(n, period)) + 1.6)
    return block("t11/temperature", t, v, np.maximum(arrival, t))


@settings(max_examples=60, deadline=None)
@given(troubled())
def test_flags_and_faults_do_not_depend_on_how_samples_were_cut(series):
    whole = judge(series, "t11/temperature", 4096)
    for size in (1, 7, 40, 150):  # few, some that a glance may be enough for, many
        assert judge(series, "t11/temperature", size) == whole


@settings(max_examples=40, deadline=None)
@given(troubled(), st.sampled_from([1, 2, 3, 5, 9, 40, 150]))
def test_a_glance_changes_nothing_of_what_is_found_by_any_test(series, size):
    def told(looks):
        with pytest.MonkeyPatch.context() as patch:
            if not looks:
                patch.setattr(judging, "glance", lambda *_: None)
                patch.setattr(judging, "glance_along", lambda *_: None)
            quality, said = ChannelQuality(known_channel("t11/temperature")), []
            for piece in series.split(size):
                flags, revised = quality.update(piece)
                tests = {name: row.tolist() for name, row in quality.by_test().items() if name != "slow"}
                said.append((flags.tolist(), revised, tests, quality.verdicts(), quality.placed.tolist()))
            return said, quality.faults(float(series.arrival[-1]))

    assert told(True) == told(False)


@settings(max_examples=30, deadline=None)
@given(troubled(), st.lists(st.floats(0, 100), max_size=8))
def test_looking_does_not_change_what_is_found(series, looks):
    quality = ChannelQuality(known_channel("t11/temperature"))
    for piece in series.split(5):
        quality.update(piece)
        for look in looks:
            quality.latest(look)
            quality.silence(look)
    end = float(series.arrival[-1]) + 0.01
    assert quality.faults(end) == judge(series, "t11/temperature", 4096)[1]


@settings(max_examples=30, deadline=None)
@given(troubled())
def test_only_the_five_flags_ever_appear(series):
    flags, _ = judge(series, "t11/temperature", 9)
    assert len(flags) == len(series)
    assert set(flags) <= {1, 2, 3, 4, 9}


def test_not_a_number_is_missing():
    flags, faults = judge(block("t11/ph", [0.0, 1.0, 2.0], [7.0, np.nan, 7.1]), "t11/ph", 1)
    assert flags == [1, 9, 1]
    assert [fault.kind for fault in faults] == [FaultKind.GAP]


def test_a_spike_is_flagged_once_the_next_sample_is_here():
    quality = ChannelQuality(channel("t11", "temperature"))
    first, revised = quality.update(block("t11/temperature", [0, 0.25, 0.5], [34.0, 34.1, 60.0 - 19.0]))
    assert (first.tolist(), revised) == ([1, 1, 1], ())
    second, revised = quality.update(block("t11/temperature", [0.75], [34.2]))
    assert (second.tolist(), revised) == ([1], ((2, 4),))


def test_worst_wins_and_a_test_that_could_not_judge_hides_nothing():
    assert worst(3, 4) == worst(4, 3) == 4
    assert worst(2, 1) == worst(1, 2) == 1
    assert worst(9, 4) == 9


def test_marks_close_together_are_one_fault_and_far_apart_two():
    log = FaultLog(hold=1.0)
    log.add(FaultKind.SPIKE, Mark(0.0, 0.0, 0.1, 0.5))
    log.add(FaultKind.SPIKE, Mark(0.9, 0.9, 1.0, 1.0))
    log.add(FaultKind.GAP, Mark(1.0, 1.5, 1.6, 1.0))
    log.add(FaultKind.SPIKE, Mark(2.0, 2.0, 2.1, 0.5))
    spikes = [f for f in log.all() if f.kind is FaultKind.SPIKE]
    assert [(f.onset, f.end, f.detected, f.energy) for f in spikes] == [(0.0, 0.9, 0.1, 1.0), (2.0, 2.0, 2.1, 0.5)]
    assert len(log.all()) == 3


@st.composite
def marks(draw):
    """Marks of two kinds and three tests, each test's in order of arrival, some of them far apart."""
    found, at = [], {}
    for _ in range(draw(st.integers(1, 40))):
        kind = draw(st.sampled_from([FaultKind.STUCK, FaultKind.SPIKE]))
        test = draw(st.sampled_from(["", "flat_line", "attenuated"]))
        since = at.get((kind, test), 0.0) + draw(st.sampled_from([0.0, 0.3, 1.0, 2.5]))
        onset = since - draw(st.sampled_from([0.0, 0.0, 4.0]))
        end = since + draw(st.sampled_from([0.0, 0.5]))
        at[kind, test] = end
        count = draw(st.integers(1, 3))
        mark = Mark(onset, end, end + 0.1, draw(st.sampled_from([0.75, 1.0])), draw(st.sampled_from([0.0, 1.5, 2.0])))
        found.append((kind, mark, test, count))
    return found


def rows_of(marks, hold):
    """Return kind -> test -> faults as [onset, end, detected, energy, margin, findings]: one mark after the other."""
    rows = {}
    for kind, mark, test, count in marks:
        row = rows.setdefault(kind, {}).setdefault(test, [])
        if row and mark.onset <= row[-1][1] + hold:
            onset, end, known, energy, margin, findings = row[-1]
            onset, end, energy = min(onset, mark.onset), max(end, mark.end), max(energy, mark.energy)
            row[-1] = [onset, end, known, energy, max(margin, mark.margin), findings + count]
        else:
            row.append([mark.onset, mark.end, mark.detected, mark.energy, mark.margin, count])
    return rows


@settings(max_examples=200, deadline=None)
@given(marks(), st.lists(st.integers(0, 40), max_size=8))
def test_a_log_joins_marks_as_one_by_one_would_and_its_version_tells_of_all_that_shows(marks, looks):
    log, hold = FaultLog(1.0), 1.0
    shown, version = None, -1
    for i, (kind, mark, test, count) in enumerate(marks):
        log.add_few(kind, (mark,), test, (count,))
        if i in looks:
            told = sorted((f.kind, f.onset, f.detected, f.energy) for f in log.latest())
            if log.version == version:
                assert told == shown
            shown, version = told, log.version
    for kind, tests in rows_of(marks, hold).items():
        if len(tests) == 1:
            ((name, row),) = tests.items()
            faults = [fault for fault in log.all() if fault.kind is kind]
            assert [
                [f.onset, f.end, f.detected, f.energy, f.evidence[0].margin, f.evidence[0].findings] for f in faults
            ] == row
            assert {f.evidence[0].test for f in faults} == {name or kind.value}
            assert [f for f in log.latest() if f.kind is kind] == faults[-1:]
        else:
            last = max((row[-1] for row in tests.values()), key=lambda one: one[1])
            (told,) = (f for f in log.latest() if f.kind is kind)
            assert told.end == last[1] and told.onset <= last[0] and told.energy >= last[3]
            assert sum(e.findings for f in log.all() if f.kind is kind for e in f.evidence) == sum(
                one[5] for row in tests.values() for one in row
            )


def test_the_version_tells_that_a_slow_test_has_taken_its_word_back_and_that_others_judge():
    quality = ChannelQuality(known_channel("t11/ph"))
    quality.update(block("t11/ph", [0.0, 1.0], [7.0, 7.1]))
    versions = [quality.version]
    for flag, mark in ((3, Mark(0.0, 1.0, 1.0, 0.75)), (1, None)):
        quality.hear("neighbour", flag, FaultKind.DISAGREES, mark)
        versions.append(quality.version)
    quality.set_limits(quality.limits, afresh=True)
    versions.append(quality.version)
    assert len(set(versions)) == 4


def test_a_log_forgets_the_oldest_faults():
    log = FaultLog(hold=0.1, capacity=4)
    for i in range(10):
        log.add(FaultKind.SPIKE, Mark(float(i), float(i), float(i), 1.0))
    assert [fault.onset for fault in log.all()] == [6.0, 7.0, 8.0, 9.0]


def test_a_quantity_without_figures_is_judged_by_its_span():
    glucose = Quantity("glucose", "µmol/L", 5.0, 1000.0, 5.0, 400.0, 0.5, "cividis")
    assert limits_of(glucose).user == (5.0, 1000.0)
    quality = ChannelQuality(Channel("t11/glucose", glucose))
    flags, _ = quality.update(block("t11/glucose", [0, 2, 4], [100.0, 110.0, 5000.0]))
    assert flags.tolist() == [1, 1, 4]


@pytest.mark.parametrize("key", ["", "/", "t11", "t11/", "t11/mood"])
def test_an_unknown_key_is_no_channel(key):
    assert known_channel(key) is None
