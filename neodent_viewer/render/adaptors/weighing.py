"""Which probes each vertex listens to: the field set by zone, the fault set by tooth; worked out behind the picture.

A change of zones has the field set made anew and never the fault set. What is already known of a surface is kept: a probe
that is placed costs one march over it, and so does a quantity that a zone shows for the first time.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.document.anchor import local_position
from neodent_viewer.document.document import Document
from neodent_viewer.document.part import Part
from neodent_viewer.document.probe import Probe
from neodent_viewer.document.zone import Zone, assign, painted
from neodent_viewer.mesh.surface import Float32, Float64, Int32, Surface
from neodent_viewer.render.adaptors.part import PartAdaptor
from neodent_viewer.render.adaptors.zones import ZoneAdaptor
from neodent_viewer.render.work import Work

if TYPE_CHECKING:
    from neodent_viewer.fields.weights import SeedDistances

Slot = tuple[str, str]
#: triangles of a zone that a caption goes by
_SAMPLES = 192
#: mm between pieces of a zone that count as apart
_APART = 6.0


@dataclass(frozen=True, slots=True, eq=False)
class Patch:
    """Some triangles of one piece of a zone, on one part.

    Attributes
    ----------
    centres : ndarray (k, 3) float64
        mm relative to ``surface.origin``.
    areas : ndarray (k, 3) float64
        Outward normals times the area each stands for, mm2.
    """

    centres: Float64
    areas: Float64


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """The field set of one part.

    Attributes
    ----------
    packed : ndarray (n, 4) float32
        ``slot + 0.999 x weight`` of the nearest probes of the quantity that is shown at each vertex.
    reach : ndarray (n,) float32
        mm to the nearest of them.
    zone : ndarray (n, 2) float32 or None
        Row of what is shown, and whether it was painted there; None on a part without zones.
    rows : tuple of int
        Rows that its vertices carry, the one outside all zones first.
    outside : bool
        Whether anything outside all zones is seen in colour: gum that has its own is not.
    probes : dict of str to int
        Row of what is shown where a probe sits.
    patches : dict of int to tuple of Patch
        By row: some triangles of each piece of a zone.
    """

    packed: Float32
    reach: Float32
    zone: Float32 | None
    rows: tuple[int, ...]
    outside: bool = True
    probes: dict[str, int] = field(default_factory=dict)
    patches: dict[int, tuple[Patch, ...]] = field(default_factory=dict)


class Weighing:
    """Weights of all parts of a document.

    Attributes
    ----------
    fields : dict of str to Field
        The field set of each part as it arrived last.
    asked : Counter of (str, str)
        How often each part's ``"field"`` and ``"fault"`` sets were made.
    """

    def __init__(self, document: Document, work: Work) -> None:
        self._document = document
        self._work = work
        # with whom it was asked for: a document that is opened anew brings the same names, and other surfaces
        self._wanted: dict[tuple[str, str], tuple[PartAdaptor, Any]] = {}
        self._near: dict[str, tuple[Surface, int, SeedDistances]] = {}
        self.fields: dict[str, Field] = {}
        self.asked: Counter[tuple[str, str]] = Counter()

    def refresh(self, parts: dict[str, PartAdaptor], zones: ZoneAdaptor, columns: dict[Slot, int]) -> None:
        """Ask for what is not as it should be by now."""
        self._wanted = {key: kept for key, kept in self._wanted.items() if parts.get(key[0]) is kept[0]}
        here = {key for key, kind in self._wanted if kind == "field"}
        self._near = {key: kept for key, kept in self._near.items() if key in here}
        self.fields = {key: kept for key, kept in self.fields.items() if key in here}
        for adaptor in parts.values():
            if not adaptor.part.preview:
                self._weigh_field(adaptor, zones, columns)
                self._weigh_fault(adaptor, columns)

    def _seeds(self, part: Part, quantity: str, columns: dict[Slot, int]) -> tuple[tuple[Probe, int], ...]:
        """Return (probe, column) of the probes on a part that send `quantity`, or of all when it is empty."""
        found = []
        for probe in self._document.probes.values():
            mine = [c for c in probe.channels if not quantity or c.quantity.name == quantity]
            if probe.anchor.part == part.id and mine:
                found.append((probe, columns[probe.id, mine[0].key]))
        return tuple(found)

    # -- field ---------------------------------------------------------------------------------------------------

    def _weigh_field(self, adaptor: PartAdaptor, zones: ZoneAdaptor, columns: dict[Slot, int]) -> None:
        part, surface, shape = adaptor.part, adaptor.part.surface, adaptor.shape
        seeds = {
            name: tuple((seed_vertex(probe, part), column) for probe, column in self._seeds(part, name, columns))
            for name in sorted(zones.quantities)
        }
        version = adaptor.painted if zones.zones else 0
        wanted = (adaptor.generation, shape, version, zones.weighed_for, *seeds.items())
        if not self._is_new(adaptor, "field", wanted):
            return
        outside = zones.outside
        if not zones.zones and not any(seeds.values()):
            self._take_field(adaptor, None)
            return
        numbers = painted(surface) if zones.zones else None
        task = _Task(
            surface=surface,
            numbers=None if numbers is None else numbers.copy(),  # a stroke writes it in place
            zones=zones.zones,
            rows=tuple(shown.row for shown in zones.shown),
            quantities=tuple("" if s.quantity is None else s.quantity.name for s in (outside, *zones.shown[1:])),
            seeds=seeds,
            probes={p.id: seed_vertex(p, part) for p, _ in self._seeds(part, "", columns)},
        )

        def take(found: Field) -> None:
            if self._wants(adaptor, "field", wanted):
                self._take_field(adaptor, found)

        self._work(lambda: _field(task, self._distances(part.id, surface, shape)), take)

    def _take_field(self, adaptor: PartAdaptor, found: Field | None) -> None:
        if found is None:
            self.fields.pop(adaptor.part.id, None)
            adaptor.set_field(None, None, None, ())
        else:
            self.fields[adaptor.part.id] = found
            adaptor.set_field(found.packed, found.reach, found.zone, found.rows)

    def _distances(self, part_id: str, surface: Surface, shape: int) -> SeedDistances:
        """Return the distances kept for a surface: a probe that is placed costs one march, not all of them."""
        from neodent_viewer.fields.weights import SeedDistances

        kept = self._near.get(part_id)
        if kept is None or kept[0] is not surface or kept[1] != shape:
            kept = self._near[part_id] = (surface, shape, SeedDistances(surface.vertices, surface.faces))
        return kept[2]

    # -- fault ---------------------------------------------------------------------------------------------------

    def _weigh_fault(self, adaptor: PartAdaptor, columns: dict[Slot, int]) -> None:
        part, surface = adaptor.part, adaptor.part.surface
        seeds = self._seeds(part, "", columns)
        slots = [column for _, column in seeds]
        teeth = [probe.tooth for probe, _ in seeds]
        vertices = [seed_vertex(probe, part) for probe, _ in seeds]
        wanted = (adaptor.generation, adaptor.shape, *vertices, -1, *slots, *teeth)
        if not self._is_new(adaptor, "fault", wanted):
            return
        if not seeds:
            adaptor.set_fault(None)
            return
        places = [local_position(probe.anchor, part) for probe, _ in seeds]

        def take(found: Float32) -> None:
            if self._wants(adaptor, "fault", wanted):
                adaptor.set_fault(found)

        self._work(lambda: _fault(surface.vertices, surface.labels, places, teeth, slots), take)

    def _wants(self, adaptor: PartAdaptor, kind: str, wanted: Any) -> bool:
        whose, asked = self._wanted.get((adaptor.part.id, kind), (None, None))
        return whose is adaptor and bool(asked == wanted)

    def _is_new(self, adaptor: PartAdaptor, kind: str, wanted: Any) -> bool:
        if self._wants(adaptor, kind, wanted):
            return False
        self._wanted[adaptor.part.id, kind] = adaptor, wanted
        self.asked[adaptor.part.id, kind] += 1
        return True


def seed_vertex(probe: Probe, part: Part) -> int:
    """Return the vertex nearest to a probe's anchor."""
    anchor, surface = probe.anchor, part.surface
    if anchor.topology_version == part.topology_version and anchor.face < len(surface.faces):
        return int(surface.faces[anchor.face][int(np.argmax(anchor.weights))])
    away = surface.vertices - local_position(anchor, part).astype(np.float32)
    return int(np.argmin((away * away).sum(axis=1)))


