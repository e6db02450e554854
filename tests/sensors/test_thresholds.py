"""What a threshold cannot be is said with the end that is wrong and what is allowed."""

import math

import pytest

from neodent_viewer.core.errors import ArgumentError
from neodent_viewer.document.document import Document
from neodent_viewer.document.thresholds import threshold_edit
from neodent_viewer.sensors.thresholds import checked


@pytest.mark.parametrize(
    ("key", "name", "value", "what", "remedy"),
    [
        (
            "t11/temperature", "user", (60.0, 45.0),
            "The low end of 'In a mouth', 60 °C, lies above its high end, 45 °C.",
            "Type 45 °C or less as the low end, or 60 °C or more as the high end.",
        ),
        ("t11/temperature", "user", (math.nan, 45.0), "The low end of 'In a mouth' is no number.", "Type one in °C, or off."),
        ("ph", "user", (4.0, "high"), "The high end of 'In a mouth' is no number.", "Type one in pH, or off."),
        ("t11/force", "spike", -2.0, "'Suspect height' cannot be -2 N.", "Type 0 N or more, or off."),
        ("t11/force", "still", math.nan, "'Longest stillness' is no number.", "Type one in s, or off."),
        ("t11/force", "still", (1.0, 2.0), "'Longest stillness' has one number.", "Give it that."),
    ],
)  # fmt: skip
def test_a_refusal_says_which_end_is_wrong_and_what_is_allowed(key, name, value, what, remedy):
    with pytest.raises(ArgumentError) as error:
        threshold_edit(Document(), key, name, value)
    assert (error.value.what, error.value.remedy) == (what, remedy)


def test_only_a_name_that_is_none_gets_the_list_of_names():
    with pytest.raises(ArgumentError) as error:
        checked("spikes", 1.0)
    assert "spikes" in error.value.what and "spike_bad" in error.value.remedy


def test_what_is_sound_is_taken():
    assert checked("user", [20, 45]) == (20.0, 45.0)
    assert checked("user", (-math.inf, 45)) == (-math.inf, 45.0)
    assert checked("asleep", (22.0, 6.0)) == (22.0, 6.0)
    assert checked("late", math.inf) == math.inf
