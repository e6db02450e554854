"""Scale: swells or shrinks what was under the brush about where it was pressed; the hand goes right, it grows."""

from __future__ import annotations

import numpy as np

from neodent_viewer.mesh.surface import Float32
from neodent_viewer.sculpt.dab import Pull

#: e^1.5 = 4.5 times the size, or a 4.5th, at most
_MOST = 1.5


def displace(pull: Pull) -> Float32:
    """Return displacements (k, 3) float32 of a growth by ``exp(turn x weight)``."""
    factor = np.exp(np.clip(pull.turn, -_MOST, _MOST) * pull.weights.astype(np.float64)) - 1
    return np.asarray((pull.base - pull.center) * factor[:, None], np.float32)
