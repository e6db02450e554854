"""Fewer triangles of one part: thinned for a moving camera or a live field, all near the dabs while a hand works on it.

Asked for when a picture first needs them, made behind it; until they are there all triangles are drawn.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from vispy import gloo

from neodent_viewer.document.part import Part
from neodent_viewer.mesh.surface import Int32

if TYPE_CHECKING:
    from neodent_viewer.mesh.clusters import Clusters
    from neodent_viewer.mesh.detail import Detail
    from neodent_viewer.render.adaptors.dabs import Dabs

#: runs work() behind the picture, then then(result) unless the surface has become another one meanwhile
Later = Callable[[Callable[[], Any], Callable[[Any], None]], None]


class Fewer:
    """Index buffers of some of a part's triangles.

    Attributes
    ----------
    thinned : dict of str to IndexBuffer
        By the quality of picture they are for.
    dabs : Dabs or None
        What is drawn while a hand works on the part, once that has come.
    clusters : Clusters or None
        The surface as it lies now, in clusters, once they have come.
    """

    def __init__(self, part: Part, later: Later) -> None:
        self._part = part
        self._later = later
        self._targets: dict[str, int] = {}
        self._asked = False
        self.thinned: dict[str, Any] = {}
        self.dabs: Dabs | None = None
        self.clusters: Clusters | None = None
        self._moves, self._counted = 0, -1
        self._buffers: dict[int, Any] = {}

    def need(self, quality: str, target: int) -> None:
        """Ask for about `target` triangles for pictures of a quality; again when that has become quite another number."""
        surface = self._part.surface
        if not self._ready() or 0.6 < target / max(self._targets.get(quality, 0), 1) < 1.6:
            return
        from neodent_viewer.mesh.proxy import proxy_faces

        self._targets[quality] = target
        vertices, faces, labels = surface.vertices.copy(), surface.faces, surface.labels
        self._later(lambda: proxy_faces(vertices, faces, target, labels), lambda few: self._take(quality, few))

    def need_dabs(self, target: int) -> None:
        """Ask once for what can be drawn while a hand works on the part: about `target` triangles and those near the dabs."""
        if not self._ready() or self._asked:
            return
        from neodent_viewer.mesh.detail import detail

        self._asked = True
        surface = self._part.surface
        vertices, faces, labels = surface.vertices.copy(), surface.faces, surface.labels
        self._later(lambda: detail(vertices, faces, target, labels), self._take_dabs)

    def need_clusters(self) -> None:
        """Ask for the clusters of the surface as it lies now, unless they are there or under way."""
        if not self._ready() or self._counted == self._moves:
            return
        from neodent_viewer.mesh.clusters import clusters

        moves = self._counted = self._moves
        vertices, faces = self._part.surface.vertices.copy(), self._part.surface.faces
        self._later(lambda: clusters(vertices, faces), lambda found: self._take_clusters(found, moves))

    def of_clusters(self, chosen: NDArray[np.bool_], slot: int) -> Any | None:
        """Return the indices of `chosen` clusters (k,), None for none; they hold until the next call for the `slot`."""
        from neodent_viewer.mesh.clusters import CLUSTER

        faces = self._part.surface.faces
        whole = len(faces) // CLUSTER
        runs = faces[: whole * CLUSTER].reshape(whole, CLUSTER * 3)[chosen[:whole]].ravel()
        if len(chosen) > whole and chosen[whole]:
            runs = np.concatenate([runs, faces[whole * CLUSTER :].ravel()])
        if not len(runs):
            return None
        if slot in self._buffers:
            self._buffers[slot].set_data(runs.view(np.uint32), copy=False)
        else:
            self._buffers[slot] = gloo.IndexBuffer(runs.view(np.uint32))
        return self._buffers[slot]

    def moved(self) -> None:
        """Note that vertices lie elsewhere: clusters are to be counted anew when next needed."""
        self._moves += 1
        self.clusters = None

    def touch(self, ranges: NDArray[np.int64]) -> None:
        """Note that vertices of half-open ranges (k, 2) have changed under a hand."""
        if self.dabs is not None:
            self.dabs.touch(ranges)

    def free(self) -> None:
        """Give the GPU memory back, and begin anew: the surface is another one."""
        for index in self.thinned.values():
            index.delete()
        self.thinned.clear()
        self._targets.clear()
        self._asked = False
        self._take_dabs(None)
        for index in self._buffers.values():
            index.delete()
        self._buffers.clear()
        self.moved()

    def _ready(self) -> bool:
        return not self._part.preview and len(self._part.surface.faces) > 0

    def _take(self, quality: str, faces: Int32) -> None:
        gone = self.thinned.pop(quality, None)
        if gone is not None:
            gone.delete()
        if len(faces) < len(self._part.surface.faces):
            self.thinned[quality] = gloo.IndexBuffer(faces.view(np.uint32).ravel())

    def _take_clusters(self, found: Clusters, moves: int) -> None:
        if moves == self._moves:
            self.clusters = found

    def _take_dabs(self, found: Detail | None) -> None:
        if self.dabs is not None:
            self.dabs.delete()
            self.dabs = None
        if found is not None:
            from neodent_viewer.render.adaptors.dabs import Dabs

            self.dabs = Dabs(found)
