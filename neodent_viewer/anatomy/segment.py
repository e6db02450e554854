"""Finding a tooth on an unlabelled scan from one click: it ends where the surface is hollow.

People see parts of a surface end along its hollows (the minima rule, Hoffman and Richards 1984). The whole scan is parted
into basins between hollows once, and these are joined to larger pieces in some ways that differ in how much they believe in
fissures. A click then asks all pieces about it, small to large, which is most like a tooth: bounded by deep hollows, without
one as deep inside, closed round about and of a tooth's size and proportions. So it does not matter where on a crown one
clicks. How sure that is falls off about the border like the chance of a walk that is slow to cross hollows (Lai, Hu, Martin
and Rosin, SGP 2008): the margin can be moved by hand and goes along hollows then.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.anatomy.hollows import basins, relief
from neodent_viewer.anatomy.merging import Borders, Pieces, Tree
from neodent_viewer.core.errors import ArgumentError
from neodent_viewer.mesh.surface import Float32, Float64, Int32
from neodent_viewer.mesh.topology import boundary_edges

#: hollows deeper than this count no more, 1/mm
_DEEP = 2.5
#: a surface that looks along the crowns up to the first cosine is a side, from the second on it is where fissures are
_SIDE, _TOP = 0.3, 0.8
#: ways of joining: how much hollows on top are discounted, then `Tree.power` and `Tree.wrap`
_WAYS = (
    (0.4, 1.0, 0.0), (0.7, 1.0, 0.0), (0.9, 1.0, 0.0), (0.0, 0.0, 1.0), (0.0, 0.5, 1.0), (0.4, 0.5, 2.0), (0.9, 1.0, 2.0),
)  # fmt: skip
#: the discount by which pieces are compared, what a seam inside a piece takes off, and what being open takes off
_FAIR, _INSIDE, _OPEN = 0.5, 0.25, 3.0
#: openness of a crown
_CROWN = 0.25
#: no hollow to speak of, 1/mm
_NOTHING = 0.12
#: hollowness that the open rim of a scan counts as, 1/mm
_RIM = 0.3
#: mm^2 of a crown: none at or below, all, all, none from here on; the same of its longest and its shortest extent in mm
_AREA, _LONG, _SHORT = (25.0, 75.0, 350.0, 430.0), (3.0, 5.0, 14.0, 17.0), (2.5, 4.5, 12.0, 14.0)
#: longest over middle extent: up to 1.5 in `teeth.WHEELER`, about 2 of two crowns in a row; all, none from here on
_SLIM = (1.8, 2.6)
_UNLIKELY = 0.05
#: what not having the size of a tooth takes off where nothing is bounded like one
_SIZE = 0.25
#: mm from the border: surely of the tooth, surely beyond it
_CORE, _BEYOND = 1.5, 3.0
#: how much slower a walk crosses a hollow of 1/mm
_SLOW = 6.0
#: edges that a surface needs to have a tooth on it
_LEAST = 60


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
        inside = self.belief > (self.level if level is None else level)
        inside[self.seed] = True
        piece = _components(len(self.rows), self.pairs[inside[self.pairs].all(axis=1)])
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
        found = relief(vertices, faces)
        self.pairs = found.pairs
        one, other = self.pairs.T
        self.hollow = np.clip(np.minimum(found.hollow[one], found.hollow[other]), 0.0, _DEEP)
        self._trees: list[Tree] = []
        if len(self.pairs) < _LEAST:
            return
        on_top = np.clip((np.minimum(found.facing[one], found.facing[other]) - _SIDE) / (_TOP - _SIDE), 0.0, 1.0)
        self._piece = _components(len(vertices), self.pairs)
        rim = boundary_edges(faces)
        self._open = np.unique(self._piece[rim[:, 0]])
        borders = Borders(self.pairs, found.across, self.hollow * (1.0 - _FAIR * on_top), _rims(vertices, rim))
        small = Pieces(basins(found.height, self.pairs), vertices, found.area)
        plain = small.tree(borders, borders.hollow, 0.0, 0.0, _NOTHING)  # what no hollow parts is parted by no tree
        self._pieces = Pieces(plain.tops()[small.basin], vertices, found.area)
        for discount, power, wrap in _WAYS:
            depth = self.hollow * (1.0 - discount * on_top)
            self._trees.append(self._pieces.tree(borders, depth, power, wrap))

    def grow(self, seed: int) -> Grown:
        """Return what grows from a vertex.

        Raises
        ------
        ArgumentError
            There is too little surface around it.
        """
        if not self._trees or np.count_nonzero(self._piece == self._piece[seed]) < _LEAST // 3:
            raise ArgumentError(
                "There is too little surface around this place to find a tooth on.",
                kind="argument",
                where=f"vertex {seed}",
                remedy="Click the middle of a crown, or paint the label by hand.",
            )
        return self._margin(seed, self._whole(seed))

    def _whole(self, seed: int) -> NDArray[np.bool_]:
        """Return the vertices (n,) of the tooth about the click: a closed piece that is no larger than one, or the best."""
        alone = self._piece == self._piece[seed]
        if self._piece[seed] not in self._open and np.ptp(self.vertices[alone], axis=0).max() < _LONG[3]:
            return np.asarray(alone)
        best, chosen = -np.inf, (self._trees[0], int(self._pieces.basin[seed]))
        for tree in self._trees:
            for piece in tree.above(int(self._pieces.basin[seed])):
                if tree.area[piece] > _AREA[3]:
                    break
                if (score := _likeness(tree, piece)) > best:
                    best, chosen = score, (tree, piece)
        mine = np.zeros(self._pieces.count, np.bool_)
        mine[chosen[0].basins(chosen[1])] = True
        return np.asarray(mine[self._pieces.basin])

    def _margin(self, seed: int, tooth: NDArray[np.bool_]) -> Grown:
        """Return the tooth with the belief about its border: half on it, more inside, less outside."""
        from scipy.spatial import KDTree

        border = np.unique(self.pairs[tooth[self.pairs[:, 0]] != tooth[self.pairs[:, 1]]])
        away = np.full(len(tooth), np.inf)
        box = self.vertices[tooth].min(axis=0) - 2.0 * _BEYOND, self.vertices[tooth].max(axis=0) + 2.0 * _BEYOND
        near = np.flatnonzero(((self.vertices >= box[0]) & (self.vertices <= box[1])).all(axis=1))
        if len(border):
            away[near] = KDTree(self.vertices[border]).query(self.vertices[near], distance_upper_bound=_BEYOND + 1.0)[0]
        rows = np.flatnonzero(tooth | (away < _BEYOND + 0.5)).astype(np.int32)
        place = np.full(len(tooth), -1, np.int64)
        place[rows] = np.arange(len(rows))
        local: NDArray[np.int64] = place[self.pairs]
        kept = (local >= 0).all(axis=1)
        inside, off = tooth[rows], away[rows]
        core = inside & (off > min(_CORE, 0.6 * float(off[inside].max())))
        ease = np.exp(-_SLOW * self.hollow[kept]) + 1e-5
        belief = _walk(len(rows), local[kept], ease, core, ~inside & (off > _BEYOND))
        belief = np.where(inside, 0.5 + 0.5 * belief, 0.5 * belief)
        belief[inside] = np.maximum(belief[inside], 0.5 + 1e-9)
        return Grown(rows, belief, 0.5, local[kept], int(place[seed]))


def _likeness(tree: Tree, piece: int) -> float:
    """Return how much a piece is like a tooth."""
    extent = sorted(high - low for low, high in zip(tree.low[piece], tree.high[piece], strict=True))
    size = _between(tree.area[piece], _AREA) * _between(extent[2], _LONG) * _between(extent[0], _SHORT)
    border = tree.common[piece] / max(tree.length[piece], 1e-9)
    score = border - _INSIDE * tree.deepest_seam(piece) - _OPEN * max(tree.openness(piece) - _CROWN, 0.0)
    size *= min(max((_SLIM[1] - extent[2] / max(extent[1], 1e-9)) / (_SLIM[1] - _SLIM[0]), _UNLIKELY), 1.0)
    return score * size if score > 0.0 else score - _SIZE * (1.0 - size)


def _between(value: float, range_: tuple[float, float, float, float]) -> float:
    none, some, much, over = range_
    share = min((value - none) / (some - none), (over - value) / (over - much))
    return min(max(share, _UNLIKELY), 1.0)


def _rims(vertices: Float32, rim: Int32) -> Float64:
    """Return (n, 2) what the open rim (e, 2) stands for at its vertices: hollowness times length, and length in mm."""
    half = np.linalg.norm(vertices[rim[:, 0]] - vertices[rim[:, 1]], axis=1) / 2.0
    length = np.bincount(rim.ravel(), np.repeat(half, 2), len(vertices))
    return np.stack([_RIM * length, length], axis=1)


def _components(n: int, pairs: NDArray[np.signedinteger]) -> NDArray[np.int32]:
    """Return which connected piece (n,) each vertex is of."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    links = coo_array((np.ones(len(pairs), np.int8), (pairs[:, 0], pairs[:, 1])), shape=(n, n))
    return np.asarray(connected_components(links, directed=False)[1])


def _walk(
    n: int, pairs: NDArray[np.int64], ease: Float64, core: NDArray[np.bool_], beyond: NDArray[np.bool_]
) -> Float64:
    """Return the chance (n,) that a walk over `pairs` (e, 2) with `ease` (e,) comes to the core before it gets beyond."""
    from scipy.sparse import coo_array, diags_array
    from scipy.sparse.linalg import splu

    i, j = pairs[:, 0], pairs[:, 1]
    links = coo_array((np.r_[ease, ease], (np.r_[i, j], np.r_[j, i])), shape=(n, n)).tocsr()
    system = (diags_array(links.sum(axis=1) + 1e-9) - links).tocsr()  # loose pieces belong to nothing
    belief = core.astype(np.float64)
    free = np.flatnonzero(~(core | beyond))
    if len(free):
        inner = system[free]
        belief[free] = splu(inner[:, free].tocsc()).solve(-(inner @ belief))
    return np.clip(belief, 0.0, 1.0)
