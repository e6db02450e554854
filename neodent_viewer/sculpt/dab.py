"""What a brush is given: one touch, as arrays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.mesh.surface import Float32, Float64, Int32
from neodent_viewer.mesh.topology import Rows


@dataclass(frozen=True, slots=True, eq=False)
class Dab:
    """One touch of a brush, as arrays.

    Attributes
    ----------
    ids : ndarray (k,) int32
        Vertices under the brush, ascending.
    weights : ndarray (k,) float32
        Falloff times what masks and locks leave free, 0..1, none zero.
    vertices, normals : ndarray (n, 3) float32
        The whole surface, mm; read only by agreement.
    neighbours : callable
        Returns one-ring neighbours of all vertices as `Rows`.
    boundary : callable
        Returns (n,) bool: vertices on an open edge.
    center, normal : ndarray (3,) float64
        Where the brush stands, and the mean surface normal under it (unit).
    radius : float
        mm.
    strength : float
        In the unit of the brush, negative when inverted.
    """

    ids: Int32
    weights: Float32
    vertices: Float32
    normals: Float32
    neighbours: Callable[[], Rows]
    boundary: Callable[[], NDArray[np.bool_]]
    center: Float64
    normal: Float64
    radius: float
    strength: float
