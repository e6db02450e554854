"""The tree against brute force: every face tried, every vertex measured; also after vertices moved."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from neodent_viewer.mesh.bvh import Bvh
from neodent_viewer.mesh.kernels import rays
from neodent_viewer.mesh.shapes import plane, soup, sphere
from neodent_viewer.mesh.weld import weld_soup

FINITE = st.floats(-4, 4, width=32)
POINT = hnp.arrays(np.float64, 3, elements=st.floats(-5, 5))


@st.composite
def meshes(draw):
    n = draw(st.integers(3, 40))
    vertices = draw(hnp.arrays(np.float32, (n, 3), elements=FINITE))
    faces = draw(hnp.arrays(np.int32, (draw(st.integers(0, 60)), 3), elements=st.integers(0, n - 1)))
    return vertices, faces


def ray_by_trying_all(vertices, faces, origin, direction):
    """Return the smallest distance to any face by solving for each (Moeller and Trumbore), inf if none."""
    direction = direction / np.linalg.norm(direction)
    best = np.inf
    for a, b, c in vertices[faces].astype(np.float64):
        matrix = np.stack([b - a, c - a, -direction], axis=1)
        if abs(np.linalg.det(matrix)) < 1e-12:
            continue
        u, v, t = np.linalg.solve(matrix, origin - a)
        if u >= 0 and v >= 0 and u + v <= 1 and t >= 0:
            best = min(best, t)
    return best


def closest_by_trying_all(vertices, faces, p):
    """Return the smallest distance from p to any face: inside by projection, else over its three edges."""
    best = np.inf
    for corners in vertices[faces].astype(np.float64):
        for i in range(3):
            a, e = corners[i], corners[(i + 1) % 3] - corners[i]
            s = np.clip((p - a) @ e / (e @ e), 0, 1) if e @ e else 0.0
            best = min(best, np.linalg.norm(a + s * e - p))
        a, u, w = corners[0], corners[1] - corners[0], corners[2] - corners[0]
        normal = np.cross(u, w)
        if normal @ normal > 1e-20:
            q = p - normal * ((p - a) @ normal) / (normal @ normal)
            s, t = np.linalg.lstsq(np.stack([u, w], axis=1), q - a, rcond=None)[0]
            if s >= 0 and t >= 0 and s + t <= 1:
                best = min(best, np.linalg.norm(q - p))
    return best


@settings(deadline=None, max_examples=60)
@given(meshes(), POINT, POINT)
def test_closest_point_on_broken_meshes(mesh, place, move):
    vertices, faces = mesh
    tree = Bvh(vertices, faces)
    if not len(faces):
        with pytest.raises(ValueError, match="empty"):
            tree.closest(place)
        return
    for step in (0, 1):
        vertices[::3] += step * move.astype(np.float32)
        tree.refit(np.arange(0, len(vertices), 3, dtype=np.int32))
        face, weights, position, distance = tree.closest(place)
        assert distance == pytest.approx(closest_by_trying_all(vertices, faces, place), abs=1e-5)
        assert np.allclose(weights @ vertices[faces[face]], position, atol=1e-6)
        assert distance == pytest.approx(np.linalg.norm(position - place), abs=1e-6)
        assert weights.min() >= 0
        assert weights.sum() == pytest.approx(1)


@settings(deadline=None, max_examples=60)
@given(meshes(), POINT, st.floats(0, 6))
def test_spheres_on_broken_meshes(mesh, center, radius):
    vertices, faces = mesh
    tree = Bvh(vertices, faces)
    expected = np.flatnonzero(np.square(vertices - center).sum(axis=1) <= radius * radius)
    assert tree.vertices_in_sphere(center, radius).tolist() == expected.tolist()


def test_rays_on_a_bumpy_ball():
    ball, rng = weld_soup(soup(sphere(3))), np.random.default_rng(5)
    ball.vertices *= (1 + 0.2 * rng.random((len(ball.vertices), 1))).astype(np.float32)
    tree = Bvh(ball.vertices, ball.faces)
    hits = 0
    for _ in range(150):
        origin, direction = rng.uniform(-15, 15, 3), rng.normal(size=3)
        expected = ray_by_trying_all(ball.vertices, ball.faces, origin, direction)
        found = tree.intersect(origin, direction)
        if found is None:
            assert expected == np.inf
            continue
        hits += 1
        face, distance, weights = found
        assert distance == pytest.approx(expected, rel=1e-9)
        place = origin + distance * direction / np.linalg.norm(direction)
        assert np.allclose(weights @ ball.vertices[ball.faces[face]], place, atol=1e-9)
    assert 30 < hits < 150


def test_rays_hit_front_and_back():
    sheet = plane(8)
    tree = Bvh(sheet.vertices, sheet.faces)
    assert tree.intersect([0.3, 0.2, 5], [0, 0, -2])[1] == pytest.approx(5)
    assert tree.intersect([0.3, 0.2, -5], [0, 0, 1])[1] == pytest.approx(5)
    assert tree.intersect([0.3, 0.2, 5], [0, 0, 1]) is None
    assert tree.intersect([0.3, 0.2, 5], [1, 0, 0]) is None


def test_no_ray_slips_between_faces():
    ball = weld_soup(soup(sphere(3)))
    tree, rng = Bvh(ball.vertices, ball.faces), np.random.default_rng(7)
    edges = ball.faces[rng.integers(0, len(ball.faces), 400)]
    share = rng.random((400, 1))
    aimed = ball.vertices[edges[:, 0]] * share + ball.vertices[edges[:, 1]] * (1 - share)  # at edges, and at corners
    aimed = np.concatenate([aimed, ball.vertices[:100]])
    found, distance = tree.intersect_many(np.zeros_like(aimed, dtype=np.float64), aimed.astype(np.float64))
    assert (found >= 0).all()
    assert np.allclose(distance, 1, atol=1e-6)


def test_many_equals_one_by_one():
    ball, rng = sphere(2), np.random.default_rng(9)
    tree = Bvh(ball.vertices, ball.faces)
    origins, directions = rng.uniform(-12, 12, (50, 3)), rng.normal(size=(50, 3))
    found, distance = tree.intersect_many(origins, directions)
    faces, weights, far = tree.closest_many(origins)
    for i in range(50):
        one = tree.intersect(origins[i], directions[i])
        assert (found[i] == -1) == (one is None)
        if one:
            assert distance[i] * np.linalg.norm(directions[i]) == pytest.approx(one[1])
        face, weight, _, gap = tree.closest(origins[i])
        assert (faces[i], far[i]) == (face, pytest.approx(gap))
        assert np.array_equal(weights[i], weight)


def test_refit_equals_building_anew():
    ball, rng = weld_soup(soup(sphere(4))), np.random.default_rng(2)
    tree = Bvh(ball.vertices, ball.faces)
    for _ in range(6):
        touched = tree.vertices_in_sphere(rng.normal(size=3) * 6, 4.0)
        ball.vertices[touched] *= np.float32(rng.uniform(0.7, 1.3))
        tree.refit(touched)
        fresh = Bvh(ball.vertices, ball.faces)
        for _ in range(30):
            origin, direction = rng.uniform(-15, 15, 3), rng.normal(size=3)
            one, two = tree.intersect(origin, direction), fresh.intersect(origin, direction)
            assert (one is None) == (two is None)
            assert one is None or one[1] == two[1]
            center, radius = rng.uniform(-9, 9, 3), rng.uniform(1, 8)
            assert np.array_equal(tree.vertices_in_sphere(center, radius), fresh.vertices_in_sphere(center, radius))
        tree.rebuild()
        assert tree.intersect([0, 0, 0], [1, 1, 1])[1] == fresh.intersect([0, 0, 0], [1, 1, 1])[1]


def test_one_face_and_no_vertex():
    one = Bvh(np.eye(3, dtype=np.float32), np.array([[0, 1, 2]], np.int32))
    assert one.intersect([0, 0, 0], [1, 1, 1])[1] == pytest.approx(1 / np.sqrt(3))
    one.refit(np.array([1], np.int32))
    none = Bvh(np.zeros((0, 3), np.float32), np.zeros((0, 3), np.int32))
    assert none.intersect([0, 0, 0], [0, 0, 1]) is None
    assert len(none.vertices_in_sphere([0, 0, 0], 5)) == 0


@pytest.mark.parametrize("direction", [[0, 0, 0], [np.nan, 0, 1], [np.inf, 0, 0]])
def test_a_ray_without_direction_is_refused(direction):
    tree = Bvh(np.eye(3, dtype=np.float32), np.array([[0, 1, 2]], np.int32))
    with pytest.raises(ValueError, match="direction"):
        tree.intersect([0, 0, 0], direction)


@pytest.mark.parametrize("direction", [[0.6, 0.0, -0.8], [0.1, 0.2, 0.3], [0.0, 0.0, 1.0], [-1.0, -1.0, -1.0]])
def test_empty_boxes_are_never_entered(direction):
    empty = np.array([[np.inf] * 3 + [-np.inf] * 3], np.float32)
    assert rays._enter(empty, 0, np.zeros(3), np.array(direction), np.inf) == np.inf
