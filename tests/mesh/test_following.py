"""What follows a moving surface against the same made anew: tree, normals, and which ranges it says have changed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from neodent_viewer.mesh.bvh import Bvh
from neodent_viewer.mesh.following import Following
from neodent_viewer.mesh.kernels import patches
from neodent_viewer.mesh.normals import Normals
from neodent_viewer.mesh.shapes import soup, sphere
from neodent_viewer.mesh.weld import weld_soup

FINITE = st.floats(-4, 4, width=32)


def shuffled(surface, rng):
    """Return the same surface with vertices and faces in no order."""
    order = rng.permutation(len(surface.vertices))
    place = np.argsort(order).astype(np.int32)
    return surface.vertices[order].copy(), place[surface.faces[rng.permutation(len(surface.faces))]].copy()


@pytest.mark.parametrize("ordered", [True, False])
def test_it_equals_what_is_made_anew_bit_for_bit(ordered):
    rng, ball = np.random.default_rng(1), weld_soup(soup(sphere(4)))
    vertices, faces = (ball.vertices, ball.faces) if ordered else shuffled(ball, rng)
    kept = Following(vertices, faces)
    assert kept.bvh.in_order == ordered
    for _ in range(6):
        before, version, ids = (
            kept.normals.copy(),
            kept.version,
            kept.bvh.vertices_in_sphere(vertices[rng.integers(99)], 4),
        )
        vertices[ids] += rng.normal(scale=0.3, size=(len(ids), 3)).astype(np.float32)
        kept.follow(ids)
        assert np.array_equal(kept.normals, Normals(vertices, faces).values)
        assert np.array_equal(kept.bvh.bounds(), [vertices.min(axis=0), vertices.max(axis=0)])
        changed = np.zeros(len(vertices), bool)
        for start, end in kept.changed_since(version, 0).tolist():
            changed[start:end] = True
        assert changed[ids].all()
        assert changed[(kept.normals != before).any(axis=1)].all()
        assert changed.all() != ordered
        fresh, origin = Bvh(vertices, faces), rng.normal(size=3) * 20
        assert kept.bvh.intersect(origin, -origin)[:2] == pytest.approx(fresh.intersect(origin, -origin)[:2], rel=1e-12)
        assert kept.bvh.closest(origin)[3] == fresh.closest(origin)[3]
        assert np.array_equal(kept.bvh.vertices_in_sphere(origin / 2, 6), fresh.vertices_in_sphere(origin / 2, 6))
        assert set(kept.bvh.vertices_in_sphere(origin / 2, 6)) <= set(kept.bvh.vertices_about(origin / 2, 6))


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_broken_meshes_are_followed_too(data):
    n = data.draw(st.integers(1, 60))
    vertices = data.draw(hnp.arrays(np.float32, (n, 3), elements=FINITE))
    faces = data.draw(hnp.arrays(np.int32, (data.draw(st.integers(0, 60)), 3), elements=st.integers(0, n - 1)))
    kept = Following(vertices, faces)
    for _ in range(2):
        ids = np.unique(data.draw(hnp.arrays(np.int32, st.integers(0, 9), elements=st.integers(0, n - 1))))
        vertices[ids] += data.draw(hnp.arrays(np.float32, 3, elements=FINITE))
        version = kept.version
        kept.follow(ids)
        ranges = kept.changed_since(version, 0).tolist()
        assert set(ids.tolist()) <= {v for start, end in ranges for v in range(start, end)}
    assert np.array_equal(kept.normals, Normals(vertices, faces).values)
    place = data.draw(hnp.arrays(np.float64, 3, elements=st.floats(-5, 5)))
    near = np.flatnonzero(np.square(vertices - place).sum(axis=1) <= 4)
    assert kept.bvh.vertices_in_sphere(place, 2).tolist() == near.tolist()
    if len(faces):
        assert kept.bvh.closest(place)[3] == Bvh(vertices, faces).closest(place)[3]


def test_ranges_are_joined_over_small_gaps_and_everybody_has_his_own_last_look():
    ball = weld_soup(soup(sphere(5)))
    kept, n = Following(ball.vertices, ball.faces), len(ball.vertices)
    assert len(kept.changed_since(0, 0)) == 0
    kept.follow(np.array([0], np.int32))
    seen = kept.version
    kept.follow(np.array([n - 1], np.int32))
    fine = kept.changed_since(0, 0)
    assert (fine[1:, 0] > fine[:-1, 1]).all()
    assert fine[0, 0] == 0
    assert fine[-1, 1] == n
    assert kept.changed_since(0, n).tolist() == [[0, n]]
    assert len(kept.changed_since(seen, 0)) < len(fine)
    assert len(kept.changed_since(kept.version, 0)) == 0


@pytest.mark.parametrize("ordered", [True, False])
def test_blocks_adjoin_where_they_share_a_face_and_themselves(ordered):
    ball = weld_soup(soup(sphere(3)))
    vertices, faces = (ball.vertices, ball.faces) if ordered else shuffled(ball, np.random.default_rng(2))
    kept = Following(vertices, faces)
    order = kept.bvh.tables().point_order
    place, blocks = np.argsort(order).astype(np.uint32), -(-len(vertices) // 16)
    offsets, items, _ = kept._shading.tables()
    starts, near = patches.adjoining(faces.view(np.uint32), offsets, items, order.view(np.uint32), place, 4, blocks)
    for block in range(blocks):
        mine = (place[faces] // 16 == block).any(axis=1)
        wanted = set((place[faces[mine]] // 16).ravel().tolist()) | {block}
        assert sorted(near[starts[block] : starts[block + 1]].tolist()) == sorted(wanted)
