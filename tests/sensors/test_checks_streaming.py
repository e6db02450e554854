"""Every check over arrays says what it says over single samples, however a series is cut; slow checks; thresholds."""

import pickle

import numpy as np
import pytest
from hypothesis import given, settings, target
from hypothesis import strategies as st

from neodent_viewer.core.errors import ArgumentError
from neodent_viewer.document.document import Document
from neodent_viewer.document.history import History
from neodent_viewer.document.thresholds import THRESHOLDS, threshold_edit
from neodent_viewer.sensors.bins import Bin, Binner
from neodent_viewer.sensors.channel import channel
from neodent_viewer.sensors.check import Bounds
from neodent_viewer.sensors.checks.attenuated import Attenuated
from neodent_viewer.sensors.checks.climatology import Climatology, Usual
from neodent_viewer.sensors.checks.decoupling import Decoupling
from neodent_viewer.sensors.checks.drift import Drift
from neodent_viewer.sensors.checks.flat_line import FlatLine
from neodent_viewer.sensors.checks.gap import Gap
from neodent_viewer.sensors.checks.gross_range import GrossRange
from neodent_viewer.sensors.checks.late import Late
from neodent_viewer.sensors.checks.neighbour import Neighbour
from neodent_viewer.sensors.checks.outlier import Outlier
from neodent_viewer.sensors.checks.rate_of_change import RateOfChange
from neodent_viewer.sensors.checks.saturation import Saturation
from neodent_viewer.sensors.checks.spike import Spike
from neodent_viewer.sensors.fault import FaultLog
from neodent_viewer.sensors.glance import glance, glance_along
from neodent_viewer.sensors.thresholds import LIMITS, limits_for, limits_of

CHECKS = {
    "gross_range": lambda: GrossRange((0.0, 60.0), (30.0, 40.0)),
    "flat_line": lambda: FlatLine(3.0, 1e-9),
    "spike": lambda: Spike(1.0, 4.0),
    "outlier": lambda: Outlier(4.2, 0.1),
    "outlier at leisure": lambda: Outlier(4.2, 0.4, leisure=50),
    "rate_of_change": lambda: RateOfChange(1.0, 0.5),
    "gap": lambda: Gap(1.0, 2.5),
    "late": lambda: Late(0.5),
    "decoupling": lambda: Decoupling(30.0, 40.0, 5.0),
    "saturation": lambda: Saturation(0.1, 59.9, 2.0, within=(-1.0, 61.0)),
}


@st.composite
def troubled(draw):
    n = draw(st.integers(1, 500))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    t = np.cumsum(np.where(rng.random(n) < 0.04, 5.0, 1.0))
    v = 34.5 + 0.1 * rng.standard_normal(n)
    for _ in range(draw(st.integers(0, 6))):
        at = int(rng.integers(n))
        part = slice(at, at + int(rng.integers(1, 30)))
        v[part] = rng.choice([v[at], 60.0, 22.0, 90.0, v[at] + 3.0])
    return t, v, t + np.where(rng.random(n) < 0.05, 2.0, 0.01)


@pytest.mark.parametrize("name", CHECKS)
@settings(max_examples=40, deadline=None)
@given(troubled())
def test_a_check_says_the_same_however_samples_are_cut(name, series):
    whole = CHECKS[name]().sweep(*series)
    marks = [] if whole.marks is None else list(whole.marks.each())
    single = CHECKS[name]()
    found = single.update(*(column.tolist() for column in series))
    assert found.flags == whole.flags.tolist()
    assert sorted(found.marks) == sorted(marks)
    for size in (1, 7):
        check, flags = CHECKS[name](), []
        for i in range(0, len(series[0]), size):
            flags += check.sweep(*(column[i : i + size] for column in series)).flags.tolist()
        assert flags == whole.flags.tolist()


