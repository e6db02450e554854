"""Twist: turns what was under the brush about the normal there; the hand goes right, it turns clockwise."""

from __future__ import annotations

import numpy as np

from neodent_viewer.mesh.surface import Float32
from neodent_viewer.sculpt.dab import Pull


def displace(pull: Pull) -> Float32:
    """Return displacements (k, 3) float32 of a turn by ``turn x weight`` radians (Rodrigues' formula)."""
    angle = -pull.turn * pull.handed * pull.weights.astype(np.float64)
    away, axis = pull.base - pull.center, pull.normal
    sine, cosine = np.sin(angle)[:, None], np.cos(angle)[:, None]
    turned = away * cosine + np.cross(axis, away) * sine + axis * (away @ axis)[:, None] * (1 - cosine)
    return np.asarray(turned - away, np.float32)
