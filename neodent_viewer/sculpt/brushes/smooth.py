"""Smooth: draws each vertex towards the mean of its neighbours; an open rim follows itself only, so it stays."""

from __future__ import annotations

from neodent_viewer.mesh.surface import Float32
from neodent_viewer.sculpt.dab import Dab


def displace(dab: Dab) -> Float32:
    """Return ``strength x weight`` of the way to the neighbours' mean, (k, 3) float32.

    The umbrella operator of Kobbelt et al. (SIGGRAPH 1998), all vertices at once.
    """
    from neodent_viewer.sculpt.kernels import relax

    share = min(abs(dab.strength), 1.0)
    moved: Float32 = relax.umbrella(dab.vertices, *dab.neighbours(), dab.boundary(), dab.ids, dab.weights, share)
    return moved
