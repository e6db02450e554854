"""Zones of a document: what each covers and who is shown over it, and the edits that make, change and take them away."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.core.errors import ArgumentError
from neodent_viewer.document.document import Document
from neodent_viewer.document.edits import EditGroup, ValueEdit, VertexEdit, set_value
from neodent_viewer.document.part import BASE, new_id
from neodent_viewer.document.zone import ARRAY, MOST, Zone, assign, painted, standing, teeth_text
from neodent_viewer.sensors.channel import QUANTITIES


def listed(document: Document) -> tuple[Zone, ...]:
    """Return all zones as a list shows them: the one that is shown over all others first."""
    return standing(document.zones.values(), hidden=True)[::-1]


def painted_numbers(document: Document) -> dict[int, int]:
    """Return number -> vertices of what is painted on all parts, whether a zone has that number or not."""
    found: dict[int, int] = {}
    for part in document.parts.values():
        numbers = painted(part.surface)
        if numbers is not None and len(numbers):
            counts = np.bincount(np.clip(numbers, 0, MOST))
            for number in np.flatnonzero(counts[1:]) + 1:
                found[int(number)] = found.get(int(number), 0) + int(counts[number])
    return found


def unclaimed(document: Document) -> tuple[int, ...]:
    """Return the numbers that are painted somewhere and that no zone has, ascending."""
    return tuple(sorted(set(painted_numbers(document)) - {zone.number for zone in document.zones.values()}))


def free_number(document: Document, but: Iterable[int] = ()) -> int:
    """Return the lowest number that no zone has, no region was painted with and that is not one of `but`.

    ArgumentError if none is left.
    """
    taken = {zone.number for zone in document.zones.values()} | set(painted_numbers(document)) | set(but)
    number = next((n for n in range(1, MOST + 1) if n not in taken), 0)
    if not number:
        raise ArgumentError("There is no number left for a zone.", kind="argument", remedy="Remove a zone first.")
    return number


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of the surfaces a zone claims, and who is shown there.

    Attributes
    ----------
    claimed, shown : int
        Vertices that belong to it, and those of them where it is the one that is shown.
    over : tuple of Zone
        Zones of higher rank that are shown in its place somewhere, the highest first.
    missing : tuple of int
        Teeth it names that are on no part.
    """

    claimed: int
    shown: int
    over: tuple[Zone, ...]
    missing: tuple[int, ...]


def coverages(document: Document) -> dict[str, Coverage]:
    """Return the coverage of each zone by its id, of hidden ones as if they were shown."""
    visible = standing(document.zones.values())
    found = dict.fromkeys(document.zones, Coverage(0, 0, (), ()))
    labels, numbers, counts = _kinds(document)
    present = set(labels[counts > 0].tolist())
    winners = assign(labels, numbers, visible, len(labels))
    for zone in document.zones.values():
        mine = assign(labels, numbers, (zone,), len(labels)) > 0
        shown = np.bincount(winners[mine], counts[mine], minlength=len(visible) + 1)
        over = [other for place, other in enumerate(visible, 1) if shown[place] and other.id != zone.id]
        found[zone.id] = Coverage(
            claimed=int(counts[mine].sum()),
            shown=int(sum(shown[place] for place, other in enumerate(visible, 1) if other.id == zone.id)),
            over=tuple(o for o in reversed(over) if (o.rank, o.number) > (zone.rank, zone.number)),
            missing=tuple(tooth for tooth in zone.teeth if tooth not in present),
        )
    return found


