"""Draw sharp: cuts a groove with a narrow floor; inverted, it raises a ridge.

It works along the normals the surface had at the press, so that dab after dab deepens the same groove instead of rounding it.
"""

from __future__ import annotations

import numpy as np

from neodent_viewer.mesh.surface import Float32
from neodent_viewer.sculpt.dab import Dab


def displace(dab: Dab) -> Float32:
    """Return ``strength x weight^2`` mm against the mean normal at the press, (k, 3) float32."""
    squared = dab.weights * dab.weights
    normal = (dab.normals[dab.ids] * dab.weights[:, None]).sum(axis=0, dtype=np.float64)
    length = float(np.linalg.norm(normal))
    along = normal / length if length > 1e-9 else dab.normal
    return squared[:, None] * (along * -dab.strength).astype(np.float32)
