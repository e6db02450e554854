"""Compile or load every kernel before a hand needs one: each is called once on a tetrahedron.

The first time on a machine this takes some twenty seconds of one core; from then on the disk cache answers in about one.
"""

from __future__ import annotations

import threading
from typing import Any

import numpy as np

from neodent_viewer.mesh.kernels import (
    boxes,
    fronts,
    patches,
    rays,
    remeshing,
    rings,
    shading,
    sides,
    sorting,
    strips,
    volumes,
    welding,
)


def warm() -> threading.Thread:
    """Start a thread that readies all kernels of the mesh floor, and return it (a daemon; join it to wait)."""
    thread = threading.Thread(target=compile_all, name="warm kernels", daemon=True)
    thread.start()
    return thread


def compile_all() -> None:
    """Ready all kernels of the mesh floor, here and now."""
    vertices = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]], np.float32)
    faces = np.array([[0, 2, 1], [0, 1, 3], [1, 2, 3], [0, 3, 2]], np.int32)
    order = np.arange(4, dtype=np.int32)
    _order(vertices, faces)
    offsets, items = rings.vertex_faces(faces, 4)
    rings.vertex_neighbours(faces, offsets, items)
    rings.rim(faces, offsets, items, 3)
    _shade(vertices, faces, offsets, items, order)
    _tree(vertices, faces, order)
    _fronts(vertices, faces, offsets, items, order)
    _remesh(vertices, faces, offsets, items)


_Array = np.ndarray[tuple[int, ...], np.dtype[np.int32]]
_Points = np.ndarray[tuple[int, ...], np.dtype[np.float32]]


def _order(vertices: _Points, faces: _Array) -> None:
    codes = sorting.codes(vertices, np.zeros(3), 1.0)
    sorting.argsort(codes, np.zeros(4, np.uint64), np.zeros(4, np.uint64), np.zeros(4, np.int32))
    sorting.face_codes(vertices, faces, np.zeros(3), 1.0)
    sorting.is_sorted(codes)
    rows, numbers, keys = vertices.view(np.uint32), np.arange(4, dtype=np.int32), np.zeros(4, np.uint64)
    bucket = np.zeros(4, np.uint16)
    counts = welding.count_buckets(vertices, np.zeros(3), 1.0, bucket)
    starts = np.concatenate([[0], np.cumsum(counts)])
    welding.sort_rows(bucket, 0, starts[:-1].copy(), numbers.copy())
    scratch = (np.zeros(16, np.int32), rows.copy(), keys, keys.copy(), numbers.copy(), numbers.copy())
    welding.merge(vertices, rows, np.zeros(3), 1.0, starts, numbers, *scratch, 0, welding.BUCKETS)
    welding.close_gap(numbers.copy(), 2, 1)
    welding.ordered_faces(faces, numbers, np.zeros(5, np.int32), faces.copy(), faces.copy())


def _shade(vertices: _Points, faces: _Array, offsets: _Array, items: _Array, order: _Array) -> None:
    areas, normals, seen = np.zeros((4, 4), np.float32), np.zeros((4, 3), np.float32), np.zeros(4, np.bool_)
    rows, corners, places = (
        (offsets.view(np.uint32), items.view(np.uint32)),
        faces.view(np.uint32),
        order.view(np.uint32),
    )
    shading.all_normals(vertices, corners, *rows, areas, normals)
    around = rings.faces_around(offsets, items, order, seen)
    shading.some_normals(vertices, corners, *rows, areas, normals, around, seen)
    boxes, stamps, changed = np.zeros((4, 6), np.float32), np.zeros(8, np.uint32), np.zeros(4, np.int64)
    near = patches.touching(corners, places, 1, places, 1, 2) + patches.adjoining(corners, *rows, places, places, 1, 2)
    patches.around(boxes, 1, 4, np.zeros(3), 1.0)
    tables: tuple[Any, ...] = (places, vertices, corners, normals, 1, places, boxes, 1, places, boxes.copy())
    tables += tuple(array.view(np.uint32) for array in near)
    tables += (areas, *rows, changed, changed.copy(), *(stamps.copy() for _ in range(7)))
    patches.follow(places, 2, 1, *tables)
    patches.ranges(changed, changed, 0, 1, 4, 4)
    volumes.along_normals(vertices, vertices, normals, order, areas[:, 0].copy())
    volumes.shares(vertices, vertices, faces, order, np.zeros(3), np.zeros(4))


def _tree(vertices: _Points, faces: _Array, order: _Array) -> None:
    tree, seen = np.zeros((4, 6), np.float32), np.zeros(4, np.bool_)
    boxes.build_points(tree, 1, vertices, order)
    boxes.refit_points(tree, 1, vertices, order, order, order, seen)
    rays.in_sphere(tree, 1, vertices, order, np.zeros(3), 1.0)
    boxes.build_faces(tree, 1, vertices, faces, order)
    boxes.refit_faces(tree, 1, vertices, faces, order, order, order, seen)
    one, weights = np.ones(3), np.zeros(3)
    rays.intersect(tree, 1, vertices, faces, order, one, -one, weights)
    rays.closest(tree, 1, vertices, faces, order, one, weights)
    rays.intersect_many(tree, 1, vertices, faces, order, one[None], -one[None])
    rays.closest_many(tree, 1, vertices, faces, order, one[None], np.inf)
    sides.sides(vertices, faces, *rings.vertex_faces(faces, 4), one[None], order[:1], weights[None])


def _fronts(vertices: _Points, faces: _Array, offsets: _Array, items: _Array, order: _Array) -> None:
    fronts.march(vertices, faces, offsets, items, order[:1], np.zeros(1), order[:1], 9.0, order[:0])
    fronts.nearest(vertices, faces, offsets, items, order[:2], 2, 9.0)
    places, weights = vertices.astype(np.float64), np.full(3, 1 / 3)
    portals, flat, ends = strips.unfold(places, faces, order[:3], weights, weights)
    at, side = strips.pull(portals, flat, ends)
    strips.crossings(flat, ends, at, side)
    strips.bends(np.zeros((3, 2)))
    strips.cones(places, faces, offsets, items, order)


def _remesh(vertices: _Points, faces: _Array, offsets: _Array, items: _Array) -> None:
    places, near = vertices.astype(np.float64), rings.vertex_neighbours(faces, offsets, items)
    no, some = np.zeros(4, np.bool_), np.zeros(4, np.int32)
    edges = np.array([[0, 1]], np.int32)
    remeshing.collapse(places, faces, offsets, items, *near, edges, 1.0, no, no, some)
    remeshing.flip(places, faces, *near, np.array([[0, 1, 2, 3, 0, 1]], np.int32), some, some, no)
