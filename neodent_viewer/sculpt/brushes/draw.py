"""Draw: raises the surface along the mean normal under the brush; inverted, it digs."""

from __future__ import annotations

import numpy as np

from neodent_viewer.mesh.surface import Float32
from neodent_viewer.sculpt.dab import Dab


def displace(dab: Dab) -> Float32:
    """Return ``strength x weight`` mm along the dab's normal, (k, 3) float32."""
    from neodent_viewer.sculpt.kernels import influence

    moved: Float32 = influence.along(dab.weights, (dab.normal * dab.strength).astype(np.float32))
    return moved
