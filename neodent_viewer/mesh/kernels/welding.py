"""Merge equal vertices and put them on the Morton curve in one go: bucket by coarse cell, then one small table a bucket.

A bucket is the upper twelve bits of a Morton code, so its distinct points, sorted by the rest, are a stretch of the final
order, and everything needed for it fits the nearest caches. The caller makes the arrays: numpy gets large pages for them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.mesh.kernels.jit import inline, kernel
from neodent_viewer.mesh.kernels.sorting import code_at

BUCKETS = 1 << 12
_FINE = np.uint32(18)  # bits of a code below those of its bucket
_HALF = 9  # two radix passes sort them

_U32 = NDArray[np.uint32]
_F32 = NDArray[np.float32]
_I32 = NDArray[np.int32]


@inline
def _word(bits: np.uint32) -> np.uint32:
    """Take -0.0 for 0.0."""
    return np.uint32(0) if bits == np.uint32(0x80000000) else bits


@inline
def _is_nan(bits: np.uint32) -> np.bool:
    return (bits & np.uint32(0x7FFFFFFF)) > np.uint32(0x7F800000)


@inline
def _hash(x: np.uint32, y: np.uint32, z: np.uint32) -> np.uint64:
    """Mix three words; multipliers of xxHash64 (Collet 2012)."""
    h = (np.uint64(x) | (np.uint64(y) << np.uint64(32))) * np.uint64(0x9E3779B185EBCA87)
    h ^= h >> np.uint64(29)
    h = (h + np.uint64(z)) * np.uint64(0xC2B2AE3D27D4EB4F)
    return h ^ (h >> np.uint64(32))


@kernel
def count_buckets(
    points: _F32, low: NDArray[np.float64], scale: float, bucket: NDArray[np.uint16]
) -> NDArray[np.int64]:
    """Write the bucket (n,) of each point; return (BUCKETS,) int64 how many each bucket has."""
    counts = np.zeros(BUCKETS, np.int64)
    for i in range(points.shape[0]):
        mine = code_at(points[i, 0], points[i, 1], points[i, 2], low, scale) >> _FINE
        bucket[i] = mine
        counts[mine] += 1
    return counts


@kernel
def sort_rows(bucket: NDArray[np.uint16], begin: int, place: NDArray[np.int64], order: _I32) -> None:
    """Put rows `begin` and on, whose buckets (k,) are given, into `order` (n,) at ``place[bucket]``, which moves on."""
    for i in range(bucket.shape[0]):
        order[place[bucket[i]]] = begin + i
        place[bucket[i]] += 1


@inline
def _enter(table: _I32, size: int, distinct: _U32, base: int, count: int) -> None:
    """Put all distinct rows found so far in an emptied table of `size` slots."""
    table[:size] = -1
    for u in range(count):
        slot = _hash(distinct[base + u, 0], distinct[base + u, 1], distinct[base + u, 2]) & np.uint64(size - 1)
        while table[slot] >= 0:
            slot = (slot + np.uint64(1)) & np.uint64(size - 1)
        table[slot] = u


@inline
def _dedupe(rows: _U32, order: _I32, table: _I32, distinct: _U32, first: _I32, ids: _I32, base: int) -> int:
    """Find the distinct rows among `order`, numbered by first appearance; return how many there are."""
    size, count = 16, 0
    while size * 2 < order.shape[0]:  # a soup has about six rows to a vertex
        size *= 2
    table[:size] = -1
    for i in order:
        x, y, z = _word(rows[i, 0]), _word(rows[i, 1]), _word(rows[i, 2])
        lonely = _is_nan(x) or _is_nan(y) or _is_nan(z)
        slot = _hash(x, y, z) & np.uint64(size - 1)
        found = -1
        while table[slot] >= 0 and not lonely:
            u = base + table[slot]
            if distinct[u, 0] == x and distinct[u, 1] == y and distinct[u, 2] == z:
                found = table[slot]
                break
            slot = (slot + np.uint64(1)) & np.uint64(size - 1)
        if found < 0:
            found = count
            first[base + count] = i
            distinct[base + count, 0], distinct[base + count, 1], distinct[base + count, 2] = x, y, z
            count += 1
            if not lonely:
                table[slot] = found
            if count * 2 > size:
                size *= 2
                _enter(table, size, distinct, base, count)
        ids[i] = found
    return count


@inline
def _sort(keys: NDArray[np.uint64], spare: NDArray[np.uint64], count: int) -> None:
    """Sort the first `count` keys by bits 32 to 49, stable."""
    starts, mask = np.empty(1 << _HALF, np.int64), np.uint64((1 << _HALF) - 1)
    for step in range(2):
        shift = np.uint64(32 + step * _HALF)
        starts[:] = 0
        for i in range(count):
            starts[(keys[i] >> shift) & mask] += 1
        total = 0
        for b in range(starts.shape[0]):
            here = starts[b]
            starts[b] = total
            total += here
        for i in range(count):
            b = (keys[i] >> shift) & mask
            spare[starts[b]] = keys[i]
            starts[b] += 1
        keys[:count] = spare[:count]


@inline
def _settle(
    points: _F32, low: NDArray[np.float64], scale: float, order: _I32, first: _I32, ids: _I32, base: int, count: int,
    keys: NDArray[np.uint64], spare: NDArray[np.uint64],
) -> None:  # fmt: skip
    """Put the distinct rows of a bucket in order of their codes, and say in `ids` where each row's went."""
    for u in range(count):
        i = first[base + u]
        fine = code_at(points[i, 0], points[i, 1], points[i, 2], low, scale) & np.uint32(0x3FFFF)
        keys[u] = (np.uint64(fine) << np.uint64(32)) | np.uint64(u)
    _sort(keys, spare, count)
    for place in range(count):
        u = int(np.int64(keys[place] & np.uint64(0xFFFFFFFF)))
        spare[u] = np.uint64(base + place)
        keys[place] = np.uint64(first[base + u])
    for place in range(count):
        first[base + place] = np.int32(keys[place])
    for i in order:
        ids[i] = np.int32(spare[ids[i]])


