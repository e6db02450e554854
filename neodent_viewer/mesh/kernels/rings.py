"""Who touches whom: faces around a vertex and vertices around a vertex, as compressed rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.mesh.kernels.jit import kernel

_Rows = tuple[NDArray[np.int32], NDArray[np.int32]]


@kernel
def vertex_faces(faces: NDArray[np.int32], n: int) -> _Rows:
    """Return (offsets (n + 1,), items (3m,)) int32: ascending faces around each vertex, by counting sort."""
    starts = np.zeros(n + 1, np.int32)
    for f in range(faces.shape[0]):
        for corner in range(3):
            starts[faces[f, corner] + 1] += 1
    for v in range(n):
        starts[v + 1] += starts[v]
    items = np.empty(3 * faces.shape[0], np.int32)
    place = starts[:-1].copy()
    for f in range(faces.shape[0]):
        for corner in range(3):
            v = faces[f, corner]
            items[place[v]] = f
            place[v] += 1
    return starts, items


@kernel
def vertex_neighbours(faces: NDArray[np.int32], offsets: NDArray[np.int32], items: NDArray[np.int32]) -> _Rows:
    """Return (offsets (n + 1,), items (2e,)) int32: ascending vertices that share an edge with each vertex.

    `offsets` and `items` are `vertex_faces`.
    """
    n = offsets.shape[0] - 1
    starts = np.zeros(n + 1, np.int32)
    out = np.empty(2 * items.shape[0], np.int32)
    count = 0
    for v in range(n):
        begin = count
        for k in range(offsets[v], offsets[v + 1]):
            for corner in range(3):
                w = faces[items[k], corner]
                if w == v:
                    continue
                place = count  # insertion sort that skips what is there already: rings are short
                while place > begin and out[place - 1] > w:
                    place -= 1
                if place > begin and out[place - 1] == w:
                    continue
                for move in range(count, place, -1):
                    out[move] = out[move - 1]
                out[place] = w
                count += 1
        starts[v + 1] = count
    return starts, out[:count].copy()


@kernel
def rim(
    faces: NDArray[np.int32], offsets: NDArray[np.int32], items: NDArray[np.int32], longest: int
) -> NDArray[np.bool_]:
    """Return (n,) bool: vertices on an edge that only one face has.

    `offsets` and `items` are `vertex_faces`, `longest` the faces around the vertex that has most.
    """
    n = offsets.shape[0] - 1
    out, heads = np.zeros(n, np.bool_), np.empty(3 * longest + 1, np.int32)
    for v in range(n):
        count, last = 0, -1
        for k in range(offsets[v], offsets[v + 1]):
            f = items[k]
            if f == last:  # a face that names the vertex twice
                continue
            last = f
            for corner in range(3):
                a, b = faces[f, corner], faces[f, (corner + 1) % 3]
                if min(a, b) == v:  # every edge is looked at from its lower end
                    heads[count] = max(a, b)
                    count += 1
        for i in range(count):
            times = 0
            for j in range(count):
                if heads[j] == heads[i]:
                    times += 1
            if times == 1:
                out[v] = out[heads[i]] = True
    return out


@kernel
def faces_around(
    offsets: NDArray[np.int32], items: NDArray[np.int32], touched: NDArray[np.int32], seen: NDArray[np.bool_]
) -> NDArray[np.int32]:
    """Return the distinct faces (k,) int32 around vertices `touched`; `seen` (m,) is scratch, all False before and after.

    `offsets` and `items` are `vertex_faces`.
    """
    room = 0
    for i in range(touched.shape[0]):
        room += offsets[touched[i] + 1] - offsets[touched[i]]
    out = np.empty(room, np.int32)
    count = 0
    for i in range(touched.shape[0]):
        for k in range(offsets[touched[i]], offsets[touched[i] + 1]):
            f = items[k]
            if not seen[f]:
                seen[f] = True
                out[count] = f
                count += 1
    for i in range(count):
        seen[out[i]] = False
    return out[:count].copy()
