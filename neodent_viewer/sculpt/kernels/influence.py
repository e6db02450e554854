"""The inner loop all brushes share: which vertices a brush reaches, how much, and how the surface lies under it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.mesh.kernels.jit import inline, kernel
from neodent_viewer.mesh.kernels.lanes import dot, every, lane, point, put, row, widened

_F32 = NDArray[np.float32]
_F64 = NDArray[np.float64]
_I32 = NDArray[np.int32]


@inline
def fade(code: int, table: _F32, t: float) -> float:
    """Return the falloff at ``t = d / r`` in 0..1; `code` is the place in `falloff.FALLOFFS`, above them the `table`."""
    s = 1.0 - t
    if code == 0:
        return s * s * s * (s * (s * 6.0 - 15.0) + 10.0)
    if code == 1:
        return np.sqrt(max(1.0 - t * t, 0.0))
    if code == 2:
        return np.sqrt(s)
    if code == 3:
        return s
    if code == 4:
        return s * s
    if code == 5:
        return 1.0 if t < 1.0 else 0.0
    place = t * (table.shape[0] - 1)
    row = min(int(place), table.shape[0] - 2)
    return table[row] + (place - row) * (table[row + 1] - table[row])


@inline
def _fade_all(code: int, table: _F32, far: _F64, per: float, out: _F64) -> None:
    """Make squared distances `far` (k,) distances in radii, in place, and write what the falloff gives there to `out`."""
    if code == 0:  # a loop of its own goes through several at a time
        for i in range(far.shape[0]):
            far[i] = np.sqrt(far[i]) * per
            s = 1.0 - far[i]
            out[i] = s * s * s * (s * (s * 6.0 - 15.0) + 10.0)
        return
    for i in range(far.shape[0]):
        far[i] = np.sqrt(far[i]) * per
        out[i] = fade(code, table, far[i]) if far[i] <= 1.0 else 0.0


@kernel
def weigh(
    vertices: _F32, normals: _F32, ids: _I32, center: _F64, radius: float, code: int, table: _F32, free: _F32,
    labels: NDArray[np.int16], only: int, facing: _F64, front: bool, flow: float, inner: float,
) -> tuple[_I32, _F32, _F64]:  # fmt: skip
    """Return what a brush at `center` (3,) does to candidates `ids`: ids (k,), weights (k,) > 0, sums (7,).

    A weight is ``falloff x flow x free``; `free` (n,) is empty when all is. With `only` >= 0, others of the `labels` (n,) are
    left out; with `front`, vertices that face away from `facing` (3,). The sums are of normals, of positions and of weights
    within ``inner x radius``, whatever is masked: a lock must not turn the brush.
    """
    kept, weights = np.empty(ids.shape[0], np.int32), np.empty(ids.shape[0], np.float32)
    away, full = np.empty(ids.shape[0]), np.empty(ids.shape[0])
    middle, out = point(center), point(facing)
    for i in range(ids.shape[0]):
        step = widened(row(vertices, np.uint32(ids[i]))) - middle
        away[i] = dot(step, step)
    _fade_all(code, table, away, 1.0 / radius, full)
    turned, placed, total, count = every(0.0), every(0.0), 0.0, np.uint64(0)
    for i in range(ids.shape[0]):
        if not away[i] <= 1.0:
            continue
        v, weight = np.uint32(ids[i]), full[i]
        if front and dot(widened(row(normals, v)), out) <= 0.0:
            continue
        if away[i] <= inner:
            near = every(weight if inner == 1.0 else fade(code, table, away[i] / inner))
            turned, placed = turned + near * widened(row(normals, v)), placed + near * widened(row(vertices, v))
            total += lane(near, 0)
        if only >= 0 and labels[v] != only:
            continue
        weight *= flow
        if free.shape[0] > 0:
            weight *= free[v]
        given = np.float32(weight)  # a pressure next to nothing may have none left
        kept[count], weights[count] = v, given
        count += np.uint64(given > 0.0)
    sums = np.empty(7)
    sums[0], sums[1], sums[2] = lane(turned, 0), lane(turned, 1), lane(turned, 2)
    sums[3], sums[4], sums[5], sums[6] = lane(placed, 0), lane(placed, 1), lane(placed, 2), total
    return kept[:count], weights[:count], sums


@kernel
def along(weights: _F32, step: _F32) -> _F32:
    """Return (k, 3) ``weight x step`` for weights (k,) and one step (3,)."""
    out = np.empty((weights.shape[0], 3), np.float32)
    x, y, z = step[0], step[1], step[2]
    for i in range(weights.shape[0]):
        weight = weights[i]
        out[i, 0], out[i, 1], out[i, 2] = weight * x, weight * y, weight * z
    return out


@kernel
def first_rows(rows: _F32, ids: _I32, seen: NDArray[np.bool_]) -> tuple[_I32, _F32]:
    """Return those of `ids` that were not `seen` (n,) before, and their `rows` (f, 3) as they are; marks them as seen."""
    fresh, count = np.empty(ids.shape[0], np.int32), 0
    for i in range(ids.shape[0]):
        v = np.uint32(ids[i])
        if not seen[v]:
            seen[v] = True
            fresh[np.uint32(count)] = ids[i]
            count += 1
    before = np.empty((count, 3), np.float32)
    for i in range(count):
        put(before, i, row(rows, np.uint32(fresh[i])))
    return fresh[:count].copy(), before


@kernel
def stamp(
    vertices: _F32, ids: _I32, weights: _F32, center: _F64, radius: float, picture: _F32, u: _F64, v: _F64
) -> None:
    """Multiply `weights` (k,) by a `picture` (h, w) whose x runs along `u` (3,) and whose first row lies towards `v` (3,)."""
    rows, columns = picture.shape
    for i in range(ids.shape[0]):
        along = across = 0.0
        for axis in range(3):
            away = vertices[ids[i], axis] - center[axis]
            along += away * u[axis]
            across += away * v[axis]
        x = min(max((along / radius + 1.0) * 0.5, 0.0), 1.0) * (columns - 1)
        y = min(max((1.0 - across / radius) * 0.5, 0.0), 1.0) * (rows - 1)
        a, b = min(int(x), columns - 2), min(int(y), rows - 2)
        s, t = x - a, y - b
        low = picture[b, a] * (1.0 - s) + picture[b, a + 1] * s
        high = picture[b + 1, a] * (1.0 - s) + picture[b + 1, a + 1] * s
        weights[i] *= low * (1.0 - t) + high * t


@kernel
def add(vertices: _F32, ids: _I32, deltas: _F32) -> None:
    """Add displacements (k, 3) in mm to distinct vertices `ids` (k,), in place."""
    for i in range(ids.shape[0]):
        v = np.uint32(ids[i])
        put(vertices, v, row(vertices, v) + row(deltas, i))


@kernel
def union(
    ids: _I32, sums: _F64, total: _F64, peak: _F32, more: _I32, deltas: _F32, weights: _F32
) -> tuple[_I32, _F64, _F64, _F32]:
    """Take a push (`more` (m,) ascending, `deltas` (m, 3), `weights` (m,)) into sums over `ids` (k,) ascending.

    Returns ids (u,), sums of ``delta x weight`` (u, 3), sums of weights (u,) and the largest weight (u,).
    """
    room = ids.shape[0] + more.shape[0]
    out, moved, whole, top = np.empty(room, np.int32), np.zeros((room, 3)), np.zeros(room), np.zeros(room, np.float32)
    i = j = count = 0
    while i < ids.shape[0] or j < more.shape[0]:
        left = i < ids.shape[0] and (j >= more.shape[0] or ids[i] <= more[j])
        right = j < more.shape[0] and (i >= ids.shape[0] or more[j] <= ids[i])
        if left:
            out[count], whole[count], top[count] = ids[i], total[i], peak[i]
            for axis in range(3):
                moved[count, axis] = sums[i, axis]
            i += 1
        if right:
            out[count] = more[j]
            for axis in range(3):
                moved[count, axis] += np.float64(deltas[j, axis]) * weights[j]
            whole[count] += weights[j]
            top[count] = max(top[count], weights[j])
            j += 1
        count += 1
    return out[:count].copy(), moved[:count].copy(), whole[:count].copy(), top[:count].copy()
