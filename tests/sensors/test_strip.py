"""The strip of qualities, against a slow reading of every sample."""

import math

import numpy as np
import pytest

from neodent_viewer.sensors.channel import Flag
from neodent_viewer.sensors.strip import COARSE, MOST, QualityStrip

ORDER = [Flag.NOT_EVALUATED, Flag.GOOD, Flag.SUSPECT, Flag.BAD, Flag.MISSING]


def slow(times, flags, start, end, count, step):
    """Worst flag of all samples in the bins of `step` s that a column touches; 0 for none."""
    found = []
    for j in range(count):
        low = math.floor((start + (end - start) * j / count) / step) * step
        high = max(math.ceil((start + (end - start) * (j + 1) / count) / step) * step, low + step)
        inside = [f for t, f in zip(times, flags, strict=True) if low <= t < high]
        found.append(max(inside, key=ORDER.index) if inside else 0)
    return found


def series(rng, count, rate):
    times = 1000.0 + np.cumsum(rng.uniform(0.5, 1.5, count)) / rate
    flags = rng.choice([1, 1, 1, 1, 1, 2, 3, 4, 9], count).astype(np.uint8)
    return times, flags


@pytest.mark.parametrize("span", [30.0, 600.0, 3600.0])
def test_columns_hold_the_worst_flag_of_their_seconds(span):
    rng = np.random.default_rng(int(span))
    times, flags = series(rng, 8000, 2.0)
    strip = QualityStrip()
    at = 0
    while at < len(times):  # in blocks of any size
        size = int(rng.integers(1, 200))
        strip.add(times[at : at + size], flags[at : at + size])
        at += size
    start = 1010.0
    got = strip.columns(start, start + span, 25)
    step = COARSE if span / 25 >= 2 * COARSE else 1
    assert got.tolist() == slow(times, flags, start, start + span, 25, step)


def test_blocks_and_order_do_not_matter():
    times, flags = series(np.random.default_rng(3), 2000, 4.0)
    whole, mixed = QualityStrip(), QualityStrip()
    whole.add(times, flags)
    order = np.concatenate([[0], 1 + np.random.default_rng(4).permutation(len(times) - 1)])
    for chunk in np.array_split(order, 40):
        mixed.add(times[chunk], flags[chunk])
    assert np.array_equal(whole.columns(1000, 1600, 97), mixed.columns(1000, 1600, 97))


def test_silence_is_missing_only_beyond_the_patience_of_the_channel():
    strip = QualityStrip()
    times = np.arange(100.0, 200.0, 10.0)
    strip.add(times, np.ones(len(times), np.uint8))
    assert strip.columns(100, 200, 100, patience=20.0).tolist() == [1] * 100
    impatient = strip.columns(100, 110, 10, patience=2.0)
    assert impatient[0] == Flag.GOOD and impatient[9] == Flag.MISSING
    assert strip.columns(0, 100, 10, patience=20.0).tolist() == [0] * 10, "nothing had been heard yet"
    after = strip.columns(190, 300, 11, patience=20.0)
    assert after[1] == Flag.GOOD and set(after[4:].tolist()) == {Flag.MISSING}


def test_a_strip_that_begins_in_a_pause_knows_what_came_before_it():
    strip = QualityStrip()
    strip.add(np.array([0.0, 50.0]), np.array([1, 1], np.uint8))
    assert strip.columns(51, 61, 5, patience=20.0).tolist() == [1] * 5


def test_days_are_forgotten_and_memory_stays():
    strip = QualityStrip()
    for day in range(8):
        times = day * 86_400.0 + np.arange(0.0, 86_400.0, 30.0)
        strip.add(times, np.full(len(times), 3 if day == 7 else 1, np.uint8))
    assert len(strip._fine) <= 2 * MOST
    assert set(strip.columns(7 * 86_400, 8 * 86_400 - 60, 300, patience=61).tolist()) == {3}
    strip.add(np.array([9e7]), np.array([4], np.uint8))  # a clock that leaps by years takes nothing down
    assert strip.columns(9e7 - 10, 9e7 + 1, 11)[-1] == Flag.BAD and len(strip._fine) <= 2 * MOST


def test_the_worst_stays_when_a_sample_is_judged_again():
    strip = QualityStrip()
    strip.add(np.array([5.2]), np.array([1], np.uint8))
    strip.add(np.array([5.2]), np.array([4], np.uint8))
    strip.add(np.array([5.4]), np.array([1], np.uint8))
    assert strip.columns(5, 6, 1)[0] == Flag.BAD
