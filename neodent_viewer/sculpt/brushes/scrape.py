"""Scrape: takes off what stands above the mean plane under the brush; inverted, it fills."""

from __future__ import annotations

from neodent_viewer.mesh.surface import Float32
from neodent_viewer.sculpt.dab import Dab


def displace(dab: Dab) -> Float32:
    """Return ``strength x weight`` of the way to the mean plane for what lies above it, (k, 3) float32."""
    from neodent_viewer.sculpt.kernels import planes

    share, cut = min(abs(dab.strength), 1.0), dab.strength >= 0
    plane = (dab.middle, dab.normal)
    moved: Float32 = planes.level(dab.vertices, dab.ids, dab.weights, *plane, share, cut, not cut, dab.radius)
    return moved