@pytest.mark.parametrize("name", CHECKS)
@settings(max_examples=40, deadline=None)
@given(troubled(), st.integers(1, 5))
def test_what_a_check_lets_pass_at_a_glance_it_would_have_found_good(name, series, size):
    times, values, arrival = (column.tolist() for column in series)
    whole = CHECKS[name]().update(times, values, arrival)
    check, flags, marks, calm = CHECKS[name](), [], [], 0
    for i in range(0, len(times), size):
        rows = [column[i : i + size] for column in (times, values, arrival)]
        seen = glance(*rows, times[i - 1], values[i - 1]) if i else None
        if seen is not None and check.calm(seen):
            check.skip(rows[0], rows[1])
            if name == "gap":
                check.touch(rows[2][-1])
            flags += [1] * len(rows[0])
            calm += 1
        else:
            out = check.update(*rows)
            flags += out.flags
            marks += out.marks
    assert (flags, marks) == (whole.flags, whole.marks)
    if size == 1 and len(times) > (300 if name.startswith("outlier") else 100):
        assert calm, "a glance is of no use if it never is enough"


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.floats(0.02, 3.0), st.integers(1, 40))
def test_what_is_learnt_of_noise_is_the_same_however_late(seed, loud, size):
    rng = np.random.default_rng(seed)
    values = (34.5 + loud * 0.1 * rng.standard_normal(1500) * np.where(rng.random(1500) < 0.02, 3.0, 1.0)).tolist()
    times = np.arange(1500.0).tolist()
    at_once, at_leisure, flags = Outlier(4.2, 0.1), Outlier(4.2, 0.1, leisure=384), []
    whole = at_once.update(times, values, times)
    for i in range(0, 1500, size):
        rows = [column[i : i + size] for column in (times, values, times)]
        seen = glance(*rows, times[i - 1], values[i - 1]) if i else None
        if seen is not None and at_leisure.calm(seen):
            at_leisure.skip(*rows[:2])
            flags += [1] * len(rows[0])
        else:
            flags += at_leisure.update(*rows).flags
    assert flags == whole.flags
    a, b = (pickle.loads(pickle.dumps(check)) for check in (at_once, at_leisure))  # what waits is learnt
    for name in ("_near", "_wide", "_long"):
        assert vars(getattr(a, name)) == vars(getattr(b, name))
    assert (a._values, a._times, a._bar, a._room) == (b._values, b._times, b._bar, b._room)


@pytest.mark.parametrize("name", [name for name in CHECKS if getattr(CHECKS[name](), "bounds", lambda: None)()])
@settings(max_examples=40, deadline=None)
@given(troubled(), st.integers(1, 5))
def test_within_its_bounds_a_check_is_calm_and_need_be_told_no_more_than_the_last_two(name, series, size):
    times, values, arrival = (column.tolist() for column in series)
    whole = CHECKS[name]().update(times, values, arrival)
    check, flags, marks, passed, behind = CHECKS[name](), [], [], 0, False
    bounds = check.bounds()
    for i in range(0, len(times), size):
        rows = [column[i : i + size] for column in (times, values, arrival)]
        seen = glance(*rows, times[i - 1], values[i - 1]) if i >= 2 else None
        if seen is not None and bounds.hold(seen):
            flags += [1] * len(rows[0])
            passed, behind = passed + 1, True
            continue
        if behind:
            check.skip(times[:i][-2:], values[:i][-2:])
            behind = False
        out = check.update(*rows)
        flags += out.flags
        marks += out.marks
    assert (flags, marks) == (whole.flags, whole.marks)
    assert passed or size > 1 or len(times) < 100


def test_bounds_of_several_checks_are_those_of_the_strictest():
    both = Bounds(low=1.0, high=9.0, step=3.0).with_(Bounds(low=0.0, high=8.0, rate=5.0, least=0.5))
    assert both == Bounds(1.0, 8.0, 3.0, 5.0, 0.5)
    for value, held in ((1.0, True), (8.0, True), (0.9, False), (8.1, False)):
        assert both.hold(glance([2.0], [value], [2.0], 0.0, value)) == held
    assert [both.hold(glance([2.0], [4.0 + step], [2.0], 0.0, 4.0)) for step in (2.9, 3.0)] == [True, False]
    assert [both.hold(glance([0.1], [4.0 + step], [2.0], 0.0, 4.0)) for step in (2.5, 2.6)] == [True, False]
    assert [both.hold(glance([t], [5.0], [2.0], 0.0, 0.0)) for t in (1.0, 0.9)] == [False, False]


@pytest.mark.parametrize("name", ["flat_line", "decoupling", "saturation"])
@settings(max_examples=60, deadline=None)
@given(troubled(), st.integers(1, 5))
def test_one_answer_for_several_samples_is_what_each_of_them_would_have_got(name, series, size):
    times, values, arrival = (column.tolist() for column in series)
    check, single, alike = CHECKS[name](), CHECKS[name](), 0
    logs = FaultLog(1.5), FaultLog(1.5)
    for i in range(0, len(times), size):
        rows = [column[i : i + size] for column in (times, values, arrival)]
        out = single.update(*rows)
        for mark in out.marks:
            logs[0].add(single.kind, mark, name)
        seen = glance(*rows, times[i - 1], values[i - 1]) if i else None
        one = None if seen is None else check.alike(*rows, seen)
        if one is None:
            again = check.update(*rows)
            assert again == out
            logs[1].add_few(check.kind, again.marks, name) if again.marks else None
        else:
            assert [one.flag] * len(rows[0]) == out.flags
            if one.mark is not None:
                logs[1].add_few(check.kind, (one.mark,), name, (len(rows[0]),))
            alike += 1
        assert logs[0].all() == logs[1].all()
    target(alike)


