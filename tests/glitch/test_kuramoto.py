"""Oscillators: disorder at the onset, one beat when form stands, and the same run for the same seed."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from neodent_viewer.glitch import kuramoto


@settings(max_examples=20)
@given(st.integers(2, 60), st.integers(0, 10_000))
def test_disorder_becomes_one_beat(count, seed):
    assert kuramoto.coherence(kuramoto.phases(2.6, count, seed)) > 0.98
    assert np.array_equal(kuramoto.phases(1.0, count, seed), kuramoto.phases(1.0, count, seed))


def test_many_oscillators_start_apart():
    assert np.mean([kuramoto.coherence(kuramoto.phases(0.0, 40, seed)) for seed in range(20)]) < 0.3


def test_time_runs_on_between_steps_and_stands_at_the_ends():
    a, b = kuramoto.phases(0.5, 9, 1), kuramoto.phases(0.5 + kuramoto.STEP / 2, 9, 1)
    assert 0 < np.abs(a - b).max() < 1.0
    assert (
        not kuramoto.phases(-np.inf, 9).any()
        and not kuramoto.phases(-1.0, 9).any()
        and not kuramoto.phases(np.inf, 9).any()
    )
    assert np.array_equal(kuramoto.phases(50.0, 9), kuramoto.phases(90.0, 9))
    assert kuramoto.phases(1.0, 0).shape == (0,)
