"""The pyramid says what looking at every sample says, however it was filled, and in no time."""

import time
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neodent_viewer.sensors.pyramid import Pyramid


def brute(times, values, start, end, count):
    edges = np.linspace(start, end, count + 1)
    low, high = np.full(count, np.nan), np.full(count, np.nan)
    for j in range(count):
        inside = (times >= edges[j]) & ((times < edges[j + 1]) | ((j == count - 1) & (times <= end)))
        found = values[inside & ~np.isnan(values)]
        if len(found):
            low[j], high[j] = found.min(), found.max()
    return low, high


def filled(times, values, cuts, **kind):
    pyramid = Pyramid(**kind)
    for rows in np.split(np.arange(len(times)), np.sort(cuts)):
        pyramid.append(times[rows], values[rows])
    return pyramid


@settings(max_examples=150, deadline=None)
@given(
    st.integers(0, 300),
    st.integers(0, 2**32 - 1),
    st.integers(1, 40),
    st.tuples(st.floats(-5, 35), st.floats(0.1, 40)),
)
def test_it_says_what_looking_at_every_sample_says(size, seed, count, window):
    rng = np.random.default_rng(seed)
    times = np.sort(rng.uniform(0, 30, size).round(rng.integers(0, 4)))
    values = np.where(rng.random(size) < 0.1, np.nan, rng.normal(size=size))
    pyramid = filled(times, values, rng.integers(0, size + 1, rng.integers(0, 9)))
    start, end = window[0], window[0] + window[1]
    for mine, slow in zip(pyramid.columns(start, end, count), brute(times, values, start, end, count), strict=True):
        assert mine.tobytes() == slow.tobytes() or np.array_equal(mine, slow, equal_nan=True)
    assert pyramid.samples == size and pyramid.detail == 1


@pytest.mark.parametrize("seed", range(8))
def test_beyond_what_is_kept_detail_halves_and_nothing_is_forgotten(seed):
    rng = np.random.default_rng(seed)
    times, values = np.arange(5000) * 0.1, rng.normal(size=5000)
    pyramid = filled(times, values, rng.integers(0, 5000, 400), most=64)
    assert pyramid.detail >= 5000 // 64 and pyramid.span == (0.0, times[-1])
    low, high = pyramid.columns(0.0, times[-1], 1)
    assert (low[0], high[0]) == (values.min(), values.max())
    slack = 0.1 * pyramid.detail
    low, high = pyramid.columns(100.0, 400.0, 7)
    for j, (a, b) in enumerate(zip(np.linspace(100, 400, 8)[:-1], np.linspace(100, 400, 8)[1:], strict=True)):
        sure = values[(times >= a + slack) & (times < b - slack)]
        near = values[(times >= a - slack) & (times < b + slack)]
        assert near.min() <= low[j] <= sure.min() and sure.max() <= high[j] <= near.max()


def test_late_samples_and_nothing_at_all():
    pyramid = Pyramid()
    assert np.isnan(pyramid.columns(0, 1, 3)).all() and np.isnan(pyramid.span).all()
    pyramid.append(np.array([1.0, 0.5, 2.0]), np.array([1.0, 9.0, 2.0]))
    assert pyramid.columns(0.0, 1.5, 1)[1][0] == 9.0


def test_ten_hours_are_asked_for_in_milliseconds_and_kept_in_little():
    rng = np.random.default_rng(0)
    times, values = np.arange(1_800_000) / 50, rng.normal(size=1_800_000)
    tracemalloc.start()
    pyramid = Pyramid()
    for start in range(0, len(times), 9000):
        pyramid.append(times[start : start + 9000], values[start : start + 9000])
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 12e6
    took = []
    for k in range(20):
        before = time.perf_counter()
        low, _high = pyramid.columns(k * 600.0, 36_000.0, 1920)
        took.append(time.perf_counter() - before)
        assert not np.isnan(low[10:-10]).any()
    assert np.median(took) < 0.033, "two frames; alone on a core it is a twentieth of that"
