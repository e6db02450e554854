"""Rate, jitter and loss of a series that is known."""

import math

import numpy as np
import pytest

from neodent_viewer.sensors.cadence import Cadence, cadence


@pytest.mark.parametrize("rate", [0.1, 1.0, 50.0])
def test_a_steady_sensor_has_its_rate_and_loses_nothing(rate):
    times = np.arange(200) / rate
    found = cadence(times, times[-1] + 0.4 / rate)
    assert found.rate == pytest.approx(rate, rel=1e-6)
    assert found.period == pytest.approx(1 / rate)
    assert found.jitter == pytest.approx(0.0, abs=1e-9) and found.loss == 0.0


def test_loss_is_the_share_that_did_not_come():
    rng = np.random.default_rng(1)
    kept = rng.random(5000) > 0.2
    kept[[0, -1]] = True
    times = np.arange(5000)[kept] / 4.0
    found = cadence(times, times[-1])
    assert found.loss == pytest.approx(1 - kept.mean(), abs=1e-9)
    assert found.rate == pytest.approx(4.0 * kept.mean(), rel=1e-3)


def test_jitter_is_how_far_steps_waver_and_a_hole_is_none():
    rng = np.random.default_rng(2)
    steps = 0.25 + rng.normal(0, 0.01, 4000)
    steps[1000] += 5.0
    found = cadence(np.cumsum(steps), float(steps.sum()))
    assert found.jitter == pytest.approx(0.01, rel=0.05)
    assert found.loss == pytest.approx(20 / 4020, rel=0.1)


def test_silence_up_to_now_counts():
    times = np.arange(0.0, 10.0)
    found = cadence(times, 19.0)
    assert found.loss == pytest.approx(0.5, abs=0.03) and found.rate == pytest.approx(0.5, abs=0.05)


def test_too_little_says_nothing():
    for times in (np.zeros(0), np.zeros(1), np.zeros(5)):
        found = cadence(times, 3.0)
        assert isinstance(found, Cadence) and math.isnan(found.rate) and math.isnan(found.loss)


def test_bursts_with_one_time_for_several_samples_have_a_rate():
    times = np.repeat(np.arange(20) * 0.2, 10)
    found = cadence(times, times[-1] + 0.1)
    assert found.rate == pytest.approx(50.0, rel=0.1) and math.isfinite(found.jitter)
