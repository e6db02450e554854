"""Where probes go by themselves: the most facial point of each labelled crown, or a few points of a scan without labels.

Everything here proposes; `place_probes` puts the proposal into a document that is being set up, `probe_edits` turns one into
edits a history can undo.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.document.anchor import Anchor, anchor_at_vertex
from neodent_viewer.document.document import Document
from neodent_viewer.document.edits import ValueEdit, set_value
from neodent_viewer.document.part import Part, new_id
from neodent_viewer.document.probe import Probe
from neodent_viewer.sensors.channel import QUANTITIES, channel

Float64 = NDArray[np.float64]

#: teeth that carry a probe unless told otherwise: both jaws, all sides, dense where a smile shows
USUAL_TEETH = (16, 14, 13, 11, 21, 23, 24, 26, 36, 33, 31, 41, 43, 46)


def usual_quantities(tooth: int) -> tuple[str, ...]:
    """Return what a sensor on this tooth measures: warmth everywhere, force where one bites, pH where one sips.

    >>> usual_quantities(11), usual_quantities(46)
    (('temperature', 'ph'), ('temperature', 'force'))
    """
    return ("temperature", "force") if tooth % 10 >= 4 else ("temperature", "ph")


def probe_at(anchor: Anchor, tooth: int = 0, quantities: Sequence[str] = (), name: str = "") -> Probe:
    """Return a new probe at an anchor.

    Parameters
    ----------
    anchor : Anchor
    tooth : int
        FDI number, 0 for none.
    quantities : sequence of str
        Names known to `sensors.channel.QUANTITIES`, the leading one first; empty takes the usual ones of the tooth.
    name : str
        Also the sensor's name in channel keys and in the probe's id, so no two of a document may share one; empty takes
        ``"t<tooth>"``, or a fresh one off the teeth.
    """
    name = name or (f"t{tooth}" if tooth else new_id("p"))
    channels = tuple(channel(name, quantity) for quantity in quantities or usual_quantities(tooth))
    # the id comes from the name, not from chance: a seeded picture depends on it
    return Probe(f"probe-{name}", name, anchor, tooth, channels)


def free_name(document: Document, tooth: int) -> str:
    """Return ``"t<tooth>"``, or with a letter behind it while a probe's id or sensor has that name; empty off the teeth."""
    if not tooth:
        return ""
    probes = document.probes.values()
    taken = {probe.id.removeprefix("probe-") for probe in probes} | {c.sensor for p in probes for c in p.channels}
    names = (f"t{tooth}{end}" for end in ("", *"bcdefghijklmnopqrstuvwxyz"))
    return next((name for name in names if name not in taken), new_id(f"t{tooth}"))


def facial_vertices(part: Part, teeth: Iterable[int] | None = None) -> dict[int, int]:
    """Return tooth -> vertex at the middle of its facial side, for every labelled tooth asked for (None: all).

    Facial is outwards across the arch: the arch's own direction at a tooth comes from its neighbours' centres, and up is the
    direction in which the centres vary least, so that a scan need not stand upright.
    """
    labels = part.surface.labels
    if labels is None:
        return {}
    present = [int(tooth) for tooth in np.unique(labels) if tooth > 0]
    rows = {tooth: np.nonzero(labels == tooth)[0] for tooth in present}
    vertices = part.surface.vertices
    centres = {tooth: vertices[rows[tooth]].mean(axis=0, dtype=np.float64) for tooth in present}
    directions = _facial_directions(centres)
    wanted = present if teeth is None else [tooth for tooth in teeth if tooth in directions]
    found = {}
    for tooth in wanted:
        out, along, up = directions[tooth]
        r = vertices[rows[tooth]].astype(np.float64) - centres[tooth]
        found[tooth] = int(rows[tooth][np.argmax(r @ out - 1.2 * np.abs(r @ up) - np.abs(r @ along))])
    return found


def _arch_position(tooth: int) -> int:
    """Return where a tooth comes along its arch, from the patient's right to left."""
    quadrant, number = divmod(tooth, 10)
    return -number if quadrant in (1, 4, 5, 8) else number


def _facial_directions(centres: dict[int, Float64]) -> dict[int, tuple[Float64, Float64, Float64]]:
    """Return tooth -> (outwards, along the arch, up), unit vectors (3,)."""
    order = sorted(centres, key=_arch_position)
    points = np.array([centres[tooth] for tooth in order]).reshape(-1, 3)
    middle = points.mean(axis=0) if len(points) else np.zeros(3)
    up = np.array([0.0, 1.0, 0.0])
    if len(points) >= 4:
        up = np.linalg.svd(points - middle)[2][2]
    directions = {}
    for i, tooth in enumerate(order):
        along = points[min(i + 1, len(order) - 1)] - points[max(i - 1, 0)]
        along -= (along @ up) * up
        length = float(np.linalg.norm(along))
        along = along / length if length > 1e-6 else np.array([1.0, 0.0, 0.0])
        out = np.cross(along, up)
        outwards = out @ (points[i] - middle) if len(order) >= 3 else out[2]
        directions[tooth] = (out if outwards >= 0 else -out, along, up)
    return directions


def propose_probes(
    document: Document, teeth: Iterable[int] | None = None, quantities: Sequence[str] = ()
) -> tuple[Probe, ...]:
    """Return a probe for each tooth (None: the usual ones) that is labelled in a part and carries none yet."""
    taken = {probe.tooth for probe in document.probes.values()}
    wanted = USUAL_TEETH if teeth is None else tuple(teeth)
    found: dict[int, Probe] = {}
    for part in document.parts.values():
        if part.preview:
            continue
        for tooth, vertex in facial_vertices(part, wanted).items():
            if tooth not in taken and tooth not in found:
                found[tooth] = probe_at(anchor_at_vertex(part, vertex), tooth, quantities, free_name(document, tooth))
    return tuple(found[tooth] for tooth in wanted if tooth in found)


def propose_spread(document: Document, quantities: Sequence[str] = ("temperature", "ph")) -> tuple[Probe, ...]:
    """Return three probes off the teeth, at the front and either side of the first part that has a surface."""
    for part in document.parts.values():
        if part.preview or not len(part.surface.faces):
            continue
        used = np.unique(part.surface.faces)
        world = part.to_world(part.surface.vertices[used])
        low, high = world.min(axis=0), world.max(axis=0)
        r = (world - (low + high) / 2) / np.maximum(high - low, 1e-9)
        # facial: towards the viewer, right and left of the middle, at half the height
        aims = [(0.0, 0.0, 1.0), (-0.8, 0.0, 0.6), (0.8, 0.0, 0.6)]
        rows = [int(used[np.argmax(r @ np.array(aim) - 0.8 * np.abs(r[:, 1]))]) for aim in aims]
        names = ("front", "right", "left")
        return tuple(
            probe_at(anchor_at_vertex(part, row), 0, quantities, name) for row, name in zip(rows, names, strict=True)
        )
    return ()


def probe_edits(document: Document, probes: Iterable[Probe]) -> list[ValueEdit]:
    """Return the edits that add these probes, for a history."""
    return [set_value(document, ("probes", probe.id), probe, f"Place probe {probe.name}") for probe in probes]


def place_probes(
    document: Document, teeth: Iterable[int] | None = None, quantities: Sequence[str] = ()
) -> tuple[Probe, ...]:
    """Put the proposed probes into a document that is being set up, without undo; return them."""
    for name in quantities:
        if name not in QUANTITIES:
            raise KeyError(f"no such quantity: {name!r}")
    probes = propose_probes(document, teeth, quantities)
    for probe in probes:
        document.set(("probes", probe.id), probe)
    return probes
