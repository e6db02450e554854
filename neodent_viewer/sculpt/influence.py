"""What a brush reaches and how much, for one stroke: made at the press, asked at each dab.

A weight is ``falloff x pressure x free``, where free is what mask, locked labels, open rims and hollows leave (`automask`);
then the label under the press decides, then the stamp, then what earlier dabs of the stroke have given already.
"""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

import numpy as np

from neodent_viewer.mesh.surface import Float32, Float64, Int32
from neodent_viewer.sculpt import alpha, automask, curve
from neodent_viewer.sculpt.brushes import Brush
from neodent_viewer.sculpt.falloff import CUSTOM, code
from neodent_viewer.sculpt.settings import BrushSettings
from neodent_viewer.sculpt.surface import SculptMesh

_NOWHERE = np.zeros(3)
_EMPTY = np.zeros(0, np.float32)
_NO_TABLE = np.zeros(2, np.float32)


class Influence(NamedTuple):
    """Vertices (k,) int32 ascending and weights (k,) float32 under one copy of a brush, and how the surface lies there.

    The rest is as in `dab.Dab`.
    """

    ids: Int32
    weights: Float32
    center: Float64
    normal: Float64
    middle: Float64
    direction: Float64
    radius: float


class Reach:
    """The influence of one brush in one stroke.

    Attributes
    ----------
    capped : bool
        Whether dabs do not add up: `beyond` must be asked.
    """

    def __init__(self, mesh: SculptMesh, brush: Brush, settings: BrushSettings) -> None:
        self.mesh, self.brush, self.settings = mesh, brush, settings
        self.capped = (brush.capped or not settings.accumulate) and not brush.dragged
        self._share_of_rest = 0.0 if brush.unit == "mm" or brush.array == "mask" else min(abs(settings.strength), 1.0)
        self._free = automask.free(mesh, settings, masked=brush.array != "mask")
        self._code = code("constant" if brush.reach != 1 else settings.falloff)
        self._table = curve.table(settings.curve) if settings.falloff == CUSTOM else _NO_TABLE
        self._pressure = None if settings.pressure_curve == curve.STRAIGHT else curve.table(settings.pressure_curve)
        self._only: dict[int, int] = {}
        self._peak = np.zeros(len(mesh.vertices), np.float32) if self.capped else _EMPTY
        self._normals = mesh.normals.copy() if brush.from_press else mesh.normals

    def at(
        self, copy: int, center: Float64, facing: Float64 | None, pressure: float = 1.0, direction: Float64 = _NOWHERE
    ) -> Influence:
        """Return what number `copy` of the brush reaches from `center` (3,); `pressure` 0..1 as the pen gives it."""
        share = self._share(pressure)
        radius = self.settings.radius * self.brush.reach * (share if self.settings.pressure_radius else 1.0)
        flow = share if self.settings.pressure_strength else 1.0
        if radius < 1e-9:
            return Influence(np.zeros(0, np.int32), _EMPTY, center, _unit(_NOWHERE, facing), center, direction, radius)
        ids = self.mesh.bvh.vertices_about(center, radius)
        return self.among(ids, copy, center, facing, radius, flow, direction)

    def among(
        self, ids: Int32, copy: int, center: Float64, facing: Float64 | None, radius: float,
        flow: float = 1.0, direction: Float64 = _NOWHERE,
    ) -> Influence:  # fmt: skip
        """Return what is reached among `ids` (k,) ascending; as `at`, with the radius in mm."""
        from neodent_viewer.sculpt.kernels import influence

        s, mesh, radius = self.settings, self.mesh, float(radius)  # a whole number would be compiled for once more
        out = _NOWHERE if facing is None else facing
        labels = mesh.label_codes()
        ids, weights, sums = influence.weigh(
            mesh.vertices, mesh.normals, ids, center, radius, self._code, self._table, self._free, labels,
            self._label(copy, center), out, s.front_only and facing is not None, flow, s.normal_radius / self.brush.reach,
        )  # fmt: skip
        normal = _unit(sums[:3], facing)
        middle = sums[3:6] / sums[6] if sums[6] > 0 else center
        if s.alpha is not None:
            self._stamp(ids, weights, copy, center, radius, normal, direction)
            kept = weights > 0
            ids, weights = ids[kept], weights[kept]
        return Influence(ids, weights, center, normal, middle, direction, radius)

    def normals(self) -> Float32:
        """Return the normals (n, 3) the brush works along: those at the press, or those of now."""
        return self._normals

    def beyond(self, found: list[Influence]) -> list[Influence]:
        """Return influences less what earlier dabs gave, so that a place gets no more than its strongest dab in all."""
        whole = self.together(found) if self.brush.kind == "value" or self.brush.capped else None
        kept = []
        for one in found if whole is None else [whole]:
            had = self._peak[one.ids]
            more = np.maximum(one.weights - had, 0)
            if self._share_of_rest:  # what goes a share s of the way: (1 - s had) (1 - s more) must be 1 - s new
                rest = 1 - np.float32(self._share_of_rest) * had
                more = np.divide(more, rest, out=np.zeros_like(more), where=rest > 0)
            keep = more > 0
            kept.append(one._replace(ids=one.ids[keep], weights=more[keep]))
        for one in found:
            self._peak[one.ids] = np.maximum(self._peak[one.ids], one.weights)
        return kept

    def together(self, found: list[Influence]) -> Influence:
        """Return copies as one influence, each vertex as its strongest copy has it; the rest is the first copy's."""
        from neodent_viewer.sculpt.kernels import influence

        first = found[0]
        if len(found) == 1:
            return first
        ids, top = first.ids, first.weights
        for other in found[1:]:
            none, more = np.zeros((len(ids), 3)), np.zeros((len(other.ids), 3), np.float32)
            ids, _, _, top = influence.union(ids, none, none[:, 0].copy(), top, other.ids, more, other.weights)
        return first._replace(ids=ids, weights=top)

    def _share(self, pressure: float) -> float:
        clipped = min(max(float(pressure), 0.0), 1.0)
        if self._pressure is None:
            return clipped
        return float(np.interp(clipped * (len(self._pressure) - 1), np.arange(len(self._pressure)), self._pressure))

    def _label(self, copy: int, center: Float64) -> int:
        """Return the only label this copy may change: the one where it came down; -1 for any."""
        labels = self.mesh.label_codes()
        if not (self.settings.lock_to_label and len(labels) and len(self.mesh.faces)):
            return -1
        if copy not in self._only:
            face, weights, _, _ = self.mesh.bvh.closest(center)
            self._only[copy] = int(labels[self.mesh.faces[face, int(np.argmax(weights))]])
        return self._only[copy]

    def _stamp(
        self,
        ids: Int32,
        weights: Float32,
        copy: int,
        center: Float64,
        radius: float,
        normal: Float64,
        direction: Float64,
    ) -> None:
        from neodent_viewer.sculpt.kernels import influence
        from neodent_viewer.sculpt.symmetry import operations

        picture = self.settings.alpha
        assert picture is not None
        op = operations(self.settings)[copy]
        back = op.matrix.T  # the stamp is laid out where the hand is, then copied, so that mirrored stamps are mirrored
        u, v = alpha.frame(back @ normal, back @ direction, picture.angle)
        influence.stamp(self.mesh.vertices, ids, weights, center, radius, picture.values, op.along(u), op.along(v))


def _unit(vector: Float64, otherwise: Float64 | None) -> Float64:
    """Return `vector` (3,) at unit length, or the other one where it cancels."""
    for candidate in (vector, otherwise):
        if candidate is not None and (length := sqrt(sum(x * x for x in candidate.tolist()))) > 1e-9:
            return np.asarray(candidate / length)
    return np.zeros(3)
