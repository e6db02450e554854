"""Normals of faces and vertices; a whole mesh and a touched ring go through the same sums, so both agree bit for bit."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.mesh.kernels.jit import inline, kernel

_F32 = NDArray[np.float32]
_I32 = NDArray[np.int32]
_U32 = NDArray[np.uint32]


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
def vertex_normals(which: _U32, start: int, stop: int, areas: _F32, offsets: _U32, items: _U32, out: _F32) -> None:
    """Write the unit sums of the face normals around vertices ``which[start:stop]``; zero where they cancel."""
    for i in range(start, stop):
        v = which[np.uint32(i)]
        x = y = z = np.float32(0.0)
        for k in range(offsets[v], offsets[v + np.uint32(1)]):
            f = items[k]
            x += areas[f, 0]
            y += areas[f, 1]
            z += areas[f, 2]
        # in float64: squares of tiny areas have no room in float32
        squared = np.float64(x) * x + np.float64(y) * y + np.float64(z) * z
        scale = np.float32(1.0 / np.sqrt(squared)) if squared > 0.0 else np.float32(0.0)
        out[v, 0], out[v, 1], out[v, 2] = x * scale, y * scale, z * scale


@kernel
def all_normals(vertices: _F32, faces: _I32, offsets: _U32, items: _U32, areas: _F32, normals: _F32) -> None:
    """Fill `areas` (m, 3), face normals scaled by twice the area, and `normals` (n, 3), for a whole mesh."""
    for f in range(faces.shape[0]):
        _face_normal(vertices, faces, f, areas)
    vertex_normals(np.arange(normals.shape[0]).astype(np.uint32), 0, normals.shape[0], areas, offsets, items, normals)


@kernel
def some_normals(
    vertices: _F32, faces: _I32, offsets: _U32, items: _U32, areas: _F32, normals: _F32,
    around: _I32, seen: NDArray[np.bool_],
) -> _I32:  # fmt: skip
    """Update `areas` of faces `around` (k,) and the normals of their corners; return these vertices, in no order.

    `seen` (n,) is scratch, all False before and after.
    """
    for i in range(around.shape[0]):
        _face_normal(vertices, faces, around[i], areas)
    ring = np.empty(3 * around.shape[0], np.uint32)
    size = 0
    for i in range(around.shape[0]):
        for corner in range(3):
            v = faces[around[i], corner]
            if not seen[v]:
                seen[v] = True
                ring[size] = v
                size += 1
    vertex_normals(ring, 0, size, areas, offsets, items, normals)
    out = np.empty(size, np.int32)
    for i in range(size):
        seen[ring[i]] = False
        out[i] = ring[i]
    return out
