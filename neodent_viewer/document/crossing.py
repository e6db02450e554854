"""A part crosses to new faces: one step for undo that carries arrays, layers, probes and findings, and tells what was lost.

Order: arrays by their `Crossing`, then layers as fields of displacements, then the base as what is left of the new shape
without them, then the anchors of probes and findings.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.document.anchor import Anchor, local_position
from neodent_viewer.document.borders import patch_counts, slid, without_crumbs
from neodent_viewer.document.composing import composed, with_deltas
from neodent_viewer.document.document import Document
from neodent_viewer.document.edits import EditGroup, TopologyEdit, ValueEdit
from neodent_viewer.document.part import Part, PartState, SculptLayer
from neodent_viewer.document.transfer import TransferReport, nearest, transfer
from neodent_viewer.mesh.bvh import Bvh
from neodent_viewer.mesh.remesh.work import ordered
from neodent_viewer.mesh.surface import Float32, Float64, Int32, Surface

#: mm; a displacement smaller than this is rounding and is not kept in a layer
_NOTHING = 1e-7

#: mm an anchor may move before it is said
_NEAR = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """What an operation made of a part.

    Attributes
    ----------
    vertices : ndarray (n, 3) float32
        Composed positions in mm relative to the part's ``surface.origin``.
    faces : ndarray (m, 3) int32
    places : ndarray (n, 3) float32 or None
        Where on the old surface each vertex takes its values; None: where it is.
    copied : ndarray (n,) bool or None
        Vertices that are a mirror image of their place, in a plane with `normal` (3,).
    notes : tuple of str
        What the operation itself has to say.
    drawn_anew : bool
        Whether vertices stand where it happened: then those beside a border of labels may slide to where it lay.
    """

    vertices: Float32
    faces: Int32
    places: Float32 | None = None
    copied: NDArray[np.bool_] | None = None
    normal: Float64 | None = None
    notes: tuple[str, ...] = ()
    drawn_anew: bool = False


def cross(document: Document, part: Part, shape: Shape, title: str) -> tuple[EditGroup, TransferReport]:
    """Return the edit that gives a part new faces, and what crossed; the document is only read.

    Undoing it brings back everything bit for bit. What was the original to compare with begins anew.
    """
    old = part.surface
    order, faces = ordered(shape.vertices, shape.faces)
    places = shape.places if shape.places is None else shape.places[order]
    vertices = shape.vertices[order]
    if shape.drawn_anew and old.labels is not None:
        vertices = _slid(part, vertices, faces)
    bare = Surface(vertices, faces, old.origin, None, old.name, {}, replace(old.report))
    new, report = transfer(old, bare, places=places)
    if shape.drawn_anew and new.labels is not None and old.labels is not None:
        new.arrays["labels"] = without_crumbs(new.labels, faces, patch_counts(old.labels, old.faces))
    flip = None if shape.copied is None else shape.copied[order]
    if flip is not None and shape.normal is not None and abs(shape.normal[0]) > 0.7 and new.labels is not None:
        new.labels[flip] = mirrored_labels(new.labels[flip])
    state = PartState()
    if part.layers:
        state = _layers(part, new, places, None if flip is None else _reflection(shape.normal, flip))
        report.layers = len(state.layers)
    levels = len(part.below) + len(part.above)
    lost = (f"{levels} other level{'s' if levels > 1 else ''} of resolution ended here.",) if levels else ()
    report.notes = (*shape.notes, *lost)
    return step(document, part, new, state, report, title), report


def _slid(part: Part, vertices: Float32, faces: Int32) -> Float32:
    """Return vertices (n, 3) of new faces between which labels meet where they met on the part's own faces."""
    old = part.surface
    tree, labels = Bvh(old.vertices, old.faces), old.arrays["labels"]

    def asked(places: Float64) -> NDArray[np.int16]:
        face, weights, _ = tree.closest_many(places.astype(np.float32))
        return np.asarray(labels[old.faces[face, weights.argmax(axis=1)]])

    return slid(vertices, faces, asked, part.locked)


def step(
    document: Document, part: Part, new: Surface, state: PartState, report: TransferReport, title: str
) -> EditGroup:
    """Return the edit that shows `new` with `state` beside it and moves the anchors on the part there."""
    version = part.topology_version
    topology = TopologyEdit(part.id, part.surface, new, title, version, part.state(), state)
    carried = _Anchors(part, new, version + 1)
    edits: list[ValueEdit] = []
    for key, probe in document.probes.items():
        if probe.anchor.part == part.id:
            moved = replace(probe, anchor=carried.move(probe.anchor, f"Probe {probe.name}"))
            edits.append(ValueEdit(("probes", key), probe, moved, title))
            report.probes += 1
    for key, finding in document.findings.items():
        if any(anchor.part == part.id for anchor in finding.anchors):
            anchors = tuple(carried.move(a, f"Finding {finding.title}") for a in finding.anchors)
            edits.append(ValueEdit(("findings", key), finding, replace(finding, anchors=anchors), title))
            report.findings += 1
    report.moved_anchors = tuple(carried.distances)
    report.notes = (*report.notes, *carried.said)
    return EditGroup((topology, *edits), title)


