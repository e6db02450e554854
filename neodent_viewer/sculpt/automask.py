"""What a brush leaves alone by itself: mask, locked labels, open rims, hollows or ridges. Made once a stroke.

Everything here is (n,) float32, 1 where a brush may work fully and 0 where not one bit may change; an empty array stands for
all ones.
"""

from __future__ import annotations

import numpy as np

from neodent_viewer.mesh.surface import Float32
from neodent_viewer.sculpt.settings import BrushSettings
from neodent_viewer.sculpt.surface import SculptMesh

#: mean curvature times edge length at which a hollow counts in full: a fissure of 1 mm radius in 0.1 mm edges has 0.1
_DEEP = 0.1


def free(mesh: SculptMesh, settings: BrushSettings, *, masked: bool = True) -> Float32:
    """Return what all masks together leave free; empty if nothing is masked."""
    parts = [mesh.freedom(settings.locked_labels, masked=masked)]
    if settings.boundary_rings:
        parts.append(from_rim(mesh, settings.boundary_rings))
    if settings.cavity:
        parts.append(hollows(mesh, settings.cavity))
    given = [part for part in parts if part is not None]
    if not given:
        return np.zeros(0, np.float32)
    whole = given[0]
    for part in given[1:]:
        whole = whole * part
    return whole


def from_rim(mesh: SculptMesh, rings: int) -> Float32:
    """Return 0 on open rims, rising evenly to 1 where `rings` edges lie between."""
    from neodent_viewer.sculpt.kernels import automask

    steps = automask.steps_from(mesh.boundary(), *mesh.neighbours(), rings)
    return (steps / np.float32(rings)).astype(np.float32)


def hollows(mesh: SculptMesh, amount: float) -> Float32:
    """Return how free a place is when only hollows (`amount` > 0) or only ridges (< 0) are worked, fully at 1 and -1."""
    from neodent_viewer.sculpt.kernels import automask

    bend = automask.hollow(mesh.vertices, mesh.normals, *mesh.neighbours())
    deep = np.clip(0.5 + np.sign(amount) * bend / (2 * _DEEP), 0, 1)
    return np.asarray(1 - abs(amount) * (1 - deep), np.float32)
