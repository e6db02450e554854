"""A surface in clusters of neighbouring faces, each within a ball: what can be told hidden is told so by the ball."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from neodent_viewer.mesh.surface import Float32, Int32

#: faces a cluster: few enough to lie close together, enough that they may be counted at each picture
CLUSTER = 256
#: clusters that are worked on at a time: some megabytes
_BLOCK = 256


@dataclass(frozen=True, slots=True, eq=False)
class Clusters:
    """Runs of `CLUSTER` faces in the order of the surface; the last one may be shorter.

    Attributes
    ----------
    centres : ndarray (k, 3) float32, mm
    radii : ndarray (k,) float32, mm
        Balls about the centres that hold all corners.
    facing : ndarray (k, 3) float32
        Mean direction of the faces' outsides, by area: near zero length where they look all ways.
    """

    centres: Float32
    radii: Float32
    facing: Float32


def clusters(vertices: Float32, faces: Int32) -> Clusters:
    """Return the clusters of a surface: vertices (n, 3) float32 in mm, faces (m, 3) int32 in spatial order.

    >>> corner = np.array([[0, 0, 0], [2, 0, 0], [0, 2, 0]], np.float32)
    >>> found = clusters(corner, np.array([[0, 1, 2]], np.int32))
    >>> found.centres.tolist(), found.facing.tolist()
    ([[1.0, 1.0, 0.0]], [[0.0, 0.0, 1.0]])
    """
    blocks = [_block(vertices, faces[k : k + CLUSTER * _BLOCK]) for k in range(0, len(faces), CLUSTER * _BLOCK)]
    centres, radii, facing = (np.concatenate(parts) for parts in zip(*blocks, strict=True))
    return Clusters(centres, radii, facing)


def _block(vertices: Float32, faces: Int32) -> tuple[Float32, Float32, Float32]:
    """Return centres, radii and facing of some clusters."""
    starts = np.arange(0, len(faces), CLUSTER)
    corners = vertices[faces]  # (m, 3 corners, 3)
    low = np.minimum.reduceat(corners.min(axis=1), starts)
    high = np.maximum.reduceat(corners.max(axis=1), starts)
    centres = (low + high) / np.float32(2)
    away = corners - np.repeat(centres, CLUSTER, axis=0)[: len(faces), None]
    furthest = np.maximum.reduceat(np.einsum("ijk,ijk->ij", away, away).max(axis=1), starts)
    doubled = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    area = np.add.reduceat(np.linalg.norm(doubled, axis=1), starts)
    facing = np.add.reduceat(doubled, starts) / np.maximum(area, np.float32(1e-30))[:, None]
    return centres.astype(np.float32), (np.sqrt(furthest) * 1.00001).astype(np.float32), facing.astype(np.float32)
