"""Part of a surface in full, the rest thinned: what is drawn while a hand works on more than can be drawn at each dab.

Faces in spatial order are cut into runs of equal length, each a patch of the surface. Patches the hand has touched are drawn
in full and so are those beside them; the thinned set stands for all but the touched ones. Between, both lie over each other,
so that no crack opens; a thinned triangle within a touched patch would hide what the hand has made of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.mesh.proxy import thinned
from neodent_viewer.mesh.surface import Float32, Int32

#: faces a patch: with more of them much is drawn in full that no hand has touched
PATCH = 64

Bool = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Detail:
    """A surface in patches.

    Attributes
    ----------
    faces : ndarray (m, 3) int32
        Of the surface; patch p has faces ``p * PATCH`` to ``(p + 1) * PATCH``.
    lowest : ndarray (p,) int32
        The lowest vertex of each patch's first face: patches stand in the order of vertices.
    few : ndarray (k, 3) int32
        The thinned set, over the same vertices.
    corners : ndarray (k, 3)
        The clusters of vertices that each thinned triangle joins.
    shares : ndarray (q, 2)
        Every cluster with every patch that has a face on one of its vertices.
    """

    faces: Int32
    lowest: Int32
    few: Int32
    corners: NDArray[np.intp]
    shares: NDArray[np.intp]

    def touched(self, ranges: NDArray[np.int64]) -> Bool:
        """Return (p,) bool: patches that hold vertices of half-open `ranges` (k, 2)."""
        found = np.zeros(len(self.lowest), np.bool_)
        first = (
            np.searchsorted(self.lowest, ranges[:, 0], side="left") - 1
        )  # a vertex's faces may begin a patch earlier
        last = np.searchsorted(self.lowest, ranges[:, 1] - 1, side="right")
        for start, stop in zip(np.maximum(first, 0).tolist(), last.tolist(), strict=True):
            found[start:stop] = True
        return found

    def split(self, touched: Bool) -> tuple[Int32, Int32]:
        """Return faces (k, 3) to draw in full, and those (l, 3) that stand for the rest.

        Thinned triangles that join a cluster with a share in a `touched` patch (p,) go; so that nothing is left bare, every
        patch with a share in a cluster that one of these joined is drawn in full.
        """
        full, gone = self._bared(touched)
        even = len(self.faces) // PATCH  # patches of full length
        whole = self.faces[: even * PATCH].reshape(even, PATCH, 3)[full[:even]].reshape(-1, 3)
        rest = self.faces[even * PATCH :] if full[even:].any() else self.faces[:0]
        return np.concatenate([whole, rest]), self.few[~gone]

    def bared(self, touched: Bool) -> Bool:
        """Return (p,) bool: the patches that `split` draws in full."""
        return self._bared(touched)[0]

    def _bared(self, touched: Bool) -> tuple[Bool, Bool]:
        """Return the patches (p,) to draw in full, and the thinned triangles (k,) that go."""
        cluster, patch = self.shares[:, 0], self.shares[:, 1]
        moved = np.zeros(int(cluster[-1]) + 1, np.bool_)
        moved[cluster[touched[patch]]] = True
        gone = np.asarray(moved[self.corners].any(axis=1))
        moved[self.corners[gone]] = True
        full = touched.copy()
        full[patch[moved[cluster]]] = True
        return full, gone


def detail(vertices: Float32, faces: Int32, target: int, labels: NDArray[np.int16] | None = None) -> Detail | None:
    """Return a surface in patches, thinned to about `target` triangles; None where it is in no order, or small already.

    Parameters are those of `proxy.proxy_faces`.
    """
    lows = np.minimum(np.minimum(faces[:, 0], faces[:, 1]), faces[:, 2])
    if len(faces) <= max(target, PATCH) or not (lows[1:] >= lows[:-1]).all():
        return None
    few, cluster = thinned(vertices, faces, target, labels)
    patches = -(-len(faces) // PATCH)
    keys = cluster[faces] * patches + (np.arange(len(faces)) // PATCH)[:, None]
    shares = np.stack(np.divmod(np.unique(keys), patches), axis=1)
    return Detail(faces, lows[::PATCH].copy(), few, cluster[few], shares)
