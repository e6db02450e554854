"""Keeping clear of what stands in the way: moves of points are cut short where they would enter a surface.

Each point walks along its move by as much as it is away from the nearest obstacle, which can never overshoot: conservative
advancement (Mirtich 1996), the same idea as sphere tracing (Hart 1996).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from neodent_viewer.mesh.distance import SignedDistance
from neodent_viewer.mesh.surface import Float64

#: mm short of an obstacle that counts as touching it
TOUCH = 0.005
_ROUNDS = 40


def clearance(places: ArrayLike, obstacles: Sequence[SignedDistance], reach: float = np.inf) -> Float64:
    """Return the signed distance (k,) in mm from places (k, 3) to the nearest obstacle; inf beyond `reach`."""
    points = np.asarray(places, np.float64).reshape(-1, 3)
    nearest = np.full(len(points), np.inf)
    for obstacle in obstacles:
        nearest = np.minimum(nearest, obstacle.at(points, reach))
    return nearest


def held_back(places: ArrayLike, moves: ArrayLike, obstacles: Sequence[SignedDistance]) -> Float64:
    """Return moves (k, 3) cut short so that no point enters an obstacle.

    A point that is inside already stays where it is unless its move leads it outwards.

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
    length = np.linalg.norm(wanted, axis=1)
    share = np.ones(len(start))
    if not len(start) or not len(obstacles):
        return wanted * share[:, None]
    now = clearance(start, obstacles, float(length.max()) + TOUCH)
    inside = now < 0.0
    share[inside] = (clearance(start[inside] + wanted[inside], obstacles) >= now[inside]).astype(np.float64)
    walking = np.flatnonzero(~inside & (now <= length) & (length > 0.0))
    share[walking] = 0.0
    gap = now[walking]
    for _ in range(_ROUNDS):
        share[walking] = np.minimum(1.0, share[walking] + np.maximum(gap - TOUCH / 2, 0.0) / length[walking])
        going = (gap > TOUCH) & (share[walking] < 1.0)
        walking = walking[going]
        if not len(walking):
            break
        here = start[walking] + share[walking, None] * wanted[walking]
        gap = clearance(here, obstacles, float(length[walking].max()) + TOUCH)
    return wanted * share[:, None]
