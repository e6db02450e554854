"""Welding against numpy.unique, with and without compiled kernels, on broken meshes too."""

import sys
from contextlib import contextmanager, nullcontext

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from neodent_viewer.mesh import kernels
from neodent_viewer.mesh.arrays import corners
from neodent_viewer.mesh.order import face_order, morton_codes, reorder, spatial_order
from neodent_viewer.mesh.shapes import plane, soup, sphere
from neodent_viewer.mesh.surface import ReadReport, Surface
from neodent_viewer.mesh.weld import DEGENERATE, merged, weld, weld_soup

COARSE = st.sampled_from([0.0, -0.0, 1.0, -1.0, 2.5, 1e-30, 1e30])


@st.composite
def surfaces(draw):
    n = draw(st.integers(1, 24))
    vertices = draw(hnp.arrays(np.float32, (n, 3), elements=COARSE.map(np.float32)))
    faces = draw(hnp.arrays(np.int32, (draw(st.integers(0, 30)), 3), elements=st.integers(0, n - 1)))
    return Surface(vertices, faces, arrays={"labels": np.arange(n, dtype=np.int16)})


@contextmanager
def no_numba():
    """Let the compiled kernels be missing."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("sorting", "welding"):
            patch.setitem(sys.modules, f"neodent_viewer.mesh.kernels.{name}", None)
            patch.delattr(kernels, name, raising=False)
        yield


def soup_set(surface):
    """Return the multiset of proper triangles, each by its corner coordinates."""
    corners = (surface.vertices + np.float32(0))[surface.faces]
    good = [t for t in corners if len({tuple(p) for p in t.tolist()}) == 3]
    return sorted(np.asarray(t).ravel().tolist() for t in good)


def check_weld(surface):
    welded = weld(surface)
    reference = np.unique(surface.vertices + np.float32(0), axis=0)
    assert np.array_equal(np.unique(welded.vertices, axis=0), reference)
    assert len(welded.vertices) == len(reference)
    assert not np.signbit(welded.vertices[welded.vertices == 0]).any()
    assert np.array_equal(welded.in_file_order(welded.vertices), surface.in_file_order(surface.vertices))
    assert soup_set(welded) == soup_set(surface)
    assert len(welded.faces) + welded.report.dropped.get(DEGENERATE, 0) == len(surface.faces)
    a, b, c = welded.faces.T
    assert not ((a == b) | (b == c) | (c == a)).any()
    assert (np.diff(morton_codes(welded.vertices).astype(np.int64)) >= 0).all()
    assert np.array_equal(face_order(welded.faces), np.arange(len(welded.faces)))


@settings(deadline=None, max_examples=60)
@given(surfaces())
def test_a_welded_surface_is_the_same_triangles_over_distinct_vertices(surface):
    check_weld(surface)


def test_the_same_without_numba():
    with no_numba():
        check_weld(weld_soup(soup(sphere(2))))
        check_weld(plane(5))


@settings(deadline=None, max_examples=40)
@given(surfaces())
def test_kernel_and_numpy_agree_to_the_last_index(surface):
    fast = weld(surface)
    with no_numba():
        slow = weld(surface)
    assert np.array_equal(fast.vertices, slow.vertices)
    assert np.array_equal(fast.faces, slow.faces)
    assert (fast.file_index is None) == (slow.file_index is None)
    assert fast.file_index is None or np.array_equal(fast.file_index, slow.file_index)


@settings(deadline=None, max_examples=60)
@given(surfaces())
def test_two_threads_agree_with_one_to_the_last_index(surface):
    alone = weld(surface)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("neodent_viewer.mesh.weld._MANY", 1)
        together = weld(surface)
    assert np.array_equal(alone.vertices, together.vertices)
    assert np.array_equal(alone.faces, together.faces)
    assert np.array_equal(alone.in_file_order(alone.vertices), together.in_file_order(together.vertices))


@settings(deadline=None, max_examples=40)
@given(surfaces())
def test_welding_twice_changes_nothing_more(surface):
    once = weld(surface)
    twice = weld(once)
    assert np.array_equal(once.vertices, twice.vertices)
    assert np.array_equal(once.faces, twice.faces)
    assert np.array_equal(once.in_file_order(once.vertices), twice.in_file_order(twice.vertices))


def test_a_soup_becomes_the_surface_it_came_from():
    ball = sphere(4)
    welded = weld_soup(soup(ball), name="ball")
    assert (len(welded.vertices), len(welded.faces), welded.name) == (len(ball.vertices), len(ball.faces), "ball")
    assert len(welded.file_index) == 3 * len(ball.faces)
    assert soup_set(welded) == soup_set(ball)


def test_rows_with_nan_never_merge():
    rows = np.array([[np.nan, 0, 0], [np.nan, 0, 0], [1, 2, 3], [1, 2, 3]], np.float32)
    for place in (nullcontext(), no_numba()):
        with place:
            source, ids = merged(rows)
        assert source.tolist() == [0, 1, 2]
        assert ids.tolist() == [0, 1, 2, 2]


def test_minus_zero_is_zero():
    source, ids = merged(np.array([[0.0, -0.0, 1], [-0.0, 0.0, 1]], np.float32))
    assert source.tolist() == [0]
    assert ids.tolist() == [0, 0]


def test_the_table_grows_and_still_finds_everything():
    rng = np.random.default_rng(3)
    rows = rng.normal(size=(90_000, 3)).astype(np.float32)[rng.integers(0, 90_000, 200_000)]
    source, ids = merged(rows)
    assert np.array_equal(rows[source][ids], rows)
    assert len(source) == len(np.unique(rows, axis=0))
    assert np.array_equal(spatial_order(rows[source]), np.arange(len(source)))


def test_degenerate_faces_are_counted_on_top_of_what_was_dropped_before():
    report = ReadReport(dropped={DEGENERATE: 2, "faces with NaN": 1})
    welded = weld(Surface(plane(1).vertices, np.array([[0, 1, 2], [0, 0, 1], [3, 3, 3]], np.int32), report=report))
    assert welded.report.dropped == {DEGENERATE: 4, "faces with NaN": 1}
    assert report.dropped[DEGENERATE] == 2


def test_arrays_follow_and_disagreement_is_told():
    vertices = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 0]], np.float32)
    labels = np.array([11, 12, 13, 21], np.int16)
    colour = np.full((4, 4), 9, np.uint8)
    surface = Surface(vertices, np.array([[0, 1, 2], [3, 1, 2]], np.int32), arrays={"labels": labels, "colour": colour})
    welded = weld(surface)
    assert welded.in_file_order(welded.arrays["labels"]).tolist() == [11, 12, 13, 11]
    assert len(welded.report.notes) == 1
    assert "labels" in welded.report.notes[0]


def test_file_index_composes():
    ball = sphere(2)
    shuffle = np.random.default_rng(1).permutation(len(ball.vertices)).astype(np.int32)
    rank = np.argsort(shuffle).astype(np.int32)
    surface = Surface(ball.vertices[shuffle], rank[ball.faces], file_index=rank)
    for changed in (weld(surface), reorder(surface)):
        assert np.array_equal(changed.in_file_order(changed.vertices), ball.vertices)
        assert soup_set(changed) == soup_set(ball)


def test_order_keeps_neighbours_close_in_memory():
    ball = weld_soup(soup(sphere(5)))
    jump = np.abs(np.diff(ball.faces[:, [0, 1, 2, 0]].astype(np.int64), axis=1))
    assert np.median(jump) < 40  # a random order would give a third of 4,098
    assert np.array_equal(spatial_order(ball.vertices), np.arange(len(ball.vertices)))


@pytest.mark.parametrize(
    "points", [np.zeros((0, 3)), np.full((4, 3), np.nan), np.ones((5, 3)), [[np.inf, 0, 0], [1, 1, 1]]]
)
def test_order_of_odd_points_is_a_permutation(points):
    points = np.asarray(points, np.float32)
    order = spatial_order(points)
    assert sorted(order.tolist()) == list(range(len(points)))


def test_an_empty_surface_welds_to_an_empty_surface():
    welded = weld(Surface(np.zeros((0, 3), np.float32), np.zeros((0, 3), np.int32)))
    assert welded.vertices.shape == (0, 3)
    assert welded.faces.shape == (0, 3)


def test_read_only_arrays_are_taken():
    ball = sphere(1)
    for array in (ball.vertices, ball.faces):
        array.setflags(write=False)
    assert len(weld(ball).faces) == len(ball.faces)


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 4000), st.integers(0, 99), st.booleans())
def test_corners_are_the_smallest_and_largest_coordinates(count, seed, spoilt):
    points = np.random.default_rng(seed).normal(size=(count, 3)).astype(np.float32)
    points[seed % count, 1] = np.nan if spoilt else 0
    expected = np.stack([points.min(axis=0), points.max(axis=0)])
    assert np.array_equal(corners(points), expected, equal_nan=True)
