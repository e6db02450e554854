"""A document frozen in an instant: what may still be written in place is copied, everything else is shared.

Taken on the thread that owns the document (some ms for a jaw), written to disk on any other.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from neodent_viewer.document.chapter import Chapter
from neodent_viewer.document.document import Document
from neodent_viewer.document.edits import Edit, EditGroup, TopologyEdit, ValueEdit
from neodent_viewer.document.finding import Finding
from neodent_viewer.document.history import History
from neodent_viewer.document.look import Look
from neodent_viewer.document.mapping import Mapping
from neodent_viewer.document.part import Part, PartState
from neodent_viewer.document.probe import Probe
from neodent_viewer.document.zone import Zone
from neodent_viewer.mesh.surface import Surface


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """What a project file is written from.

    Attributes
    ----------
    surfaces, parts : dict
        Living object -> its frozen copy, for everything in the document and in the edits. A frozen part's `surface` is
        the living one, to be looked up in `surfaces`: so two edits that speak of one object still do after loading.
    shown : tuple of Part
        Living parts in the document, in its order; the others are only in the history.
    """

    surfaces: dict[Surface, Surface]
    parts: dict[Part, Part]
    shown: tuple[Part, ...]
    probes: dict[str, Probe]
    looks: dict[str, Look]
    look: Look
    findings: dict[str, Finding]
    settings: dict[str, Any]
    mappings: dict[str, Mapping]
    zones: dict[str, Zone]
    chapters: dict[str, Chapter]
    done: tuple[Edit, ...]
    undone: tuple[Edit, ...]


def snapshot(document: Document, history: History | None = None) -> Snapshot:
    """Freeze a document and its history."""
    done = history.done() if history else ()
    undone = history.undone() if history else ()
    parts: dict[Part, Part] = {}
    surfaces: dict[Surface, Surface] = {}
    for thing in (*document.parts.values(), *_mentioned((*done, *undone))):
        if isinstance(thing, Part) and thing not in parts:
            parts[thing] = replace(thing, transform=thing.transform.copy())
        for surface in _surfaces(thing):
            if surface not in surfaces:
                surfaces[surface] = _frozen(surface)
    return Snapshot(
        surfaces,
        parts,
        tuple(document.parts.values()),
        dict(document.probes),
        dict(document.looks),
        document.look,
        dict(document.findings),
        copy.deepcopy(document.settings),
        dict(document.mappings),
        dict(document.zones),
        dict(document.chapters),
        done,
        undone,
    )


def _frozen(surface: Surface) -> Surface:
    """Return a surface whose written arrays are copies; faces and file order are replaced whole, never written."""
    arrays = {name: values.copy() for name, values in surface.arrays.items()}
    return replace(surface, vertices=surface.vertices.copy(), arrays=arrays, report=copy.deepcopy(surface.report))


def _surfaces(thing: Part | PartState | Surface) -> Iterator[Surface]:
    """Yield the surfaces a thing is made of: a part has those of its other levels of resolution too."""
    if isinstance(thing, Surface):
        yield thing
        return
    if isinstance(thing, Part):
        yield thing.surface
    for level in (*thing.below, *thing.above):
        yield from (surface for surface in (level.coarse, level.fine) if surface is not None)


def _mentioned(edits: tuple[Edit, ...]) -> Iterator[Part | PartState | Surface]:
    for edit in edits:
        match edit:
            case EditGroup():
                yield from _mentioned(edit.edits)
            case TopologyEdit():
                yield from (edit.old, edit.new)
                yield from (state for state in (edit.old_state, edit.new_state) if state is not None)
            case ValueEdit():
                yield from (value for value in (edit.before, edit.after) if isinstance(value, Part | Surface))
