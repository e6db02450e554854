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
from neodent_viewer.mesh.surface import Float64, Int32, Surface


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
    """

    carried: dict[str, Crossing] = field(default_factory=dict)
    dropped: tuple[str, ...] = ()
    largest_distance: float = 0.0
    far_vertices: int = 0
    moved_anchors: tuple[float, ...] = ()

    def losses(self) -> list[str]:
        """Return what was lost, one sentence each; empty if nothing was."""
        said = [f"{name} could not be carried over." for name in self.dropped]
        if self.far_vertices:
            off = f"{self.far_vertices} vertices lie up to {self.largest_distance:.2f} mm off the old surface"
            said.append(f"{off}; their values are guesses.")
        return said


def transfer(old: Surface, new: Surface, *, tolerance: float = 0.5) -> tuple[Surface, TransferReport]:
    """Carry per-vertex arrays from one surface to another over their nearest points.

    Parameters
    ----------
    old, new : Surface
        Arrays that `new` has already stay as they are.
    tolerance : float
        mm; new vertices farther from the old surface are counted in the report.

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
        corners, weights, distance = _nearest(old, new)
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


def _nearest(old: Surface, new: Surface) -> tuple[Int32, Float64, Float64]:
    """Return corners (n, 3), barycentric weights (n, 3) and distance (n,) on `old` nearest to each vertex of `new`."""
    places = new.vertices + (new.origin - old.origin)
    faces, weights, distance = Bvh(old.vertices, old.faces).closest_many(places)
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
