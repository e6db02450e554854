"""Signed distance against closed forms and against every triangle; caps that close; moves that stop at a surface."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neodent_viewer.mesh.caps import closed, rims
from neodent_viewer.mesh.contact import TOUCH, clearance, held_back
from neodent_viewer.mesh.distance import SignedDistance, signed_volume
from neodent_viewer.mesh.shapes import plane, sphere
from neodent_viewer.mesh.topology import statistics

CUBE = np.array([[x, y, z] for x in (0, 1) for y in (0, 1) for z in (0, 1)], np.float32)
_QUADS = [[0, 1, 3, 2], [4, 6, 7, 5], [0, 4, 5, 1], [2, 3, 7, 6], [0, 2, 6, 4], [1, 5, 7, 3]]
CUBE_FACES = np.array([tri for a, b, c, d in _QUADS for tri in ([a, b, c], [a, c, d])], np.int32)


def _cube_distance(places: np.ndarray) -> np.ndarray:
    """Closed form of the unit cube."""
    q = np.abs(places - 0.5) - 0.5
    return np.linalg.norm(np.maximum(q, 0.0), axis=1) + np.minimum(q.max(axis=1), 0.0)


@given(st.lists(st.tuples(*[st.floats(-1.5, 2.5)] * 3), min_size=1, max_size=40))
@settings(max_examples=40)
def test_distance_to_a_cube_is_that_of_the_closed_form(places: list[tuple[float, float, float]]) -> None:
    points = np.array(places)
    assert np.abs(SignedDistance(CUBE, CUBE_FACES).at(points) - _cube_distance(points)).max() < 1e-6


def test_corners_and_edges_tell_the_side_where_a_face_normal_would_not() -> None:
    thin = CUBE.copy()
    thin[7] += 2.0  # a spike: faces about it look in all directions
    distance = SignedDistance(thin, CUBE_FACES)
    assert (distance.at([[3.2, 3.2, 3.2], [3.0, 3.3, 3.3], [3.4, 3.0, 3.2]]) > 0).all()
    assert distance.at([[2.5, 2.5, 2.5]])[0] < 0


def test_beyond_reach_is_inf_and_an_empty_surface_is_nowhere() -> None:
    distance = SignedDistance(CUBE, CUBE_FACES)
    near = distance.at([[0.5, 0.5, 1.2], [0.5, 0.5, 1.8], [9.0, 9.0, 9.0]], reach=0.5)
    assert near[0] == pytest.approx(0.2) and np.isinf(near[1:]).all()
    assert np.isinf(SignedDistance(CUBE, CUBE_FACES[:0]).at([[0.0, 0.0, 0.0]])).all()


def test_an_open_surface_has_an_inside_under_it_and_none_beyond_its_rim() -> None:
    sheet = plane(8, 4.0)
    under, over, beside = SignedDistance(sheet.vertices, sheet.faces).at(
        [[0.3, 0.2, -0.5], [0.3, 0.2, 0.5], [3, 0, -1]]
    )
    assert under == pytest.approx(-0.5) and over == pytest.approx(0.5) and beside == pytest.approx(np.sqrt(2.0))


def test_a_ball_with_holes_is_closed_by_flat_caps() -> None:
    ball = sphere(4)
    middles = ball.vertices[ball.faces].mean(axis=1)
    patch = ball.faces[(middles[:, 1] > -8.0) & (middles[:, 0] < 8.5)]
    assert len(rims(patch)) == 2
    whole = closed(ball.vertices, patch)
    assert statistics(whole, len(ball.vertices)).watertight and signed_volume(ball.vertices, whole) > 0
    distance = SignedDistance(ball.vertices, whole)
    rng = np.random.default_rng(1)
    points = rng.uniform(-11, 11, (400, 3))
    inside = (np.linalg.norm(points, axis=1) < 9.8) & (points[:, 1] > -7.3) & (points[:, 0] < 7.8)
    outside = (np.linalg.norm(points, axis=1) > 10.0) | (points[:, 1] < -8.7) | (points[:, 0] > 9.2)
    found = distance.at(points)
    assert (found[inside] < 0).all() and (found[outside] > 0).all()


def test_a_patch_turned_inside_out_is_turned_back() -> None:
    ball = sphere(2)
    assert signed_volume(ball.vertices, closed(ball.vertices, ball.faces[:, ::-1])) > 0


@given(st.integers(0, 10_000))
@settings(max_examples=20)
def test_held_back_moves_never_enter_and_free_ones_are_whole(seed: int) -> None:
    ball = sphere(4)
    distance = SignedDistance(ball.vertices, ball.faces)
    rng = np.random.default_rng(seed)
    start = rng.normal(size=(60, 3))
    start *= (rng.uniform(10.2, 14.0, (60, 1))) / np.linalg.norm(start, axis=1, keepdims=True)
    wanted = rng.normal(size=(60, 3)) * 3.0
    moves = held_back(start, wanted, [distance])
    assert clearance(start + moves, [distance]).min() >= -TOUCH
    share = (moves * wanted).sum(axis=1) / (wanted * wanted).sum(axis=1)
    along = [clearance(start + t * wanted, [distance]) for t in np.linspace(0, 1, 40)]
    free = np.min(along, axis=0) > 0.1
    assert np.allclose(share[free], 1.0) and (share >= 0).all() and (share <= 1).all()
    assert np.allclose(moves, share[:, None] * wanted)


def test_a_point_inside_may_come_out_and_not_go_deeper() -> None:
    ball = sphere(4)
    distance = SignedDistance(ball.vertices, ball.faces)
    moves = held_back([[9.0, 0, 0], [9.0, 0, 0]], [[3.0, 0, 0], [-3.0, 0, 0]], [distance])
    assert moves[0].tolist() == [3.0, 0.0, 0.0] and not moves[1].any()
