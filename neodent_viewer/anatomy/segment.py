"""Finding a tooth on an unlabelled scan from one click: it ends where the surface is hollow.

People see parts of a surface end along its hollows (the minima rule, Hoffman and Richards 1984). A random walk from each
vertex, slow to cross a hollow, reaches the clicked place or the far surroundings first: the share of walks that come to the
click is the belief that a vertex is of the tooth (Lai, Hu, Martin and Rosin, SGP 2008). One sparse solve gives it; where
the tooth ends is then one number, found by looking where the border lies deepest, and free to be moved by hand.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.core.errors import ArgumentError
from neodent_viewer.mesh.appearance import curvature, neighbour_mean
from neodent_viewer.mesh.normals import vertex_normals
from neodent_viewer.mesh.surface import Float32, Float64, Int32
from neodent_viewer.mesh.topology import edges

#: mm about the click: surely of the tooth; surely beyond it
_CORE, _BEYOND = 1.2, 12.0
#: share of a scan that is smaller than that
_SMALL = 0.85
#: how much slower a walk crosses a hollow of 1/mm
_SLOW = 14.0
#: hollows deeper than this count no more for the border, 1/mm
_DEEP = 0.8
_LEVELS = np.linspace(0.05, 0.97, 47)
#: edges that a border needs before its hollow means anything
_LEAST = 20


@dataclass(frozen=True, slots=True, eq=False)
class Grown:
    """What grew from a click.

    Attributes
    ----------
    rows : ndarray (k,) int32
        Vertices around the click.
    belief : ndarray (k,) float64
        0..1, that each is of the tooth.
    level : float
        Belief at which the tooth ends by itself.
    pairs : ndarray (e, 2) int64
        Edges among `rows`, as places in it.
    seed : int
        Place of the click in `rows`.
    """

    rows: Int32
    belief: Float64
    level: float
    pairs: NDArray[np.int64]
    seed: int

    def tooth(self, level: float | None = None) -> Int32:
        """Return the vertices (t,) int32 of the one piece about the click whose belief is above `level`, ascending."""
        from scipy.sparse import coo_array
        from scipy.sparse.csgraph import connected_components

        inside = self.belief > (self.level if level is None else level)
        inside[self.seed] = True
        kept = self.pairs[inside[self.pairs].all(axis=1)]
        n = len(self.rows)
        links = coo_array((np.ones(len(kept), np.int8), (kept[:, 0], kept[:, 1])), shape=(n, n))
        _, piece = connected_components(links, directed=False)
        return np.sort(self.rows[inside & (piece == piece[self.seed])])


class Grower:
    """A surface ready to be clicked; what clicks share is worked out once.

    Parameters
    ----------
    vertices : ndarray (n, 3) float32
        mm.
    faces : ndarray (m, 3) int32
    """

    def __init__(self, vertices: Float32, faces: Int32) -> None:
        self.vertices = vertices
        self.pairs = edges(faces)
        bend = curvature(vertices, vertex_normals(vertices, faces), neighbour_mean(faces, len(vertices)), 1, 2)
        hollow = np.maximum(np.nan_to_num(bend), 0.0).astype(np.float64)
        self.hollow = np.maximum(hollow[self.pairs[:, 0]], hollow[self.pairs[:, 1]])

    def grow(self, seed: int) -> Grown:
        """Return what grows from a vertex.

        Raises
        ------
        ArgumentError
            There is too little surface around it.
        """
        away = np.linalg.norm(self.vertices - self.vertices[seed], axis=1)
        rows = np.flatnonzero(away < _BEYOND + 1.5).astype(np.int32)
        place = np.full(len(self.vertices), -1, np.int64)
        place[rows] = np.arange(len(rows))
        local: NDArray[np.int64] = place[self.pairs]
        near = (local >= 0).all(axis=1)
        pairs, hollow = local[near], self.hollow[near]
        if len(pairs) < 60:
            raise ArgumentError(
                "There is too little surface around this place to find a tooth on.",
                kind="argument",
                where=f"vertex {seed}",
                remedy="Click the middle of a crown, or paint the label by hand.",
            )
        far = min(_BEYOND, _SMALL * float(away[rows].max()))  # a scan of a few teeth ends sooner
        belief = _walk(len(rows), pairs, np.exp(-_SLOW * hollow) + 1e-5, away[rows] < _CORE, away[rows] > far)
        return Grown(rows, belief, _level(belief, pairs, hollow), pairs, int(place[seed]))


def _walk(n: int, pairs: NDArray[np.int64], ease: Float64, core: Float64, beyond: Float64) -> Float64:
    """Return the chance (n,) that a walk over `pairs` (e, 2) with `ease` (e,) comes to the core before it gets beyond."""
    from scipy.sparse import coo_array, diags_array
    from scipy.sparse.linalg import splu

    i, j = pairs[:, 0], pairs[:, 1]
    links = coo_array((np.r_[ease, ease], (np.r_[i, j], np.r_[j, i])), shape=(n, n)).tocsr()
    system = (diags_array(links.sum(axis=1) + 1e-9) - links).tocsr()  # loose pieces belong to nothing
    belief = np.asarray(core, np.float64)
    free = np.flatnonzero(~(core.astype(bool) | beyond.astype(bool)))
    if len(free):
        inner = system[free]
        belief[free] = splu(inner[:, free].tocsc()).solve(-(inner @ belief))
    return belief


def _level(belief: Float64, pairs: NDArray[np.int64], hollow: Float64) -> float:
    """Return the belief whose border runs through the deepest hollow."""
    depth = np.minimum(hollow, _DEEP)
    one, other = belief[pairs[:, 0]], belief[pairs[:, 1]]
    best, found = -1.0, 0.5
    for level in _LEVELS:
        border = (one > level) != (other > level)
        if np.count_nonzero(border) > _LEAST and (score := float(depth[border].mean())) > best:
            best, found = score, float(level)
    return found
