"""Elastic deform: moves a place as if the surface were set in rubber; all around gives way, nothing tears.

The regularised Kelvinlets of de Goes & James, "Regularized Kelvinlets: sculpting brushes based on fundamental solutions of
elasticity", ACM Transactions on Graphics 36(4), 2017: the tri-scale one, which dies away fastest.
"""

from __future__ import annotations

from neodent_viewer.mesh.surface import Float32
from neodent_viewer.sculpt.dab import Pull

#: Poisson's ratio: rubber, and soft tissue, hardly change volume
POISSON = 0.45
#: in radii: from the first on the displacement is let down to nothing at the second, where some 1e-4 of it is left
FADE = (4.0, 5.0)


def displace(pull: Pull) -> Float32:
    """Return the displacements (k, 3) float32 that take the held place along by ``strength`` of the motion."""
    from neodent_viewer.sculpt.kernels import kelvinlet

    force = pull.motion * pull.strength
    moved: Float32 = kelvinlet.grab(pull.base, pull.center, force, pull.radius, POISSON, *FADE)
    return moved * pull.weights[:, None]
