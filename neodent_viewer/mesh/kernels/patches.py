"""A surface in blocks of neighbours: what follows when some vertices moved, block by block and without a search.

Vertices are taken in blocks of ``1 << point_shift`` along an order, faces in leaves of ``1 << face_shift`` along another:
the leaves of the trees in `boxes`. Which pairs of leaves touch a block, and which blocks share a face with it, is known
beforehand; so a dab is followed at the grain of blocks and pairs, in runs of memory. A few vertices at its rim are computed
once more than need be: they come out as they were. Indices are taken as uint32, for which numba checks no sign; `stamps` hold
the number of the round that last came by, so nothing is ever cleared.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.mesh.kernels.jit import inline, kernel
from neodent_viewer.mesh.kernels.lanes import (
    cross,
    dot,
    every,
    greater,
    lesser,
    lower,
    point,
    put4,
    put_box,
    row,
    upper,
    widened,
)
from neodent_viewer.mesh.kernels.shading import vertex_normals

_F32 = NDArray[np.float32]
_I32 = NDArray[np.int32]
_U32 = NDArray[np.uint32]
_I64 = NDArray[np.int64]

#: two to this many blocks are a run: where no block of a run has changed, none is looked at
RUN = 6


@kernel
def touching(
    faces: _U32, face_order: _U32, face_shift: int, place: _U32, point_shift: int, blocks: int
) -> tuple[_I32, _I32]:
    """Return compressed rows: the runs of ``1 << face_shift`` faces that touch each of `blocks`.

    `place` (n,) is where each vertex stands in the order of the blocks.
    """
    count, m = 0, face_order.shape[0]
    runs = (m + (1 << face_shift) - 1) >> face_shift
    ends, found = np.zeros(runs + 1, np.int32), np.empty(runs * (3 << face_shift), np.int32)
    starts = np.zeros(blocks + 1, np.int32)
    for run in range(runs):
        begin = count
        for i in range(run << face_shift, min((run + 1) << face_shift, m)):
            for corner in range(3):
                block = place[faces[face_order[i], corner]] >> point_shift
                j = begin
                while j < count and found[j] != block:
                    j += 1
                if j == count:
                    found[count] = block
                    count += 1
                    starts[block + 1] += 1
        ends[run + 1] = count
    for block in range(blocks):
        starts[block + 1] += starts[block]
    near, at = np.empty(count, np.int32), starts[:-1].copy()
    for run in range(runs):
        for j in range(ends[run], ends[run + 1]):
            near[at[found[j]]] = run
            at[found[j]] += 1
    return starts, near


@kernel
def adjoining(
    faces: _U32, offsets: _U32, items: _U32, order: _U32, place: _U32, shift: int, blocks: int
) -> tuple[_I32, _I32]:
    """Return compressed rows: the blocks that share a face with each of `blocks`, itself the first.

    `order` (n,) has the vertices as they stand in the blocks, `place` (n,) where each stands; `offsets` and `items` are the
    faces around each vertex.
    """
    starts, stamps, near = (
        np.zeros(blocks + 1, np.int32),
        np.full(blocks, -1, np.int32),
        np.empty(16 * blocks, np.int32),
    )
    count = 0
    for block in range(blocks):
        if count + blocks > near.shape[0]:
            near = np.concatenate((near, np.empty(max(blocks, near.shape[0]), np.int32)))
        near[count], stamps[block] = block, block
        count += 1
        for i in range(block << shift, min((block + 1) << shift, order.shape[0])):
            v = order[i]
            for k in range(offsets[v], offsets[v + np.uint32(1)]):
                for corner in range(3):
                    other = place[faces[items[k], corner]] >> np.uint32(shift)
                    if stamps[other] != block:
                        stamps[other] = block
                        near[count] = other
                        count += 1
        starts[block + 1] = count
    return starts, near[:count].copy()


@kernel
def blocks_of(ids: _U32, place: _U32, shift: int, stamps: _U32, now: int, out: _U32) -> int:
    """Write the distinct blocks that vertices `ids` stand in to `out`; return how many."""
    count, last, this = 0, np.int64(-1), np.uint32(now)
    for i in range(ids.shape[0]):
        block = np.int64(place[ids[i]]) >> shift
        if block != last:
            last = block
            if stamps[block] != this:
                stamps[block] = this
                out[count] = block
                count += 1
    return count


@inline
def _run(node: int, width: int, shift: int, n: int) -> tuple[int, int]:
    """Return the half-open run of vertices that stand in the blocks below a node."""
    first, last = node, node
    while first < width:
        first, last = 2 * first, 2 * last + 1
    return (first - width) << shift, min((last + 1 - width) << shift, n)


@kernel
def around(boxes: _F32, shift: int, n: int, center: NDArray[np.float64], radius: float) -> _I32:
    """Return the vertices of all blocks whose box comes within `radius` of `center` (3,), ascending.

    Some lie outside. The order of the blocks must be that of the `n` vertices.
    """
    width, limit, place, none = boxes.shape[0] // 2, radius * radius, point(center), every(0.0)
    stack, runs = np.empty(96, np.int64), np.empty((width, 2), np.int64)
    stack[0], size, count, total = 1, 1, 0, 0
    while size > 0:
        size -= 1
        node = stack[size]
        low, high = widened(lower(boxes, node)), widened(upper(boxes, node))
        gap, far = greater(greater(low - place, place - high), none), greater(place - low, high - place)
        if not dot(gap, gap) <= limit:
            continue
        if node < width and not dot(far, far) <= limit:
            stack[size], stack[size + 1] = 2 * node + 1, 2 * node
            size += 2
            continue
        runs[count, 0], runs[count, 1] = _run(node, width, shift, n)
        total += runs[count, 1] - runs[count, 0]
        count += 1
    out, at = np.empty(total, np.int32), 0
    for i in range(count):
        for v in range(runs[i, 0], runs[i, 1]):
            out[at] = v
            at += 1
    return out


@kernel
def beside(rows: _U32, count: int, offsets: _U32, items: _U32, stamps: _U32, now: int, out: _U32) -> int:
    """Write the distinct items of the first `count` of `rows` to `out`, which has room for one more; return how many."""
    size, this = 0, np.uint32(now)
    for i in range(count):
        for k in range(offsets[rows[i]], offsets[rows[i] + np.uint32(1)]):
            item = items[k]
            out[np.uint64(size)] = (
                item  # written over by the next one if it was there already: what comes next cannot be foretold
            )
            size += 1 if stamps[item] != this else 0
            stamps[item] = this
    return size


@kernel
def fit_faces(
    pairs: _U32, count: int, shift: int, vertices: _F32, faces: _U32, order: _U32, boxes: _F32, areas: _F32
) -> None:
    """Write the boxes of `count` pairs of leaves and of their parents, and `areas` (m, 4) of their faces, in one pass.

    The areas are as `shading` has them. The parent of a tree's only leaf is row 0, which nobody reads.
    """
    width = boxes.shape[0] // 2
    for i in range(count):
        pair = np.int64(pairs[i])
        lowest, highest = every(np.float32(np.inf)), every(np.float32(-np.inf))
        for leaf in range(2 * pair, 2 * pair + 2):
            if leaf << shift >= order.shape[0]:
                break
            low, high = every(np.float32(np.inf)), every(np.float32(-np.inf))
            for j in range(leaf << shift, min((leaf + 1) << shift, order.shape[0])):
                f = order[np.uint32(j)]
                a, b, c = row(vertices, faces[f, 0]), row(vertices, faces[f, 1]), row(vertices, faces[f, 2])
                low, high = lesser(low, lesser(a, lesser(b, c))), greater(high, greater(a, greater(b, c)))
                put4(areas, f, cross(b - a, c - a))
            put_box(boxes, width + leaf, low, high)
            lowest, highest = lesser(lowest, low), greater(highest, high)
        put_box(boxes, width // 2 + pair, lowest, highest)


@kernel
def fit_points(blocks: _U32, count: int, shift: int, vertices: _F32, order: _U32, boxes: _F32) -> None:
    """Write the boxes of `count` blocks of vertices."""
    width = boxes.shape[0] // 2
    for i in range(count):
        block = np.int64(blocks[i])
        low, high = every(np.float32(np.inf)), every(np.float32(-np.inf))
        for j in range(block << shift, min((block + 1) << shift, order.shape[0])):
            place = row(vertices, order[np.uint32(j)])
            low, high = lesser(low, place), greater(high, place)
        put_box(boxes, width + block, low, high)


@kernel
def stamp(blocks: _U32, count: int, version: int, changed: _I64, runs: _I64) -> None:
    """Write `version` to the rows of `changed` that belong to `count` blocks, and to those of `runs` of blocks."""
    for i in range(count):
        changed[blocks[i]] = version
        runs[blocks[i] >> np.uint32(RUN)] = version


@kernel
def climb(boxes: _F32, nodes: _U32, count: int, first: int, stamps: _U32, now: int) -> None:
    """Merge the ancestors of `count` distinct `nodes` of one level, counted from its `first`; uses up `nodes`."""
    this = np.uint32(now)
    for i in range(count):
        nodes[i] += np.uint32(first)
    while count > 0 and nodes[0] > 1:
        up = 0
        for i in range(count):
            node = nodes[i] >> np.uint32(1)
            if stamps[node] == this:
                continue
            stamps[node] = this
            left, right = node << np.uint32(1), (node << np.uint32(1)) + np.uint32(1)
            low, high = (
                lesser(lower(boxes, left), lower(boxes, right)),
                greater(upper(boxes, left), upper(boxes, right)),
            )
            put_box(boxes, node, low, high)
            nodes[up] = node
            up += 1
        count = up


@kernel
def follow(
    ids: _U32, now: int, version: int, place: _U32, vertices: _F32, faces: _U32, normals: _F32,
    point_shift: int, point_order: _U32, point_boxes: _F32, face_shift: int, face_order: _U32, face_boxes: _F32,
    pairs_at: _U32, block_pairs: _U32, blocks_at: _U32, block_blocks: _U32,
    areas: _F32, offsets: _U32, items: _U32, changed: _I64, runs: _I64,
    of_blocks: _U32, of_pairs: _U32, of_points: _U32, of_faces: _U32, moved: _U32, pairs: _U32, ring: _U32,
) -> None:  # fmt: skip
    """Bring everything up to date after vertices `ids` were written: one call, for a call costs more than a small dab."""
    m = blocks_of(ids, place, point_shift, of_blocks, now, moved)
    f = beside(moved, m, pairs_at, block_pairs, of_pairs, now, pairs)
    r = beside(moved, m, blocks_at, block_blocks, of_blocks, now + 1, ring)
    fit_faces(pairs, f, face_shift, vertices, faces, face_order, face_boxes, areas)
    fit_points(moved, m, point_shift, vertices, point_order, point_boxes)
    vertex_normals(ring, r, point_shift, point_order, areas, offsets, items, normals)
    stamp(ring, r, version, changed, runs)
    climb(face_boxes, pairs, f, face_boxes.shape[0] // 4, of_faces, now)
    climb(point_boxes, moved, m, point_boxes.shape[0] // 2, of_points, now)


@kernel
def ranges(changed: _I64, runs: _I64, since: int, shift: int, n: int, gap: int) -> _I64:
    """Return half-open ranges (k, 2) of vertices whose blocks changed after version `since`.

    They are joined where `gap` vertices or fewer lie between.
    """
    out, count = np.empty((changed.shape[0], 2), np.int64), 0
    for run in range(runs.shape[0]):
        if runs[run] <= since:
            continue
        for block in range(run << RUN, min((run + 1) << RUN, changed.shape[0])):
            if changed[block] <= since:
                continue
            start, end = block << shift, min((block + 1) << shift, n)
            if count > 0 and start - out[count - 1, 1] <= gap:
                out[count - 1, 1] = end
            else:
                out[count, 0], out[count, 1] = start, end
                count += 1
    return out[:count].copy()
