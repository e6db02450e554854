"""What a dragging brush holds: the set under it at the press, fixed from then on.

Every move of a ``drag`` brush is computed from the positions at the press, so dragging back undoes it and the way does not
matter. A ``hook`` goes in steps: at each one the held vertices near the hand follow it, the others stay where they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from neodent_viewer.mesh.surface import Float32, Float64, Int32
from neodent_viewer.sculpt.brushes import Brush
from neodent_viewer.sculpt.dab import Pull
from neodent_viewer.sculpt.influence import Influence, Reach
from neodent_viewer.sculpt.path import Path
from neodent_viewer.sculpt.symmetry import Operation, Push, merged

#: step of a hook in radii: small against the falloff
_STEP = 0.1


class Grip(NamedTuple):
    """One copy of a hold: how it lies, what it reached at the press, and where that was (k, 3) float32."""

    op: Operation
    found: Influence
    base: Float32


class Hold:
    """Takes hold of a surface at `place` (3,), with the normal there or None."""

    def __init__(self, reach: Reach, copies: tuple[Operation, ...], place: Float64, facing: Float64 | None) -> None:
        self._reach = reach
        self._brush: Brush = reach.brush
        self._start = place
        self._grips = [self._grip(copy, op, place, facing) for copy, op in enumerate(copies)]
        self._ids: Int32 = reach.together([grip.found for grip in self._grips]).ids
        self._base: Float32 = reach.mesh.vertices[self._ids]
        self._path = Path(reach.settings.radius * _STEP)
        self._path.to(place, 1.0, None)
        self._at = place

    def to(self, goal: Float64) -> Iterator[tuple[Int32, Float32]]:
        """Yield vertices (k,) ascending and new positions (k, 3); each must be written before the next is asked for."""
        if self._brush.kind == "hook":
            for stop in self._path.to(goal, 1.0, None):
                here, self._at = self._at, stop.place
                yield self._step(here, stop.place - here)
            return
        motion = goal - self._start
        yield self._ids, self._base + merged([self._push(grip, motion) for grip in self._grips]).deltas

    def _push(self, grip: Grip, motion: Float64) -> Push:
        deltas = self._brush.displace(self._pull(grip, grip.found, grip.base, motion))
        if self._brush.reach == 1:
            return Push(grip.found.ids, deltas, grip.found.weights)
        # far beyond the radius copies overlap: the one that moves a place more has more of a say there
        say = np.einsum("ij,ij->i", deltas, deltas) + np.float32(1e-30)
        return Push(grip.found.ids, deltas, np.asarray(say, np.float32))

    def _grip(self, copy: int, op: Operation, place: Float64, facing: Float64 | None) -> Grip:
        mesh, reach = self._reach.mesh, self._reach
        center = op.place(place)
        radius = reach.settings.radius * self._brush.reach
        ids = mesh.bvh.vertices_in_sphere(center, radius)
        if self._brush.connected:
            ids = self._connected(ids, center)
        found = reach.among(ids, copy, center, None if facing is None else op.along(facing), radius)
        return Grip(op, found, mesh.vertices[found.ids])

    def _connected(self, ids: Int32, center: Float64) -> Int32:
        from neodent_viewer.sculpt.kernels import flood

        mesh = self._reach.mesh
        if not len(mesh.faces):
            return ids[:0]
        seeds = mesh.faces[mesh.bvh.closest(center)[0]]
        return flood.connected(ids, seeds, *mesh.neighbours(), mesh.slots())

    def _step(self, here: Float64, motion: Float64) -> tuple[Int32, Float32]:
        """Return what one step of a hook writes."""
        vertices, pushes = self._reach.mesh.vertices, []
        for copy, grip in enumerate(self._grips):
            center = grip.op.place(here)
            found = self._reach.among(grip.found.ids, copy, center, None, self._reach.settings.radius)
            pull = self._pull(grip, found, vertices[found.ids], motion)
            pushes.append(Push(found.ids, self._brush.displace(pull), found.weights))
        push = merged(pushes)
        return push.ids, vertices[push.ids] + push.deltas

    def _pull(self, grip: Grip, found: Influence, base: Float32, motion: Float64) -> Pull:
        s = self._reach.settings
        strength = float(-s.strength if s.invert and self._brush.invertible else s.strength)
        turn = float(motion @ _right(self._grips[0].found.normal)) / s.radius * strength
        return Pull(
            found.weights, base, grip.found.center, grip.found.normal, grip.op.along(motion), turn, grip.op.handed,
            float(s.radius), strength,
        )  # fmt: skip


def _right(normal: Float64) -> Float64:
    """Return the unit direction (3,) that lies to the right for who looks at the surface from outside with y up."""
    up = np.array([0.0, 0.0, -1.0 if normal[1] > 0 else 1.0]) if abs(normal[1]) > 0.99 else np.array([0.0, 1.0, 0.0])
    right = np.cross(up, normal)
    return np.asarray(right / (float(np.linalg.norm(right)) or 1.0))
