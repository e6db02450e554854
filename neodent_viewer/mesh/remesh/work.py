"""How a remeshing operation tells how far it is and is told to stop, and the tidying that all of them end with."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.core.errors import TopologyError
from neodent_viewer.mesh.order import face_order, spatial_order
from neodent_viewer.mesh.surface import Float32, Int32

#: told how far the work is, 0..1
Progress = Callable[[float], None]

#: asked whether to give up
Cancelled = Callable[[], bool]


def no_progress(fraction: float) -> None:
    """Tell nobody."""


def never() -> bool:
    """Go on."""
    return False


def checkpoint(fraction: float, progress: Progress, cancelled: Cancelled) -> None:
    """Tell how far the work is; raise TopologyError ``cancelled`` if it is not wanted any more."""
    if cancelled():
        raise TopologyError("The work was cancelled; nothing was changed.", kind="cancelled")
    progress(min(max(fraction, 0.0), 1.0))


def refuse(kind: str, what: str, remedy: str, where: str = "") -> TopologyError:
    """Return the error to raise."""
    return TopologyError(what, kind=kind, where=where, remedy=remedy)


def edge_keys(faces: Int32) -> NDArray[np.int64]:
    """Return one number (m, 3) per side of each face, from corner `i` to the next, the same for both faces at an edge."""
    ends = faces.astype(np.int64)
    after = np.roll(ends, -1, axis=1)
    return np.asarray((np.minimum(ends, after) << 32) | np.maximum(ends, after))


def areas(vertices: NDArray[np.floating], faces: Int32) -> NDArray[np.float64]:
    """Return the area (m,) of each face in mm^2."""
    a, b, c = (np.asarray(vertices[faces[:, k]], np.float64) for k in range(3))
    return np.asarray(np.linalg.norm(np.cross(b - a, c - a), axis=1) / 2)


def proper(faces: Int32) -> Int32:
    """Return faces without those that name a vertex twice."""
    a, b, c = faces.T
    return np.asarray(faces[(a != b) & (b != c) & (c != a)], np.int32)


def used(faces: Int32, count: int) -> tuple[Int32, Int32]:
    """Return the vertices (u,) that faces use, ascending, and the faces in terms of them."""
    mark = np.zeros(count, np.bool_)
    mark[faces] = True
    kept = np.flatnonzero(mark).astype(np.int32)
    place = np.zeros(count, np.int32)
    place[kept] = np.arange(len(kept), dtype=np.int32)
    return kept, place[faces]


def ordered(vertices: Float32, faces: Int32) -> tuple[Int32, Int32]:
    """Return the spatial order (n,) of vertices and the faces in terms of it, themselves in order."""
    order = spatial_order(vertices)
    rank = np.empty(len(order), np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    faces = rank[faces]
    return order, np.ascontiguousarray(faces[face_order(faces)])
