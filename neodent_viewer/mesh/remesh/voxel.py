"""Voxel remesh: the surface is sampled as a signed distance on a grid and drawn anew by marching cubes.

Only a band of two voxels around the surface is sampled. The side comes from the pseudonormal of the nearest face, edge or
vertex (Baerentzen and Aanaes, IEEE TVCG 11(3), 2005), so a closed surface comes out closed; an open one, as scans are, stays
open: grid cells whose nearest point lies on the rim belong to no surface and are left out, which ends the new rim within
one voxel of the old. Closed pieces that overlap become one.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from neodent_viewer.mesh.bvh import Bvh
from neodent_viewer.mesh.remesh.isotropic import without_slivers
from neodent_viewer.mesh.remesh.split import split
from neodent_viewer.mesh.remesh.work import (
    Cancelled,
    Progress,
    areas,
    checkpoint,
    edge_keys,
    never,
    no_progress,
    proper,
    refuse,
    used,
)
from neodent_viewer.mesh.surface import Float32, Float64, Int32

#: grid cells beyond which memory runs out on a desk
MOST_CELLS = 200_000_000
_BLOCK = 100_000
_MOST_PIECES = 64
_FAR = 9.0


def voxel(
    vertices: Float32,
    faces: Int32,
    size: float,
    *,
    progress: Progress = no_progress,
    cancelled: Cancelled = never,
) -> tuple[Float32, Int32]:
    """Return the surface as marching cubes see it.

    Parameters
    ----------
    vertices : ndarray (n, 3) float32
        mm.
    faces : ndarray (m, 3) int32
        Counter-clockwise seen from outside.
    size : float
        Side of a voxel in mm.

    Returns
    -------
    vertices : ndarray (k, 3) float32
        On the old surface: each is moved to its nearest point.
    faces : ndarray (f, 3) int32

    Raises
    ------
    TopologyError
        ``not_fit``, ``too_large``, ``empty`` (all of it is smaller than a voxel), ``cancelled``.
    """
    from skimage.measure import marching_cubes

    low, shape = _grid(vertices, faces, size)
    checkpoint(0.0, progress, cancelled)
    band = _band(vertices, faces, low, shape, size)
    field, sound = _sampled(vertices, faces, np.argwhere(band), low, shape, size, progress, cancelled)
    cells = np.zeros(shape, np.bool_)
    cells[1:, 1:, 1:] = _all_corners(sound)  # the library asks at the upper corner of a cell
    checkpoint(0.86, progress, cancelled)
    try:
        places, triangles, _, _ = marching_cubes(field, 0.0, mask=cells, allow_degenerate=False)
    except (RuntimeError, ValueError) as error:  # what the library says where there is nothing to draw
        raise refuse("empty", f"Nothing is left at voxels of {size:g} mm.", "Use smaller voxels.") from error
    checkpoint(0.93, progress, cancelled)
    points = low + places.astype(np.float64) * size
    tree = Bvh(vertices, faces)
    near, weights, _ = tree.closest_many(points)
    points = tree.places(near, weights)
    triangles = proper(np.asarray(triangles, np.int32))
    points, triangles = without_slivers(points, triangles, 0.35 * size)
    checkpoint(1.0, progress, cancelled)
    return points.astype(np.float32), triangles


def _sampled(
    vertices: Float32,
    faces: Int32,
    nodes: NDArray[np.int64],
    low: Float64,
    shape: tuple[int, int, int],
    size: float,
    progress: Progress,
    cancelled: Cancelled,
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Return signed distances (shape) at grid `nodes` (k, 3), and where they mean something.

    Pieces are united: what lies inside a closed one is inside. An open one has no inside but right behind its surface.
    """
    field = np.full(shape, _FAR * size, np.float32)
    sound = np.zeros(shape, np.bool_)
    pieces = _pieces(faces[areas(vertices, faces) > 0], len(vertices))
    for number, piece in enumerate(pieces):
        kept, local = used(piece, len(vertices))
        sampler, corners = _Sampler(vertices[kept], local), vertices[kept].astype(np.float64)
        first, last = (corners.min(axis=0) - low) / size - 3, (corners.max(axis=0) - low) / size + 3
        near = nodes[((nodes >= first) & (nodes <= last)).all(axis=1)]
        for start in range(0, len(near), _BLOCK):
            share = (number + start / max(len(near), 1)) / len(pieces)
            checkpoint(0.05 + 0.8 * share, progress, cancelled)
            block = near[start : start + _BLOCK]
            distance, ok = sampler.sampled(low + block * size)
            distance = np.where(ok, distance, np.abs(distance))
            at = tuple(block.T)
            better = distance < field[at]
            if sampler.rim.any():
                better &= np.abs(distance) <= 4.0 * size
            at = tuple(block[better].T)
            field[at], sound[at] = distance[better], ok[better]
    return field, sound


