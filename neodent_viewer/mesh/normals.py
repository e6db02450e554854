"""Normals of a whole surface, and normals that follow a surface whose vertices move."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.mesh.arrays import ready
from neodent_viewer.mesh.surface import Float32, Int32
from neodent_viewer.mesh.topology import Fans, Rows, vertex_faces


class Normals:
    """Vertex normals kept up to date while vertices move in place (compiled; for sculpting and for what draws it).

    Parameters
    ----------
    vertices : ndarray (n, 3) float32
        Kept by reference.
    faces : ndarray (m, 3) int32
    around : Rows or None
        `topology.vertex_faces`, if the caller has it already.

    Attributes
    ----------
    values : ndarray (n, 3) float32
        Area-weighted unit normals, as `vertex_normals` gives them; rewritten in place.
    """

    def __init__(self, vertices: Float32, faces: Int32, around: Rows | None = None) -> None:
        from neodent_viewer.mesh.kernels import shading

        self.vertices: Float32 = ready(vertices, np.float32)
        self.faces: Int32 = ready(faces, np.int32)
        self.around = around or vertex_faces(self.faces, len(self.vertices))
        self.values: Float32 = np.empty_like(self.vertices)
        self._fans: Fans | None = None
        self._areas: Float32 = np.empty((len(self.faces), 4), np.float32)
        self._seen = np.zeros(len(self.vertices), np.bool_)
        shading.all_normals(self.vertices, self.faces.view(np.uint32), *self.tables(), self.values)

    def update(self, touched: Int32) -> Int32:
        """Follow `touched` (k,) vertices that moved; return the vertices (r,) int32 whose normals were rewritten.

        Those are the touched ones and their neighbours, in no order.
        """
        if self._fans is None:
            self._fans = Fans(self.around, len(self.faces))
        return self.update_faces(self._fans.faces_around(touched))

    def update_faces(self, moved: Int32) -> Int32:
        """Follow faces (k,) of which a corner moved; return the vertices (r,) int32 whose normals were rewritten."""
        from neodent_viewer.mesh.kernels import shading

        return shading.some_normals(
            self.vertices, self.faces.view(np.uint32), *self.tables(), self.values, moved, self._seen
        )

    def tables(self) -> tuple[NDArray[np.uint32], NDArray[np.uint32], Float32]:
        """Return what kernels sum from: rows of faces around each vertex, and face normals (m, 4) times twice the area."""
        return self.around.offsets.view(np.uint32), self.around.items.view(np.uint32), self._areas

    def nbytes(self) -> int:
        """Return the bytes held beyond vertices and faces."""
        own = (self.values, self._areas, self._seen, *self.around)
        return sum(array.nbytes for array in own)


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
