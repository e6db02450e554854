"""Where probes and findings are seen, and which of them the pointer means."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from neodent_viewer.app.tools.base import Bench
from neodent_viewer.app.tools.pointer import Pointer
from neodent_viewer.document.anchor import Anchor, world_position
from neodent_viewer.document.document import Document
from neodent_viewer.document.look import Shading
from neodent_viewer.document.probe import Probe
from neodent_viewer.mesh.surface import Float64
from neodent_viewer.render.annotations import Annotation, Colour, Point, Text

Vec3 = tuple[float, float, float]
_PROBE: Colour = (0.86, 0.9, 0.94, 0.9)
_CHOSEN: Colour = (0.35, 0.85, 1.0, 1.0)


def triple(values: Iterable[float]) -> Vec3:
    """Return an array (3,) as three floats."""
    x, y, z = (float(v) for v in values)
    return x, y, z


def drag_along(bench: Bench, place: Float64, step: Float64, dx: float, dy: float) -> float:
    """Return by how many steps (3,) in world mm a handle at `place` (3,) goes when it is dragged by (dx, dy) device pixels.

    It is measured along the step as it lies on the screen.
    """
    (x, y), (far_x, far_y) = bench.seen(triple(place)), bench.seen(triple(place + step))
    way = far_x - x, far_y - y
    # a handle seen end on would make a mile of a pixel
    least = 0.15 * float(np.linalg.norm(step)) / bench.cameras.camera.mm_per_pixel(bench.cameras.size)
    return (dx * way[0] + dy * way[1]) / max(way[0] ** 2 + way[1] ** 2, least**2)


def place_of(document: Document, anchor: Anchor) -> Vec3 | None:
    """Return where an anchor is in world mm, None when its part is gone or hidden."""
    part = document.parts.get(anchor.part)
    if part is None or not part.visible:
        return None
    return triple(world_position(anchor, part))


def probe_marks(bench: Bench, every: bool, *, named: bool) -> tuple[Annotation, ...]:
    """Return marks of the chosen probe, or of `every` one, that the scene does not show by itself with its reading.

    The chosen one is `named` unless something else says its name there.
    """
    chosen, look = bench.selection.current.probe, bench.document.look
    marks: list[Annotation] = []
    for probe in bench.document.probes.values():
        read = look.shading is Shading.FIELD and any(c.quantity.name == look.quantity for c in probe.channels)
        place = None if read or not (every or probe.id == chosen) else place_of(bench.document, probe.anchor)
        if place is not None:
            marks.append(Point(place, _CHOSEN if probe.id == chosen else _PROBE, 13.0))
            if probe.id == chosen and named:
                marks.append(Text(place, probe.name, _CHOSEN, 13.0, (0.0, -22.0)))
    return tuple(marks)


def probe_at_pointer(bench: Bench, at: Pointer, reach: float) -> Probe | None:
    """Return the probe whose mark lies nearest to the pointer within `reach` logical pixels and is not behind a surface."""
    best: Probe | None = None
    nearest = reach * at.scale
    for probe in bench.document.probes.values():
        place = place_of(bench.document, probe.anchor)
        if place is None:
            continue
        x, y = bench.seen(place)
        away = math.hypot(x - at.x, y - at.y)
        if away < nearest and not _hidden(bench, place, x, y):
            best, nearest = probe, away
    return best


def _hidden(bench: Bench, place: Vec3, x: float, y: float) -> bool:
    """Whether a surface stands more than 1.5 mm in front of a place seen at (x, y)."""
    hit = bench.aim.pick(Pointer(x, y))
    if hit is None:
        return False
    origin, _ = bench.cameras.camera.ray(x, y, bench.cameras.size)
    return hit.distance < math.dist(place, tuple(origin)) - 1.5
