"""Spatial order: vertices and faces along a Morton curve, so that what lies together in space lies together in memory.

The order is fixed once, at load. A dab then touches a few contiguous ranges, and contiguous blocks of faces are the leaves
of the tree that picks (`neodent_viewer.mesh.bvh`).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.mesh.arrays import corners, ready
from neodent_viewer.mesh.compiled import kernels
from neodent_viewer.mesh.surface import Float32, Float64, Int32, Surface

_CELLS = 1024  # ten bits an axis: about the edge length of a million-triangle jaw


def spatial_order(points: Float32) -> Int32:
    """Return the stable Morton order of points.

    Parameters
    ----------
    points : ndarray (n, 3) float32
        Points that are not finite come first.

    Returns
    -------
    ndarray (n,) int32
        ``points[order]`` runs along the curve (Morton 1966, ten bits an axis, cubic cells).

    Examples
    --------
    >>> spatial_order(np.array([[1, 1, 1], [0, 0, 0], [0.9, 1, 1]], np.float32)).tolist()
    [1, 2, 0]
    """
    return argsort(morton_codes(points))


def morton_codes(points: Float32) -> NDArray[np.uint32]:
    """Return 30-bit Morton codes (n,) uint32 of points (n, 3) within their own bounding cube."""
    points = ready(points, np.float32)
    low, scale = bounding_cube(points)
    sorting = kernels("sorting")
    if sorting is None:
        return _codes(points, low, scale)
    codes: NDArray[np.uint32] = sorting.codes(points, low, scale)
    return codes


def reorder(surface: Surface) -> Surface:
    """Return `surface` with vertices and faces in spatial order; `file_index` and arrays go along."""
    order = spatial_order(surface.vertices)
    rank = np.empty(len(order), np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    vertices = surface.vertices[order]
    faces = rank[surface.faces]
    faces = faces[face_order(faces)]
    index = rank if surface.file_index is None else rank[surface.file_index]
    arrays = {name: values[order] for name, values in surface.arrays.items()}
    return replace(surface, vertices=vertices, faces=faces, file_index=none_if_same(index, len(order)), arrays=arrays)


def face_order(faces: Int32) -> Int32:
    """Return the stable order (m,) int32 of faces (m, 3) by their lowest vertex: along the curve, if vertices are."""
    return np.argsort(faces.min(axis=1), kind="stable").astype(np.int32)


def face_codes(vertices: Float32, faces: Int32) -> NDArray[np.uint32]:
    """Return 30-bit Morton codes (m,) uint32 of face centroids within the bounding cube of all vertices."""
    vertices, faces = ready(vertices, np.float32), ready(faces, np.int32)
    low, scale = bounding_cube(vertices)
    sorting = kernels("sorting")
    if sorting is None:
        with np.errstate(invalid="ignore", over="ignore"):
            corners = vertices[faces[:, 0]] + vertices[faces[:, 1]] + vertices[faces[:, 2]]
            return _codes(corners * np.float32(1.0 / 3.0), low, scale)
    codes: NDArray[np.uint32] = sorting.face_codes(vertices, faces, low, scale)
    return codes


def none_if_same(index: Int32, count: int) -> Int32 | None:
    """Return None when `index` is just ``0..count-1``: a surface in file order has no `file_index`."""
    same = len(index) == count and bool(np.array_equal(index, np.arange(count, dtype=np.int32)))
    return None if same else index


def argsort(keys: NDArray[np.uint32]) -> Int32:
    """Return the stable order (n,) int32 of Morton codes (n,)."""
    sorting = kernels("sorting")
    if sorting is None:
        return np.argsort(keys, kind="stable").astype(np.int32)
    order = np.empty(len(keys), np.int32)
    sorting.argsort(keys, np.empty(len(keys), np.uint64), np.empty(len(keys), np.uint64), order)
    return order


def bounding_cube(points: Float32) -> tuple[Float64, float]:
    """Return the low corner (3,) in mm and the cells per mm of the cube around all finite points (n, 3)."""
    low, high = corners(points) if len(points) else np.full((2, 3), np.nan)
    if not (np.isfinite(low).all() and np.isfinite(high).all()):
        finite = points[np.isfinite(points).all(axis=1)]
        if not len(finite):
            return np.zeros(3), 0.0
        low, high = finite.min(axis=0), finite.max(axis=0)
    side = float((high.astype(np.float64) - low).max())
    return low.astype(np.float64), _CELLS / side if side > 0 else 0.0


def _codes(points: Float32, low: Float64, scale: float) -> NDArray[np.uint32]:
    """Do what the kernel does, in numpy."""
    with np.errstate(invalid="ignore", over="ignore"):
        position = (points.astype(np.float64) - low) * scale
    cells: NDArray[np.uint32] = np.clip(np.nan_to_num(position, nan=0.0), 0.0, _CELLS - 1).astype(np.uint32)
    for shift, mask in ((16, 0x030000FF), (8, 0x0300F00F), (4, 0x030C30C3), (2, 0x09249249)):
        cells = (cells | (cells << np.uint32(shift))) & np.uint32(mask)
    return np.asarray(cells[:, 0] | (cells[:, 1] << np.uint32(1)) | (cells[:, 2] << np.uint32(2)), np.uint32)
