"""Where a surface ends and where it is hollow."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.mesh.kernels.jit import kernel

_F32 = NDArray[np.float32]
_I32 = NDArray[np.int32]


@kernel
def steps_from(start: NDArray[np.bool_], offsets: _I32, items: _I32, limit: int) -> _I32:
    """Return (n,) int32 edges to the nearest vertex where `start` (n,) holds, at most `limit`."""
    n = start.shape[0]
    out, queue = np.full(n, limit, np.int32), np.empty(n, np.int32)
    size = 0
    for v in range(n):
        if start[v]:
            out[v], queue[size] = 0, v
            size += 1
    done = 0
    while done < size:
        v = queue[done]
        done += 1
        if out[v] + 1 >= limit:
            continue
        for k in range(offsets[v], offsets[v + 1]):
            w = items[k]
            if out[w] > out[v] + 1:
                out[w], queue[size] = out[v] + 1, w
                size += 1
    return out


@kernel
def hollow(vertices: _F32, normals: _F32, offsets: _I32, items: _I32) -> _F32:
    """Return (n,) float32: the mean rise of the neighbours above the tangent plane per edge length; above 0 in a hollow."""
    out = np.zeros(normals.shape[0], np.float32)
    for v in range(normals.shape[0]):
        rise = length = 0.0
        for k in range(offsets[v], offsets[v + 1]):
            w = items[k]
            squared = 0.0
            for axis in range(3):
                away = vertices[w, axis] - vertices[v, axis]
                rise += away * normals[v, axis]
                squared += away * away
            length += np.sqrt(squared)
        if length > 0.0:
            out[v] = rise / length
    return out
