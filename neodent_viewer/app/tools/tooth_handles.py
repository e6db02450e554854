"""The handles of a tooth: three ways to slide it, three rings to turn it, one to size it, one to move it freely.

A drag is measured along the handle as it lies on the screen, from where it was pressed, so that it means the same however
fast the hand is. Colours are those of Okabe and Ito, told apart by every eye.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from neodent_viewer.app.teeth import ToothHand
from neodent_viewer.app.tools.base import REACH, Bench
from neodent_viewer.app.tools.marks import Vec3, drag_along, triple
from neodent_viewer.app.tools.pointer import Pointer
from neodent_viewer.document.part import Part
from neodent_viewer.mesh.surface import Float64
from neodent_viewer.render.annotations import Annotation, Colour, Line, Point, Text

if TYPE_CHECKING:
    from neodent_viewer.anatomy.tooth_frame import Pose, ToothFrame

_MESIAL: Colour = (0.90, 0.62, 0.0, 1.0)
_BUCCAL: Colour = (0.34, 0.71, 0.91, 1.0)
_LONG: Colour = (0.0, 0.72, 0.53, 1.0)
_FREE: Colour = (0.96, 0.96, 0.97, 1.0)
_WARN: Colour = (1.0, 0.55, 0.45, 1.0)
#: points of a ring, of a whole turn
_TURN = 72


@dataclass(frozen=True, slots=True, eq=False)
class Handle:
    """One handle.

    Attributes
    ----------
    name, words : str
        Identity; what it does.
    kind : str
        ``"slide"``, ``"turn"``, ``"size"`` or ``"free"``.
    points : ndarray (k, 3) float64
        Where it lies, world mm; the last one is its knob.
    directions : ndarray (k, 3) float64
        World mm that its points move by for one unit of its number: a mm, a degree, a hundredth.
    start : Pose
        The pose it is a handle of.
    axes : ndarray (3, 3) float64
        Rows: mesial, buccal and long axis in the world.
    colour : tuple
    """

    name: str
    words: str
    kind: str
    points: Float64
    directions: Float64
    start: Pose
    axes: Float64
    colour: Colour

    def pose(self, bench: Bench, dx: float, dy: float) -> Pose:
        """Return the pose that a drag by (dx, dy) device pixels asks for."""
        if self.kind == "free":
            return self._slid(self._in_plane(bench, dx, dy))
        amount = drag_along(bench, self.points[-1], self.directions[-1], dx, dy)
        if self.kind == "slide":
            return self._slid(amount * self.axes[("mesial", "buccal", "long").index(self.name)])
        if self.kind == "size":
            return replace(self.start, scale=self.start.scale * max(0.2, 1.0 + amount / 100.0))
        return replace(self.start, **{self.name: getattr(self.start, self.name) + amount})

    def _in_plane(self, bench: Bench, dx: float, dy: float) -> Float64:
        """Return the world move (3,) in mm of a drag across the line of sight."""
        camera, size = bench.cameras.camera, bench.cameras.size
        x, y = bench.seen(triple(self.points[-1]))
        origin, along = camera.ray(x, y, size)
        moved_origin, moved_along = camera.ray(x + dx, y + dy, size)
        depth = float((self.points[-1] - origin) @ along)
        forward = camera.view()[2, :3]
        share = depth * float(along @ forward) / float(moved_along @ forward)
        return np.asarray(moved_origin + moved_along * share - (origin + along * depth))

    def _slid(self, move: Float64) -> Pose:
        x, y, z = (float(a + b) for a, b in zip(self.start.move, self.axes @ move, strict=True))
        return replace(self.start, move=(x, y, z))


def handles(part: Part, frame: ToothFrame, pose: Pose) -> tuple[Handle, ...]:
    """Return the handles of a tooth as it stands in `pose`."""
    now = frame.mapped(pose.matrix(frame))
    turn = part.transform[:3, :3]
    found, still = _unit_rows(frame.axes @ turn.T), _unit_rows(now.axes @ turn.T)
    centre, neck = part.to_world(now.centre), part.to_world(now.origin)
    reach = 0.5 * now.size + 3.5
    made = [_at("free", "Move", "free", centre[None], np.zeros((1, 3)), pose, found, _FREE)]
    for name, words, axis, colour, way in (
        ("mesial", "Mesial", 0, _MESIAL, 1.0),
        ("buccal", "Buccal", 1, _BUCCAL, 1.0),
        ("long", "Occlusal", 2, _LONG, 1.0),
    ):
        line = np.stack([centre + still[axis] * 1.2, centre + still[axis] * reach * way])
        made.append(_at(name, words, "slide", line, np.tile(found[axis], (2, 1)), pose, found, colour))
    mesial, buccal, long = still
    for name, words, one, other, colour in (
        ("rotate", "Rotate", mesial, buccal, _LONG),
        ("tip", "Tip", long, mesial, _BUCCAL),
        ("torque", "Torque", long, buccal, _MESIAL),
    ):
        ring = _arc(centre, one, other, reach * 0.86)
        swing = np.cross(np.cross(one, other), ring - neck) * math.radians(1.0)
        made.append(_at(name, words, "turn", ring, swing, pose, found, colour))
    knob = centre - long * (0.5 * now.size + 2.6)
    made.append(
        _at("scale", "Size", "size", knob[None], (knob - neck)[None] / 100.0 - long[None] * 0.05, pose, found, _FREE)
    )
    return tuple(made)


def nearest(bench: Bench, among: Sequence[Handle], at: Pointer) -> Handle | None:
    """Return the handle under the pointer, with its knob where it was touched; None when none is within reach."""
    best: Handle | None = None
    least = REACH * at.scale
    for handle in among:
        seen = np.array([bench.seen(triple(point)) for point in _dense(handle.points)])
        away = np.hypot(seen[:, 0] - at.x, seen[:, 1] - at.y)
        spot = int(np.argmin(away))
        bonus = 0.6 if handle.kind in {"free", "size"} else 1.0  # knobs lie over lines
        if away[spot] * bonus < least:
            best, least = _touched(handle, spot), float(away[spot] * bonus)
    return best


def drawn(among: Sequence[Handle], lit: str, hand: ToothHand, *, moving: bool) -> list[Annotation]:
    """Return handles as they are drawn: the lit one strong, and the only one while it moves, with its number."""
    marks: list[Annotation] = []
    for handle in among:
        if moving and handle.name != lit:
            continue
        strong = handle.name == lit
        colour = handle.colour if strong or not lit else (*handle.colour[:3], 0.55)
        if len(handle.points) > 1:
            marks.append(Line(tuple(triple(p) for p in handle.points), colour, 3.5 if strong else 2.0))
        if handle.kind != "turn":
            marks.append(Point(triple(handle.points[-1]), colour, 15.0 if strong else 11.0))
        if strong:
            marks += _words(handle, triple(handle.points[-1]), hand)
    return marks


def _words(handle: Handle, place: Vec3, hand: ToothHand) -> list[Annotation]:
    pose = hand.pose
    if pose is None:
        return []
    said = f"{handle.words} {_number(handle.name, pose)}".strip()
    marks: list[Annotation] = [Text(place, said, handle.colour, 14.0, (0.0, -24.0))]
    if hand.stopped and hand.moving:
        names = ", ".join(hand.depths)
        marks.append(Text(place, f"stopped at {names}" if names else "stopped by contact", _WARN, 13.0, (0.0, -46.0)))
    elif hand.depths:
        name, deep = max(hand.depths.items(), key=lambda item: item[1])
        if deep >= 0.005:
            marks.append(Text(place, f"{deep:.2f} mm in {name}", _WARN, 13.0, (0.0, -46.0)))
    return marks


def _number(name: str, pose: Pose) -> str:
    if name == "free":
        return "  ".join(f"{value:+.2f}" for value in pose.move) + " mm"
    if name == "scale":
        return f"{pose.scale:.1%}"
    if name in {"rotate", "tip", "torque"}:
        return f"{getattr(pose, name):+.1f}°"
    return f"{pose.move[('mesial', 'buccal', 'long').index(name)]:+.2f} mm"


def _at(
    name: str, words: str, kind: str, points: Float64, directions: Float64, pose: Pose, axes: Float64, colour: Colour
) -> Handle:
    return Handle(name, words, kind, points, directions, pose, axes, colour)


def _arc(centre: Float64, one: Float64, other: Float64, radius: float) -> Float64:
    angle = np.linspace(0.0, 2.0 * np.pi, _TURN + 1)[:, None]
    return np.asarray(centre + radius * (np.cos(angle) * one + np.sin(angle) * other))


def _dense(points: Float64) -> Float64:
    """Return points (k, 3) close enough to each other to be pointed at."""
    if len(points) != 2:
        return points
    return np.asarray(points[0] + np.linspace(0.0, 1.0, 12)[:, None] * (points[1] - points[0]))


def _touched(handle: Handle, spot: int) -> Handle:
    """Return a handle whose knob is where it was touched."""
    if handle.kind != "turn":
        return handle
    return replace(
        handle,
        points=np.roll(handle.points, -1 - spot, axis=0),
        directions=np.roll(handle.directions, -1 - spot, axis=0),
    )


def _unit_rows(rows: Float64) -> Float64:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True))
