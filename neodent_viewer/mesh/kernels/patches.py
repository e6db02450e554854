"""A surface in blocks of neighbours: what follows when some vertices moved, block by block and without a search.

Vertices are taken in blocks of ``1 << point_shift`` along an order, faces in leaves of ``1 << face_shift`` along another: the
leaves of the trees in `boxes`. Which leaves touch a block, and which blocks a leaf touches, is known beforehand; so a dab is
followed at the grain of blocks, in runs of memory. A few vertices at its rim are computed once more than they need be: they
come out as they were. Indices are taken as uint32, for which numba checks no sign; `stamps` hold the number of the round that
last came by, so nothing is ever cleared.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.mesh.kernels.jit import inline, kernel
from neodent_viewer.mesh.kernels.shading import vertex_normals

_F32 = NDArray[np.float32]
_I32 = NDArray[np.int32]
_U32 = NDArray[np.uint32]


@kernel
def touching(
    faces: _U32, face_order: _U32, face_shift: int, place: _U32, point_shift: int, blocks: int
) -> tuple[_I32, _I32, _I32, _I32]:
    """Return compressed rows both ways: the blocks each leaf of faces touches, and the leaves each of `blocks` touches.

    `place` (n,) is where each vertex stands in the order of the blocks.
    """
    count, m = 0, face_order.shape[0]
    leaves = (m + (1 << face_shift) - 1) >> face_shift
    ends, found = np.zeros(leaves + 1, np.int32), np.empty(leaves * (3 << face_shift), np.int32)
    starts = np.zeros(blocks + 1, np.int32)
    for leaf in range(leaves):
        begin = count
        for i in range(leaf << face_shift, min((leaf + 1) << face_shift, m)):
            for corner in range(3):
                block = place[faces[face_order[i], corner]] >> point_shift
                j = begin
                while j < count and found[j] != block:
                    j += 1
                if j == count:
                    found[count] = block
                    count += 1
                    starts[block + 1] += 1
        ends[leaf + 1] = count
    for block in range(blocks):
        starts[block + 1] += starts[block]
    near, at = np.empty(count, np.int32), starts[:-1].copy()
    for leaf in range(leaves):
        for j in range(ends[leaf], ends[leaf + 1]):
            near[at[found[j]]] = leaf
            at[found[j]] += 1
    return ends, found[:count].copy(), starts, near


@kernel
def blocks_of(ids: _U32, place: _U32, shift: int, stamps: _I32, now: int, out: _I32) -> int:
    """Write the distinct blocks that vertices `ids` stand in to `out`; return how many."""
    count, last = 0, np.int64(-1)
    for i in range(ids.shape[0]):
        block = np.int64(place[ids[i]]) >> shift
        if block != last:
            last = block
            if stamps[block] != now:
                stamps[block] = now
                out[count] = block
                count += 1
    return count


@kernel
def around(boxes: _F32, shift: int, n: int, center: NDArray[np.float64], radius: float) -> _I32:
    """Return the vertices of all blocks whose box comes within `radius` of `center` (3,), ascending.

    Some lie outside. The order of the blocks must be that of the `n` vertices.
    """
    width, limit = boxes.shape[0] // 2, radius * radius
    stack, leaves = np.empty(96, np.int32), np.empty(width, np.int32)
    stack[0], size, count, total = 1, 1, 0, 0
    while size > 0:
        size -= 1
        node = stack[size]
        far = 0.0
        for axis in range(3):
            gap = max(boxes[node, axis] - center[axis], center[axis] - boxes[node, axis + 3], 0.0)
            far += gap * gap
        if not far <= limit:
            continue
        if node < width:
            stack[size], stack[size + 1] = 2 * node + 1, 2 * node
            size += 2
            continue
        leaves[count] = node - width
        total += min((node - width + 1) << shift, n) - ((node - width) << shift)
        count += 1
    out, at = np.empty(total, np.int32), 0
    for i in range(count):
        for v in range(leaves[i] << shift, min((leaves[i] + 1) << shift, n)):
            out[at] = v
            at += 1
    return out


@kernel
def beside(rows: _I32, count: int, offsets: _I32, items: _I32, stamps: _I32, now: int, out: _I32) -> int:
    """Write the distinct items of the first `count` of `rows` to `out`; return how many."""
    size = 0
    for i in range(count):
        for k in range(offsets[rows[i]], offsets[rows[i] + 1]):
            item = items[k]
            if stamps[item] != now:
                stamps[item] = now
                out[size] = item
                size += 1
    return size


@inline
def _low(a: np.float32, b: np.float32) -> np.float32:
    return a if a < b else b


@inline
def _high(a: np.float32, b: np.float32) -> np.float32:
    return a if a > b else b


@kernel
def fit_faces(
    leaves: _I32, count: int, shift: int, vertices: _F32, faces: _U32, order: _U32, boxes: _F32, areas: _F32
) -> None:
    """Write the boxes of `count` leaves, and `areas` (m, 3) of their faces as `shading` has them, in one pass."""
    width = boxes.shape[0] // 2
    for i in range(count):
        leaf = leaves[i]
        lx = ly = lz = np.float32(np.inf)
        hx = hy = hz = np.float32(-np.inf)
        for j in range(leaf << shift, min((leaf + 1) << shift, order.shape[0])):
            f = order[np.uint32(j)]
            a, b, c = faces[f, 0], faces[f, 1], faces[f, 2]
            ax, ay, az = vertices[a, 0], vertices[a, 1], vertices[a, 2]
            bx, by, bz = vertices[b, 0], vertices[b, 1], vertices[b, 2]
            cx, cy, cz = vertices[c, 0], vertices[c, 1], vertices[c, 2]
            lx, hx = _low(lx, _low(ax, _low(bx, cx))), _high(hx, _high(ax, _high(bx, cx)))
            ly, hy = _low(ly, _low(ay, _low(by, cy))), _high(hy, _high(ay, _high(by, cy)))
            lz, hz = _low(lz, _low(az, _low(bz, cz))), _high(hz, _high(az, _high(bz, cz)))
            ux, uy, uz, wx, wy, wz = bx - ax, by - ay, bz - az, cx - ax, cy - ay, cz - az
            areas[f, 0] = uy * wz - uz * wy
            areas[f, 1] = uz * wx - ux * wz
            areas[f, 2] = ux * wy - uy * wx
        node = width + leaf
        boxes[node, 0], boxes[node, 1], boxes[node, 2] = lx, ly, lz
        boxes[node, 3], boxes[node, 4], boxes[node, 5] = hx, hy, hz


@kernel
def fit_points(blocks: _I32, count: int, shift: int, vertices: _F32, order: _U32, boxes: _F32) -> None:
    """Write the boxes of `count` blocks of vertices."""
    width = boxes.shape[0] // 2
    for i in range(count):
        block = blocks[i]
        lx = ly = lz = np.float32(np.inf)
        hx = hy = hz = np.float32(-np.inf)
        for j in range(block << shift, min((block + 1) << shift, order.shape[0])):
            v = order[np.uint32(j)]
            x, y, z = vertices[v, 0], vertices[v, 1], vertices[v, 2]
            lx, hx, ly, hy, lz, hz = _low(lx, x), _high(hx, x), _low(ly, y), _high(hy, y), _low(lz, z), _high(hz, z)
        node = width + block
        boxes[node, 0], boxes[node, 1], boxes[node, 2] = lx, ly, lz
        boxes[node, 3], boxes[node, 4], boxes[node, 5] = hx, hy, hz


@kernel
def fit_normals(
    blocks: _I32, count: int, shift: int, order: _U32, areas: _F32, offsets: _U32, items: _U32, normals: _F32,
    changed: NDArray[np.int64], version: int,
) -> None:  # fmt: skip
    """Write the normals of all vertices in `count` blocks, and `version` to the blocks' rows of `changed`."""
    for i in range(count):
        block = blocks[i]
        changed[block] = version
        stop = min((block + 1) << shift, order.shape[0])
        vertex_normals(order, block << shift, stop, areas, offsets, items, normals)


