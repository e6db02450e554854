"""Rings, edges and statistics against plain Python, with and without compiled kernels."""

import sys
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from neodent_viewer.mesh import kernels
from neodent_viewer.mesh.shapes import plane, sphere
from neodent_viewer.mesh.topology import (
    boundary_edges,
    boundary_vertices,
    edges,
    statistics,
    vertex_faces,
    vertex_neighbours,
)

N = 9
FACES = hnp.arrays(np.int32, st.tuples(st.integers(0, 25), st.just(3)), elements=st.integers(0, N - 1))


def proper(faces):
    return np.array([f for f in faces if len(set(f.tolist())) == 3], np.int32).reshape(-1, 3)


def edge_counts(faces):
    return Counter(tuple(sorted((int(f[i]), int(f[(i + 1) % 3])))) for f in faces for i in range(3))


@settings(deadline=None, max_examples=60)
@given(FACES)
def test_the_rim_is_where_boundary_edges_end(faces):
    expected = np.isin(np.arange(N), boundary_edges(faces))
    assert boundary_vertices(faces, vertex_faces(faces, N)).tolist() == expected.tolist()


@settings(deadline=None, max_examples=60)
@given(FACES, st.booleans())
def test_rings_match_a_search(faces, compiled):
    faces = proper(faces)
    with pytest.MonkeyPatch.context() as patch:
        if not compiled:
            patch.setitem(sys.modules, "neodent_viewer.mesh.kernels.rings", None)
            patch.delattr(kernels, "rings", raising=False)
        around, beside = vertex_faces(faces, N), vertex_neighbours(faces, N)
    for v in range(N):
        assert around.row(v).tolist() == [i for i, f in enumerate(faces) if v in f]
        assert beside.row(v).tolist() == sorted({int(w) for f in faces if v in f for w in f} - {v})
    assert around.offsets.dtype == around.items.dtype == beside.items.dtype == np.int32


@settings(deadline=None, max_examples=60)
@given(FACES)
def test_edges_and_statistics_match_counting(faces):
    faces = proper(faces)
    counts = edge_counts(faces)
    assert [tuple(e) for e in edges(faces).tolist()] == sorted(counts)
    assert [tuple(e) for e in boundary_edges(faces).tolist()] == sorted(e for e, c in counts.items() if c == 1)
    told = statistics(faces, N)
    assert told.boundary_edges == sum(c == 1 for c in counts.values())
    assert told.non_manifold_edges == sum(c > 2 for c in counts.values())
    assert told.watertight == (bool(counts) and set(counts.values()) == {2})
    assert told.components == components(faces)
    assert told.unused_vertices == N - len(np.unique(faces))


def components(faces):
    groups = []
    for face in faces:
        mine = set(face.tolist())
        groups, touching = [g for g in groups if not g & mine], [g for g in groups if g & mine]
        groups.append(mine.union(*touching))
    return len(groups)


def test_known_shapes():
    ball, sheet = sphere(3), plane(4)
    assert statistics(ball.faces, len(ball.vertices)).watertight
    assert statistics(ball.faces, len(ball.vertices)).components == 1
    assert statistics(sheet.faces, len(sheet.vertices)).boundary_edges == 16
    two = np.concatenate([ball.faces, ball.faces + len(ball.vertices)])
    assert statistics(two, 2 * len(ball.vertices)).components == 2


def test_a_face_turned_round_is_told():
    ball = sphere(1)
    assert statistics(ball.faces, len(ball.vertices)).flipped_edges == 0
    ball.faces[0] = ball.faces[0, ::-1]
    assert statistics(ball.faces, len(ball.vertices)).flipped_edges == 3


def test_no_faces():
    told = statistics(np.zeros((0, 3), np.int32), 2)
    assert (told.watertight, told.components, told.unused_vertices) == (False, 0, 2)
