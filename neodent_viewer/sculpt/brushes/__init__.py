"""One brush, one file. To add one: write ``displace(dab) -> (k, 3) float32`` in a file here, and one line in the table.

A brush sees a `Dab` (arrays only) and returns how far each of its vertices moves; it writes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

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


@dataclass(frozen=True, slots=True)
class Brush:
    """One row of the table.

    Attributes
    ----------
    module : str
        File beside this one.
    title : str
        What the tool shelf shows.
    key : str
        Its key in the sculpt workspace.
    unit : str
        Unit of strength: ``"mm"`` a dab, or ``""`` for a share 0..1.
    strength : float
        What a new tool starts with.
    invertible : bool
        Whether Ctrl turns it round.
    """

    module: str
    title: str
    key: str
    unit: str
    strength: float
    invertible: bool = True

    def displace(self, dab: Dab) -> Float32:
        """Return displacements (k, 3) float32 in mm for the vertices of a dab."""
        module = import_module(f"{__name__}.{self.module}")
        moved: Float32 = module.displace(dab)
        return moved


BRUSHES: dict[str, Brush] = {
    "draw": Brush("draw", "Draw", "V", unit="mm", strength=0.05),
    "smooth": Brush("smooth", "Smooth", "S", unit="", strength=0.5, invertible=False),
}
