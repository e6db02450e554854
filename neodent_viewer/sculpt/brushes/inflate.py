"""Inflate: every vertex moves along its own normal; inverted, the surface deflates."""

from __future__ import annotations

import numpy as np

from neodent_viewer.mesh.surface import Float32
from neodent_viewer.sculpt.dab import Dab


def displace(dab: Dab) -> Float32:
    """Return ``strength x weight`` mm along each vertex's normal, (k, 3) float32."""
    return (dab.weights * np.float32(dab.strength))[:, None] * dab.normals[dab.ids]
