"""From what the hand has set to what a stroke is made with: the part's own frame, unit, locks and planes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from neodent_viewer.app.tools.base import Bench
from neodent_viewer.app.tools.pointer import Pointer
from neodent_viewer.document.part import Part
from neodent_viewer.mesh.surface import Float64
from neodent_viewer.sculpt.brushes import BRUSHES

if TYPE_CHECKING:
    from neodent_viewer.document.pick import Hit
    from neodent_viewer.sculpt.settings import BrushSettings

Plane = tuple[float, float, float, float]
Place = tuple[float, float, float]


def scale_of(part: Part) -> float:
    """Return world mm a mm of the part."""
    return abs(float(np.linalg.det(part.transform[:3, :3]))) ** (1 / 3) or 1.0


def world_radius(bench: Bench, place: Float64, at: Pointer) -> float:
    """Return the brush's radius in world mm at a place (3,): as set, or what its pixels on screen are there."""
    brush, cameras = bench.brush, bench.cameras
    if not brush.in_pixels:
        return brush.radius
    camera = cameras.camera
    mm = camera.mm_per_pixel(cameras.size)
    if not camera.orthographic:
        mm *= max(float(camera.project(place, cameras.size)[2]), 1e-3) / camera.distance
    return max(brush.pixels * at.scale * mm, 1e-3)


def settings(bench: Bench, part: Part, name: str, at: Pointer, hit: Hit) -> BrushSettings:
    """Return what a stroke of brush `name` on a part is made with, pressed down at a hit."""
    from neodent_viewer.sculpt.settings import BrushSettings

    brush, state = BRUSHES[name], bench.brush
    own = state.of(name)
    scale = scale_of(part)
    strength = 2.0 * own["strength"] * brush.strength  # half of the slider is what a new brush starts with
    if not brush.unit:
        strength = min(1.0, strength)  # a share never exceeds all
    kept = ("falloff", "curve", "spacing", "accumulate", "rate", "front_only", "lock_to_label", "boundary_rings")
    hand = ("pressure_radius", "pressure_strength", "pressure_curve", "radial", "colour", "zone", "keep_contact")
    return BrushSettings(
        radius=world_radius(bench, hit.position, at) / scale,
        strength=strength / (scale if brush.unit else 1.0),
        invert=own["invert"] != at.ctrl,
        symmetry=state.symmetry_x,
        mirror_x=-float(part.surface.origin[0]),
        mirror_plane=_mirror(bench, part) if state.symmetry_x else None,
        locked_labels=part.locked,
        cavity=own["cavity"],
        normal_radius=own["normal_radius"],
        alpha=own["alpha"],
        stabiliser=state.stabiliser / scale,
        radial_axis=_axis(state.radial_axis),
        radial_center=_middle(bench, part),
        **{field: own[field] for field in kept},
        **{field: getattr(state, field) for field in hand},
    )


def _mirror(bench: Bench, part: Part) -> Plane | None:
    """Return the plane of symmetry in the part's own frame; None for x = 0."""
    if bench.brush.fitted:
        return midplane(part)
    return local_plane(part, bench.brush.plane) if len(bench.brush.plane) == 4 else None


def local_plane(part: Part, plane: Sequence[float]) -> Plane:
    """Return a plane ``n . p = d`` of the world in the part's own frame."""
    normal = np.asarray(plane[:3], np.float64)
    own = part.transform[:3, :3].T @ normal
    own = own / (np.linalg.norm(own) or 1.0)
    place = part.to_local(normal * plane[3])
    x, y, z = (float(v) for v in own)
    return x, y, z, float(own @ place)


def world_plane(part: Part, plane: Plane) -> Plane:
    """Return a plane of the part's own frame in the world."""
    normal = np.asarray(plane[:3], np.float64)
    there = part.to_world(normal * (plane[3] / float(normal @ normal)))
    own = np.linalg.inv(part.transform[:3, :3]).T @ normal
    own = own / (np.linalg.norm(own) or 1.0)
    x, y, z = (float(v) for v in own)
    return x, y, z, float(own @ there)


def midplane(part: Part) -> Plane | None:
    """Return the plane the part is most nearly symmetric about, in its own frame; found once for each surface."""
    return _midplane(_Shape(part))


class _Shape:
    """A part's surface as a key: what was found for it holds until it is another one."""

    def __init__(self, part: Part) -> None:
        self.surface = part.surface

    def __hash__(self) -> int:
        return id(self.surface)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Shape) and other.surface is self.surface


@lru_cache(maxsize=4)
def _midplane(shape: _Shape) -> Plane | None:
    from neodent_viewer.sculpt import midplane

    surface = shape.surface
    found = None if surface.labels is None else midplane.from_labels(surface.vertices, surface.labels)
    return found if found is not None else midplane.from_form(surface.vertices)


def _axis(name: str) -> Place:
    return (float(name == "x"), float(name == "y"), float(name == "z"))


def _middle(bench: Bench, part: Part) -> Place:
    """Return what radial copies turn about: the middle of the chosen tooth, else of the part; in the part's own frame."""
    if bench.brush.radial == 1:
        return (0.0, 0.0, 0.0)
    points: Any = part.surface.vertices
    tooth, labels = bench.selection.current.tooth, part.surface.labels
    if tooth and labels is not None and (labels == tooth).any():
        points = points[labels == tooth]
    x, y, z = ((points.min(axis=0) + points.max(axis=0)) / 2).tolist()
    return x, y, z
