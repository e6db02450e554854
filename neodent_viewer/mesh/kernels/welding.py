"""Merge equal vertices with a hash table that grows as it fills."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.mesh.kernels.jit import inline, kernel

_EMPTY = np.uint64(0xFFFFFFFFFFFFFFFF)


@inline
def _hash(x: np.uint32, y: np.uint32, z: np.uint32) -> np.uint64:
    """Mix three words; multipliers of xxHash64 (Collet 2012)."""
    h = (np.uint64(x) | (np.uint64(y) << np.uint64(32))) * np.uint64(0x9E3779B185EBCA87)
    h ^= h >> np.uint64(29)
    h = (h + np.uint64(z)) * np.uint64(0xC2B2AE3D27D4EB4F)
    return h ^ (h >> np.uint64(32))


@inline
def _word(bits: np.uint32) -> np.uint32:
    """Take -0.0 for 0.0."""
    return np.uint32(0) if bits == np.uint32(0x80000000) else bits


@inline
def _is_nan(bits: np.uint32) -> np.bool:
    return (bits & np.uint32(0x7FFFFFFF)) > np.uint32(0x7F800000)


@inline
def _grow(table: NDArray[np.uint64], size: int) -> NDArray[np.uint64]:
    """Return a table of `size` slots with the entries of a smaller one."""
    larger = np.full(size, _EMPTY, np.uint64)
    for entry in table:
        if entry != _EMPTY:
            slot = (entry >> np.uint64(32)) & np.uint64(size - 1)
            while larger[slot] != _EMPTY:
                slot = (slot + np.uint64(1)) & np.uint64(size - 1)
            larger[slot] = entry
    return larger


@kernel
def unique(rows: NDArray[np.uint32]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Find equal rows.

    A slot of the table holds 32 bits of hash above the number of a distinct row, so that most wrong rows are passed without
    looking at them; the distinct rows are kept side by side for the same reason: fewer cache misses.

    Parameters
    ----------
    rows : ndarray (n, 3) uint32
        Bits of float32 coordinates. -0.0 equals 0.0; a row with NaN equals nothing.

    Returns
    -------
    first : ndarray (u,) int32
        First row of each distinct value, ascending.
    ids : ndarray (n,) int32
        Index into `first` for each row.
    """
    n = rows.shape[0]
    first, ids = np.empty(n, np.int32), np.empty(n, np.int32)
    distinct = np.empty((n, 3), np.uint32)
    size, count = 1 << 12, 0
    while size * 3 < n:  # a soup has about six rows to a vertex: then this is room enough
        size *= 2
    table = np.full(size, _EMPTY, np.uint64)
    for i in range(n):
        x, y, z = _word(rows[i, 0]), _word(rows[i, 1]), _word(rows[i, 2])
        lonely = _is_nan(x) or _is_nan(y) or _is_nan(z)
        tag = _hash(x, y, z) & np.uint64(0xFFFFFFFF)
        slot = tag & np.uint64(size - 1)
        found = np.int64(-1)
        while table[slot] != _EMPTY:
            entry = table[slot]
            if entry >> np.uint64(32) == tag and not lonely:
                u = np.int64(entry & np.uint64(0xFFFFFFFF))
                if distinct[u, 0] == x and distinct[u, 1] == y and distinct[u, 2] == z:
                    found = u
                    break
            slot = (slot + np.uint64(1)) & np.uint64(size - 1)
        if found < 0:
            found = np.int64(count)
            first[count] = i
            distinct[count, 0], distinct[count, 1], distinct[count, 2] = x, y, z
            table[slot] = (tag << np.uint64(32)) | np.uint64(count)
            count += 1
            if count * 2 > size:
                size *= 4
                table = _grow(table, size)
        ids[i] = found
    return first[:count].copy(), ids
