"""Which faces and vertices touch which, and what is wrong with a mesh: edges, components, holes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.mesh.arrays import ready
from neodent_viewer.mesh.compiled import kernels
from neodent_viewer.mesh.surface import Int32


class Rows(NamedTuple):
    """Compressed rows: row ``i`` is ``items[offsets[i]:offsets[i + 1]]``; offsets (n + 1,) and items (k,), int32."""

    offsets: Int32
    items: Int32

    def row(self, index: int) -> Int32:
        """Return one row (k,) int32."""
        return self.items[self.offsets[index] : self.offsets[index + 1]]


class Fans:
    """Finds the faces around vertices that moved.

    Parameters
    ----------
    around : Rows
        `vertex_faces`.
    count : int
        Number of faces.
    """

    def __init__(self, around: Rows, count: int) -> None:
        self.around = around
        self._seen = np.zeros(count, np.bool_)

    def faces_around(self, touched: Int32) -> Int32:
        """Return the distinct faces (k,) int32 around vertices `touched` (t,), in no order."""
        from neodent_viewer.mesh.kernels import rings

        return rings.faces_around(*self.around, ready(touched, np.int32), self._seen)


@dataclass(frozen=True, slots=True)
class Statistics:
    """What a mesh is made of.

    Attributes
    ----------
    watertight : bool
        Every edge belongs to exactly two faces, and there is a face.
    components : int
        Pieces that share no vertex; vertices that no face uses are not counted.
    boundary_edges, non_manifold_edges : int
        Edges of one face, and of three or more.
    flipped_edges : int
        Edges of two faces that run the same way in both: their faces disagree on what is outside.
    unused_vertices : int
        Vertices that no face uses.
    """

    watertight: bool
    components: int
    boundary_edges: int
    non_manifold_edges: int
    flipped_edges: int
    unused_vertices: int


def vertex_faces(faces: Int32, n: int) -> Rows:
    """Return the faces around each of `n` vertices, ascending.

    >>> vertex_faces(np.array([[0, 1, 2], [0, 2, 3]], np.int32), 4).row(2).tolist()
    [0, 1]
    """
    faces = ready(faces, np.int32)
    rings = kernels("rings")
    if rings is None:
        corners = np.argsort(faces.ravel(), kind="stable")
        return Rows(_offsets(faces.ravel(), n), (corners // 3).astype(np.int32))
    return Rows(*rings.vertex_faces(faces, n))


def vertex_neighbours(faces: Int32, n: int) -> Rows:
    """Return the vertices that share an edge with each of `n` vertices, ascending.

    >>> vertex_neighbours(np.array([[0, 1, 2], [0, 2, 3]], np.int32), 4).row(2).tolist()
    [0, 1, 3]
    """
    faces = ready(faces, np.int32)
    rings = kernels("rings")
    if rings is None:
        both = edges(faces)
        both = both[both[:, 0] != both[:, 1]]
        both = np.concatenate([both, both[:, ::-1]])
        both = both[np.lexsort((both[:, 1], both[:, 0]))]
        return Rows(_offsets(both[:, 0], n), np.ascontiguousarray(both[:, 1]))
    return Rows(*rings.vertex_neighbours(faces, *rings.vertex_faces(faces, n)))


def edges(faces: Int32) -> Int32:
    """Return the distinct edges (e, 2) int32 of faces (m, 3), low vertex first, sorted.

    >>> edges(np.array([[0, 1, 2], [0, 2, 3]], np.int32)).tolist()
    [[0, 1], [0, 2], [0, 3], [1, 2], [2, 3]]
    """
    return _unpack(np.unique(_keys(faces)[0]))


def boundary_edges(faces: Int32) -> Int32:
    """Return the edges (e, 2) int32 that belong to one face only, low vertex first, sorted."""
    keys, counts = np.unique(_keys(faces)[0], return_counts=True)
    return _unpack(keys[counts == 1])


def boundary_vertices(faces: Int32, around: Rows) -> NDArray[np.bool_]:
    """Return (n,) bool: vertices of `boundary_edges`, found through the faces `around` them (compiled)."""
    from neodent_viewer.mesh.kernels import rings

    longest = int(np.diff(around.offsets).max(initial=0))
    return rings.rim(ready(faces, np.int32), *around, longest)


def statistics(faces: Int32, n: int) -> Statistics:
    """Count what is sound and what is not in faces (m, 3) over `n` vertices.

    >>> statistics(np.array([[0, 1, 2], [0, 2, 3]], np.int32), 5)
    Statistics(watertight=False, components=1, boundary_edges=4, non_manifold_edges=0, flipped_edges=0, unused_vertices=1)
    """
    keys, forward = _keys(faces)
    order = np.argsort(keys, kind="stable")
    keys, forward = keys[order], forward[order]
    starts = np.flatnonzero(np.diff(keys, prepend=np.uint64(0xFFFFFFFFFFFFFFFF)) != 0)
    counts = np.diff(starts, append=len(keys))
    ahead = np.add.reduceat(forward.astype(np.int64), starts) if len(starts) else np.zeros(0, np.int64)
    boundary, crowded = int(np.count_nonzero(counts == 1)), int(np.count_nonzero(counts > 2))
    used = np.bincount(faces.ravel(), minlength=n) > 0
    return Statistics(
        watertight=bool(len(faces)) and not boundary and not crowded,
        components=_components(_unpack(keys[starts]), n) - int(np.count_nonzero(~used)),
        boundary_edges=boundary,
        non_manifold_edges=crowded,
        flipped_edges=int(np.count_nonzero((counts == 2) & (ahead != 1))),
        unused_vertices=int(np.count_nonzero(~used)),
    )


def _keys(faces: Int32) -> tuple[NDArray[np.uint64], NDArray[np.bool_]]:
    """Return (3m,) one number per undirected edge of each face, and whether the face walks it low to high."""
    tails = faces.astype(np.uint64).ravel()
    heads = np.roll(faces, -1, axis=1).astype(np.uint64).ravel()
    return (np.minimum(tails, heads) << np.uint64(32)) | np.maximum(tails, heads), tails < heads


def _unpack(keys: NDArray[np.uint64]) -> Int32:
    low = (keys >> np.uint64(32)).astype(np.int32)
    return np.stack([low, (keys & np.uint64(0xFFFFFFFF)).astype(np.int32)], axis=1)


def _offsets(rows: Int32, n: int) -> Int32:
    return np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=n))]).astype(np.int32)


def _components(pairs: Int32, n: int) -> int:
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    graph = coo_array((np.ones(len(pairs), np.int8), (pairs[:, 0], pairs[:, 1])), shape=(n, n))
    count, _ = connected_components(graph, directed=False)
    return int(count)
