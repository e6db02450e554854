"""Vertex normals of a whole surface; sculpting updates a touched ring through `neodent_viewer.mesh.kernels.shading`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.mesh.surface import Float32, Int32


def face_normals(vertices: Float32, faces: Int32) -> Float32:
    """Return unit face normals (m, 3) float32, counter-clockwise side out; zero for faces without area."""
    return _unit(_areas(vertices, faces)).astype(np.float32)


def vertex_normals(vertices: Float32, faces: Int32) -> Float32:
    """Return area-weighted unit vertex normals.

    Parameters
    ----------
    vertices : ndarray (n, 3) float32
    faces : ndarray (m, 3) int32

    Returns
    -------
    ndarray (n, 3) float32
        Unit sum of the cross products around each vertex (Gouraud 1971, weighted by area as the cross product comes);
        zero where there is no face or the faces cancel.

    Examples
    --------
    >>> square = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]], np.float32)
    >>> vertex_normals(square, np.array([[0, 1, 2], [0, 2, 3]], np.int32))[0].tolist()
    [0.0, 0.0, 1.0]
    """
    areas = _areas(vertices, faces)
    n = len(vertices)
    sums = np.zeros((n, 3))
    for axis in range(3):
        weights = np.repeat(areas[:, axis], 3)
        sums[:, axis] = np.bincount(faces.ravel(), weights=weights, minlength=n)[:n]
    return _unit(sums).astype(np.float32)


def _areas(vertices: Float32, faces: Int32) -> NDArray[np.float64]:
    """Return cross products (m, 3): the normal times twice the area."""
    a = vertices[faces[:, 0]]
    return np.cross(vertices[faces[:, 1]] - a, vertices[faces[:, 2]] - a).astype(np.float64)


def _unit(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0))
