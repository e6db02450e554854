"""How the gum follows a tooth: a biharmonic spread of the crown's motion over the gingiva around it.

The crown moves as one rigid piece, everything else but the gingiva within reach stands still: neighbours do not move by one
bit. Where a scan shows two crowns as one surface, the moved crown itself yields in a band along that contact, for faces that
reach from one to the other would turn over else. What gingiva and band do is the surface of least bending (Botsch and
Kobbelt, ACM TOG 23(3), 2004) and linear in the motion of the crown: the system is factorised once, four right-hand sides are
solved, and from then on a pose costs one small matrix product. Faces that this turns over all the same are straightened out
by letting their corners relax.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.mesh.surface import Float32, Float64, Int32

#: mm of gingiva around the neck that follows
REACH = 7.0
#: rounds of straightening, and after how many of them a wider ring is let loose
_ROUNDS, _WIDEN = 40, 4
#: mm of a crown that yield where it is one surface with its neighbour; share of the crown that does at most
_BAND, _MOST = 2.0, 0.5


@dataclass(slots=True, eq=False)
class ToothRig:
    """A tooth ready to be moved.

    Attributes
    ----------
    crown : ndarray (c,) int32
        Vertices that move as one piece.
    gum : ndarray (g,) int32
        Vertices of gingiva that follow; empty where there is none or it is locked.
    band : ndarray (b,) int32
        Vertices of the tooth that yield, where it is one surface with a neighbour.
    shares : ndarray (g + b,) float64
        How much of a translation gum and band follow, about 0..1.
    response : ndarray (g + b, 3) float64
        What they follow of a linear map, per coordinate of the crown.
    faces : ndarray (k, 3) int32
        Faces with a corner in `gum` or `band`.
    """

    crown: Int32
    gum: Int32
    band: Int32
    shares: Float64
    response: Float64
    faces: Int32
    _rest: Float32
    _mean: Any

    @property
    def moved(self) -> Int32:
        """Every vertex (k,) int32 that a pose may move: the crown's, then the gum's, then the band's."""
        return np.concatenate([self.crown, self.gum, self.band])

    @property
    def share(self) -> Float64:
        """How much of a translation the gum follows, (g,)."""
        return self.shares[: len(self.gum)]

    def gum_offsets(self, matrix: Float64) -> Float64:
        """Return how far (g, 3) in mm the gum lies from its rest when the crown has been mapped by `matrix` (4, 4)."""
        return self.offsets(matrix)[: len(self.gum)]

    def offsets(self, matrix: Float64) -> Float64:
        """Return how far (g + b, 3) in mm gum and band lie from their rest under `matrix` (4, 4)."""
        if not len(self.shares):
            return np.zeros((0, 3))
        linear, shift = matrix[:3, :3] - np.eye(3), matrix[:3, 3]
        offsets = self.response @ linear.T + self.shares[:, None] * shift
        return self._relaxed(offsets, matrix)

    def _relaxed(self, offsets: Float64, matrix: Float64) -> Float64:
        """Return offsets under which as few faces as can be are turned over: their corners move to the mean of their ring."""
        rest, soft = self._rest.astype(np.float64), np.concatenate([self.gum, self.band])
        places = rest.copy()
        places[self.crown] = rest[self.crown] @ matrix[:3, :3].T + matrix[:3, 3]
        places[soft] += offsets
        before = _normals(rest, self.faces)
        loose = np.zeros(len(rest), np.bool_)
        left = [len(self.faces) + 1]
        for turn in range(_ROUNDS):
            over = (_normals(places, self.faces) * before).sum(axis=1) < 0.0
            left.append(int(np.count_nonzero(over)))
            if not left[-1] or (turn >= 6 * _WIDEN and left[-1] >= left[-3 * _WIDEN]):
                break  # done, or what is left is squeezed between two crowns and has nowhere to go
            loose[self.faces[over]] = True
            if turn % _WIDEN == _WIDEN - 1:
                loose[self.faces[loose[self.faces].any(axis=1)]] = True
            rows = np.flatnonzero(loose[soft])
            if not len(rows):
                break
            places[soft[rows]] = self._mean[rows] @ places
        return np.asarray(places[soft] - rest[soft])


def tooth_rig(
    vertices: Float32,
    faces: Int32,
    labels: NDArray[np.int16],
    label: int,
    *,
    reach: float = REACH,
    locked: frozenset[int] = frozenset(),
) -> ToothRig:
    """Return the rig of the tooth labelled `label`.

    Parameters
    ----------
    vertices : ndarray (n, 3) float32
        mm.
    faces : ndarray (m, 3) int32
    labels : ndarray (n,) int16
        FDI numbers, 0 = gingiva.
    label : int
    reach : float
        mm over the surface that the gingiva follows.
    locked : frozenset of int
        With 0 in it the gingiva stands still.
    """
    from neodent_viewer.mesh.geodesic import distances

    tooth, gum = np.flatnonzero(labels == label).astype(np.int32), np.zeros(0, np.int32)
    if len(tooth) and 0 not in locked and reach > 0.0 and bool((labels == 0).any()):
        gum = np.flatnonzero((labels == 0) & (distances(vertices, faces, tooth, reach) < reach)).astype(np.int32)
    crown, band = _yielding(vertices, faces, labels, tooth)
    soft = np.concatenate([gum, band])
    free = np.zeros(len(vertices), np.bool_)
    free[soft] = True
    around = faces[free[faces].any(axis=1)]
    shares, response = _follow(vertices, faces, around, crown, soft, labels)
    means = _means(around, soft, len(vertices))
    return ToothRig(crown, gum, band, shares, response, around, vertices.copy(), means)


