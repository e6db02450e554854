"""Whom a fault may touch, against distances worked out the slow way."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neodent_viewer.glitch import reach


@pytest.fixture(scope="module")
def row_of_teeth():
    """A strip of three teeth, 8 mm each, with gum below: 0.4 mm grid, labels 11, 12, 13 and 0."""
    x, y = np.meshgrid(np.arange(0, 24, 0.4), np.arange(-6, 10, 0.4), indexing="ij")
    vertices = np.stack([x.ravel(), y.ravel(), np.zeros(x.size)], 1).astype(np.float32)
    labels = np.where(vertices[:, 1] < 0, 0, 11 + (vertices[:, 0] // 8).astype(int))
    return vertices, labels


def test_a_fault_is_whole_on_its_tooth_and_gone_past_the_fade(row_of_teeth):
    vertices, labels = row_of_teeth
    ids, weights = reach.fault_weights(vertices, labels, [[12, 4, 0]], [12])
    felt = (weights * (ids == 0)).sum(1)
    assert np.all(felt[labels == 12] == 1.0)
    own = vertices[labels == 12]
    away = np.array([np.sqrt(((own - v) ** 2).sum(1)).min() for v in vertices])
    assert np.all(felt[(labels == 0) & (away >= reach.GUM_FADE)] == 0)
    assert np.all(felt[(labels != 0) & (labels != 12) & (away >= reach.NEIGHBOUR_FADE)] == 0)
    assert felt[(labels == 0) & (away < 1.0)].min() > 0.1


def test_probes_of_one_tooth_share_it(row_of_teeth):
    vertices, labels = row_of_teeth
    ids, weights = reach.fault_weights(vertices, labels, [[9, 4, 0], [15, 4, 0]], [12, 12])
    on = labels == 12
    assert np.allclose(weights[on].sum(1), 1.0)
    near_first = on & (vertices[:, 0] < 10)
    assert np.all(ids[near_first, 0] == 0) and weights[near_first, 0].min() > 0.7


def test_neighbouring_probes_never_add_up_past_one(row_of_teeth):
    vertices, labels = row_of_teeth
    ids, weights = reach.fault_weights(vertices, labels, [[4, 4, 0], [12, 4, 0], [20, 4, 0]], [11, 12, 13])
    assert weights.sum(1).max() <= 1.0 + 1e-6 and weights.min() >= 0
    assert np.all(np.diff(weights, axis=1) <= 1e-7)  # strongest first
    for tooth, row in ((11, 0), (12, 1), (13, 2)):
        assert np.all(ids[labels == tooth, 0] == row)


@pytest.mark.parametrize(("labels", "tooth"), [(None, 12), ("labels", 0), ("labels", 48)])
def test_without_a_labelled_tooth_a_few_millimetres_stand_for_it(row_of_teeth, labels, tooth):
    vertices, names = row_of_teeth
    _, weights = reach.fault_weights(vertices, names if labels else None, [[12, 4, 0]], [tooth])
    away = np.linalg.norm(vertices - np.array([12, 4, 0]), axis=1)
    assert np.all(weights[away <= reach.PLAIN_REACH[0] - 0.01, 0] == 1.0)
    assert np.all(weights[away >= reach.PLAIN_REACH[1], 0] == 0.0)


@given(st.integers(0, 7), st.integers(1, 5))
def test_shapes_hold_for_any_number_of_probes(count, k):
    rng = np.random.default_rng(count)
    vertices = rng.uniform(0, 20, (30, 3))
    ids, weights = reach.fault_weights(
        vertices, rng.integers(0, 3, 30), rng.uniform(0, 20, (count, 3)), rng.integers(0, 4, count), k
    )
    assert ids.shape == weights.shape == (30, k) and ids.dtype == weights.dtype == np.float32
    assert np.all(ids[weights > 0] < max(count, 1)) and np.all(ids[weights == 0] == 0)
