"""Teeth by number: relations hold both ways, and the size table agrees with figures it was not made from."""

from itertools import pairwise

import pytest

from neodent_viewer.anatomy import teeth

PERMANENT = [10 * q + p for q in (1, 2, 3, 4) for p in range(1, 9)]
PRIMARY = [10 * q + p for q in (5, 6, 7, 8) for p in range(1, 6)]
ALL = PERMANENT + PRIMARY


def test_52_numbers_name_52_teeth():
    assert [n for n in range(-5, 120) if teeth.is_fdi(n)] == sorted(ALL)
    assert len({teeth.name(fdi) for fdi in ALL}) == 52


@pytest.mark.parametrize("fdi", [0, 9, 10, 19, 49, 50, 56, 90, -11])
def test_what_is_no_tooth_is_refused(fdi):
    with pytest.raises(ValueError, match="FDI"):
        teeth.jaw(fdi)


@pytest.mark.parametrize("fdi", ALL)
def test_the_mirror_image_is_the_same_tooth_across_the_midline(fdi):
    other = teeth.mirrored(fdi)
    assert teeth.mirrored(other) == fdi
    assert teeth.side(other) == -teeth.side(fdi)
    assert (teeth.jaw(other), teeth.position(other)) == (teeth.jaw(fdi), teeth.position(fdi))


@pytest.mark.parametrize("relation", [teeth.neighbours, teeth.antagonists])
@pytest.mark.parametrize("fdi", ALL)
def test_neighbours_and_antagonists_are_mutual(relation, fdi):
    for other in relation(fdi):
        assert fdi in relation(other)
        assert teeth.is_primary(other) == teeth.is_primary(fdi)


def test_arch_order_runs_from_the_patients_right_to_left_over_neighbours():
    for order in (teeth.UPPER, teeth.LOWER):
        assert [teeth.side(fdi) for fdi in order] == [-1] * 7 + [1] * 7
        for one, other in pairwise(order):
            assert other in teeth.neighbours(one)


@pytest.mark.parametrize(("places", "mean", "deviation"), [(range(1, 7), 0.913, 0.0191), (range(1, 4), 0.772, 0.0165)])
def test_widths_keep_boltons_ratios(places, mean, deviation):
    # Bolton WA, Angle Orthod 1958;28:113: means and standard deviations of 55 excellent occlusions
    lower, upper = (sum(teeth.WHEELER[jaw, p].mesiodistal for p in places) for jaw in ("lower", "upper"))
    assert abs(lower / upper - mean) < deviation
