"""Plain surfaces whose distances, areas and normals are known in closed form: to measure and to test on."""

from __future__ import annotations

import numpy as np

from neodent_viewer.mesh.surface import Float32, Int32, Surface


def plane(cells: int, side: float = 10.0) -> Surface:
    """Return a square in the xy plane about zero, facing +z, of ``cells x cells`` squares cut in two, `side` mm long.

    >>> plane(2).vertices.shape, plane(2).faces.shape
    ((9, 3), (8, 3))
    """
    steps = np.linspace(-side / 2, side / 2, cells + 1)
    x, y = np.meshgrid(steps, steps)
    vertices = np.stack([x, y, np.zeros_like(x)], axis=-1).reshape(-1, 3)
    return Surface(vertices.astype(np.float32), _squares(cells), name="plane")


def sphere(subdivisions: int, radius: float = 10.0) -> Surface:
    """Return a ball about zero, facing out: an octahedron subdivided and pushed to `radius` mm; 8 x 4^subdivisions faces.

    >>> sphere(1).vertices.shape, sphere(1).faces.shape
    ((18, 3), (32, 3))
    """
    vertices = np.array([[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1]], np.float64)
    faces = np.array([[0, 2, 4], [2, 1, 4], [1, 3, 4], [3, 0, 4], [2, 0, 5], [1, 2, 5], [3, 1, 5], [0, 3, 5]], np.int32)
    for _ in range(subdivisions):
        ends = np.sort(faces[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2), axis=1)
        pairs, middle = np.unique(ends, axis=0, return_inverse=True)
        between = vertices[pairs].sum(axis=1)
        ab, bc, ca = (middle.reshape(-1, 3).astype(np.int32) + np.int32(len(vertices))).T
        a, b, c = faces.T
        faces = np.stack([a, ab, ca, ab, b, bc, ca, bc, c, ab, bc, ca], axis=1).reshape(-1, 3)
        vertices = np.concatenate([vertices, between / np.linalg.norm(between, axis=1, keepdims=True)])
    return Surface((vertices * radius).astype(np.float32), faces, name="sphere")


def soup(surface: Surface) -> Float32:
    """Return loose triangles (m, 3, 3) float32 of a surface, as a binary STL holds them."""
    return surface.vertices[surface.faces]


def _squares(cells: int) -> Int32:
    corner = np.arange((cells + 1) ** 2, dtype=np.int32).reshape(cells + 1, cells + 1)
    a, b, c, d = (corner[i, j].ravel() for i, j in _CORNERS)
    return np.stack([a, b, c, a, c, d], axis=1).reshape(-1, 3)


_LOW, _HIGH = slice(None, -1), slice(1, None)
_CORNERS = ((_LOW, _LOW), (_LOW, _HIGH), (_HIGH, _HIGH), (_HIGH, _LOW))
