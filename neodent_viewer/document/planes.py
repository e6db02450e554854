"""Planes by numbers a person can type: a direction of the body, two angles away from it, and a place along it.

``turn`` swings the plane's direction about the upright axis (about the front-back axis for planes that lie), ``tilt`` lifts
it towards that axis. A place counts along the axis however the plane faces, so it stays the same when the other side is
kept. All in the frame of the world, mm and degrees.
"""

from __future__ import annotations

from math import asin, atan2, cos, degrees, radians, sin

import numpy as np

from neodent_viewer.core.errors import ArgumentError
from neodent_viewer.mesh.surface import Float64

#: degrees
STEEPEST = 89.0


def axes_of(axis: str) -> Float64:
    """Return rows (3, 3): the direction ``"+x"`` to ``"-z"``, what lies to its side, and what it turns about.

    >>> axes_of("+x").astype(int).tolist()
    [[1, 0, 0], [0, 0, -1], [0, 1, 0]]
    """
    if axis.lstrip("+-") not in {"x", "y", "z"}:
        raise ArgumentError(
            f"{axis!r} is no axis.", kind="argument", where="axis", remedy="Give +x, -x, +y, -y, +z or -z."
        )
    along = np.zeros(3)
    along["xyz".index(axis[-1])] = -1.0 if axis.startswith("-") else 1.0
    up = np.array([0.0, 0.0, 1.0]) if axis.endswith("y") else np.array([0.0, 1.0, 0.0])
    return np.stack([along, np.cross(up, along), up])


def direction(axis: str, turn: float = 0.0, tilt: float = 0.0) -> Float64:
    """Return the unit direction (3,) of a plane.

    >>> direction("+z", turn=90.0).round(6).tolist()
    [1.0, 0.0, 0.0]
    """
    along, side, up = axes_of(axis)
    t, lift = radians(turn), radians(tilt)
    if turn == 0.0 and tilt == 0.0:
        return np.asarray(along)
    return np.asarray(cos(lift) * (cos(t) * along + sin(t) * side) + sin(lift) * up)


def offset(axis: str, at: float) -> float:
    """Return how far in mm a plane lies from the world's zero along its own direction, for a place along the axis.

    >>> offset("-x", 2.0)  # at x = 2, facing x = 1
    -2.0
    """
    return -at if axis.startswith("-") else at


def angles(axis: str, towards: Float64) -> tuple[float, float]:
    """Return turn and tilt in degrees of a direction (3,), as `direction` takes them.

    >>> tuple(round(angle, 6) for angle in angles("+x", direction("+x", 30.0, -20.0)))
    (30.0, -20.0)
    """
    along, side, up = axes_of(axis) @ (towards / (np.linalg.norm(towards) or 1.0))
    return degrees(atan2(side, along)), degrees(asin(min(1.0, max(-1.0, float(up)))))
