"""Trees of boxes over contiguous blocks, as a heap: root 1, children of i are 2i and 2i + 1, leaf k is node width + k.

A box is (x0, y0, z0, x1, y1, z1) float32; leaves beyond the last block are empty (+inf, -inf).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.mesh.kernels.jit import inline, kernel

_F32 = NDArray[np.float32]
_I32 = NDArray[np.int32]


@inline
def _clear(boxes: _F32, node: int) -> None:
    for axis in range(3):
        boxes[node, axis] = np.inf
        boxes[node, axis + 3] = -np.inf


@inline
def _take(boxes: _F32, node: int, vertices: _F32, v: int) -> None:
    for axis in range(3):
        x = vertices[v, axis]
        boxes[node, axis] = min(boxes[node, axis], x)
        boxes[node, axis + 3] = max(boxes[node, axis + 3], x)


@inline
def _merge(boxes: _F32, node: int) -> None:
    left, right = 2 * node, 2 * node + 1
    for axis in range(3):
        boxes[node, axis] = min(boxes[left, axis], boxes[right, axis])
        boxes[node, axis + 3] = max(boxes[left, axis + 3], boxes[right, axis + 3])


@inline
def _fill_faces(boxes: _F32, width: int, leaf: int, shift: int, vertices: _F32, faces: _I32, order: _I32) -> None:
    node = width + leaf
    _clear(boxes, node)
    for i in range(leaf << shift, min((leaf + 1) << shift, order.shape[0])):
        for corner in range(3):
            _take(boxes, node, vertices, faces[order[i], corner])


@inline
def _fill_points(boxes: _F32, width: int, leaf: int, shift: int, vertices: _F32, order: _I32) -> None:
    node = width + leaf
    _clear(boxes, node)
    for i in range(leaf << shift, min((leaf + 1) << shift, order.shape[0])):
        _take(boxes, node, vertices, order[i])


@kernel
def build_faces(boxes: _F32, shift: int, vertices: _F32, faces: _I32, order: _I32) -> None:
    """Fill all `boxes` (2 width, 6) over blocks of ``1 << shift`` faces taken in `order` (m,)."""
    width = boxes.shape[0] // 2
    for leaf in range(width):
        _fill_faces(boxes, width, leaf, shift, vertices, faces, order)
    for node in range(width - 1, 0, -1):
        _merge(boxes, node)


@kernel
def build_points(boxes: _F32, shift: int, vertices: _F32, order: _I32) -> None:
    """Fill all `boxes` (2 width, 6) over blocks of ``1 << shift`` vertices taken in `order` (n,)."""
    width = boxes.shape[0] // 2
    for leaf in range(width):
        _fill_points(boxes, width, leaf, shift, vertices, order)
    for node in range(width - 1, 0, -1):
        _merge(boxes, node)


@inline
def _mark(nodes: _I32, count: int, node: int, seen: NDArray[np.bool_]) -> int:
    if seen[node]:
        return count
    seen[node] = True
    nodes[count] = node
    return count + 1


@inline
def _climb(boxes: _F32, nodes: _I32, count: int, seen: NDArray[np.bool_]) -> None:
    """Merge the ancestors of `count` distinct leaves `nodes`, level by level, and clear `seen`."""
    while count > 0 and nodes[0] > 1:
        up = 0
        for i in range(count):
            node = nodes[i]
            seen[node] = False
            parent = node >> 1
            if not seen[parent]:
                seen[parent] = True
                _merge(boxes, parent)
                nodes[up] = parent
                up += 1
        count = up
    for i in range(count):
        seen[nodes[i]] = False


@kernel
def refit_faces(
    boxes: _F32, shift: int, vertices: _F32, faces: _I32, order: _I32, place: _I32, moved: _I32, seen: NDArray[np.bool_]
) -> None:
    """Update `boxes` after corners of faces `moved` (k,) moved.

    `place` (m,) is where each face stands in `order`; `seen` (2 width,) scratch, all False before and after.
    """
    width = boxes.shape[0] // 2
    nodes = np.empty(width, np.int32)
    count = 0
    for i in range(moved.shape[0]):
        count = _mark(nodes, count, width + (place[moved[i]] >> shift), seen)
    for i in range(count):
        _fill_faces(boxes, width, nodes[i] - width, shift, vertices, faces, order)
    _climb(boxes, nodes, count, seen)


@kernel
def refit_points(
    boxes: _F32, shift: int, vertices: _F32, order: _I32, place: _I32, moved: _I32, seen: NDArray[np.bool_]
) -> None:
    """Update `boxes` over vertices after `moved` (k,) of them moved; see `refit_faces`."""
    width = boxes.shape[0] // 2
    nodes = np.empty(width, np.int32)
    count = 0
    for i in range(moved.shape[0]):
        count = _mark(nodes, count, width + (place[moved[i]] >> shift), seen)
    for i in range(count):
        _fill_points(boxes, width, nodes[i] - width, shift, vertices, order)
    _climb(boxes, nodes, count, seen)
