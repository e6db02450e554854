"""Joining signed fields: smooth maximum and minimum, and the distance to a line drawn on a tooth."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.mesh.surface import Float64

#: floating point of either width
Array = NDArray[Any]


def smooth_max(a: Array | float, b: Array | float, width: float) -> Array:
    """Return the maximum of two fields with the crease rounded over `width` (same unit as the fields).

    Cubic polynomial blend: Quilez I, Smooth minimum, iquilezles.org. Never below the true maximum, and above it by at
    most ``width / 6``, where both are equal.

    >>> float(smooth_max(1.0, 1.0, 0.6)), float(smooth_max(0.0, 1.0, 0.6))
    (1.1, 1.0)
    """
    overlap = np.maximum(width - np.abs(np.subtract(a, b)), 0) / width
    return np.asarray(np.maximum(a, b) + overlap * overlap * overlap * (width / 6))


def smooth_min(a: Array | float, b: Array | float, width: float) -> Array:
    """Return the minimum of two fields with the crease filled over `width`; see `smooth_max`."""
    overlap = np.maximum(width - np.abs(np.subtract(a, b)), 0) / width
    return np.asarray(np.minimum(a, b) - overlap * overlap * overlap * (width / 6))


def bump(x: Array, width: float, power: float = 2.0) -> Array:
    """Return ``exp(-|x / width| ** power)``: 1 in the middle, gone beyond twice the width."""
    return np.asarray(np.exp(-(np.abs(x / width) ** power)))


def ramp(x: Array, start: float, stop: float) -> Array:
    """Return 0 before `start`, 1 beyond `stop`, straight between."""
    return np.asarray(np.clip((x - start) / (stop - start), 0, 1))


def along_segment(u: Array, v: Array, a: Float64, b: Float64) -> tuple[Array, Array]:
    """Return distance to a segment in the (u, v) plane and where along it (0 at `a`, 1 at `b`) the nearest point lies.

    >>> d, t = along_segment(np.array([1.0]), np.array([2.0]), np.zeros(2), np.array([2.0, 0.0]))
    >>> round(float(d[0]), 6), round(float(t[0]), 6)
    (2.0, 0.5)
    """
    du, dv = float(b[0] - a[0]), float(b[1] - a[1])
    t = np.clip(((u - a[0]) * du + (v - a[1]) * dv) / (du * du + dv * dv + 1e-12), 0, 1)
    return np.hypot(u - a[0] - t * du, v - a[1] - t * dv), t
