"""Closing a patch of a surface: each hole gets the cap of least area, so that the patch has an inside.

The cap spans the rim itself and adds no vertex: Barequet and Sharir, Computer Aided Geometric Design 12, 1995. A crown cut
out of a jaw is open at its neck and where it was grown together with its neighbours; the least cap follows both, as a soap
film would.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.mesh.distance import signed_volume
from neodent_viewer.mesh.surface import Float32, Float64, Int32

#: a longer rim is thinned for the search, which costs the cube of its length
LONGEST = 320
#: mm^2 that a chord costs which must not be
_NEVER = 1e6


def closed(vertices: Float32, faces: Int32) -> Int32:
    """Return faces (k, 3) int32 of a patch with all its holes capped, turned to face outwards.

    Parameters
    ----------
    vertices : ndarray (n, 3) float32
    faces : ndarray (m, 3) int32
        A patch; rims that are no simple loops stay open.

    Examples
    --------
    >>> corners = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]], np.float32)
    >>> len(closed(corners, np.array([[0, 2, 1], [0, 1, 3], [0, 3, 2]], np.int32)))
    4
    """
    whole = [faces, *(cap(vertices, faces, loop) for loop in rims(faces))]
    joined = np.concatenate(whole).astype(np.int32)
    return np.ascontiguousarray(joined if signed_volume(vertices, joined) >= 0.0 else joined[:, ::-1])


def rims(faces: Int32) -> list[Int32]:
    """Return the open rims of faces (m, 3) as loops (k,) of vertices, each the way a cap has to run along it."""
    tails, heads = faces.astype(np.int64).ravel(), np.roll(faces, -1, axis=1).astype(np.int64).ravel()
    low, high = np.minimum(tails, heads), np.maximum(tails, heads)
    _, first, counts = np.unique((low << 32) | high, return_index=True, return_counts=True)
    lone = first[counts == 1]
    ways: dict[int, list[int]] = {}
    for tail, head in zip(heads[lone].tolist(), tails[lone].tolist(), strict=True):  # a cap runs the other way
        ways.setdefault(tail, []).append(head)
    loops = []
    while ways:
        start = next(iter(ways))
        loop = [start]
        while (onward := ways.get(loop[-1])) and len(loop) <= len(lone):
            loop.append(onward.pop())
            if not onward:
                del ways[loop[-2]]
        if loop[-1] == start and len(loop) > 3:
            loops += [np.array(simple, np.int32) for simple in _simple(loop[:-1]) if len(simple) > 2]
    return loops


def _simple(loop: list[int]) -> list[list[int]]:
    """Cut a loop that touches itself into loops that do not."""
    found: list[list[int]] = []
    path: list[int] = []
    for vertex in loop:
        if vertex in path:
            at = path.index(vertex)
            found.append(path[at:])
            path = path[:at]
        path.append(vertex)
    return [*found, path]


def cap(vertices: Float32, faces: Int32, loop: Int32) -> Int32:
    """Return triangles (k, 3) that span a loop; of a long one some vertices are cut off by slivers beforehand."""
    ring = loop
    slivers: list[Int32] = []
    while len(ring) > LONGEST:
        even = len(ring) // 2 * 2
        middle = np.arange(1, even, 2)
        slivers.append(np.stack([ring[middle - 1], ring[middle], ring[(middle + 1) % len(ring)]], axis=1))
        ring = np.delete(ring, middle)
    places = vertices[ring].astype(np.float64)
    inner = ring[_least_area(places, _chords(faces, ring))] if len(ring) > 2 else np.zeros((0, 3), np.int32)
    return np.concatenate([*slivers, inner]).astype(np.int32)


def _chords(faces: Int32, ring: Int32) -> NDArray[np.bool_]:
    """Return which pairs (n, n) of rim vertices are edges of the patch already: a third face there would leave no inside."""
    place = {int(vertex): at for at, vertex in enumerate(ring)}
    on_rim = np.isin(faces, ring)
    taken = np.zeros((len(ring), len(ring)), np.bool_)
    for side in range(3):
        both = on_rim[:, side] & on_rim[:, (side + 1) % 3]
        for one, other in faces[both][:, [side, (side + 1) % 3]].tolist():
            taken[place[one], place[other]] = taken[place[other], place[one]] = True
    return taken


def _least_area(places: Float64, taken: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the triangulation (n - 2, 3) of a closed polygon (n, 3) that has the least area and no `taken` chord."""
    n = len(places)
    cost, split = np.zeros((n, n)), np.zeros((n, n), np.int64)
    for span in range(2, n):
        first = np.arange(n - span)
        between = first[:, None] + np.arange(1, span)[None]
        last = first + span
        a, b, c = places[first][:, None], places[between], places[last][:, None]
        area = 0.5 * np.linalg.norm(np.cross(b - a, c - a), axis=2)
        total = area + cost[first[:, None], between] + cost[between, last[:, None]]
        best = np.argmin(total, axis=1)
        cost[first, last] = total[np.arange(len(first)), best] + _NEVER * taken[first, last]
        split[first, last] = between[np.arange(len(first)), best]
    triangles, waiting = [], [(0, n - 1)]
    while waiting:
        i, j = waiting.pop()
        if j - i < 2:
            continue
        k = int(split[i, j])
        triangles.append((i, k, j))
        waiting += [(i, k), (k, j)]
    return np.array(triangles, np.int64).reshape(-1, 3)