# -- behind the picture ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class _Task:
    """What the field set of a part is made from: `rows` and `quantities` stand for outside all zones, then for each."""

    surface: Surface
    numbers: NDArray[np.integer] | None
    zones: tuple[Zone, ...]
    rows: tuple[int, ...]
    quantities: tuple[str, ...]
    seeds: dict[str, tuple[tuple[int, int], ...]]
    probes: dict[str, int]


def _field(task: _Task, near: SeedDistances) -> Field:
    surface = task.surface
    count = len(surface.vertices)
    packed, reach = _of_quantity(task, near, task.quantities[0])
    places = assign(surface.labels, task.numbers, task.zones, count) if task.zones else np.zeros(0, np.int16)
    if not places.any():
        return Field(packed, reach, None, task.rows[:1], True, dict.fromkeys(task.probes, task.rows[0]))
    own = np.array([-1, *(zone.number for zone in task.zones)])[places]
    places = _into_the_gum(places, surface.labels, surface.faces)
    here = [int(place) for place in np.flatnonzero(np.bincount(places)) if place]
    for quantity in {task.quantities[place] for place in here} - {task.quantities[0]}:
        of = np.array([name == quantity for name in task.quantities])[places]
        other = _of_quantity(task, near, quantity)
        packed[of], reach[of] = other[0][of], other[1][of]
    rows = np.array(task.rows, np.int64)
    zone = np.zeros((count, 2), np.float32)
    zone[:, 0] = rows[places]
    if task.numbers is not None:
        zone[:, 1] = own == task.numbers
    labels = surface.labels
    coloured = places == 0 if labels is None or not (labels > 0).any() else (places == 0) & (labels > 0)
    return Field(
        packed,
        reach,
        zone,
        (task.rows[0], *(int(rows[place]) for place in here)),
        bool(coloured.any()),
        {probe: int(rows[places[vertex]]) for probe, vertex in task.probes.items()},
        {int(rows[place]): _patches(surface.vertices, surface.faces, places, place) for place in here},
    )


