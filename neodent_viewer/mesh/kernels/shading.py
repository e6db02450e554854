"""Normals of faces and vertices; a whole mesh and a touched ring go through the same sums, so both agree bit for bit."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.mesh.kernels.jit import inline, kernel

_F32 = NDArray[np.float32]
_I32 = NDArray[np.int32]


@inline
def _face_normal(vertices: _F32, faces: _I32, f: int, out: _F32) -> None:
    """Write twice the area times the unit normal of face `f`."""
    a, b, c = faces[f, 0], faces[f, 1], faces[f, 2]
    ax, ay, az = vertices[a, 0], vertices[a, 1], vertices[a, 2]
    ux, uy, uz = vertices[b, 0] - ax, vertices[b, 1] - ay, vertices[b, 2] - az
    wx, wy, wz = vertices[c, 0] - ax, vertices[c, 1] - ay, vertices[c, 2] - az
    out[f, 0] = uy * wz - uz * wy
    out[f, 1] = uz * wx - ux * wz
    out[f, 2] = ux * wy - uy * wx


@inline
def _vertex_normal(areas: _F32, offsets: _I32, items: _I32, v: int, out: _F32) -> None:
    """Write the unit sum of the face normals around vertex `v`; zero where they cancel."""
    x = y = z = 0.0
    for k in range(offsets[v], offsets[v + 1]):
        f = items[k]
        x += areas[f, 0]
        y += areas[f, 1]
        z += areas[f, 2]
    length = np.sqrt(x * x + y * y + z * z)
    scale = 1.0 / length if length > 0.0 else 0.0
    out[v, 0], out[v, 1], out[v, 2] = x * scale, y * scale, z * scale


@kernel
def all_normals(vertices: _F32, faces: _I32, offsets: _I32, items: _I32, areas: _F32, normals: _F32) -> None:
    """Fill `areas` (m, 3), face normals scaled by twice the area, and `normals` (n, 3), for a whole mesh."""
    for f in range(faces.shape[0]):
        _face_normal(vertices, faces, f, areas)
    for v in range(normals.shape[0]):
        _vertex_normal(areas, offsets, items, v, normals)


@kernel
def some_normals(
    vertices: _F32, faces: _I32, offsets: _I32, items: _I32, areas: _F32, normals: _F32,
    around: _I32, seen: NDArray[np.bool_],
) -> _I32:  # fmt: skip
    """Update `areas` of faces `around` (k,) and the normals of their corners; return these vertices, in no order.

    `seen` (n,) is scratch, all False before and after.
    """
    for i in range(around.shape[0]):
        _face_normal(vertices, faces, around[i], areas)
    ring = np.empty(3 * around.shape[0], np.int32)
    size = 0
    for i in range(around.shape[0]):
        for corner in range(3):
            v = faces[around[i], corner]
            if not seen[v]:
                seen[v] = True
                ring[size] = v
                size += 1
    for i in range(size):
        _vertex_normal(areas, offsets, items, ring[i], normals)
        seen[ring[i]] = False
    return ring[:size].copy()
