"""Signed distance of points to a surface: how far, and on which side.

The nearest point is found by the tree; the side is told by the angle-weighted pseudonormal of the face, edge or vertex it
lies on, which is right for every closed surface: Baerentzen and Aanaes, IEEE TVCG 11(3), 2005. Near an open surface it is
right wherever the nearest point is not on the rim; beyond the rim there is no inside, so that everything there is outside.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from neodent_viewer.mesh.arrays import corners, ready
from neodent_viewer.mesh.bvh import Bvh
from neodent_viewer.mesh.surface import Float32, Float64, Int32
from neodent_viewer.mesh.topology import boundary_vertices, vertex_faces

#: rays that vote, along no axis that a scan favours
_RAYS = np.array([[0.36, 0.48, 0.80], [-0.80, 0.36, -0.48], [0.48, -0.80, -0.36]])


class SignedDistance:
    """Distances to one surface, which may be moved with `follow`.

    Parameters
    ----------
    vertices : ndarray (n, 3) float32
        In mm. Kept by reference: `follow` writes them.
    faces : ndarray (m, 3) int32
        Counter-clockwise seen from outside; faces without area are taken out.

    Attributes
    ----------
    closed : bool
        Whether no edge is open.
    box : ndarray (2, 3) float64
        Corners about all faces, mm; it never shrinks.
    """

    def __init__(self, vertices: Float32, faces: Int32) -> None:
        vertices = ready(vertices, np.float32)
        _, sizes = _crossed(vertices, faces)
        self.vertices, self.faces = vertices, ready(faces[sizes > 0.0], np.int32)
        self._around = vertex_faces(self.faces, len(vertices))
        self.closed = bool(len(self.faces)) and not bool(boundary_vertices(self.faces, self._around).any())
        used = np.unique(self.faces)
        self._tree = Bvh(vertices, self.faces, self._around) if len(self.faces) else None
        self.box: Float64 = corners(vertices[used]).astype(np.float64) if len(used) else _NOWHERE.copy()

    def at(self, places: ArrayLike, reach: float = np.inf) -> Float64:
        """Return signed distances (k,) float64 in mm at places (k, 3): negative inside, inf beyond `reach` mm."""
        return self.nearest(places, reach)[0]

    def nearest(self, places: ArrayLike, reach: float = np.inf) -> tuple[Float64, Int32]:
        """Return distances as `at` does, and the face (k,) that is nearest to each place, -1 beyond `reach` mm."""
        points = np.asarray(places, np.float64).reshape(-1, 3)
        distance, found = np.full(len(points), np.inf), np.full(len(points), -1, np.int32)
        if self._tree is None or not len(points):
            return distance, found
        near = np.flatnonzero(((points >= self.box[0] - reach) & (points <= self.box[1] + reach)).all(axis=1))
        if len(near):
            faces, weights, away = self._tree.closest_many(points[near], reach)
            met = faces >= 0
            near, faces, weights, away = near[met], faces[met], weights[met], away[met]
            distance[near], found[near] = away * self._side(points[near], faces, weights), faces
        return distance, found

    def within(self, center: ArrayLike, radius: float) -> Int32:
        """Return the vertices (k,) int32, ascending, at most `radius` mm from `center` (3,)."""
        return np.zeros(0, np.int32) if self._tree is None else self._tree.vertices_in_sphere(center, radius)

    def follow(self, rows: Int32, places: Float32) -> None:
        """Move distinct vertices `rows` (k,) to `places` (k, 3) in mm."""
        if not len(rows) or self._tree is None:
            return
        self.vertices[rows] = places
        self._tree.refit(rows)
        self.box[0] = np.minimum(self.box[0], places.min(axis=0))
        self.box[1] = np.maximum(self.box[1], places.max(axis=0))

    def _side(self, points: Float64, faces: Int32, weights: Float64) -> Float64:
        """Return -1 inside and 1 outside for points (k, 3) with their nearest faces (k,) and weights (k, 3)."""
        from neodent_viewer.mesh.kernels import sides

        side = sides.sides(self.vertices, self.faces, *self._around, points, faces, weights).astype(np.float64)
        deep = np.flatnonzero(side < 0.0)
        if self.closed and len(deep):
            side[deep[~self._confirmed(points[deep])]] = 1.0
        return side

    def _confirmed(self, points: Float64) -> NDArray[np.bool_]:
        """Return whether points (k, 3) are inside by the face that most rays from there meet first: from behind.

        A pseudonormal knows only its own fold; where a cap lies on what it closes, that is not enough.
        """
        assert self._tree is not None
        votes = np.zeros(len(points), np.int64)
        for ray in _RAYS:
            faces, _ = self._tree.intersect_many(points, np.tile(ray, (len(points), 1)))
            cross, _ = _crossed(self.vertices, self.faces[faces])
            votes += (faces >= 0) & ((cross * ray).sum(axis=1) > 0.0)
        return np.asarray(2 * votes > len(_RAYS))


_NOWHERE = np.array([[np.inf] * 3, [-np.inf] * 3])


def signed_volume(vertices: NDArray[np.floating], faces: Int32) -> float:
    """Return the volume in mm^3 that faces (m, 3) enclose, negative where they face inwards.

    >>> corners = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]], np.float32)
    >>> round(signed_volume(corners, np.array([[0, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3]], np.int32)) * 6, 6)
    1.0
    """
    a, b, c = (np.asarray(vertices, np.float64)[faces[:, k]] for k in range(3))
    return float(np.einsum("ij,ij->", a, np.cross(b, c)) / 6.0)


def _crossed(vertices: Float32, faces: Int32) -> tuple[Float64, Float64]:
    """Return cross products (m, 3) float64 of faces, and their lengths."""
    a, b, c = (vertices[faces[:, corner]].astype(np.float64) for corner in range(3))
    cross = np.cross(b - a, c - a)
    return cross, np.linalg.norm(cross, axis=1)
