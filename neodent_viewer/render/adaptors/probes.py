"""Probes on the GPU: a small float texture rewritten each frame, and weights that spread it over the vertices of a part.

A live field costs the slots it has, never the vertices: values stand in the texture, vertices only know their nearest slots.
A slot keeps its column as long as it lives, so weights stay true while others come and go.
"""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray
from vispy import gloo

from neodent_viewer.document.anchor import world_position
from neodent_viewer.document.document import Document
from neodent_viewer.document.moment import Moment
from neodent_viewer.document.part import Part
from neodent_viewer.document.probe import Probe, slots
from neodent_viewer.glitch.kuramoto import coherence
from neodent_viewer.mesh.surface import Float32
from neodent_viewer.render.adaptors.part import PartAdaptor
from neodent_viewer.render.adaptors.weighing import Weighing
from neodent_viewer.render.adaptors.zones import ZoneAdaptor
from neodent_viewer.render.faults import SEEN, SeenFault, probe_phases, seen_faults, wave_uniforms
from neodent_viewer.render.work import Work

#: fault kinds as numbers, for shaders
KINDS = (
    *("", "gap", "stuck", "spike", "drift", "out_of_range", "late", "decoupled"),
    *("saturated", "clock_jump", "disagrees", "syntax"),
)
_KIND_NUMBERS = {kind: number for number, kind in enumerate(KINDS)}
#: how far a fault is felt around its probe, mm: about half a molar
REACH = 6.0
#: which way is outwards is asked of the faces within this distance of a probe, mm, among so many before and after its own
_SMOOTH, _WINDOW = 2.5, 1500
_ROWS, _STEP = 4, 16
#: greatest value that shaders are given: they reckon in single precision
_LARGEST = 1e30

Slot = tuple[str, str]


