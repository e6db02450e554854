"""Height: lays a layer of even thickness over the surface as it was at the press, however often the brush passes."""

from __future__ import annotations

import numpy as np

from neodent_viewer.mesh.surface import Float32
from neodent_viewer.sculpt.dab import Dab


def displace(dab: Dab) -> Float32:
    """Return ``strength x weight`` mm along each vertex's normal at the press, (k, 3) float32.

    The weights are what the strongest dab so far has over earlier ones, so that in all no place rises more than ``strength``.
    """
    return (dab.weights * np.float32(dab.strength))[:, None] * dab.normals[dab.ids]
