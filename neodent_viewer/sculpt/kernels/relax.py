"""The inner loops of the smoothing brushes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.mesh.kernels.jit import inline, kernel
from neodent_viewer.mesh.kernels.lanes import dot, every, put, put4, row, row4

_F32 = NDArray[np.float32]
_I32 = NDArray[np.int32]
_Bool = NDArray[np.bool_]


@inline
def _means(vertices: _F32, offsets: _I32, items: _I32, boundary: _Bool, ids: _I32, out: _F32) -> None:
    """Write the mean of the neighbours of each of `ids` (k,) to `out` (k, 4); of one that has none, its own place.

    A vertex on the `boundary` sees only neighbours on it.
    """
    for i in range(ids.shape[0]):
        v = np.uint32(ids[i])
        total, count, rim = every(np.float32(0.0)), 0, boundary[v]
        for k in range(np.uint32(offsets[v]), np.uint32(offsets[v + np.uint32(1)])):
            w = np.uint32(items[k])
            if not rim or boundary[w]:
                total = total + row(vertices, w)
                count += 1
        total = total * every(np.float32(1.0) / np.float32(max(count, 1)))
        if count == 0:
            total = row(vertices, v)
        put4(out, i, total)


@inline
def _means_moved(
    vertices: _F32, moved: _F32, slots: _I32, offsets: _I32, items: _I32, boundary: _Bool, ids: _I32, out: _F32
) -> None:
    """Write the same where `ids`, by their slots (n,), stand as `moved` (k, 4) says."""
    for i in range(ids.shape[0]):
        v = np.uint32(ids[i])
        total, count, rim = every(np.float32(0.0)), 0, boundary[v]
        for k in range(np.uint32(offsets[v]), np.uint32(offsets[v + np.uint32(1)])):
            w = np.uint32(items[k])
            if not rim or boundary[w]:
                slot = slots[w]
                total = total + (row4(moved, np.uint32(slot)) if slot >= 0 else row(vertices, w))
                count += 1
        total = total * every(np.float32(1.0) / np.float32(max(count, 1)))
        if count == 0:
            total = row4(moved, i)
        put4(out, i, total)


@kernel
def taubin(
    vertices: _F32, offsets: _I32, items: _I32, boundary: _Bool, ids: _I32, weights: _F32, forth: float, back: float,
    slots: _I32,
) -> _F32:  # fmt: skip
    """Return displacements (k, 3) of vertices `ids` (k,): a step `forth` to the neighbours' mean, then one `back`.

    Both steps are times `weights` (k,). `offsets`, `items` are one-ring neighbours, `slots` (n,) scratch of -1.
    """
    count = ids.shape[0]
    first, mean, out = (
        np.empty((count, 4), np.float32),
        np.empty((count, 4), np.float32),
        np.empty((count, 3), np.float32),
    )
    _means(vertices, offsets, items, boundary, ids, mean)
    for i in range(count):
        v = np.uint32(ids[i])
        place = row(vertices, v)
        put4(first, i, place + (row4(mean, i) - place) * every(np.float32(forth * weights[i])))
        slots[v] = i
    _means_moved(vertices, first, slots, offsets, items, boundary, ids, mean)
    for i in range(count):
        v = np.uint32(ids[i])
        there = row4(first, i)
        put(out, i, there - row(vertices, v) + (row4(mean, i) - there) * every(np.float32(back * weights[i])))
        slots[v] = -1
    return out


@kernel
def tangential(
    vertices: _F32, normals: _F32, offsets: _I32, items: _I32, boundary: _Bool, ids: _I32, weights: _F32, share: float
) -> _F32:
    """Return (k, 3) steps to the neighbours' mean, ``share x weight`` of them, without what runs along the normal."""
    count = ids.shape[0]
    mean, out = np.empty((count, 4), np.float32), np.empty((count, 3), np.float32)
    _means(vertices, offsets, items, boundary, ids, mean)
    for i in range(count):
        v = np.uint32(ids[i])
        way, across = row4(mean, i) - row(vertices, v), row(normals, v)
        put(out, i, (way - every(dot(way, across)) * across) * every(np.float32(share * weights[i])))
    return out
