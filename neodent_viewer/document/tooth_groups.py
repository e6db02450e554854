"""Zones by groups of teeth: a start that shows several quantities on one smile, each where the usual probes send it."""

from __future__ import annotations

from typing import Any

import numpy as np

from neodent_viewer.document.document import Document
from neodent_viewer.document.edits import EditGroup, ValueEdit
from neodent_viewer.document.zone import Zone, is_tooth
from neodent_viewer.document.zoning import free_number, new_zone

#: name, places in the quadrant, what is shown there; the last one stands highest in the list
GROUPS: tuple[tuple[str, range, dict[str, Any]], ...] = (
    ("Molars", range(6, 9), {"quantity": "force"}),
    ("Premolars", range(4, 6), {"quantity": "temperature"}),
    ("Front teeth", range(1, 4), {"quantity": "ph"}),
)


def present_teeth(document: Document) -> frozenset[int]:
    """Return the FDI numbers of all teeth that are labelled on any part."""
    found: set[int] = set()
    for part in document.parts.values():
        if part.surface.labels is not None:
            found |= {int(label) for label in np.unique(part.surface.labels) if is_tooth(int(label))}
    return frozenset(found)


def group_zones(document: Document) -> tuple[Zone, ...]:
    """Return a zone a group of teeth that is there; they are not in the document yet."""
    present = present_teeth(document)
    made: list[Zone] = []
    for name, places, values in GROUPS:
        teeth = tuple(sorted(tooth for tooth in present if tooth % 10 in places))
        if teeth:
            number = free_number(document, {zone.number for zone in made})
            made.append(new_zone(document, name, number=number, over=len(made), teeth=teeth, **values))
    return tuple(made)


def group_edit(document: Document) -> EditGroup | None:
    """Return the edit that gives each group of teeth a zone; None where no tooth is labelled."""
    title = "Zones by groups of teeth"
    edits = tuple(ValueEdit(("zones", zone.id), None, zone, title) for zone in group_zones(document))
    return EditGroup(edits, title) if edits else None