def _pieces(faces: Int32, count: int) -> list[Int32]:
    """Return the faces of each connected piece, or all of them as one where there are very many."""
    ends = np.concatenate([faces[:, :2], faces[:, 1:]])
    joined = coo_matrix((np.ones(len(ends), np.int8), (ends[:, 0], ends[:, 1])), shape=(count, count))
    piece = connected_components(joined, directed=False)[1][faces[:, 0]]
    names = np.unique(piece)
    return [faces[piece == name] for name in names] if len(names) <= _MOST_PIECES else [faces]


class _Sampler:
    """Signed distances to faces that have an area, and where they mean something: not beyond an open rim."""

    def __init__(self, vertices: Float32, faces: Int32) -> None:
        self.faces = faces
        self.tree = Bvh(vertices, faces)
        corners = vertices.astype(np.float64)[faces]
        normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        self.flat = normals / np.linalg.norm(normals, axis=1, keepdims=True)
        keys, at, counts = np.unique(edge_keys(self.faces), return_inverse=True, return_counts=True)
        self.edge = at.reshape(self.faces.shape)
        self.edges = _summed(np.repeat(self.flat, 3, axis=0), at.ravel(), len(keys))
        along = np.roll(corners, -1, axis=1) - corners
        along /= np.linalg.norm(along, axis=2, keepdims=True)
        angles = np.arccos(np.clip(-(along * np.roll(along, 1, axis=1)).sum(axis=2), -1.0, 1.0))
        weighted = (self.flat[:, None] * angles[..., None]).reshape(-1, 3)
        self.corners = _summed(weighted, self.faces.ravel(), len(vertices))
        self.rim = counts == 1
        self.rim_vertex = np.zeros(len(vertices), np.bool_)
        self.rim_vertex[keys[self.rim] >> 32] = self.rim_vertex[keys[self.rim] & 0xFFFFFFFF] = True

    def sampled(self, points: Float64) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        """Return signed distances (k,) in mm of points (k, 3), and where they mean something."""
        face, weights, away = self.tree.closest_many(points)
        none = weights <= 1e-7
        on_edge, in_corner = none.sum(axis=1) == 1, none.sum(axis=1) >= 2
        edge = self.edge[face, (np.argmax(none, axis=1) + 1) % 3]  # across from the corner without weight
        corner = self.faces[face, np.argmax(weights, axis=1)]
        normals = np.where(on_edge[:, None], self.edges[edge], self.flat[face])
        normals[in_corner] = self.corners[corner[in_corner]]
        foot = self.tree.places(face, weights)
        side = np.where(((points - foot) * normals).sum(axis=1) < 0.0, -1.0, 1.0)
        beyond = (on_edge & self.rim[edge]) | (in_corner & self.rim_vertex[corner])
        return (away * side).astype(np.float32), ~beyond


def _summed(rows: Float64, at: NDArray[np.integer], count: int) -> Float64:
    """Return the sums (count, 3) of rows (k, 3) that go to the same place."""
    return np.stack([np.bincount(at, weights=rows[:, axis], minlength=count) for axis in range(3)], axis=1)


def _grid(vertices: Float32, faces: Int32, size: float) -> tuple[Float64, tuple[int, int, int]]:
    if not len(faces):
        raise refuse("empty", "There is no face to remesh.", "Choose a part that has a surface.")
    if not (size > 0 and np.isfinite(size)):
        raise refuse("not_fit", f"{size:g} mm is no size of a voxel.", "Give a size over zero.")
    corners = vertices[np.unique(faces)].astype(np.float64)
    low, high = corners.min(axis=0) - 3 * size, corners.max(axis=0) + 3 * size
    cells = np.ceil((high - low) / size) + 1
    if cells.prod() > MOST_CELLS:
        what = f"Voxels of {size:g} mm make a grid of {cells.prod() / 1e6:.0f} million cells."
        raise refuse(
            "too_large", what, f"Use voxels of {size * np.cbrt(cells.prod() / MOST_CELLS) * 1.05:.2g} mm or larger."
        )
    # off the lattice that CAD models like to lie on: a zero distance is neither in nor out
    return low + 0.137 * size, (int(cells[0]), int(cells[1]), int(cells[2]))


def _band(vertices: Float32, faces: Int32, low: Float64, shape: tuple[int, int, int], size: float) -> NDArray[np.bool_]:
    """Return the grid nodes (shape) within two or three voxels of the surface."""
    from scipy.ndimage import maximum_filter

    places, triangles = vertices.astype(np.float64), faces
    free = np.zeros(len(places), np.bool_)
    while True:
        count = len(places)
        places, triangles = split(
            places, triangles, 1.5 * size, np.concatenate([free, np.zeros(count - len(free), bool)])
        )
        if len(places) == count:
            break
    marks = np.zeros(shape, np.uint8)
    marks[tuple(np.rint((places[np.unique(triangles)] - low) / size).astype(np.int64).T)] = 1
    return np.asarray(maximum_filter(marks, size=5) > 0)


def _all_corners(sound: NDArray[np.bool_]) -> NDArray[np.bool_]:
    for axis in range(3):
        cut = [slice(None)] * 3
        other = [slice(None)] * 3
        cut[axis], other[axis] = slice(None, -1), slice(1, None)
        sound = sound[tuple(cut)] & sound[tuple(other)]
    return sound
