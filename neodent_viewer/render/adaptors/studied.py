"""What only an editor's view shows of one part: masks and zones, edges, and the original beside what it has become.

Nothing here is made before a display asks for it, and what takes time is made behind the picture.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from vispy import gloo

from neodent_viewer.document.part import Part
from neodent_viewer.mesh.normals import vertex_normals
from neodent_viewer.mesh.surface import Float32
from neodent_viewer.render.adaptors.rows import Rows
from neodent_viewer.render.work import Work

#: hues that zones take in turn, a golden angle apart: neighbours in number are far apart in colour
_GOLDEN = 0.381966
_MARKS = frozenset({"mask", "zone"})
#: vertices up to which original normals are made at once: what is held under a key must be there when it is pressed
_AT_ONCE = 200_000


def zone_colours(zones: NDArray[np.integer]) -> Float32:
    """Return colours (k, 3) float32 of zones (k,); black for zone 0, which is none.

    >>> zone_colours(np.array([0, 1], np.int16)).astype(float).round(2).tolist()
    [[0.0, 0.0, 0.0], [0.29, 0.89, 0.9]]
    """
    hue = (zones.astype(np.float64) * _GOLDEN + 0.12) % 1.0
    ramp = np.abs((hue[:, None] * 6.0 + np.array([0.0, 4.0, 2.0])) % 6.0 - 3.0) - 1.0
    colours = 0.9 * (1.0 - 0.68 * (1.0 - np.clip(ramp, 0.0, 1.0)))
    return np.asarray(colours * (zones > 0)[:, None], np.float32)


class StudiedPart:
    """GPU side of what an editor sees beyond the look.

    Parameters
    ----------
    part : Part
    work : Work
    """

    def __init__(self, part: Part, work: Work) -> None:
        self._part = part
        self._work = work
        self._rows = Rows()
        self._sent: Float32 | None = None  # masks and zones as they were sent
        self._touched: list[NDArray[Any]] = []
        self._original: Float32 | None = None
        self._edges: Any | None = None
        self._asked = False
        self._generation = 0

    # -- masks and zones -----------------------------------------------------------------------------------------

    def touch(self, array: str, indices: NDArray[Any] | None) -> None:
        """Note that rows of a per-vertex array were written, None for all."""
        if array in _MARKS and indices is None:
            self._sent = None
        elif array in _MARKS and indices is not None and self._sent is not None:
            self._touched.append(indices)

    def marks(self) -> Any | None:
        """Return the buffer of masks and zones (n, 4), None where there are none."""
        arrays, count = self._part.surface.arrays, len(self._part.surface.vertices)
        mask, zone = arrays.get("mask"), arrays.get("zone")
        if self._part.preview or (mask is None and zone is None):
            return None
        if self._sent is None:
            self._sent = np.zeros((count, 4), np.float32)
            _fill(self._sent, slice(0, count), mask, zone)
            self._rows.put("marks", self._sent)
        elif self._touched:  # a dab sends what it touched
            touched = np.unique(np.concatenate(self._touched))
            _fill(self._sent, touched, mask, zone)
            self._rows.send("marks", self._sent, touched)
        self._touched.clear()
        return self._rows["marks"]

    # -- the original --------------------------------------------------------------------------------------------

    def original(self) -> tuple[Any, Any | None] | None:
        """Return buffers of the original's positions and normals (None while these are being made); None if never edited."""
        original = self._part.original
        if original is None or len(original) != len(self._part.surface.vertices):
            return None
        if original is not self._original:
            self._original = original
            self._rows.drop("normals")
            self._rows.put("positions", original)
            self._make_normals(original)
        return self._rows["positions"], self._rows.get("normals")

    def _make_normals(self, original: Float32) -> None:
        faces = self._part.surface.faces

        def take(normals: Float32) -> None:
            if self._original is original:
                self._rows.put("normals", normals)

        if len(original) <= _AT_ONCE:
            take(vertex_normals(original, faces))
        else:
            self._work(lambda: vertex_normals(original, faces), take)

    # -- edges ---------------------------------------------------------------------------------------------------

    def edges(self) -> Any | None:
        """Return the index buffer of all edges, None while it is being made."""
        if self._edges is None and not self._asked and not self._part.preview:
            from neodent_viewer.mesh.topology import edges

            self._asked = True
            faces, generation = self._part.surface.faces, self._generation

            def take(found: NDArray[Any]) -> None:
                if generation == self._generation and len(found):
                    self._edges = gloo.IndexBuffer(np.ascontiguousarray(found, np.uint32).ravel())

            self._work(lambda: edges(faces), take)
        return self._edges

    def reset(self) -> None:
        """Give the GPU memory back: the surface is another one."""
        self._generation += 1
        self._rows.free()
        if self._edges is not None:
            self._edges.delete()
        self._edges = self._original = self._sent = None
        self._asked = False
        self._touched.clear()


def _fill(rows: Float32, which: Any, mask: NDArray[Any] | None, zone: NDArray[Any] | None) -> None:
    """Write masks and zones of some vertices into rows (n, 4)."""
    if zone is not None:
        rows[which, :3] = zone_colours(zone[which])
    if mask is not None:
        rows[which, 3] = mask[which]
