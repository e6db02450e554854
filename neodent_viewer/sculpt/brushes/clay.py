"""Clay: lays on flat strips, filling what is low first; inverted, it takes strips off what is high."""

from __future__ import annotations

from neodent_viewer.mesh.surface import Float32
from neodent_viewer.sculpt.dab import Dab

#: no vertex moves more than this many strengths in one dab, however deep it lies
_DEEPEST = 3.0


def displace(dab: Dab) -> Float32:
    """Return steps (k, 3) float32 to a plane ``strength`` mm above the mean one, times weight, for what lies below it."""
    from neodent_viewer.sculpt.kernels import planes

    s = dab.strength
    plane = (dab.middle + dab.normal * s, dab.normal)
    moved: Float32 = planes.level(dab.vertices, dab.ids, dab.weights, *plane, 1.0, s < 0, s >= 0, _DEEPEST * abs(s))
    return moved
