"""Every fault has words."""

import pytest

from neodent_viewer.sensors.advice import ADVICE
from neodent_viewer.sensors.fault import FaultKind


@pytest.mark.parametrize("kind", list(FaultKind))
def test_every_kind_says_what_it_means_and_what_to_try(kind):
    advice = ADVICE[kind]
    assert advice.title and advice.meaning.endswith(".")
    for quantity in ("", "temperature", "ph", "force"):
        steps = advice.steps(quantity)
        assert len(steps) >= 2 and all(step[-1] in ".?" and "  " not in step for step in steps)
        assert len(set(steps)) == len(steps)
