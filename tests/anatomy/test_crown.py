"""Every crown has the size asked for, and its field tells inside from outside in millimetres."""

import numpy as np
import pytest
from skimage.measure import marching_cubes

from neodent_viewer.anatomy.crown import build
from neodent_viewer.anatomy.forms import FORMS, PosteriorForm
from neodent_viewer.anatomy.teeth import WHEELER, CrownSize

TYPES = sorted(FORMS)


def lattice(size, step):
    reach = max(size.mesiodistal, size.faciolingual) / 2 + 1
    across, up = np.arange(-reach, reach, step), np.arange(-1.0, size.height + 1, step)
    return np.stack(np.meshgrid(across, across, up, indexing="ij"), axis=-1)


@pytest.mark.parametrize("key", TYPES, ids=lambda key: f"{key[0]}-{key[1]}")
@pytest.mark.parametrize("factors", [(1, 1, 1), (1.07, 0.93, 1.05)], ids=["mean", "other"])
def test_a_crown_measures_what_was_asked(key, factors):
    size = CrownSize(*(a * b for a, b in zip(WHEELER[key], factors, strict=True)))
    crown = build(*key, size)
    points = lattice(size, 0.25)
    field = crown.field(points.reshape(-1, 3)).reshape(points.shape[:3])
    surface = marching_cubes(field, 0.0, spacing=(0.25,) * 3)[0] + points[0, 0, 0]
    above = surface[surface[:, 2] > 0]
    assert abs(np.ptp(above[:, 0]) - size.mesiodistal) < 0.06
    assert abs(above[:, 2].max() - size.height) < 0.08
    assert abs(np.ptp(above[:, 1]) - size.faciolingual) < 0.4


@pytest.mark.parametrize("key", TYPES, ids=lambda key: f"{key[0]}-{key[1]}")
def test_the_field_is_near_a_distance_at_the_surface(key):
    crown = build(*key, WHEELER[key])
    shell = crown.shell[crown.shell[:, 2] > 0.5]
    assert np.abs(crown.field(shell)).max() < 0.12
    step = 0.02
    slope = np.linalg.norm(
        [(crown.field(shell + d) - crown.field(shell - d)) / (2 * step) for d in np.eye(3) * step], axis=0
    )
    assert 0.6 < np.median(slope) < 1.25
    assert np.mean((slope > 0.35) & (slope < 2.0)) > 0.97
    assert crown.field(np.array([[0.0, 0.0, 0.3 * crown.size.height], [0.0, 0.0, -6.0]])).max() < -1
    far = np.array([[9.0, 0, 4], [-9.0, 0, 4], [0, 9.0, 4], [0, -9.0, 4], [0, 0, 13.0]])
    assert crown.field(far).min() > 1.5


@pytest.mark.parametrize("key", [key for key in TYPES if key[1] >= 4], ids=lambda key: f"{key[0]}-{key[1]}")
def test_cusps_stand_where_the_table_puts_them(key):
    form, size = FORMS[key], WHEELER[key]
    assert isinstance(form, PosteriorForm)
    crown = build(*key, size)
    for u, v, drop in form.cusps.values():
        away = np.hypot(crown.shell[:, 0] - u * size.mesiodistal, crown.shell[:, 1] - v * size.faciolingual)
        highest = crown.shell[(away < 0.9) & (crown.shell[:, 2] > 0.3 * size.height), 2].max()
        assert abs(highest - (size.height + drop)) < 0.75


def test_a_moved_cusp_moves_the_surface():
    key = ("upper", 6)
    point = FORMS[key].cusps["DF"]
    lifted = build(*key, WHEELER[key], {point: np.array([0.0, 0.0, -0.5])})
    plain = build(*key, WHEELER[key])
    tip = np.array([[point[0] * 10.0, point[1] * 11.0, 7.5 + point[2] - 0.25]])
    assert lifted.field(tip)[0] > plain.field(tip)[0] + 0.2
