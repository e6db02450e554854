"""Parameters keep their ranges and say what to do when they do not."""

import math

import pytest

from neodent_viewer.anatomy.parameters import SmileParameters, from_words, table
from neodent_viewer.core.errors import ArgumentError

ROWS = table()


@pytest.mark.parametrize(("name", "default", "low", "high", "unit", "meaning"), ROWS, ids=[row[0] for row in ROWS])
def test_range_holds_at_both_ends(name, default, low, high, unit, meaning):
    assert low <= default <= high
    assert meaning
    for edge in (low, high):
        assert getattr(SmileParameters(**{name: edge}), name) == edge
    for beyond in (math.nextafter(low, -math.inf), math.nextafter(high, math.inf), math.nan, math.inf):
        with pytest.raises(ArgumentError) as caught:
            SmileParameters(**{name: beyond})
        assert name in caught.value.what
        assert f"{low:g} to {high:g}" in caught.value.remedy


def test_words_become_parameters():
    assert from_words([]) == SmileParameters()
    assert from_words(["overbite=3", "arch-width=60", " spee =0.5"]) == SmileParameters(
        overbite=3.0, arch_width=60.0, spee=0.5
    )


@pytest.mark.parametrize("word", ["overbite", "teeth=32", "=3", "overbite=much", "overbite=", "overbite=99"])
def test_words_that_say_nothing_usable_are_refused_with_a_remedy(word):
    with pytest.raises(ArgumentError) as caught:
        from_words([word])
    assert caught.value.kind == "argument"
    assert caught.value.remedy
