"""Straight lines through a strip of triangles: unfold it into the plane and pull the string tight.

The funnel of Lee and Preparata (Networks 14, 1984). Portals are the edges between consecutive faces of the strip.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.mesh.kernels.jit import inline, kernel

_F64 = NDArray[np.float64]
_I32 = NDArray[np.int32]

_POINT = 1e-9  # mm; a line shorter than this has no direction


@inline
def _place(vertices: _F64, left: int, right: int, apex: int, flat_left: _F64, flat_right: _F64, out: _F64) -> None:
    """Write where `apex` lies in the plane beyond the portal (left, right)."""
    length = along = reach = 0.0
    for axis in range(3):
        u, w = vertices[left, axis] - vertices[right, axis], vertices[apex, axis] - vertices[right, axis]
        length, along, reach = length + u * u, along + u * w, reach + w * w
    length = np.sqrt(length)
    s = along / length if length > 0.0 else 0.0
    h = np.sqrt(max(reach - s * s, 0.0))
    ux, uy = (flat_left[0] - flat_right[0]), (flat_left[1] - flat_right[1])
    if length > 0.0:
        ux, uy = ux / length, uy / length
    out[0] = flat_right[0] + ux * s + uy * h
    out[1] = flat_right[1] + uy * s - ux * h


@inline
def _third(faces: _I32, f: int, a: int, b: int) -> int:
    for corner in range(3):
        if faces[f, corner] != a and faces[f, corner] != b:
            return faces[f, corner]
    return a


@inline
def _shared(faces: _I32, f: int, g: int, out: _I32) -> int:
    count = 0
    for corner in range(3):
        v = faces[f, corner]
        if (v == faces[g, 0] or v == faces[g, 1] or v == faces[g, 2]) and count < 2:
            out[count] = v
            count += 1
    return count


@inline
def _weigh(faces: _I32, f: int, weights: _F64, ids: _I32, flat: _F64, out: _F64) -> None:
    """Write the flat place of barycentric `weights` on face `f`, whose corners `ids` (3,) lie at `flat` (3, 2)."""
    out[:] = 0.0
    for corner in range(3):
        for k in range(3):
            if ids[k] == faces[f, corner]:
                out[0] += weights[corner] * flat[k, 0]
                out[1] += weights[corner] * flat[k, 1]


@kernel
def unfold(vertices: _F64, faces: _I32, strip: _I32, start: _F64, end: _F64) -> tuple[_I32, _F64, _F64]:
    """Lay a strip of two or more faces flat.

    Parameters
    ----------
    vertices : ndarray (n, 3) float64
    strip : ndarray (k,) int32
        Faces, each sharing an edge with the next.
    start, end : ndarray (3,) float64
        Barycentric weights on the first and the last face.

    Returns
    -------
    portals : ndarray (k - 1, 2) int32
        Left and right vertex of each crossed edge.
    flat : ndarray (k - 1, 2, 2) float64
        Where they lie in the plane.
    ends : ndarray (2, 2) float64
        Where the path starts and ends in the plane.
    """
    count = strip.shape[0] - 1
    portals, flat, ends = np.empty((count, 2), np.int32), np.empty((count, 2, 2)), np.empty((2, 2))
    edge, ids, corners = np.empty(2, np.int32), np.empty(3, np.int32), np.empty((3, 2))
    _shared(faces, strip[0], strip[1], edge)
    left, right = edge[0], edge[1]
    width = 0.0
    for axis in range(3):
        width += (vertices[left, axis] - vertices[right, axis]) ** 2
    portals[0, 0], portals[0, 1] = left, right
    flat[0, 0, 0], flat[0, 0, 1], flat[0, 1, 0], flat[0, 1, 1] = -np.sqrt(width), 0.0, 0.0, 0.0
    behind = _third(faces, strip[0], left, right)
    ids[0], ids[1], ids[2] = left, right, behind
    corners[0], corners[1] = flat[0, 0], flat[0, 1]
    _place(vertices, left, right, behind, flat[0, 0], flat[0, 1], corners[2])
    corners[2, 1] = -corners[2, 1]
    _weigh(faces, strip[0], start, ids, corners, ends[0])
    for i in range(1, count + 1):
        apex = _third(faces, strip[i], left, right)
        ids[0], ids[1], ids[2] = left, right, apex
        corners[0], corners[1] = flat[i - 1, 0], flat[i - 1, 1]
        _place(vertices, left, right, apex, flat[i - 1, 0], flat[i - 1, 1], corners[2])
        if i == count:
            break
        _shared(faces, strip[i], strip[i + 1], edge)
        keeps_left = edge[0] == left or edge[1] == left
        if keeps_left:
            right = apex
            flat[i, 0], flat[i, 1] = corners[0], corners[2]
        else:
            left = apex
            flat[i, 0], flat[i, 1] = corners[2], corners[1]
        portals[i, 0], portals[i, 1] = left, right
    _weigh(faces, strip[count], end, ids, corners, ends[1])
    return portals, flat, ends


@inline
def _turn(a: _F64, b: _F64, c: _F64) -> float:
    """Return twice the signed area of a, b, c: positive when c lies left of a -> b."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])


