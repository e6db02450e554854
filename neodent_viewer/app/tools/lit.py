"""What lights the tooth whose channel is meant: a line along its margin, and its name at the probe."""

from __future__ import annotations

import numpy as np

from neodent_viewer.app.tools.base import Bench
from neodent_viewer.app.tools.marks import place_of, triple
from neodent_viewer.app.words import quantity_title
from neodent_viewer.document.part import Part
from neodent_viewer.mesh.surface import Float64, Surface
from neodent_viewer.render.annotations import Annotation, Colour, Line, Point, Text

_LIT: Colour = (0.35, 0.85, 1.0, 1.0)
_GLOW: Colour = (0.35, 0.85, 1.0, 0.3)
#: mm that the line stands off the surface, so that it is not half drowned in it
_OFF = 0.12


class LitTooth:
    """The lines around the tooth that is meant, worked out anew when tooth or surface change."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._for: tuple[object, ...] = ()
        self._lines: list[Float64] = []

    def annotations(self) -> tuple[Annotation, ...]:
        """Return what is drawn; nothing unless a probe sits on the tooth that is picked out."""
        document, chosen = self._bench.document, self._bench.selection.current
        if self._bench.shell.workspace == "sculpt" and not chosen.channel:
            return ()  # who sculpts means the tooth itself
        on_tooth = [one for one in document.probes.values() if one.tooth == chosen.tooth and chosen.tooth]
        probe = document.probes.get(chosen.probe) or next(iter(on_tooth), None)
        part = document.parts.get(probe.anchor.part) if probe is not None else None
        if probe is None or part is None or not part.visible:
            return ()
        found: list[Annotation] = []
        for points in self._around(part, probe.tooth) if probe.tooth else []:
            line = tuple(triple(point) for point in part.to_world(points))
            found += [Line(line, _GLOW, 7.0), Line(line, _LIT, 2.2)]
        place = place_of(document, probe.anchor)
        if place is not None:
            channel = next((one for one in probe.channels if one.key == chosen.channel), None)
            name = str(probe.tooth or probe.name)
            words = f"{name} · {quantity_title(channel.quantity.name)}" if channel is not None else name
            marked = found or probe.id == chosen.probe  # a chosen probe has a mark of its own
            found += [] if marked else [Point(place, _LIT, 17.0)]
            found.append(Text(place, words, _LIT, 14.0, (0.0, -24.0)))
        return tuple(found)

    def _around(self, part: Part, tooth: int) -> list[Float64]:
        surface = part.surface
        some = surface.vertices[:: max(1, len(surface.vertices) // 64)]  # enough to tell that a tooth has moved
        asked = (part.id, id(surface), part.topology_version, tooth, float(some.sum()))
        if asked != self._for:
            self._for, self._lines = asked, margin_lines(surface, tooth)
        return self._lines


def margin_lines(surface: Surface, tooth: int) -> list[Float64]:
    """Return polylines (k, 3), in the surface's own mm, along the border of a label; empty where it is not there.

    They run through the middles of the edges between vertices of the label and others, a little above the surface.
    """
    labels = surface.labels
    if labels is None:
        return []
    inside = labels == tooth
    corners = inside[surface.faces]
    mixed = surface.faces[corners.any(axis=1) & ~corners.all(axis=1)]
    if not len(mixed):
        return []
    pairs = np.stack([mixed, np.roll(mixed, -1, axis=1)], axis=2)  # (m, 3 edges, 2)
    crossing = inside[pairs[..., 0]] != inside[pairs[..., 1]]  # two edges of each mixed face
    edges = np.sort(pairs[crossing], axis=1)
    names, ends = np.unique(edges, axis=0, return_inverse=True)
    middles = surface.vertices[names].mean(axis=1, dtype=np.float64) + _OFF * _normals(surface, mixed, ends)
    return [middles[chain] for chain in _chained(ends.reshape(-1, 2))]


def _normals(surface: Surface, faces: np.ndarray, ends: np.ndarray) -> Float64:
    """Return a unit normal (e, 3) for each edge, of the faces that share it."""
    a, b, c = (surface.vertices[faces[:, i]].astype(np.float64) for i in range(3))
    across = np.cross(b - a, c - a)
    found = np.zeros((int(ends.max()) + 1, 3))
    np.add.at(found, ends.reshape(-1), np.repeat(across, 2, axis=0))
    return np.asarray(found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-12), np.float64)


def _chained(segments: np.ndarray) -> list[list[int]]:
    """Return segments (s, 2) of node numbers joined into chains; a closed one ends where it began."""
    beside: dict[int, list[int]] = {}
    for a, b in segments.tolist():
        beside.setdefault(a, []).append(b)
        beside.setdefault(b, []).append(a)
    chains = []
    loose = sorted(beside, key=lambda node: len(beside[node]) == 2)  # open chains from their ends
    for start in loose:
        while beside[start]:
            chain = [start]
            while beside[chain[-1]]:
                after = beside[chain[-1]].pop()
                beside[after].remove(chain[-1])
                chain.append(after)
            chains.append(chain)
    return chains
