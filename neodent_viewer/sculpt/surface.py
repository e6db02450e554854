"""The surface under the brush: positions written in place, with tree and normals that follow."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.mesh.arrays import ready
from neodent_viewer.mesh.bvh import Bvh
from neodent_viewer.mesh.following import Following
from neodent_viewer.mesh.surface import Float32, Int32
from neodent_viewer.mesh.topology import Rows, boundary_vertices, vertex_faces, vertex_neighbours

#: per-vertex arrays that brushes write: dtype, shape of a row, and what an untouched row holds
ARRAYS: dict[str, tuple[type[np.generic], tuple[int, ...], int]] = {
    "mask": (np.float32, (), 0),
    "colour": (np.uint8, (4,), 255),
    "zone": (np.int16, (), 0),
}


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
        0 free .. 1 protected; written in place by the mask brush.
    colour : ndarray (n, 4) uint8 or None
        RGBA; written in place by the paint brush.
    zone : ndarray (n,) int16 or None
        Zone of each vertex, 0 for none; written in place by the zone brush.

    Raises
    ------
    ValueError
        If `vertices` cannot be written in place or are not finite, faces are out of range, or an array does not fit.
    """

    def __init__(
        self,
        vertices: Float32,
        faces: Int32,
        labels: NDArray[np.integer] | None = None,
        mask: Float32 | None = None,
        colour: NDArray[np.uint8] | None = None,
        zone: NDArray[np.int16] | None = None,
    ) -> None:
        _check(vertices, faces)
        self.vertices = vertices
        self.faces = faces
        self.labels = labels
        self._arrays: dict[str, NDArray[Any]] = {}
        for name, values in (("mask", mask), ("colour", colour), ("zone", zone)):
            if values is not None:
                self._arrays[name] = _fitting(name, values, len(vertices))
        self.around = vertex_faces(faces, len(vertices))
        self.following = Following(vertices, faces, self.around)
        self.bvh: Bvh = self.following.bvh
        self._neighbours: Rows | None = None
        self._boundary: NDArray[np.bool_] | None = None
        self._label_codes: NDArray[np.int16] | None = None
        self._slots: Int32 | None = None

    @property
    def mask(self) -> Float32 | None:
        """What is protected, (n,) float32 0..1, or None while nothing is."""
        return self._arrays.get("mask")

    @property
    def normals(self) -> Float32:
        """Unit vertex normals (n, 3) float32, up to date."""
        return self.following.normals

    def neighbours(self) -> Rows:
        """Return the one-ring neighbours of every vertex, made on first use."""
        if self._neighbours is None:
            self._neighbours = vertex_neighbours(self.faces, len(self.vertices))
        return self._neighbours

    def boundary(self) -> NDArray[np.bool_]:
        """Return (n,) bool: vertices on an open edge; made on first use."""
        if self._boundary is None:
            self._boundary = boundary_vertices(self.faces, self.around)
        return self._boundary

    def array(self, name: str) -> NDArray[Any]:
        """Return ``"position"``, ``"mask"``, ``"colour"`` or ``"zone"``, made on first use: free, white, no zone."""
        if name == "position":
            return self.vertices
        if name not in self._arrays:
            dtype, width, empty = ARRAYS[name]
            self._arrays[name] = np.full((len(self.vertices), *width), empty, dtype)
        return self._arrays[name]

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the arrays that brushes may have written, by name: those handed over and those made since."""
        return dict(self._arrays)

    def label_codes(self) -> NDArray[np.int16]:
        """Return labels (n,) int16 for kernels, empty on an unlabelled surface; made on first use."""
        if self._label_codes is None:
            labels = np.zeros(0, np.int16) if self.labels is None else self.labels
            self._label_codes = ready(labels, np.int16)
        return self._label_codes

    def slots(self) -> Int32:
        """Return scratch (n,) int32 of -1, which every user leaves as found; made on first use."""
        if self._slots is None:
            self._slots = np.full(len(self.vertices), -1, np.int32)
        return self._slots

    def freedom(self, locked_labels: Iterable[int], *, masked: bool = True) -> Float32 | None:
        """Return (n,) float32: 1 where a brush may work, 0 where a label is locked or the mask is full; None if all free.

        Unless `masked`, the mask is left out of it.
        """
        locked = [int(label) for label in locked_labels]
        free = None if self.mask is None or not masked else (1 - np.clip(self.mask, 0, 1)).astype(np.float32)
        if locked and self.labels is not None:
            allowed = ~np.isin(self.labels, locked)
            free = allowed.astype(np.float32) if free is None else free * allowed
        return free

    def move(self, ids: Int32, deltas: Float32) -> None:
        """Add displacements (k, 3) in mm to distinct vertices `ids` (k,)."""
        from neodent_viewer.sculpt.kernels import influence

        influence.add(self.vertices, ids, deltas)
        self.follow(ids)

    def place(self, ids: Int32, positions: Float32) -> None:
        """Put distinct vertices `ids` (k,) at positions (k, 3) in mm."""
        self.vertices[ids] = positions
        self.follow(ids)

    def follow(self, ids: Int32) -> None:
        """Bring normals and tree up to date after vertices `ids` (k,) were written (undo does that)."""
        self.following.follow(ids)

    def nbytes(self) -> int:
        """Return the bytes held beyond the surface itself."""
        rows: tuple[NDArray[Any], ...] = () if self._neighbours is None else self._neighbours
        rows += tuple(a for a in (self._slots, self._label_codes, self._boundary) if a is not None)
        return self.following.nbytes() + sum(array.nbytes for array in rows)


def _fitting(name: str, values: NDArray[Any], count: int) -> NDArray[Any]:
    """Return an array if it can be written in place as `ARRAYS` says; ValueError otherwise."""
    dtype, width, _ = ARRAYS[name]
    if values.dtype != dtype or values.shape != (count, *width) or not values.flags.writeable:
        raise ValueError(
            f"{name} of a surface to sculpt is its own {np.dtype(dtype)} array {(count, *width)}, writeable"
        )
    if not np.isfinite(values).all():
        raise ValueError(f"{name} of a surface to sculpt is finite")
    return values


def _check(vertices: Float32, faces: Int32) -> None:
    if vertices.dtype != np.float32 or not (vertices.flags.c_contiguous and vertices.flags.writeable):
        raise ValueError("a surface to sculpt needs its own float32 vertices, writeable and in C order")
    if not np.isfinite(vertices).all():
        raise ValueError("a surface to sculpt needs finite vertices")
    if len(faces) and (faces.min() < 0 or faces.max() >= len(vertices)):
        raise ValueError("a face of the surface to sculpt names a vertex that is not there")
