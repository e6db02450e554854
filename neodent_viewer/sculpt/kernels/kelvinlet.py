"""Regularised Kelvinlets: how an endless elastic body gives way where a blurred force pulls at it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.mesh.kernels.jit import kernel

_F32 = NDArray[np.float32]
_F64 = NDArray[np.float64]


@kernel
def grab(places: _F32, center: _F64, tip: _F64, radius: float, poisson: float, near: float, far: float) -> _F32:
    """Return (k, 3) displacements in mm of `places` (k, 3) when the body is pulled at `center` (3,) by `tip` (3,) mm there.

    The tri-scale Kelvinlet of de Goes & James 2017 with scales `radius` x (1, 1.1, 1.21), normed to `tip` at the centre; from
    `near` to `far` radii it is let down to nothing by a quintic smoothstep.
    """
    scales, shares = np.empty(3), np.empty(3)
    for s in range(3):
        scales[s] = radius * 1.1**s
    e0, e1, e2 = scales[0] ** 2, scales[1] ** 2, scales[2] ** 2
    shares[0], shares[1], shares[2] = 1.0, -(e2 - e0) / (e2 - e1), (e1 - e0) / (e2 - e1)
    b = 1.0 / (4.0 * (1.0 - poisson))  # with a = 1: the stiffness falls out when the tip is given
    norm = 0.0
    for s in range(3):
        norm += shares[s] * (1.5 - b) / scales[s]
    out = np.zeros(places.shape, np.float32)
    away = np.empty(3)
    for i in range(places.shape[0]):
        squared = dot = 0.0
        for axis in range(3):
            away[axis] = places[i, axis] - center[axis]
            squared += away[axis] * away[axis]
            dot += away[axis] * tip[axis]
        gone = (np.sqrt(squared) / radius - near) / (far - near)
        if gone >= 1.0:
            continue
        straight = along = 0.0
        for s in range(3):
            length = np.sqrt(squared + scales[s] * scales[s])
            cube = length * length * length
            straight += shares[s] * ((1.0 - b) / length + 0.5 * scales[s] * scales[s] / cube)
            along += shares[s] * b / cube
        left = 1.0
        if gone > 0.0:
            left = 1.0 - gone * gone * gone * (gone * (gone * 6.0 - 15.0) + 10.0)
        for axis in range(3):
            out[i, axis] = left * (straight * tip[axis] + along * dot * away[axis]) / norm
    return out
