"""The surface under the brush: positions written in place, with tree and normals that follow."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.mesh.bvh import Bvh
from neodent_viewer.mesh.normals import Normals
from neodent_viewer.mesh.surface import Float32, Int32
from neodent_viewer.mesh.topology import Fans, Rows, boundary_edges, vertex_faces, vertex_neighbours


class SculptMesh:
    """What strokes work on. Making one takes about half a second at a million triangles: do it in a worker.

    Parameters
    ----------
    vertices : ndarray (n, 3) float32
        In mm, written in place: hand over the surface's own array.
    faces : ndarray (m, 3) int32
    labels : ndarray (n,) int or None
        FDI labels, for locks.
    mask : ndarray (n,) float32 or None
        0 free .. 1 protected.

    Raises
    ------
    ValueError
        If `vertices` cannot be written in place or are not finite, or faces are out of range.
    """

    def __init__(
        self, vertices: Float32, faces: Int32, labels: NDArray[np.integer] | None = None, mask: Float32 | None = None
    ) -> None:
        _check(vertices, faces)
        self.vertices = vertices
        self.faces = faces
        self.labels = labels
        self.mask = mask
        self.around = vertex_faces(faces, len(vertices))
        self._fans = Fans(self.around, len(faces))
        self._normals = Normals(vertices, faces, self.around)
        self.bvh = Bvh(vertices, faces, self.around)
        self._neighbours: Rows | None = None
        self._boundary: NDArray[np.bool_] | None = None

    @property
    def normals(self) -> Float32:
        """Unit vertex normals (n, 3) float32, up to date."""
        return self._normals.values

    def neighbours(self) -> Rows:
        """Return the one-ring neighbours of every vertex, made on first use."""
        if self._neighbours is None:
            self._neighbours = vertex_neighbours(self.faces, len(self.vertices))
        return self._neighbours

    def boundary(self) -> NDArray[np.bool_]:
        """Return (n,) bool: vertices on an open edge; made on first use."""
        if self._boundary is None:
            self._boundary = np.zeros(len(self.vertices), np.bool_)
            self._boundary[boundary_edges(self.faces).ravel()] = True
        return self._boundary

    def freedom(self, locked_labels: Iterable[int]) -> Float32 | None:
        """Return (n,) float32: 1 where a brush may work, 0 where a label is locked or the mask is full; None if all free."""
        locked = [int(label) for label in locked_labels]
        free = None if self.mask is None else (1 - np.clip(self.mask, 0, 1)).astype(np.float32)
        if locked and self.labels is not None:
            allowed = ~np.isin(self.labels, locked)
            free = allowed.astype(np.float32) if free is None else free * allowed
        return free

    def move(self, ids: Int32, deltas: Float32) -> Int32:
        """Add displacements (k, 3) in mm to distinct vertices `ids` (k,); return the ring whose normals changed."""
        from neodent_viewer.sculpt.kernels import influence

        influence.add(self.vertices, ids, deltas)
        return self.follow(ids)

    def follow(self, ids: Int32) -> Int32:
        """Bring normals and tree up to date after vertices `ids` (k,) were written (undo does that); return the ring."""
        faces = self._fans.faces_around(ids)
        self.bvh.refit(ids, faces)
        return self._normals.update_faces(faces)

    def nbytes(self) -> int:
        """Return the bytes held beyond the surface itself."""
        rows = () if self._neighbours is None else self._neighbours
        return self._normals.nbytes() + self.bvh.nbytes() + sum(array.nbytes for array in rows)


def _check(vertices: Float32, faces: Int32) -> None:
    if vertices.dtype != np.float32 or not (vertices.flags.c_contiguous and vertices.flags.writeable):
        raise ValueError("a surface to sculpt needs its own float32 vertices, writeable and in C order")
    if not np.isfinite(vertices).all():
        raise ValueError("a surface to sculpt needs finite vertices")
    if len(faces) and (faces.min() < 0 or faces.max() >= len(vertices)):
        raise ValueError("a face of the surface to sculpt names a vertex that is not there")
