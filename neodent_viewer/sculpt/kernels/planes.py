"""The inner loops of the brushes that work to a plane, a point or a line."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.mesh.kernels.jit import kernel

_F32 = NDArray[np.float32]
_F64 = NDArray[np.float64]
_I32 = NDArray[np.int32]


@kernel
def level(
    vertices: _F32,
    ids: _I32,
    weights: _F32,
    middle: _F64,
    normal: _F64,
    share: float,
    cut: bool,
    fill: bool,
    most: float,
) -> _F32:
    """Return (k, 3) steps of vertices `ids` to the plane through `middle` (3,) along its `normal` (3,).

    ``share x weight`` of the way for those above if `cut`, for those below if `fill`; the way counts up to `most` mm.
    """
    out = np.zeros((ids.shape[0], 3), np.float32)
    for i in range(ids.shape[0]):
        height = 0.0
        for axis in range(3):
            height += (vertices[ids[i], axis] - middle[axis]) * normal[axis]
        if (height > 0.0 and cut) or (height < 0.0 and fill):
            step = -min(max(height, -most), most) * share * weights[i]
            for axis in range(3):
                out[i, axis] = step * normal[axis]
    return out


@kernel
def gather(vertices: _F32, ids: _I32, weights: _F32, center: _F64, normal: _F64, line: _F64, share: float) -> _F32:
    """Return (k, 3) steps of vertices `ids`, ``share x weight`` of the way to `center` (3,) across `normal` (3,).

    With a `line` (3,), a unit vector or zero, the way is to the line through the centre, as far as it is across both.
    """
    out = np.zeros((ids.shape[0], 3), np.float32)
    for i in range(ids.shape[0]):
        rise = along = 0.0
        for axis in range(3):
            away = center[axis] - vertices[ids[i], axis]
            rise += away * normal[axis]
            along += away * line[axis]
        for axis in range(3):
            away = center[axis] - vertices[ids[i], axis]
            out[i, axis] = (away - rise * normal[axis] - along * line[axis]) * share * weights[i]
    return out
