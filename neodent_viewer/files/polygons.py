"""Polygons cut into triangles as fans, all those of one size at once."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def triangulate(indices: NDArray[Any], lengths: NDArray[np.int64]) -> tuple[NDArray[Any], int]:
    """Cut polygons into triangle fans.

    Parameters
    ----------
    indices : ndarray (sum of lengths,) integer
        Vertices of all polygons, one after the other.
    lengths : ndarray (p,) int64
        Corners of each polygon.

    Returns
    -------
    faces : ndarray (m, 3), same type as `indices`
        In the order of the polygons.
    lost : int
        Polygons with fewer than three corners, which make no triangle.

    Examples
    --------
    >>> triangulate(np.array([0, 1, 2, 3, 4, 5, 6]), np.array([4, 3]))[0].tolist()
    [[0, 1, 2], [0, 2, 3], [4, 5, 6]]
    """
    if (lengths == 3).all():
        return indices.reshape(-1, 3), 0
    starts = np.cumsum(lengths) - lengths
    pieces, ranks = [np.empty((0, 3), indices.dtype)], [np.empty(0, np.int64)]
    for size in np.unique(lengths[lengths >= 3]):
        rows = np.flatnonzero(lengths == size)
        corners = indices[starts[rows, None] + np.arange(size)]
        first = np.broadcast_to(corners[:, :1], (len(rows), size - 2))
        pieces.append(np.stack([first, corners[:, 1:-1], corners[:, 2:]], axis=2).reshape(-1, 3))
        ranks.append(np.repeat(rows, size - 2))
    order = np.argsort(np.concatenate(ranks), kind="stable")
    return np.concatenate(pieces)[order], int((lengths < 3).sum())
