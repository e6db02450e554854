"""The plane: shown over a part with an arrow to the side that stays, dragged and turned by handles until it is agreed to."""

from __future__ import annotations

from dataclasses import dataclass
from math import radians

import numpy as np

from neodent_viewer.app.context import ToolInfo
from neodent_viewer.app.planes import PlaneHand
from neodent_viewer.app.tools.base import REACH, Bench, Tool
from neodent_viewer.app.tools.marks import drag_along, triple
from neodent_viewer.app.tools.pointer import Pointer
from neodent_viewer.document.planes import axes_of, offset
from neodent_viewer.mesh.surface import Float64
from neodent_viewer.render.annotations import Annotation, Colour, Line, Point, Sheet, Text

_PLANE: Colour = (0.35, 0.78, 1.0, 0.2)
_BORDER: Colour = (0.55, 0.86, 1.0, 0.95)
_ARROW: Colour = (0.0, 0.72, 0.53, 1.0)
_TURN: Colour = (0.90, 0.62, 0.0, 1.0)
_TILT: Colour = (0.86, 0.56, 0.86, 1.0)
#: in sizes of the plane
_ARROW_LENGTH = 0.55
#: points of a whole ring
_RING = 64


@dataclass(frozen=True, slots=True, eq=False)
class PlaneHandle:
    """One handle: what it sets, where it lies (k, 3) world mm, and how far its points go (k, 3) for a mm or a degree."""

    name: str
    points: Float64
    steps: Float64
    colour: Colour


