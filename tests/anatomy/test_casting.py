"""Cutting, smoothing and labelling a mesh keep what they must keep."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage.measure import marching_cubes

from neodent_viewer.anatomy import casting
from neodent_viewer.anatomy.volume import Grid
from neodent_viewer.mesh.topology import boundary_edges, edges, statistics

GRID = Grid.around(np.full(3, -5.0), np.full(3, 5.0), 0.5)
EVERYWHERE = (slice(None), slice(None), slice(None))
RADIUS = 3.3


def ball():
    field = np.linalg.norm(GRID.points(EVERYWHERE), axis=1).reshape(GRID.shape) - RADIUS
    vertices, faces, _, _ = marching_cubes(field, 0.0, spacing=(GRID.step,) * 3)
    return vertices.astype(np.float64) + GRID.low, faces.astype(np.int32)


def volume(vertices, faces):
    a, b, c = (vertices[faces[:, k]] for k in range(3))
    return float(np.einsum("ij,ij->i", a, np.cross(b, c)).sum() / 6)


def areas(vertices, faces):
    a, b, c = (vertices[faces[:, k]] for k in range(3))
    return np.linalg.norm(np.cross(b - a, c - a), axis=1) / 2


def test_a_cast_ball_is_a_ball_seen_from_outside():
    field = (np.linalg.norm(GRID.points(EVERYWHERE), axis=1).reshape(GRID.shape) - RADIUS).astype(np.float32)
    vertices, faces = casting.cast(casting.Level(GRID, field))
    assert np.abs(np.linalg.norm(vertices, axis=1) - RADIUS).max() < 0.01
    assert volume(vertices, faces) == pytest.approx(4 / 3 * np.pi * RADIUS**3, rel=0.02)
    assert statistics(faces, len(vertices)).watertight


def test_smoothing_flattens_noise_and_keeps_the_volume():
    vertices, faces = ball()
    noisy = vertices + np.random.default_rng(3).normal(0, 0.05, vertices.shape)
    calm = casting.smooth(noisy, faces)
    assert np.std(np.linalg.norm(calm, axis=1)) < 0.5 * np.std(np.linalg.norm(noisy, axis=1))
    assert volume(calm, faces) == pytest.approx(volume(vertices, faces), rel=0.03)


def test_smoothing_leaves_the_rim_of_an_open_surface():
    vertices, faces = ball()
    used, faces = casting.keep(vertices, faces[(vertices[faces][:, :, 2] > 0).all(axis=1)])
    rim = np.unique(boundary_edges(faces))
    calm = casting.smooth(vertices[used], faces)
    moved = np.linalg.norm(calm - vertices[used], axis=1)
    assert len(rim) > 10
    assert not moved[rim].any()
    assert moved.max() > 0.01


directions = st.tuples(*[st.floats(-1, 1)] * 3).filter(lambda n: np.linalg.norm(n) > 0.2)


@settings(max_examples=30, deadline=None)
@given(directions, st.floats(-3.2, 3.2))
def test_after_a_cut_no_edge_crosses_the_line_and_the_mesh_is_still_closed(normal, offset):
    vertices, faces = ball()
    normal = np.array(normal) / np.linalg.norm(normal)
    cut, pieces, sign, parents = casting.split(vertices, faces, vertices @ normal - offset)
    assert len(cut) == len(vertices) + len(parents)
    pairs = edges(pieces)
    assert not (sign[pairs[:, 0]] * sign[pairs[:, 1]] < 0).any()
    assert np.abs(cut[len(vertices) :] @ normal - offset).max(initial=0) < 0.15
    found = statistics(pieces, len(cut))
    assert (found.watertight, found.components, found.flipped_edges) == (True, 1, 0)
    assert volume(cut, pieces) == pytest.approx(volume(vertices, faces), rel=0.02)
    assert areas(cut, pieces).sum() == pytest.approx(areas(vertices, faces).sum(), rel=0.02)


def test_islands_take_the_label_around_them():
    vertices, faces = ball()
    labels = np.where(vertices[:, 2] > 0, 11, 21).astype(np.int16)
    lonely = np.argmax(vertices[:, 2])
    labels[lonely] = 21
    labels[np.argmin(vertices[:, 2])] = 12  # a patch of its own stays, however small
    found = casting.one_patch_each(labels, faces)
    assert found[lonely] == 11
    assert set(np.unique(found)) == {11, 12, 21}
    assert (found != labels).sum() == 1


def test_the_largest_piece_is_kept():
    vertices, faces = ball()
    small = vertices[:30] + 20
    both = np.vstack([small, vertices])
    kept, kept_faces = casting.largest_piece(both, np.vstack([[[0, 1, 2]], faces + 30]).astype(np.int32))
    assert len(kept) == len(vertices)
    assert volume(kept, kept_faces) == pytest.approx(volume(vertices, faces))
