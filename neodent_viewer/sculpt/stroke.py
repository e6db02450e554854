"""A stroke: what a brush does from press to release. It is one edit: touched rows of one array, before, after.

The order within each dab, always:

1. **place**: the path of the hand is cut into dabs (`path`) and each is snapped to the surface by its closest point;
2. **copies**: mirrored and radial ones (`symmetry`); 3 and 4 are done for each of them from the same state;
3. **influence**: one kernel gives vertices and weights: falloff, pressure, masks, locks, label, front; then the stamp;
4. **brush**: displacements of those vertices, from arrays to arrays; copies become one where they overlap;
   With `BrushSettings.keep_contact` moves are cut short where they would enter a neighbour (`contact`).
5. **undo record**: rows never touched by this stroke before are kept as they were;
6. **write** in place: positions, or the array the brush names;
7. **normals** of the touched ring and **tree** refit, if positions moved.

A brush that drags (`brushes.Brush.dragged`) goes through 1 to 3 once, at the press, without pressure, path or snapping
(`drag`); each move then is 4 to 7 with the set it holds. A brush that paints goes through 4 once for all copies.

Dabs stand at equal distances along the path of the pointer, or at equal times, so neither frame rate nor pointer rate changes
a stroke. All places and directions are in the frame of the vertices (`Part.to_local`), in mm.
How to add a brush is told in `brushes`.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from neodent_viewer.mesh.arrays import point
from neodent_viewer.mesh.surface import Float64, Int32
from neodent_viewer.sculpt.brushes import BRUSHES, POSITION
from neodent_viewer.sculpt.contact import Contact
from neodent_viewer.sculpt.dab import Dab
from neodent_viewer.sculpt.drag import Hold
from neodent_viewer.sculpt.influence import Influence, Reach
from neodent_viewer.sculpt.path import Path, Stop
from neodent_viewer.sculpt.settings import BrushSettings
from neodent_viewer.sculpt.surface import SculptMesh
from neodent_viewer.sculpt.symmetry import Operation, Push, merged, operations
from neodent_viewer.sculpt.undo import Touched

__all__ = ["BrushSettings", "Call", "SculptMesh", "Stroke"]

_NONE = np.zeros(0, np.int32)
_DIGITS = 7  # of a place in mm


@dataclass(frozen=True, slots=True)
class Call:
    """One thing that was asked of a stroke, as a recording stores it.

    Attributes
    ----------
    kind : str
        ``"move"``, ``"dab"``, ``"hold"`` or ``"lift"``: the method.
    position, normal : (3,) tuple or None
        mm, in the frame of the vertices.
    pressure : float
        0..1.
    tilt : (x, y)
        Degrees, as the pen gives them; kept, not used.
    time : float or None
        s since any fixed moment.
    """

    kind: str
    position: tuple[float, float, float] | None = None
    normal: tuple[float, float, float] | None = None
    pressure: float = 1.0
    tilt: tuple[float, float] = (0.0, 0.0)
    time: float | None = None


class Stroke:
    """One stroke of one brush on one surface.

    Parameters
    ----------
    mesh : SculptMesh
    brush : str
        A name of `brushes.BRUSHES`; KeyError if there is none such.
    settings : BrushSettings
    contact : Contact or None
        What it stops at if the settings want that.

    Attributes
    ----------
    array : str
        What it writes: ``"position"``, ``"mask"``, ``"colour"`` or ``"zone"``.
    calls : list of Call
        Everything asked of it so far, for `recording`.
    """

    def __init__(self, mesh: SculptMesh, brush: str, settings: BrushSettings, contact: Contact | None = None) -> None:
        self.mesh = mesh
        self.name = brush
        self.brush = BRUSHES[brush]
        self.settings = settings
        self.array = self.brush.array
        self._contact = contact if settings.keep_contact and self.array == POSITION else None
        self.calls: list[Call] = []
        self._copies = operations(settings)
        self._touched = Touched(mesh.array(self.array))
        self._reach = Reach(mesh, self.brush, settings)
        self._path = Path(settings.radius * settings.spacing, settings.rate, settings.stabiliser)
        self._hold: Hold | None = None

    def dab(self, position: ArrayLike, normal: ArrayLike | None = None, pressure: float = 1.0) -> Int32:
        """Touch the surface once, where and as told.

        Parameters
        ----------
        position : (3,) array_like
            On the surface, mm.
        normal : (3,) array_like or None
            Surface normal there, used where the normals under the brush cancel and for `front_only`.
        pressure : float
            0..1.

        Returns
        -------
        ndarray (k,) int32
            Vertices that were written, ascending.

        Raises
        ------
        ValueError
            If a number is not finite.
        """
        at, facing = _place(position), _facing(normal)
        self._note("dab", at, facing, pressure)
        return self._dab(at, facing, pressure, np.zeros(3))

    def move_to(
        self,
        position: ArrayLike,
        normal: ArrayLike | None = None,
        pressure: float = 1.0,
        *,
        tilt: tuple[float, float] = (0.0, 0.0),
        time: float | None = None,
    ) -> Int32:
        """Lead the brush to `position` (3,), dabbing on the way; the first call presses it down where it is.

        A brush that drags takes hold at the first call and follows from then on; positions need not be on the surface.

        Returns the vertices (k,) int32 that were written, ascending. ValueError for what is not finite, or an airbrush
        without `time` in s.
        """
        goal, facing = _place(position), _facing(normal)
        self._note("move", goal, facing, pressure, tilt, time)
        if self.brush.dragged:
            return self._drag_to(goal, facing)
        return self._all(self._path.to(goal, float(pressure), time), facing)

    def hold(self, time: float) -> Int32:
        """Let time pass with the brush held still, until `time` in s: an airbrush goes on. Returns as `move_to`."""
        self._note("hold", time=time)
        return self._all(self._path.hold(time), None)

    def lift(self) -> None:
        """Take the brush off the surface: the next `move_to` begins anew instead of drawing a way there."""
        self._note("lift")
        self._path.lift()

    def finish(self) -> tuple[Int32, NDArray[Any], NDArray[Any]]:
        """Return what a `VertexEdit` needs: touched rows (k,) ascending, and rows of `array` before and after (k, ...)."""
        return self._touched.result()

    def cancel(self) -> Int32:
        """Put everything back as it was before the stroke, bit for bit; return the vertices (k,) int32 put back."""
        ids = self._touched.put_back()
        if self.array == POSITION:
            self.mesh.follow(ids)
        if self._contact is not None:
            self._contact.follow(ids)
        return ids

    def _note(
        self,
        kind: str,
        place: Float64 | None = None,
        facing: Float64 | None = None,
        pressure: float = 1.0,
        tilt: tuple[float, float] = (0.0, 0.0),
        time: float | None = None,
    ) -> None:
        """Check and keep one call."""
        numbers = (pressure, *tilt, 0.0 if time is None else time)
        if not all(map(isfinite, numbers)):
            raise ValueError(f"a stroke needs finite pressure, tilt and time, not {numbers}")
        where, out = None if place is None else _three(place), None if facing is None else _three(facing)
        self.calls.append(Call(kind, where, out, float(pressure), tilt, time))

    # -- dabs ----------------------------------------------------------------------------------------------------

    def _all(self, stops: list[Stop], facing: Float64 | None) -> Int32:
        touched = [self._stop(stop, facing) for stop in stops]
        if len(touched) <= 1:
            return touched[0] if touched else _NONE
        return np.unique(np.concatenate(touched)).astype(np.int32)

    def _stop(self, stop: Stop, facing: Float64 | None) -> Int32:
        if stop.down:  # a hand comes down where it was picked
            return self._dab(stop.place, facing, stop.pressure, stop.direction)
        if not len(self.mesh.faces):
            return _NONE
        # the last digits depend on which of two faces at an edge the tree came to first, not on the surface alone
        at = np.round(self.mesh.bvh.closest(stop.place)[2], _DIGITS)
        return self._dab(at, facing, stop.pressure, stop.direction)

    def _dab(self, at: Float64, facing: Float64 | None, pressure: float, direction: Float64) -> Int32:
        if self.brush.dragged:
            return self._drag_to(at, facing)
        found = [self._reach.at(0, at, facing, pressure, direction)]  # the first of the copies is the dab itself
        for index, op in enumerate(self._copies[1:], 1):
            found.append(self._reach.at(index, op.place(at), _copy(op, facing), pressure, op.along(direction)))
        if self._reach.capped:
            found = self._reach.beyond(found)
        return self._blend(found) if self.brush.kind == "value" else self._displace(found)

    def _displace(self, found: list[Influence]) -> Int32:
        """Carry out a dab that moves the surface."""
        push = merged([Push(i.ids, self.brush.displace(self._given(i)), i.weights) for i in found])
        if len(push.ids):
            deltas = push.deltas if self._contact is None else self._contact.held(push.ids, push.deltas)
            self._touched.remember(push.ids)
            self.mesh.move(push.ids, deltas)
            if self._contact is not None:
                self._contact.follow(push.ids)
        return push.ids

    def _blend(self, found: list[Influence]) -> Int32:
        """Carry out a dab that writes values: all copies at once, each vertex as its strongest copy has it."""
        one = self._reach.together(found)
        if len(one.ids):
            self._touched.remember(one.ids)
            rows = self.mesh.array(self.array)
            rows[one.ids] = self.brush.blend(self._given(one), rows[one.ids])
        return one.ids

    def _given(self, found: Influence) -> Dab:
        s, mesh = self.settings, self.mesh
        strength = float(-s.strength if s.invert and self.brush.invertible else s.strength)
        return Dab(
            found.ids, found.weights, mesh.vertices, self._reach.normals(), mesh.neighbours, mesh.boundary,
            mesh.slots(), found.center, found.normal, found.middle, found.direction, found.radius, strength, s,
        )  # fmt: skip

    # -- drags ---------------------------------------------------------------------------------------------------

    def _drag_to(self, goal: Float64, facing: Float64 | None) -> Int32:
        if self._hold is None:
            self._hold = Hold(self._reach, self._copies, goal, facing)
            return _NONE
        written = [_NONE]
        for ids, positions in self._hold.to(goal):
            if len(ids):
                reached = positions if self._contact is None else self._contact.reached(ids, positions)
                self._touched.remember(ids)
                self.mesh.place(ids, reached)
                if self._contact is not None:
                    self._contact.follow(ids)
                written.append(ids)
        return written[-1] if len(written) < 3 else np.unique(np.concatenate(written)).astype(np.int32)


def _copy(op: Operation, facing: Float64 | None) -> Float64 | None:
    return None if facing is None else np.asarray(op.along(facing))


def _three(place: Float64) -> tuple[float, float, float]:
    x, y, z = place.tolist()
    return x, y, z


def _place(values: ArrayLike) -> Float64:
    """Return a place (3,) float64; ValueError unless it is finite and within 10 km."""
    at = point(values)
    if not all(-1e7 < x < 1e7 for x in at.tolist()):
        raise ValueError(f"a brush needs a finite place, not {at.tolist()}")
    return at


def _facing(values: ArrayLike | None) -> Float64 | None:
    if values is None:
        return None
    out = point(values)
    if not all(map(isfinite, out.tolist())):
        raise ValueError(f"a brush needs a finite normal, not {out.tolist()}")
    return out