class PlaneTool(Tool):
    """Place a plane."""

    info = ToolInfo(
        "plane",
        "Plane",
        "Drag the arrow to move the plane, the rings to turn it. Enter does it, Esc leaves.",
        "mdi6.square-opacity",
        (),
        (),
        panel="plane",
    )
    aims = False

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self.hand = PlaneHand(bench.document)
        self.hand.changed.connect(bench.request)
        bench.shell.workspace_changed.connect(self._on_workspace)
        self._held: tuple[str, float, int, Pointer] | None = None
        self._over = ""

    @property
    def busy(self) -> bool:
        """Whether the plane is being dragged."""
        return self._held is not None

    def put_down(self) -> None:
        """Leave the plane."""
        self._held = None
        self.hand.leave()

    def _on_workspace(self, _: str) -> None:
        self.hand.leave()

    # -- the pointer ---------------------------------------------------------------------------------------------

    def press(self, at: Pointer) -> bool:
        """Take hold of a handle; elsewhere the camera may have the drag."""
        found = self._nearest(at)
        if found is None:
            return False
        name, spot = found
        self._held = (name, getattr(self.hand, name), spot, at)
        self._start = {handle.name: handle for handle in self.handles()}[name]
        return True

    def drag(self, at: Pointer) -> None:
        """Move or turn the plane."""
        if self._held is None:
            return
        name, before, spot, start = self._held
        handle = self._start
        amount = drag_along(self.bench, handle.points[spot], handle.steps[spot], at.x - start.x, at.y - start.y)
        self.hand.set(**{name: before + amount})

    def release(self, at: Pointer) -> None:
        """Let go."""
        self._held = None
        self.bench.request()

    def hover(self, at: Pointer) -> None:
        """Light up the handle under the pointer."""
        found = self._nearest(at)
        name = "" if found is None else found[0]
        if name != self._over:
            self._over = name
            self.bench.request()

    def leave(self) -> None:
        """Light nothing up."""
        self._over = ""

    def wants_key(self, keys: str) -> bool:
        """Claim what agrees and what leaves."""
        return bool(self.hand.deed) and keys in {"Esc", "Return", "Enter"}

    def key(self, keys: str) -> None:
        """Enter does it, Esc leaves."""
        if keys == "Esc":
            self.hand.leave()
        else:
            self.hand.apply()

    # -- what is seen --------------------------------------------------------------------------------------------

    def handles(self) -> tuple[PlaneHandle, ...]:
        """Return the handles of the plane as it stands."""
        hand = self.hand
        if not hand.deed:
            return ()
        centre, normal, size = hand.centre, hand.normal, hand.size
        up = axes_of(hand.axis)[2]
        level = normal - up * float(normal @ up)
        level = level / (np.linalg.norm(level) or 1.0)
        tip = centre + normal * size * _ARROW_LENGTH
        return (
            PlaneHandle("at", np.stack([centre, tip]), np.tile(normal * offset(hand.axis, 1.0), (2, 1)), _ARROW),
            _ring("turn", centre, level, np.cross(up, level), size * 0.4, _TURN),
            _ring("tilt", centre, normal, _across(normal, level, up), size * 0.4, _TILT),
        )

    def _nearest(self, at: Pointer) -> tuple[str, int] | None:
        """Return the handle under the pointer and its point nearest to it."""
        best, least = None, REACH * at.scale
        for handle in self.handles():
            seen = np.array([self.bench.seen(triple(point)) for point in handle.points])
            away = np.hypot(seen[:, 0] - at.x, seen[:, 1] - at.y)
            if handle.name == "at":
                away[0] = np.inf  # the arrow is taken by its knob
            spot = int(np.argmin(away))
            if away[spot] < least:
                best, least = (handle.name, spot), float(away[spot])
        return best

    def annotations(self) -> tuple[Annotation, ...]:
        """Return plane, border, arrow, rings and the numbers."""
        hand = self.hand
        if not hand.deed:
            return ()
        corners = self.corners()
        border = (*corners, corners[0])
        marks: list[Annotation] = [Sheet(corners, _PLANE), Line(border, _BORDER, 2.0)]
        lit = self._over if self._held is None else self._held[0]
        for handle in self.handles():
            if self._held is not None and handle.name != lit:
                continue
            strong = handle.name == lit
            points = tuple(triple(point) for point in handle.points)
            marks.append(Line(points, handle.colour, 3.5 if strong else 2.0))
            if handle.name == "at":
                marks += self._arrow(points[1], strong)
        tip = hand.centre + hand.normal * hand.size * _ARROW_LENGTH
        marks.append(Text(triple(tip), self._said(), _BORDER, 13.0, (0.0, 22.0)))
        return tuple(marks)

    def corners(self) -> tuple[tuple[float, float, float], ...]:
        """Return the corners of the plane as it is shown, world mm."""
        hand = self.hand
        up = axes_of(hand.axis)[2]
        side = np.cross(up, hand.normal)
        side = side / (np.linalg.norm(side) or 1.0)
        tall = np.cross(hand.normal, side)
        ways = [(-1, -1), (1, -1), (1, 1), (-1, 1)]
        return tuple(triple(hand.centre + hand.size * (a * side + b * tall)) for a, b in ways)

    def _arrow(self, tip: tuple[float, float, float], strong: bool) -> list[Annotation]:
        word = "stays" if self.hand.deed != "symmetry" else ""
        marks: list[Annotation] = [Point(tip, _ARROW, 17.0 if strong else 13.0)]
        return [*marks, Text(tip, word, _ARROW, 13.0, (0.0, -20.0))] if word else marks

    def _said(self) -> str:
        hand = self.hand
        return f"{hand.at:+.2f} mm · turn {hand.turn:+.1f}° · tilt {hand.tilt:+.1f}°"


def _across(normal: Float64, level: Float64, up: Float64) -> Float64:
    """Return the way (3,) a plane's direction goes when it tilts up."""
    axis = np.cross(level, up)
    return np.asarray(np.cross(axis, normal))


def _ring(name: str, centre: Float64, one: Float64, other: Float64, radius: float, colour: Colour) -> PlaneHandle:
    """Return a ring handle: from direction `one` towards `other`, both unit (3,)."""
    angle = np.linspace(0.0, 2.0 * np.pi, _RING + 1)[:, None]
    points = centre + radius * (np.cos(angle) * one + np.sin(angle) * other)
    steps = radius * (np.cos(angle) * other - np.sin(angle) * one) * radians(1.0)
    return PlaneHandle(name, np.asarray(points), np.asarray(steps), colour)


def tools(bench: Bench) -> list[Tool]:
    """Return the tools of this file."""
    return [PlaneTool(bench)]
