"""Morton codes and a stable radix sort: the order that vertices and faces are kept in."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.mesh.kernels.jit import inline, kernel

_RADIX_BITS = 10  # three passes cover the 30 bits of a code


@inline
def _spread(value: int) -> np.uint32:
    """Put two zero bits between the ten low bits of `value`."""
    x = np.uint32(value)
    x = (x | (x << np.uint32(16))) & np.uint32(0x030000FF)
    x = (x | (x << np.uint32(8))) & np.uint32(0x0300F00F)
    x = (x | (x << np.uint32(4))) & np.uint32(0x030C30C3)
    return (x | (x << np.uint32(2))) & np.uint32(0x09249249)


@inline
def _cell(value: float, low: float, scale: float) -> int:
    position = (value - low) * scale
    if not position > 0.0:  # also NaN
        return 0
    return min(int(position), 1023) if position < 1024.0 else 1023


@inline
def code_at(x: float, y: float, z: float, low: NDArray[np.float64], scale: float) -> np.uint32:
    """Return the 30-bit Morton code of one point, in cubic cells of side 1 / scale from `low` (3,)."""
    return (
        _spread(_cell(x, low[0], scale))
        | (_spread(_cell(y, low[1], scale)) << np.uint32(1))
        | (_spread(_cell(z, low[2], scale)) << np.uint32(2))
    )


@kernel
def codes(points: NDArray[np.float32], low: NDArray[np.float64], scale: float) -> NDArray[np.uint32]:
    """Return 30-bit Morton codes (n,) uint32 of points (n, 3) in cubic cells of side 1 / scale from `low` (3,)."""
    out = np.empty(points.shape[0], np.uint32)
    for i in range(points.shape[0]):
        out[i] = code_at(points[i, 0], points[i, 1], points[i, 2], low, scale)
    return out


@kernel
def face_codes(
    vertices: NDArray[np.float32], faces: NDArray[np.int32], low: NDArray[np.float64], scale: float
) -> NDArray[np.uint32]:
    """Return the Morton codes (m,) uint32 of face centroids; see `codes`."""
    out = np.empty(faces.shape[0], np.uint32)
    third = np.float32(1.0 / 3.0)
    for f in range(faces.shape[0]):
        a, b, c = faces[f, 0], faces[f, 1], faces[f, 2]
        x = (vertices[a, 0] + vertices[b, 0] + vertices[c, 0]) * third
        y = (vertices[a, 1] + vertices[b, 1] + vertices[c, 1]) * third
        z = (vertices[a, 2] + vertices[b, 2] + vertices[c, 2]) * third
        out[f] = code_at(x, y, z, low, scale)
    return out


@kernel
def argsort(
    keys: NDArray[np.uint32], pairs: NDArray[np.uint64], spare: NDArray[np.uint64], order: NDArray[np.int32]
) -> None:
    """Write the stable order (n,) of 30-bit keys (n,): radix sort, keys and places moving together.

    `pairs` and `spare` (n,) are scratch. The caller makes the arrays: numpy asks the system for large pages, numba does not.
    """
    n, buckets = keys.shape[0], 1 << _RADIX_BITS
    mask = np.uint64(buckets - 1)
    counts = np.zeros((3, buckets), np.int64)
    for i in range(n):
        key = np.uint64(keys[i])
        pairs[i] = (key << np.uint64(32)) | np.uint64(i)
        for step in range(3):
            counts[step, (key >> np.uint64(step * _RADIX_BITS)) & mask] += 1
    for step in range(3):
        starts = np.cumsum(counts[step]) - counts[step]
        shift = np.uint64(32 + step * _RADIX_BITS)
        for i in range(n):
            bucket = (pairs[i] >> shift) & mask
            spare[starts[bucket]] = pairs[i]
            starts[bucket] += 1
        pairs, spare = spare, pairs
    for i in range(n):
        order[i] = np.int32(pairs[i] & np.uint64(0xFFFFFFFF))


@kernel
def is_sorted(keys: NDArray[np.uint32]) -> bool:
    """Return whether keys (n,) never go down."""
    for i in range(1, keys.shape[0]):  # noqa: SIM110 - a generator does not compile
        if keys[i] < keys[i - 1]:
            return False
    return True
