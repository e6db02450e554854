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

#: a barycentric weight below this counts as none: the point lies on the edge, or in the corner
_ON_EDGE = 1e-7
#: a pseudonormal shorter than this share of what a plane has is that of a fin
_FIN = 0.3


#: rays that vote, along no axis that a scan favours
_RAYS = np.array([[0.36, 0.48, 0.80], [-0.80, 0.36, -0.48], [0.48, -0.80, -0.36]])


class SignedDistance:
    """Distances to one surface that stands still.

    Parameters
    ----------
    vertices : ndarray (n, 3) float32
        In mm.
    faces : ndarray (m, 3) int32
        Counter-clockwise seen from outside; faces without area are taken out.
    """

    def __init__(self, vertices: Float32, faces: Int32) -> None:
        vertices = ready(vertices, np.float32)
        cross, sizes = _crossed(vertices.astype(np.float64), faces)
        sound = sizes > 0.0
        self.vertices, self.faces = vertices, ready(faces[sound], np.int32)
        self._faces: Float64 = cross[sound] / sizes[sound, None]
        self._edges, self._rim = _edge_normals(self._faces, self.faces)
        self._corners = _vertex_normals(vertices, self.faces, self._faces)
        self._rim_vertex = np.zeros(len(vertices), np.bool_)
        for side in range(3):
            ends = self.faces[self._rim[:, side]]
            self._rim_vertex[ends[:, side]] = self._rim_vertex[ends[:, (side + 1) % 3]] = True
        self.closed = bool(len(self.faces)) and not bool(self._rim.any())
        # where two sheets lie back to back there is nothing between them, and which side is out drowns in rounding
        self._rim |= np.linalg.norm(self._edges, axis=2) < 2.0 * _FIN
        self._rim_vertex |= np.linalg.norm(self._corners, axis=1) < 2.0 * np.pi * _FIN
        self._used = np.unique(self.faces)
        self._tree = Bvh(vertices, self.faces) if len(self.faces) else None
        self.box: Float64 = corners(vertices[self._used]).astype(np.float64) if len(self._used) else _NOWHERE

    def at(self, places: ArrayLike, reach: float = np.inf) -> Float64:
        """Return signed distances (k,) float64 in mm at places (k, 3): negative inside, inf beyond `reach` mm."""
        points = np.asarray(places, np.float64).reshape(-1, 3)
        distance = np.full(len(points), np.inf)
        if self._tree is None or not len(points):
            return distance
        near = np.flatnonzero(((points >= self.box[0] - reach) & (points <= self.box[1] + reach)).all(axis=1))
        if len(near):
            faces, weights, away = self._tree.closest_many(points[near], reach)
            met = faces >= 0
            near, faces, weights, away = near[met], faces[met], weights[met], away[met]
            distance[near] = away * self._side(points[near], faces, weights)
        return distance

    def _side(self, points: Float64, faces: Int32, weights: Float64) -> Float64:
        """Return -1 inside and 1 outside for points (k, 3) with their nearest faces (k,) and weights (k, 3)."""
        none = weights <= _ON_EDGE
        on_edge, in_corner = none.sum(axis=1) == 1, none.sum(axis=1) >= 2
        side = (np.argmax(none, axis=1) + 1) % 3  # the edge across from the corner that has no weight
        corner = self.faces[faces, np.argmax(weights, axis=1)]
        normals = np.where(on_edge[:, None], self._edges[faces, side], self._faces[faces])
        normals[in_corner] = self._corners[corner[in_corner]]
        rim = (on_edge & self._rim[faces, side]) | (in_corner & self._rim_vertex[corner])
        assert self._tree is not None  # it found the faces
        foot = self._tree.places(faces, weights)
        inside = ((points - foot) * normals).sum(axis=1) < 0.0
        deep = np.flatnonzero(inside & ~rim)
        side_of = np.ones(len(faces))
        side_of[deep] = -1.0
        if self.closed and len(deep):
            side_of[deep[~self._confirmed(points[deep])]] = 1.0
        return side_of

    def _confirmed(self, points: Float64) -> NDArray[np.bool_]:
        """Return whether points (k, 3) are inside by the face that most rays from there meet first: from behind.

        A pseudonormal knows only its own fold; where a cap lies on what it closes, that is not enough.
        """
        assert self._tree is not None
        votes = np.zeros(len(points), np.int64)
        for ray in _RAYS:
            faces, _ = self._tree.intersect_many(points, np.tile(ray, (len(points), 1)))
            votes += (faces >= 0) & ((self._faces[faces] * ray).sum(axis=1) > 0.0)
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


def _crossed(vertices: Float64, faces: Int32) -> tuple[Float64, Float64]:
    """Return cross products (m, 3) of faces, and their lengths."""
    a = vertices[faces[:, 0]]
    cross = np.cross(vertices[faces[:, 1]] - a, vertices[faces[:, 2]] - a)
    return cross, np.linalg.norm(cross, axis=1)


def _edge_normals(normals: Float64, faces: Int32) -> tuple[Float64, NDArray[np.bool_]]:
    """Return per face and side (m, 3, 3) the sum of the normals at that edge, and whether it is a rim (m, 3).

    Side `i` runs from corner `i` to the next one.
    """
    ends = np.sort(np.stack([faces, np.roll(faces, -1, axis=1)], axis=2).reshape(-1, 2).astype(np.int64), axis=1)
    keys = (ends[:, 0] << 32) | ends[:, 1]
    _, edge, counts = np.unique(keys, return_inverse=True, return_counts=True)
    edge = edge.reshape(-1)
    sums = np.stack([np.bincount(edge, np.repeat(normals[:, axis], 3), len(counts)) for axis in range(3)], axis=1)
    around = np.asarray(sums[edge].reshape(-1, 3, 3), np.float64)
    return around, np.asarray((counts[edge] == 1).reshape(-1, 3), np.bool_)


def _vertex_normals(vertices: Float32, faces: Int32, normals: Float64) -> Float64:
    """Return per vertex (n, 3) the sum of face normals weighted by the angle of the face there."""
    sums = np.zeros((len(vertices), 3))
    places = vertices.astype(np.float64)
    for corner in range(3):
        here = places[faces[:, corner]]
        one, other = places[faces[:, (corner + 1) % 3]] - here, places[faces[:, (corner + 2) % 3]] - here
        lengths = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
        angle = np.arccos(np.clip((one * other).sum(axis=1) / np.maximum(lengths, 1e-300), -1.0, 1.0))
        for axis in range(3):
            sums[:, axis] += np.bincount(faces[:, corner], angle * normals[:, axis], len(vertices))
    return sums
