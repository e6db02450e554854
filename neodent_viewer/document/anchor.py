"""A place on a part that outlives edits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from neodent_viewer.document.part import Part
from neodent_viewer.mesh.surface import Float64


@dataclass(frozen=True, slots=True)
class Anchor:
    """A point on a face of a part.

    Attributes
    ----------
    part : str
        Part id.
    topology_version : int
        Version of the part's topology that `face` counts in.
    face : int
        Face index.
    weights : tuple of 3 float
        Barycentric weights, sum 1.
    position : tuple of 3 float
        Position in mm relative to the part's ``surface.origin`` when placed; what remains if the face is lost.
    """

    part: str
    topology_version: int
    face: int
    weights: tuple[float, float, float]
    position: tuple[float, float, float]


def anchor_at(part: Part, face: int, weights: Float64) -> Anchor:
    """Return an anchor on `face` of `part` with barycentric `weights` (3,)."""
    corners = part.surface.vertices[part.surface.faces[face]].astype(np.float64)
    a, b, c = (float(w) for w in weights)
    x, y, z = (float(v) for v in np.asarray(weights, np.float64) @ corners)
    return Anchor(part.id, part.topology_version, int(face), (a, b, c), (x, y, z))


def anchor_at_vertex(part: Part, vertex: int) -> Anchor:
    """Return an anchor on a vertex, by any face that uses it; raises ValueError if none does."""
    rows = np.nonzero(part.surface.faces == vertex)
    if not len(rows[0]):
        raise ValueError(f"vertex {vertex} belongs to no face")
    weights = np.zeros(3)
    weights[rows[1][0]] = 1.0
    return anchor_at(part, int(rows[0][0]), weights)


def local_position(anchor: Anchor, part: Part) -> Float64:
    """Return where the anchor is now (3,) float64, mm relative to ``surface.origin``: on its face while that stands."""
    if anchor.topology_version != part.topology_version or anchor.face >= len(part.surface.faces):
        return np.asarray(anchor.position, np.float64)
    corners = part.surface.vertices[part.surface.faces[anchor.face]].astype(np.float64)
    return np.asarray(np.asarray(anchor.weights) @ corners)


def world_position(anchor: Anchor, part: Part) -> Float64:
    """Return where the anchor is now in world mm (3,) float64."""
    return part.to_world(local_position(anchor, part))
