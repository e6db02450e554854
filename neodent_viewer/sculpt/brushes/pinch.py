"""Pinch: draws the surface together under the brush; inverted, it spreads it (magnify)."""

from __future__ import annotations

import numpy as np

from neodent_viewer.mesh.surface import Float32
from neodent_viewer.sculpt.dab import Dab


def displace(dab: Dab) -> Float32:
    """Return ``strength x weight`` of the way to the centre, within the tangent plane, (k, 3) float32."""
    from neodent_viewer.sculpt.kernels import planes

    share = min(max(dab.strength, -1.0), 1.0)
    lines = (dab.center, dab.normal, np.zeros(3))
    moved: Float32 = planes.gather(dab.vertices, dab.ids, dab.weights, *lines, share)
    return moved
