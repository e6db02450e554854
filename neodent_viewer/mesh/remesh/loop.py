"""Loop subdivision as one sparse matrix: four faces for each, positions and everything linear by the same weights.

C. Loop, Smooth Subdivision Surfaces Based on Triangles (1987), with Warren's weights at vertices; rims and edges of more
than two faces are subdivided as cubic curves, so that a rim depends on itself alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from neodent_viewer.mesh.remesh.work import edge_keys
from neodent_viewer.mesh.surface import Int32


@dataclass(frozen=True, slots=True, eq=False)
class Subdivision:
    """One step up.

    Attributes
    ----------
    faces : ndarray (4 m, 3) int32
    weights : sparse (n + e, n)
        Rows: old vertices first, in their order, then one an edge.
    ends : ndarray (e, 2) int32
        The edge each new vertex stands on.
    """

    faces: Int32
    weights: csr_matrix
    ends: Int32

    def up(self, values: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return values (n, ...) one step up (n + e, ...)."""
        return np.asarray(self.weights @ np.asarray(values, np.float64))


def subdivide(faces: Int32, n: int) -> Subdivision:
    """Return the step up from faces (m, 3) over `n` vertices.

    >>> step = subdivide(np.array([[0, 1, 2]], np.int32), 3)
    >>> step.faces.tolist(), step.ends.tolist()
    ([[0, 3, 4], [3, 1, 5], [4, 5, 2], [3, 5, 4]], [[0, 1], [0, 2], [1, 2]])
    """
    keys = edge_keys(faces)
    edges, at, counts = np.unique(keys, return_inverse=True, return_counts=True)
    at = at.reshape(keys.shape)
    ends = np.stack([edges >> 32, edges & 0xFFFFFFFF], axis=1).astype(np.int32)
    a, b, c = faces.T
    ab, bc, ca = (at + n).T
    quarters = np.stack([a, ab, ca, ab, b, bc, ca, bc, c, ab, bc, ca], axis=1).reshape(-1, 3)
    rows = np.concatenate([_old(ends, counts, n), _new(faces, at, ends, counts, n)])
    size = (n + len(ends), n)
    weights = csr_matrix((rows[:, 2], (rows[:, 0].astype(np.int64), rows[:, 1].astype(np.int64))), shape=size)
    return Subdivision(quarters.astype(np.int32), weights, ends)


def _old(ends: Int32, counts: NDArray[np.int64], n: int) -> NDArray[np.float64]:
    """Return (row, column, weight) of the vertices that were there."""
    smooth = counts == 2
    valence = np.bincount(ends.ravel(), minlength=n)
    creases = np.bincount(ends[~smooth].ravel(), minlength=n)
    with np.errstate(divide="ignore"):
        beta = np.where(valence == 3, 3.0 / 16.0, 3.0 / (8.0 * np.maximum(valence, 1)))
    pairs = np.concatenate([ends, ends[:, ::-1]])
    curved = np.concatenate([~smooth, ~smooth])
    inner = creases[pairs[:, 0]] == 0
    rim = (creases[pairs[:, 0]] == 2) & curved
    weight = np.where(inner, beta[pairs[:, 0]], np.where(rim, 0.125, 0.0))
    keep = weight > 0
    own = np.where(creases == 0, 1.0 - valence * beta, np.where(creases == 2, 0.75, 1.0))
    own[valence == 0] = 1.0
    names = np.arange(n)
    return np.concatenate([np.stack([names, names, own], 1), np.column_stack([pairs[keep], weight[keep]])])


def _new(faces: Int32, at: NDArray[np.int64], ends: Int32, counts: NDArray[np.int64], n: int) -> NDArray[np.float64]:
    """Return (row, column, weight) of one vertex an edge: 3/8 of its ends, 1/8 of the corners across, or the middle."""
    names = n + np.arange(len(ends))
    share = np.where(counts == 2, 0.375, 0.5)
    across = np.roll(faces, 1, axis=1)  # the corner that the side from corner i to the next does not touch
    smooth = counts[at] == 2
    sides = np.stack([n + at[smooth], across[smooth], np.full(int(smooth.sum()), 0.125)], 1)
    return np.concatenate([np.stack([names, ends[:, 0], share], 1), np.stack([names, ends[:, 1], share], 1), sides])
