"""Which triangles of a part are drawn while a hand works on it: all near the latest dabs, few elsewhere."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from vispy import gloo

from neodent_viewer.mesh.detail import PATCH, Detail
from neodent_viewer.mesh.surface import Int32

#: triangles drawn in full, at most, those beside the touched ones included: what a software renderer draws in time
MOST = 80_000


class Dabs:
    """Index buffers that follow the hand.

    Parameters
    ----------
    detail : Detail
    """

    def __init__(self, detail: Detail) -> None:
        self._detail = detail
        self._last = np.zeros(len(detail.lowest), np.int64)  # number of the last upload that touched a patch
        self._count = self._since = 1  # of the last upload, and of the first whose patches are still drawn in full
        self._shown: NDArray[np.bool_] | None = None
        self._buffers: list[Any] = []

    def touch(self, ranges: NDArray[np.int64]) -> None:
        """Note that vertices of half-open ranges (k, 2) have changed."""
        self._count += 1
        self._last[self._detail.touched(ranges)] = self._count

    def triangles(self) -> tuple[Any | None, Any | None]:
        """Return index buffers of what is drawn in full, and of the thinned rest; None where there is nothing."""
        shown = self._latest()
        if self._shown is None or not np.array_equal(shown, self._shown):
            self._shown = shown
            self._free()
            self._buffers = [_buffer(faces) for faces in self._detail.split(shown)]
        full, few = self._buffers
        return full, few

    def delete(self) -> None:
        """Give the GPU memory back."""
        self._free()

    def _latest(self) -> NDArray[np.bool_]:
        """Return (p,) bool: the patches touched last, as many as may be drawn in full; those of the last dab in any case."""
        shown = self._last >= self._since
        while self._since < self._count and np.count_nonzero(self._detail.bared(shown)) * PATCH > MOST:
            self._since += 1
            shown = self._last >= self._since
        return shown

    def _free(self) -> None:
        for buffer in self._buffers:
            if buffer is not None:
                buffer.delete()
        self._buffers = []


def _buffer(faces: Int32) -> Any | None:
    return gloo.IndexBuffer(np.ascontiguousarray(faces).view(np.uint32).ravel()) if len(faces) else None
