"""Smooth: evens bumps out and keeps volume; an open rim follows itself only, so it stays."""

from __future__ import annotations

from neodent_viewer.mesh.surface import Float32
from neodent_viewer.sculpt.dab import Dab

#: share of the way to the neighbours' mean at full strength, and the slightly longer way back
_FORTH, _BACK = 0.66, -0.68


def displace(dab: Dab) -> Float32:
    """Return one step forth and one back, ``strength x weight`` of the full ones, (k, 3) float32.

    The lambda-mu filter of Taubin (SIGGRAPH 1995): a step of the umbrella operator shrinks what it smooths, the second one
    swells it again by as much, but for waves shorter than the pass band (1 / 0.66 - 1 / 0.68 = 0.045).
    """
    from neodent_viewer.sculpt.kernels import relax

    share = min(abs(dab.strength), 1.0)
    surface = (dab.vertices, *dab.neighbours(), dab.boundary())
    moved: Float32 = relax.taubin(*surface, dab.ids, dab.weights, share * _FORTH, share * _BACK, dab.slots)
    return moved
