"""The grid a jaw is cast in, and its teeth joined into one field on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from neodent_viewer.anatomy.arch import Tooth
from neodent_viewer.anatomy.blend import smooth_max, smooth_min
from neodent_viewer.anatomy.crown import Terms
from neodent_viewer.mesh.surface import Float32, Float64

#: fields are not told apart beyond this distance, mm
FAR = 4.0
#: rounding where two neighbours touch, mm
JOIN = 0.20
#: room left between opposing crowns where they were ground in, mm
GROUND = 0.04

Box = tuple[slice, slice, slice]


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Cubic lattice: point (i, j, k) lies at ``low + step * (i, j, k)`` mm.

    Attributes
    ----------
    low : ndarray (3,) float64
        First corner.
    step : float
        mm.
    shape : tuple of int
        Points along x, y, z.
    """

    low: Float64
    step: float
    shape: tuple[int, int, int]

    @classmethod
    def around(cls, low: Float64, high: Float64, step: float) -> Grid:
        """Return the lattice that covers the box between two corners."""
        nx, ny, nz = (int(np.ceil(n)) + 1 for n in (high - low) / step)
        return cls(low, step, (nx, ny, nz))

    def axis(self, k: int) -> Float64:
        """Return the coordinates along axis `k`, mm."""
        return np.asarray(self.low[k] + self.step * np.arange(self.shape[k]))

    def box(self, low: Float64, high: Float64) -> Box:
        """Return the slices of the lattice within two corners."""
        first = np.clip(np.floor((low - self.low) / self.step).astype(int), 0, self.shape)
        last = np.clip(np.ceil((high - self.low) / self.step).astype(int) + 1, 0, self.shape)
        x, y, z = (slice(a, b) for a, b in zip(first, last, strict=True))
        return x, y, z

    def points(self, box: Box) -> Float64:
        """Return the positions (n, 3) in a box, in the order of a raveled array."""
        axes = [self.axis(k)[part] for k, part in enumerate(box)]
        return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 3)

    def full(self, value: float) -> Float32:
        """Return a field of one value."""
        return np.full(self.shape, value, np.float32)

    def index(self, points: Float64) -> Float64:
        """Return fractional indices (3, n) of points (n, 3)."""
        return np.ascontiguousarray(((points - self.low) / self.step).T)


def tooth_box(grid: Grid, tooth: Tooth, beside: float, root: float, above: float) -> Box:
    """Return the part of the grid around a tooth: mm to its sides, below its CEJ and above its tip."""
    size = tooth.crown.size
    u, v = size.mesiodistal / 2 + beside, size.faciolingual / 2 + beside
    corners = tooth.to_world(
        np.array([[a, b, c] for a in (-u, u) for b in (-v, v) for c in (-root, size.height + above)])
    )
    return grid.box(corners.min(axis=0), corners.max(axis=0))


def join_teeth(grid: Grid, placed: Iterable[Tooth], each: Callable[[Tooth, Terms, Float64, Box], None]) -> Float32:
    """Return the field of all teeth of a jaw, and hand each one's terms on.

    Parameters
    ----------
    each : callable
        Called as ``each(tooth, terms, local, box)`` with the field terms and (u, v, w) positions (n, 3) of the tooth's
        box, so that what is built around a tooth need not compute them again.
    """
    field = grid.full(FAR)
    for tooth in placed:
        box = tooth_box(grid, tooth, 3.0, 10.0, 0.8)
        local = tooth.to_tooth(grid.points(box))
        terms = tooth.crown.terms(local)
        part = field[box]
        field[box] = smooth_min(part, np.minimum(terms.tooth, FAR).reshape(part.shape), JOIN)
        each(tooth, terms, local, box)
    return field


def grind(grid: Grid, field: Float32, opposing: Iterable[Tooth]) -> None:
    """Grind a jaw's teeth, in place, where the opposing ones bite into them.

    Both jaws give way by half: each recedes to the surface midway between the two, less half of `GROUND`.
    """
    for tooth in opposing:
        box = tooth_box(grid, tooth, 0.5, 0.0, 0.5)
        part = field[box]
        close = part < 0.6
        if not close.any():
            continue
        other = tooth.field(grid.points(box)[close.ravel()])
        own = part[close]
        part[close] = smooth_max(own, (own - other + GROUND) / 2, 0.08)
