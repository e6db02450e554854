"""Surface distances and paths against closed forms (plane, ball, box, L-shaped sheet) and against walking along edges."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import Delaunay

from neodent_viewer.mesh.bvh import Bvh
from neodent_viewer.mesh.geodesic import Geodesics, distances, nearest_sources, path
from neodent_viewer.mesh.shapes import plane, soup, sphere
from neodent_viewer.mesh.topology import edges
from neodent_viewer.mesh.weld import weld_soup

WEIGHTS = hnp.arrays(np.float64, 3, elements=st.floats(0, 1)).filter(lambda w: w.sum() > 0.1).map(lambda w: w / w.sum())


def along_edges(vertices, faces, source):
    """Return distances when only edges may be walked: never less than over the surface."""
    pairs = edges(faces)
    lengths = np.linalg.norm(vertices[pairs[:, 0]].astype(float) - vertices[pairs[:, 1]], axis=1)
    n = len(vertices)
    graph = coo_array((np.maximum(lengths, 1e-300), (pairs[:, 0], pairs[:, 1])), shape=(n, n))
    return dijkstra(graph.tocsr(), directed=False, indices=source)


def random_sheet(seed, count=300):
    """Return a flat convex sheet of irregular, often obtuse, triangles."""
    rng = np.random.default_rng(seed)
    corners = np.array([[0, 0], [10, 0], [10, 10], [0, 10]])
    places = np.concatenate([corners, rng.uniform(0, 10, (count, 2))])
    return np.pad(places, ((0, 0), (0, 1))).astype(np.float32), Delaunay(places).simplices.astype(np.int32)


@pytest.mark.parametrize("seed", range(4))
def test_distances_on_a_plane_are_straight_lines(seed):
    vertices, faces = random_sheet(seed)
    for source in (0, 7, 100):
        told = distances(vertices, faces, [source])
        straight = np.linalg.norm(vertices - vertices[source], axis=1)
        assert np.allclose(told, straight, rtol=0.01, atol=1e-6)
        assert (told >= straight - 1e-4).all()


def test_distances_on_a_ball_are_great_circles():
    ball = weld_soup(soup(sphere(5, radius=10.0)))
    for source in (0, 1234):
        told = distances(ball.vertices, ball.faces, [source])
        cosine = ball.vertices.astype(float) @ ball.vertices[source].astype(float) / 100
        circle = 10 * np.arccos(np.clip(cosine, -1, 1))
        far = circle > 1
        assert np.abs(told[far] / circle[far] - 1).max() < 0.015


def test_a_limit_changes_nothing_within_it():
    ball = sphere(4)
    whole, part = distances(ball.vertices, ball.faces, [3]), distances(ball.vertices, ball.faces, [3], limit=6.0)
    inside = whole <= 6.0
    assert np.array_equal(np.isfinite(part), inside)
    assert np.allclose(part[inside], whole[inside], atol=1e-6)


def test_the_nearest_of_several_sources_counts():
    ball = sphere(3)
    each = np.stack([distances(ball.vertices, ball.faces, [s]) for s in (0, 5, 60)])
    together = distances(ball.vertices, ball.faces, [0, 5, 60])
    nearest = each.min(axis=0)
    assert (together >= nearest - 1e-6).all()
    assert (together <= 1.05 * nearest + 1e-6).all()  # where two fronts meet the last step runs along an edge


def test_nearest_sources_are_the_smallest_distances():
    ball, seeds = weld_soup(soup(sphere(4))), np.array([0, 40, 700, 900, 1000], np.int32)
    ids, far = nearest_sources(ball.vertices, ball.faces, seeds, k=3, limit=18.0)
    each = np.stack([distances(ball.vertices, ball.faces, [s]) for s in seeds], axis=1)
    reference = np.sort(each, axis=1)[:, :3]
    reference[reference > 18.0] = np.inf
    both = np.isfinite(far) & np.isfinite(reference)
    assert (np.isfinite(far) != np.isfinite(reference)).mean() < 0.002  # within rounding of the limit
    assert np.allclose(far[both], reference[both], rtol=0.02, atol=1e-9)
    assert np.array_equal(ids < 0, np.isinf(far))
    rows, ranks = np.nonzero(both)
    assert np.allclose(each[rows, ids[rows, ranks]], far[rows, ranks], rtol=0.02, atol=1e-9)
    assert (np.diff(np.where(np.isinf(far), 1e9, far), axis=1) >= 0).all()
    assert ids.dtype == np.int32
    assert all(ids[seed, 0] == s for s, seed in enumerate(seeds))


def test_fewer_seeds_than_ranks_leaves_the_rest_empty():
    ids, far = nearest_sources(sphere(1).vertices, sphere(1).faces, [4], k=3)
    assert (ids[:, 0] == 0).all()
    assert (ids[:, 1:] == -1).all()
    assert np.isinf(far[:, 1:]).all()


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 3), st.data())
def test_paths_on_a_plane_are_straight(seed, data):
    vertices, faces = random_sheet(seed)
    surface = Geodesics(vertices, faces)
    a, b = ((data.draw(st.integers(0, len(faces) - 1)), data.draw(WEIGHTS)) for _ in range(2))
    points, length = surface.path(a, b)
    straight = np.linalg.norm(surface.position(a) - surface.position(b))
    assert length == pytest.approx(straight, abs=5e-5)
    assert np.allclose(points[0], surface.position(a), atol=5e-5)
    assert np.allclose(points[-1], surface.position(b), atol=5e-5)


@settings(deadline=None, max_examples=25)
@given(st.data())
def test_paths_on_a_ball_are_great_circles_and_lie_on_it(data):
    ball = weld_soup(soup(sphere(4, radius=10.0)))
    surface, tree = Geodesics(ball.vertices, ball.faces), Bvh(ball.vertices, ball.faces)
    a, b = ((data.draw(st.integers(0, len(ball.faces) - 1)), data.draw(WEIGHTS)) for _ in range(2))
    start, end = (p / np.linalg.norm(p) for p in (surface.position(a), surface.position(b)))
    circle = 10 * np.arccos(np.clip(start @ end, -1, 1))
    assume(circle > 1)
    points, length = surface.path(a, b)
    assert length == pytest.approx(circle, rel=0.01)
    assert length == pytest.approx(surface.path(b, a)[1], rel=0.01)
    assert tree.closest_many(points)[2].max() < 1e-5
    assert length == pytest.approx(np.linalg.norm(np.diff(points, axis=0), axis=1).sum())


def test_a_path_goes_round_a_corner_of_a_sheet():
    sheet = plane(20, side=10.0)
    middle = sheet.vertices[sheet.faces].mean(axis=1)
    faces = sheet.faces[~((middle[:, 0] > 0) & (middle[:, 1] > 0))]  # an L; its inner corner is the origin
    a = int(np.argmin(np.linalg.norm(sheet.vertices[faces].mean(axis=1) - [-1, 4, 0], axis=1)))
    b = int(np.argmin(np.linalg.norm(sheet.vertices[faces].mean(axis=1) - [4, -2, 0], axis=1)))
    third = np.full(3, 1 / 3)
    surface = Geodesics(sheet.vertices, faces)
    start, end = surface.position((a, third)), surface.position((b, third))
    points, length = surface.path((a, third), (b, third))
    assert length == pytest.approx(np.linalg.norm(start) + np.linalg.norm(end), rel=1e-5)
    assert np.abs(points).sum(axis=1).min() < 1e-5


def test_a_path_over_the_edge_of_a_box_is_straight_when_unfolded():
    cells = plane(10, side=2.0)
    side = cells.vertices.copy()  # a wall hanging down from x = 1
    wall = np.stack([np.ones(len(side)), side[:, 1], -1 - side[:, 0]], axis=1).astype(np.float32)
    box = weld_soup(np.concatenate([soup(cells), wall[cells.faces]]))
    tree = Bvh(box.vertices, box.faces)
    a, b = tree.closest([-0.53, -0.71, 0]), tree.closest([1, 0.42, -0.9])
    points, length = path(box.vertices, box.faces, a[:2], b[:2])
    assert length == pytest.approx(np.hypot(1.53 + 0.9, 1.13), rel=1e-5)
    assert np.isclose(points[:, 0], 1).any()


def test_no_path_between_separate_pieces():
    one = sphere(1)
    vertices = np.concatenate([one.vertices, one.vertices + 50])
    faces = np.concatenate([one.faces, one.faces + len(one.vertices)])
    points, length = path(vertices, faces, (0, [1, 0, 0]), (len(one.faces), [1, 0, 0]))
    assert points.shape == (0, 3)
    assert length == np.inf


@settings(deadline=None, max_examples=50)
@given(st.data())
def test_any_mesh_gives_a_sound_path_or_none(data):
    n = data.draw(st.integers(3, 14))
    coarse = st.sampled_from([0.0, 1.0, 2.0, 3.5]).map(np.float32)
    vertices = data.draw(hnp.arrays(np.float32, (n, 3), elements=coarse))
    faces = data.draw(hnp.arrays(np.int32, (data.draw(st.integers(1, 24)), 3), elements=st.integers(0, n - 1)))
    faces = np.array([f for f in faces if len(set(f.tolist())) == 3], np.int32).reshape(-1, 3)
    assume(len(faces))
    surface = Geodesics(vertices, faces)
    a, b = ((data.draw(st.integers(0, len(faces) - 1)), data.draw(WEIGHTS)) for _ in range(2))
    points, length = surface.path(a, b)
    source = int(faces[a[0]][0])
    reach = along_edges(vertices, faces, source)
    assert np.isfinite(length) == np.isfinite(reach[faces[b[0]][0]])
    assert np.isfinite(surface.distances([source])[np.isfinite(reach)]).all()
    assert (surface.distances([source]) <= reach + 1e-6).all()
    if np.isfinite(length):
        start, end = surface.position(a), surface.position(b)
        assert length >= np.linalg.norm(start - end) - 5e-5
        assert np.allclose(points[[0, -1]], [start, end], atol=5e-5)
        assert np.isfinite(points).all()
