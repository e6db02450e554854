"""Parts, probes, looks, findings: what a project file stores. One change signal, one setter for values, one for vertices.

Views listen to `Document.changed` and call `replay` when they attach; they never write. Only edits (through the history),
loading and a running stroke call the setters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.core.signals import Signal
from neodent_viewer.document import composing
from neodent_viewer.document.chapter import Chapter
from neodent_viewer.document.finding import Finding
from neodent_viewer.document.look import Look
from neodent_viewer.document.mapping import Mapping
from neodent_viewer.document.overlay import Overlay
from neodent_viewer.document.part import BASE, POSITION, Part, PartState, SculptLayer
from neodent_viewer.document.probe import Probe
from neodent_viewer.document.zone import Zone
from neodent_viewer.mesh.surface import Int32, Surface

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """What changed.

    Attributes
    ----------
    path : tuple of str
        ``("parts", id)`` added, replaced or removed; ``("parts", id, field)`` one field, with field ``"surface"`` for new
        topology and ``"arrays"`` followed by the array's name (``"position"`` included), ``"layers"`` which sculpt layers
        there are, ``"layers", id, field`` one of a layer's (what moves is told as a change of ``"position"`` too);
        ``("probes", id)``; ``("looks", name)``; ``("look",)`` the look in use; ``("findings", id)``; ``("settings", key)``;
        ``("mappings", stream)``; ``("zones", id)``; ``("chapters", id)``; ``("overlays", part id)``.
    indices : ndarray (k,) int32 or None
        Touched vertices for ``arrays`` changes; None means all.
    """

    path: Path
    indices: Int32 | None = None


class Document:
    """The model all three workspaces share.

    Attributes
    ----------
    parts : dict of str to Part
        In the order shown.
    probes : dict of str to Probe
    looks : dict of str to Look
        Stored looks by name.
    look : Look
        The look in use.
    findings : dict of str to Finding
    settings : dict of str to JSON values
        Small things a project keeps: the feed, consent records.
    mappings : dict of str to Mapping
        Which stream of a feed belongs to which tooth, by the stream's address.
    zones : dict of str to Zone
        What shows a quantity of its own, by id; their order among each other is their rank, not that of the table.
    chapters : dict of str to Chapter
        The story that plays over the mesh.
    overlays : dict of str to Overlay
        Measured values shown over parts, by part id: a way of looking, which no project keeps.
    """

    changed = Signal(Change)

    def __init__(self) -> None:
        self.parts: dict[str, Part] = {}
        self.probes: dict[str, Probe] = {}
        self.looks: dict[str, Look] = {}
        self.look = Look()
        self.findings: dict[str, Finding] = {}
        self.settings: dict[str, Any] = {}
        self.mappings: dict[str, Mapping] = {}
        self.zones: dict[str, Zone] = {}
        self.chapters: dict[str, Chapter] = {}
        self.overlays: dict[str, Overlay] = {}

    # -- the setters ---------------------------------------------------------------------------------------------

    def get(self, path: Path) -> Any:
        """Return the value at `path`, None where nothing is."""
        if path == ("look",):
            return self.look
        table, key, *rest = path
        value = getattr(self, table).get(key)
        if len(rest) == 3 and rest[0] == "layers" and value is not None:
            return getattr(composing.layer_of(value, rest[1]), rest[2])
        return getattr(value, rest[0]) if rest and value is not None else value

    def set(self, path: Path, value: Any) -> None:
        """Put `value` at `path` and tell everyone; None removes an entry of a table."""
        if path == ("look",):
            self.look = value
        elif len(path) == 2:
            table: dict[str, Any] = getattr(self, path[0])
            if value is None:
                table.pop(path[1], None)
                if path[0] == "parts":
                    self.overlays.pop(path[1], None)
            else:
                table[path[1]] = value
        elif path[0] == "parts" and len(path) == 3 and path[2] != "layers":
            self._set_part_field(path, value)
        elif path[0] == "parts" and len(path) == 3:
            self._set_layers(self.parts[path[1]], value, path)
            return
        elif path[0] == "parts" and len(path) == 5 and path[2] == "layers":
            part = self.parts[path[1]]
            self._set_layers(part, composing.with_field(part, path[3], path[4], value), path)
            return
        else:
            raise KeyError(f"no such place in a document: {'/'.join(path)}")
        self.changed.emit(Change(path))

    def _set_part_field(self, path: Path, value: Any) -> None:
        part = self.parts[path[1]]
        if path[2] not in {"name", "transform", "visible", "jaw", "unit", "source", "surface", "preview", "locked"}:
            raise KeyError(f"a part has no field {path[2]!r} to set")
        setattr(part, path[2], value)
        if path[2] == "surface":
            part.topology_version += 1
            part.take_state(PartState())  # what was kept speaks of the old vertices

    def _set_layers(self, part: Part, layers: tuple[SculptLayer, ...], path: Path) -> None:
        rows = composing.set_layers(part, layers)
        self.changed.emit(Change(path))
        if len(rows):
            self.touch(part.id, POSITION, rows)

    def write_positions(self, part_id: str, layer_id: str, indices: Int32, values: NDArray[np.float32]) -> None:
        """Write rows of a layer's deltas, or of the positions under all layers for ``"base"``, compose them, tell everyone.

        Parameters
        ----------
        indices : ndarray (k,) int32
        values : ndarray (k, 3) float32
            mm. Without layers the base is what is drawn.
        """
        part = self.parts[part_id]
        composing.remember_original(part)
        composing.write_rows(part, layer_id, indices, values)
        self.touch(part_id, POSITION, indices)

    def write_vertices(self, part_id: str, array: str, indices: Int32, values: NDArray[Any]) -> None:
        """Write rows `indices` (k,) of a per-vertex array (``"position"`` or a name in ``surface.arrays``) and tell everyone.

        An array that does not exist yet is made, zero elsewhere. Positions are those of the base, see `write_positions`.
        """
        part = self.parts[part_id]
        if array == POSITION:
            self.write_positions(part_id, BASE, indices, values)
            return
        if array not in part.surface.arrays:
            shape = (len(part.surface.vertices), *values.shape[1:])
            part.surface.arrays[array] = np.zeros(shape, values.dtype)
        part.array(array)[indices] = values
        self.touch(part_id, array, indices)

    def touch(self, part_id: str, array: str, indices: Int32 | None) -> None:
        """Tell everyone that rows of an array were written in place (a running stroke does this per dab)."""
        self.changed.emit(Change(("parts", part_id, "arrays", array), indices))

    def show_surface(self, part_id: str, surface: Surface, state: PartState | None, version: int | None) -> None:
        """Swap a part's surface with what it keeps beside it; `version` numbers its topology, None counts up."""
        part = self.parts[part_id]
        part.surface = surface
        part.topology_version = part.topology_version + 1 if version is None else version
        part.take_state(state or PartState())
        self.changed.emit(Change(("parts", part_id, "surface")))

    def replace_surface(self, part_id: str, surface: Surface, *, preview: bool = False) -> None:
        """Swap a part's surface (the welded one for its preview): loading, not an edit, so no undo."""
        part = self.parts[part_id]
        part.preview = preview
        part.unit = surface.report.unit
        self.set(("parts", part_id, "surface"), surface)

    # -- reading -------------------------------------------------------------------------------------------------

    def paths(self) -> Iterator[Path]:
        """Yield the path of everything there is."""
        for table in ("parts", "probes", "looks", "findings", "settings", "mappings", "zones", "chapters", "overlays"):
            for key in getattr(self, table):
                yield (table, key)
        yield ("look",)

    def replay(self, listener: Callable[[Change], None]) -> None:
        """Tell one listener everything, as if it had just been set: what a view does when it attaches."""
        for path in list(self.paths()):
            listener(Change(path))

    def visible_parts(self) -> tuple[Part, ...]:
        """Return the parts that are drawn and picked."""
        return tuple(part for part in self.parts.values() if part.visible)

    def world_bounds(self) -> NDArray[np.float64]:
        """Return (2, 3) corners in mm around all visible parts; a 60 mm cube about zero when there are none."""
        boxes = [part.world_bounds() for part in self.visible_parts() if len(part.surface.vertices)]
        if not boxes:
            return np.array([[-30.0] * 3, [30.0] * 3])
        return np.stack([np.min([b[0] for b in boxes], axis=0), np.max([b[1] for b in boxes], axis=0)])

    def sample_points(self) -> NDArray[np.float64]:
        """Return world points (k, 3) in mm spread over all visible parts: what a camera is fitted to."""
        clouds = [part.sample_points() for part in self.visible_parts() if len(part.surface.vertices)]
        return np.concatenate(clouds) if clouds else self.world_bounds()
