"""Distance between two points: straight through space and, on one part, over its surface."""

from __future__ import annotations

import numpy as np

from neodent_viewer.core.units import format_length
from neodent_viewer.document.anchor import Anchor, world_position
from neodent_viewer.document.document import Document
from neodent_viewer.document.part import Part
from neodent_viewer.mesh.bvh import Bvh
from neodent_viewer.mesh.geodesic import path
from neodent_viewer.mesh.surface import Float64
from neodent_viewer.review.measured import Measured

STRAIGHT = "straight"
SURFACE = "over the surface"


def measure(document: Document, anchors: tuple[Anchor, ...]) -> Measured:
    """Return the distance in mm between two anchors; the polyline follows the surface where there is a way over it."""
    parts = [document.parts[anchor.part] for anchor in anchors]
    ends = np.stack([world_position(anchor, part) for anchor, part in zip(anchors, parts, strict=True)])
    straight = float(np.linalg.norm(ends[1] - ends[0]))
    values: tuple[tuple[str, float, str], ...] = ((STRAIGHT, straight, "mm"),)
    if parts[0] is not parts[1]:
        text = "The points lie on different parts: there is no way over the surface."
        return Measured("distance", f"Distance {format_length(straight)}", text, values, ends)
    line = _over_surface(parts[0], anchors)
    if not len(line):
        text = "The points lie on separate pieces of the part: there is no way over the surface."
        return Measured("distance", f"Distance {format_length(straight)}", text, values, ends)
    along = float(np.linalg.norm(np.diff(line, axis=0), axis=1).sum())
    title = f"Distance {format_length(straight)}, {SURFACE} {format_length(along)}"
    return Measured("distance", title, "", (*values, (SURFACE, along, "mm")), line)


def _over_surface(part: Part, anchors: tuple[Anchor, ...]) -> Float64:
    """Return the shortest way over a part, (k, 3) world mm; empty if there is none."""
    vertices = part.surface.vertices
    if not _keeps_lengths(part.transform):
        vertices = (part.to_world(vertices) - part.to_world(np.zeros(3))).astype(np.float32)
    a, b = (_place(part, anchor) for anchor in anchors)
    points, _ = path(vertices, part.surface.faces, a, b)
    return part.to_world(points) if vertices is part.surface.vertices else points + part.to_world(np.zeros(3))


def _place(part: Part, anchor: Anchor) -> tuple[int, Float64]:
    """Return face and weights of an anchor now: its own, or the nearest ones when its face is gone."""
    if anchor.topology_version == part.topology_version and anchor.face < len(part.surface.faces):
        return anchor.face, np.asarray(anchor.weights)
    face, weights, _, _ = Bvh(part.surface.vertices, part.surface.faces).closest(anchor.position)
    return face, weights


def _keeps_lengths(transform: Float64) -> bool:
    linear = transform[:3, :3]
    return bool(np.allclose(linear @ linear.T, np.eye(3), atol=1e-9))
