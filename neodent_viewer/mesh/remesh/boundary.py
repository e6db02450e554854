"""Smoothing an open rim: its vertices are faired along the rim, and the surface near it follows; faces stay as they are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from neodent_viewer.mesh.remesh.work import edge_keys
from neodent_viewer.mesh.surface import Float32, Int32
from neodent_viewer.mesh.topology import vertex_neighbours

#: of Taubin's filter (SIGGRAPH 1995): shrink, then swell a little more, so that the rim keeps its length
_SHRINK, _SWELL = 0.5, -0.53


def smooth_boundary(
    vertices: Float32, faces: Int32, passes: int = 10, *, rings: int = 3, fixed: NDArray[np.bool_] | None = None
) -> tuple[Int32, Float32]:
    """Return where vertices go when the open rims are smoothed.

    Parameters
    ----------
    vertices : ndarray (n, 3) float32
        mm.
    faces : ndarray (m, 3) int32
    passes : int
        Rounds of Taubin's filter along the rim.
    rings : int
        How many rings of vertices inside the rim follow it, less and less.
    fixed : ndarray (n,) bool or None
        Vertices that must not move.

    Returns
    -------
    rows : ndarray (k,) int32
        Vertices that moved, ascending.
    places : ndarray (k, 3) float32
    """
    ends = rim_edges(faces)
    n = len(vertices)
    held = np.zeros(n, np.bool_) if fixed is None else fixed
    count = np.bincount(ends.ravel(), minlength=n)
    rim = np.flatnonzero((count == 2) & ~held)  # where rims touch or end a vertex stays
    places = vertices.astype(np.float64)
    both = np.concatenate([ends, ends[:, ::-1]])
    beside = csr_matrix((np.ones(len(both)), (both[:, 0], both[:, 1])), shape=(n, n))[rim] / 2.0
    for _ in range(passes):
        for share in (_SHRINK, _SWELL):
            places[rim] += share * (beside @ places - places[rim])
    move = places - vertices
    seen = np.zeros(n, np.bool_)
    seen[ends] = True
    rows = vertex_neighbours(faces, n)
    around = csr_matrix((np.ones(len(rows.items)), rows.items, rows.offsets), shape=(n, n))
    for ring in range(1, rings + 1):
        near = seen.astype(np.float64)
        total = np.asarray(around @ near)
        front = np.flatnonzero((total > 0) & ~seen & ~held)
        carried = np.asarray(around @ (move * near[:, None]))[front] / total[front, None]
        move[front] = carried * (1.0 - ring / (rings + 1.0))
        seen[front] = True
    moved = np.flatnonzero(move.any(axis=1) & ~held).astype(np.int32)
    return moved, (vertices[moved] + move[moved]).astype(np.float32)


def rim_edges(faces: Int32) -> Int32:
    """Return the edges (e, 2) that belong to one face only, as that face runs along them."""
    keys = edge_keys(faces)
    _, where, counts = np.unique(keys, return_inverse=True, return_counts=True)
    open_sides = counts[where.reshape(keys.shape)] == 1
    after = np.roll(faces, -1, axis=1)
    return np.stack([faces[open_sides], after[open_sides]], axis=1)
