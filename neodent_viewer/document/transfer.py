"""Crossing a change of topology: arrays and anchors are carried from an old surface to a new one, and losses are told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.document.anchor import Anchor
from neodent_viewer.document.part import CROSSINGS, Crossing
from neodent_viewer.mesh.bvh import Bvh
from neodent_viewer.mesh.surface import Float32, Float64, Int32, Surface


@dataclass(slots=True)
class TransferReport:
    """What crossed and what did not.

    Attributes
    ----------
    carried : dict of str to Crossing
        How each array crossed.
    dropped : tuple of str
        Arrays that did not.
    largest_distance : float
        mm from any new vertex to the old surface.
    far_vertices : int
        New vertices farther than the tolerance from the old surface: what they carry is a guess.
    moved_anchors : tuple of float
        mm each anchor had to move, in order.
    layers : int
        Sculpt layers that crossed.
    probes, findings : int
        Probes and findings whose anchors crossed.
    notes : tuple of str
        What else was lost, one sentence each.
    """

    carried: dict[str, Crossing] = field(default_factory=dict)
    dropped: tuple[str, ...] = ()
    largest_distance: float = 0.0
    far_vertices: int = 0
    moved_anchors: tuple[float, ...] = ()
    layers: int = 0
    probes: int = 0
    findings: int = 0
    notes: tuple[str, ...] = ()

    def losses(self) -> list[str]:
        """Return what was lost, one sentence each; empty if nothing was."""
        said = [f"{name} could not be carried over." for name in self.dropped]
        if self.far_vertices:
            off = f"{self.far_vertices} vertices lie up to {self.largest_distance:.2f} mm off the old surface"
            said.append(f"{off}; their values are guesses.")
        return [*said, *self.notes]

    def gains(self) -> list[str]:
        """Return what crossed, in words: ``"labels by nearest vertex"``, ``"2 sculpt layers"``."""
        how = {Crossing.NEAREST: "by nearest vertex", Crossing.INTERPOLATE: "interpolated", Crossing.DROP: "dropped"}
        said = [f"{name} {how[crossing]}" for name, crossing in self.carried.items()]
        counts = {"sculpt layer": self.layers, "probe": self.probes, "finding": self.findings}
        return said + [f"{count} {name}{'s' if count > 1 else ''}" for name, count in counts.items() if count]


def transfer(
    old: Surface, new: Surface, *, tolerance: float = 0.5, places: Float32 | None = None
) -> tuple[Surface, TransferReport]:
    """Carry per-vertex arrays from one surface to another over their nearest points.

    Parameters
    ----------
    old, new : Surface
        Arrays that `new` has already stay as they are.
    tolerance : float
        mm; new vertices farther from the old surface are counted in the report.
    places : ndarray (n, 3) float32 or None
        Where on the old surface each new vertex takes its values, for those that are a mirror image; None: where it is.

    Returns
    -------
    Surface
        `new` with the arrays of `old`, each by its `Crossing` (``document.part.CROSSINGS``; others by nearest vertex).
    TransferReport
    """
    report = TransferReport()
    names = [name for name in old.arrays if name not in new.arrays]
    crossings = {name: CROSSINGS.get(name, Crossing.NEAREST) for name in names}
    dropped = [name for name in names if crossings[name] is Crossing.DROP or not len(old.faces)]
    arrays = dict(new.arrays)
    if len(dropped) < len(names):
        corners, weights, distance = nearest(old, new, places)
        for name in names:
            if name not in dropped:
                arrays[name] = _carry(old.arrays[name], corners, weights, crossings[name])
                report.carried[name] = crossings[name]
        report.largest_distance = float(distance.max(initial=0.0))
        report.far_vertices = int(np.count_nonzero(distance > tolerance))
    report.dropped = tuple(dropped)
    return replace(new, arrays=arrays), report


def transfer_anchors(
    anchors: Sequence[Anchor], old: Surface, new: Surface, version: int
) -> tuple[tuple[Anchor, ...], tuple[float, ...]]:
    """Carry anchors to the nearest points of a new surface.

    Parameters
    ----------
    anchors : sequence of Anchor
        On faces of `old`.
    version : int
        The part's topology version once `new` is in place.

    Returns
    -------
    anchors : tuple of Anchor
    moved : tuple of float
        mm each one had to move.
    """
    tree = Bvh(new.vertices, new.faces)
    carried, moved = [], []
    for anchor in anchors:
        corners = old.vertices[old.faces[anchor.face]].astype(np.float64)
        place = np.asarray(anchor.weights) @ corners + old.origin - new.origin
        face, weights, position, distance = tree.closest(place)
        a, b, c = (float(w) for w in weights)
        x, y, z = (float(p) for p in position)
        carried.append(Anchor(anchor.part, version, face, (a, b, c), (x, y, z)))
        moved.append(distance)
    return tuple(carried), tuple(moved)


def nearest(old: Surface, new: Surface, places: Float32 | None = None) -> tuple[Int32, Float64, Float64]:
    """Return corners (n, 3), barycentric weights (n, 3) and distance (n,) on `old` nearest to each vertex of `new`."""
    wanted = (new.vertices if places is None else places) + (new.origin - old.origin)
    faces, weights, distance = Bvh(old.vertices, old.faces).closest_many(wanted)
    return old.faces[faces], weights, distance


def _carry(values: NDArray[Any], corners: Int32, weights: Float64, crossing: Crossing) -> NDArray[Any]:
    if crossing is Crossing.NEAREST:
        chosen = corners[np.arange(len(corners)), np.argmax(weights, axis=1)]
        return np.asarray(values[chosen])
    mixed = np.einsum("nk,nk...->n...", weights, values[corners].astype(np.float64))
    if np.issubdtype(values.dtype, np.integer):
        limits = np.iinfo(values.dtype)
        mixed = np.clip(np.rint(mixed), limits.min, limits.max)
    return np.asarray(mixed.astype(values.dtype))
