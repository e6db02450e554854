"""Vertex normals of a part: all at once when it arrives, a touched ring at a time under a stroke."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.mesh.surface import Float32, Int32


def plain(vertices: Float32, faces: Int32) -> Float32:
    """Return unit vertex normals (n, 3) float32 of a whole surface."""
    from neodent_viewer.mesh.normals import vertex_normals

    return vertex_normals(vertices, faces)


class Normals:
    """Normals that follow a stroke.

    Attributes
    ----------
    values : ndarray (n, 3) float32
    """

    def __init__(self, vertices: Float32, faces: Int32, offsets: Int32, items: Int32) -> None:
        from neodent_viewer.mesh.kernels import shading

        self._kernels = shading
        self._mesh = vertices, faces, offsets, items
        self._areas = np.zeros((len(faces), 3), np.float32)
        self.values = np.zeros((len(vertices), 3), np.float32)
        self._face_seen, self._vertex_seen = np.zeros(len(faces), np.bool_), np.zeros(len(vertices), np.bool_)
        shading.all_normals(vertices, faces, offsets, items, self._areas, self.values)

    def update(self, touched: NDArray[Any]) -> NDArray[Any]:
        """Compute anew the normals that moving vertices `touched` (k,) changes; return their indices."""
        indices = np.ascontiguousarray(touched, np.int32)
        seen = self._face_seen, self._vertex_seen
        ring: NDArray[Any] = self._kernels.some_normals(*self._mesh, self._areas, self.values, indices, *seen)
        return ring


def prepare(vertices: Float32, faces: Int32) -> Normals:
    """Return normals that can be updated; takes a moment on a large surface.

    Parameters
    ----------
    vertices : ndarray (n, 3) float32
        Kept, not copied: later updates read what a stroke has written there.
    faces : ndarray (m, 3) int32
    """
    from neodent_viewer.mesh.topology import vertex_faces

    rows = vertex_faces(faces, len(vertices))
    return Normals(vertices, faces, rows.offsets, rows.items)
