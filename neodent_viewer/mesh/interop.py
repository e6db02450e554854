"""To and from trimesh: the only place in the mesh floor that knows the library."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from neodent_viewer.mesh.surface import Surface

if TYPE_CHECKING:
    import trimesh


def to_trimesh(surface: Surface) -> trimesh.Trimesh:
    """Return a trimesh of a surface in mm, `origin` added, unprocessed: same vertices, same faces; colours go along."""
    import trimesh

    colours = surface.arrays.get("colour")
    return trimesh.Trimesh(
        vertices=surface.vertices + surface.origin,
        faces=surface.faces,
        vertex_colors=colours,
        process=False,
        validate=False,
    )


def from_trimesh(mesh: trimesh.Trimesh, name: str = "") -> Surface:
    """Return a surface of a trimesh: its vertices relative to the middle of its box if they lie far from zero."""
    vertices = np.asarray(mesh.vertices, np.float64).reshape(-1, 3)
    faces = np.asarray(mesh.faces, np.int32).reshape(-1, 3)
    arrays: dict[str, Any] = {}
    if mesh.visual.kind == "vertex":
        arrays["colour"] = np.asarray(mesh.visual.vertex_colors, np.uint8)
    origin = _origin(vertices)
    return Surface((vertices - origin).astype(np.float32), faces, origin=origin, name=name, arrays=arrays)


def _origin(vertices: np.ndarray[Any, np.dtype[np.float64]]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return the whole-mm middle of a mesh that lies so far out that float32 would blur it, else zero."""
    if not len(vertices) or not np.isfinite(vertices).all():
        return np.zeros(3)
    low, high = vertices.min(axis=0), vertices.max(axis=0)
    middle, side = (low + high) / 2, float((high - low).max())
    return np.round(middle) if np.abs(middle).max() > 8 * max(side, 1e-9) else np.zeros(3)
