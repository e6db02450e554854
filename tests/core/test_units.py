"""Units are guessed for jaws and crowns, and nothing small is blown up on a hunch."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neodent_viewer.core.units import MM_PER, PLAUSIBLE_MM, format_length, infer_unit, plausible


@pytest.mark.parametrize("jaw_mm", [56.0, 63.7, 70.0, 90.0])
@pytest.mark.parametrize("unit", ["mm", "m", "um", "in"])
def test_a_jaw_is_known_in_every_unit_that_can_be_told(jaw_mm, unit):
    assert infer_unit(jaw_mm / MM_PER[unit]) == unit


@pytest.mark.parametrize("crown_mm", [7.0, 10.5, 13.0])
@pytest.mark.parametrize("unit", ["mm", "m", "um"])
def test_a_crown_is_known(crown_mm, unit):
    assert infer_unit(crown_mm / MM_PER[unit]) == unit


@pytest.mark.parametrize("extent", [0.0, -1.0, float("nan"), float("inf"), 1.0, 2.0, 1000.0, 1e30])
def test_what_says_nothing_stays_in_mm(extent):
    assert infer_unit(extent) == "mm"


@given(st.floats(1e-9, 1e12))
def test_another_unit_is_taken_only_where_it_makes_sense_and_mm_do_not(extent):
    unit = infer_unit(extent)
    if unit != "mm":
        assert plausible(extent * MM_PER[unit])
        assert not PLAUSIBLE_MM[0] <= extent <= PLAUSIBLE_MM[1]


def test_lengths_carry_their_unit():
    assert format_length(3.14159) == "3.14 mm"
