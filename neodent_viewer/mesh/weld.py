"""Welding: equal vertices become one, degenerate faces go (counted), then everything is put in spatial order.

Files that repeat a vertex for every face (STL) become a surface with a topology; the way back to the order of the file is
kept in `file_index`. Only bit-equal positions merge, so nothing moves.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.mesh.arrays import ready
from neodent_viewer.mesh.order import face_order, none_if_same, spatial_order
from neodent_viewer.mesh.surface import Float32, Int32, ReadReport, Surface

DEGENERATE = "degenerate faces"


def weld(surface: Surface) -> Surface:
    """Merge bit-equal vertices, drop degenerate faces, and put vertices and faces in spatial order.

    Of vertices that merge, the first one's array values stay; how many differed is told in ``report.notes``.
    Vertices that no face uses stay. Welding a welded surface changes nothing.

    Parameters
    ----------
    surface : Surface
        Validated: faces within range. -0.0 equals 0.0; rows with NaN never merge.

    Returns
    -------
    Surface
        A new surface; its `file_index` maps the file's vertices to the new ones, ``report.dropped`` counts faces that
        had two equal corners.
    """
    first, ids = unique_vertices(surface.vertices)
    order = spatial_order(surface.vertices[first])
    rank = np.empty(len(order), np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    ids, source = rank[ids], first[order]
    vertices = surface.vertices[source] + np.float32(0.0)  # -0.0 becomes 0.0
    faces, dropped = _proper(ids[surface.faces])
    faces = faces[face_order(vertices, faces)]
    index = ids if surface.file_index is None else ids[surface.file_index]
    return replace(
        surface,
        vertices=vertices,
        faces=faces,
        file_index=none_if_same(index, len(vertices)),
        arrays={name: values[source] for name, values in surface.arrays.items()},
        report=_report(surface, ids, source, dropped),
    )


def weld_soup(triangles: Float32, name: str = "", report: ReadReport | None = None) -> Surface:
    """Return the welded surface of loose triangles (m, 3, 3) float32 in mm, such as a binary STL holds.

    >>> square = np.array([[[0, 0, 0], [1, 0, 0], [1, 1, 0]], [[0, 0, 0], [1, 1, 0], [0, 1, 0]]], np.float32)
    >>> surface = weld_soup(square)
    >>> surface.vertices.shape, surface.faces.shape, surface.file_index.shape
    ((4, 3), (2, 3), (6,))
    """
    rows = np.ascontiguousarray(triangles, np.float32).reshape(-1, 3)
    faces = np.arange(len(rows), dtype=np.int32).reshape(-1, 3)
    return weld(Surface(rows, faces, name=name, report=report or ReadReport()))


def unique_vertices(vertices: Float32) -> tuple[Int32, Int32]:
    """Return the first of each kind of bit-equal vertices (u,) int32, ascending, and the kind of each vertex (n,) int32."""
    rows = ready(vertices, np.float32)
    try:
        from neodent_viewer.mesh.kernels import welding
    except ImportError:
        return _unique(rows)
    first, ids = welding.unique(rows.view(np.uint32))
    return first, ids


def _unique(rows: Float32) -> tuple[Int32, Int32]:
    """Do what the kernel does, in numpy."""
    keys = np.zeros((len(rows), 4), np.uint32)  # the fourth word keeps rows with NaN apart
    keys[:, :3] = (rows + np.float32(0.0)).view(np.uint32)
    lonely = np.isnan(rows).any(axis=1)
    keys[lonely, 3] = np.arange(1, np.count_nonzero(lonely) + 1, dtype=np.uint32)
    packed = keys.view(np.dtype((np.void, 16))).ravel()
    _, first, ids = np.unique(packed, return_index=True, return_inverse=True)
    by_first = np.argsort(first)
    rank = np.empty(len(first), np.int32)
    rank[by_first] = np.arange(len(first), dtype=np.int32)
    return first[by_first].astype(np.int32), rank[ids.ravel()]


def _proper(faces: Int32) -> tuple[Int32, int]:
    """Return the faces that have three different corners, and how many had not."""
    a, b, c = faces[:, 0], faces[:, 1], faces[:, 2]
    good = (a != b) & (b != c) & (c != a)
    count = len(faces) - int(np.count_nonzero(good))
    return (faces[good] if count else faces), count


def _report(surface: Surface, ids: Int32, source: Int32, dropped: int) -> ReadReport:
    old = surface.report
    counts = dict(old.dropped)
    if dropped:
        counts[DEGENERATE] = counts.get(DEGENERATE, 0) + dropped
    notes = list(old.notes)
    for name, values in surface.arrays.items():
        if differing := _differing(values, ids, source):
            notes.append(f"{differing} merged vertices differed in {name}; the first one's value was kept.")
    return replace(old, dropped=counts, notes=notes)


def _differing(values: NDArray[np.generic], ids: Int32, source: Int32) -> int:
    """Count vertices whose array value is not the one kept for them."""
    kept = values[source][ids]
    unequal = (kept != values).reshape(len(values), -1).any(axis=1)
    return int(np.count_nonzero(unequal))
