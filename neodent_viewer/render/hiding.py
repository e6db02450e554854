"""Whether something stands before a place, roughly: points of all surfaces on a coarse grid of least depths, on the CPU."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from neodent_viewer.render.views import Camera, Float64, Size

#: mm of a cell, and how much deeper than what is seen in it a place may lie and still be seen
_CELL, _TOLERANCE = 2.0, 4.0
#: cells either way at most
_MOST = 160


class Hiding:
    """What is seen by a camera, to a few millimetres.

    Parameters
    ----------
    points : array_like (n, 3)
        World mm; about one a square millimetre of all that may hide something.
    camera, size
        Whose picture it is, in pixels.
    """

    def __init__(self, points: ArrayLike, camera: Camera, size: Size) -> None:
        self._camera, self._size = camera, size
        self._cell = max(_CELL / camera.mm_per_pixel(size), max(size) / _MOST)
        shape = (int(size[1] / self._cell) + 1, int(size[0] / self._cell) + 1)
        self._least = np.full(shape, np.inf)
        rows, columns, depth = self._cells(np.asarray(points, np.float64).reshape(-1, 3))
        inside = (rows >= 0) & (rows < shape[0]) & (columns >= 0) & (columns < shape[1]) & (depth > 0)
        np.minimum.at(self._least, (rows[inside], columns[inside]), depth[inside])

    def _cells(self, points: Float64) -> tuple[NDArray[np.int64], NDArray[np.int64], Float64]:
        with np.errstate(divide="ignore", invalid="ignore"):
            x, y, depth = self._camera.project(points, self._size).T
        fine = np.isfinite(x) & np.isfinite(y)
        x, y = (np.where(fine, np.clip(each, -1e6, 1e6), -1e6) for each in (x, y))
        return (y // self._cell).astype(np.int64), (x // self._cell).astype(np.int64), depth

    def seen(self, places: ArrayLike) -> NDArray[np.bool_]:
        """Return whether nothing stands before places (k, 3) in world mm; outside the picture nothing is seen."""
        rows, columns, depth = self._cells(np.asarray(places, np.float64).reshape(-1, 3))
        tall, wide = self._least.shape
        inside = (rows >= 0) & (rows < tall) & (columns >= 0) & (columns < wide) & (depth > 0)
        least = self._least[np.clip(rows, 0, tall - 1), np.clip(columns, 0, wide - 1)]
        return np.asarray(inside & (depth < least + _TOLERANCE))
