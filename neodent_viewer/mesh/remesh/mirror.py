"""One half made from the other: cut in the plane of symmetry, copied through it, joined where the two meet."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from neodent_viewer.mesh.arrays import point
from neodent_viewer.mesh.remesh.cut import cut
from neodent_viewer.mesh.remesh.work import proper, refuse
from neodent_viewer.mesh.surface import Float32, Float64, Int32


def mirror_half(
    vertices: Float32, faces: Int32, origin: ArrayLike, normal: ArrayLike, *, snap: float = 1e-2
) -> tuple[Float32, Int32, NDArray[np.bool_]]:
    """Replace what lies behind a plane by the mirror image of what lies in front of it.

    Parameters
    ----------
    vertices : ndarray (n, 3) float32
        mm.
    faces : ndarray (m, 3) int32
    origin, normal : (3,) array_like
        A point of the plane, and the direction of the half that stays.
    snap : float
        mm; vertices nearer to the plane are moved onto it, so that both halves share them.

    Returns
    -------
    vertices : ndarray (k, 3) float32
    faces : ndarray (f, 3) int32
    copied : ndarray (k,) bool
        Vertices of the new half; `reflected` tells where each came from.
    """
    half, triangles, on_plane = cut(vertices, faces, origin, normal, snap=snap)
    if not len(triangles):
        raise refuse("empty", "Nothing lies on that side of the plane.", "Choose the other half, or move the plane.")
    image = reflected(half, origin, normal)
    middle = ((half.astype(np.float64) + image) / 2).astype(np.float32)
    half[on_plane] = middle[on_plane]
    place = np.arange(len(half), dtype=np.int32)
    free = np.flatnonzero(~on_plane)
    place[free] = len(half) + np.arange(len(free), dtype=np.int32)
    other = place[triangles][:, ::-1]
    flat = on_plane[triangles].all(axis=1)  # its image would be the same face the other way round
    places = np.concatenate([half, image[free].astype(np.float32)])
    copied = np.arange(len(places)) >= len(half)
    return places, proper(np.concatenate([triangles[~flat], other[~flat]]).astype(np.int32)), copied


def reflected(points: NDArray[np.floating], origin: ArrayLike, normal: ArrayLike) -> Float64:
    """Return points (n, 3) mirrored in a plane, float64.

    >>> reflected(np.array([[3.0, 1, 0]]), (1, 0, 0), (2, 0, 0)).tolist()
    [[-1.0, 1.0, 0.0]]
    """
    along = point(normal) / np.linalg.norm(point(normal))
    places = np.asarray(points, np.float64)
    return np.asarray(places - 2 * ((places - point(origin)) @ along)[:, None] * along)
