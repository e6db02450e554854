"""From field to mesh: marching cubes, smoothing, exact cuts along the gum line and the trimmed edge, labels.

Every step takes and returns vertices (n, 3) float64 in mm and faces (m, 3) int32, counter-clockwise from outside.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates, spline_filter
from scipy.sparse.csgraph import connected_components
from skimage.measure import marching_cubes

from neodent_viewer.anatomy.volume import Grid
from neodent_viewer.mesh.surface import Float32, Float64, Int32
from neodent_viewer.mesh.topology import boundary_edges, edges

Faces = Int32
#: Taubin's pass-band filter: pairs of a shrinking and a growing step (Taubin G, SIGGRAPH 1995)
SHRINK, GROW, ROUNDS = 0.5, -0.53, 7


class Level:
    """The zero level of a field on a grid, interpolated by cubic splines.

    Marching cubes interpolates along lattice edges in a straight line, which draws faint rings around cusps; pulling its
    vertices onto this level takes them away.
    """

    def __init__(self, grid: Grid, field: Float32) -> None:
        self.grid, self.field = grid, field
        self._spline: Float32 = spline_filter(field, order=3, output=np.float32)

    def value(self, vertices: Float64) -> Float64:
        """Return the field (n,) in mm at positions (n, 3)."""
        return self._at(self.grid.index(vertices))

    def pull(self, vertices: Float64) -> Float64:
        """Return positions (n, 3) moved onto the level by two Newton steps of at most 0.3 lattice steps each."""
        step = self.grid.step
        for _ in range(2):
            place = self.grid.index(vertices)
            slope = np.stack([self._slope(place, k) for k in range(3)], axis=1) / step
            move = -self._at(place)[:, None] * slope / np.maximum((slope**2).sum(axis=1, keepdims=True), 0.1)
            vertices = vertices + np.clip(move, -0.3 * step, 0.3 * step)
        return vertices

    def _at(self, place: Float64) -> Float64:
        found = map_coordinates(self._spline, place, order=3, prefilter=False, mode="nearest")
        return np.asarray(found, np.float64)

    def _slope(self, place: Float64, axis: int) -> Float64:
        ahead, behind = place.copy(), place.copy()
        ahead[axis] += 0.25
        behind[axis] -= 0.25
        return (self._at(ahead) - self._at(behind)) * 2


def cast(level: Level) -> tuple[Float64, Faces]:
    """Return the zero level of a field; its largest piece, smoothed."""
    vertices, faces, _, _ = marching_cubes(level.field, 0.0, spacing=(level.grid.step,) * 3)
    vertices, faces = largest_piece(np.asarray(vertices, np.float64) + level.grid.low, faces.astype(np.int32))
    return level.pull(smooth(vertices, faces)), faces


def _links(pairs: Faces, count: int) -> sp.csr_matrix:
    ones = np.ones(2 * len(pairs))
    a, b = pairs.T
    return sp.coo_matrix((ones, (np.concatenate([a, b]), np.concatenate([b, a]))), (count, count)).tocsr()


def keep(vertices: Float64, faces: Faces) -> tuple[NDArray[np.signedinteger], Faces]:
    """Return which vertices faces use, and the faces renumbered to them."""
    used = np.unique(faces)
    number = np.full(len(vertices), -1, np.int32)
    number[used] = np.arange(len(used))
    return used, number[faces]


def largest_piece(vertices: Float64, faces: Faces) -> tuple[Float64, Faces]:
    """Return the connected piece with the most vertices."""
    _, piece = connected_components(_links(edges(faces), len(vertices)), directed=False)
    faces = faces[piece[faces[:, 0]] == np.bincount(piece[faces[:, 0]]).argmax()]
    used, faces = keep(vertices, faces)
    return vertices[used], faces


def smooth(vertices: Float64, faces: Faces) -> Float64:
    """Return positions after Taubin smoothing; the rim of an open surface stays."""
    links = _links(edges(faces), len(vertices))
    inner = np.ones(len(vertices), bool)
    inner[boundary_edges(faces)] = False
    weight = np.asarray(links.sum(axis=1)).ravel()[inner, None]
    rows, out = links[inner], vertices.copy()
    for factor in (SHRINK, GROW) * ROUNDS:
        out[inner] += factor * (rows @ out / weight - out[inner])
    return out


def split(vertices: Float64, faces: Faces, values: Float64) -> tuple[Float64, Faces, NDArray[np.int8], Faces]:
    """Cut triangles exactly along the zero line of per-vertex values.

    Vertices close to the line move onto it first (at most a quarter edge), so that no slivers arise.

    Returns
    -------
    vertices, faces
        The cut mesh.
    sign : ndarray (n,) int8
        -1, 0 on the line, or 1 per vertex.
    parents : ndarray (k, 2) int32
        The edge each of the k new vertices, which come last, lies on.
    """
    vertices, values = vertices.copy(), values.copy()
    pairs = edges(faces)
    a, b = pairs[(values[pairs[:, 0]] > 0) != (values[pairs[:, 1]] > 0)].T
    share = values[a] / (values[a] - values[b])
    swap = share > 0.5
    near, far, share = np.where(swap, b, a), np.where(swap, a, b), np.where(swap, 1 - share, share)
    order = np.argsort(-share)
    order = order[share[order] < 0.25]
    moved = vertices[near[order]] + (vertices[far[order]] - vertices[near[order]]) * share[order, None]
    vertices[near[order]], values[near[order]] = moved, 0
    sign = np.sign(values).astype(np.int8)
    cut = pairs[sign[pairs[:, 0]] * sign[pairs[:, 1]] < 0]
    share = values[cut[:, 0]] / (values[cut[:, 0]] - values[cut[:, 1]])
    new = vertices[cut[:, 0]] + (vertices[cut[:, 1]] - vertices[cut[:, 0]]) * share[:, None]
    signs = sign[faces]
    crossing = (signs.max(axis=1) > 0) & (signs.min(axis=1) < 0)
    number = {(int(a), int(b)): len(vertices) + i for i, (a, b) in enumerate(cut)}
    pieces = [piece for face in faces[crossing].tolist() for piece in _cut_face(face, sign, number)]
    parts = [faces[~crossing], np.array(pieces, np.int32).reshape(-1, 3)]
    sign = np.concatenate([sign, np.zeros(len(new), np.int8)])
    return np.vstack([vertices, new]), np.vstack(parts), sign, cut


def _cut_face(
    face: list[int], sign: NDArray[np.int8], number: dict[tuple[int, int], int]
) -> list[tuple[int, int, int]]:
    """Return the triangles of both sides of one crossed triangle."""
    ring: list[tuple[int, int]] = []
    for here, there in zip(face, face[1:] + face[:1], strict=True):
        ring.append((here, int(sign[here])))
        if int(sign[here]) * int(sign[there]) < 0:
            ring.append((number[min(here, there), max(here, there)], 0))
    out = []
    for wanted in (1, -1):
        corners = [vertex for vertex, s in ring if s in (wanted, 0)]
        out += [(corners[0], corners[i], corners[i + 1]) for i in range(1, len(corners) - 1)]
    return out


def even_line(level: Level, vertices: Float64, faces: Faces, on_line: NDArray[np.bool_]) -> Float64:
    """Return positions in which a cut line runs evenly, with even triangles beside it, all of it on the level.

    A cut through a crease would else jump between its two flanks, and leave slivers that shade as specks.
    """
    pairs = edges(faces)
    every, out = _links(pairs, len(vertices)), vertices.copy()
    line = _links(pairs[on_line[pairs].all(axis=1)], len(vertices))
    inner = np.flatnonzero(on_line & (np.asarray(line.sum(axis=1)).ravel() == 2))
    rim = np.zeros(len(vertices), bool)
    rim[boundary_edges(faces)] = True
    beside = np.flatnonzero((every @ on_line > 0) & ~on_line & ~rim)
    for part, links, share in ((inner, line, 0.5), (beside, every, 0.4)):
        rows, count = links[part], np.asarray(links[part].sum(axis=1)).ravel()[:, None]
        for _ in range(3):
            out[part] += share * (rows @ out / count - out[part])
    touched = on_line.copy()
    touched[beside] = True
    out[touched] = level.pull(out[touched])
    return out


def one_patch_each(labels: NDArray[np.int16], faces: Faces) -> NDArray[np.int16]:
    """Return labels in which every label is one connected patch: smaller islands take the label around them."""
    labels = labels.copy()
    pairs = edges(faces)
    for _ in range(4):
        same = labels[pairs[:, 0]] == labels[pairs[:, 1]]
        _, patch = connected_components(_links(pairs[same], len(labels)), directed=False)
        sizes = np.bincount(patch)
        largest = {int(label): int(sizes[patch[labels == label]].max()) for label in np.unique(labels)}
        bad = np.flatnonzero(sizes[patch] < np.array([largest[int(label)] for label in labels]))
        if not len(bad):
            break
        for island in np.unique(patch[bad]):
            border = pairs[(patch[pairs[:, 0]] == island) ^ (patch[pairs[:, 1]] == island)]
            around = labels[np.where(patch[border[:, 0]] == island, border[:, 1], border[:, 0])]
            labels[patch == island] = np.bincount(around).argmax()
    return labels
