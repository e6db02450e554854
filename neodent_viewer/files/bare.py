"""A part as bare arrays in the order of its file: every export is written from these, so nothing else can leak into it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.document.part import Part, SculptLayer
from neodent_viewer.files.build import NEAR_MM
from neodent_viewer.mesh.surface import Int32, Surface

#: odd constants that spread the bits of small numbers (from the golden ratio and its like)
_ODD = np.array(
    [0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB, 0x165667B19E3779F9], np.uint64
)


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """A sculpt layer as a morph target.

    Attributes
    ----------
    name : str
        As the sculptor called it.
    weight : float
        Its strength, 0 while it is hidden.
    rows : ndarray (r,) int32
        Vertices it moves, ascending, in file order.
    moves : ndarray (r, 3) float32
        World mm at weight 1.
    """

    name: str
    weight: float
    rows: Int32
    moves: NDArray[np.float32]


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
    rest : ndarray (k, 3) or None
        `vertices` under all sculpt layers, None without layers.
    targets : tuple of Target
        The layers: ``rest + sum(weight * moves)`` is `vertices` but for rounding.
    """

    vertices: NDArray[Any]
    faces: Int32
    colour: NDArray[np.uint8] | None
    labels: NDArray[np.int16] | None
    jaw: str
    rest: NDArray[Any] | None = None
    targets: tuple[Target, ...] = ()


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
        _world(part, surface.vertices)[rows],
        np.ascontiguousarray(faces, np.int32),
        None if colour is None else _rows(colour, rows, lost),
        None if labels is None else _rows(labels, rows, lost),
        part.jaw,
        None if part.base is None else _world(part, part.base)[rows],
        tuple(_target(part, layer, rows, lost) for layer in part.layers),
    )


def _target(part: Part, layer: SculptLayer, rows: Int32, lost: NDArray[np.bool_]) -> Target:
    """Return a layer in file order, turned and scaled as the part is."""
    place = np.full(len(part.surface.vertices), -1, np.int64)
    place[layer.indices] = np.arange(len(layer.indices))
    at = np.where(lost, -1, place[rows])
    moved = np.flatnonzero(at >= 0).astype(np.int32)
    moves = layer.deltas[at[moved]].astype(np.float64) @ part.transform[:3, :3].T
    return Target(layer.name, float(layer.strength) if layer.visible else 0.0, moved, moves.astype(np.float32))


def _rows(values: NDArray[Any], rows: Int32, lost: NDArray[np.bool_]) -> NDArray[Any]:
    taken = values[rows]
    taken[lost] = 0
    return taken


def _world(part: Part, vertices: NDArray[np.float32]) -> NDArray[Any]:
    if (part.transform == np.eye(4)).all() and not part.surface.origin.any():
        return vertices  # bit for bit what was read
    world = part.to_world(vertices)
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
    soup = surface.report.format == "stl" and len(index) == 3 * surface.report.file_faces
    rows = _first_seen(index) if soup else index
    absent = np.ones(count, np.bool_)
    absent[rows[rows >= 0]] = False
    missing = np.flatnonzero(absent)
    rows = np.concatenate([rows, missing]).astype(np.int32)
    place = np.zeros(count, np.int32)
    known = np.flatnonzero(rows >= 0)[::-1]  # backwards: of merged vertices the first one in the file is named
    place[rows[known]] = known
    return rows, place[_soup_faces(surface, index) if soup else surface.faces]


def _soup_faces(surface: Surface, index: Int32) -> Int32:
    """Return the faces of a soup in file order, or as they are if they have been changed since."""
    faces = index.reshape(-1, 3)
    proper = (faces >= 0).all(axis=1) & (faces != np.roll(faces, 1, axis=1)).all(axis=1)
    faces = faces[proper]
    same = len(faces) == len(surface.faces) and _fingerprint(faces) == _fingerprint(surface.faces)
    return faces if same else surface.faces


def _fingerprint(faces: Int32) -> int:
    """Return a number that is the same for the same triangles in any order: the sum of their hashes, modulo 2**64."""
    turn = faces.argmin(axis=1)[:, None]
    a, b, c = np.take_along_axis(faces, (turn + np.arange(3)) % 3, axis=1).astype(np.uint64).T
    mixed = (a * _ODD[0] ^ (b + _ODD[1]) * _ODD[2]) * _ODD[3] ^ (c + _ODD[4]) * _ODD[0]
    mixed = (mixed ^ (mixed >> np.uint64(31))) * _ODD[2]
    return int((mixed ^ (mixed >> np.uint64(29))).sum())


def _first_seen(index: Int32) -> Int32:
    """Return the distinct values of `index` that are not -1, in the order in which they first appear."""
    known = index[index >= 0]
    first = np.full(int(known.max(initial=-1)) + 1, len(known), np.int64)
    first[known[::-1]] = np.arange(len(known) - 1, -1, -1)  # the last to be written is the first in the file
    values = np.flatnonzero(first < len(known))
    return values[np.argsort(first[values])].astype(np.int32)
