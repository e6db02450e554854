"""Triangles of one size: split what is long, collapse what is short, even out valences, relax, and put back on the surface.

M. Botsch and L. Kobbelt, A Remeshing Approach to Multiresolution Modeling, SGP 2004. Open rims stay where they are but for
vertices along them; where edges of more than two faces or fans that only touch make a vertex unsound, it is left alone.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from neodent_viewer.mesh.bvh import Bvh
from neodent_viewer.mesh.normals import vertex_normals
from neodent_viewer.mesh.order import spatial_order
from neodent_viewer.mesh.remesh.split import split
from neodent_viewer.mesh.remesh.work import (
    Cancelled,
    Progress,
    areas,
    checkpoint,
    edge_keys,
    never,
    no_progress,
    proper,
    refuse,
    used,
)
from neodent_viewer.mesh.surface import Float32, Float64, Int32
from neodent_viewer.mesh.topology import Rows, vertex_faces, vertex_neighbours

#: faces beyond which the answer would not fit the memory of a desk
MOST = 12_000_000
_PASSES = 8


def isotropic(
    vertices: Float32,
    faces: Int32,
    edge: float,
    *,
    rounds: int = 5,
    fixed: NDArray[np.bool_] | None = None,
    inside: bool = False,
    progress: Progress = no_progress,
    cancelled: Cancelled = never,
) -> tuple[Float32, Int32]:
    """Return the same shape in triangles whose edges are about `edge` mm long.

    Parameters
    ----------
    vertices : ndarray (n, 3) float32
        mm.
    faces : ndarray (m, 3) int32
    edge : float
        mm; edges end between 4/5 and 4/3 of it, but for a few.
    rounds : int
        How often the five steps are gone through.
    fixed : ndarray (n,) bool or None
        Vertices that stay bit-identical, with the faces between them.
    inside : bool
        Of the faces between fixed vertices only the edges on an open rim stay: a cap is given vertices of its own.

    Returns
    -------
    vertices : ndarray (k, 3) float32
        Fixed ones first, in their order.
    faces : ndarray (f, 3) int32

    Raises
    ------
    TopologyError
        ``not_fit`` for an edge that is no length, ``too_large`` for one that asks for too many faces, ``cancelled``.
    """
    _check(vertices, faces, edge)
    held = np.zeros(len(vertices), np.bool_) if fixed is None else np.asarray(fixed, np.bool_)
    order = np.argsort(~held, kind="stable")
    rank = np.empty(len(order), np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    stays = vertices[order][: int(held.sum())]
    places, triangles, held = vertices[order].astype(np.float64), proper(rank[faces]), held[order]
    tree = Bvh(vertices, faces)
    for turn in range(rounds):
        steps = (_split, _collapse, _flip, _relax)
        for number, step in enumerate(steps):
            checkpoint((turn + number / len(steps)) / rounds, progress, cancelled)
            places, triangles, held = step(places, triangles, held, edge, inside)
        free = np.flatnonzero(~held & ~_rims(triangles, len(places)))
        _put_back(places, free, tree)
    checkpoint(1.0, progress, cancelled)
    result = places.astype(np.float32)
    result[: len(stays)] = stays
    kept, triangles = used(triangles, len(result))
    return result[kept], triangles


def _put_back(places: Float64, rows: NDArray[np.intp], tree: Bvh) -> None:
    """Move `rows` (k,) of places to the nearest points of a surface."""
    rows = rows[spatial_order(places[rows].astype(np.float32))]  # neighbours are looked for one after the other
    near, weights, _ = tree.closest_many(places[rows])
    places[rows] = tree.places(near, weights)


def mean_edge(vertices: Float32, faces: Int32) -> float:
    """Return the mean length of all sides in mm."""
    corners = vertices[faces].astype(np.float64)
    return float(np.linalg.norm(corners - np.roll(corners, -1, axis=1), axis=2).mean()) if len(faces) else 0.0


def without_slivers(places: Float64, faces: Int32, shortest: float) -> tuple[Float64, Int32]:
    """Return a mesh of which edges shorter than `shortest` mm are collapsed wherever that is sound."""
    none = np.zeros(len(places), np.bool_)
    places, faces, _ = _collapse(places.copy(), faces, none, 1.25 * shortest, False, reach=4.0)
    return places, faces


def _check(vertices: Float32, faces: Int32, edge: float) -> None:
    if not len(faces):
        raise refuse("empty", "There is no face to remesh.", "Choose a part that has a surface.")
    if not (edge > 0 and np.isfinite(edge)):
        raise refuse("not_fit", f"{edge:g} mm is no edge length.", "Give a length over zero.")
    count = float(areas(vertices, faces).sum()) / (edge * edge * np.sqrt(3) / 4)
    if count > MOST:
        what = f"Edges of {edge:g} mm would make some {count / 1e6:.0f} million faces."
        raise refuse("too_large", what, f"Use edges of {edge * np.sqrt(count / MOST):.2g} mm or longer.")


_Mesh = tuple[Float64, Int32, NDArray[np.bool_]]


def _split(places: Float64, faces: Int32, held: NDArray[np.bool_], edge: float, inside: bool) -> _Mesh:
    for _ in range(2 * _PASSES):
        count = len(places)
        places, faces = split(places, faces, 4.0 / 3.0 * edge, held, inside=inside)
        held = np.concatenate([held, np.zeros(len(places) - count, np.bool_)])
        if len(places) == count:
            break
    return places, faces, held


def _collapse(
    places: Float64, faces: Int32, held: NDArray[np.bool_], edge: float, inside: bool, reach: float = 4.0 / 3.0
) -> _Mesh:
    from neodent_viewer.mesh.kernels import remeshing

    for _ in range(_PASSES):
        n = len(places)
        around, beside = vertex_faces(faces, n), vertex_neighbours(faces, n)
        rim, stuck = _kinds(around, beside)
        ends = _short(places, faces, 0.8 * edge)
        into = np.arange(n, dtype=np.int32)
        rings = (*around, *beside)
        went = remeshing.collapse(places, faces, *rings, ends, reach * edge, rim, held | stuck, into)
        if not went:
            break
        kept = into == np.arange(n)
        place = np.cumsum(kept, dtype=np.int32) - np.int32(1)
        faces = proper(place[into[faces]])
        places, held = np.ascontiguousarray(places[kept]), held[kept]
        if went < 0.002 * n:
            break
    return places, faces, held


def _short(places: Float64, faces: Int32, longest: float) -> Int32:
    """Return the distinct edges (e, 2) shorter than `longest` mm, shortest first."""
    lengths = np.linalg.norm(places[faces] - places[np.roll(faces, -1, axis=1)], axis=2)
    short = lengths < longest
    keys, first = np.unique(edge_keys(faces)[short], return_index=True)
    keys = keys[np.argsort(lengths[short][first], kind="stable")]
    return np.ascontiguousarray(np.stack([keys >> 32, keys & 0xFFFFFFFF], axis=1).astype(np.int32))


def _flip(places: Float64, faces: Int32, held: NDArray[np.bool_], edge: float, inside: bool) -> _Mesh:
    from neodent_viewer.mesh.kernels import remeshing

    faces = faces.copy()
    for _ in range(_PASSES):
        n = len(places)
        around, beside = vertex_faces(faces, n), vertex_neighbours(faces, n)
        rim, stuck = _kinds(around, beside)
        valence = np.diff(beside.offsets).astype(np.int32)
        ideal = np.where(rim, 4, 6).astype(np.int32)
        if (
            remeshing.flip(places, faces, *beside, _quads(faces), valence, ideal, stuck if inside else held | stuck)
            < 0.002 * n
        ):
            break
    return places, faces, held


def _relax(places: Float64, faces: Int32, held: NDArray[np.bool_], edge: float, inside: bool) -> _Mesh:
    """Move every free vertex in its tangent plane to the middle of its neighbours."""
    n = len(places)
    around, beside = vertex_faces(faces, n), vertex_neighbours(faces, n)
    rim, stuck = _kinds(around, beside)
    normals = vertex_normals(places.astype(np.float32), faces).astype(np.float64)
    matrix = csr_matrix((np.ones(len(beside.items)), beside.items, beside.offsets), shape=(n, n))
    middle = (matrix @ places) / np.maximum(np.diff(beside.offsets), 1)[:, None]
    step = middle - places
    step -= (step * normals).sum(axis=1, keepdims=True) * normals
    free = ~(rim | stuck | held)
    moved = places.copy()
    moved[free] += step[free]
    return moved, faces, held


def _kinds(around: Rows, beside: Rows) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which vertices lie on a simple rim, and which are no plain fan of faces and had better be left alone."""
    more = np.diff(beside.offsets) - np.diff(around.offsets)
    rim = more == 1
    return rim, (more != 0) & ~rim


def _rims(faces: Int32, n: int) -> NDArray[np.bool_]:
    return np.asarray(np.diff(vertex_neighbours(faces, n).offsets) != np.diff(vertex_faces(faces, n).offsets))


def _quads(faces: Int32) -> Int32:
    """Return (e, 6) ends, corners across and faces of every edge that exactly two faces run along in opposite ways."""
    keys = edge_keys(faces).ravel()
    order = np.argsort(keys, kind="stable")
    first = np.flatnonzero(np.diff(keys[order], prepend=-1) != 0)
    two = first[np.diff(first, append=len(keys)) == 2]
    one, other = order[two], order[two + 1]
    flat, after, across = faces.ravel(), np.roll(faces, -1, axis=1).ravel(), np.roll(faces, 1, axis=1).ravel()
    quads = np.stack([flat[one], after[one], across[one], across[other], one // 3, other // 3], axis=1)
    return np.ascontiguousarray(quads[flat[one] == after[other]].astype(np.int32))
