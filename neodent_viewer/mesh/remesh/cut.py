"""Cutting by a plane: what lies on its front side stays, crossed faces are clipped, and the cut can be capped."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from neodent_viewer.mesh import caps
from neodent_viewer.mesh.arrays import point
from neodent_viewer.mesh.remesh.work import edge_keys, refuse, used
from neodent_viewer.mesh.surface import Float32, Int32


def cut(
    vertices: Float32, faces: Int32, origin: ArrayLike, normal: ArrayLike, *, cap: bool = False, snap: float = 1e-4
) -> tuple[Float32, Int32, NDArray[np.bool_]]:
    """Return what lies in front of a plane.

    Parameters
    ----------
    vertices : ndarray (n, 3) float32
        mm.
    faces : ndarray (m, 3) int32
    origin, normal : (3,) array_like
        A point of the plane and the direction of what stays.
    cap : bool
        Close the cut with flat faces.
    snap : float
        mm; vertices nearer to the plane count as on it, so that no slivers arise. They are not moved.

    Returns
    -------
    vertices : ndarray (k, 3) float32
        Those that stay as they were, in their order, then one an edge that was cut.
    faces : ndarray (f, 3) int32
    on_plane : ndarray (k,) bool
        Vertices at the cut.
    """
    along = point(normal)
    length = float(np.linalg.norm(along))
    if not (length > 0 and np.isfinite(length)):
        raise refuse("not_fit", "A plane needs a direction.", "Give three numbers that are not all zero.")
    height = (vertices.astype(np.float64) - point(origin)) @ (along / length)
    height[np.abs(height) <= snap] = 0.0
    sides = np.sign(height).astype(np.int8)[faces]
    keep = sides.min(axis=1) >= 0
    crossed = faces[(sides.min(axis=1) < 0) & (sides.max(axis=1) > 0)]
    added, pieces = _clip(vertices, height, crossed)
    places = np.concatenate([vertices, added])
    on_plane = np.concatenate([height == 0.0, np.ones(len(added), np.bool_)])
    kept, triangles = used(np.concatenate([faces[keep], pieces]).astype(np.int32), len(places))
    places, on_plane = places[kept], on_plane[kept]
    if cap:
        lids = [caps.cap(places, triangles, loop) for loop in caps.rims(triangles) if on_plane[loop].all()]
        triangles = np.concatenate([triangles, *lids]).astype(np.int32)
    return places, triangles, on_plane


def _clip(vertices: Float32, height: NDArray[np.float64], crossed: Int32) -> tuple[Float32, Int32]:
    """Return one new vertex a cut edge, and the triangles (k, 3) of crossed faces in front of the plane."""
    if not len(crossed):
        return np.zeros((0, 3), np.float32), np.zeros((0, 3), np.int32)
    h = height[crossed]
    cuts = h * np.roll(h, -1, axis=1) < 0
    keys = edge_keys(crossed)
    edges, new = np.unique(keys[cuts], return_inverse=True)
    a, b = edges >> 32, edges & 0xFFFFFFFF
    share = (height[a] / (height[a] - height[b]))[:, None]
    added = vertices[a] + share * (vertices[b].astype(np.float64) - vertices[a])
    # walk around each face: a corner in front, then the new vertex of the side after it
    slots = np.full((len(crossed), 6), -1, np.int64)
    slots[:, ::2] = np.where(h >= 0, crossed, -1)
    at = np.full(cuts.shape, -1, np.int64)
    at[cuts] = len(vertices) + new
    slots[:, 1::2] = at
    order = np.argsort(slots < 0, axis=1, kind="stable")
    rings = np.take_along_axis(slots, order, axis=1)[:, :4]
    quads = rings[:, 3] >= 0
    pieces = np.concatenate([rings[:, :3], rings[quads][:, [0, 2, 3]]])
    return added.astype(np.float32), pieces.astype(np.int32)
