"""Which side of a surface points lie on, told by the pseudonormal of the face, edge or corner that is nearest to each.

Normals are worked out where they are asked for, so a surface that moves costs nothing until then.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.mesh.kernels.jit import inline, kernel

_F32 = NDArray[np.float32]
_F64 = NDArray[np.float64]
_I32 = NDArray[np.int32]

#: a barycentric weight below this counts as none: the point lies on the edge, or in the corner
_ON_EDGE = 1e-7
#: a pseudonormal shorter than this share of what a plane has is that of a fin
_FIN = 0.3


@inline
def _normal(vertices: _F32, faces: _I32, f: int, out: _F64) -> None:
    """Write the unit normal (3,) of a face, zero where it has no area."""
    a, b, c = faces[f, 0], faces[f, 1], faces[f, 2]
    ux, uy, uz = (
        np.float64(vertices[b, 0]) - vertices[a, 0],
        np.float64(vertices[b, 1]) - vertices[a, 1],
        np.float64(vertices[b, 2]) - vertices[a, 2],
    )
    vx, vy, vz = (
        np.float64(vertices[c, 0]) - vertices[a, 0],
        np.float64(vertices[c, 1]) - vertices[a, 1],
        np.float64(vertices[c, 2]) - vertices[a, 2],
    )
    x, y, z = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
    length = math.sqrt(x * x + y * y + z * z)
    scale = 1.0 / length if length > 0.0 else 0.0
    out[0], out[1], out[2] = x * scale, y * scale, z * scale


@inline
def _has(faces: _I32, f: int, v: int) -> bool:
    return bool(faces[f, 0] == v or faces[f, 1] == v or faces[f, 2] == v)


@inline
def _at_edge(vertices: _F32, faces: _I32, offsets: _I32, items: _I32, a: int, b: int, total: _F64, one: _F64) -> bool:
    """Write the sum of normals at an edge; return whether the edge is a rim, or the crest of a fin."""
    total[:] = 0.0
    count = 0
    for i in range(offsets[a], offsets[a + 1]):
        if _has(faces, items[i], b):
            _normal(vertices, faces, items[i], one)
            total += one
            count += 1
    length = math.sqrt(total[0] * total[0] + total[1] * total[1] + total[2] * total[2])
    return bool(count == 1 or length < 2.0 * _FIN)


@inline
def _angle(vertices: _F32, faces: _I32, f: int, v: int) -> float:
    """Return the angle of a face at its corner `v`, rad."""
    k = 0 if faces[f, 0] == v else (1 if faces[f, 1] == v else 2)
    one, other = faces[f, (k + 1) % 3], faces[f, (k + 2) % 3]
    uu = vv = uv = 0.0
    for axis in range(3):
        u = np.float64(vertices[one, axis]) - vertices[v, axis]
        w = np.float64(vertices[other, axis]) - vertices[v, axis]
        uu, vv, uv = uu + u * u, vv + w * w, uv + u * w
    both = math.sqrt(uu * vv)
    return math.acos(min(max(uv / both, -1.0), 1.0)) if both > 0.0 else 0.0


@inline
def _at_corner(vertices: _F32, faces: _I32, offsets: _I32, items: _I32, v: int, total: _F64, one: _F64) -> bool:
    """Write the sum of normals at a corner, weighted by angle; return whether it lies on a rim, or at the tip of a fin."""
    total[:] = 0.0
    rim = False
    for i in range(offsets[v], offsets[v + 1]):
        f = items[i]
        _normal(vertices, faces, f, one)
        total += one * _angle(vertices, faces, f, v)
        for corner in range(3):
            u, beside = faces[f, corner], 0
            for j in range(offsets[v], offsets[v + 1]):
                beside += 1 if _has(faces, items[j], u) else 0
            rim = rim or (u != v and beside == 1)
    length = math.sqrt(total[0] * total[0] + total[1] * total[1] + total[2] * total[2])
    return bool(rim or length < 2.0 * math.pi * _FIN)


@kernel
def sides(
    vertices: _F32, faces: _I32, offsets: _I32, items: _I32, points: _F64, found: _I32, weights: _F64
) -> NDArray[np.int8]:
    """Return -1 inside and 1 outside (k,) for points (k, 3) with the face and weights of their nearest places.

    Baerentzen and Aanaes, IEEE TVCG 11(3), 2005. Beyond a rim everything is outside.
    """
    side = np.ones(points.shape[0], np.int8)
    normal, one = np.empty(3), np.empty(3)
    for i in range(points.shape[0]):
        f, none, last, most = found[i], 0, 0, 0
        for corner in range(3):
            if weights[i, corner] <= _ON_EDGE:
                none, last = none + 1, corner
            if weights[i, corner] > weights[i, most]:
                most = corner
        rim = False
        if none == 0:
            _normal(vertices, faces, f, normal)
        elif none == 1:
            a, b = faces[f, (last + 1) % 3], faces[f, (last + 2) % 3]
            rim = _at_edge(vertices, faces, offsets, items, a, b, normal, one)
        else:
            rim = _at_corner(vertices, faces, offsets, items, faces[f, most], normal, one)
        along = 0.0
        for axis in range(3):
            foot = 0.0
            for corner in range(3):
                foot += weights[i, corner] * vertices[faces[f, corner], axis]
            along += (points[i, axis] - foot) * normal[axis]
        if along < 0.0 and not rim:
            side[i] = -1
    return side
