"""Welding: equal vertices become one, degenerate faces go (counted), then everything is put in spatial order.

Files that repeat a vertex for every face (STL) become a surface with a topology; the way back to the order of the file is
kept in `file_index`. Only bit-equal positions merge, so nothing moves.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.mesh.arrays import ready
from neodent_viewer.mesh.compiled import kernels
from neodent_viewer.mesh.order import bounding_cube, face_order, none_if_same, spatial_order
from neodent_viewer.mesh.surface import Float32, Float64, Int32, ReadReport, Surface

DEGENERATE = "degenerate faces"
#: threads that weld at a time, and rows from which that pays
_HANDS, _MANY = 2, 200_000


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
    source, ids = merged(surface.vertices)
    vertices = np.take(surface.vertices, source, axis=0)
    vertices += np.float32(0.0)  # -0.0 becomes 0.0
    faces = _faces(surface.faces, ids, len(source))
    dropped = len(surface.faces) - len(faces)
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


def merged(vertices: Float32) -> tuple[Int32, Int32]:
    """Find bit-equal vertices and their order along the curve.

    Parameters
    ----------
    vertices : ndarray (n, 3) float32

    Returns
    -------
    source : ndarray (u,) int32
        The first of each kind, in spatial order.
    ids : ndarray (n,) int32
        Where each vertex' kind stands in `source`.
    """
    points = ready(vertices, np.float32)
    low, scale = bounding_cube(points)
    welding = kernels("welding")
    if welding is None:
        return _merged(points)
    n = len(points)
    order, first, ids = np.empty(n, np.int32), np.empty(n, np.int32), np.empty(n, np.int32)
    with ThreadPoolExecutor(_HANDS, "weld") as pool:
        starts = _bucket(welding, pool, points, low, scale, order)
        pieces = _pieces(starts, n)
        distinct = np.empty((n, 3), np.uint32)

        def merge(piece: tuple[int, int]) -> int:
            fullest = int(np.diff(starts[piece[0] : piece[1] + 1]).max(initial=0))
            table = np.empty(1 << max(4, (4 * fullest).bit_length()), np.int32)
            scratch = (table, distinct, np.empty(fullest, np.uint64), np.empty(fullest, np.uint64))
            rows = points.view(np.uint32)
            return int(welding.merge(points, rows, low, scale, starts, order, *scratch, first, ids, *piece))

        counts = list(pool.map(merge, pieces))
        total = counts[0]
        for (begin, _), count in zip(pieces[1:], counts[1:], strict=True):
            least = int(starts[begin])
            first[total : total + count] = first[least : least + count].copy()
            list(pool.map(lambda part, gap=(least, least - total): welding.close_gap(part, *gap), _split(ids)))
            total += count
    return first[:total].copy(), ids


def _bucket(
    welding: Any, pool: ThreadPoolExecutor, points: Float32, low: Float64, scale: float, order: Int32
) -> NDArray[np.int64]:
    """Sort row numbers by bucket into `order` (n,), keeping their order within each; return where each bucket starts."""
    parts = _split(points)
    buckets = [np.empty(len(part), np.uint16) for part in parts]
    counts = list(pool.map(lambda part, mine: welding.count_buckets(part, low, scale, mine), parts, buckets))
    starts = np.zeros(welding.BUCKETS + 1, np.int64)
    np.cumsum(np.sum(counts, axis=0), out=starts[1:])
    places = np.cumsum([starts[:-1], *counts[:-1]], axis=0)
    begins = np.cumsum([0, *(len(part) for part in parts[:-1])])
    list(pool.map(lambda mine, begin, place: welding.sort_rows(mine, begin, place, order), buckets, begins, places))
    return starts


def _split(rows: NDArray[Any]) -> list[NDArray[Any]]:
    """Return an array in as many stretches as are worked on at a time."""
    return np.array_split(rows, _HANDS) if len(rows) >= _MANY else [rows]


def _pieces(starts: NDArray[np.int64], n: int) -> list[tuple[int, int]]:
    """Return stretches of buckets with about as many rows each."""
    hands = _HANDS if n >= _MANY else 1
    cuts = np.searchsorted(starts, np.linspace(0, n, hands + 1)[1:-1])
    bounds = [0, *(int(cut) for cut in cuts), len(starts) - 1]
    return list(pairwise(bounds))


def _merged(rows: Float32) -> tuple[Int32, Int32]:
    """Do what the kernels do, in numpy."""
    keys = np.zeros((len(rows), 4), np.uint32)  # the fourth word keeps rows with NaN apart
    keys[:, :3] = (rows + np.float32(0.0)).view(np.uint32)
    lonely = np.isnan(rows).any(axis=1)
    keys[lonely, 3] = np.arange(1, np.count_nonzero(lonely) + 1, dtype=np.uint32)
    packed = keys.view(np.dtype((np.void, 16))).ravel()
    _, first, ids = np.unique(packed, return_index=True, return_inverse=True)
    by_first = np.argsort(first)
    order = by_first[spatial_order(rows[first[by_first]])]
    rank = np.empty(len(first), np.int32)
    rank[order] = np.arange(len(first), dtype=np.int32)
    return first[order].astype(np.int32), rank[ids.ravel()]


def _faces(faces: Int32, ids: Int32, count: int) -> Int32:
    """Return faces (k, 3) with vertices renamed by `ids`, without those that then have two equal corners, in order."""
    welding = kernels("welding")
    if welding is None:
        renamed = ids[faces]
        a, b, c = renamed.T
        proper = renamed[(a != b) & (b != c) & (c != a)]
        return np.asarray(proper[face_order(proper)], np.int32)
    proper, out = np.empty(faces.shape, np.int32), np.empty(faces.shape, np.int32)
    kept = welding.ordered_faces(ready(faces, np.int32), ids, np.zeros(count + 1, np.int32), proper, out)
    return out if kept == len(out) else out[:kept].copy()


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