@settings(max_examples=60, deadline=None)
@given(troubled())
def test_a_glance_along_arrays_sees_what_one_over_numbers_does(series):
    times, values, arrival = (column[1:] for column in series)
    before = float(series[0][0]), float(series[1][0])
    if len(times):
        near = glance(times.tolist(), values.tolist(), arrival.tolist(), *before)
        assert glance_along(times, values, arrival, *before) == near.closely(values.tolist())
        values[len(values) // 2] = np.inf
        assert glance_along(times, values, arrival, *before) is None
        assert glance(times.tolist(), values.tolist(), arrival.tolist(), *before) is None


def bins(values, width=300.0, spread=1.0):
    return [
        Bin(i, i * width, (i + 1) * width, (i + 1) * width, 30, v - spread, v + spread, v) for i, v in enumerate(values)
    ]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(0.1, 40.0), min_size=1, max_size=300), st.integers(1, 20))
def test_bins_do_not_depend_on_how_samples_are_cut(steps, size):
    t = np.cumsum(steps).tolist()
    v = [np.sin(x) for x in t]
    whole = [found for _, found in Binner(10.0).update(t, v, t)]
    binner, pieces = Binner(10.0), []
    for i in range(0, len(t), size):
        pieces += [found for _, found in binner.update(t[i : i + size], v[i : i + size], t[i : i + size])]
    assert pieces == whole
    for one in whole:
        inside = [value for time, value in zip(t, v, strict=True) if one.start <= time < one.end]
        assert (one.samples, one.low, one.high) == (len(inside), min(inside), max(inside))
        assert one.median == np.median(inside)


@pytest.mark.parametrize(("rate", "limit"), [(0.1, 0.06), (-0.1, 0.06), (0.5, 0.3)])
def test_an_even_trend_is_a_drift_and_a_step_or_a_wave_is_none(rate, limit):
    hours = np.arange(72) / 12.0
    wave = 0.05 * np.sin(2 * np.pi * hours / 1.1)

    def flags(values):
        check = Drift(limit, 3.0)
        return [check.close(b)[0] for b in bins(values)]

    assert 3 in flags(rate * hours + 0.2 * wave)
    assert not {3, 4} & set(flags(wave))
    assert not {3, 4} & set(flags(np.where(hours < 2.7, 0.0, 5 * rate)))


def test_a_signal_that_fades_is_attenuated_and_a_season_is_judged_by_its_hour():
    check = Attenuated(0.5, bins=3)
    assert [check.close(b)[0] for b in bins([7.0] * 4, 10.0, spread=1.0)] == [2, 2, 1, 1]
    assert [check.close(b._replace(number=b.number + 4))[0] for b in bins([7.0] * 4, 10.0, spread=0.1)][-1] == 3
    usual = [Usual(23, 7, 6.0, 7.5), Usual(7, 23, 6.5, 8.0)]
    assert [Climatology(usual, 0.0, 1).flag(hour * 3600.0, 6.2) for hour in (2, 12)] == [1, 3]
    assert Climatology(usual, None, 1).flag(0.0, 99.0) == 2


def test_of_three_probes_the_one_that_leaves_is_told_and_of_two_both():
    def run(levels):
        neighbour, flags = Neighbour(1.0), {}
        for i in range(20):
            for key, level in levels.items():
                one = bins([0.0])[0]._replace(number=i, median=level + (3.0 if key == "a" and i >= 10 else 0.0))
                for name, flag, _ in neighbour.close(key, one):
                    flags[name] = flag
        return flags

    assert run({"a": 34.0, "b": 36.0, "c": 35.0}) == {"a": 3, "b": 1, "c": 1}
    assert run({"a": 34.0, "b": 36.0}) == {"a": 3, "b": 3}
    assert run({"a": 34.0}) == {"a": 2}


def test_a_threshold_is_an_edit_that_is_undone_and_counts_for_its_channel_first():
    document = Document()
    history = History(document)
    history.do(threshold_edit(document, "ph", "drift", 0.2))
    history.do(threshold_edit(document, "t11/ph", "user", (4.0, 9.0)))
    table = document.settings[THRESHOLDS]
    assert limits_for(channel("t11", "ph"), table).user == (4.0, 9.0)
    assert limits_for(channel("t21", "ph"), table).user == LIMITS["ph"].user
    assert limits_for(channel("t21", "ph"), table).drift == 0.2
    history.undo()
    history.undo()
    assert THRESHOLDS not in document.settings
    history.redo()
    history.do(threshold_edit(document, "ph", "drift", None))
    assert THRESHOLDS not in document.settings


@pytest.mark.parametrize(
    ("name", "value"),
    [("mood", 1.0), ("drift", "fast"), ("drift", -1.0), ("drift", float("nan")), ("user", 3.0), ("user", (9.0, 4.0))],
)
def test_a_threshold_that_cannot_be_is_refused_and_in_a_file_left_out(name, value):
    with pytest.raises(ArgumentError):
        threshold_edit(Document(), "ph", name, value)
    ph = channel("t11", "ph")
    assert limits_for(ph, {"ph": {name: value}}) == limits_of(ph.quantity)
    assert limits_for(ph, {"ph": 7}) == limits_of(ph.quantity)