def mirrored_labels(labels: NDArray[np.int16]) -> NDArray[np.int16]:
    """Return FDI labels as seen in a mirror: quadrant 1 and 2, 3 and 4 (5 and 6, 7 and 8) change places.

    >>> mirrored_labels(np.array([0, 11, 24, 36, 85], np.int16)).tolist()
    [0, 21, 14, 46, 75]
    """
    quadrant = labels // 10
    other = np.where(quadrant % 2 == 1, quadrant + 1, quadrant - 1)
    return np.where((quadrant >= 1) & (quadrant <= 8), other * 10 + labels % 10, labels).astype(labels.dtype)


class _Anchors:
    """Moves anchors to the nearest points of a new surface and notes what moved far."""

    def __init__(self, part: Part, new: Surface, version: int) -> None:
        self._part, self._new, self._version = part, new, version
        self._tree: Bvh | None = None
        self.distances: list[float] = []
        self.said: list[str] = []

    def move(self, anchor: Anchor, whose: str) -> Anchor:
        """Return the anchor on the new surface; one of another part as it is."""
        if anchor.part != self._part.id or not len(self._new.faces):
            return anchor
        self._tree = self._tree or Bvh(self._new.vertices, self._new.faces)
        place = local_position(anchor, self._part) + self._part.surface.origin - self._new.origin
        face, weights, position, distance = self._tree.closest(place)
        self.distances.append(distance)
        if distance > _NEAR:
            self.said.append(f"{whose} moved {distance:.1f} mm: its place is gone.")
        a, b, c = (float(w) for w in weights)
        x, y, z = (float(p) for p in position)
        return Anchor(anchor.part, self._version, face, (a, b, c), (x, y, z))


_Turn = tuple[NDArray[np.bool_], Float64]


def _reflection(normal: Float64 | None, flip: NDArray[np.bool_]) -> _Turn | None:
    if normal is None:
        return None
    along = normal / np.linalg.norm(normal)
    return flip, np.eye(3) - 2.0 * np.outer(along, along)


def _layers(part: Part, new: Surface, places: Float32 | None, turn: _Turn | None) -> PartState:
    """Return base and layers over a new surface, whose vertices are composed of them once more, to the last bit."""
    corners, weights, _ = nearest(part.surface, new, places)
    chosen = corners[np.arange(len(corners)), weights.argmax(axis=1)]
    same = (new.vertices == part.surface.vertices[chosen]).all(axis=1) if places is None else None
    total = new.vertices.astype(np.float64)
    layers = []
    for layer in part.layers:
        moved = _field(layer, part, corners, weights)
        if same is not None:
            moved[same] = _dense(layer, part)[chosen[same]]
        if turn is not None:
            moved[turn[0]] = (moved[turn[0]] @ turn[1].T).astype(np.float32)
        moved[np.abs(moved).max(axis=1) < _NOTHING] = 0.0
        rows = np.flatnonzero(moved.any(axis=1)).astype(np.int32)
        empty = replace(layer, indices=rows[:0], deltas=moved[:0])
        layers.append(with_deltas(empty, rows, moved[rows]))
        if layer.visible:
            total -= float(layer.strength) * moved.astype(np.float64)
    base = total.astype(np.float32)
    if same is not None and part.base is not None:
        base[same] = part.base[chosen[same]]
    state = PartState(base, None, tuple(layers))
    put(new, state)
    return state


def put(surface: Surface, state: PartState) -> None:
    """Write the composed positions of base and layers to a surface that nobody holds yet."""
    if state.base is not None:
        part = Part("", "", surface)
        part.take_state(state)
        surface.vertices[:] = composed(part, np.arange(len(surface.vertices), dtype=np.int32))


def _dense(layer: SculptLayer, part: Part) -> Float32:
    dense = np.zeros((len(part.surface.vertices), 3), np.float32)
    dense[layer.indices] = layer.deltas
    return dense


def _field(layer: SculptLayer, part: Part, corners: Int32, weights: Float64) -> Float32:
    """Return a layer's displacements (n, 3) at points on the old faces."""
    corner_values = _dense(layer, part)[corners].astype(np.float64)
    return np.asarray(np.einsum("nk,nkd->nd", weights, corner_values), np.float32)
