"""Closing holes: each rim gets the cap of least area, which is then given vertices like those around it and made smooth.

The cap: Barequet and Sharir, CAGD 12, 1995; its refinement and fairing follow P. Liepa, Filling Holes in Meshes, SGP 2003:
triangles as large as those around the hole, placed so that the cap goes on from its surroundings with their curvature.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix, diags_array
from scipy.sparse.linalg import spsolve

from neodent_viewer.mesh import caps
from neodent_viewer.mesh.remesh.isotropic import isotropic
from neodent_viewer.mesh.remesh.work import Cancelled, Progress, areas, checkpoint, never, no_progress, used
from neodent_viewer.mesh.surface import Float32, Float64, Int32


def fill_holes(
    vertices: Float32,
    faces: Int32,
    longest: float = 60.0,
    *,
    smooth: bool = True,
    progress: Progress = no_progress,
    cancelled: Cancelled = never,
) -> tuple[Float32, Int32, int, int]:
    """Close holes.

    Parameters
    ----------
    vertices : ndarray (n, 3) float32
        mm.
    faces : ndarray (m, 3) int32
    longest : float
        mm; rims that are longer, such as the open base of a scan, stay open. ``inf`` closes all.
    smooth : bool
        Give the caps vertices of their own and let them follow the curvature around.

    Returns
    -------
    vertices : ndarray (n + k, 3) float32
        The old ones bit-identical, then those of the caps.
    faces : ndarray (f, 3) int32
        The old ones, then those of the caps.
    filled, left : int
        Holes closed, and rims left open.
    """
    rims = caps.rims(faces)
    small = [rim for rim in rims if _length(vertices, rim) <= longest]
    for number, rim in enumerate(small):
        checkpoint(number / len(small), progress, cancelled)
        lid = np.asarray(caps.cap(vertices, faces, rim), np.int32)
        if smooth and len(lid) > 1:
            vertices, lid = _refined(vertices, faces, lid, rim)
        faces = np.concatenate([faces, lid]).astype(np.int32)
    checkpoint(1.0, progress, cancelled)
    return vertices, faces, len(small), len(rims) - len(small)


def _length(vertices: Float32, rim: Int32) -> float:
    points = vertices[rim].astype(np.float64)
    return float(np.linalg.norm(points - np.roll(points, -1, axis=0), axis=1).sum())


def _refined(vertices: Float32, faces: Int32, lid: Int32, rim: Int32) -> tuple[Float32, Int32]:
    """Return all vertices with those of the lid behind them, and the lid in terms of them."""
    names, local = used(lid, len(vertices))
    points = vertices[rim]
    edge = float(np.linalg.norm(points - np.roll(points, -1, axis=0), axis=1).mean())
    held = np.ones(len(names), np.bool_)
    # only what has no vertex yet is made here, so that the rim keeps its vertices and nothing else can move
    places, pieces = isotropic(vertices[names], local, edge, rounds=4, fixed=held, inside=True)
    first, count = len(vertices), len(vertices) + len(places) - len(names)
    name = np.concatenate([names, np.arange(first, count, dtype=np.int32)])
    vertices, lid = np.concatenate([vertices, places[len(names) :]]), name[pieces].astype(np.int32)
    return _faired(vertices, faces, lid, first), lid


def _faired(vertices: Float32, faces: Int32, lid: Int32, first: int) -> Float32:
    """Return vertices of which those from `first` on bend as little as may be, given two rings around them."""
    if first >= len(vertices):
        return vertices
    zone = np.zeros(len(vertices), np.bool_)
    zone[lid] = True
    for _ in range(2):
        zone[faces[zone[faces].any(axis=1)]] = True
    patch = np.concatenate([faces[zone[faces].all(axis=1)], lid])
    names, local = used(patch, len(vertices))
    stiff, mass = _cotangents(vertices[names].astype(np.float64), local)
    bending = (stiff @ diags_array(1.0 / mass) @ stiff).tocsr()
    free = names >= first
    places = vertices[names].astype(np.float64)
    wanted = -(bending[free][:, ~free] @ places[~free])
    solved = spsolve(bending[free][:, free].tocsc(), wanted)
    out = vertices.copy()
    out[names[free]] = np.asarray(solved).reshape(-1, 3)
    return out


def _cotangents(places: Float64, faces: Int32) -> tuple[csr_matrix, Float64]:
    """Return the cotangent Laplacian (n, n) and a third of the area around each vertex (n,) in mm^2.

    Pinkall and Polthier, Experimental Mathematics 2(1), 1993; cotangents are limited, for slivers would rule otherwise.
    """
    n = len(places)
    mass = np.full(n, 1e-6)
    rows, columns, values = [], [], []
    size = areas(places, faces)
    for corner in range(3):
        a, b, c = (faces[:, (corner + k) % 3] for k in range(3))
        one, other = places[b] - places[a], places[c] - places[a]
        cotangent = np.clip((one * other).sum(axis=1) / np.maximum(2 * size, 1e-12), -0.2, 5.0) / 2
        rows += [b, c, b, c]
        columns += [c, b, b, c]
        values += [-cotangent, -cotangent, cotangent, cotangent]
        mass += np.bincount(a, weights=size / 3, minlength=n)
    data = (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns)))
    return csr_matrix(data, shape=(n, n)), mass
