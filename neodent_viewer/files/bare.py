"""A part as bare arrays in the order of its file: every export is written from these, so nothing else can leak into it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.document.part import Part
from neodent_viewer.files.build import NEAR_MM
from neodent_viewer.mesh.surface import Int32, Surface


@dataclass(frozen=True, slots=True, eq=False)
class Bare:
    """Arrays to write.

    Attributes
    ----------
    vertices : ndarray (k, 3) float32, or float64 far from zero
        World mm, in file order.
    faces : ndarray (m, 3) int32
    colour : ndarray (k, 4) uint8 or None
    labels : ndarray (k,) int16 or None
    jaw : str
        ``"upper"``, ``"lower"`` or empty.
    """

    vertices: NDArray[Any]
    faces: Int32
    colour: NDArray[np.uint8] | None
    labels: NDArray[np.int16] | None
    jaw: str


def bare(part: Part) -> Bare:
    """Return a part's arrays in world mm and file order; its names and paths stay behind."""
    surface = part.surface
    rows, faces = file_layout(surface)
    lost = rows < 0
    rows = np.where(lost, 0, rows)  # a file vertex that was dropped keeps its row, so that the others keep theirs
    if np.linalg.det(part.transform[:3, :3]) < 0:
        faces = faces[:, ::-1]
    colour, labels = surface.arrays.get("colour"), surface.labels
    return Bare(
        _world(part)[rows],
        np.ascontiguousarray(faces, np.int32),
        None if colour is None else _rows(colour, rows, lost),
        None if labels is None else _rows(labels, rows, lost),
        part.jaw,
    )


def _rows(values: NDArray[Any], rows: Int32, lost: NDArray[np.bool_]) -> NDArray[Any]:
    taken = values[rows]
    taken[lost] = 0
    return taken


def _world(part: Part) -> NDArray[Any]:
    surface = part.surface
    if (part.transform == np.eye(4)).all() and not surface.origin.any():
        return surface.vertices  # bit for bit what was read
    world = part.to_world(surface.vertices)
    far = len(world) and np.abs(world).max() > NEAR_MM
    return world if far else world.astype(np.float32)


def file_layout(surface: Surface) -> tuple[Int32, Int32]:
    """Return which vertex stands in each row of the file, and the faces in terms of those rows.

    Returns
    -------
    rows : ndarray (k,) int32
        Vertex here for each vertex of the file, -1 for one that was dropped. A soup (STL) has no vertices of its own: its
        corners become vertices in the order in which they first appear. Vertices the file never had follow at the end.
    faces : ndarray (m, 3) int32
        Row numbers; of a soup in file order.
    """
    index, count = surface.file_index, len(surface.vertices)
    if index is None:
        return np.arange(count, dtype=np.int32), surface.faces
    soup = _soup_faces(surface, index)
    rows = index if soup is None else _first_seen(index)
    missing = np.setdiff1d(np.arange(count, dtype=np.int32), rows[rows >= 0])
    rows = np.concatenate([rows, missing]).astype(np.int32)
    place = np.zeros(count, np.int32)
    known = np.flatnonzero(rows >= 0)[::-1]  # backwards: of merged vertices the first one in the file is named
    place[rows[known]] = known
    return rows, place[surface.faces if soup is None else soup]


def _soup_faces(surface: Surface, index: Int32) -> Int32 | None:
    """Return the faces of a soup in file order, None if the surface is none or has other faces by now."""
    if surface.report.format != "stl" or len(index) != 3 * surface.report.file_faces:
        return None
    faces = index.reshape(-1, 3)
    proper = (faces >= 0).all(axis=1) & (faces != np.roll(faces, 1, axis=1)).all(axis=1)
    faces = faces[proper]
    if len(faces) != len(surface.faces):
        return None
    return faces if (_canonical(faces) == _canonical(surface.faces)).all() else None


def _canonical(faces: Int32) -> Int32:
    """Return faces with the lowest vertex first, sorted: equal for the same triangles in any order."""
    turn = faces.argmin(axis=1)[:, None]
    turned = np.take_along_axis(faces, (turn + np.arange(3)) % 3, axis=1)
    return turned[np.lexsort(turned.T[::-1])]


def _first_seen(index: Int32) -> Int32:
    values, first = np.unique(index[index >= 0], return_index=True)
    return values[np.argsort(first)]
