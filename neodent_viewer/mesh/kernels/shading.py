"""Normals of faces and vertices; a whole mesh and a touched ring go through the same sums, so both agree bit for bit."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.mesh.kernels.jit import inline, kernel
from neodent_viewer.mesh.kernels.lanes import cross, dot, every, put, put4, row, row4, widened

_F32 = NDArray[np.float32]
_I32 = NDArray[np.int32]
_U32 = NDArray[np.uint32]

_SHIFT = 6  # blocks of so many vertices where nobody has any: what is noted of them stays in the fastest cache


@kernel
def vertex_normals(
    blocks: _U32, count: int, shift: int, order: _U32, areas: _F32, offsets: _U32, items: _U32, out: _F32
) -> None:
    """Write the unit sums of the face normals around the vertices of `count` blocks; zero where they cancel.

    A block is a run of ``1 << shift`` vertices along `order` (k,).
    """
    sums, squares = np.empty((1 << shift, 4), np.float32), np.empty(1 << shift)
    for b in range(count):
        start = np.int64(blocks[b]) << shift
        size = min(1 << shift, order.shape[0] - start)
        for i in range(size):
            v = order[np.uint32(start + i)]
            total = every(np.float32(0.0))
            for k in range(offsets[v], offsets[v + np.uint32(1)]):
                total = total + row4(areas, items[k])
            put4(sums, i, total)
            wide = widened(total)  # squares of tiny areas have no room in float32
            squares[i] = dot(wide, wide)
        for i in range(size):  # roots take long: a loop of their own draws several at a time
            squares[i] = 1.0 / np.sqrt(squares[i]) if squares[i] > 0.0 else 0.0
        for i in range(size):
            put(out, order[np.uint32(start + i)], row4(sums, i) * every(np.float32(squares[i])))


@inline
def _normals_of(which: _U32, areas: _F32, offsets: _U32, items: _U32, out: _F32) -> None:
    """Write those of vertices `which` (k,)."""
    count = (which.shape[0] + (1 << _SHIFT) - 1) >> _SHIFT
    vertex_normals(np.arange(count).astype(np.uint32), count, _SHIFT, which, areas, offsets, items, out)


@inline
def _face_normal(vertices: _F32, faces: _U32, f: np.uint32, out: _F32) -> None:
    """Write twice the area times the unit normal of face `f`."""
    a = row(vertices, faces[f, 0])
    put4(out, f, cross(row(vertices, faces[f, 1]) - a, row(vertices, faces[f, 2]) - a))


@kernel
def all_normals(vertices: _F32, faces: _U32, offsets: _U32, items: _U32, areas: _F32, normals: _F32) -> None:
    """Fill `areas` (m, 4), face normals scaled by twice the area and a zero, and `normals` (n, 3), for a whole mesh."""
    for f in range(faces.shape[0]):
        _face_normal(vertices, faces, np.uint32(f), areas)
    _normals_of(np.arange(normals.shape[0]).astype(np.uint32), areas, offsets, items, normals)


@kernel
def some_normals(
    vertices: _F32, faces: _U32, offsets: _U32, items: _U32, areas: _F32, normals: _F32,
    around: _I32, seen: NDArray[np.bool_],
) -> _I32:  # fmt: skip
    """Update `areas` of faces `around` (k,) and the normals of their corners; return these vertices, in no order.

    `seen` (n,) is scratch, all False before and after.
    """
    for i in range(around.shape[0]):
        _face_normal(vertices, faces, np.uint32(around[i]), areas)
    ring = np.empty(3 * around.shape[0], np.uint32)
    size = 0
    for i in range(around.shape[0]):
        for corner in range(3):
            v = faces[around[i], corner]
            if not seen[v]:
                seen[v] = True
                ring[size] = v
                size += 1
    _normals_of(ring[:size], areas, offsets, items, normals)
    out = np.empty(size, np.int32)
    for i in range(size):
        seen[ring[i]] = False
        out[i] = ring[i]
    return out
