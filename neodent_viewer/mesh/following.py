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
        self._corners = ready(faces, np.int32).view(np.uint32)
        self._place = tree.point_order if self.bvh.in_order else _inverse(tree.point_order)
        blocks, leaves = _blocks(len(vertices), tree.point_shift), _blocks(len(faces), tree.face_shift)
        places = self._place.view(np.uint32)
        near = patches.touching(
            self._corners, tree.face_order.view(np.uint32), tree.face_shift, places, tree.point_shift, blocks
        )
        self._of_leaf, self._of_block = Rows(*near[:2]), Rows(*near[2:])
        self._changed = np.zeros(blocks, np.int64)
        self._now = 0  # number of the round, for the stamps
        self._stamps = [np.zeros(k, np.int32) for k in (blocks, leaves, len(tree.point_boxes), len(tree.face_boxes))]
        self._lists = [np.empty(k, np.int32) for k in (blocks, leaves, blocks)]

    def follow(self, ids: Int32) -> None:
        """Bring tree and normals up to date after vertices `ids` (k,) were written."""
        from neodent_viewer.mesh.kernels import patches

        if not len(ids):
            return
        self.version += 1
        self._now += 2
        now, tree, shift = self._now, self.bvh.tables(), self.bvh.tables().point_shift
        moved, leaves, ring = self._lists
        of_block, of_leaf, of_points, of_faces = self._stamps
        order = tree.point_order.view(np.uint32)
        m = patches.blocks_of(
            ready(ids, np.int32).view(np.uint32), self._place.view(np.uint32), shift, of_block, now, moved
        )
        f = patches.beside(moved, m, *self._of_block, of_leaf, now, leaves)
        r = patches.beside(leaves, f, *self._of_leaf, of_block, now + 1, ring)
        offsets, items, areas = self._shading.tables()
        faces = (self._corners, tree.face_order.view(np.uint32), tree.face_boxes, areas)
        patches.fit_faces(leaves, f, tree.face_shift, self.vertices, *faces)
        patches.fit_points(moved, m, shift, self.vertices, order, tree.point_boxes)
        changed = (self.normals, self._changed, self.version)
        patches.fit_normals(ring, r, shift, order, areas, offsets, items, *changed)
        patches.climb(tree.face_boxes, leaves, f, of_faces, now)
        patches.climb(tree.point_boxes, moved, m, of_points, now)

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
        return patches.ranges(self._changed, version, self.bvh.tables().point_shift, n, gap)

    def nbytes(self) -> int:
        """Return the bytes held beyond vertices and faces."""
        own: list[NDArray[Any]] = [*self._of_leaf, *self._of_block, self._changed, *self._stamps, *self._lists]
        place = 0 if self.bvh.in_order else self._place.nbytes
        return self._shading.nbytes() + self.bvh.nbytes() + place + sum(array.nbytes for array in own)


def _blocks(count: int, shift: int) -> int:
    return max(1, (count + (1 << shift) - 1) >> shift)


def _inverse(order: Int32) -> Int32:
    place = np.empty_like(order)
    place[order] = np.arange(len(order), dtype=np.int32)
    return place
