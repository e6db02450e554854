"""A part is a surface in the document, with a transform, named per-vertex arrays and its sculpt layers."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.mesh.surface import Float32, Float64, Int32, Surface

if TYPE_CHECKING:  # trees come after the first picture
    from neodent_viewer.mesh.following import Following

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


#: strength of a sculpt layer at most
STRONGEST = 1.5


@dataclass(frozen=True, slots=True, eq=False)
class SculptLayer:
    """Sparse vertex deltas on one part. Never written in place: a change puts another layer of the same id there.

    Attributes
    ----------
    indices : ndarray (k,) int32
        Touched vertices, ascending.
    deltas : ndarray (k, 3) float32
        Displacements in mm at strength 1; no row is all zero.
    strength : float
        0 to 1.5.
    """

    id: str
    name: str
    indices: Int32
    deltas: Float32
    strength: float = 1.0
    visible: bool = True

    def nbytes(self) -> int:
        """Return the bytes of its arrays."""
        return self.indices.nbytes + self.deltas.nbytes


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """What came off a part's shape when it went one step down in resolution, so that it can come up again.

    Attributes
    ----------
    coarse : Surface
        The shape one step down, as it was; its layers in `coarse_layers`, its base in `coarse_base`.
    fine : Surface or None
        The shape one step up as it was left, None while the part stands there or higher.
    place : ndarray (n,) int32
        Row of the subdivision (old vertices first, then one an edge) -> vertex of the finer surface.
    """

    coarse: Surface
    coarse_base: Float32 | None
    coarse_layers: tuple[SculptLayer, ...]
    place: Int32
    fine: Surface | None = None
    fine_base: Float32 | None = None
    fine_layers: tuple[SculptLayer, ...] = ()

    def nbytes(self) -> int:
        """Return the bytes of everything kept."""
        surfaces = self.coarse.nbytes() + (self.fine.nbytes() if self.fine is not None else 0)
        bases = sum(base.nbytes for base in (self.coarse_base, self.fine_base) if base is not None)
        layers = sum(layer.nbytes() for layer in (*self.coarse_layers, *self.fine_layers))
        return surfaces + bases + layers + self.place.nbytes


@dataclass(frozen=True, slots=True, eq=False)
class PartState:
    """What a part keeps beside its surface in terms of that surface's vertices; a change of topology swaps it whole.

    Attributes
    ----------
    base, original : ndarray (n, 3) float32 or None
    layers : tuple of SculptLayer
    below, above : tuple of Level
        Steps of resolution under and over the one that stands, nearest last.
    """

    base: Float32 | None = None
    original: Float32 | None = None
    layers: tuple[SculptLayer, ...] = ()
    below: tuple[Level, ...] = ()
    above: tuple[Level, ...] = ()

    def nbytes(self) -> int:
        """Return the bytes kept."""
        arrays = sum(array.nbytes for array in (self.base, self.original) if array is not None)
        levels = sum(level.nbytes() for level in (*self.below, *self.above))
        return arrays + levels + sum(layer.nbytes() for layer in self.layers)


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
    layers : tuple of SculptLayer
        Bottom first. With them ``surface.vertices`` holds the composed positions (`document.composing`).
    base : ndarray (n, 3) float32 or None
        Positions under all layers, kept while there are layers. Never written in place.
    original : ndarray (n, 3) float32 or None
        Positions as loaded or as the last change of topology made them; None until the first position is edited.
        Never written in place. Read it through `document.original`.
    below, above : tuple of Level
        Steps of resolution under and over the one that stands, nearest last.
    locked : frozenset of int
        FDI labels, 0 for gingiva, whose vertices nothing may move: they stay as they are, bit for bit.
    following : Following or None
        Tree and normals that whoever put them here keeps up with every change of the vertices; ask `followed`. Not stored.
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
    layers: tuple[SculptLayer, ...] = ()
    base: Float32 | None = None
    original: Float32 | None = None
    below: tuple[Level, ...] = ()
    above: tuple[Level, ...] = ()
    locked: frozenset[int] = frozenset()
    following: Following | None = field(default=None, repr=False)

    @classmethod
    def from_surface(cls, surface: Surface, *, source: str = "", jaw: str = "", preview: bool = False) -> Part:
        """Wrap a surface under a new identity."""
        name = surface.name or "part"
        return cls(new_id("part"), name, surface, unit=surface.report.unit, source=source, jaw=jaw, preview=preview)

    def array(self, name: str) -> NDArray[Any]:
        """Return the per-vertex array `name`; ``"position"`` gives ``surface.vertices``. KeyError if absent."""
        return self.surface.vertices if name == POSITION else self.surface.arrays[name]

    def followed(self) -> Following | None:
        """Return what follows the surface under a hand, None if nothing does, or it follows another one."""
        given = self.following
        return given if given is not None and given.vertices is self.surface.vertices else None

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
        return self.surface.nbytes() + self.state().nbytes()

    def state(self) -> PartState:
        """Return what is kept beside the surface; sharing its arrays, which nobody writes in place."""
        return PartState(self.base, self.original, self.layers, self.below, self.above)

    def take_state(self, state: PartState) -> None:
        """Keep another state beside the surface, whose vertices it must fit."""
        self.base, self.original, self.layers = state.base, state.original, state.layers
        self.below, self.above = state.below, state.above
