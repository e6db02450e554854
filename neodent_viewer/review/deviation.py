"""How far a sculpted part is from its original: a signed distance per vertex, the volume that came or went.

While a hand works only the rows it touched are looked at, and distance is taken along the original's normal; `exact` then
measures to the nearest place of the original.
"""

from __future__ import annotations

import numpy as np

from neodent_viewer.document.original import original_positions
from neodent_viewer.document.overlay import Overlay
from neodent_viewer.document.part import Part
from neodent_viewer.mesh.arrays import ready
from neodent_viewer.mesh.normals import vertex_normals
from neodent_viewer.mesh.surface import Float32, Int32
from neodent_viewer.mesh.topology import Fans, vertex_faces

#: what the legend calls it
NAME = "Deviation"
#: mm; ends of the colour map: the smallest that holds what there is
SPANS = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)


class Deviation:
    """One part against its original; making one takes a moment at a million faces: do it in a worker.

    Parameters
    ----------
    part : Part
        Whose original is known (`document.original.remember_original`), else nothing ever deviates.

    Attributes
    ----------
    original : ndarray (n, 3) float32
        Never written.
    normals : ndarray (n, 3) float32
        Of the original.
    values : ndarray (n,) float32
        mm; above zero where material was added.
    volume : float
        mm^3 that came (or went, below zero) between the original and what it has become.
    """

    def __init__(self, part: Part) -> None:
        self.original: Float32 = original_positions(part)
        self.vertices: Float32 = part.surface.vertices
        self.faces: Int32 = part.surface.faces
        self.normals = vertex_normals(self.original, self.faces)
        self._fans = Fans(vertex_faces(self.faces, len(self.vertices)), len(self.faces))
        self._share = np.zeros(len(self.faces))  # mm^3 of each face
        self.values = np.zeros(len(self.vertices), np.float32)
        self.volume = 0.0
        self._middle = self.original.mean(axis=0, dtype=np.float64) if len(self.original) else np.zeros(3)
        self._follow(np.zeros(0, np.int32))  # if anything is to be compiled, let it be here and not under a hand

    def fits(self, part: Part) -> bool:
        """Return whether this still speaks of the part as it is."""
        same = self.vertices is part.surface.vertices and self.faces is part.surface.faces
        return same and self.original is original_positions(part)

    def moved(self) -> Int32:
        """Return the vertices (k,) that are not where they came."""
        return np.flatnonzero((self.vertices != self.original).any(axis=1)).astype(np.int32)

    def follow(self, rows: Int32) -> None:
        """Look again at vertices `rows` (k,), in any order and some more than once."""
        if not len(rows):
            return
        self._follow(ready(rows, np.int32))

    def _follow(self, rows: Int32) -> None:
        from neodent_viewer.mesh.kernels import volumes

        volumes.along_normals(self.vertices, self.original, self.normals, rows, self.values)
        faces = self._fans.faces_around(rows)
        self.volume += volumes.shares(self.vertices, self.original, self.faces, faces, self._middle, self._share)

    def exact(self) -> Float32:
        """Return signed distances (n,) float32 in mm to the nearest place of the original; zero where nothing moved."""
        from neodent_viewer.mesh.distance import SignedDistance

        rows = self.moved()
        values = np.zeros(len(self.vertices), np.float32)
        if len(rows):
            values[rows] = SignedDistance(self.original, self.faces).at(self.vertices[rows])
        return values

    def extremes(self) -> tuple[float, float]:
        """Return the deepest and the highest deviation in mm, at most and at least zero."""
        if not len(self.values):
            return 0.0, 0.0
        return min(0.0, float(self.values.min())), max(0.0, float(self.values.max()))

    def overlay(self) -> Overlay:
        """Return the values as colours about zero; what was not touched looks as ever."""
        low, high = self.extremes()
        most = max(high, -low)
        span = next((span for span in SPANS if span >= most), SPANS[-1])
        values = np.where(self.values == 0.0, np.float32(np.nan), self.values)
        return Overlay(NAME, "mm", values, -span, span, "crameri:vik")
