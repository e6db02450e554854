"""The inner loops of the smoothing brushes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.mesh.kernels.jit import inline, kernel

_F32 = NDArray[np.float32]
_I32 = NDArray[np.int32]
_Bool = NDArray[np.bool_]


@inline
def means(
    vertices: _F32, moved: _F32, offsets: _I32, items: _I32, boundary: _Bool, ids: _I32, slots: _I32, out: _F32
) -> None:
    """Write the mean of the neighbours of each of `ids` (k,) to `out` (k, 3); of one that has none, its own place.

    Vertices with a slot stand where `moved` (k, 3) says; a vertex on the `boundary` sees only neighbours on it.
    """
    for i in range(ids.shape[0]):
        v = np.uint32(ids[i])
        x = y = z = np.float32(0.0)
        count, rim = 0, boundary[v]
        for k in range(np.uint32(offsets[v]), np.uint32(offsets[v + np.uint32(1)])):
            w = np.uint32(items[k])
            if rim and not boundary[w]:
                continue
            slot = slots[w]
            if slot >= 0:
                s = np.uint32(slot)
                x, y, z = x + moved[s, 0], y + moved[s, 1], z + moved[s, 2]
            else:
                x, y, z = x + vertices[w, 0], y + vertices[w, 1], z + vertices[w, 2]
            count += 1
        if count > 0:
            share = np.float32(1.0) / np.float32(count)
            out[i, 0], out[i, 1], out[i, 2] = x * share, y * share, z * share
        else:
            own = slots[v]
            for axis in range(3):
                out[i, axis] = moved[own, axis] if own >= 0 else vertices[v, axis]


@kernel
def taubin(
    vertices: _F32, offsets: _I32, items: _I32, boundary: _Bool, ids: _I32, weights: _F32, forth: float, back: float,
    slots: _I32,
) -> _F32:  # fmt: skip
    """Return displacements (k, 3) of vertices `ids` (k,): a step `forth` to the neighbours' mean, then one `back`.

    Both steps are times `weights` (k,). `offsets`, `items` are one-ring neighbours, `slots` (n,) scratch of -1.
    """
    count = ids.shape[0]
    first, out = np.empty((count, 3), np.float32), np.empty((count, 3), np.float32)
    means(vertices, vertices, offsets, items, boundary, ids, slots, first)
    for i in range(count):
        v, share = np.uint32(ids[i]), np.float32(forth * weights[i])
        for axis in range(3):
            first[i, axis] = vertices[v, axis] + (first[i, axis] - vertices[v, axis]) * share
        slots[v] = i
    means(vertices, first, offsets, items, boundary, ids, slots, out)
    for i in range(count):
        v, share = np.uint32(ids[i]), np.float32(back * weights[i])
        for axis in range(3):
            out[i, axis] = first[i, axis] - vertices[v, axis] + (out[i, axis] - first[i, axis]) * share
        slots[v] = -1
    return out


@kernel
def tangential(
    vertices: _F32, normals: _F32, offsets: _I32, items: _I32, boundary: _Bool, ids: _I32, weights: _F32, share: float,
    slots: _I32,
) -> _F32:  # fmt: skip
    """Return (k, 3) steps to the neighbours' mean, ``share x weight`` of them, without what runs along the normal."""
    out = np.empty((ids.shape[0], 3), np.float32)
    means(vertices, vertices, offsets, items, boundary, ids, slots, out)
    for i in range(ids.shape[0]):
        v = np.uint32(ids[i])
        x, y, z = out[i, 0] - vertices[v, 0], out[i, 1] - vertices[v, 1], out[i, 2] - vertices[v, 2]
        rise = x * normals[v, 0] + y * normals[v, 1] + z * normals[v, 2]
        part = np.float32(share * weights[i])
        out[i, 0] = (x - rise * normals[v, 0]) * part
        out[i, 1] = (y - rise * normals[v, 1]) * part
        out[i, 2] = (z - rise * normals[v, 2]) * part
    return out
