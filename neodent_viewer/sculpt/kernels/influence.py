"""The inner loop all brushes share: how far the vertices under a brush are from its centre."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.mesh.kernels.jit import kernel

_F32 = NDArray[np.float32]
_I32 = NDArray[np.int32]


@kernel
def distances(vertices: _F32, ids: _I32, center: NDArray[np.float64]) -> _F32:
    """Return (k,) float32 distances in mm of vertices `ids` (k,) from `center` (3,)."""
    out = np.empty(ids.shape[0], np.float32)
    for i in range(ids.shape[0]):
        v = ids[i]
        x, y, z = vertices[v, 0] - center[0], vertices[v, 1] - center[1], vertices[v, 2] - center[2]
        out[i] = np.sqrt(x * x + y * y + z * z)
    return out


@kernel
def mean_normal(normals: _F32, ids: _I32, weights: _F32) -> NDArray[np.float64]:
    """Return the weighted sum (3,) float64 of the normals of vertices `ids` (k,)."""
    out = np.zeros(3)
    for i in range(ids.shape[0]):
        for axis in range(3):
            out[axis] += np.float64(weights[i]) * normals[ids[i], axis]
    return out


@kernel
def add(vertices: _F32, ids: _I32, deltas: _F32) -> None:
    """Add displacements (k, 3) in mm to distinct vertices `ids` (k,), in place."""
    for i in range(ids.shape[0]):
        for axis in range(3):
            vertices[ids[i], axis] += deltas[i, axis]
