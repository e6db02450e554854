"""Grab: what was under the brush at the press goes along with the hand, less towards the rim."""

from __future__ import annotations

import numpy as np

from neodent_viewer.mesh.surface import Float32
from neodent_viewer.sculpt.dab import Pull


def displace(pull: Pull) -> Float32:
    """Return ``strength x weight`` of the motion, (k, 3) float32."""
    return pull.weights[:, None] * (pull.motion * pull.strength).astype(np.float32)
