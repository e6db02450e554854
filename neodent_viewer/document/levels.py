"""Up and down in resolution, with detail kept: what was sculpted at a finer step is laid over what the coarser one became.

Going up, positions are Loop's (`mesh.remesh.loop`); going down, old vertices follow what was done to them since. What is
left behind each time is kept in a `Level`, so down and up again, or up and down, brings back the very same bits where
nothing was changed meanwhile; where the coarse shape was changed, detail turns along with it (Zorin, Schroeder and Sweldens,
Interactive Multiresolution Mesh Editing, SIGGRAPH 1997).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.core.errors import TopologyError
from neodent_viewer.document.composing import base_of, deltas_at, with_deltas
from neodent_viewer.document.crossing import put, step
from neodent_viewer.document.document import Document
from neodent_viewer.document.edits import EditGroup
from neodent_viewer.document.part import CROSSINGS, Crossing, Level, Part, PartState, SculptLayer
from neodent_viewer.document.transfer import TransferReport
from neodent_viewer.mesh.normals import vertex_normals
from neodent_viewer.mesh.remesh.loop import Subdivision, subdivide
from neodent_viewer.mesh.remesh.work import ordered
from neodent_viewer.mesh.surface import Float32, Float64, Int32, Surface

#: faces that one more step up may have
MOST = 12_000_000


def up_edit(document: Document, part: Part) -> tuple[EditGroup, TransferReport]:
    """Return the edit that takes a part one step up; raises TopologyError ``too_large``, ``empty``."""
    surface = part.surface
    if not len(surface.faces):
        raise TopologyError(
            "There is no face to subdivide.", kind="empty", where=part.name, remedy="Choose another part."
        )
    if 4 * len(surface.faces) > MOST:
        what = f"One step up would make {4 * len(surface.faces) / 1e6:.0f} million faces."
        raise TopologyError(what, kind="too_large", where=part.name, remedy="Decimate or cut the part first.")
    loop = subdivide(surface.faces, len(surface.vertices))
    level = part.above[-1] if part.above else None
    grown = _Grown(part, loop, level)
    new, state = grown.result()
    below = Level(surface, part.base, part.layers, grown.place, _frozen(new), state.base, state.layers)
    state = replace(state, below=(*part.below, below), above=part.above[:-1])
    return _told(document, part, new, state, "Subdivide")


def down_edit(document: Document, part: Part) -> tuple[EditGroup, TransferReport]:
    """Return the edit that takes a part one step down again; raises TopologyError ``not_fit`` if it never came up."""
    if not part.below:
        raise TopologyError(
            "This part was not subdivided, or its faces were changed since.",
            kind="not_fit",
            where=part.name,
            remedy="Decimate it to have fewer faces.",
        )
    level = part.below[-1]
    assert level.fine is not None
    even = level.place[: len(level.coarse.vertices)]
    came = level.fine.vertices if level.fine_base is None else level.fine_base
    start = level.coarse.vertices if level.coarse_base is None else level.coarse_base
    positions = _followed(start, came[even], base_of(part)[even])
    layers = tuple(_coarser(layer, level, even) for layer in part.layers)
    arrays = {name: values[even] for name, values in part.surface.arrays.items()}
    coarse = level.coarse
    new = replace(coarse, vertices=positions, arrays=arrays, report=replace(coarse.report))
    state = PartState(positions.copy() if layers else None, None, layers)
    put(new, state)
    left = Level(_frozen(new), state.base, state.layers, level.place, part.surface, part.base, part.layers)
    state = replace(state, below=part.below[:-1], above=(*part.above, left))
    return _told(document, part, new, state, "Subdivide down")


def _told(
    document: Document, part: Part, new: Surface, state: PartState, title: str
) -> tuple[EditGroup, TransferReport]:
    carried = {name: CROSSINGS.get(name, Crossing.NEAREST) for name in new.arrays}
    report = TransferReport(carried=carried, layers=len(state.layers))
    return step(document, part, new, state, report, title), report


def _frozen(surface: Surface) -> Surface:
    """Return a surface that keeps its positions and arrays while the one in the document is sculpted on."""
    arrays = {name: values.copy() for name, values in surface.arrays.items()}
    return replace(surface, vertices=surface.vertices.copy(), arrays=arrays)


def _followed(start: Float32, was: Float32, now: Float32) -> Float32:
    """Return `start` moved as far as `was` went to become `now`; bit-identical where it did not."""
    moved = (was != now).any(axis=1)
    positions = start.copy()
    positions[moved] = (start[moved] + (now[moved].astype(np.float64) - was[moved])).astype(np.float32)
    return positions


def _coarser(layer: SculptLayer, level: Level, even: Int32) -> SculptLayer:
    """Return a layer one step down."""
    values = deltas_at(layer, even)
    fine, coarse = _of(level.fine_layers, layer.id), _of(level.coarse_layers, layer.id)
    if fine is not None and coarse is not None:
        rows = np.arange(len(even), dtype=np.int32)
        values = _followed(deltas_at(coarse, rows), deltas_at(fine, even), values)
    return _filled(layer, values)


def _of(layers: tuple[SculptLayer, ...], layer_id: str) -> SculptLayer | None:
    return next((layer for layer in layers if layer.id == layer_id), None)


def _filled(layer: SculptLayer, values: Float32) -> SculptLayer:
    empty = replace(layer, indices=np.zeros(0, np.int32), deltas=np.zeros((0, 3), np.float32))
    return with_deltas(empty, np.arange(len(values), dtype=np.int32), values)


class _Grown:
    """A part one step up, row by row of the subdivision; `level` is what it left there the last time, if it was there."""

    def __init__(self, part: Part, loop: Subdivision, level: Level | None) -> None:
        self._part, self._loop, self._level = part, loop, level
        if level is not None and level.fine is not None:
            self.place: Int32 = level.place
            self._faces = level.fine.faces
        else:
            plain = loop.up(part.surface.vertices).astype(np.float32)
            order, self._faces = ordered(plain, loop.faces)
            self.place = np.empty(len(order), np.int32)
            self.place[order] = np.arange(len(order), dtype=np.int32)
        self._rows = np.arange(len(part.surface.vertices), dtype=np.int32)
        self._turns = self._rotations()

    def result(self) -> tuple[Surface, PartState]:
        """Return the finer surface and what is kept beside it."""
        old, level = self._part.surface, self._level
        was = None if level is None else (level.coarse.vertices if level.coarse_base is None else level.coarse_base)
        fine = level.fine if level is not None else None
        left = None
        if level is not None and fine is not None:
            left = fine.vertices if level.fine_base is None else level.fine_base
        base = self._up(base_of(self._part), was, left)
        layers = tuple(self._layer(layer) for layer in self._part.layers)
        arrays = {name: self._array(name, values) for name, values in old.arrays.items()}
        report = replace(old.report)
        new = Surface(base, self._faces, old.origin, None, old.name, arrays, report)
        state = PartState(base.copy() if layers else None, None, layers)
        put(new, state)
        return new, state

    def _layer(self, layer: SculptLayer) -> SculptLayer:
        level, now = self._level, deltas_at(layer, self._rows)
        was = left = None
        if level is not None:
            coarse, fine = _of(level.coarse_layers, layer.id), _of(level.fine_layers, layer.id)
            if coarse is not None and fine is not None:
                every = np.arange(len(self.place), dtype=np.int32)
                was, left = deltas_at(coarse, self._rows), deltas_at(fine, every)
        return _filled(layer, self._up(now, was, left))

    def _up(self, now: Float32, was: Float32 | None, left: Float32 | None) -> Float32:
        """Return positions or displacements (n, 3) one step up: where nothing changed since, those `left` there."""
        out = np.empty((len(self.place), 3), np.float32)
        if was is None or left is None:
            out[self.place] = self._loop.up(now)
            return out
        smooth, detail = self._loop.up(now), left[self.place] - self._loop.up(was)
        if self._turns is not None:
            detail = np.einsum("nij,nj->ni", self._turns, detail)
        changed = self._touched((now != was).any(axis=1))
        out[:] = left
        out[self.place[changed]] = (smooth + detail)[changed]
        return out

    def _touched(self, changed: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return which rows of the subdivision stand on changed vertices, or on neighbours by which their detail turned."""
        spread = np.asarray(abs(self._loop.weights) @ changed.astype(np.float64)) > 0
        if self._turns is not None:
            spread |= np.abs(self._turns - np.eye(3)).max(axis=(1, 2)) > 1e-7
        return spread

    def _rotations(self) -> Float64 | None:
        """Return how each row's surroundings turned (n, 3, 3) since it was left; None if the coarse shape did not change."""
        level = self._level
        if level is None or np.array_equal(level.coarse.vertices, self._part.surface.vertices):
            return None
        was, now = (self._frames(surface.vertices) for surface in (level.coarse, self._part.surface))
        return np.asarray(now @ was.transpose(0, 2, 1))

    def _frames(self, coarse: Float32) -> Float64:
        """Return an orthonormal frame (n, 3, 3), in columns, at each row: normal, and towards a neighbour."""
        places = self._loop.up(coarse)
        normals = vertex_normals(places.astype(np.float32), self._loop.faces).astype(np.float64)
        beside = np.zeros(len(places), np.int64)
        beside[self._loop.faces.ravel()] = np.roll(self._loop.faces, -1, axis=1).ravel()
        along = places[beside] - places
        along -= (along * normals).sum(axis=1, keepdims=True) * normals
        along /= np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-30)
        return np.stack([normals, along, np.cross(normals, along)], axis=2)

    def _array(self, name: str, values: NDArray[Any]) -> NDArray[Any]:
        """Return a per-vertex array one step up: as it was left there where the coarse values did not change."""
        ends = self._loop.ends
        if CROSSINGS.get(name, Crossing.NEAREST) is Crossing.INTERPOLATE:
            mean = values[ends].astype(np.float64).mean(axis=1)
            new = np.rint(mean) if np.issubdtype(values.dtype, np.integer) else mean
        else:
            new = values[ends[:, 0]]
        out = np.empty((len(self.place), *values.shape[1:]), values.dtype)
        out[self.place] = np.concatenate([values, new.astype(values.dtype)])
        level = self._level
        if level is None or level.fine is None or name not in level.fine.arrays or name not in level.coarse.arrays:
            return out
        differs = (level.coarse.arrays[name] != values).reshape(len(values), -1).any(axis=1)
        same = np.concatenate([~differs, ~differs[ends].any(axis=1)])
        rows = self.place[same]
        out[rows] = level.fine.arrays[name][rows]
        return out