def _yielding(vertices: Float32, faces: Int32, labels: NDArray[np.int16], tooth: Int32) -> tuple[Int32, Int32]:
    """Part a tooth (c,) in what moves as one piece and the band along the faces it shares with another tooth."""
    from neodent_viewer.mesh.geodesic import distances

    none = np.zeros(0, np.int32)
    if not len(tooth):
        return tooth, none
    corners = labels[faces]
    mine = corners == labels[tooth[0]]
    shared = mine.any(axis=1) & ((corners > 0) & ~mine).any(axis=1)
    seam = np.unique(faces[shared][mine[shared]])
    if not len(seam):
        return tooth, none
    away = np.minimum(distances(vertices, faces, seam, 2.0 * _BAND)[tooth], 2.0 * _BAND)
    yields = away < min(_BAND, float(np.quantile(away, _MOST)))
    return tooth[~yields], tooth[yields]


def _follow(
    vertices: Float32, faces: Int32, around: Int32, crown: Int32, soft: Int32, labels: NDArray[np.int16]
) -> tuple[Float64, Float64]:
    """Solve for the share (s,) of a shift of the crown that `soft` vertices follow, and their response (s, 3) to a map."""
    if not len(soft):
        return np.zeros(0), np.zeros((0, 3))
    from scipy.sparse import diags_array
    from scipy.sparse.linalg import splu

    ring, yields, moves = (np.zeros(len(vertices), np.bool_) for _ in range(3))
    ring[around], yields[soft], moves[crown] = True, True, True
    wide = faces[ring[faces].any(axis=1)]
    used = np.unique(wide)
    local = np.full(len(vertices), -1, np.int64)
    local[used] = np.arange(len(used))
    stiff, area = _laplacian(vertices[used].astype(np.float64), local[wide])
    # bending counts on what is soft and on gingiva only: along the neck it may fold, as gum does
    rows = np.flatnonzero((ring[used] & (labels[used] == 0)) | yields[used])
    bend = stiff[rows]
    system = (bend.T @ diags_array(1.0 / np.maximum(area[rows], 1e-4)) @ bend).tocsr()
    inner, held = local[soft], np.flatnonzero(moves[used])
    sides = np.column_stack([np.ones(len(held)), vertices[used[held]].astype(np.float64)])
    block = system[inner]
    solved = splu(block[:, inner].tocsc()).solve(-(block[:, held] @ sides))
    return np.ascontiguousarray(solved[:, 0]), np.ascontiguousarray(solved[:, 1:])


def _laplacian(places: Float64, faces: NDArray[np.int64]) -> tuple[Any, Float64]:
    """Return the cotangent Laplacian (n, n), sparse, and vertex areas (n,): Pinkall and Polthier 1993, kept positive."""
    from scipy.sparse import coo_array, diags_array

    n = len(places)
    twice = np.linalg.norm(np.cross(*_sides(places, faces)), axis=1).clip(1e-9)
    ones, others, weights = [], [], []
    for k in range(3):
        p, q, r = (places[faces[:, (k + step) % 3]] for step in range(3))
        ones.append(faces[:, (k + 1) % 3])
        others.append(faces[:, (k + 2) % 3])
        weights.append(((q - p) * (r - p)).sum(axis=1) / twice / 2.0)
    i, j, w = np.concatenate(ones), np.concatenate(others), np.concatenate(weights)
    links = coo_array((np.r_[w, w], (np.r_[i, j], np.r_[j, i])), shape=(n, n)).tocsr()
    links.data = np.maximum(links.data, 1e-3)
    area = sum(np.bincount(faces[:, k], twice / 6.0, n) for k in range(3))
    return (diags_array(links.sum(axis=1)) - links).tocsr(), np.asarray(area)


def _means(faces: Int32, gum: Int32, n: int) -> Any:
    """Return the matrix (g, n) that takes places to the mean of the ring around each vertex of the gum."""
    from scipy.sparse import csr_array

    from neodent_viewer.mesh.topology import edges

    pairs = edges(faces)
    both = np.concatenate([pairs, pairs[:, ::-1]])
    row = np.full(n, -1, np.int64)
    row[gum] = np.arange(len(gum))
    both = both[row[both[:, 0]] >= 0]
    counts = np.bincount(row[both[:, 0]], minlength=len(gum))
    weights = 1.0 / counts[row[both[:, 0]]]
    return csr_array((weights, (row[both[:, 0]], both[:, 1])), shape=(len(gum), n))


def _sides(places: Float64, faces: NDArray[Any]) -> tuple[Float64, Float64]:
    a = places[faces[:, 0]]
    return places[faces[:, 1]] - a, places[faces[:, 2]] - a


def _normals(places: Float64, faces: Int32) -> Float64:
    return np.cross(*_sides(places, faces))
