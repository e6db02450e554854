"""What a kernel asks of its arrays: one dtype, C order, writeable; anything else would be compiled for once more."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

_BLOCK = 1024


def ready(values: ArrayLike, dtype: DTypeLike) -> NDArray[Any]:
    """Return `values` itself if it is C-ordered, writeable and of `dtype`, else a copy that is.

    >>> ready([[1, 2]], np.float32).flags.writeable
    True
    """
    if isinstance(values, np.ndarray) and values.dtype == dtype and values.flags.carray:
        return values  # as a rule; what numpy does to find that out takes longer than some kernels
    return np.require(values, dtype, ["C", "W"])


def point(values: ArrayLike) -> NDArray[np.float64]:
    """Return a place or direction as (3,) float64; ValueError if it is anything else.

    >>> point((1, 2, 3)).tolist()
    [1.0, 2.0, 3.0]
    """
    array: NDArray[np.float64] = np.array(values, np.float64)
    if array.shape != (3,):
        raise ValueError(f"need three coordinates, got shape {array.shape}")
    return array


def corners(points: NDArray[Any]) -> NDArray[Any]:
    """Return (2, 3) lowest and highest corner of points (n, 3), n > 0, in their dtype; NaN where any coordinate is NaN.

    Taken over rows of 1,024 points at a time, some ten times as fast as ``min(axis=0)`` over rows of three.

    >>> corners(np.array([[0, 5, 1], [3, 2, 1]])).tolist()
    [[0, 2, 1], [3, 5, 1]]
    """
    whole = len(points) // _BLOCK * _BLOCK
    pieces = [points[whole:]] if whole < len(points) else []
    if whole:
        wide = points[:whole].reshape(-1, 3 * _BLOCK)
        pieces += [wide.min(axis=0).reshape(-1, 3), wide.max(axis=0).reshape(-1, 3)]
    low, high = [piece.min(axis=0) for piece in pieces], [piece.max(axis=0) for piece in pieces]
    return np.stack([np.min(low, axis=0), np.max(high, axis=0)])
