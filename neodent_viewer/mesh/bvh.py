"""A tree of boxes over a surface: picks by ray, finds the closest point, the vertices in a sphere, and follows edits.

Faces and vertices are taken along the Morton curve; equal blocks of them are the leaves, and a heap of boxes stands on top,
so building is one pass and a refit walks only from the touched leaves to the root (the linear tree of Lauterbach et al.,
Eurographics 2009, with blocks instead of splits). On a surface in spatial order the blocks are contiguous in memory.
"""

from __future__ import annotations

import threading
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from neodent_viewer.mesh.arrays import point, ready
from neodent_viewer.mesh.order import argsort, face_codes, morton_codes
from neodent_viewer.mesh.surface import Float32, Float64, Int32
from neodent_viewer.mesh.topology import Fans, Rows, vertex_faces

_FACE_SHIFT = 3  # eight faces a leaf
_POINT_SHIFT = 4  # 16 vertices a leaf
#: share of vertices that may stand before their place along the curve until it pays to take them in another order: those
#: of a surface that was sculpted since it was put in order do
_ASTRAY = 0.1


class Tables(NamedTuple):
    """The tree as kernels take it: boxes (2 width, 6), shift of the leaves' size, and the order they are cut from."""

    face_boxes: Float32
    face_shift: int
    face_order: Int32
    point_boxes: Float32
    point_shift: int
    point_order: Int32