class ProbeAdaptor:
    """GPU side of all probes of a document.

    Attributes
    ----------
    texture : Texture2D
        RGBA32F, four rows; see ``shaders/surface/README.md``.
    values : ndarray (4, width, 4) float32
        What was written last.
    faults : tuple of SeenFault
        Faults to be seen in this frame, the oldest first.
    weighing : Weighing
        Which of them each vertex listens to.
    waves : dict
        Uniforms of the waves they send over all parts.
    """

    def __init__(self, document: Document, work: Work) -> None:
        self._document = document
        self._columns: dict[Slot, int] = {}
        self._quantities: dict[Slot, str] = {}
        self._weighed: tuple[Any, ...] | None = None
        self.weighing = Weighing(document, work)
        self._mapped: tuple[Any, ...] = ()
        self._rows: tuple[NDArray[np.int64], NDArray[np.int64]] = (np.zeros(0, np.int64), np.zeros(0, np.int64))
        self._shown = np.zeros(0, np.bool_)
        self._kinds: tuple[tuple[str, ...] | None, Float32] = (None, np.zeros(0, np.float32))
        self.faults: tuple[SeenFault, ...] = ()
        self.waves: dict[str, Any] = {}
        self.values = np.zeros((_ROWS, _STEP, 4), np.float32)
        self.texture = gloo.Texture2D(
            self.values, internalformat="rgba32f", interpolation="nearest", wrapping="clamp_to_edge"
        )

    @property
    def width(self) -> int:
        """Columns of the texture."""
        return int(self.values.shape[1])

    def changed(self) -> None:
        """Note that probes, or the parts they sit on, changed: places, directions and weights are found anew."""
        self._weighed = None

    def refresh(self, parts: dict[str, PartAdaptor], zones: ZoneAdaptor) -> None:
        """Bring columns and weights up to date after a change; costs nothing otherwise."""
        state = (zones.weighed_for, *((key, adaptor.generation, adaptor.painted) for key, adaptor in parts.items()))
        if self._weighed == state:
            return
        if self._weighed is None:
            self._assign()
            self._place()
        self._weighed = state
        self.weighing.refresh(parts, zones, self._columns)

    # -- columns -------------------------------------------------------------------------------------------------

    def _assign(self) -> None:
        """Give each slot a column; columns of slots that have gone are free again."""
        probes = tuple(self._document.probes.values())
        alive = {(probe, channel.key): channel.quantity.name for probe, channel in slots(probes)}
        self._columns = {slot: column for slot, column in self._columns.items() if slot in alive}
        self._quantities = alive
        free = iter(sorted(set(range(len(alive) + len(self._columns))) - set(self._columns.values())))
        for slot in alive:
            if slot not in self._columns:
                self._columns[slot] = next(free)
        self._mapped = ()
        wide = (max([*self._columns.values(), 0]) // _STEP + 1) * _STEP
        if wide > self.width:
            self.values = np.zeros((_ROWS, wide, 4), np.float32)
            self.texture.resize(self.values.shape, "rgba", "rgba32f")

    def _place(self) -> None:
        """Write what stands still: places, outward directions, seeds."""
        self.values[:] = 0.0
        for (probe_id, _), column in self._columns.items():
            probe = self._document.probes[probe_id]
            part = self._document.parts.get(probe.anchor.part)
            self.values[1, column, 3] = (zlib.crc32(probe_id.encode()) & 0xFFFF) / 65536.0
            if part is not None:
                self.values[2, column] = (*world_position(probe.anchor, part), REACH)
                self.values[3, column, :3] = _outward(probe, part)

    # -- each frame ----------------------------------------------------------------------------------------------

    def write(self, moment: Moment, quantities: frozenset[str]) -> None:
        """Write a moment into the texture: a few microseconds, whatever the size of the parts; others have no say."""
        self._map(moment, quantities)
        rows, columns = self._rows
        self.values[0, :, 1:3] = 0.0
        if len(columns):
            if moment.kinds is not self._kinds[0]:
                self._kinds = moment.kinds, np.array([_KIND_NUMBERS.get(kind, 0) for kind in moment.kinds], np.float32)
            every = slice(None) if len(rows) == len(moment.values) else rows
            values = moment.values[every]
            here = np.isfinite(values) & self._shown
            block = np.empty((len(rows), 7), np.float32)
            block[:, 0] = np.where(here, np.clip(values, -_LARGEST, _LARGEST), 0.0)
            block[:, 1] = moment.quality[every] * here
            block[:, 2] = moment.energy[every]
            block[:, 3] = np.minimum(moment.now - moment.onset[every], 1000.0)
            block[:, 4], block[:, 5], block[:, 6] = moment.noise[every], moment.form[every], self._kinds[1][every]
            self.values[0, columns], self.values[1, columns, :3] = block[:, :4], block[:, 4:]
        self._feel(moment)
        self.texture.set_data(self.values.copy())

    def _feel(self, moment: Moment) -> None:
        """Look which faults are to be seen; write the beat of all probes while there are any."""
        self.faults = seen_faults(moment, self._where)
        self.waves = {}
        if self.faults:
            theta = probe_phases(moment)
            rows, columns = self._rows
            self.values[3, columns, 3] = theta[rows]
            self.waves = wave_uniforms(self.faults, coherence(theta))

    def torn(self, part_id: str) -> bool:
        """Return whether a fault tears this part in this frame."""
        probes = self._document.probes
        return any(fault.noise > SEEN and probes[fault.probe].anchor.part == part_id for fault in self.faults)

    def _where(self, probe: str) -> tuple[Any, Any] | None:
        """Return place and outward direction of a probe, world."""
        column = next((column for (name, _), column in self._columns.items() if name == probe), None)
        if column is None or self.values[2, column, 3] == 0.0:
            return None
        return self.values[2, column, :3], self.values[3, column, :3]

    def _map(self, moment: Moment, quantities: frozenset[str]) -> None:
        """Work out which row of the moment goes to which column; kept while both stay the same."""
        if self._mapped and self._mapped[0] is moment.probes and self._mapped[1:] == (moment.channels, quantities):
            return
        pairs = enumerate(zip(moment.probes, moment.channels, strict=True))
        known = [(row, slot) for row, slot in pairs if slot in self._columns]
        self._rows = (
            np.array([row for row, _ in known], np.int64),
            np.array([self._columns[slot] for _, slot in known], np.int64),
        )
        self._shown = np.array([self._quantities[slot] in quantities for _, slot in known], np.bool_)
        self._mapped = (moment.probes, moment.channels, quantities)

    def delete(self) -> None:
        """Give the GPU memory back."""
        self.texture.delete()


def _outward(probe: Probe, part: Part) -> NDArray[np.float64]:
    """Return the world unit normal under a probe, the mean of faces about it; zero where its face is lost."""
    anchor, surface = probe.anchor, part.surface
    if anchor.topology_version != part.topology_version or anchor.face >= len(surface.faces):
        return np.zeros(3)
    # faces lie in spatial order: those about a face are not far from it in the list either
    around = surface.faces[max(0, anchor.face - _WINDOW) : anchor.face + _WINDOW]
    corners = surface.vertices[around].astype(np.float64)
    middle = surface.vertices[surface.faces[anchor.face]].mean(axis=0)
    near = ((corners.mean(axis=1) - middle) ** 2).sum(axis=1) < _SMOOTH * _SMOOTH
    a, b, c = corners[near].transpose(1, 0, 2)
    normal = np.linalg.inv(part.transform[:3, :3]).T @ np.cross(b - a, c - a).sum(axis=0)
    return np.asarray(normal / max(float(np.linalg.norm(normal)), 1e-12))
