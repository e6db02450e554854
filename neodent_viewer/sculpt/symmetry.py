"""Mirrored and radial strokes: where the copies of a dab lie, and how copies that overlap become one dab.

All copies are computed from the same state of the surface and written once, so no copy sees another.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.mesh.surface import Float32, Float64, Int32
from neodent_viewer.sculpt.settings import BrushSettings

__all__ = ["Operation", "Push", "merged", "operations", "partners", "reflection"]


class Push(NamedTuple):
    """What one dab wants: vertices (k,) int32 ascending, displacements (k, 3) float32 in mm, weights (k,) float32."""

    ids: Int32
    deltas: Float32
    weights: Float32


class Operation(NamedTuple):
    """Where a copy lies: ``matrix @ p + shift``, matrix (3, 3) orthogonal, shift (3,) in mm."""

    matrix: Float64
    shift: Float64

    def place(self, point: Float64) -> Float64:
        """Return the copy of a place (3,)."""
        return np.asarray(self.matrix @ point + self.shift)

    def along(self, direction: Float64) -> Float64:
        """Return the copy of a direction (3,)."""
        return np.asarray(self.matrix @ direction)

    @property
    def handed(self) -> float:
        """-1 for a mirror image, in which turns run the other way, else 1."""
        return 1.0 if np.linalg.det(self.matrix) > 0 else -1.0


def reflection(normal: Float64, distance: float) -> Operation:
    """Return the mirror at the plane ``normal . p = distance``; `normal` (3,) of any length.

    >>> reflection(np.array([2.0, 0, 0]), 1.0).place(np.array([1.0, 2.0, 3.0])).tolist()
    [0.0, 2.0, 3.0]
    """
    length = float(np.linalg.norm(normal))
    n = np.asarray(normal, np.float64) / length
    return Operation(np.eye(3) - 2 * np.outer(n, n), 2 * (distance / length) * n)


def operations(settings: BrushSettings) -> tuple[Operation, ...]:
    """Return the copies the settings ask for, the dab itself first: turns about the axis, then the mirror image of each."""
    turns = [_turn(settings, k) for k in range(settings.radial)]
    if not settings.symmetry:
        return tuple(turns)
    if settings.mirror_plane is None:
        mirror = reflection(np.array([1.0, 0.0, 0.0]), settings.mirror_x)
    else:
        mirror = reflection(np.array(settings.mirror_plane[:3]), settings.mirror_plane[3])
    return (*turns, *(Operation(mirror.matrix @ t.matrix, mirror.place(t.shift)) for t in turns))


def merged(pushes: list[Push]) -> Push:
    """Return dabs as one; where they overlap, the mean of the displacements weighted by influence.

    Adding them would move the seam twice; this way a dab whose centre is on the plane is one dab, and the transition is
    continuous where either influence runs out.
    """
    pushes = [push for push in pushes if len(push.ids)] or pushes[:1]
    if len(pushes) == 1:
        return pushes[0]
    from neodent_viewer.sculpt.kernels import influence

    first = pushes[0]
    total = first.weights.astype(np.float64)
    ids, sums, peak = first.ids, first.deltas * total[:, None], first.weights
    for push in pushes[1:]:
        ids, sums, total, peak = influence.union(ids, sums, total, peak, *push)
    share = total[:, None]  # none at all where a pen hardly touches: that moves nothing
    mean = np.divide(sums, share, out=np.zeros_like(sums), where=share > 0.0)
    return Push(ids, mean.astype(np.float32), peak)


def partners(vertices: Float32, mirror: Operation) -> tuple[Int32, NDArray[np.float64]]:
    """Return for each vertex the one nearest to its mirrored place (n,) int32, and how far off that is (n,) in mm.

    A surface is symmetric to within the largest of these distances.
    """
    from scipy.spatial import cKDTree

    if not len(vertices):
        return np.zeros(0, np.int32), np.zeros(0)
    far, index = cKDTree(vertices).query(vertices.astype(np.float64) @ mirror.matrix.T + mirror.shift)
    return np.asarray(index, np.int32), np.asarray(far, np.float64)


def _turn(settings: BrushSettings, k: int) -> Operation:
    """Return the turn by ``k / radial`` of a circle (Rodrigues' formula)."""
    if k == 0:
        return Operation(np.eye(3), np.zeros(3))
    axis = np.asarray(settings.radial_axis, np.float64)
    x, y, z = axis / np.linalg.norm(axis)
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    angle = 2 * np.pi * k / settings.radial
    matrix = np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * (cross @ cross)
    center = np.asarray(settings.radial_center, np.float64)
    return Operation(matrix, center - matrix @ center)
