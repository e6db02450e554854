"""What follows a surface while its vertices are moved in place: tree and normals.

The sculptor, the ray of a pick and the graphics card ask the same object, so a dab is followed once for all of them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.mesh.arrays import ready
from neodent_viewer.mesh.bvh import Bvh
from neodent_viewer.mesh.normals import Normals
from neodent_viewer.mesh.surface import Float32, Int32
from neodent_viewer.mesh.topology import Rows, vertex_faces

_UInt32 = NDArray[np.uint32]


class Following:
    """What follows a surface; write vertices in place, then call `follow`.

    Parameters
    ----------
    vertices : ndarray (n, 3) float32
        In mm, kept by reference: C order.
    faces : ndarray (m, 3) int32
    around : Rows or None
        `topology.vertex_faces`, if the caller has it already.

    Attributes
    ----------
    bvh : Bvh
    normals : ndarray (n, 3) float32
        Unit vertex normals, rewritten in place.
    version : int
        Goes up with every `follow`; ask `changed_since` with the one last seen.
    """

    def __init__(self, vertices: Float32, faces: Int32, around: Rows | None = None) -> None:
        from neodent_viewer.mesh.kernels import patches

        around = around or vertex_faces(faces, len(vertices))
        self.vertices, self.faces = vertices, faces
        self.bvh = Bvh(vertices, faces, around)
        self._shading = Normals(vertices, faces, around)
        self.normals: Float32 = self._shading.values
        self.version = 0
        tree = self.bvh.tables()
        blocks, pairs = _blocks(len(vertices), tree.point_shift), _blocks(len(faces), tree.face_shift + 1)
        runs = _blocks(blocks, patches.RUN)
        corners, orders = _indices(faces), (_indices(tree.point_order), _indices(tree.face_order))
        place = orders[0] if self.bvh.in_order else _inverse(orders[0])
        offsets, items, areas = self._shading.tables()
        near = patches.touching(corners, orders[1], tree.face_shift + 1, place, tree.point_shift, blocks)
        beside = patches.adjoining(corners, offsets, items, orders[0], place, tree.point_shift, blocks)
        self._own: list[NDArray[Any]] = [place] if not self.bvh.in_order else []
        self._own += [array.view(np.uint32) for array in (*near, *beside)]
        self._changed, self._runs = np.zeros(blocks, np.int64), np.zeros(runs, np.int64)
        self._now = 0  # number of the round, for the stamps
        stamps = [np.zeros(k, np.uint32) for k in (blocks, pairs, len(tree.point_boxes), len(tree.face_boxes))]
        lists = [np.empty(k + 1, np.uint32) for k in (blocks, pairs, blocks)]
        self._tables: tuple[Any, ...] = (
            place, self.bvh.vertices, corners, self.normals,
            tree.point_shift, orders[0], tree.point_boxes, tree.face_shift, orders[1], tree.face_boxes,
            *self._own[-4:], areas, offsets, items, self._changed, self._runs, *stamps, *lists,
        )  # fmt: skip
        self._own += [*stamps, *lists, self._changed, self._runs]

    def follow(self, ids: Int32) -> None:
        """Bring tree and normals up to date after vertices `ids` (k,) were written."""
        from neodent_viewer.mesh.kernels import patches

        if not len(ids):
            return
        self.version += 1
        self._now += 2
        patches.follow(_indices(ids), self._now, self.version, *self._tables)

    def changed_since(self, version: int, gap: int) -> NDArray[np.int64]:
        """Return half-open ranges (k, 2) of vertices whose position or normal may have changed after `version`.

        Ranges with `gap` vertices or fewer between them are one. Everything is in them if nothing is in spatial order.
        """
        from neodent_viewer.mesh.kernels import patches

        n = len(self.vertices)
        if self.version == version:
            return np.zeros((0, 2), np.int64)
        if not self.bvh.in_order:
            return np.array([[0, n]], np.int64)
        return patches.ranges(self._changed, self._runs, version, self.bvh.tables().point_shift, n, gap)

    def nbytes(self) -> int:
        """Return the bytes held beyond vertices and faces."""
        return self._shading.nbytes() + self.bvh.nbytes() + sum(array.nbytes for array in self._own)


def _blocks(count: int, shift: int) -> int:
    return max(1, (count + (1 << shift) - 1) >> shift)


def _indices(values: Int32) -> _UInt32:
    """Return indices as kernels take them here: a number without a sign is not looked at twice."""
    return ready(values, np.int32).view(np.uint32)


def _inverse(order: _UInt32) -> _UInt32:
    place = np.empty_like(order)
    place[order] = np.arange(len(order), dtype=np.uint32)
    return place
