"""Teeth set up in their arches: contacts, bite, and every parameter moving what it is named after."""

import re
from itertools import pairwise

import numpy as np
import pytest

from neodent_viewer.anatomy import bite, teeth
from neodent_viewer.anatomy.arch import ArchLine, gap
from neodent_viewer.anatomy.form_fit import fit
from neodent_viewer.anatomy.individual import individual
from neodent_viewer.anatomy.parameters import SmileParameters
from neodent_viewer.anatomy.setting import set_up
from neodent_viewer.core.errors import ArgumentError

#: parameter sets that touch different measures, so that one set-up serves several
CHANGES = {
    "deep": {"overbite": 3.2, "overjet": 2.6, "spee": 2.0, "arch_width": 60.0, "asymmetry": 0.0, "central_ratio": 0.74},
    "shallow": {"overbite": 1.2, "overjet": 3.1, "spee": 0.3, "arch_width": 55.5, "lateral_proportion": 0.72},
    "large": {"tooth_size": 1.06, "arch_depth": 1.0, "canine_proportion": 0.76, "asymmetry": 2.0},
}


@pytest.fixture(scope="module", params=CHANGES)
def changed(request):
    params = SmileParameters(**CHANGES[request.param])
    return request.param, params, set_up(params, 3)


def check_contacts(setting):
    for jaw in (setting.upper, setting.lower):
        for one, other in pairwise(jaw):
            clear = min(gap(one, other), gap(other, one))
            assert -0.05 <= clear <= 0.1, (one.fdi, other.fdi, clear)


def check_bite(placed, params):
    assert abs(bite.overbite(placed) - params.overbite) < 0.1
    assert abs(bite.overjet(placed) - params.overjet) < 0.1
    assert abs(bite.spee(placed) - params.spee) < 0.15
    assert abs(bite.arch_width(placed) - params.arch_width) < 0.6


def test_the_default_bite_is_the_one_asked_for(setting):
    check_bite(setting.teeth(), setting.params)
    check_contacts(setting)


def test_a_changed_bite_is_the_one_asked_for(changed):
    _, params, found = changed
    check_bite(found.teeth(), params)
    check_contacts(found)


def test_opposing_teeth_stay_within_what_grinding_takes_away(setting, changed):
    for found in (setting, changed[2]):
        for low in found.lower:
            clear = min(bite.clearance(low, up) for up in found.upper)
            assert clear > -0.35, (low.fdi, clear)


def test_back_teeth_bite(setting):
    for tooth in setting.upper:
        if not teeth.is_anterior(tooth.fdi):
            assert min(bite.clearance(tooth, low) for low in setting.lower) < 0.4


def test_sizes_follow_the_parameters(setting, changed):
    name, params, found = changed
    plain, placed = setting.teeth(), found.teeth()
    central = placed[11].crown.size
    assert central.mesiodistal / central.height == pytest.approx(params.central_ratio, rel=0.03)

    def width(which, fdi):
        return which[fdi].crown.size.mesiodistal

    size = params.tooth_size
    for fdi in (11, 16, 31, 44, 47):
        assert width(placed, fdi) / width(plain, fdi) == pytest.approx(size, rel=0.025)
    lateral, canine = params.lateral_proportion / 0.66, params.canine_proportion / 0.84
    assert width(placed, 22) / width(plain, 22) == pytest.approx(size * lateral, rel=0.03)
    assert width(placed, 23) / width(plain, 23) == pytest.approx(size * lateral * canine, rel=0.03)
    assert name in CHANGES


def test_asymmetry_0_is_a_mirror_and_more_is_more(setting, changed):
    name, _, found = changed
    imbalance = bite.imbalance(found.teeth())
    if name == "deep":
        assert imbalance < 0.01
    if name == "large":
        assert imbalance > 1.3 * bite.imbalance(setting.teeth()) > 0.1


