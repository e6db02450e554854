"""Clocks do not go back."""

import pytest

from neodent_viewer.core.clock import ManualClock, MonotonicClock


def test_a_manual_clock_stands_until_it_is_moved():
    clock = ManualClock(2.0)
    assert clock.now() == clock.now() == 2.0
    clock.set(5.0)
    assert clock.now() == 5.0
    with pytest.raises(ValueError, match="back"):
        clock.set(4.0)


def test_the_machine_clock_starts_near_zero():
    clock = MonotonicClock()
    first = clock.now()
    assert 0.0 <= first <= clock.now() < 5.0
