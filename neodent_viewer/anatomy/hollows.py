"""How hollow a surface is, and which way: what tells where one part of it ends and the next begins.

Curvature is a tensor a face, spread to vertices and smoothed over a share of a millimetre, whatever the triangles' size.
Its most hollow direction counts, not the mean: where two crowns touch, the ridge that runs over both is round across and
hollow only along.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.mesh.appearance import neighbour_mean, smooth
from neodent_viewer.mesh.normals import vertex_normals
from neodent_viewer.mesh.surface import Float32, Float64, Int32
from neodent_viewer.mesh.topology import edges

#: mm^2 of smoothing: steps are this over the squared mean edge
_SPREAD, _WIDE = 0.15, 0.6
_MOST_STEPS = 60
#: open area over whole area, above which the opening of a scan tells where it looks
_OPEN = 0.06


@dataclass(frozen=True, slots=True, eq=False)
class Relief:
    """Hollows of a surface of n vertices and e edges.

    Attributes
    ----------
    hollow : ndarray (n,) float64
        Curvature in 1/mm in the most hollow direction; nothing, about 0, where the surface is round all ways.
    height : ndarray (n,) float64
        The same with a share of the mean curvature, so that it falls everywhere into the middle of what is round.
    facing : ndarray (n,) float64
        Cosine between the surface, seen from some distance, and the way the crowns grow.
    pairs : ndarray (e, 2) int32
        Edges, low vertex first.
    across : ndarray (e,) float64
        mm of border that each edge crosses.
    area : ndarray (n, 3) float64
        Area vector in mm^2 about each vertex.
    """

    hollow: Float64
    height: Float64
    facing: Float64
    pairs: Int32
    across: Float64
    area: Float64


def relief(vertices: Float32, faces: Int32) -> Relief:
    """Return the hollows of a surface, vertices (n, 3) in mm and faces (m, 3)."""
    n = len(vertices)
    pairs = edges(faces)
    lengths = np.linalg.norm(vertices[pairs[:, 0]] - vertices[pairs[:, 1]], axis=1).astype(np.float64)
    square = float(np.mean(lengths) ** 2) if len(lengths) else 1.0
    near, wide = (int(np.clip(round(size / max(square, 1e-6)), 1, _MOST_STEPS)) for size in (_SPREAD, _WIDE))
    links = neighbour_mean(faces, n)
    places = smooth(links, vertices - vertices.mean(axis=0), near, 0.5)
    normals = vertex_normals(places, faces)
    tensor = smooth(links, _tensors(places, faces, normals), near, 0.6)
    full = np.nan_to_num(tensor[:, [0, 1, 2, 1, 3, 4, 2, 4, 5]].astype(np.float64)).reshape(-1, 3, 3)
    hollow = np.asarray(-np.linalg.eigvalsh(full)[:, 0], np.float64)
    mean = -np.trace(full, axis1=1, axis2=2) / 2.0
    flat = np.nan_to_num(smooth(links, normals, wide, 0.6)).astype(np.float64)
    flat /= np.linalg.norm(flat, axis=1, keepdims=True).clip(1e-9)
    around, beside = _areas(vertices, faces, pairs)
    facing = flat @ outwards(vertices, faces, np.abs(mean))
    across = 2.0 / 3.0 * beside / lengths.clip(1e-6)
    return Relief(hollow, hollow + 0.1 * mean, facing, pairs, across, around)


def outwards(vertices: Float32, faces: Int32, rough: Float64) -> Float64:
    """Return the direction (3,) in which the crowns of a scan grow.

    Open scans are open on the other side. Closed ones are flat across that direction, and `rough` (n,) where the crowns are.
    """
    a, b, c = (vertices[faces[:, k]].astype(np.float64) for k in range(3))
    normals = np.cross(b - a, c - a)
    opening = normals.sum(axis=0)
    if np.linalg.norm(opening) <= _OPEN * np.linalg.norm(normals, axis=1).sum():
        middle = vertices.mean(axis=0, dtype=np.float64)
        _, _, rows = np.linalg.svd((vertices - middle).T @ (vertices - middle))
        share = (rough[faces].mean(axis=1)[:, None] * normals).sum(axis=0) @ rows[2]
        opening = rows[2] * (1.0 if share >= 0.0 else -1.0)
    return np.asarray(opening / max(float(np.linalg.norm(opening)), 1e-12))


def _tensors(places: Float32, faces: Int32, normals: Float32) -> Float64:
    """Return the curvature tensor at each vertex (n, 6), upper triangle, positive where round: Rusinkiewicz 2004.

    Normals are taken as linear over each face (doi:10.1109/TDPVT.2004.1335277, without the frames of the vertices).
    """
    corners = places[faces].astype(np.float64)
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    twice = np.linalg.norm(normal, axis=1).clip(1e-12)
    normal /= twice[:, None]
    slope = np.zeros((len(faces), 3, 3))
    for k in range(3):
        side = corners[:, (k + 2) % 3] - corners[:, (k + 1) % 3]
        towards = np.cross(normal, side) / twice[:, None]
        slope += normals[faces[:, k]].astype(np.float64)[:, :, None] * towards[:, None, :]
    flat = np.eye(3) - normal[:, :, None] * normal[:, None, :]
    slope = flat @ slope @ flat
    six = ((slope + slope.transpose(0, 2, 1)) / 2.0)[:, [0, 0, 0, 1, 1, 2], [0, 1, 2, 1, 2, 2]] * twice[:, None]
    n = len(places)
    weight = sum(np.bincount(faces[:, k], twice, n) for k in range(3))
    summed = [sum(np.bincount(faces[:, k], six[:, c], n) for k in range(3)) for c in range(6)]
    return np.asarray(np.stack(summed, axis=1) / np.maximum(weight, 1e-12)[:, None])


def _areas(vertices: Float32, faces: Int32, pairs: Int32) -> tuple[Float64, Float64]:
    """Return the area vector in mm^2 about each vertex (n, 3), and the area beside each edge (e,)."""
    a, b, c = (vertices[faces[:, k]].astype(np.float64) for k in range(3))
    normals = np.cross(b - a, c - a) / 2.0
    area = np.linalg.norm(normals, axis=1)
    n = len(vertices)
    keys = pairs[:, 0].astype(np.int64) * n + pairs[:, 1]
    beside, around = np.zeros(len(pairs)), np.zeros((n, 3))
    for k in range(3):
        one, other = faces[:, k].astype(np.int64), faces[:, (k + 1) % 3].astype(np.int64)
        place = np.searchsorted(keys, np.minimum(one, other) * n + np.maximum(one, other))
        beside += np.bincount(place, area, len(pairs))
        around += np.stack([np.bincount(faces[:, k], column / 3.0, n) for column in normals.T], axis=1)
    return around, beside


def basins(height: Float64, pairs: Int32) -> NDArray[np.int64]:
    """Return which basin (n,) each vertex drains into: it goes to its lowest neighbour, as long as that lies lower."""
    n = len(height)
    tails, heads = np.concatenate([pairs, pairs[:, ::-1]]).T
    order = np.lexsort((heads, height[heads], tails))
    tails, heads = tails[order], heads[order]
    first = np.flatnonzero(np.diff(tails, prepend=-1) != 0)
    to = np.arange(n)
    lower = height[heads[first]] < height[tails[first]]
    to[tails[first][lower]] = heads[first][lower]
    while not np.array_equal(to[to], to):
        to = to[to]
    return np.asarray(np.unique(to, return_inverse=True)[1], np.int64)
