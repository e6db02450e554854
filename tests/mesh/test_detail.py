"""A surface partly in full: what is touched is whole, nothing thinned lies on it, and nothing is left bare."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neodent_viewer.mesh.detail import PATCH, detail
from neodent_viewer.mesh.proxy import thinned
from neodent_viewer.mesh.shapes import soup, sphere
from neodent_viewer.mesh.weld import weld_soup


@pytest.fixture(scope="module")
def ball():
    ball = weld_soup(soup(sphere(6)))
    ball.vertices *= 1 + 0.1 * np.sin(ball.vertices[:, :1] * 2)
    return ball


@pytest.fixture(scope="module")
def parts(ball):
    return detail(ball.vertices, ball.faces, 2500)


@settings(deadline=None, max_examples=30)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=4), st.integers(1, 300))
def test_every_face_is_drawn_or_stood_for(ball, parts, places, length):
    n = len(ball.vertices)
    starts = np.array(places) * (n - length)
    touched = parts.touched(np.stack([starts, starts + length], axis=1).astype(np.int64))
    for start in starts.astype(int):
        inside = ball.faces.min(axis=1)
        assert touched[np.flatnonzero((inside >= start) & (inside < start + length)) // PATCH].all()
    full, few = parts.split(touched)
    drawn = {tuple(face) for face in full.tolist()}
    whole = ball.faces[np.repeat(touched, PATCH)[: len(ball.faces)]]
    assert drawn >= {tuple(face) for face in whole.tolist()}
    cluster = thinned(ball.vertices, ball.faces, 2500)[1]
    assert not np.isin(cluster[few], cluster[whole]).any()
    stood_for = {frozenset(face) for face in cluster[few].tolist()}
    for face in ball.faces[::7].tolist():
        own = frozenset(cluster[face].tolist())
        assert tuple(face) in drawn or len(own) < 3 or own in stood_for


def test_nothing_touched_is_all_thinned_and_all_touched_is_all_in_full(ball, parts):
    full, few = parts.split(np.zeros(len(parts.lowest), bool))
    assert len(full) == 0
    assert np.array_equal(few, parts.few)
    full, few = parts.split(np.ones(len(parts.lowest), bool))
    assert np.array_equal(full, ball.faces)
    assert len(few) == 0


def test_small_surfaces_and_those_in_no_order_are_not_cut(ball):
    assert detail(ball.vertices, ball.faces, len(ball.faces)) is None
    assert detail(ball.vertices, ball.faces[::-1].copy(), 2500) is None
