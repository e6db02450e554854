"""The plane a jaw is most nearly symmetric about: from its labelled teeth, or from its form alone.

Both give ``(nx, ny, nz, d)`` with ``n . p = d`` in mm, n of unit length and to the +x side: what `BrushSettings.mirror_plane`
takes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from neodent_viewer.mesh.surface import Float64

Plane = tuple[float, float, float, float]

#: quadrants that mirror each other, permanent and primary (FDI)
_SIDES = ((1, 2), (4, 3), (5, 6), (8, 7))
_POINTS = 3000
_ROUNDS = 60
_KEPT = 0.8  # of the points; the rest may have no partner: a missing tooth, the rim of a scan


def from_labels(vertices: ArrayLike, labels: ArrayLike) -> Plane | None:
    """Return the plane between left and right teeth of the same kind, None with fewer than two such pairs.

    Parameters
    ----------
    vertices : (n, 3) array_like
        mm.
    labels : (n,) array_like
        FDI labels.
    """
    points, marks = np.asarray(vertices, np.float64), np.asarray(labels)
    right, left = [], []
    for one, other in _SIDES:
        for tooth in range(1, 9):
            here, there = marks == 10 * one + tooth, marks == 10 * other + tooth
            if here.any() and there.any():
                right.append(points[here].mean(axis=0))
                left.append(points[there].mean(axis=0))
    return None if len(right) < 2 else _between(np.array(right), np.array(left))


def from_form(vertices: ArrayLike) -> Plane | None:
    """Return the plane in which a form is nearest to its own mirror image; None for fewer than 8 points.

    Mirrors the points at a first guess, pairs each with its nearest neighbour, fits the plane to the closest 80 % of the
    pairs, and again until it stays: iterative closest points (Besl & McKay 1992), trimmed (Chetverikov et al. 2005). The
    guesses are the x axis and the two longer principal axes, for a jaw is a slab, nearly symmetric about its own middle too.
    """
    points = np.asarray(vertices, np.float64)
    points = points[:: max(1, len(points) // _POINTS)]
    if len(points) < 8:
        return None
    from scipy.spatial import cKDTree

    tree = cKDTree(points)
    center = points.mean(axis=0)
    axes = np.linalg.svd(points - center, full_matrices=False)[2][:2]
    found = [_settled(points, tree, _plane(normal, center)) for normal in (np.array([1.0, 0, 0]), *axes)]
    return min(found, key=lambda each: each[1])[0]


def _settled(points: Float64, tree: object, plane: Plane) -> tuple[Plane, float]:
    """Return the plane that pairs lead to from a first one, and the root mean square distance of the kept pairs."""
    error = np.inf
    for _ in range(_ROUNDS):
        n = np.array(plane[:3])
        mirrored = points - 2 * (points @ n - plane[3])[:, None] * n
        far, partner = tree.query(mirrored)  # type: ignore[attr-defined]
        kept = np.argsort(far, kind="stable")[: int(_KEPT * len(points))]
        now = float(np.sqrt(np.mean(far[kept] ** 2)))
        if now > error * (1 - 1e-6):
            break
        error = now
        plane = _between(points[kept], points[partner[kept]])
    return plane, error


def _between(one: Float64, two: Float64) -> Plane:
    """Return the plane whose mirror takes points `one` (k, 3) nearest to `two` (k, 3) in the least squares sense.

    With both about their common mean, the squared distances are constant but for ``4 (n . p)(n . q)``: the normal is the
    eigenvector of the symmetric part of ``sum p q^T`` with the least eigenvalue.
    """
    center = (one.mean(axis=0) + two.mean(axis=0)) / 2
    cross = (one - center).T @ (two - center)
    _, vectors = np.linalg.eigh(cross + cross.T)
    return _plane(vectors[:, 0], center)


def _plane(normal: NDArray[np.float64], place: Float64) -> Plane:
    n = normal / np.linalg.norm(normal)
    n = n if n[int(np.argmax(np.abs(n)))] > 0 else -n
    return float(n[0]), float(n[1]), float(n[2]), float(n @ place)
