"""What a brush stops at while it keeps contact: neighbouring teeth of its own part, and other parts.

Order within a dab: the brush says how far each vertex moves (all copies as one) -> `Contact.held` cuts the moves short where
a vertex would enter something, then where a face would sweep over a point of something -> the stroke writes ->
`Contact.follow`, so that the next dab stops at the surface as it is.

Where a dab moves two neighbours at once, each may go as far as the middle between them, so a mirrored stroke on both central
incisors stays symmetric. Gingiva is no obstacle to the teeth that stand in it, and they are none to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.mesh.contact import TOUCH, Gap, shares
from neodent_viewer.mesh.distance import SignedDistance
from neodent_viewer.mesh.surface import Float32, Float64, Int32

_NONE = np.zeros(0, np.int32)
#: mm by which two looks at one distance may differ
_NOISE = 1e-5
#: how often the moves of faces that sweep over a point are halved, and then taken back together with what that frees
_TRIES, _MORE = 5, 12


class Crown(NamedTuple):
    """One tooth of the part: its vertices (k,) int32 in the part, ascending, and the same as a solid of its own."""

    rows: Int32
    solid: SignedDistance


class _Watched(NamedTuple):
    """Points of others near a tooth that is about to change: solids, their vertices, rows in the part if it is theirs."""

    crown: Crown
    near: list[tuple[SignedDistance, Int32, Int32]]
    reach: float
    least: Float64


class Contact:
    """Everything that stands around the teeth of one part.

    Parameters
    ----------
    vertices : ndarray (n, 3) float32
        Of the part, in mm, by reference.
    labels : ndarray (n,) int or None
    crowns : mapping of int to Crown
        By label; 0 holds the gingiva, or all of a part without labels, which only other parts can meet.
    others : sequence of SignedDistance
        Other parts, in the frame of the vertices.
    """

    def __init__(
        self,
        vertices: Float32,
        labels: NDArray[np.integer] | None,
        crowns: Mapping[int, Crown],
        others: Sequence[SignedDistance],
    ) -> None:
        self._vertices, self._crowns, self._others = vertices, dict(crowns), tuple(others)
        self._codes = np.zeros(len(vertices), np.int16) if labels is None else labels.astype(np.int16)
        self._place = np.full(len(vertices), -1, np.int32)
        for crown in self._crowns.values():
            self._place[crown.rows] = np.arange(len(crown.rows), dtype=np.int32)

    @property
    def crowns(self) -> Mapping[int, Crown]:
        """The teeth of the part as they stand here."""
        return self._crowns

    def held(self, ids: Int32, moves: Float32) -> Float32:
        """Return moves (k, 3) in mm of distinct vertices `ids` (k,) ascending, cut short so that nothing goes deeper.

        The caller adds the moves to the vertices, and calls `follow`: a last digit more or less would make a difference.
        """
        codes, start = self._codes[ids], self._vertices[ids]
        moving = [int(label) for label in np.unique(codes[moves.any(axis=1)])]
        short = self._cut(codes, start.astype(np.float64), moves, moving)
        watched = [one for label in moving if (one := self._watch(label, ids, codes, start, short)) is not None]
        share = np.ones(len(ids), np.float32)
        self._put(ids, start + short)
        for attempt in range(_TRIES + _MORE + 1):
            guilty = [rows for one in watched if len(rows := self._guilty(one, ids))]
            if not guilty:
                break
            share[np.concatenate(guilty)] *= np.float32(0.5 if attempt < _TRIES else 0.0)
            if attempt == _TRIES + _MORE:  # they fold into each other: rather nothing than something wrong
                share[:] = 0.0
            self._put(ids, start + short * share[:, None])
        return short if (share == 1.0).all() else short * share[:, None]

    def _cut(self, codes: NDArray[np.int16], start: Float64, moves: Float32, moving: list[int]) -> Float32:
        """Return moves cut short where the vertex itself would enter something."""
        wanted, held = moves.astype(np.float64), moves
        for label in moving:
            rows = np.flatnonzero(codes == label)
            gap = self._gap(label, moving, start[rows], wanted[rows])
            if gap is None:
                continue
            share = shares(start[rows], wanted[rows], gap)
            short = rows[share < 1.0]
            if len(short):
                held = held.copy() if held is moves else held
                held[short] = (wanted[short] * share[share < 1.0, None]).astype(np.float32)
        return held

    def _watch(
        self, label: int, ids: Int32, codes: NDArray[np.int16], start: Float32, moves: Float32
    ) -> _Watched | None:
        """Return the points of others that faces of one tooth may sweep over, and how deep they stand in it now."""
        crown = self._crowns.get(label)
        if crown is None:
            return None
        rows = codes == label
        low, high = _box(start[rows].astype(np.float64), moves[rows].astype(np.float64))
        center, radius = (low + high) / 2.0, float(np.linalg.norm(high - low)) / 2.0
        near: list[tuple[SignedDistance, Int32, Int32]] = []
        for other, solid, own in self._around(label, (low, high)):
            points = solid.within(center, radius)
            if len(points):
                near.append((solid, points, own[points] if other else _NONE))
        if not near:
            return None
        reach = 2.0 * float(np.linalg.norm(moves[rows], axis=1).max()) + TOUCH  # both may have moved
        return _Watched(crown, near, reach, np.minimum(crown.solid.at(_places(near), reach), 0.0))

    def _guilty(self, one: _Watched, ids: Int32) -> Int32:
        """Return which of `ids` (places in it) moved a face over a point, or a point into a face, that was free before."""
        distance, faces = one.crown.solid.nearest(_places(one.near), one.reach)
        entered = distance < one.least - _NOISE
        if not entered.any():
            return _NONE
        corners = one.crown.rows[one.crown.solid.faces[faces[entered]].ravel()]
        points = np.concatenate([own if len(own) else np.full(len(at), -1, np.int32) for _, at, own in one.near])
        wanted = np.unique(np.concatenate([corners, points[entered]]))
        return np.flatnonzero(np.isin(ids, wanted)).astype(np.int32)

    def reached(self, ids: Int32, positions: Float32) -> Float32:
        """Return how far vertices `ids` (k,) get on the way from where they are to `positions` (k, 3); else as `held`."""
        here = self._vertices[ids]
        wanted = positions - here
        held = self.held(ids, wanted)
        if held is wanted:
            return positions
        return np.where(held == wanted, positions, here + held)

    def clearance(self, ids: Int32, reach: float) -> Float64:
        """Return signed distances (k,) in mm of vertices `ids` to what stands around them; inf beyond `reach` mm."""
        points, codes = self._vertices[ids].astype(np.float64), self._codes[ids]
        nearest = np.full(len(ids), np.inf)
        for other in self._others:
            nearest = np.minimum(nearest, other.at(points, reach))
        for label in np.unique(codes[codes > 0]).tolist():
            rows = np.flatnonzero(codes == label)
            box = points[rows].min(axis=0) - reach, points[rows].max(axis=0) + reach
            for tooth, solid, _ in self._around(label, box):
                if tooth:
                    nearest[rows] = np.minimum(nearest[rows], solid.at(points[rows], reach))
        return nearest

    def follow(self, ids: Int32) -> None:
        """Take along that vertices `ids` (k,) were moved."""
        self._put(ids, self._vertices[ids])

    def _put(self, ids: Int32, places: Float32) -> None:
        """Have the crowns stand at places (k, 3)."""
        codes, at = self._codes[ids], self._place[ids]
        for label in np.unique(codes).tolist():
            crown = self._crowns.get(label)
            if crown is not None:
                own = np.flatnonzero((codes == label) & (at >= 0))
                crown.solid.follow(at[own], places[own])

    def catch_up(self) -> None:
        """Take along whatever has moved on the part since: undo, another tool."""
        for crown in self._crowns.values():
            here = self._vertices[crown.rows]
            moved = np.flatnonzero((here != crown.solid.vertices).any(axis=1)).astype(np.int32)
            crown.solid.follow(moved, here[moved])

    def _around(self, label: int, box: tuple[Float64, Float64]) -> Iterator[tuple[int, SignedDistance, Int32]]:
        """Yield what stands around a tooth and reaches into a box: label (0 for other parts), solid, rows in the part."""
        everything = [(0, solid, _NONE) for solid in self._others]
        if label > 0:
            teeth = self._crowns.items()
            everything += [(other, solid, rows) for other, (rows, solid) in teeth if other not in {0, label}]
        for other, solid, rows in everything:
            if _meets(solid, box):
                yield other, solid, rows

    def _gap(self, label: int, moving: list[int], start: Float64, moves: Float64) -> Gap | None:
        """Return the clearance of one tooth's vertices that are about to move, None where nothing is near."""
        box = _box(start, moves)
        still: list[SignedDistance] = []
        both: list[SignedDistance] = []
        for other, solid, _ in self._around(label, box):
            (both if other in moving and other and label in self._crowns else still).append(solid)
        if not still and not both:
            return None

        def gap(points: Float64, _: Int32, reach: float) -> Float64:
            nearest = np.full(len(points), np.inf)
            for solid in still:
                nearest = np.minimum(nearest, solid.at(points, reach))
            for solid in both:  # half the way to what comes towards it: never more than the distance changes
                away = solid.at(points, 2.0 * reach)
                met = np.flatnonzero(np.isfinite(away))
                own = self._crowns[label].solid.at(points[met])
                nearest[met] = np.minimum(nearest[met], (away[met] - own) / 2.0)
            return nearest

        return gap


def _box(start: Float64, moves: Float64) -> tuple[Float64, Float64]:
    """Return the corners (3,) of a box about moves (k, 3), and about what may come towards them as far."""
    ends = np.concatenate([start, start + moves])
    margin = float(np.linalg.norm(moves, axis=1).max()) + TOUCH
    return ends.min(axis=0) - margin, ends.max(axis=0) + margin


def _places(near: Sequence[tuple[SignedDistance, Int32, Int32]]) -> Float32:
    """Return where watched points are now, (k, 3)."""
    return np.concatenate([solid.vertices[points] for solid, points, _ in near])


def _meets(solid: SignedDistance, box: tuple[Float64, Float64]) -> bool:
    return bool((solid.box[0] <= box[1]).all() and (solid.box[1] >= box[0]).all())