def _into_the_gum(
    places: NDArray[np.int16], labels: NDArray[np.integer] | None, faces: Int32, rings: int = 2
) -> NDArray[np.int16]:
    """Return places with those of teeth carried a breath into the gum, where a margin is drawn finer than its vertices."""
    if labels is None:
        return places
    places = places.copy()
    for _ in range(rings):
        corners = places[faces]
        mixed = (corners.min(axis=1) == 0) & (corners.max(axis=1) > 0)
        rim, highest = faces[mixed].ravel(), np.repeat(corners[mixed].max(axis=1), 3)
        gum = (places[rim] == 0) & (labels[rim] <= 0)
        np.maximum.at(places, rim[gum], highest[gum])
    return places


def _of_quantity(task: _Task, near: SeedDistances, quantity: str) -> tuple[Float32, Float32]:
    """Return packed weights (n, 4) and reach (n,) of one quantity everywhere; nothing for one that nobody sends."""
    from neodent_viewer.fields.weights import pack, probe_weights

    seeds = task.seeds.get(quantity, ())
    vertices = np.array([vertex for vertex, _ in seeds], np.int64)
    columns = np.array([column for _, column in seeds] or [0], np.float32)
    found = probe_weights(near.vertices, near.faces, vertices, distances=near)
    return pack(columns[found.ids.astype(np.int64)], found.weights), np.asarray(found.distance, np.float32)


def _patches(vertices: Float32, faces: Int32, places: NDArray[np.int16], place: int) -> tuple[Patch, ...]:
    """Return the pieces of a zone that stand apart from each other, each as some of its triangles."""
    inside = np.flatnonzero((places[faces] == place).all(axis=1))
    each = max(1, len(inside) // _SAMPLES)  # a triangle stands for so many
    some = inside[::each]
    a, b, c = vertices[faces[some]].astype(np.float64).transpose(1, 0, 2)
    centres, areas = (a + b + c) / 3.0, each * np.cross(b - a, c - a) / 2.0
    away = np.linalg.norm(centres[:, None] - centres[None], axis=2)
    spread = away + np.where(np.eye(len(some), dtype=bool), np.inf, 0.0)
    near = away < max(_APART, 4.0 * float(np.median(spread.min(axis=1))) if len(some) > 1 else 0.0)
    left, patches = np.ones(len(some), np.bool_), []
    while left.any():
        piece = np.zeros(len(some), np.bool_)
        piece[int(np.argmax(left))] = True
        while (grown := near[piece].any(axis=0)).sum() > piece.sum():
            piece = grown
        patches.append(Patch(centres[piece], areas[piece]))
        left &= ~piece
    return tuple(patches)


def _fault(
    vertices: Float32, labels: Any, places: list[NDArray[np.float64]], teeth: list[int], columns: list[int]
) -> Float32:
    from neodent_viewer.fields.weights import pack
    from neodent_viewer.glitch.reach import fault_weights

    ids, weights = fault_weights(vertices, labels, places, teeth)
    return pack(np.array(columns, np.float32)[ids.astype(np.int64)], weights)
