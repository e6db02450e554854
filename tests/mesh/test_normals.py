"""Normals against closed forms, and updates of a touched ring against computing all anew."""

import numpy as np
import pytest

from neodent_viewer.mesh.normals import Normals, face_normals, vertex_normals
from neodent_viewer.mesh.shapes import plane, sphere
from neodent_viewer.mesh.surface import Surface


def test_a_ball_points_outwards():
    ball = sphere(4, radius=7.0)
    outward = ball.vertices / 7.0  # the octahedron's corners stay a little uneven
    assert np.abs(vertex_normals(ball.vertices, ball.faces) - outward).max() < 0.02
    assert np.allclose(np.linalg.norm(face_normals(ball.vertices, ball.faces), axis=1), 1, atol=1e-6)


def test_weighted_by_area():
    vertices = np.array([[0, 0, 0], [3, 0, 0], [0, 3, 0], [0, 0, 1]], np.float32)
    faces = np.array([[0, 1, 2], [0, 3, 1]], np.int32)  # areas 4.5 along +z and 1.5 along +y
    expected = np.array([0, 3, 9]) / np.sqrt(90)
    assert np.allclose(vertex_normals(vertices, faces)[0], expected, atol=1e-6)


def test_vertices_without_area_have_no_normal():
    vertices = np.array([[0, 0, 0], [1, 0, 0], [2, 0, 0], [5, 5, 5]], np.float32)
    assert np.array_equal(vertex_normals(vertices, np.array([[0, 1, 2]], np.int32)), np.zeros((4, 3)))


@pytest.mark.parametrize("shape", [sphere(3), plane(6), Surface(np.zeros((3, 3)), np.zeros((0, 3)))])
def test_kept_normals_agree_with_plain_ones(shape):
    kept = Normals(shape.vertices, shape.faces)
    assert np.allclose(kept.values, vertex_normals(shape.vertices, shape.faces), atol=1e-5)


def test_an_update_equals_computing_all_anew_bit_for_bit():
    ball, rng = sphere(4), np.random.default_rng(0)
    kept = Normals(ball.vertices, ball.faces)
    for _ in range(5):
        touched = rng.choice(len(ball.vertices), 40, replace=False).astype(np.int32)
        ball.vertices[touched] += rng.normal(size=(40, 3)).astype(np.float32)
        before = kept.values.copy()
        ring = kept.update(touched)
        assert np.array_equal(kept.values, Normals(ball.vertices, ball.faces).values)
        changed = np.flatnonzero((kept.values != before).any(axis=1))
        assert set(changed.tolist()) <= set(ring.tolist())
        assert len(set(ring.tolist())) == len(ring)
        beside = np.unique(ball.faces[np.isin(ball.faces, touched).any(axis=1)])
        assert sorted(ring.tolist()) == beside.tolist()