def test_a_deeper_arch_is_deeper():
    plain, deeper = (set_up(SmileParameters(asymmetry=0.0, arch_depth=more), 1).teeth() for more in (0.0, 1.2))
    assert bite.arch_depth(deeper) - bite.arch_depth(plain) == pytest.approx(1.2, abs=0.3)
    assert bite.arch_width(deeper) == pytest.approx(bite.arch_width(plain), abs=0.3)


def test_natural_frontal_proportions_come_from_natural_widths(setting):
    # Preston JD, J Esthet Dent 1993;5:247: lateral 66 % of the central, canine 84 % of the lateral
    placed = setting.teeth()
    central, lateral, canine = (
        np.mean([bite.frontal_width(placed[10 + p]), bite.frontal_width(placed[20 + p])]) for p in (1, 2, 3)
    )
    assert lateral / central == pytest.approx(0.66, abs=0.04)
    assert canine / lateral == pytest.approx(0.84, abs=0.06)


@pytest.mark.parametrize(("overbite", "overjet"), [(4.0, 1.2), (4.0, 1.92), (2.45, 1.2)])
def test_incisors_that_would_collide_are_refused_with_a_remedy_that_helps(overbite, overjet):
    with pytest.raises(ArgumentError) as caught:
        fit(SmileParameters(overbite=overbite, overjet=overjet))
    enough = float(re.search(r"[0-9.]+", caught.value.remedy)[0])
    assert overjet < enough <= 4.0
    fit(SmileParameters(overbite=overbite, overjet=enough))


def test_the_same_seed_sets_the_same_teeth(setting):
    again = set_up(setting.params, setting.seed).teeth()
    for fdi, tooth in setting.teeth().items():
        assert np.array_equal(tooth.origin, again[fdi].origin)
        assert np.array_equal(tooth.axes, again[fdi].axes)
        assert np.array_equal(tooth.crown.shell, again[fdi].crown.shell)


def test_another_seed_is_another_individual():
    one, other = individual(14, 1, 1.0), individual(14, 2, 1.0)
    assert one.size != other.size
    assert abs(one.rotation - other.rotation) > 1e-3
    assert individual(14, 1, 0.0).torque == individual(24, 1, 0.0).torque != individual(14, 1, 1.0).torque


@pytest.mark.parametrize("fdi", [11, 23, 36, 47])
def test_nobody_is_an_outlier(fdi):
    for seed in range(200):
        own = individual(fdi, seed, 1.0)
        assert max(abs(factor - 1) for factor in own.size) < 0.022
        assert abs(own.size.mesiodistal - 1) < 0.011
        assert max(abs(own.torque), abs(own.tip), abs(own.rotation)) < 4


def test_the_bow_is_measured_by_its_own_length():
    line = ArchLine(24.0, 41.0, 2.6).points()
    steps = np.hypot(np.diff(line[:, 1]), np.diff(line[:, 2]))
    assert np.abs(steps / np.diff(line[:, 0]) - 1).max() < 0.01
    curved = line[line[:, 2] > -25]
    assert np.abs((curved[:, 1] / 24.0) ** 2.6 + ((curved[:, 2] + 25) / 41.0) ** 2.6 - 1).max() < 1e-3


def test_right_and_left_frames_mirror_each_other(setting):
    for tooth in (*setting.upper, *setting.lower):
        assert np.allclose(tooth.axes @ tooth.axes.T, np.eye(3), atol=1e-9)
        other = setting.teeth()[teeth.mirrored(tooth.fdi)]
        assert np.sign(np.linalg.det(tooth.axes)) == -np.sign(np.linalg.det(other.axes))
        assert tooth.axes[2, 1] * (1 if teeth.jaw(tooth.fdi) == "lower" else -1) > 0.9
        assert tooth.axes[1] @ (tooth.origin * [1, 0, 1] + [0, 0, 25]) > 0  # facial is outwards
        points = np.random.default_rng(1).normal(size=(5, 3))
        assert np.allclose(tooth.to_tooth(tooth.to_world(points)), points)
