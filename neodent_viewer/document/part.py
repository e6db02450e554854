"""A part is a surface in the document, with a transform, named per-vertex arrays and its sculpt layers."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.mesh.surface import Float64, Int32, Surface

#: name of the array that holds vertex positions, and of the layer under all sculpt layers
POSITION = "position"
BASE = "base"


class Crossing(StrEnum):
    """How a per-vertex array crosses a topology change."""

    NEAREST = "nearest"
    INTERPOLATE = "interpolate"
    DROP = "drop"


#: arrays the house knows; others are carried by nearest vertex
CROSSINGS: dict[str, Crossing] = {
    "labels": Crossing.NEAREST,
    "zone": Crossing.NEAREST,
    "colour": Crossing.INTERPOLATE,
    "mask": Crossing.INTERPOLATE,
}


def new_id(prefix: str) -> str:
    """Return a fresh identifier such as ``"part-3f9c2a71"``."""
    return f"{prefix}-{uuid.uuid4().hex[:8]}"


@dataclass(slots=True, eq=False)
class SculptLayer:
    """Sparse vertex deltas on one part.

    Attributes
    ----------
    indices : ndarray (k,) int32
        Touched vertices.
    deltas : ndarray (k, 3) float32
        Displacements in mm at strength 1.
    strength : float
        0 to 1.5.
    """

    id: str
    name: str
    indices: Int32
    deltas: NDArray[np.float32]
    strength: float = 1.0
    visible: bool = True


@dataclass(slots=True, eq=False)
class Part:
    """A surface in the document.

    Change it through `neodent_viewer.document.edits` and the document's setter only; everything else reads.

    Attributes
    ----------
    id, name : str
        Identity, and what the parts panel shows.
    surface : Surface
        Geometry and per-vertex arrays (``surface.arrays``: labels, colour, mask, zone).
    transform : ndarray (4, 4) float64
        Part to world, mm; row-major, acts on column vectors.
    visible : bool
        Hidden parts are neither drawn nor picked.
    jaw : str
        ``"upper"``, ``"lower"`` or empty when unknown.
    unit : str
        Unit the file is read in; changing it rescales.
    source : str
        Path it came from, empty for generated parts.
    topology_version : int
        Goes up by one whenever faces or vertex order change; anchors name it.
    preview : bool
        True while an unwelded preview stands in: edits and picks wait.
    layers : list of SculptLayer
        Bottom first.
    """

    id: str
    name: str
    surface: Surface
    transform: Float64 = field(default_factory=lambda: np.eye(4))
    visible: bool = True
    jaw: str = ""
    unit: str = "mm"
    source: str = ""
    topology_version: int = 1
    preview: bool = False
    layers: list[SculptLayer] = field(default_factory=list)

    @classmethod
    def from_surface(cls, surface: Surface, *, source: str = "", jaw: str = "", preview: bool = False) -> Part:
        """Wrap a surface under a new identity."""
        name = surface.name or "part"
        return cls(new_id("part"), name, surface, unit=surface.report.unit, source=source, jaw=jaw, preview=preview)

    def array(self, name: str) -> NDArray[Any]:
        """Return the per-vertex array `name`; ``"position"`` gives ``surface.vertices``. KeyError if absent."""
        return self.surface.vertices if name == POSITION else self.surface.arrays[name]

    def to_world(self, points: NDArray[Any]) -> Float64:
        """Map points (..., 3) relative to ``surface.origin`` to world coordinates in mm, float64."""
        local = np.asarray(points, np.float64) + self.surface.origin
        return np.asarray(local @ self.transform[:3, :3].T + self.transform[:3, 3])

    def to_local(self, points: NDArray[Any]) -> Float64:
        """Map world points (..., 3) in mm to coordinates relative to ``surface.origin``, float64."""
        inverse = np.linalg.inv(self.transform)
        return np.asarray(np.asarray(points, np.float64) @ inverse[:3, :3].T + inverse[:3, 3] - self.surface.origin)

    def sample_points(self, count: int = 4096) -> Float64:
        """Return about `count` vertices (k, 3) in world mm, spread over the part: what a camera is fitted to."""
        vertices = self.surface.vertices
        return self.to_world(vertices[:: max(1, len(vertices) // count)])

    def world_bounds(self) -> Float64:
        """Return (2, 3) world corners in mm of the transformed bounding box."""
        low, high = self.surface.bounds() - self.surface.origin
        corners = np.array([[x, y, z] for x in (low[0], high[0]) for y in (low[1], high[1]) for z in (low[2], high[2])])
        world = self.to_world(corners)
        return np.stack([world.min(axis=0), world.max(axis=0)])

    def nbytes(self) -> int:
        """Return bytes held by the part."""
        return self.surface.nbytes() + sum(layer.indices.nbytes + layer.deltas.nbytes for layer in self.layers)
