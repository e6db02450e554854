"""Collapsing short edges and flipping uneven ones, as many as do not touch each other in one pass over fixed rings."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.mesh.kernels.jit import inline, kernel

_F64 = NDArray[np.float64]
_I32 = NDArray[np.int32]
_Bool = NDArray[np.bool_]


@inline
def _normal(a: _F64, b: _F64, c: _F64, out: _F64) -> float:
    """Write the unit normal of a triangle to `out` (3,); return twice its area."""
    ux, uy, uz = b[0] - a[0], b[1] - a[1], b[2] - a[2]
    vx, vy, vz = c[0] - a[0], c[1] - a[1], c[2] - a[2]
    out[0], out[1], out[2] = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
    size = np.sqrt(out[0] * out[0] + out[1] * out[1] + out[2] * out[2])
    if size > 0.0:
        out /= size
    return size


@inline
def _gap(a: _F64, b: _F64) -> float:
    return np.sqrt((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 + (a[2] - b[2]) ** 2)


@inline
def _has(faces: _I32, face: int, vertex: int) -> bool:
    return faces[face, 0] == vertex or faces[face, 1] == vertex or faces[face, 2] == vertex


@inline
def _shared(faces: _I32, offsets: _I32, items: _I32, a: int, b: int) -> int:
    """Return how many faces hold both vertices."""
    count = 0
    for k in range(offsets[a], offsets[a + 1]):
        if _has(faces, items[k], b):
            count += 1
    return count


@inline
def _linked(near: _I32, beside: _I32, a: int, b: int, shared: int) -> bool:
    """Return whether the ends have as many neighbours in common as faces, none of which would be left with two faces."""
    i, j, common = near[a], near[b], 0
    while i < near[a + 1] and j < near[b + 1]:
        if beside[i] == beside[j]:
            v = beside[i]
            if near[v + 1] - near[v] <= 3:
                return False
            common += 1
            i += 1
            j += 1
        elif beside[i] < beside[j]:
            i += 1
        else:
            j += 1
    return common == shared


@inline
def _reaches(places: _F64, near: _I32, beside: _I32, vertex: int, to: _F64, high: float) -> bool:
    """Return whether a neighbour of `vertex` would be farther than `high` from its new place."""
    for k in range(near[vertex], near[vertex + 1]):  # noqa: SIM110, numba knows no any()
        if _gap(places[beside[k]], to) > high:
            return True
    return False


@inline
def _turns(
    places: _F64, faces: _I32, offsets: _I32, items: _I32, vertex: int, other: int, to: _F64, scratch: _F64
) -> bool:
    """Return whether a face of `vertex`, but for those it shares with `other`, would turn by 60 degrees or vanish."""
    for k in range(offsets[vertex], offsets[vertex + 1]):
        f = items[k]
        if _has(faces, f, other):
            continue
        _normal(places[faces[f, 0]], places[faces[f, 1]], places[faces[f, 2]], scratch[0])
        for corner in range(3):
            v = faces[f, corner]
            for axis in range(3):
                scratch[2 + corner, axis] = to[axis] if v == vertex else places[v, axis]
        if _normal(scratch[2], scratch[3], scratch[4], scratch[1]) < 1e-9:
            return True
        if scratch[0, 0] * scratch[1, 0] + scratch[0, 1] * scratch[1, 1] + scratch[0, 2] * scratch[1, 2] < 0.5:
            return True
    return False


@inline
def _cuts_corner(
    places: _F64, faces: _I32, offsets: _I32, items: _I32, near: _I32, beside: _I32, keep: int, gone: int, slack: float
) -> bool:
    """Return whether the rim would move by more than `slack` mm if `gone` went into `keep`."""
    for k in range(near[gone], near[gone + 1]):
        v = beside[k]
        if v == keep or _shared(faces, offsets, items, gone, v) != 1:
            continue
        along = places[v] - places[keep]
        size = (along * along).sum()
        if size <= 0.0:
            return True
        share = ((places[gone] - places[keep]) * along).sum() / size
        foot = places[keep] + min(max(share, 0.0), 1.0) * along
        return _gap(foot, places[gone]) > slack
    return True


@kernel
def collapse(
    places: _F64,
    faces: _I32,
    offsets: _I32,
    items: _I32,
    near: _I32,
    beside: _I32,
    edges: _I32,
    high: float,
    rim: _Bool,
    held: _Bool,
    into: _I32,
) -> int:
    """Collapse edges (e, 2), in their order, where that is sound and nothing near it has been collapsed in this pass.

    `offsets`, `items` are `rings.vertex_faces`, `near`, `beside` `rings.vertex_neighbours`. Vertices in `held` stay; of a
    rim one end stays. `places` (n, 3) is written, `into` (n,) gets where each vertex went. Returns how many went.
    """
    touched = np.zeros(places.shape[0], np.bool_)
    scratch, to = np.empty((5, 3)), np.empty(3)
    count = 0
    for e in range(edges.shape[0]):
        a, b = edges[e, 0], edges[e, 1]
        if touched[a] or touched[b] or (held[a] and held[b]):
            continue
        if held[b] or (rim[b] and not rim[a] and not held[a]):
            a, b = b, a
        if rim[b] and not rim[a]:
            continue
        shared = _shared(faces, offsets, items, a, b)
        if shared != (1 if rim[a] and rim[b] else 2) or not _linked(near, beside, a, b, shared):
            continue
        if shared == 1 and _cuts_corner(places, faces, offsets, items, near, beside, a, b, 0.1 * high):
            continue
        for axis in range(3):
            to[axis] = places[a, axis] if rim[a] or held[a] else 0.5 * (places[a, axis] + places[b, axis])
        if _reaches(places, near, beside, a, to, high) or _reaches(places, near, beside, b, to, high):
            continue
        if _turns(places, faces, offsets, items, a, b, to, scratch):
            continue
        if _turns(places, faces, offsets, items, b, a, to, scratch):
            continue
        places[a] = to
        into[b] = a
        touched[a] = touched[b] = True
        for v in (a, b):
            for k in range(near[v], near[v + 1]):
                touched[beside[k]] = True
        count += 1
    return count


@inline
def _joined(near: _I32, beside: _I32, a: int, b: int) -> bool:
    for k in range(near[a], near[a + 1]):  # noqa: SIM110
        if beside[k] == b:
            return True
    return False


@kernel
def flip(
    places: _F64, faces: _I32, near: _I32, beside: _I32, quads: _I32, valence: _I32, ideal: _I32, held: _Bool
) -> int:
    """Flip edges inside pairs of faces where that brings valences nearer to `ideal` (n,); return how many.

    `quads` (e, 6): ends a, b, the corners c, d across in the first and second face, and the two faces: (a, b, c) and
    (b, a, d) up to rotation. `faces` and `valence` (n,) are written. Edges between two `held` vertices stay.
    """
    touched, busy = np.zeros(places.shape[0], np.bool_), np.zeros(faces.shape[0], np.bool_)
    n = np.empty((4, 3))
    count = 0
    for e in range(quads.shape[0]):
        a, b, c, d, f, g = quads[e]
        if busy[f] or busy[g] or touched[c] or touched[d] or (held[a] and held[b]) or c == d:
            continue
        before = abs(valence[a] - ideal[a]) + abs(valence[b] - ideal[b])
        before += abs(valence[c] - ideal[c]) + abs(valence[d] - ideal[d])
        after = abs(valence[a] - 1 - ideal[a]) + abs(valence[b] - 1 - ideal[b])
        after += abs(valence[c] + 1 - ideal[c]) + abs(valence[d] + 1 - ideal[d])
        if after >= before or valence[a] <= 3 or valence[b] <= 3 or _joined(near, beside, c, d):
            continue
        _normal(places[a], places[b], places[c], n[0])
        _normal(places[b], places[a], places[d], n[1])
        one = _normal(places[a], places[d], places[c], n[2])
        two = _normal(places[d], places[b], places[c], n[3])
        if one < 1e-9 or two < 1e-9 or (n[0] * n[1]).sum() < 0.7:
            continue
        if (n[2] * n[0]).sum() < 0.7 or (n[2] * n[1]).sum() < 0.7:
            continue
        if (n[3] * n[0]).sum() < 0.7 or (n[3] * n[1]).sum() < 0.7:
            continue
        faces[f, 0], faces[f, 1], faces[f, 2] = a, d, c
        faces[g, 0], faces[g, 1], faces[g, 2] = d, b, c
        valence[a] -= 1
        valence[b] -= 1
        valence[c] += 1
        valence[d] += 1
        busy[f] = busy[g] = touched[a] = touched[b] = touched[c] = touched[d] = True
        count += 1
    return count
