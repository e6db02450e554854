"""What a stroke keeps so that it can be put back: the rows it touched, as they were before it first touched them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.mesh.surface import Int32

_NONE = np.zeros(0, np.int32)


class Touched:
    """Rows of one array that a stroke wrote.

    Parameters
    ----------
    rows : ndarray (n, ...)
        The array itself, by reference.
    """

    def __init__(self, rows: NDArray[Any]) -> None:
        self._rows = rows
        self._seen: NDArray[np.bool_] = np.zeros(len(rows), np.bool_)
        self._ids: list[Int32] = []
        self._before: list[NDArray[Any]] = []

    def remember(self, ids: Int32) -> Int32:
        """Keep rows `ids` (k,) that were not kept yet, as they are now; return those (f,)."""
        fresh, before = self._fresh(ids)
        if len(fresh):
            self._ids.append(fresh)
            self._before.append(before)
        return fresh

    def _fresh(self, ids: Int32) -> tuple[Int32, NDArray[Any]]:
        """Mark rows as seen; return those that were not, and how they are now."""
        if self._rows.dtype == np.float32 and self._rows.ndim == 2:  # positions: the most, and at every dab
            from neodent_viewer.sculpt.kernels import influence

            return influence.first_rows(self._rows, ids, self._seen)
        fresh = ids[~self._seen[ids]]
        self._seen[fresh] = True
        return fresh, self._rows[fresh]

    def result(self) -> tuple[Int32, NDArray[Any], NDArray[Any]]:
        """Return touched rows (k,) ascending, and their values before and now (k, ...)."""
        if not self._ids:
            return _NONE, self._rows[:0].copy(), self._rows[:0].copy()
        ids, before = np.concatenate(self._ids), np.concatenate(self._before)
        order = np.argsort(ids)
        return ids[order], before[order], self._rows[ids[order]]

    def put_back(self) -> Int32:
        """Write everything back, bit for bit, and forget it; return the rows (k,)."""
        ids, before, _ = self.result()
        self._rows[ids] = before
        self._seen[ids] = False
        self._ids.clear()
        self._before.clear()
        return ids