@inline
def _same(a: _F64, b: _F64) -> bool:
    return abs(a[0] - b[0]) + abs(a[1] - b[1]) < _POINT


@kernel
def pull(portals: _I32, flat: _F64, ends: _F64) -> tuple[_I32, _I32]:
    """Return the corners of the shortest path through flat portals: portal numbers (c,) and sides (c,), 0 left, 1 right."""
    count = portals.shape[0]
    at, side = np.empty(2 * count + 2, np.int32), np.empty(2 * count + 2, np.int32)
    corners = 0
    apex, left, right = ends[0].copy(), ends[0].copy(), ends[0].copy()
    apex_at, left_at, right_at = -1, -1, -1
    i = 0
    while i <= count:
        new_left = flat[i, 0] if i < count else ends[1]
        new_right = flat[i, 1] if i < count else ends[1]
        if _turn(apex, right, new_right) >= 0.0:
            if _same(apex, right) or _turn(apex, left, new_right) <= 0.0:
                right[:] = new_right
                right_at = i
            else:
                apex[:] = left
                apex_at = left_at
                at[corners], side[corners] = left_at, 0
                corners += 1
                left_at = right_at = apex_at
                right[:] = apex
                i = apex_at + 1
                continue
        if _turn(apex, left, new_left) <= 0.0:
            if _same(apex, left) or _turn(apex, right, new_left) >= 0.0:
                left[:] = new_left
                left_at = i
            else:
                apex[:] = right
                apex_at = right_at
                at[corners], side[corners] = right_at, 1
                corners += 1
                left_at = right_at = apex_at
                left[:] = apex
                i = apex_at + 1
                continue
        i += 1
    return at[:corners].copy(), side[:corners].copy()


@inline
def _share(here: _F64, there: _F64, left: _F64, right: _F64) -> float:
    """Return where the line here -> there crosses a portal, 0 left .. 1 right; where it has no length, the nearest place."""
    if _same(here, there):
        ux, uy = right[0] - left[0], right[1] - left[1]
        length = ux * ux + uy * uy
        share = (ux * (here[0] - left[0]) + uy * (here[1] - left[1])) / length if length > 0.0 else 0.0
    else:
        a, b = _turn(here, there, left), _turn(here, there, right)
        share = a / (a - b) if a != b else 0.5
    return min(max(share, 0.0), 1.0)


@kernel
def crossings(flat: _F64, ends: _F64, at: _I32, side: _I32) -> _F64:
    """Return where the path crosses each portal, (k,) shares 0 at the left end .. 1 at the right end."""
    count = flat.shape[0]
    out = np.empty(count)
    begin = 0
    here = ends[0]
    for c in range(at.shape[0] + 1):
        final = c == at.shape[0]
        stop = count if final else at[c]
        there = ends[1] if final else flat[at[c], side[c]]
        for i in range(begin, stop):
            out[i] = _share(here, there, flat[i, 0], flat[i, 1])
        if not final:
            out[stop] = np.float64(side[c])
            begin = stop + 1
            here = there
    return out


@kernel
def bends(line: _F64) -> _F64:
    """Return by how much a flat line (c + 2, 2) turns at each inner point, (c,) radians, never negative."""
    out = np.zeros(line.shape[0] - 2)
    for i in range(out.shape[0]):
        ax, ay = line[i + 1, 0] - line[i, 0], line[i + 1, 1] - line[i, 1]
        bx, by = line[i + 2, 0] - line[i + 1, 0], line[i + 2, 1] - line[i + 1, 1]
        out[i] = abs(np.arctan2(ax * by - ay * bx, ax * bx + ay * by))
    return out


@kernel
def cones(vertices: _F64, faces: _I32, offsets: _I32, items: _I32, ids: _I32) -> _F64:
    """Return the sum of the face angles around each of vertices `ids` (c,), radians: two pi where the surface is flat."""
    out = np.zeros(ids.shape[0])
    for i in range(ids.shape[0]):
        v = ids[i]
        for k in range(offsets[v], offsets[v + 1]):
            f = items[k]
            corner = 0 if faces[f, 0] == v else (1 if faces[f, 1] == v else 2)
            a = vertices[faces[f, (corner + 1) % 3]] - vertices[v]
            b = vertices[faces[f, (corner + 2) % 3]] - vertices[v]
            length = np.sqrt(np.sum(a * a) * np.sum(b * b))
            if length > 0.0:
                out[i] += np.arccos(min(max(np.sum(a * b) / length, -1.0), 1.0))
    return out
