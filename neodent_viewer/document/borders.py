"""Where labels meet on new faces: their borders lie where they lay on the old ones, and no crumbs are left of them.

A label is that of the nearest vertex, so a border runs through the middles of the edges it crosses. Coarse faces put it up to
half an edge off; vertices beside it therefore slide over the new surface until the old border runs through those middles.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.mesh.bvh import Bvh
from neodent_viewer.mesh.surface import Float32, Float64, Int32
from neodent_viewer.mesh.topology import edges

#: places on an edge at which the old label is asked
_ASKED = (np.arange(8) + 0.5) / 8.0
#: rounds of sliding; share of an edge that a vertex goes at most in one; cosine a face may turn by at most
_ROUNDS, _FARTHEST, _TURN = 4, 0.2, 0.5
#: area of a face against the square of its longest side, below which it is too thin to be made thinner
_THIN = 0.12

#: old label (k,) at each of places (k, 3)
Asked = Callable[[Float64], NDArray[np.int16]]


def slid(vertices: Float32, faces: Int32, asked: Asked, locked: frozenset[int]) -> Float32:
    """Return vertices (n, 3) of faces (m, 3) between which borders lie where the old ones do.

    Vertices move within their own surface, by about half an edge at most, and only next to a border; no face turns over.
    Those with labels in `locked` stay.

    Parameters
    ----------
    vertices : ndarray (n, 3) float32
        mm.
    faces : ndarray (m, 3) int32
    asked : callable
        Places (k, 3) in mm -> old labels (k,).
    locked : frozenset of int
    """
    pairs, places, tree = edges(faces), vertices.astype(np.float64), Bvh(vertices, faces)
    for _ in range(_ROUNDS):
        labels = asked(places)
        border = pairs[labels[pairs[:, 0]] != labels[pairs[:, 1]]]
        if not len(border):
            break
        one, other = border.T
        along = places[other] - places[one]
        inner = places[one][:, None] + _ASKED[None, :, None] * along[:, None]
        met = asked(inner.reshape(-1, 3)).reshape(len(border), len(_ASKED))
        share = ((met == labels[one][:, None]).mean(axis=1) + 1.0 - (met == labels[other][:, None]).mean(axis=1)) / 2.0
        step = np.zeros_like(places)
        count = np.bincount(border.ravel(), minlength=len(places)).clip(1)
        for ends in (one, other):
            for axis in range(3):
                step[:, axis] += np.bincount(ends, (share - 0.5) * along[:, axis], len(places))
        step /= count[:, None]
        step[np.isin(labels, list(locked))] = 0.0
        places = _moved(places, faces, step, tree)
    result = places.astype(np.float32)
    same = (np.abs(places - vertices) < 1e-6).all(axis=1)
    result[same] = vertices[same]
    return result


def _moved(places: Float64, faces: Int32, step: Float64, tree: Bvh) -> Float64:
    """Return places (n, 3) after a step (n, 3), back on their surface; vertices whose faces would suffer stay."""
    rows = np.flatnonzero(step.any(axis=1))
    touched = faces[np.isin(faces, rows).any(axis=1)]
    before, _, side = _normals(places, touched)
    limit = np.zeros(len(places))
    np.maximum.at(limit, touched.ravel(), np.repeat(side, 3))
    size = np.linalg.norm(step, axis=1)
    step = step * np.minimum(1.0, _FARTHEST * limit / size.clip(1e-12))[:, None]
    after = places.copy()
    face, weights, _ = tree.closest_many((places[rows] + step[rows]).astype(np.float32))
    after[rows] = tree.places(face, weights)
    was = _normals(places, touched)[1]
    while True:
        normals, shape, _ = _normals(after, touched)
        bad = ((normals * before).sum(axis=1) < _TURN) | ((shape < _THIN) & (shape < was))
        back = np.unique(touched[bad])
        back = back[(after[back] != places[back]).any(axis=1)]
        if not len(back):
            return after
        after[back] = places[back]


def _normals(places: Float64, faces: Int32) -> tuple[Float64, Float64, Float64]:
    """Return unit normals (m, 3), twice the area over the longest side squared (m,), and that side (m,) in mm."""
    a, b, c = (places[faces[:, k]] for k in range(3))
    normal = np.cross(b - a, c - a)
    twice = np.linalg.norm(normal, axis=1)
    side = np.sqrt(np.max([((p - q) ** 2).sum(axis=1) for p, q in ((a, b), (b, c), (c, a))], axis=0)).clip(1e-12)
    return normal / twice.clip(1e-12)[:, None], twice / side**2, side


def patches(labels: NDArray[np.int16], faces: Int32) -> NDArray[np.int64]:
    """Return the number (n,) of the connected patch of one label that each vertex is of."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    pairs, n = edges(faces), len(labels)
    same = pairs[labels[pairs[:, 0]] == labels[pairs[:, 1]]]
    links = coo_array((np.ones(len(same), np.int8), (same[:, 0], same[:, 1])), shape=(n, n))
    return np.asarray(connected_components(links, directed=False)[1], np.int64)


def without_crumbs(labels: NDArray[np.int16], faces: Int32, before: dict[int, int]) -> NDArray[np.int16]:
    """Return labels (n,) with no more patches of each than there were `before`: small ones take the label around them.

    Parameters
    ----------
    labels : ndarray (n,) int16
    faces : ndarray (m, 3) int32
    before : dict of int to int
        Label -> how many patches it had.
    """
    labels, pairs = labels.copy(), edges(faces)
    for _ in range(4):
        patch = patches(labels, faces)
        sizes, first = np.bincount(patch), np.unique(patch, return_index=True)[1]
        crumbs: list[int] = []
        for label, most in before.items():
            mine = np.flatnonzero(labels[first] == label)
            crumbs += mine[np.argsort(-sizes[mine], kind="stable")][most:].tolist()
        changed = False
        for crumb in crumbs:
            inside = patch[pairs] == crumb
            around = labels[pairs[inside.any(axis=1)][~inside[inside.any(axis=1)]]]
            around = around[around != labels[first[crumb]]]
            if len(around):
                values, counts = np.unique(around, return_counts=True)
                labels[patch == crumb] = values[counts.argmax()]
                changed = True
        if not changed:
            break
    return labels


def patch_counts(labels: NDArray[np.int16], faces: Int32) -> dict[int, int]:
    """Return label -> how many patches it has."""
    first = np.unique(patches(labels, faces), return_index=True)[1]
    values, counts = np.unique(labels[first], return_counts=True)
    return dict(zip(values.tolist(), counts.tolist(), strict=True))
