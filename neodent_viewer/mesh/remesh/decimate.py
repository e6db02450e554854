"""Fewer faces for the same shape: quadric error collapses (Garland and Heckbert, SIGGRAPH 1997) by fast-simplification."""

from __future__ import annotations

import numpy as np

from neodent_viewer.mesh.remesh.work import Cancelled, Progress, checkpoint, never, no_progress, proper, refuse
from neodent_viewer.mesh.surface import Float32, Int32


def decimate(
    vertices: Float32,
    faces: Int32,
    target: int,
    *,
    keep_rim: bool = False,
    progress: Progress = no_progress,
    cancelled: Cancelled = never,
) -> tuple[Float32, Int32]:
    """Return a mesh of about `target` faces.

    Parameters
    ----------
    vertices : ndarray (n, 3) float32
        mm.
    faces : ndarray (m, 3) int32
    target : int
        Number of faces to reach, 4 at least.
    keep_rim : bool
        Keep every vertex of an open rim.

    Returns
    -------
    vertices : ndarray (k, 3) float32
    faces : ndarray (f, 3) int32

    Notes
    -----
    The library runs in one go: work that is cancelled meanwhile stops at its end.
    """
    import fast_simplification

    if target < 4:
        raise refuse("not_fit", f"{target} faces are no surface.", "Ask for four faces or more.")
    checkpoint(0.0, progress, cancelled)
    if target >= len(faces):
        return vertices.copy(), faces.copy()
    points, triangles = fast_simplification.simplify(
        np.ascontiguousarray(vertices, np.float64),
        faces.astype(np.int32),
        target_count=int(target),
        preserve_border=keep_rim,
    )[:2]
    checkpoint(1.0, progress, cancelled)
    return np.asarray(points, np.float32), proper(np.asarray(triangles, np.int32))
