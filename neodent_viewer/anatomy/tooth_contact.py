"""What a moving tooth may run into: its neighbours and its antagonists, as closed crowns, and how deep it stands in them.

Crowns are cut out of their jaws and closed with least caps. Depth is taken both ways: points of the moving crown in the
standing ones, and points of those in the moving one, which is as rigid as its motion and is therefore asked where it rested.
A tooth that stands in another one from the start (bites are seldom perfect) may go on doing so, but no deeper.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from neodent_viewer.mesh.caps import closed
from neodent_viewer.mesh.distance import SignedDistance
from neodent_viewer.mesh.surface import Float32, Float64, Int32

#: mm of depth that still counts as touching
TOUCH = 0.01
#: mm a tooth goes between two looks where it is close to another one
_STEP = 0.04
#: mm beyond its motion that a point is watched: how far ahead a step sees
_SIGHT = 0.15
#: mm of depth that is told at most
_DEEPEST = 3.0
#: mm of depth that is looked for while a hand moves the tooth
_SHOWN = 1.5
#: mm around a crown within which others are obstacles
NEAR = 4.0


@dataclass(slots=True, eq=False)
class Obstacle:
    """Something that stands still.

    Attributes
    ----------
    name : str
        What a person calls it: ``"22"``, ``"41"``, a part's name.
    part : str
        Id of the part it belongs to.
    rows : ndarray (k,) int32
        Its vertices in that part.
    points : ndarray (k, 3) float64
        Where they are, in the frame of the moving tooth's part, mm.
    solid : SignedDistance
        In the same frame.
    """

    name: str
    part: str
    rows: Int32
    points: Float64
    solid: SignedDistance


def obstacle(name: str, part: str, vertices: Float32, faces: Int32, *, close: bool = True) -> Obstacle:
    """Return an obstacle made of faces (k, 3) of a surface, closed unless it is to be taken as it is."""
    rows = np.unique(faces)
    local = np.full(len(vertices), -1, np.int32)
    local[rows] = np.arange(len(rows), dtype=np.int32)
    own, patch = np.ascontiguousarray(vertices[rows]), local[faces]
    solid = SignedDistance(own, closed(own, patch) if close else patch)
    return Obstacle(name, part, rows.astype(np.int32), own.astype(np.float64), solid)


@dataclass(slots=True, eq=False)
class _Pair:
    """The moving crown and one obstacle, with distances at rest (mm, no sign): which points may come near."""

    other: Obstacle
    ahead: Float64  # of the crown's points to the obstacle
    back: Float64  # of the obstacle's points to the crown
    allowed: float = 0.0


@dataclass(slots=True, eq=False)
class ToothContact:
    """A moving tooth among its obstacles.

    Attributes
    ----------
    points : ndarray (c, 3) float64
        Vertices of the crown at rest, mm.
    rows : ndarray (c,) int32
        Which vertices of their part they are.
    solid : SignedDistance
        The closed crown at rest.
    """

    points: Float64
    rows: Int32
    solid: SignedDistance
    pairs: list[_Pair] = field(default_factory=list)

    @classmethod
    def among(cls, crown: Obstacle, others: Sequence[Obstacle]) -> ToothContact:
        """Return the contact of a crown at rest with what stands around it."""
        contact = cls(crown.points, crown.rows, crown.solid)
        reach = 2.0 * NEAR
        for other in others:
            pair = _Pair(
                other, np.abs(other.solid.at(crown.points, reach)), np.abs(crown.solid.at(other.points, reach))
            )
            pair.allowed = max(0.0, -contact._clearance(pair, np.eye(4), _SIGHT))
            contact.pairs.append(pair)
        return contact

    def gap(self, matrix: Float64) -> float:
        """Return the least clearance in mm after the crown was mapped by `matrix` (4, 4), over what was there at rest.

        Negative where it stands deeper in something than it did; at most `_SIGHT`.
        """
        return min((self._clearance(pair, matrix, _SIGHT) + pair.allowed for pair in self.pairs), default=_SIGHT)

    def depths(self, matrix: Float64) -> dict[str, float]:
        """Return how deep in mm the mapped crown stands in each obstacle, by name; those it is clear of are left out."""
        found = {pair.other.name: -self._clearance(pair, matrix, _DEEPEST) for pair in self.pairs}
        return {name: deep for name, deep in found.items() if deep > 0.0}

    def stopped(self, path: Callable[[float], Float64]) -> float:
        """Return how far 0..1 along a path of matrices (4, 4) the crown gets before it stands deeper in anything."""
        length = self._travel(path(1.0), path(0.0)) * 1.1 + 1e-9
        share, gap = 0.0, self.gap(path(0.0))
        if gap < -TOUCH:  # it stands too deep already: let it come out, not go on
            return 1.0 if self.gap(path(1.0)) >= gap else 0.0
        while share < 1.0:
            onward = min(1.0, share + max(gap, _STEP) / length)
            gap = self.gap(path(onward))
            if gap < -TOUCH:
                return self._narrow(path, share, onward)
            share = onward
        return 1.0

    def near(self, matrix: Float64, reach: float) -> tuple[Float64, dict[str, tuple[Int32, Float64]], dict[str, float]]:
        """Return what is near the mapped crown: all that a person is shown of contact, from one look.

        Returns
        -------
        own : ndarray (c,)
            Signed clearance in mm of the crown's points, negative inside an obstacle; NaN beyond `reach` mm.
        others : dict
            Part id -> rows (k,) and clearances (k,) of obstacles' points, as far as they are within `reach`.
        depths : dict
            As `depths` gives them, but no deeper than is looked for while a hand moves.
        """
        own = np.full(len(self.points), np.nan)
        others: dict[str, tuple[list[Int32], list[Float64]]] = {}
        depths: dict[str, float] = {}
        for pair in self.pairs:
            near, distance, far, back = self._both(pair, matrix, max(reach, _SHOWN), reach)
            own[near] = np.fmin(own[near], np.where(distance <= reach, distance, np.nan))
            rows, clear = others.setdefault(pair.other.part, ([], []))
            rows.append(pair.other.rows[far[back <= reach]])
            clear.append(back[back <= reach])
            deepest = -float(min(distance.min(initial=0.0), back.min(initial=0.0)))
            if deepest > 0.0:
                depths[pair.other.name] = deepest
        joined = {part: (np.concatenate(rows), np.concatenate(clear)) for part, (rows, clear) in others.items()}
        return own, joined, depths

    def _narrow(self, path: Callable[[float], Float64], free: float, blocked: float) -> float:
        """Return the last free share between a free and a blocked one, to a few micrometres."""
        for _ in range(8):
            middle = (free + blocked) / 2.0
            if self.gap(path(middle)) < -TOUCH:
                blocked = middle
            else:
                free = middle
        return free

    def _clearance(self, pair: _Pair, matrix: Float64, reach: float) -> float:
        _, distance, _, back = self._both(pair, matrix, reach)
        return float(min(distance.min(initial=_SIGHT), back.min(initial=_SIGHT)))

    def _both(
        self, pair: _Pair, matrix: Float64, reach: float, sight: float = _SIGHT
    ) -> tuple[Int32, Float64, Int32, Float64]:
        """Return rows and signed distances of crown points to the obstacle, and of its points to the crown."""
        moved = _mapped(self.points, matrix)
        travel = np.linalg.norm(moved - self.points, axis=1)
        near = np.flatnonzero(pair.ahead < travel + sight).astype(np.int32)
        far = np.flatnonzero(pair.back < travel.max() + sight).astype(np.int32)
        distance = pair.other.solid.at(moved[near], reach)
        scale = float(np.cbrt(abs(np.linalg.det(matrix[:3, :3]))))
        back = (
            self.solid.at(_mapped(pair.other.points[far], np.asarray(np.linalg.inv(matrix), np.float64)), reach / scale)
            * scale
        )
        return near, distance, far, back

    def _travel(self, matrix: Float64, start: Float64) -> float:
        """Return the longest way in mm that a point of the crown is apart under two matrices."""
        low, high = self.points.min(axis=0), self.points.max(axis=0)
        box = np.array([[x, y, z] for x in (low[0], high[0]) for y in (low[1], high[1]) for z in (low[2], high[2])])
        return float(np.linalg.norm(_mapped(box, matrix) - _mapped(box, start), axis=1).max())


def _mapped(points: Float64, matrix: Float64) -> Float64:
    return np.asarray(points @ matrix[:3, :3].T + matrix[:3, 3])
