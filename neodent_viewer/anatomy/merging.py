"""From many small basins to whole teeth: which pieces of a surface belong together, as a tree.

Again and again the two neighbours with the weakest seam become one. Not the seam's own hollowness decides but that against
what bounds the two all round: a fissure is as hollow as a margin is elsewhere, but less than the margin about its own crown.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.mesh.surface import Float64

#: a seam: its hollowness for this tree and for all trees, summed over its length, and that length in mm
_Seam = tuple[float, float, float]
#: share of a piece that a part of it needs for the seam to it to count
_PART = 0.15


@dataclass(slots=True, eq=False)
class Tree:
    """Pieces of a surface: basins first, then what became of two of them, in the order of joining.

    Attributes
    ----------
    power, wrap : float
        How much the hollowness of a seam counts against that of the borders around, and how much that the two together
        are less open than the less open one; 0 not at all.
    area, length, depth, common : list of float
        mm^2 of a piece; mm of its border; hollowness summed over that border, for this tree and for all trees.
    parent : list of int
        -1 at the top.
    parts : list of (int, int)
        The two that a piece was joined from, (-1, -1) for basins.
    seam : list of float
        Mean common hollowness of what was between them.
    low, high : list of (3,) lists
        Corners of the box around a piece, mm.
    normal : list of (3,) lists
        Area vector of a piece, mm^2.
    """

    power: float
    wrap: float
    area: list[float]
    length: list[float]
    depth: list[float]
    common: list[float]
    low: list[list[float]]
    high: list[list[float]]
    normal: list[list[float]]
    parent: list[int] = field(default_factory=list)
    parts: list[tuple[int, int]] = field(default_factory=list)
    seam: list[float] = field(default_factory=list)
    _beside: list[dict[int, _Seam]] = field(default_factory=list)

    def __post_init__(self) -> None:
        n = len(self.area)
        self.parent, self.parts, self.seam = [-1] * n, [(-1, -1)] * n, [0.0] * n
        self._beside = [{} for _ in range(n)]

    def join(self, seams: dict[tuple[int, int], _Seam], most: float = math.inf) -> None:
        """Join what touches, the weakest seam first, as long as that costs less than `most`; `seams` between basins."""
        for (one, other), seam in seams.items():
            self._beside[one][other] = self._beside[other][one] = seam
            for piece in (one, other):
                self.depth[piece] += seam[0]
                self.common[piece] += seam[1]
                self.length[piece] += seam[2]
        queue = [(self._cost(one, other), one, other) for one, other in seams]
        heapq.heapify(queue)
        while queue:
            cost, one, other = heapq.heappop(queue)
            if cost >= most:
                break
            if self.parent[one] >= 0 or self.parent[other] >= 0:
                continue
            piece = self._joined(one, other)
            for near in self._beside[piece]:
                heapq.heappush(queue, (self._cost(piece, near), piece, near))

    def tops(self) -> NDArray[np.int64]:
        """Return the piece that each basin has become a part of, numbered from 0."""
        top = np.arange(len(self.parent))
        for piece in range(len(top) - 1, -1, -1):
            if self.parent[piece] >= 0:
                top[piece] = top[self.parent[piece]]
        basins = sum(part[0] < 0 for part in self.parts)
        return np.asarray(np.unique(top[:basins], return_inverse=True)[1], np.int64)

    def above(self, piece: int) -> Iterator[int]:
        """Yield a piece and all that it went into, smallest first."""
        while piece >= 0:
            yield piece
            piece = self.parent[piece]

    def basins(self, piece: int) -> list[int]:
        """Return the basins of a piece."""
        found, left = [], [piece]
        while left:
            here = left.pop()
            if self.parts[here][0] < 0:
                found.append(here)
            else:
                left += self.parts[here]
        return found

    def openness(self, piece: int) -> float:
        """Return the area of a piece's opening over its own: 1 of a flat patch, 0 of a closed piece."""
        return math.hypot(*self.normal[piece]) / max(self.area[piece], 1e-9)

    def deepest_seam(self, piece: int) -> float:
        """Return the mean hollowness in 1/mm of the deepest seam inside a piece that parts something worth mentioning."""
        least, deepest, left = _PART * self.area[piece], 0.0, [piece]
        while left:
            one, other = self.parts[left.pop()]
            if one < 0:
                continue
            seam = self.seam[self.parent[one]]
            if min(self.area[one], self.area[other]) >= least:
                deepest = max(deepest, seam)
            left += [part for part in (one, other) if self.area[part] > 2.0 * least]
        return deepest

    def _cost(self, one: int, other: int) -> float:
        seam = self._beside[one][other]
        mean = seam[0] / max(seam[2], 1e-9)
        if mean <= 0.0:
            return 0.0
        cost = mean
        if self.power:
            around = min(self.depth[one] / (self.length[one] + 1e-9), self.depth[other] / (self.length[other] + 1e-9))
            cost /= max(around, 1e-9) ** self.power
        if self.wrap:
            both = math.dist(self.normal[one], [-x for x in self.normal[other]]) / (self.area[one] + self.area[other])
            cost *= (both / max(min(self.openness(one), self.openness(other)), 1e-3)) ** self.wrap
        return cost

    def _joined(self, one: int, other: int) -> int:
        piece, (depth, common, length) = len(self.area), self._beside[one][other]
        self.parent[one] = self.parent[other] = piece
        self.parent.append(-1)
        self.parts.append((one, other))
        self.seam.append(common / max(length, 1e-9))
        self.area.append(self.area[one] + self.area[other])
        self.depth.append(self.depth[one] + self.depth[other] - 2.0 * depth)
        self.common.append(self.common[one] + self.common[other] - 2.0 * common)
        self.length.append(self.length[one] + self.length[other] - 2.0 * length)
        self.low.append([min(pair) for pair in zip(self.low[one], self.low[other], strict=True)])
        self.high.append([max(pair) for pair in zip(self.high[one], self.high[other], strict=True)])
        self.normal.append([a + b for a, b in zip(self.normal[one], self.normal[other], strict=True)])
        around: dict[int, _Seam] = {}
        for part in (one, other):
            for near, (a, b, c) in self._beside[part].items():
                if near not in (one, other):
                    x, y, z = around.get(near, (0.0, 0.0, 0.0))
                    around[near] = (a + x, b + y, c + z)
                    self._beside[near].pop(part)
            self._beside[part] = {}
        self._beside.append(around)
        for near, seam in around.items():
            self._beside[near][piece] = seam
        return piece


