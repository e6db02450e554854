"""Weights from probes to vertices: against a slow obvious reference, and the properties a field must have."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neodent_viewer.fields.weights import CORE, REACH, SeedDistances, pack, probe_weights
from neodent_viewer.mesh.geodesic import distances as surface_distances


def grid(columns=25, rows=20, step=0.8, fold=None):
    """Return a flat sheet (n, 3), (m, 3) in mm; with `fold` its right part stands upright."""
    x, y = np.meshgrid(np.arange(columns) * step, np.arange(rows) * step, indexing="ij")
    points = np.stack([x, y, np.zeros_like(x)], axis=-1).reshape(-1, 3)
    if fold is not None:
        over = np.maximum(points[:, 0] - fold, 0.0)
        points = np.stack([points[:, 0] - over, points[:, 1], over], axis=1)
    i, j = np.meshgrid(np.arange(columns - 1), np.arange(rows - 1), indexing="ij")
    a = (i * rows + j).ravel()
    faces = np.concatenate([np.stack([a, a + rows, a + rows + 1], 1), np.stack([a, a + rows + 1, a + 1], 1)])
    return points.astype(np.float32), faces.astype(np.int32)


def reference(vertices, faces, seeds, k):
    """Return weights (n, s) by the definition, one vertex at a time, nearest distance, and which rows are clear-cut."""
    far = np.stack([surface_distances(vertices, faces, [seed], REACH) for seed in seeds], axis=1)
    far = np.minimum(far, REACH)
    strength = (far**2 + CORE**2) ** -1.5
    edge = (REACH**2 + CORE**2) ** -1.5
    out, clear = np.zeros_like(far), np.ones(len(far), bool)
    for v in range(len(vertices)):
        order = np.argsort(far[v], kind="stable")
        kept, left = order[:k], order[k:]
        taken_off = 0.999 * strength[v, left[0]] if len(left) and far[v, left[0]] < REACH else edge
        raw = np.where(far[v, kept] < REACH, strength[v, kept] - taken_off, 0.0)
        out[v, kept] = raw / raw.sum() if raw.sum() > 0 else 0.0
        # whom rounding may swap is not compared, nor shares of next to nothing at the very edge
        tied = len(left) and far[v, left[0]] - far[v, kept[-1]] < 1e-3
        at_the_edge = (np.abs(far[v] - REACH) < 1e-3).any() and (far[v] < REACH).all()
        clear[v] = far[v].min() < REACH - 0.01 and not tied and not at_the_edge
    return out, far.min(axis=1), clear


def spread(weights, count):
    """Return the weights (n, s) that ids and weights (n, k) stand for."""
    out = np.zeros((len(weights.ids), count))
    for rank in range(weights.ids.shape[1]):
        np.add.at(out, (np.arange(len(out)), weights.ids[:, rank].astype(int)), weights.weights[:, rank])
    return out


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(0, 499), min_size=1, max_size=9, unique=True), st.integers(1, 4))
def test_weights_are_what_the_definition_says(seeds, k):
    vertices, faces = grid()
    found = probe_weights(vertices, faces, seeds, k)
    expected, nearest, clear = reference(vertices, faces, seeds, k)
    np.testing.assert_allclose(spread(found, len(seeds))[clear], expected[clear], atol=2e-3)
    np.testing.assert_allclose(found.distance, nearest, atol=1e-4)
    assert found.ids.dtype == found.weights.dtype == found.distance.dtype == np.float32
    assert found.ids.shape == found.weights.shape == (len(vertices), k)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(0, 499), max_size=12))
def test_weights_sum_to_one_where_anybody_is_heard_and_to_nothing_elsewhere(seeds):
    vertices, faces = grid()
    found = probe_weights(vertices, faces, seeds)
    total = found.weights.sum(axis=1)
    heard = found.distance < REACH
    np.testing.assert_allclose(total[heard], 1.0, atol=1e-5)
    assert (total[found.distance >= REACH] == 0).all()
    assert (found.weights >= 0).all()
    assert (found.ids[found.weights == 0] == 0).all()


def test_a_probe_is_all_there_is_where_it_sits():
    vertices, faces = grid()
    found = probe_weights(vertices, faces, [0, 250, 499])
    for i, seed in enumerate((0, 250, 499)):
        assert found.ids[seed, 0] == i
        assert found.weights[seed, 0] > 0.98


def test_a_field_does_not_jump_between_neighbouring_vertices():
    vertices, faces = grid(50, 40, step=0.4)
    rng = np.random.default_rng(0)
    seeds = rng.choice(len(vertices), 9, replace=False)
    full = spread(probe_weights(vertices, faces, seeds), 9)
    edges = np.concatenate([faces[:, :2], faces[:, 1:], faces[:, ::2]])
    length = np.linalg.norm(vertices[edges[:, 0]] - vertices[edges[:, 1]], axis=1)
    inside = (probe_weights(vertices, faces, seeds).distance < 8.0)[edges].all(axis=1)
    slope = np.abs(full[edges[:, 0]] - full[edges[:, 1]]).sum(axis=1) / length
    assert slope[inside].max() < 1.5, "weights change by less than 1.5 a mm, so no edge shows"


def test_near_is_measured_over_the_surface():
    """A folded sheet, as a crown folds round its edge: what is close through the air may be far to go."""
    flat, faces = grid()
    folded, _ = grid(fold=8.0)
    np.testing.assert_allclose(
        probe_weights(folded, faces, [10, 490]).distance, probe_weights(flat, faces, [10, 490]).distance, atol=0.15
    )


def test_a_probe_speaks_for_its_own_piece_only():
    vertices, faces = grid()
    both = np.concatenate([vertices, vertices + np.float32([0, 0, 0.05])])
    twice = np.concatenate([faces, faces + len(vertices)])
    found = probe_weights(both, twice, [250])
    assert found.weights[: len(vertices)].any()
    assert not found.weights[len(vertices) :].any(), "the antagonist hears nothing, however close it is"


@settings(max_examples=10, deadline=None)
@given(st.lists(st.lists(st.integers(0, 499), max_size=6), min_size=1, max_size=4))
def test_what_is_kept_between_placements_changes_nothing(placements):
    vertices, faces = grid()
    kept = SeedDistances(vertices, faces, capacity=3)
    for seeds in placements:
        fresh, again = (probe_weights(vertices, faces, seeds, distances=d) for d in (None, kept))
        np.testing.assert_array_equal(fresh.ids, again.ids)
        np.testing.assert_array_equal(fresh.weights, again.weights)
        np.testing.assert_array_equal(fresh.distance, again.distance)


def test_two_sensors_in_one_place_share_it():
    vertices, faces = grid()
    found = probe_weights(vertices, faces, [250, 250])
    assert set(found.ids[250, :2]) == {0.0, 1.0}
    np.testing.assert_allclose(found.weights[250, :2], 0.5)


def test_where_one_more_than_fits_are_equally_near_nobody_falls_silent():
    vertices, faces = grid()
    found = probe_weights(vertices, faces, [250] * 6)
    np.testing.assert_allclose(found.weights[250], 0.25, atol=1e-5)


def test_no_probes_no_weights():
    vertices, faces = grid()
    found = probe_weights(vertices, faces, [])
    assert not found.weights.any()
    assert (found.distance == REACH).all()


@pytest.mark.parametrize("count", [3, 100, 4000])
def test_packed_numbers_can_be_taken_apart(count):
    rng = np.random.default_rng(1)
    ids, weights = rng.integers(0, count, (50, 4)), rng.random((50, 4))
    packed = pack(ids.astype(np.float32), weights.astype(np.float32))
    assert packed.dtype == np.float32
    np.testing.assert_array_equal(np.floor(packed), ids)
    np.testing.assert_allclose((packed - np.floor(packed)) / 0.999, weights, atol=count * 2e-7 + 1e-6)
