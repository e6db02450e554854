"""Flatten: draws everything under the brush to its mean plane; inverted, it deepens what is there."""

from __future__ import annotations

from neodent_viewer.mesh.surface import Float32
from neodent_viewer.sculpt.dab import Dab


def displace(dab: Dab) -> Float32:
    """Return ``strength x weight`` of the way to the mean plane, (k, 3) float32."""
    from neodent_viewer.sculpt.kernels import planes

    share = min(max(dab.strength, -1.0), 1.0)
    plane = (dab.middle, dab.normal)
    moved: Float32 = planes.level(dab.vertices, dab.ids, dab.weights, *plane, share, True, True, dab.radius)
    return moved
