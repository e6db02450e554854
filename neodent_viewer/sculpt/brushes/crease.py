"""Crease: cuts a line and draws its sides together, as a fissure has them; inverted, it raises a sharp ridge."""

from __future__ import annotations

import numpy as np

from neodent_viewer.mesh.surface import Float32
from neodent_viewer.sculpt.dab import Dab

#: the sides come together by this many depths a radius, and by no more than a quarter
_SIDES, _MOST = 5.0, 0.25


def displace(dab: Dab) -> Float32:
    """Return ``strength x weight^2`` mm against the normal, plus a share of the way to the stroke's line, (k, 3) float32."""
    from neodent_viewer.sculpt.kernels import planes

    share = min(_MOST, _SIDES * abs(dab.strength) / dab.radius)
    lines = (dab.center, dab.normal, dab.direction)
    sides: Float32 = planes.gather(dab.vertices, dab.ids, dab.weights, *lines, share)
    return sides + (dab.weights * dab.weights)[:, None] * (dab.normal * -dab.strength).astype(np.float32)
