"""Alpha stamps: a picture whose grey multiplies the falloff, turned so that its x runs along the stroke."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from neodent_viewer.mesh.arrays import ready
from neodent_viewer.mesh.surface import Float32, Float64


@dataclass(frozen=True, slots=True, eq=False)
class Alpha:
    """One stamp.

    Attributes
    ----------
    values : ndarray (h, w) float32
        0..1, first row on the left of the stroke; the square of side ``2 x radius`` about the brush is covered.
    name : str
        What the panel shows.
    angle : float
        Radians by which the stamp is turned against the stroke, counter-clockwise seen from outside.

    Raises
    ------
    ValueError
        If `values` are not two rows and columns at least, finite and within 0..1.
    """

    values: Float32
    name: str = ""
    angle: float = 0.0

    def __post_init__(self) -> None:
        values = ready(self.values, np.float32)
        if values.ndim != 2 or min(values.shape) < 2 or max(values.shape) > 4096:
            raise ValueError(f"a stamp is a picture of 2 x 2 to 4096 x 4096 values, not {values.shape}")
        if not (np.isfinite(values).all() and values.min() >= 0 and values.max() <= 1 and np.isfinite(self.angle)):
            raise ValueError("a stamp needs values within 0..1 and a finite angle")
        object.__setattr__(self, "values", values)


def frame(normal: Float64, direction: Float64, angle: float) -> tuple[Float64, Float64]:
    """Return the stamp's axes (3,), (3,) float64 on the surface: along the stroke, and to its left seen from outside.

    Where the stroke has no direction yet, or runs along the normal, the axis of the part least along the normal stands in.
    """
    along = direction - normal * (direction @ normal)
    length = float(np.linalg.norm(along))
    if length < 1e-9:
        axis = np.eye(3)[int(np.argmin(np.abs(normal)))]
        along = axis - normal * (axis @ normal)
        length = float(np.linalg.norm(along)) or 1.0
    u = along / length
    v = np.cross(normal, u)
    return np.cos(angle) * u + np.sin(angle) * v, np.cos(angle) * v - np.sin(angle) * u
