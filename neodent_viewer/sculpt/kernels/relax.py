"""The inner loops of the smoothing brushes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.mesh.kernels.jit import inline, kernel

_F32 = NDArray[np.float32]
_I32 = NDArray[np.int32]
_Bool = NDArray[np.bool_]


@inline
def _step(
    vertices: _F32, offsets: _I32, items: _I32, boundary: _Bool, v: int, slots: _I32, moved: _F32, out: _F32
) -> bool:
    """Write to `out` (3,) the way of vertex `v` to the mean of its neighbours; False if it has none.

    Vertices with a slot stand where `moved` (k, 3) takes them; a vertex on the `boundary` sees only neighbours on it.
    """
    x = y = z = 0.0
    count = 0
    for k in range(offsets[v], offsets[v + 1]):
        w = items[k]
        if boundary[v] and not boundary[w]:
            continue
        x += vertices[w, 0]
        y += vertices[w, 1]
        z += vertices[w, 2]
        s = slots[w]
        if s >= 0:
            x += moved[s, 0]
            y += moved[s, 1]
            z += moved[s, 2]
        count += 1
    if count == 0:
        return False
    x, y, z = x / count - vertices[v, 0], y / count - vertices[v, 1], z / count - vertices[v, 2]
    s = slots[v]
    if s >= 0:
        x, y, z = x - moved[s, 0], y - moved[s, 1], z - moved[s, 2]
    out[0], out[1], out[2] = x, y, z
    return True


@kernel
def taubin(
    vertices: _F32, offsets: _I32, items: _I32, boundary: _Bool, ids: _I32, weights: _F32, forth: float, back: float,
    slots: _I32,
) -> _F32:  # fmt: skip
    """Return displacements (k, 3) of vertices `ids` (k,): a step `forth` to the neighbours' mean, then one `back`.

    Both steps are times `weights` (k,). `offsets`, `items` are one-ring neighbours, `slots` (n,) scratch of -1.
    """
    count = ids.shape[0]
    first, out = np.zeros((count, 3), np.float32), np.zeros((count, 3), np.float32)
    way = np.empty(3, np.float32)
    for i in range(count):
        if _step(vertices, offsets, items, boundary, ids[i], slots, first, way):
            for axis in range(3):
                first[i, axis] = way[axis] * forth * weights[i]
    for i in range(count):
        slots[ids[i]] = i
    for i in range(count):
        if _step(vertices, offsets, items, boundary, ids[i], slots, first, way):
            for axis in range(3):
                out[i, axis] = first[i, axis] + way[axis] * back * weights[i]
    for i in range(count):
        slots[ids[i]] = -1
    return out


@kernel
def tangential(
    vertices: _F32, normals: _F32, offsets: _I32, items: _I32, boundary: _Bool, ids: _I32, weights: _F32, share: float,
    slots: _I32,
) -> _F32:  # fmt: skip
    """Return (k, 3) steps to the neighbours' mean, ``share x weight`` of them, without what runs along the normal."""
    out, none = np.zeros((ids.shape[0], 3), np.float32), np.zeros((1, 3), np.float32)
    way = np.empty(3, np.float32)
    for i in range(ids.shape[0]):
        v = ids[i]
        if _step(vertices, offsets, items, boundary, v, slots, none, way):
            rise = way[0] * normals[v, 0] + way[1] * normals[v, 1] + way[2] * normals[v, 2]
            for axis in range(3):
                out[i, axis] = (way[axis] - rise * normals[v, axis]) * share * weights[i]
    return out
