"""Questions to a tree of boxes: what a ray hits, which surface point is closest, which vertices lie in a sphere."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.mesh.kernels.jit import inline, kernel

_F32 = NDArray[np.float32]
_F64 = NDArray[np.float64]
_I32 = NDArray[np.int32]

_DEPTH = 96  # a stack this deep serves any tree: each level adds one entry
_SLACK = 1.0 + 1e-14  # a grazed box is entered, not missed (Ize 2013)


@inline
def _enter(boxes: _F32, node: int, origin: _F64, direction: _F64, limit: float) -> float:
    """Return where along the ray the box is entered, or inf."""
    near, far = 0.0, limit
    for axis in range(3):
        low, high = np.float64(boxes[node, axis]), np.float64(boxes[node, axis + 3])
        if direction[axis] == 0.0:
            if not low <= origin[axis] <= high:
                return np.inf
            continue
        if direction[axis] < 0.0:  # not min and max below: an empty box (+inf, -inf) must not be entered
            low, high = high, low
        near = max(near, (low - origin[axis]) / direction[axis])
        far = min(far, (high - origin[axis]) / direction[axis])
    return near if near <= far * _SLACK else np.inf


@inline
def _axes(direction: _F64, out: _I32) -> None:
    """Choose the axis the ray runs along most, last, keeping the winding."""
    along = 0
    for axis in range(1, 3):
        if abs(direction[axis]) > abs(direction[along]):
            along = axis
    out[0], out[1], out[2] = (along + 1) % 3, (along + 2) % 3, along
    if direction[along] < 0.0:
        out[0], out[1] = out[1], out[0]


@inline
def _hit(vertices: _F32, faces: _I32, f: int, origin: _F64, direction: _F64, axes: _I32, weights: _F64) -> float:
    """Return the distance along the ray to face `f`, or inf; writes barycentric `weights`.

    Watertight along shared edges: Woop, Benthin, Wald, Journal of Computer Graphics Techniques 2(1), 2013.
    """
    kx, ky, kz = axes[0], axes[1], axes[2]
    sx, sy, sz = direction[kx] / direction[kz], direction[ky] / direction[kz], 1.0 / direction[kz]
    a, b, c = faces[f, 0], faces[f, 1], faces[f, 2]
    az, bz, cz = vertices[a, kz] - origin[kz], vertices[b, kz] - origin[kz], vertices[c, kz] - origin[kz]
    ax, ay = vertices[a, kx] - origin[kx] - sx * az, vertices[a, ky] - origin[ky] - sy * az
    bx, by = vertices[b, kx] - origin[kx] - sx * bz, vertices[b, ky] - origin[ky] - sy * bz
    cx, cy = vertices[c, kx] - origin[kx] - sx * cz, vertices[c, ky] - origin[ky] - sy * cz
    u, v, w = cx * by - cy * bx, ax * cy - ay * cx, bx * ay - by * ax
    if (u < 0.0 or v < 0.0 or w < 0.0) and (u > 0.0 or v > 0.0 or w > 0.0):
        return np.inf
    total = u + v + w
    if total == 0.0:
        return np.inf
    t = sz * (u * az + v * bz + w * cz) / total
    if not t >= 0.0:
        return np.inf
    weights[0], weights[1], weights[2] = u / total, v / total, w / total
    return t


@kernel
def intersect(
    boxes: _F32, shift: int, vertices: _F32, faces: _I32, order: _I32, origin: _F64, direction: _F64, weights: _F64
) -> tuple[int, float]:
    """Return (face, distance in units of `direction`) of the closest hit from either side, (-1, inf) if none.

    `weights` (3,) gets the barycentric weights of the hit.
    """
    width = boxes.shape[0] // 2
    axes, trial = np.empty(3, np.int32), np.empty(3)
    _axes(direction, axes)
    stack, entries = np.empty(_DEPTH, np.int32), np.empty(_DEPTH)
    stack[0], entries[0] = 1, _enter(boxes, 1, origin, direction, np.inf)
    size = 1 if entries[0] < np.inf else 0
    face, best = -1, np.inf
    while size > 0:
        size -= 1
        node = stack[size]
        if entries[size] > best:
            continue
        if node >= width:
            for i in range((node - width) << shift, min((node - width + 1) << shift, order.shape[0])):
                t = _hit(vertices, faces, order[i], origin, direction, axes, trial)
                if t < best:
                    face, best = order[i], t
                    weights[:] = trial
            continue
        left = _enter(boxes, 2 * node, origin, direction, best)
        right = _enter(boxes, 2 * node + 1, origin, direction, best)
        first = 0 if left <= right else 1  # the nearer child is looked at first
        for child in (1 - first, first):
            entry = left if child == 0 else right
            if entry < np.inf:
                stack[size], entries[size] = 2 * node + child, entry
                size += 1
    return face, best


@kernel
def intersect_many(
    boxes: _F32, shift: int, vertices: _F32, faces: _I32, order: _I32, origins: _F64, directions: _F64
) -> tuple[_I32, _F64]:
    """Return (faces (k,), distances (k,)) of rays `origins`, `directions` (k, 3); -1 and inf where nothing is hit."""
    found, far, weights = np.empty(origins.shape[0], np.int32), np.empty(origins.shape[0]), np.empty(3)
    for i in range(origins.shape[0]):
        found[i], far[i] = intersect(boxes, shift, vertices, faces, order, origins[i], directions[i], weights)
    return found, far


@inline
def _gap(boxes: _F32, node: int, point: _F64) -> float:
    """Return the squared distance from a point to a box; inf for an empty one."""
    total = 0.0
    for axis in range(3):
        gap = max(boxes[node, axis] - point[axis], point[axis] - boxes[node, axis + 3], 0.0)
        total += gap * gap
    return total


@inline
def _nearest_on_segment(a: _F64, b: _F64, p: _F64) -> float:
    length = along = 0.0
    for axis in range(3):
        e = b[axis] - a[axis]
        length += e * e
        along += e * (p[axis] - a[axis])
    return min(max(along / length, 0.0), 1.0) if length > 0.0 else 0.0


@inline
def _distance(a: _F64, b: _F64, c: _F64, p: _F64, weights: _F64) -> float:
    total = 0.0
    for axis in range(3):
        gap = weights[0] * a[axis] + weights[1] * b[axis] + weights[2] * c[axis] - p[axis]
        total += gap * gap
    return total


@inline
def _inside(a: _F64, b: _F64, c: _F64, p: _F64, weights: _F64) -> bool:
    """Write the barycentric weights of the foot of `p` on the plane of a triangle; return whether it lies inside."""
    uu = uv = vv = up = vp = 0.0
    for axis in range(3):
        u, v, w = b[axis] - a[axis], c[axis] - a[axis], p[axis] - a[axis]
        uu, uv, vv, up, vp = uu + u * u, uv + u * v, vv + v * v, up + u * w, vp + v * w
    area = uu * vv - uv * uv
    if area <= 0.0:
        return False
    weights[1], weights[2] = (vv * up - uv * vp) / area, (uu * vp - uv * up) / area
    weights[0] = 1.0 - weights[1] - weights[2]
    return weights[0] >= 0.0 and weights[1] >= 0.0 and weights[2] >= 0.0


@inline
def _nearest_on_face(a: _F64, b: _F64, c: _F64, p: _F64, weights: _F64) -> float:
    """Return the squared distance from `p` to a triangle; writes barycentric `weights` of the nearest point."""
    if _inside(a, b, c, p, weights):
        return _distance(a, b, c, p, weights)
    best, trial = np.inf, np.empty(3)
    for side in range(3):
        start, end = (a, b) if side == 0 else ((b, c) if side == 1 else (c, a))
        s = _nearest_on_segment(start, end, p)
        trial[side], trial[(side + 1) % 3], trial[(side + 2) % 3] = 1.0 - s, s, 0.0
        far = _distance(a, b, c, p, trial)
        if far < best:
            best = far
            weights[:] = trial
    return best


@inline
def _box_gap(corners: _F64, point: _F64) -> float:
    """Return the squared distance of a point (3,) to the box of a triangle (3, 3)."""
    total = 0.0
    for axis in range(3):
        low = min(corners[0, axis], corners[1, axis], corners[2, axis])
        high = max(corners[0, axis], corners[1, axis], corners[2, axis])
        gap = max(low - point[axis], point[axis] - high, 0.0)
        total += gap * gap
    return total


@kernel
def closest(
    boxes: _F32, shift: int, vertices: _F32, faces: _I32, order: _I32, point: _F64, weights: _F64
) -> tuple[int, float]:
    """Return (face, squared distance) of the surface point nearest to `point` (3,); `weights` (3,) gets its weights."""
    scratch = np.empty(_DEPTH, np.int32), np.empty(_DEPTH), np.empty((3, 3)), np.empty(3)
    return _closest(boxes, shift, vertices, faces, order, point, weights, np.inf, *scratch)


@inline
def _closest(
    boxes: _F32,
    shift: int,
    vertices: _F32,
    faces: _I32,
    order: _I32,
    point: _F64,
    weights: _F64,
    best: float,
    stack: _I32,
    gaps: _F64,
    corners: _F64,
    trial: _F64,
) -> tuple[int, float]:
    """Do so among faces nearer than the square root of `best`; -1 if there is none."""
    width = boxes.shape[0] // 2
    stack[0], gaps[0], size = 1, 0.0, 1
    face = -1
    while size > 0:
        size -= 1
        node = stack[size]
        if gaps[size] >= best:
            continue
        if node >= width:
            for i in range((node - width) << shift, min((node - width + 1) << shift, order.shape[0])):
                for corner in range(3):
                    for axis in range(3):
                        corners[corner, axis] = vertices[faces[order[i], corner], axis]
                if _box_gap(corners, point) >= best:  # most faces of a block are out of the question
                    continue
                far = _nearest_on_face(corners[0], corners[1], corners[2], point, trial)
                if far < best:
                    face, best = order[i], far
                    weights[:] = trial
            continue
        left, right = _gap(boxes, 2 * node, point), _gap(boxes, 2 * node + 1, point)
        first = 0 if left <= right else 1
        for child in (1 - first, first):
            gap = left if child == 0 else right
            if gap < best:
                stack[size], gaps[size] = 2 * node + child, gap
                size += 1
    return face, best


@kernel
def closest_many(
    boxes: _F32, shift: int, vertices: _F32, faces: _I32, order: _I32, points: _F64, limit: float
) -> tuple[_I32, _F64, _F64]:
    """Return (faces (k,), weights (k, 3), squared distances (k,)) of the surface points nearest to `points` (k, 3).

    Where nothing is nearer than the square root of `limit` the face is -1.
    """
    found, far, weights = np.empty(points.shape[0], np.int32), np.empty(points.shape[0]), np.zeros(points.shape)
    scratch = np.empty(_DEPTH, np.int32), np.empty(_DEPTH), np.empty((3, 3)), np.empty(3)
    last = -1
    for i in range(points.shape[0]):
        bound = limit
        if last >= 0:  # points that follow each other lie near each other: no farther than the last one's face
            for corner in range(3):
                for axis in range(3):
                    scratch[2][corner, axis] = vertices[faces[last, corner], axis]
            bound = _nearest_on_face(scratch[2][0], scratch[2][1], scratch[2][2], points[i], scratch[3])
            bound = min(bound * (1.0 + 1e-9) + 1e-30, limit)  # that face itself, or its like, must still be found
        last, far[i] = _closest(boxes, shift, vertices, faces, order, points[i], weights[i], bound, *scratch)
        found[i] = last
    return found, weights, far


@kernel
def in_sphere(boxes: _F32, shift: int, vertices: _F32, order: _I32, center: _F64, radius: float) -> _I32:
    """Return the vertices within `radius` of `center` (3,), in the order of the blocks; the tree is over vertices."""
    width = boxes.shape[0] // 2
    limit = radius * radius
    out = np.empty(order.shape[0], np.int32)
    stack = np.empty(_DEPTH, np.int32)
    stack[0], size, count = 1, 1, 0
    while size > 0:
        size -= 1
        node = stack[size]
        if _gap(boxes, node, center) > limit:
            continue
        if node < width:
            stack[size], stack[size + 1] = 2 * node + 1, 2 * node
            size += 2
            continue
        for i in range((node - width) << shift, min((node - width + 1) << shift, order.shape[0])):
            v = order[i]
            x, y, z = vertices[v, 0] - center[0], vertices[v, 1] - center[1], vertices[v, 2] - center[2]
            if x * x + y * y + z * z <= limit:
                out[count] = v
                count += 1
    return out[:count].copy()
