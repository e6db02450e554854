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


@kernel
def codes(points: NDArray[np.float32], low: NDArray[np.float64], scale: float) -> NDArray[np.uint32]:
    """Return 30-bit Morton codes (n,) uint32 of points (n, 3) in cubic cells of side 1 / scale from `low` (3,)."""
    out = np.empty(points.shape[0], np.uint32)
    for i in range(points.shape[0]):
        x = _spread(_cell(points[i, 0], low[0], scale))
        y = _spread(_cell(points[i, 1], low[1], scale))
        z = _spread(_cell(points[i, 2], low[2], scale))
        out[i] = x | (y << np.uint32(1)) | (z << np.uint32(2))
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
        x = _spread(_cell((vertices[a, 0] + vertices[b, 0] + vertices[c, 0]) * third, low[0], scale))
        y = _spread(_cell((vertices[a, 1] + vertices[b, 1] + vertices[c, 1]) * third, low[1], scale))
        z = _spread(_cell((vertices[a, 2] + vertices[b, 2] + vertices[c, 2]) * third, low[2], scale))
        out[f] = x | (y << np.uint32(1)) | (z << np.uint32(2))
    return out


@kernel
def argsort(keys: NDArray[np.uint32]) -> NDArray[np.int32]:
    """Return the stable order (n,) int32 of 30-bit keys (n,) uint32."""
    n = keys.shape[0]
    buckets = 1 << _RADIX_BITS
    order, spare = np.arange(n, dtype=np.int32), np.empty(n, np.int32)
    for step in range(3):
        shift = np.uint32(step * _RADIX_BITS)
        starts = np.zeros(buckets + 1, np.int64)
        for i in range(n):
            starts[((keys[i] >> shift) & np.uint32(buckets - 1)) + 1] += 1
        for b in range(buckets):
            starts[b + 1] += starts[b]
        for i in range(n):
            bucket = (keys[order[i]] >> shift) & np.uint32(buckets - 1)
            spare[starts[bucket]] = order[i]
            starts[bucket] += 1
        order, spare = spare, order
    return order


@kernel
def is_sorted(keys: NDArray[np.uint32]) -> bool:
    """Return whether keys (n,) never go down."""
    for i in range(1, keys.shape[0]):  # noqa: SIM110 - a generator does not compile
        if keys[i] < keys[i - 1]:
            return False
    return True
