"""The brush cursor: it lies on the surface with its falloff, and so do its mirrored and radial partners."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neodent_viewer.app.tools.base import Bench
from neodent_viewer.app.tools.marks import triple
from neodent_viewer.app.tools.pointer import Pointer
from neodent_viewer.app.tools.strokes import scale_of, settings
from neodent_viewer.document.part import Part
from neodent_viewer.mesh.surface import Float64
from neodent_viewer.render.annotations import PROFILE, Colour, Ring

if TYPE_CHECKING:
    from neodent_viewer.document.pick import Hit
    from neodent_viewer.sculpt.surface import SculptMesh

#: how much of the cursor a partner shows, and how many there are at most
_PARTNER, _MOST = 0.55, 12


def profile(bench: Bench, name: str) -> tuple[float, ...]:
    """Return the falloff of a brush at `PROFILE` even steps from the middle to the rim."""
    from neodent_viewer.sculpt.curve import evaluate
    from neodent_viewer.sculpt.falloff import CUSTOM, falloff

    own = bench.brush.of(name)
    steps = np.linspace(0.0, 1.0, PROFILE)
    if own["falloff"] == CUSTOM:
        return tuple(float(value) for value in evaluate(own["curve"], steps))
    return tuple(float(value) for value in falloff(own["falloff"], steps.astype(np.float32), 1.0))


def rings(
    bench: Bench, part: Part, mesh: SculptMesh | None, hit: Hit, at: Pointer, name: str, colour: Colour
) -> tuple[Ring, ...]:
    """Return the cursor at a hit, and its partners on the same part once the part is ready."""
    made = settings(bench, part, name, at, hit)
    radius, shape = made.radius * scale_of(part), profile(bench, name)
    own = Ring(triple(hit.position), triple(_normal(part, mesh, hit)), radius, colour, profile=shape)
    if mesh is None or not (made.symmetry or made.radial > 1):
        return (own,)
    from neodent_viewer.sculpt.symmetry import operations

    dim: Colour = (*colour[:3], colour[3] * _PARTNER)
    place, found = part.to_local(hit.position), [own]
    for copy in operations(made)[1 : _MOST + 1]:
        face, weights, there, away = mesh.bvh.closest(copy.place(place))
        if away <= 2 * made.radius:
            normal = _world(part, weights @ mesh.normals[mesh.faces[face]])
            found.append(Ring(triple(part.to_world(there)), triple(normal), radius, dim, 1.2, shape))
    return tuple(found)


def _normal(part: Part, mesh: SculptMesh | None, hit: Hit) -> Float64:
    """Return the normal under a hit: smoother than the face's own, so that the ring does not shiver over small triangles."""
    if mesh is None:
        return hit.normal
    smooth = _world(part, hit.weights @ mesh.normals[part.surface.faces[hit.face]])
    return smooth if smooth.any() else hit.normal


def _world(part: Part, local: Float64) -> Float64:
    """Return a direction in the world, unit, or zero."""
    turned = part.transform[:3, :3] @ local
    length = float(np.linalg.norm(turned))
    return np.asarray(turned / length if length > 1e-6 else turned * 0.0)
