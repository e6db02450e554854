"""From a chain of vertices to a straight path: a strip of faces along it, pulled tight, then improved at each corner.

A path that bends round a vertex is led round its other side where the surface measures less than half a turn there, until
no corner is left to improve: then the path is a geodesic (Xin and Wang, Computer-Aided Design 39, 2007).
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from neodent_viewer.mesh.arrays import point
from neodent_viewer.mesh.surface import Float64, Int32
from neodent_viewer.mesh.topology import Rows

if TYPE_CHECKING:
    from collections.abc import Iterable

_Place = tuple[int, ArrayLike]


def straightest(vertices: Float64, faces: Int32, around: Rows, a: _Place, b: _Place, chain: list[int]) -> Float64:
    """Return the points (k, 3) of a shortest path from `a` to `b` (face, weights) near a `chain` of vertices.

    Where the surface is torn or non-manifold along the chain and no strip of faces follows it, the chain itself is returned.
    """
    fans = _Fans(faces, around)
    strip = _strip(fans, int(a[0]), int(b[0]), chain)
    if strip is None:
        ends = [point(p[1]) @ vertices[faces[p[0]]] for p in (a, b)]
        return _distinct(np.stack([ends[0], *vertices[chain], ends[1]]))
    return _Taut(vertices, faces, fans, point(a[1]), point(b[1])).tighten(strip)


class _Fans:
    """Walks round vertices from face to face."""

    def __init__(self, faces: Int32, around: Rows) -> None:
        self.faces, self.around = faces, around

    def walk(self, vertex: int, start: int, goal: int, first: int) -> list[int] | None:
        """Return the faces from `start` to `goal` round `vertex`, leaving over edge (vertex, first); None if torn."""
        ring = {int(f): [int(v) for v in self.faces[f] if v != vertex] for f in self.around.row(vertex)}
        walked, over = [start], first
        while walked[-1] != goal or len(walked) == 1:
            here = walked[-1]
            beyond = [f for f, ends in ring.items() if over in ends and f != here]
            if len(beyond) != 1 or beyond[0] in walked:
                return None
            walked.append(beyond[0])
            over = next(v for v in ring[beyond[0]] if v != over)
        return walked

    def both(self, vertex: int, start: int, goal: int) -> Iterable[list[int]]:
        """Yield the walks round `vertex` on either side."""
        if start == goal:
            yield [start]
            return
        for first in self.faces[start]:
            if first != vertex and (walked := self.walk(vertex, start, goal, int(first))):
                yield walked

    def with_edge(self, v: int, w: int) -> int:
        """Return a face that has both vertices."""
        rows = self.around.row(v)
        return int(rows[(self.faces[rows] == w).any(axis=1)][0])


def _strip(fans: _Fans, first: int, last: int, chain: list[int]) -> list[int] | None:
    """Return faces from `first` to `last` along a chain of vertices, each sharing an edge with the next; None if torn."""
    stops = [first, *(fans.with_edge(v, w) for v, w in pairwise(chain)), last]
    strip = [first]
    for vertex, (here, there) in zip(chain, pairwise(stops), strict=True):
        shortest = min(fans.both(vertex, here, there), key=len, default=None)
        if shortest is None:
            return None
        strip += shortest[1:]
    return _without_loops(strip)


def _without_loops(strip: list[int]) -> list[int]:
    """Return a strip that visits no face twice: what lies between two visits is cut out."""
    out: list[int] = []
    place: dict[int, int] = {}
    for face in strip:
        if face in place:
            for gone in out[place[face] + 1 :]:
                del place[gone]
            del out[place[face] + 1 :]
        else:
            place[face] = len(out)
            out.append(face)
    return out


class _Taut:
    """Pulls strips tight between two fixed points."""

    def __init__(self, vertices: Float64, faces: Int32, fans: _Fans, start: Float64, end: Float64) -> None:
        self.vertices, self.faces, self.fans = vertices, faces, fans
        self.start, self.end = start, end

    def tighten(self, strip: list[int]) -> Float64:
        """Return the points of the path after leading it round vertices until nothing is shorter."""
        best, shortest, corners = self._pull(strip)
        seen = {tuple(strip)}
        while corners:
            strip = self._led_round(strip, corners)
            if tuple(strip) in seen:  # nothing left to try, or rounding goes in a circle
                break
            seen.add(tuple(strip))
            points, length, corners = self._pull(strip)
            if length < shortest:
                best, shortest = points, length
        return best

    def _pull(self, strip: list[int]) -> tuple[Float64, float, list[tuple[int, int]]]:
        """Return points (k, 3), length, and (portal, vertex) of each corner that is better passed on its other side."""
        from neodent_viewer.mesh.kernels import strips

        if len(strip) == 1:
            points = np.stack([w @ self.vertices[self.faces[strip[0]]] for w in (self.start, self.end)])
            return points, float(np.linalg.norm(points[1] - points[0])), []
        portals, flat, ends = strips.unfold(self.vertices, self.faces, np.array(strip, np.int32), self.start, self.end)
        at, side = strips.pull(portals, flat, ends)
        share = strips.crossings(flat, ends, at, side)[:, None]
        crossed = self.vertices[portals[:, 0]] * (1 - share) + self.vertices[portals[:, 1]] * share
        first, last = (w @ self.vertices[self.faces[f]] for w, f in ((self.start, strip[0]), (self.end, strip[-1])))
        points = _distinct(np.concatenate([[first], crossed, [last]]))
        vertices = portals[at, side]
        bends = strips.bends(np.concatenate([ends[:1], flat[at, side], ends[1:]]))
        cones = strips.cones(self.vertices, self.faces, *self.fans.around, vertices)
        loose = cones < 2 * np.pi + bends - 1e-12  # then the other side measures less than half a turn
        corners = [(int(i), int(v)) for i, v in zip(at[loose], vertices[loose], strict=True)]
        return points, float(np.linalg.norm(np.diff(points, axis=0), axis=1).sum()), corners

    def _led_round(self, strip: list[int], corners: list[tuple[int, int]]) -> list[int]:
        """Return the strip led round the other side of all corners that do not get in each other's way."""
        strip, untouched = list(strip), len(strip)
        for portal, vertex in reversed(corners):
            begin, end = self._fan(strip, portal, vertex)
            if end >= untouched:
                continue
            if walked := self._other_side(strip[begin : end + 1], vertex):
                strip[begin : end + 1] = walked
                untouched = begin
        return _without_loops(strip)

    def _fan(self, strip: list[int], portal: int, vertex: int) -> tuple[int, int]:
        """Return the first and last place of the run of faces around `portal` that have the vertex."""
        begin, end = portal, portal + 1
        while begin > 0 and vertex in self.faces[strip[begin - 1]]:
            begin -= 1
        while end + 1 < len(strip) and vertex in self.faces[strip[end + 1]]:
            end += 1
        return begin, end

    def _other_side(self, run: list[int], vertex: int) -> list[int] | None:
        """Return the walk round `vertex` that avoids what lies inside the run; None if torn there."""
        inner = set(run[1:-1])
        walks = (w for w in self.fans.both(vertex, run[0], run[-1]) if w != run and not inner.intersection(w))
        return next(walks, None)


def _distinct(points: Float64) -> Float64:
    """Return points without immediate repeats."""
    moved = np.linalg.norm(np.diff(points, axis=0), axis=1) > 0
    return points[np.concatenate([[True], moved])] if moved.any() else points[[0, -1]]
