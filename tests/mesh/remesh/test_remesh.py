"""Remeshing on shapes whose answer is known: sound topology, the same surface; what cannot be is refused."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neodent_viewer.core.errors import TopologyError
from neodent_viewer.mesh.remesh.boundary import rim_edges, smooth_boundary
from neodent_viewer.mesh.remesh.cut import cut
from neodent_viewer.mesh.remesh.decimate import decimate
from neodent_viewer.mesh.remesh.fill import fill_holes
from neodent_viewer.mesh.remesh.isotropic import isotropic, mean_edge
from neodent_viewer.mesh.remesh.loop import subdivide
from neodent_viewer.mesh.remesh.mirror import mirror_half, reflected
from neodent_viewer.mesh.remesh.voxel import voxel
from neodent_viewer.mesh.remesh.work import areas
from neodent_viewer.mesh.shapes import plane, sphere
from neodent_viewer.mesh.topology import statistics

BALL = sphere(4)
SHEET = plane(12)


def sound(faces, count, *, closed):
    found = statistics(faces, count)
    assert (found.non_manifold_edges, found.flipped_edges, found.unused_vertices) == (0, 0, 0)
    assert found.components == 1
    assert found.watertight is closed


def volume(vertices, faces):
    a, b, c = (vertices[faces[:, k]].astype(np.float64) for k in range(3))
    return float(np.einsum("ij,ij->", a, np.cross(b, c)) / 6)


def sides(vertices, faces):
    return np.linalg.norm(vertices[faces] - vertices[np.roll(faces, -1, axis=1)], axis=2)


@pytest.mark.parametrize("edge", [0.6, 1.1, 2.5])
def test_isotropic_makes_even_triangles_on_the_same_ball(edge):
    vertices, faces = isotropic(BALL.vertices, BALL.faces, edge)
    sound(faces, len(vertices), closed=True)
    lengths = sides(vertices, faces)
    assert abs(lengths.mean() / edge - 1) < 0.1
    assert np.mean((lengths > 0.75 * edge) & (lengths < 1.4 * edge)) > 0.97
    assert np.abs(np.linalg.norm(vertices, axis=1) - 10).max() < 0.06  # the old facets, not the ball
    assert volume(vertices, faces) == pytest.approx(volume(BALL.vertices, BALL.faces), rel=0.03 * edge)


def test_isotropic_keeps_an_open_rim_and_what_is_fixed():
    fixed = SHEET.vertices[:, 0] > 2
    vertices, faces = isotropic(SHEET.vertices, SHEET.faces, 0.5, fixed=fixed)
    sound(faces, len(vertices), closed=False)
    assert vertices[: fixed.sum()].tobytes() == SHEET.vertices[fixed].tobytes()
    assert areas(vertices, faces).sum() == pytest.approx(100, rel=1e-5)
    old = {tuple(sorted(f)) for f in map(tuple, SHEET.vertices[SHEET.faces[fixed[SHEET.faces].all(axis=1)]].mean(1))}
    new = {tuple(sorted(f)) for f in map(tuple, vertices[faces[(faces < fixed.sum()).all(axis=1)]].mean(1))}
    assert len(old) == len(new)


@pytest.mark.parametrize("size", [0.5, 1.3])
def test_voxel_closes_what_is_closed(size):
    vertices, faces = voxel(BALL.vertices, BALL.faces, size)
    sound(faces, len(vertices), closed=True)
    assert np.abs(np.linalg.norm(vertices, axis=1) - 10).max() < 0.06
    assert volume(vertices, faces) == pytest.approx(4 / 3 * np.pi * 1000, rel=0.03)


def test_voxel_leaves_an_open_shell_open_within_a_voxel_of_its_rim():
    half = cut(BALL.vertices, BALL.faces, (0, 0, 0), (0, 1, 0))[:2]
    vertices, faces = voxel(*half, 0.4)
    sound(faces, len(vertices), closed=False)
    assert 0 <= vertices[:, 1].min() < 0.4
    assert areas(vertices, faces).sum() == pytest.approx(areas(*half).sum(), rel=0.04)
    assert volume(vertices, faces) > 0  # still facing out


@pytest.mark.parametrize("apart", [12.0, 30.0])
def test_voxel_makes_one_of_closed_pieces_that_overlap(apart):
    two = np.concatenate([BALL.vertices, BALL.vertices + np.float32([0, apart, 0])])
    vertices, faces = voxel(two, np.concatenate([BALL.faces, BALL.faces + len(BALL.vertices)]), 0.9)
    found = statistics(faces, len(vertices))
    assert found.watertight and found.components == (1 if apart < 20 else 2)
    cap = 10 - apart / 2
    lens = 2 * np.pi * cap**2 * (30 - cap) / 3 if cap > 0 else 0.0
    assert volume(vertices, faces) == pytest.approx(2 * 4 / 3 * np.pi * 1000 - lens, rel=0.04)


def test_voxel_keeps_an_open_sheet_behind_an_open_sheet():
    two = np.concatenate([SHEET.vertices, SHEET.vertices - np.float32([0, 0, 5])])
    vertices, faces = voxel(two, np.concatenate([SHEET.faces, SHEET.faces + len(SHEET.vertices)]), 0.5)
    assert statistics(faces, len(vertices)).components == 2
    assert areas(vertices, faces).sum() == pytest.approx(200, rel=0.15)


def test_decimate_reaches_its_target_and_keeps_the_shape():
    vertices, faces = decimate(BALL.vertices, BALL.faces, 500)
    sound(faces, len(vertices), closed=True)
    assert abs(len(faces) - 500) <= 10
    assert volume(vertices, faces) == pytest.approx(volume(BALL.vertices, BALL.faces), rel=0.03)
    same = decimate(BALL.vertices, BALL.faces, 10**6)
    assert np.array_equal(same[1], BALL.faces)


@pytest.mark.parametrize("cap", [False, True])
def test_a_cut_ball_has_the_volume_of_its_segment(cap):
    vertices, faces, on_plane = cut(BALL.vertices, BALL.faces, (0, 4, 0), (0, 2, 0), cap=cap)
    sound(faces, len(vertices), closed=cap)
    assert vertices[:, 1].min() == pytest.approx(4, abs=1e-4)
    assert np.abs(vertices[on_plane, 1] - 4).max() < 2e-4
    if cap:
        assert volume(vertices, faces) == pytest.approx(np.pi * 36 * (30 - 6) / 3, rel=0.02)


def test_cutting_keeps_what_it_does_not_touch_and_nothing_if_all_is_behind():
    vertices, _, _ = cut(SHEET.vertices, SHEET.faces, (0.1, 0, 0), (1, 0, 0))
    kept = SHEET.vertices[SHEET.vertices[:, 0] > 0.1]
    assert vertices[: len(kept)].tobytes() == kept.tobytes()
    assert len(cut(SHEET.vertices, SHEET.faces, (50, 0, 0), (1, 0, 0))[1]) == 0
    with pytest.raises(TopologyError, match="direction"):
        cut(SHEET.vertices, SHEET.faces, (0, 0, 0), (0, 0, 0))


@settings(max_examples=25)
@given(st.lists(st.floats(-1, 1), min_size=3, max_size=3), st.floats(-8, 8))
def test_a_mirrored_half_is_symmetric_and_closed(normal, at):
    normal = np.array(normal)
    if np.linalg.norm(normal) < 0.1:
        return
    normal /= np.linalg.norm(normal)
    small = sphere(2)
    vertices, faces, copied = mirror_half(small.vertices, small.faces, normal * at, normal)
    sound(faces, len(vertices), closed=True)
    image = reflected(vertices[copied], normal * at, normal)
    gap = np.linalg.norm(image[:, None] - vertices[None], axis=2).min(axis=1)
    assert gap.max(initial=0) < 1e-4
    assert volume(vertices, faces) > 0


@pytest.mark.parametrize("smooth", [False, True])
def test_a_filled_hole_goes_on_from_the_ball(smooth):
    vertices, faces, _ = cut(BALL.vertices, BALL.faces, (0, -9, 0), (0, 1, 0))
    filled, whole, count, left = fill_holes(vertices, faces, smooth=smooth)
    sound(whole, len(filled), closed=True)
    assert (count, left) == (1, 0)
    assert filled[: len(vertices)].tobytes() == vertices.tobytes()
    assert np.array_equal(whole[: len(faces)], faces)
    if smooth:  # the flat cap lies 1 mm inside the ball; a smooth one bulges
        assert len(filled) > len(vertices)
        assert np.abs(np.linalg.norm(filled[len(vertices) :], axis=1) - 10).max() < 0.35


def test_long_rims_stay_open():
    vertices, faces, _ = cut(BALL.vertices, BALL.faces, (0, 0, 0), (0, 1, 0))
    result = fill_holes(vertices, faces, longest=20)
    assert result[2:] == (0, 1) and np.array_equal(result[1], faces)


def test_a_jagged_rim_is_smoothed_and_nothing_else_moves_far():
    rng = np.random.default_rng(0)
    vertices = SHEET.vertices.copy()
    rim = np.unique(rim_edges(SHEET.faces))
    vertices[rim, 2] += rng.normal(0, 0.2, len(rim)).astype(np.float32)
    fixed = np.zeros(len(vertices), bool)
    fixed[rim[:5]] = True
    rows, places = smooth_boundary(vertices, SHEET.faces, 20, fixed=fixed)
    after = vertices.copy()
    after[rows] = places
    ends = rim_edges(SHEET.faces)
    steps = [np.abs(z[ends[:, 0]] - z[ends[:, 1]]).mean() for z in (vertices[:, 2], after[:, 2])]
    assert steps[1] < 0.5 * steps[0]
    assert not np.isin(rim[:5], rows).any()
    middle = np.abs(SHEET.vertices[:, :2]).max(axis=1) < 1.6
    assert np.array_equal(after[middle], vertices[middle])


def test_loop_is_what_the_definition_says():
    coarse = sphere(2)
    step = subdivide(coarse.faces, len(coarse.vertices))
    fine = step.up(coarse.vertices)
    sound(step.faces, len(fine), closed=True)
    assert len(step.faces) == 4 * len(coarse.faces)
    assert np.allclose(np.asarray(step.weights.sum(axis=1)).ravel(), 1)
    vertex, x = 7, coarse.vertices.astype(np.float64)
    ring = np.unique(coarse.faces[(coarse.faces == vertex).any(axis=1)])
    ring = ring[ring != vertex]
    beta = 3 / (8 * len(ring)) if len(ring) > 3 else 3 / 16
    assert np.allclose(fine[vertex], (1 - len(ring) * beta) * x[vertex] + beta * x[ring].sum(axis=0))
    a, b = step.ends[11]
    across = [v for f in coarse.faces if a in f and b in f for v in f if v not in (a, b)]
    assert np.allclose(fine[len(x) + 11], 3 / 8 * (x[a] + x[b]) + 1 / 8 * x[across].sum(axis=0))


def test_loop_keeps_a_flat_sheet_flat_and_its_rim_its_own():
    step = subdivide(SHEET.faces, len(SHEET.vertices))
    fine = step.up(SHEET.vertices)
    assert np.all(fine[:, 2] == 0) and np.abs(fine[:, :2]).max() <= 5
    bent = SHEET.vertices.copy()
    inner = np.abs(bent[:, :2]).max(axis=1) < 4.9
    bent[inner, 2] = 3
    rim = np.unique(rim_edges(step.faces))
    assert np.abs(step.up(bent)[rim, 2]).max() == 0


@pytest.mark.parametrize(
    ("work", "kind"),
    [
        (lambda: voxel(BALL.vertices, BALL.faces, 0.0), "not_fit"),
        (lambda: voxel(BALL.vertices, BALL.faces, 0.001), "too_large"),
        (lambda: voxel(BALL.vertices, BALL.faces[:0], 1.0), "empty"),
        (lambda: voxel(BALL.vertices[:3] * 0.01, np.array([[0, 1, 2]], np.int32), 5.0), "empty"),
        (lambda: isotropic(BALL.vertices, BALL.faces, float("nan")), "not_fit"),
        (lambda: isotropic(BALL.vertices, BALL.faces, 0.001), "too_large"),
        (lambda: isotropic(BALL.vertices, BALL.faces[:0], 1.0), "empty"),
        (lambda: decimate(BALL.vertices, BALL.faces, 1), "not_fit"),
        (lambda: mirror_half(BALL.vertices, BALL.faces, (50, 0, 0), (1, 0, 0)), "empty"),
    ],
)
def test_what_cannot_be_is_refused_with_a_remedy(work, kind):
    with pytest.raises(TopologyError) as caught:
        work()
    assert caught.value.kind == kind and caught.value.remedy


@pytest.mark.parametrize("work", [voxel, isotropic])
def test_work_tells_how_far_it_is_and_stops_when_asked(work):
    told = []
    work(BALL.vertices, BALL.faces, 1.0, progress=told.append)
    assert told == sorted(told) and told[0] < 0.1 and told[-1] == 1.0 and len(told) > 4
    with pytest.raises(TopologyError) as caught:
        work(BALL.vertices, BALL.faces, 1.0, cancelled=lambda: True)
    assert caught.value.kind == "cancelled"


@settings(max_examples=30)
@given(st.integers(0, 10**6), st.sampled_from(["voxel", "isotropic", "cut", "mirror", "decimate", "fill", "rim"]))
def test_broken_meshes_are_worked_on_or_refused_but_never_crash(seed, what):
    rng = np.random.default_rng(seed)
    vertices = rng.normal(0, 3, (14, 3)).astype(np.float32)
    vertices[rng.integers(0, 14, 3)] = vertices[0]  # doubled places
    faces = rng.integers(0, 14, (rng.integers(1, 20), 3)).astype(np.int32)  # non-manifold, inconsistent, degenerate
    doings = {
        "voxel": lambda: voxel(vertices, faces, 0.7),
        "isotropic": lambda: isotropic(vertices, faces, 1.0, rounds=2),
        "cut": lambda: cut(vertices, faces, (0, 0, 0), (1, 1, 0), cap=True),
        "mirror": lambda: mirror_half(vertices, faces, (0, 0, 0), (1, 0, 0)),
        "decimate": lambda: decimate(vertices, faces, 6),
        "fill": lambda: fill_holes(vertices, faces),
        "rim": lambda: (vertices, faces, smooth_boundary(vertices, faces)),
    }
    try:
        places, triangles = doings[what]()[:2]
    except TopologyError as refused:
        assert refused.remedy
        return
    assert np.isfinite(places).all()
    assert not len(triangles) or (triangles.min() >= 0 and triangles.max() < len(places))


def test_the_mean_edge_of_a_sheet_is_known():
    assert mean_edge(plane(1, 1.0).vertices, plane(1, 1.0).faces) == pytest.approx((2 + 2**0.5) / 3)
