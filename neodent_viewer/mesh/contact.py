"""Keeping clear of what stands in the way: moves of points are cut short where they would enter a surface.

Each point goes along its move by as much as it is away from the nearest obstacle, which cannot overshoot (conservative
advancement: Mirtich 1996; sphere tracing: Hart 1996), where it is close by a small step; the step that leads in is halved
until the last free place is known. Shares are sums of halves, so that they do not hang on the last digit of a distance.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike

from neodent_viewer.mesh.distance import SignedDistance
from neodent_viewer.mesh.surface import Float64, Int32

#: mm short of an obstacle that counts as touching it
TOUCH = 0.005
#: mm that a point goes between two looks where it is close: no tooth is so thin that it would be jumped over
_STEP = 0.25
#: steps a move may take, and halvings of the one that leads in
_ROUNDS, _HALVINGS = 128, 7

#: clearance (k,) in mm at places (k, 3) of points with numbers (k,), inf beyond a reach in mm
Gap = Callable[[Float64, Int32, float], Float64]


def clearance(places: ArrayLike, obstacles: Sequence[SignedDistance], reach: float = np.inf) -> Float64:
    """Return the signed distance (k,) in mm from places (k, 3) to the nearest obstacle; inf beyond `reach`."""
    points = np.asarray(places, np.float64).reshape(-1, 3)
    nearest = np.full(len(points), np.inf)
    for obstacle in obstacles:
        nearest = np.minimum(nearest, obstacle.at(points, reach))
    return nearest


def held_back(places: ArrayLike, moves: ArrayLike, obstacles: Sequence[SignedDistance]) -> Float64:
    """Return moves (k, 3) cut short so that no point enters an obstacle.

    A point that is inside already goes no deeper; it may come out, and one that touches may slide and leave.

    Parameters
    ----------
    places, moves : (k, 3) array_like
        Where points are and where each wants to go, in the frame of the obstacles, mm.
    obstacles : sequence of SignedDistance
        Neighbours and antagonists.

    Returns
    -------
    ndarray (k, 3) float64
        At most as long as `moves`, in the same directions.
    """
    start, wanted = (np.asarray(values, np.float64).reshape(-1, 3) for values in (places, moves))
    share = shares(start, wanted, lambda points, _, reach: clearance(points, obstacles, reach))
    return np.asarray(wanted * share[:, None])


def shares(start: Float64, moves: Float64, gap: Gap) -> Float64:
    """Return which share 0..1 (k,) of its move each point may go before its clearance falls below zero, or below what it is.

    Parameters
    ----------
    start, moves : ndarray (k, 3) float64
        mm.
    gap : callable
        Clearance in mm.
    """
    share = np.ones(len(start))
    length = np.linalg.norm(moves, axis=1)
    if not len(start) or not length.any():
        return share
    reach = float(length.max()) + TOUCH
    now = gap(start, np.arange(len(start), dtype=np.int32), reach)
    least = np.minimum(now, 0.0)
    going = np.flatnonzero((now <= length) & (length > 0.0)).astype(np.int32)
    share[going] = 0.0
    for _ in range(_ROUNDS):
        if not len(going):
            break
        onward = np.minimum(1.0, share[going] + np.maximum(now[going], _STEP) / length[going])
        now[going] = gap(start[going] + onward[:, None] * moves[going], going, reach)
        entered = now[going] < least[going]
        stopped = going[entered]
        share[stopped] = _narrowed(start, moves, gap, reach, least, stopped, share[stopped], onward[entered])
        share[going[~entered]] = onward[~entered]
        going = going[~entered & (onward < 1.0)]
    return share


def _narrowed(
    start: Float64, moves: Float64, gap: Gap, reach: float, least: Float64, rows: Int32, free: Float64, blocked: Float64
) -> Float64:
    """Return the last free share (k,) of points `rows` between a free and a blocked one."""
    if not len(rows):
        return free
    for _ in range(_HALVINGS):
        middle = (free + blocked) / 2.0
        entered = gap(start[rows] + middle[:, None] * moves[rows], rows, reach) < least[rows]
        free, blocked = np.where(entered, free, middle), np.where(entered, middle, blocked)
    return free
