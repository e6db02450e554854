"""Fewer triangles over the same vertices: an index set to draw while the camera moves.

Vertices are clustered in grids, large cells where the surface is plain, small ones where it bends, ends or changes label;
each cluster is stood for by one of its vertices. The surface cannot crack: a vertex belongs to one cluster only.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.mesh.normals import vertex_normals
from neodent_viewer.mesh.surface import Float32, Int32
from neodent_viewer.mesh.topology import boundary_edges

#: triangles that a software renderer still turns smoothly
TARGET = 21_000
#: sizes of cells, in units of the smallest
_LEVELS = (4.0, 2.0)
#: how far a surface may leave its plane within a larger cell, in units of the smallest
_PLAIN = 0.22

Index = NDArray[np.intp]


def proxy_faces(
    vertices: Float32, faces: Int32, target: int = TARGET, labels: NDArray[np.int16] | None = None
) -> Int32:
    """Return at most about `target` triangles (k, 3) int32 that index the same vertices.

    Vertex clustering after Rossignac and Borrel 1993 (doi:10.1007/978-3-642-78114-8_29), in cells that adapt. Surfaces
    that are small already come back as they are.

    Parameters
    ----------
    vertices : ndarray (n, 3) float32, mm
    faces : ndarray (m, 3) int32
    target : int
    labels : ndarray (n,) or None
        Borders between labels are kept as fine as bends.
    """
    return thinned(vertices, faces, target, labels)[0]


def thinned(
    vertices: Float32, faces: Int32, target: int = TARGET, labels: NDArray[np.int16] | None = None
) -> tuple[Int32, Index]:
    """Return `proxy_faces` (k, 3), and the cluster (n,) of each vertex, numbered from 0."""
    if len(faces) <= target:
        return faces, np.arange(len(vertices))
    special = _special(faces, len(vertices), labels)
    normals = vertex_normals(vertices, faces)
    area = (
        float(np.linalg.norm(_crosses(vertices, faces[:: max(1, len(faces) // 20_000)]), axis=1).mean())
        / 2
        * len(faces)
    )
    pitch = 0.6 * np.sqrt(area / target)  # a flat grid would hold two triangles a cell; most cells will be larger
    found, cluster = faces, np.arange(len(vertices))
    for _ in range(8):
        cluster = _clusters(vertices, normals, special, pitch)
        found = _collapse(vertices, faces, normals, special, cluster)
        if len(found) <= target:
            break
        pitch *= float(np.sqrt(len(found) / target)) * 1.03
    return found, cluster


def _special(faces: Int32, n: int, labels: NDArray[np.int16] | None) -> NDArray[np.bool_]:
    """Return (n,) True on the border of the surface and at changes of label."""
    special = np.zeros(n, np.bool_)
    special[boundary_edges(faces).ravel()] = True
    if labels is not None:
        corners = labels[faces]
        special[faces[(corners != corners[:, :1]).any(axis=1)].ravel()] = True
    return special


def _clusters(vertices: Float32, normals: Float32, special: NDArray[np.bool_], pitch: float) -> Index:
    """Return the cluster (n,) of each vertex, numbered from 0."""
    low = vertices.min(axis=0)
    cluster = np.full(len(vertices), -1, np.int64)
    left, count = np.arange(len(vertices)), 0
    for scale in (*_LEVELS, 1.0):
        cell = _cells(vertices[left] - low, pitch * scale)
        kept = np.ones(len(left), np.bool_) if scale == 1.0 else _plain(cell, normals[left], special[left], scale)[cell]
        _, number = np.unique(cell[kept], return_inverse=True)
        cluster[left[kept]] = number + count
        count += int(number.max()) + 1 if len(number) else 0
        left = left[~kept]
    return cluster


def _cells(places: Float32, pitch: float) -> Index:
    """Return the grid cell (k,) of each place, numbered from 0."""
    steps = (places / np.float32(pitch)).astype(np.int64)
    keys = (steps[:, 0] << 42) | (steps[:, 1] << 21) | steps[:, 2]
    cell: Index = np.unique(keys, return_inverse=True)[1]
    return cell


def _plain(cell: Index, normals: Float32, special: NDArray[np.bool_], scale: float) -> NDArray[np.bool_]:
    """Return for each cell whether its surface stays near a plane and has nothing special."""
    count = np.bincount(cell)
    mean = np.stack([np.bincount(cell, weights=normals[:, k]) for k in range(3)], axis=1) / count[:, None]
    spread = 1.0 - np.minimum((mean**2).sum(axis=1), 1.0)  # sine squared, about, of how normals differ
    marked = np.bincount(cell, weights=special) > 0
    return np.asarray((spread * scale * scale < _PLAIN * _PLAIN) & ~marked)


def _collapse(vertices: Float32, faces: Int32, normals: Float32, special: NDArray[np.bool_], cluster: Index) -> Int32:
    """Return the faces that still have three corners, on the vertices that stand for their clusters."""
    corners = cluster[faces]
    kept = (corners[:, 0] != corners[:, 1]) & (corners[:, 1] != corners[:, 2]) & (corners[:, 2] != corners[:, 0])
    few = np.ascontiguousarray(_representatives(vertices, special, cluster)[corners[kept]], np.int32)
    turned = (_crosses(vertices, few) * normals[few].sum(axis=1)).sum(axis=1) < 0
    few[turned] = few[turned][:, ::-1]  # a face that folded over shows its outside all the same
    return few


def _representatives(vertices: Float32, special: NDArray[np.bool_], cluster: Index) -> NDArray[Any]:
    """Return for each cluster the vertex nearest to its mean; where it has special ones, of these."""
    weight = np.where(special, 1.0, 1e-6)
    total = np.bincount(cluster, weights=weight)
    mean = np.stack([np.bincount(cluster, weights=weight * vertices[:, k]) for k in range(3)], axis=1) / total[:, None]
    away = ((vertices - mean[cluster]) ** 2).sum(axis=1) + np.where(special, 0.0, 1e6)
    order: Index = np.lexsort((away, cluster))
    firsts: Index = order[np.concatenate([[0], np.cumsum(np.bincount(cluster))[:-1]])]
    return firsts


def _crosses(vertices: Float32, faces: Int32) -> Float32:
    a, b, c = (vertices[faces[:, k]] for k in range(3))
    return np.asarray(np.cross(b - a, c - a), np.float32)