@kernel
def merge(
    points: _F32, rows: _U32, low: NDArray[np.float64], scale: float, starts: NDArray[np.int64], order: _I32,
    table: _I32, distinct: _U32, keys: NDArray[np.uint64], spare: NDArray[np.uint64], first: _I32, ids: _I32,
    begin: int, end: int,
) -> int:  # fmt: skip
    """Find equal points of buckets `begin` to `end` and their order along the curve; numbers start at ``starts[begin]``.

    Parameters
    ----------
    points, rows : ndarray (n, 3) float32, uint32
        The same memory. -0.0 equals 0.0; a row with NaN equals nothing.
    starts, order : ndarray
        Where each bucket's rows begin, and the rows by bucket.
    table, distinct, keys, spare : ndarray
        Scratch: a power of two of at least four times the fullest bucket and 16; (n, 3); two of the fullest bucket.
    first, ids : ndarray (n,) int32
        Filled from ``starts[begin]`` on: the first row of each distinct point, along the curve, points of one cell by first
        row. And for each row the number of its distinct point.

    Returns
    -------
    int
        How many distinct points there are.
    """
    total = starts[begin]
    for b in range(begin, end):
        mine = order[starts[b] : starts[b + 1]]
        if mine.shape[0]:
            count = _dedupe(rows, mine, table, distinct, first, ids, total)
            _settle(points, low, scale, mine, first, ids, total, count, keys, spare)
            total += count
    return total - starts[begin]


@kernel
def close_gap(ids: _I32, least: int, by: int) -> None:
    """Lower all `ids` (n,) of at least `least` by `by`."""
    for i in range(ids.shape[0]):
        if ids[i] >= least:
            ids[i] -= by


@kernel
def ordered_faces(faces: _I32, ids: _I32, starts: _I32, proper: _I32, out: _I32) -> int:
    """Write faces with each vertex v renamed ``ids[v]``, without degenerate ones, sorted by their lowest vertex, stable.

    `starts` (vertices + 1,) zeros and `proper` (m, 3) are scratch; `out` (m, 3) is filled up to the number returned.
    """
    count = 0
    for f in range(faces.shape[0]):
        a, b, c = ids[faces[f, 0]], ids[faces[f, 1]], ids[faces[f, 2]]
        if a != b and b != c and c != a:
            proper[count, 0], proper[count, 1], proper[count, 2] = a, b, c
            starts[min(a, b, c) + 1] += 1
            count += 1
    for v in range(1, starts.shape[0]):
        starts[v] += starts[v - 1]
    for f in range(count):
        a, b, c = proper[f, 0], proper[f, 1], proper[f, 2]
        lowest = min(a, b, c)
        place = starts[lowest]
        out[place, 0], out[place, 1], out[place, 2] = a, b, c
        starts[lowest] += 1
    return count
