"""What a kernel asks of its arrays: one dtype, C order, writeable; anything else would be compiled for once more."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray


def ready(values: ArrayLike, dtype: DTypeLike) -> NDArray[Any]:
    """Return `values` itself if it is C-ordered, writeable and of `dtype`, else a copy that is.

    >>> ready([[1, 2]], np.float32).flags.writeable
    True
    """
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
