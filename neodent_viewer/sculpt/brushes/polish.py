"""Polish: takes off what stands above the mean plane and evens out the rest: facets without bumps."""

from __future__ import annotations

from neodent_viewer.mesh.surface import Float32
from neodent_viewer.sculpt.brushes import smooth
from neodent_viewer.sculpt.dab import Dab


def displace(dab: Dab) -> Float32:
    """Return ``strength x weight`` of the way down to the mean plane, plus a smoothing step, (k, 3) float32."""
    from neodent_viewer.sculpt.kernels import planes

    share = min(abs(dab.strength), 1.0)
    plane = (dab.middle, dab.normal)
    cut: Float32 = planes.level(dab.vertices, dab.ids, dab.weights, *plane, share, True, False, dab.radius)
    return cut + smooth.displace(dab)