class Bvh:
    """Tree over a triangle mesh; compiled kernels do the work (numba is imported when one is built).

    Parameters
    ----------
    vertices : ndarray (n, 3) float32
        In mm. Kept by reference: move them in place, then call `refit`.
    faces : ndarray (m, 3) int32
        Indices in range.
    around : Rows or None
        `topology.vertex_faces`, if the caller has it already; else made when `refit` first needs it.

    Attributes
    ----------
    in_order : bool
        Whether the vertices lie along the curve as they are numbered, but for a few: blocks are runs of indices then.
    """

    def __init__(self, vertices: Float32, faces: Int32, around: Rows | None = None) -> None:
        self.vertices: Float32 = ready(vertices, np.float32)
        self.faces: Int32 = ready(faces, np.int32)
        self._around = around
        self._face_boxes = _heap(len(self.faces), 1 << _FACE_SHIFT)
        codes = morton_codes(self.vertices)
        self.in_order = bool(np.count_nonzero(codes[1:] < codes[:-1]) <= _ASTRAY * len(codes))
        self._point_order = _kept(len(codes)) if self.in_order else argsort(codes)
        self._face_order = self._order_of_faces(self.in_order)
        self._point_boxes = _heap(len(self.vertices), 1 << _POINT_SHIFT)
        self._refitting: _Refit | None = None
        self._lock = threading.Lock()
        self._build()

    def intersect(self, origin: ArrayLike, direction: ArrayLike) -> tuple[int, float, Float64] | None:
        """Return the closest hit of a ray, from the front or the back.

        Parameters
        ----------
        origin, direction : (3,) array_like
            In the frame of `vertices`, mm; the direction needs no unit length.

        Returns
        -------
        tuple or None
            Face, distance in mm, barycentric weights (3,) float64; None if nothing is hit.
        """
        from neodent_viewer.mesh.kernels import rays

        along = point(direction)
        length = float(np.linalg.norm(along))
        if not (length > 0 and np.isfinite(length)):
            raise ValueError("a ray needs a direction")
        weights = np.zeros(3)
        face, distance = rays.intersect(*self._face_tree(), point(origin), along / length, weights)
        return None if face < 0 else (int(face), float(distance), weights)

    def intersect_many(self, origins: ArrayLike, directions: ArrayLike) -> tuple[Int32, Float64]:
        """Return faces (k,) int32 and distances (k,) float64 of many rays (k, 3).

        A distance counts in lengths of its direction; where nothing is hit the face is -1 and the distance inf.
        """
        from neodent_viewer.mesh.kernels import rays

        return rays.intersect_many(*self._face_tree(), ready(origins, np.float64), ready(directions, np.float64))

    def closest(self, place: ArrayLike) -> tuple[int, Float64, Float64, float]:
        """Return the surface point nearest to a place (3,) in mm.

        Returns
        -------
        tuple
            Face, barycentric weights (3,) float64, position (3,) float64 and distance in mm.

        Raises
        ------
        ValueError
            If there is no face.
        """
        from neodent_viewer.mesh.kernels import rays

        weights = np.zeros(3)
        face, squared = rays.closest(*self._face_tree(), point(place), weights)
        if face < 0:
            raise ValueError("an empty surface has no closest point")
        position = weights @ self.vertices[self.faces[face]].astype(np.float64)
        return int(face), weights, position, float(np.sqrt(squared))

    def closest_many(self, places: ArrayLike, reach: float = np.inf) -> tuple[Int32, Float64, Float64]:
        """Return faces (k,), barycentric weights (k, 3) and distances (k,) in mm nearest to places (k, 3).

        Where nothing is nearer than `reach` mm, which is soon found out, the face is -1.
        """
        from neodent_viewer.mesh.kernels import rays

        faces, weights, squared = rays.closest_many(*self._face_tree(), ready(places, np.float64), float(reach) ** 2)
        return faces, weights, np.sqrt(squared)

    def places(self, faces: NDArray[np.integer], weights: Float64) -> Float64:
        """Return the places (k, 3) in mm that faces (k,) and weights (k, 3) from `closest_many` stand for."""
        return np.asarray(np.einsum("ij,ijk->ik", weights, self.vertices[self.faces[faces]].astype(np.float64)))

    def vertices_in_sphere(self, center: ArrayLike, radius: float) -> Int32:
        """Return the vertices (k,) int32, ascending, at most `radius` mm from `center` (3,)."""
        from neodent_viewer.mesh.kernels import rays

        boxes, order = self._point_boxes, self._point_order
        inside = rays.in_sphere(boxes, _POINT_SHIFT, self.vertices, order, point(center), float(radius))
        if not self.in_order:
            inside.sort()
        return inside

    def vertices_about(self, center: ArrayLike, radius: float) -> Int32:
        """Return the vertices in a sphere, ascending, and perhaps some near it: quicker, for who measures anyway."""
        from neodent_viewer.mesh.kernels import patches

        if not self.in_order:
            return self.vertices_in_sphere(center, radius)
        return patches.around(self._point_boxes, _POINT_SHIFT, len(self.vertices), point(center), float(radius))

    def bounds(self) -> Float32:
        """Return the corners (2, 3) of a box about all vertices: of none, +inf and -inf."""
        box: Float32 = self._point_boxes[1].reshape(2, 3)
        return box

    def refit(self, touched: Int32, faces: Int32 | None = None) -> None:
        """Follow `touched` (k,) vertices that were moved in place; `faces` around them, if the caller has them already."""
        from neodent_viewer.mesh.kernels import boxes

        touched = ready(touched, np.int32)
        with self._lock:
            s = self._refitting = self._refitting or _Refit(self)
            moved = s.fans.faces_around(touched) if faces is None else faces
            tree = (self._face_boxes, _FACE_SHIFT, self.vertices, self.faces, self._face_order, s.face_place)
            boxes.refit_faces(*tree, moved, s.face_seen)
            points = (self._point_boxes, _POINT_SHIFT, self.vertices, self._point_order, s.point_place)
            boxes.refit_points(*points, touched, s.point_seen)

    def tables(self) -> Tables:
        """Return what kernels of other modules read, and `Following` rewrites."""
        points = self._point_boxes, _POINT_SHIFT, self._point_order
        return Tables(self._face_boxes, _FACE_SHIFT, self._face_order, *points)

    def rebuild(self) -> None:
        """Fit all boxes to where the vertices are now, in the old order."""
        self._build()

    def nbytes(self) -> int:
        """Return the bytes of boxes and orders, without vertices, faces and what `refit` keeps."""
        return sum(a.nbytes for a in (self._face_boxes, self._face_order, self._point_boxes, self._point_order))

    def _order_of_faces(self, vertices_in_order: bool) -> Int32:
        """Return the order of faces along the curve; their own, found quickly, on a surface in spatial order."""
        lowest = np.minimum(np.minimum(self.faces[:, 0], self.faces[:, 1]), self.faces[:, 2])
        if vertices_in_order and bool((lowest[1:] >= lowest[:-1]).all()):
            return _kept(len(self.faces))
        return argsort(face_codes(self.vertices, self.faces))

    def _face_tree(self) -> tuple[Float32, int, Float32, Int32, Int32]:
        return self._face_boxes, _FACE_SHIFT, self.vertices, self.faces, self._face_order

    def _build(self) -> None:
        from neodent_viewer.mesh.kernels import boxes

        boxes.build_faces(self._face_boxes, _FACE_SHIFT, self.vertices, self.faces, self._face_order)
        boxes.build_points(self._point_boxes, _POINT_SHIFT, self.vertices, self._point_order)


class _Refit:
    """What a refit needs beyond the tree itself; made when the first one comes."""

    def __init__(self, tree: Bvh) -> None:
        self.fans = Fans(tree._around or vertex_faces(tree.faces, len(tree.vertices)), len(tree.faces))
        self.face_place = _inverse(tree._face_order)
        self.point_place = _inverse(tree._point_order)
        self.face_seen = np.zeros(len(tree._face_boxes), np.bool_)
        self.point_seen = np.zeros(len(tree._point_boxes), np.bool_)


def _kept(count: int) -> Int32:
    return np.arange(count, dtype=np.int32)


def _inverse(order: Int32) -> Int32:
    place = np.empty_like(order)
    place[order] = np.arange(len(order), dtype=np.int32)
    return place


def _heap(count: int, block: int) -> NDArray[np.float32]:
    leaves = max(1, -(-count // block))
    width = 1 << (leaves - 1).bit_length()
    return np.empty((2 * width, 6), np.float32)
