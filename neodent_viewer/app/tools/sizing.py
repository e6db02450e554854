"""Setting the brush by hand: the distance the hand moves sideways becomes the radius, or the strength."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from neodent_viewer.app.brush_state import PIXELS, RADII
from neodent_viewer.app.tools.base import Bench
from neodent_viewer.app.tools.marks import triple
from neodent_viewer.app.tools.pointer import Pointer
from neodent_viewer.app.tools.strokes import world_radius
from neodent_viewer.core.units import format_length
from neodent_viewer.render.annotations import Annotation, Ring, Text

#: logical pixels from no strength to all of it
_FULL = 240.0


class Sizing:
    """One setting being made, or none."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._field = ""
        self._before = 0.0
        self._start = Pointer(0.0, 0.0)
        self._ring: Ring | None = None

    @property
    def running(self) -> bool:
        """Whether the hand is setting something just now."""
        return bool(self._field)

    def start(self, field: str, at: Pointer, ring: Ring | None) -> None:
        """Begin with ``"radius"`` or ``"strength"``; the ring stays where it is meanwhile."""
        self._start = at
        self._field = "pixels" if field == "radius" and self._bench.brush.in_pixels else field
        self._before = getattr(self._bench.brush, self._field)
        if ring is None:
            cameras = self._bench.cameras
            origin, direction = cameras.camera.ray(at.x, at.y, cameras.size)
            place = origin + direction * cameras.camera.standoff
            ring = Ring(triple(place), triple(-direction), self._bench.brush.radius)
        self._ring = ring
        self._bench.request()

    def move(self, at: Pointer) -> None:
        """Follow the hand."""
        cameras, dx = self._bench.cameras, at.x - self._start.x
        if self._field == "radius":
            value = self._before + dx * cameras.camera.mm_per_pixel(cameras.size)
            self._bench.brush.set(radius=round(min(RADII[1], max(RADII[0], value)), 2))
        elif self._field == "pixels":
            value = self._before + dx / at.scale
            self._bench.brush.set(pixels=round(min(PIXELS[1], max(PIXELS[0], value))))
        else:
            value = self._before + dx / (_FULL * at.scale)
            self._bench.brush.set(strength=round(min(1.0, max(0.0, value)), 2))
        self._bench.request()

    def wants_key(self, keys: str) -> bool:
        """Return whether a key ends the setting."""
        return keys in {"Esc", "Return", "Enter"}

    def key(self, keys: str) -> None:
        """Esc takes the old value, Enter the new one."""
        if keys == "Esc":
            self.cancel()
        elif self.wants_key(keys):
            self.accept()

    def accept(self) -> None:
        """Keep the value."""
        self._field = ""
        self._bench.request()

    def cancel(self) -> None:
        """Take the old value back."""
        if self._field:
            self._bench.brush.set(**{self._field: self._before})
            self.accept()

    def annotations(self) -> tuple[Annotation, ...]:
        """Return the ring at its new size, with the number."""
        brush = self._bench.brush
        if self._ring is None:
            return ()
        radius = world_radius(self._bench, np.array(self._ring.centre), self._start)
        ring = replace(self._ring, radius=radius)
        text = f"{brush.strength:.0%}" if self._field == "strength" else format_length(radius)
        if self._field == "pixels":
            text = f"{brush.pixels:.0f} px · {text}"
        return ring, Text(ring.centre, text, size=15.0, offset=(0.0, 0.0))