@kernel
def climb(boxes: _F32, leaves: _I32, count: int, stamps: _I32, now: int) -> None:
    """Merge the ancestors of `count` distinct leaves, level by level; `leaves` is used up."""
    width = boxes.shape[0] // 2
    for i in range(count):
        leaves[i] += width
    while count > 0 and leaves[0] > 1:
        up = 0
        for i in range(count):
            node = leaves[i] >> 1
            if stamps[node] == now:
                continue
            stamps[node] = now
            left, right = 2 * node, 2 * node + 1
            for axis in range(3):
                boxes[node, axis] = _low(boxes[left, axis], boxes[right, axis])
                boxes[node, axis + 3] = _high(boxes[left, axis + 3], boxes[right, axis + 3])
            leaves[up] = node
            up += 1
        count = up


@kernel
def ranges(changed: NDArray[np.int64], since: int, shift: int, n: int, gap: int) -> NDArray[np.int64]:
    """Return half-open ranges (k, 2) of vertices whose blocks changed after version `since`.

    They are joined where `gap` vertices or fewer lie between.
    """
    out, count = np.empty((changed.shape[0], 2), np.int64), 0
    for block in range(changed.shape[0]):
        if changed[block] <= since:
            continue
        start, end = block << shift, min((block + 1) << shift, n)
        if count > 0 and start - out[count - 1, 1] <= gap:
            out[count - 1, 1] = end
        else:
            out[count, 0], out[count, 1] = start, end
            count += 1
    return out[:count].copy()