@dataclass(frozen=True, slots=True, eq=False)
class Borders:
    """What may become a border between pieces.

    Attributes
    ----------
    pairs : ndarray (e, 2) int32
        Edges.
    across : ndarray (e,) float64
        mm of border that each edge crosses.
    hollow : ndarray (e,) float64
        Hollowness in 1/mm across each edge, by which pieces of all trees are compared.
    rim : ndarray (n, 2) float64
        Of each vertex on an open rim: hollowness times length, and length in mm, that the rim stands for.
    """

    pairs: NDArray[np.int32]
    across: Float64
    hollow: Float64
    rim: Float64


class Pieces:
    """Basins of a surface and what all trees over them share.

    Parameters
    ----------
    basin : ndarray (n,) int64
        Basin of each vertex.
    vertices : ndarray (n, 3) float32
        mm.
    area : ndarray (n, 3) float64
        Area vector in mm^2 about each vertex.
    """

    def __init__(self, basin: NDArray[np.int64], vertices: NDArray[np.float32], area: Float64) -> None:
        self.basin, self.count = basin, int(basin.max()) + 1
        self.area = np.bincount(basin, np.linalg.norm(area, axis=1), self.count)
        self.normal = np.stack([np.bincount(basin, column, self.count) for column in area.T], axis=1)
        self.low, self.high = np.full((self.count, 3), np.inf), np.full((self.count, 3), -np.inf)
        np.minimum.at(self.low, basin, vertices)
        np.maximum.at(self.high, basin, vertices)

    def tree(self, borders: Borders, depth: Float64, power: float, wrap: float, most: float = math.inf) -> Tree:
        """Return the tree of joining.

        Parameters
        ----------
        borders : Borders
        depth : ndarray (e,) float64
            Hollowness in 1/mm across each edge, as this tree sees it.
        power, wrap : float
            See `Tree`.
        most : float
            See `Tree.join`.
        """
        ends = np.sort(self.basin[borders.pairs], axis=1)
        cross = ends[:, 0] != ends[:, 1]
        keys, at = np.unique(ends[cross, 0] * self.count + ends[cross, 1], return_inverse=True)
        across = borders.across[cross]
        sums = [np.bincount(at, v, len(keys)).tolist() for v in (depth[cross] * across, borders.hollow[cross] * across)]
        lengths = np.bincount(at, across, len(keys)).tolist()
        named = [divmod(key, self.count) for key in keys.tolist()]
        seams = dict(zip(named, zip(*sums, lengths, strict=True), strict=True))
        rim, length = (np.bincount(self.basin, column, self.count).tolist() for column in borders.rim.T)
        boxes = self.low.tolist(), self.high.tolist(), self.normal.tolist()
        tree = Tree(power, wrap, self.area.tolist(), length, list(rim), list(rim), *boxes)
        tree.join(seams, most)
        return tree
