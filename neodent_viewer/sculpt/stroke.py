"""A stroke: the dabs from press to release. It is one edit: touched vertices, before, after.

The order within each dab, always:

1. **pick**: the place is snapped to the surface (the press is picked by the caller; places between two pointer events are
   found by the closest point);
2. **influence**: vertices in the sphere, falloff, times what mask and locked labels leave free;
3. **brush**: displacements of those vertices, from arrays to arrays; a mirrored dab is computed from the same state;
4. **undo record**: rows never touched by this stroke before are kept as they were;
5. **write** positions in place;
6. **normals** of the touched ring;
7. **tree** refit.

Dabs stand at equal distances along the path of the pointer, so neither frame rate nor pointer rate changes a stroke.
All places and directions are in the frame of the vertices (`Part.to_local`), in mm.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from neodent_viewer.mesh.arrays import point
from neodent_viewer.mesh.surface import Float32, Float64, Int32
from neodent_viewer.sculpt.brushes import BRUSHES
from neodent_viewer.sculpt.dab import Dab
from neodent_viewer.sculpt.falloff import FALLOFFS, falloff
from neodent_viewer.sculpt.surface import SculptMesh
from neodent_viewer.sculpt.symmetry import Push, merged, mirrored

__all__ = ["BrushSettings", "SculptMesh", "Stroke"]

_NONE = np.zeros(0, np.int32)


@dataclass(frozen=True, slots=True)
class BrushSettings:
    """What the hand has set.

    Attributes
    ----------
    radius : float
        mm, > 0.
    strength : float
        In the unit of the brush (`brushes.Brush.unit`): mm at the centre of a dab for draw, a share 0..1 for smooth.
    invert : bool
        Dig instead of raise.
    falloff : str
        A name of `falloff.FALLOFFS`.
    spacing : float
        Distance between dabs as a share of the radius, > 0.
    symmetry : bool
        Mirror each dab at ``x = mirror_x``.
    mirror_x : float
        mm, in the frame of the vertices: ``-surface.origin[0]`` puts the plane at x = 0 of an untransformed part.
    front_only : bool
        Leave vertices alone that face away from the brush.
    locked_labels : frozenset of int
        FDI labels that do not change by one bit; 0 locks the gingiva.
    """

    radius: float = 3.0
    strength: float = 0.05
    invert: bool = False
    falloff: str = "smooth"
    spacing: float = 0.25
    symmetry: bool = False
    mirror_x: float = 0.0
    front_only: bool = False
    locked_labels: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        if not (0 < self.radius < np.inf and 0 < self.spacing < np.inf and np.isfinite(self.strength)):
            raise ValueError(f"a brush needs a radius and a spacing above zero: {self}")
        if self.falloff not in FALLOFFS:
            raise ValueError(f"no falloff {self.falloff!r}; there are {', '.join(FALLOFFS)}")


class Stroke:
    """One stroke of one brush on one surface.

    Parameters
    ----------
    mesh : SculptMesh
    brush : str
        A name of `brushes.BRUSHES`; KeyError if there is none such.
    settings : BrushSettings
    """

    def __init__(self, mesh: SculptMesh, brush: str, settings: BrushSettings) -> None:
        self.mesh = mesh
        self.brush = BRUSHES[brush]
        self.settings = settings
        self._free = mesh.freedom(settings.locked_labels)
        self._last: Float64 | None = None
        self._since = 0.0  # path length since the last dab
        self._seen: NDArray[np.bool_] = np.zeros(len(mesh.vertices), np.bool_)
        self._ids: list[Int32] = []
        self._before: list[Float32] = []

    def dab(self, position: ArrayLike, normal: ArrayLike | None = None, pressure: float = 1.0) -> Int32:
        """Touch the surface once.

        Parameters
        ----------
        position : (3,) array_like
            On the surface, mm.
        normal : (3,) array_like or None
            Surface normal there, used where the normals under the brush cancel and for `front_only`.
        pressure : float
            Multiplies strength.

        Returns
        -------
        ndarray (k,) int32
            Vertices that moved, ascending.
        """
        at = point(position)
        facing = None if normal is None else point(normal)
        push = self._push(at, facing, pressure)
        if self.settings.symmetry:
            x = self.settings.mirror_x
            flipped = None if facing is None else mirrored(facing, 0.0)
            push = merged(push, self._push(mirrored(at, x), flipped, pressure))
        if not len(push.ids):
            return _NONE
        self._remember(push.ids)
        self.mesh.move(push.ids, push.deltas)
        return push.ids

    def move_to(self, position: ArrayLike, normal: ArrayLike | None = None, pressure: float = 1.0) -> Int32:
        """Lead the brush to `position` (3,), dabbing at equal distances on the way; the first call dabs where it is.

        Returns the vertices (k,) int32 that moved, ascending.
        """
        goal = point(position)
        if self._last is None:
            self._last = goal
            return self.dab(goal, normal, pressure)
        start, self._last = self._last, goal
        length = float(np.linalg.norm(goal - start))
        step = self.settings.radius * self.settings.spacing
        touched = []
        travelled = step - self._since
        while travelled <= length:
            place = start + (goal - start) * (travelled / length) if length else goal
            touched.append(self._dab_near(place, normal, pressure))
            travelled += step
        self._since = length - (travelled - step)
        return np.unique(np.concatenate(touched)).astype(np.int32) if touched else _NONE

    def lift(self) -> None:
        """Take the brush off the surface: the next `move_to` begins anew instead of drawing a way there."""
        self._last, self._since = None, 0.0

    def finish(self) -> tuple[Int32, Float32, Float32]:
        """Return what a `VertexEdit` needs: touched vertices (k,) ascending, positions before and after (k, 3) float32."""
        if not self._ids:
            return _NONE, np.zeros((0, 3), np.float32), np.zeros((0, 3), np.float32)
        ids, before = np.concatenate(self._ids), np.concatenate(self._before)
        order = np.argsort(ids)
        return ids[order], before[order], self.mesh.vertices[ids[order]]

    def cancel(self) -> Int32:
        """Put everything back as it was before the stroke, bit for bit; return the vertices (k,) int32 put back."""
        ids, before, _ = self.finish()
        self.mesh.vertices[ids] = before
        self.mesh.follow(ids)
        self._ids.clear()
        self._before.clear()
        self._seen[ids] = False
        return ids

    def _dab_near(self, place: Float64, normal: ArrayLike | None, pressure: float) -> Int32:
        if not len(self.mesh.faces):
            return _NONE
        return self.dab(self.mesh.bvh.closest(place)[2], normal, pressure)

    def _push(self, at: Float64, facing: Float64 | None, pressure: float) -> Push:
        """Return what one dab at `at` (3,) wants, from the surface as it is."""
        from neodent_viewer.sculpt.kernels import influence

        s, mesh = self.settings, self.mesh
        ids = mesh.bvh.vertices_in_sphere(at, s.radius)
        weights = falloff(s.falloff, influence.distances(mesh.vertices, ids, at), s.radius)
        if self._free is not None:
            weights *= self._free[ids]
        if s.front_only and facing is not None:
            weights *= (mesh.normals[ids] @ facing.astype(np.float32)) > 0
        kept = weights > 0
        ids, weights = ids[kept], weights[kept]
        normal = _unit(influence.mean_normal(mesh.normals, ids, weights), facing)
        strength = s.strength * pressure * (-1.0 if s.invert and self.brush.invertible else 1.0)
        arrays = (ids, weights, mesh.vertices, mesh.normals, mesh.neighbours, mesh.boundary)
        return Push(ids, self.brush.displace(Dab(*arrays, at, normal, s.radius, strength)), weights)

    def _remember(self, ids: Int32) -> None:
        fresh = ids[~self._seen[ids]]
        self._seen[fresh] = True
        self._ids.append(fresh)
        self._before.append(self.mesh.vertices[fresh])


def _unit(vector: Float64, otherwise: Float64 | None) -> Float64:
    """Return `vector` (3,) at unit length, or the other one where it cancels."""
    for candidate in (vector, otherwise):
        if candidate is not None and (length := float(np.linalg.norm(candidate))) > 1e-9:
            return np.asarray(candidate / length)
    return np.zeros(3)
