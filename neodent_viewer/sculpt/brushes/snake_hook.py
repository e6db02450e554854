"""Snake hook: draws a strand out of the surface; what is near the hand follows, what it leaves behind stays."""

from __future__ import annotations

import numpy as np

from neodent_viewer.mesh.surface import Float32
from neodent_viewer.sculpt.dab import Pull


def displace(pull: Pull) -> Float32:
    """Return ``strength x weight`` of one step of the hand, (k, 3) float32."""
    return pull.weights[:, None] * (pull.motion * pull.strength).astype(np.float32)
