"""What a loud feed's measurement counts: every sample by its number, whatever is missing where."""

import numpy as np
import pytest

from neodent_viewer.app.loud import Numbers
from neodent_viewer.live.intake import Heard
from neodent_viewer.sensors.channel import channel
from neodent_viewer.sensors.sample import Block

PH = channel("t11", "ph")


@pytest.mark.parametrize(
    ("taken", "missing"),
    [
        (range(100), 0),
        ([*range(40), *range(41, 100)], 1),
        (range(3, 100), 3),
        (range(98), 2),
        ([*range(50), *range(49, 99)], 1),
        ([], 100),
    ],
    ids=["all", "one in the middle", "the first", "the last", "one twice and one not at all", "nothing"],
)
def test_what_is_missing_is_counted(taken, missing):
    numbers = Numbers()
    told = 7.3 + np.array(list(taken), float) / 156.25
    for part in np.array_split(told, 3):
        numbers.hear(0.0, Heard(PH, Block(PH.key, part, part, part, part), np.ones(len(part), np.uint8), 0, (), False))
    assert numbers.count == len(told)
    assert numbers.missing([PH.key], 156.25, 100) == missing
    assert numbers.missing([PH.key, "t12/ph"], 156.25, 100) == missing + 100
