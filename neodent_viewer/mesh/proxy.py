"""Fewer triangles over the same vertices: an index set to draw while the camera moves."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.mesh.surface import Float32, Int32

#: triangles that a software renderer still turns smoothly
TARGET = 50_000


def proxy_faces(vertices: Float32, faces: Int32, target: int = TARGET) -> Int32:
    """Return at most about `target` triangles (k, 3) int32 that index the same vertices.

    Vertices are clustered in a grid (Rossignac and Borrel 1993, doi:10.1007/978-3-642-78114-8_29); each cell is stood for
    by its vertex nearest to the cell's mean, and triangles that collapse are dropped. Surfaces that are small already
    come back as they are.
    """
    if len(faces) <= target:
        return faces
    some = faces[:: max(1, len(faces) // 20_000)]
    a, b, c = (vertices[some[:, k]] for k in range(3))
    area = float(np.linalg.norm(np.cross(b - a, c - a), axis=1).mean()) / 2 * len(faces)
    pitch = np.sqrt(
        area / target
    )  # a cell of a flat grid holds about two triangles of side `pitch`: start a little fine
    for _ in range(8):
        found = _cluster(vertices, faces, pitch)
        if len(found) <= target:
            return found
        pitch *= float(np.sqrt(len(found) / target)) * 1.02
    return found


def _cluster(vertices: Float32, faces: Int32, pitch: float) -> Int32:
    low = vertices.min(axis=0)
    cells = ((vertices - low) / np.float32(pitch)).astype(np.int64)
    keys = (cells[:, 0] << 42) | (cells[:, 1] << 21) | cells[:, 2]
    _, cluster = np.unique(keys, return_inverse=True)
    chosen = _representatives(vertices, cluster)
    corners = cluster[faces]
    kept = (corners[:, 0] != corners[:, 1]) & (corners[:, 1] != corners[:, 2]) & (corners[:, 2] != corners[:, 0])
    return np.ascontiguousarray(chosen[corners[kept]], np.int32)


def _representatives(vertices: Float32, cluster: NDArray[Any]) -> NDArray[Any]:
    """Return for each cluster the vertex nearest to its mean."""
    count = np.bincount(cluster)
    mean = np.stack([np.bincount(cluster, weights=vertices[:, k]) for k in range(3)], axis=1) / count[:, None]
    away = ((vertices - mean[cluster]) ** 2).sum(axis=1)
    order: NDArray[np.intp] = np.lexsort((away, cluster))
    firsts: NDArray[np.intp] = order[np.concatenate([[0], np.cumsum(count)[:-1]])]
    return firsts
