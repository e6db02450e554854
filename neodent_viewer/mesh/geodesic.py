"""Distances and shortest paths over a surface.

Distances come from a front that marches across triangles; a path first follows them back along edges, then is straightened in
the strip of faces it runs through, going round a vertex on the other side wherever that is shorter.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from neodent_viewer.mesh.arrays import point, ready
from neodent_viewer.mesh.strip import straightest
from neodent_viewer.mesh.surface import Float32, Float64, Int32
from neodent_viewer.mesh.topology import Rows, edges, vertex_faces

#: a point on a surface: face, and barycentric weights (3,)
Place = tuple[int, ArrayLike]

_NO_GOALS = np.zeros(0, np.int32)


class Geodesics:
    """Surface distances of one mesh; keeps what repeated questions share (the faces around each vertex).

    Parameters
    ----------
    vertices : ndarray (n, 3) float32
        In mm.
    faces : ndarray (m, 3) int32
    around : Rows or None
        `topology.vertex_faces`, if the caller has it already.
    """

    def __init__(self, vertices: Float32, faces: Int32, around: Rows | None = None) -> None:
        self.vertices: Float32 = ready(vertices, np.float32)
        self.faces: Int32 = ready(faces, np.int32)
        self.around = around or vertex_faces(self.faces, len(self.vertices))

    def distances(self, source_vertices: ArrayLike, limit: float = np.inf) -> Float64:
        """Return distances (n,) float64 in mm to the nearest of `source_vertices` (s,); inf beyond `limit`."""
        sources: Int32 = np.atleast_1d(ready(source_vertices, np.int32))
        return self._march(sources, np.zeros(len(sources)), np.arange(len(sources), dtype=np.int32), limit, _NO_GOALS)

    def distances_from(self, place: Place, limit: float = np.inf, goals: ArrayLike = _NO_GOALS) -> Float64:
        """Return distances (n,) float64 in mm from a point on a face; may stop when vertices `goals` (g,) are reached."""
        corners = self.faces[place[0]]
        away = np.linalg.norm(self.vertices[corners] - self.position(place), axis=1)
        one = np.zeros(3, np.int32)
        return self._march(ready(corners, np.int32), away.astype(np.float64), one, limit, ready(goals, np.int32))

    def nearest_sources(self, seeds: ArrayLike, k: int, limit: float = np.inf) -> tuple[Int32, Float64]:
        """Return the `k` seeds nearest to each vertex.

        Parameters
        ----------
        seeds : (s,) array_like of int
            Vertices.
        k : int
            At least 1.
        limit : float
            mm; seeds farther away do not count.

        Returns
        -------
        ids : ndarray (n, k) int32
            Numbers into `seeds`, nearest first; -1 where there is none.
        distance : ndarray (n, k) float64
            mm; inf where there is none.
        """
        from neodent_viewer.mesh.kernels import fronts

        arrays = (self.vertices, self.faces, self.around.offsets, self.around.items)
        return fronts.nearest(*arrays, np.atleast_1d(ready(seeds, np.int32)), k, float(limit))

    def path(self, a: Place, b: Place) -> tuple[Float64, float]:
        """Return the shortest path between two surface points: points (k, 3) float64 and length in mm.

        The path lies on the surface and is straight across every edge (a geodesic), so its length is never below the
        true distance. Where no path leads, the points are empty and the length is inf.
        """
        a, b = _snapped(a), _snapped(b)
        start, end = self.position(a), self.position(b)
        if a[0] == b[0]:
            return np.stack([start, end]), float(np.linalg.norm(end - start))
        goals = self.faces[b[0]]
        distance = self.distances_from(a, goals=goals)
        if not np.isfinite(distance[goals]).any():
            return np.zeros((0, 3)), np.inf
        chain = self._chain(distance, a, b)
        points = straightest(self.vertices.astype(np.float64), self.faces, self.around, a, b, chain)
        return points, float(np.linalg.norm(np.diff(points, axis=0), axis=1).sum())

    def position(self, place: Place) -> Float64:
        """Return a surface point (3,) float64 in mm."""
        return np.asarray(point(place[1]) @ self.vertices[self.faces[place[0]]].astype(np.float64))

    def _march(self, sources: Int32, starts: Float64, owners: Int32, limit: float, goals: Int32) -> Float64:
        from neodent_viewer.mesh.kernels import fronts

        arrays = (self.vertices, self.faces, self.around.offsets, self.around.items)
        return fronts.march(*arrays, sources, starts, owners, float(limit), goals)

    def _chain(self, distance: Float64, a: Place, b: Place) -> list[int]:
        """Return vertices from a corner of a's face to a corner of b's face along falling distance."""
        sources = set(self.faces[a[0]].tolist())
        away = np.linalg.norm(self.vertices[self.faces[b[0]]] - self.position(b), axis=1)
        chain = [int(self.faces[b[0]][np.argmin(distance[self.faces[b[0]]] + away)])]
        while chain[-1] not in sources:
            here = chain[-1]
            ring = np.unique(self.faces[self.around.row(here)])
            ring = ring[distance[ring] < distance[here]]
            if not len(ring):  # obtuse triangles and vertices on top of each other can make a hollow
                return self._chain_along_edges(sources, chain[0])
            step = np.linalg.norm(self.vertices[ring] - self.vertices[here], axis=1)
            chain.append(int(ring[np.argmin(distance[ring] + step)]))
        return chain[::-1]

    def _chain_along_edges(self, sources: set[int], goal: int) -> list[int]:
        """Return the shortest chain of edges from any of `sources` to `goal`."""
        from scipy.sparse import coo_array
        from scipy.sparse.csgraph import dijkstra

        pairs, n = edges(self.faces), len(self.vertices)
        lengths = np.linalg.norm(self.vertices[pairs[:, 0]] - self.vertices[pairs[:, 1]], axis=1)
        graph = coo_array((np.maximum(lengths, 1e-9), (pairs[:, 0], pairs[:, 1])), shape=(n, n)).tocsr()
        _, before, _ = dijkstra(graph, directed=False, indices=list(sources), return_predecessors=True, min_only=True)
        chain = [goal]
        while chain[-1] not in sources:
            chain.append(int(before[chain[-1]]))
        return chain[::-1]


def _snapped(place: Place) -> Place:
    """Return a place with weights below a millionth taken for none: so near to an edge directions drown in rounding."""
    weights = point(place[1])
    weights[weights < 1e-6] = 0.0
    return int(place[0]), weights / weights.sum()


def distances(vertices: Float32, faces: Int32, source_vertices: ArrayLike, limit: float = np.inf) -> Float64:
    """Return surface distances (n,) float64 in mm to the nearest of `source_vertices` (s,); inf beyond `limit`.

    >>> square = np.array([[0, 0, 0], [3, 0, 0], [3, 4, 0], [0, 4, 0]], np.float32)
    >>> distances(square, np.array([[0, 1, 2], [0, 2, 3]], np.int32), [1]).round(6).tolist()
    [3.0, 0.0, 4.0, 5.0]
    """
    return Geodesics(vertices, faces).distances(source_vertices, limit)


def nearest_sources(
    vertices: Float32, faces: Int32, seeds: ArrayLike, k: int, limit: float = np.inf
) -> tuple[Int32, NDArray[np.float64]]:
    """Return the `k` nearest of `seeds` for each vertex; see `Geodesics.nearest_sources`."""
    return Geodesics(vertices, faces).nearest_sources(seeds, k, limit)


def path(vertices: Float32, faces: Int32, a: Place, b: Place) -> tuple[Float64, float]:
    """Return the shortest path between two surface points and its length in mm; see `Geodesics.path`."""
    return Geodesics(vertices, faces).path(a, b)
