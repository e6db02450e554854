"""Colour maps: perceptually even ones from cmap, as tables a texture can hold."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray


@lru_cache(maxsize=32)
def lut(name: str, size: int = 256) -> NDArray[np.uint8]:
    """Return a colour map as a table (size, 4) uint8 RGBA, sRGB, read-only; raises ValueError for a name cmap has not.

    >>> lut("cividis").shape
    (256, 4)
    """
    from cmap import Colormap  # some 50 ms to load, so not before a field is shown

    table = np.round(np.asarray(Colormap(name)(np.linspace(0.0, 1.0, size)), np.float64) * 255.0).astype(np.uint8)
    table.setflags(write=False)
    return table


def normalise(values: ArrayLike, low: float, high: float) -> NDArray[np.float32]:
    """Return where values (...) lie between `low` and `high`, clipped to 0..1, float32; NaN stays NaN.

    Ends that coincide count as one unit apart.

    >>> normalise([30.0, 34.0, 99.0], 32.0, 36.0).tolist()
    [0.0, 0.5, 1.0]
    """
    span = high - low if abs(high - low) > 1e-12 else 1.0
    return np.clip((np.asarray(values, np.float64) - low) / span, 0.0, 1.0).astype(np.float32)
