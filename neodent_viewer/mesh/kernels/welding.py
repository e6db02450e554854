"""Merge equal vertices with a hash table that grows as it fills."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.mesh.kernels.jit import inline, kernel


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


@kernel
def _grow(rows: NDArray[np.uint32], first: NDArray[np.int32], count: int, size: int) -> NDArray[np.int32]:
    table = np.full(size, -1, np.int32)
    mask = np.uint64(size - 1)
    for u in range(count):
        row = first[u]
        slot = _hash(_word(rows[row, 0]), _word(rows[row, 1]), _word(rows[row, 2])) & mask
        while table[slot] >= 0:
            slot = (slot + np.uint64(1)) & mask
        table[slot] = u
    return table


@kernel
def unique(rows: NDArray[np.uint32]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Find equal rows.

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
    size, count = 1 << 16, 0
    table = np.full(size, -1, np.int32)
    for i in range(n):
        x, y, z = _word(rows[i, 0]), _word(rows[i, 1]), _word(rows[i, 2])
        lonely = _is_nan(x) or _is_nan(y) or _is_nan(z)
        slot = _hash(x, y, z) & np.uint64(size - 1)
        found = -1
        while table[slot] >= 0:
            if not lonely:
                row = first[table[slot]]
                if _word(rows[row, 0]) == x and _word(rows[row, 1]) == y and _word(rows[row, 2]) == z:
                    found = table[slot]
                    break
            slot = (slot + np.uint64(1)) & np.uint64(size - 1)
        if found < 0:
            found = count
            first[count] = i
            table[slot] = count
            count += 1
            if count * 2 > size:
                size *= 4
                table = _grow(rows, first, count, size)
        ids[i] = found
    return first[:count].copy(), ids
