"""Relax: evens out the triangles within the surface and leaves its form alone."""

from __future__ import annotations

from neodent_viewer.mesh.surface import Float32
from neodent_viewer.sculpt.dab import Dab


def displace(dab: Dab) -> Float32:
    """Return ``strength x weight`` of the way to the neighbours' mean, less what runs along the normal, (k, 3) float32."""
    from neodent_viewer.sculpt.kernels import relax

    share = min(abs(dab.strength), 1.0)
    surface = (dab.vertices, dab.normals, *dab.neighbours(), dab.boundary())
    moved: Float32 = relax.tangential(*surface, dab.ids, dab.weights, share)
    return moved
