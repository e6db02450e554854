"""Distances over a surface: a front that starts at sources and marches across triangles in order of distance.

Fast marching on triangles (Kimmel and Sethian, PNAS 95, 1998), with the update of Novotni and Klein (WSCG 2002): two known
corners of a triangle are unfolded with a virtual point source behind them, which is exact on a plane. A vertex whose
distance still falls after it was passed (obtuse triangles) goes back into the queue, so no triangle needs splitting.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.mesh.kernels import heap
from neodent_viewer.mesh.kernels.jit import inline, kernel

_F32 = NDArray[np.float32]
_F64 = NDArray[np.float64]
_I32 = NDArray[np.int32]

_GAIN = 1e-9  # mm; less than this is no better


@inline
def _length(vertices: _F32, a: int, b: int) -> float:
    x = np.float64(vertices[a, 0]) - vertices[b, 0]
    y = np.float64(vertices[a, 1]) - vertices[b, 1]
    z = np.float64(vertices[a, 2]) - vertices[b, 2]
    return np.sqrt(x * x + y * y + z * z)


@inline
def _across(da: float, db: float, ab: float, ac: float, bc: float) -> float:
    """Return the distance at c, seen through edge ab from a virtual source at distances `da`, `db`; inf if not through it.

    In the plane a is (0, 0), b is (ab, 0), c lies above and the source below.
    """
    if ab <= 0.0:
        return np.inf
    sx = (da * da - db * db + ab * ab) / (2.0 * ab)
    sy = da * da - sx * sx
    cx = (ac * ac - bc * bc + ab * ab) / (2.0 * ab)
    cy = ac * ac - cx * cx
    if sy < 0.0 or cy <= 0.0:
        return np.inf
    sy, cy = np.sqrt(sy), np.sqrt(cy)
    x = sx + (cx - sx) * sy / (sy + cy)
    if not 0.0 <= x <= ab:
        return np.inf
    return np.sqrt((cx - sx) * (cx - sx) + (cy + sy) * (cy + sy))


@kernel
def march(
    vertices: _F32,
    faces: _I32,
    offsets: _I32,
    items: _I32,
    sources: _I32,
    starts: _F64,
    owners: _I32,
    limit: float,
    goals: _I32,
) -> _F64:
    """Return surface distances (n,) in mm, inf beyond `limit` and where no path leads.

    `sources` (s,) are vertices, `starts` (s,) their distances, and `owners` (s,) number the points these are distances of:
    two corners are unfolded together only when they belong to the same point. `offsets`, `items` are the faces around each
    vertex. With `goals` (g,) the march ends when all of them are reached.
    """
    distance, owner = np.full(vertices.shape[0], np.inf), np.full(vertices.shape[0], -1, np.int32)
    keys, queue, size = np.empty(1024), np.empty(1024, np.int64), 0
    for i in range(sources.shape[0]):
        if starts[i] <= limit and starts[i] < distance[sources[i]]:
            distance[sources[i]], owner[sources[i]] = starts[i], owners[i]
            keys, queue = heap.push(keys, queue, size, starts[i], sources[i])
            size += 1
    while size > 0:
        key, v = keys[0], queue[0]
        heap.pop(keys, queue, size)
        size -= 1
        if key > distance[v]:
            continue
        if goals.shape[0] and key > _farthest(distance, goals):
            break
        for k in range(offsets[v], offsets[v + 1]):
            f = items[k]
            for corner in range(3):
                c = faces[f, corner]
                if c == v:
                    continue
                other = faces[f, (corner + 1) % 3]
                if other == v:
                    other = faces[f, (corner + 2) % 3]
                reach = _length(vertices, v, c)
                best = key + reach
                if owner[other] == owner[v]:
                    ab, bc = _length(vertices, v, other), _length(vertices, other, c)
                    best = min(best, _across(key, distance[other], ab, reach, bc))
                if best <= limit and best < distance[c] - _GAIN:
                    distance[c], owner[c] = best, owner[v]
                    keys, queue = heap.push(keys, queue, size, best, c)
                    size += 1
    return distance


@inline
def _farthest(distance: _F64, goals: _I32) -> float:
    far = 0.0
    for i in range(goals.shape[0]):
        far = max(far, distance[goals[i]])
    return far


@inline
def _known(ids: _I32, far: _F64, v: int, seed: int) -> float:
    for rank in range(ids.shape[1]):
        if ids[v, rank] == seed:
            return far[v, rank]
    return np.inf


@inline
def _take(ids: _I32, far: _F64, v: int, seed: int, distance: float) -> bool:
    """Enter a seed in the sorted list of vertex `v` if it is better than what is there."""
    last = ids.shape[1] - 1
    place = last
    for rank in range(ids.shape[1]):
        if ids[v, rank] == seed or ids[v, rank] < 0:
            place = rank
            break
    if not distance < far[v, place] - _GAIN:
        return False
    while place > 0 and far[v, place - 1] > distance:
        ids[v, place], far[v, place] = ids[v, place - 1], far[v, place - 1]
        place -= 1
    ids[v, place], far[v, place] = seed, distance
    return True


@kernel
def nearest(
    vertices: _F32, faces: _I32, offsets: _I32, items: _I32, seeds: _I32, k: int, limit: float
) -> tuple[_I32, _F64]:
    """Return the `k` nearest seeds of each vertex, (n, k) int32 numbers into `seeds`, -1 none, and distances (n, k).

    One front a seed; a front ends where `k` others were there before it.
    """
    n, count = vertices.shape[0], seeds.shape[0]
    ids, far = np.full((n, k), -1, np.int32), np.full((n, k), np.inf)
    keys, queue, size = np.empty(1024), np.empty(1024, np.int64), 0
    for s in range(count):
        if _take(ids, far, seeds[s], s, 0.0):
            keys, queue = heap.push(keys, queue, size, 0.0, np.int64(seeds[s]) * count + s)
            size += 1
    while size > 0:
        key, v, s = keys[0], queue[0] // count, queue[0] % count
        heap.pop(keys, queue, size)
        size -= 1
        if key > _known(ids, far, v, s) or _known(ids, far, v, s) == np.inf:
            continue
        for around in range(offsets[v], offsets[v + 1]):
            f = items[around]
            for corner in range(3):
                c = faces[f, corner]
                if c == v:
                    continue
                other = faces[f, (corner + 1) % 3]
                if other == v:
                    other = faces[f, (corner + 2) % 3]
                reach = _length(vertices, v, c)
                best = key + reach
                beside = _known(ids, far, other, s)
                if beside < np.inf:
                    ab, bc = _length(vertices, v, other), _length(vertices, other, c)
                    best = min(best, _across(key, beside, ab, reach, bc))
                if best <= limit and _take(ids, far, c, s, best):
                    keys, queue = heap.push(keys, queue, size, best, np.int64(c) * count + s)
                    size += 1
    return ids, far