def _kinds(document: Document) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return label, number and count (k,) of each kind of vertex there is: a million vertices are of a few dozen kinds."""
    known = np.array([0, *sorted(zone.number for zone in document.zones.values())], np.int64)
    counts = np.zeros(100 * len(known), np.int64)
    for part in document.parts.values():
        labels, numbers = part.surface.labels, painted(part.surface)
        kind = np.zeros(len(part.surface.vertices), np.int64)
        if labels is not None:
            kind += np.where((labels > 0) & (labels < 100), labels, 0).astype(np.int64) * len(known)
        if numbers is not None:
            places = np.zeros(MOST + 1, np.int64)
            places[known] = np.arange(len(known))
            kind += places[np.clip(numbers, 0, MOST)]
        counts += np.bincount(kind, minlength=len(counts))
    rows = np.flatnonzero(counts)
    return rows // len(known), known[rows % len(known)], counts[rows]


# -- edits -------------------------------------------------------------------------------------------------------


def new_zone(document: Document, name: str, *, number: int = 0, over: int = 0, **values: Any) -> Zone:
    """Return a zone of its own number, over all others and `over` more; it is not in the document yet.

    `values` are fields of `Zone`.
    """
    rank = max((zone.rank for zone in document.zones.values()), default=0) + 1 + over
    return Zone(new_id("zone"), name, number or free_number(document), rank, **values)


def add_edit(document: Document, zone: Zone) -> ValueEdit:
    """Return the edit that puts a zone into the document."""
    return set_value(document, ("zones", zone.id), zone, f"Zone {zone.name}")


def change_edit(document: Document, zone_id: str, title: str, **values: Any) -> ValueEdit:
    """Return the edit that changes fields of a zone; ArgumentError for values that no zone can have."""
    zone = document.zones[zone_id]
    try:
        after = replace(zone, **values)
    except ValueError as error:
        raise ArgumentError(
            f"A zone cannot be like that: {error}.", kind="argument", where=zone.name, remedy="Choose another value."
        ) from error
    return ValueEdit(("zones", zone_id), zone, after, title)


def remove_edit(document: Document, zone_id: str) -> EditGroup:
    """Return the edit that takes a zone away, and its paint with it."""
    zone = document.zones[zone_id]
    title = f"Remove zone {zone.name}"
    wiped = (wipe_edit(document, part_id, zone.number, title) for part_id in document.parts)
    gone = set_value(document, ("zones", zone_id), None, title)
    return EditGroup((*(edit for edit in wiped if edit is not None), gone), title)


def wipe_edit(document: Document, part_id: str, number: int, title: str) -> VertexEdit | None:
    """Return the edit that takes what is painted with a number off a part; None where nothing is."""
    numbers = painted(document.parts[part_id].surface)
    rows = np.zeros(0, np.int32) if numbers is None else np.flatnonzero(numbers == number).astype(np.int32)
    if numbers is None or not len(rows):
        return None
    return VertexEdit(part_id, BASE, ARRAY, rows, numbers[rows].copy(), np.zeros_like(numbers[rows]), title)


def move_edit(document: Document, zone_id: str, by: int) -> EditGroup | None:
    """Return the edit that moves a zone up (+1) or down in the list; None at its end."""
    zones = standing(document.zones.values(), hidden=True)
    here = next(place for place, zone in enumerate(zones) if zone.id == zone_id)
    if not 0 <= here + by < len(zones):
        return None
    order = list(zones)
    order.insert(here + by, order.pop(here))
    title = f"Move zone {document.zones[zone_id].name} {'up' if by > 0 else 'down'}"
    moved = [(zone, rank) for rank, zone in enumerate(order, 1) if zone.rank != rank]
    return EditGroup(tuple(change_edit(document, zone.id, title, rank=rank) for zone, rank in moved), title)


# -- what there is to say ----------------------------------------------------------------------------------------


def notes(document: Document, zone: Zone, coverage: Coverage) -> list[str]:
    """Return what a person should know of a zone that does not show all it could, a sentence each."""
    said = []
    if zone.quantity not in QUANTITIES:
        said.append(f"{zone.quantity} is no quantity that is known here, so it shows no data. Choose another.")
    elif coverage.claimed and not _heard(document, zone):
        name = "pH" if zone.quantity == "ph" else zone.quantity
        said.append(f"No probe in it sends {name}: it shows what probes nearby send, and no data beyond.")
    missing = teeth_text(coverage.missing)
    if not coverage.claimed:
        why = f"no part has tooth {missing}" if len(coverage.missing) == 1 else f"no part has the teeth {missing}"
        nothing = "nothing is painted"
        said.append(f"There is nothing in it: {f'{why}, and {nothing}' if missing else nothing}.")
    elif missing:
        said.append(f"On no part: {missing}.")
    if coverage.over:
        names = " and ".join(other.name for other in coverage.over)
        share = "all" if not coverage.shown and zone.visible else "some"
        said.append(f"{names} lies over {share} of it: what stands higher in the list is shown.")
    return said


def _heard(document: Document, zone: Zone) -> bool:
    """Return whether any probe in a zone sends its quantity."""
    for probe in document.probes.values():
        if any(channel.quantity.name == zone.quantity for channel in probe.channels):
            if probe.tooth in zone.teeth:
                return True
            part, anchor = document.parts.get(probe.anchor.part), probe.anchor
            numbers = None if part is None else painted(part.surface)
            stands = part is not None and anchor.topology_version == part.topology_version
            if part is None or numbers is None or not stands:
                continue
            if (numbers[part.surface.faces[anchor.face]] == zone.number).any():
                return True
    return False
