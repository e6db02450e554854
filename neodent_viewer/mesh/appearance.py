"""What a surface's own shape tells the eye: cavities and ridges, gum and crown, thin edges, places that light hardly reaches.

Computed once a surface, behind the picture. First the neighbourhood (one sparse matrix), then curvature, masks from labels,
thickness, occlusion. Everything is per vertex and float32; nothing here changes the surface.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.mesh.surface import Float32, Int32

if TYPE_CHECKING:
    from scipy.sparse import csr_array

#: thickness where nothing lies opposite, mm
THICK = 8.0
#: from this many faces on vertices alone leave no holes to see through
_DENSE = 600_000
#: balls are shrunk at about this many vertices: thickness varies slowly
_SAMPLES = 25_000


@dataclass(frozen=True, slots=True, eq=False)
class Appearance:
    """Static attributes of n vertices, each (n,) float32.

    Attributes
    ----------
    gum : 0 crown .. 1 gingiva; 0 everywhere on an unlabelled surface
    height : 0 at the neck .. 1 at the biting edge of the vertex's crown; 0.5 without labels
    fine, coarse : signed mean curvature in 1/mm after little and much smoothing; positive in fissures
    thickness : mm of material below the surface, at most `THICK`
    occlusion : 1 open .. 0 enclosed, by the surface itself
    labelled : whether there were labels
    """

    gum: Float32
    height: Float32
    fine: Float32
    coarse: Float32
    thickness: Float32
    occlusion: Float32
    labelled: bool


def appearance(
    vertices: Float32, faces: Int32, normals: Float32, labels: NDArray[np.int16] | None = None, jaw: str = ""
) -> Appearance:
    """Return the static attributes of a surface.

    Parameters
    ----------
    vertices : ndarray (n, 3) float32, mm
    faces : ndarray (m, 3) int32
    normals : ndarray (n, 3) float32, unit
    labels : ndarray (n,) or None
        FDI number per vertex, 0 = gingiva.
    jaw : str
        ``"upper"`` or ``"lower"``: which way closed crowns bite, where no neck tells it.
    """
    mean = neighbour_mean(faces, len(vertices))
    labelled = labels is not None and bool(np.any(labels))
    height = np.full(len(vertices), 0.5, np.float32)
    gum = np.zeros(len(vertices), np.float32)
    if labels is not None and labelled:
        gum = smooth(mean, (labels == 0).astype(np.float32), 5, 0.5)
        height = smooth(mean, crown_height(vertices, faces, labels, jaw), 4, 0.5)
    return Appearance(
        gum=gum,
        height=height,
        fine=curvature(vertices, normals, mean, 1, 2),
        coarse=curvature(vertices, normals, mean, 6, 14),
        thickness=_thickness_everywhere(vertices, normals, mean),
        occlusion=smooth(mean, occlusion(vertices, faces, normals), 3, 0.6),
        labelled=labelled,
    )


def neighbour_mean(faces: Int32, n: int) -> csr_array:
    """Return the sparse matrix (n, n) float32 that replaces each vertex value by the mean of its neighbours."""
    from scipy.sparse import coo_array

    tails, heads = faces.ravel(), np.roll(faces, -1, axis=1).ravel()
    rows, columns = np.concatenate([tails, heads]), np.concatenate([heads, tails])
    links = coo_array((np.ones(len(rows), np.float32), (rows, columns)), shape=(n, n)).tocsr()
    links.data[:] = 1.0  # an edge counts once, however many faces share it
    degree = np.diff(links.indptr)
    links.data /= np.repeat(np.maximum(degree, 1), degree).astype(np.float32)
    return links


def smooth(mean: csr_array, values: NDArray[Any], steps: int, share: float) -> Float32:
    """Return `values` (n,) or (n, k) after `steps` of ``(1 - share) x + share mean(x)``; lone vertices stay."""
    alone = np.diff(mean.indptr) == 0
    result = np.asarray(values, np.float32)
    for _ in range(steps):
        near = np.asarray(mean @ result, np.float32)
        near[alone] = result[alone]
        result = (1.0 - share) * result + share * near
    return np.asarray(result, np.float32)


def curvature(vertices: Float32, normals: Float32, mean: csr_array, before: int, after: int) -> Float32:
    """Return signed mean curvature (n,) in 1/mm, positive where the surface is hollow.

    The umbrella vector of the smoothed surface along the normal, over the mean squared edge length: the discrete
    mean curvature normal of Desbrun et al. 1999 (doi:10.1145/311535.311576) for even triangles.

    Parameters
    ----------
    before, after : int
        Smoothing steps of the positions and of the result.
    """
    places = smooth(mean, vertices - vertices.mean(axis=0), before, 0.5)
    centre = np.asarray(mean @ places)
    squares = (places**2).sum(axis=1)
    spread = np.asarray(mean @ squares) - 2.0 * (places * centre).sum(axis=1) + squares
    bend = 2.0 * ((centre - places) * normals).sum(axis=1) / np.maximum(spread, 1e-4)
    return smooth(mean, bend, after, 0.6)


def crown_height(vertices: Float32, faces: Int32, labels: NDArray[np.int16], jaw: str = "") -> Float32:
    """Return (n,) float32: 0 at the neck, 1 at the biting edge of each labelled tooth, 0 on gingiva.

    The neck is where a tooth's label ends (at gingiva, a neighbour or the border of the scan); up is from there to the
    middle of the tooth, so neither jaw nor orientation of the scan is assumed. A crown closed all round has no neck:
    there `jaw` decides, and where that is unknown the tooth's quadrant, which is good enough for a shade.
    """
    height = np.zeros(len(vertices), np.float32)
    rim = _label_rim(faces, labels)
    for tooth in np.unique(labels[labels != 0]):
        mine = np.flatnonzero(labels == tooth)
        if len(mine) < 8:
            continue
        along: Float32 = vertices[mine] @ _biting_way(vertices, mine, mine[rim[mine]], int(tooth), jaw)
        low, high = np.percentile(along, [2.0, 99.5])
        height[mine] = np.clip((along - low) / max(float(high - low), 1e-3), 0.0, 1.05)
    return height


def _biting_way(vertices: Float32, mine: NDArray[np.intp], neck: NDArray[np.intp], tooth: int, jaw: str) -> Float32:
    if len(neck):
        up = vertices[mine].mean(axis=0) - vertices[neck].mean(axis=0)
        return np.asarray(up / max(float(np.linalg.norm(up)), 1e-6), np.float32)
    upper = jaw == "upper" if jaw else tooth // 10 in (1, 2, 5, 6)
    return np.array([0.0, -1.0 if upper else 1.0, 0.0], np.float32)


def _label_rim(faces: Int32, labels: NDArray[np.int16]) -> NDArray[np.bool_]:
    """Return (n,) True for vertices at a change of label or on the border of the surface."""
    from neodent_viewer.mesh.topology import boundary_edges

    rim = np.zeros(len(labels), np.bool_)
    corners = labels[faces]
    mixed = (corners != corners[:, :1]).any(axis=1)
    rim[faces[mixed].ravel()] = True
    rim[boundary_edges(faces).ravel()] = True
    return rim


def _thickness_everywhere(vertices: Float32, normals: Float32, mean: csr_array) -> Float32:
    """Return `thickness` at some vertices, spread over the others by smoothing both values and their weight."""
    stride = max(1, len(vertices) // _SAMPLES)
    some = np.arange(0, len(vertices), stride)
    values = np.zeros((len(vertices), 2), np.float32)
    values[some, 0] = thickness(vertices[some], normals[some])
    values[some, 1] = 1.0
    spread = smooth(mean, values, 10 + 4 * (stride > 1), 0.6)
    return np.asarray(np.where(spread[:, 1] > 1e-4, spread[:, 0] / np.maximum(spread[:, 1], 1e-4), THICK), np.float32)


def thickness(vertices: Float32, normals: Float32, limit: float = THICK) -> Float32:
    """Return the diameter (n,) in mm of the largest ball that touches each vertex from inside.

    Shrinking ball algorithm, Ma, Bae and Choi 2012 (doi:10.1007/s00371-011-0594-7); works on open shells.
    """
    from scipy.spatial import KDTree

    tree = KDTree(vertices)
    radius = np.full(len(vertices), limit / 2, np.float64)
    active = np.arange(len(vertices))
    for _ in range(12):
        place = vertices[active]
        reach, nearest = tree.query(place - normals[active] * radius[active, None])
        across = place - vertices[nearest]
        squares = (across**2).sum(axis=1)
        slope = 2.0 * (normals[active] * across).sum(axis=1)
        touching = (reach >= radius[active] - 0.02) | (slope <= 1e-6) | (squares < 0.6**2)  # 0.6 mm: its own neighbours
        smaller = np.minimum(radius[active], squares / np.maximum(slope, 1e-9))
        smaller = np.where(touching, radius[active], smaller)
        shrunk = smaller < radius[active] - 0.01
        radius[active] = smaller
        active = active[shrunk]
        if not len(active):
            break
    return (2.0 * radius).astype(np.float32)


def directions(count: int) -> NDArray[np.float64]:
    """Return `count` unit vectors (count, 3) spread evenly over the sphere (Fibonacci lattice)."""
    turn = np.arange(count) * np.pi * (3.0 - np.sqrt(5.0))
    up = 1.0 - (2.0 * np.arange(count) + 1.0) / count
    flat = np.sqrt(1.0 - up * up)
    return np.stack([flat * np.cos(turn), up, flat * np.sin(turn)], axis=1)


def occlusion(vertices: Float32, faces: Int32, normals: Float32, count: int = 48) -> Float32:
    """Return how much of the sky each vertex sees (n,): 1 all, 0 nothing; weighted by the cosine to its normal.

    Seen from each of `count` far directions the vertices and the middles of faces leave their nearest depth in a grid a
    little coarser than the mesh; what lies well behind that is hidden.
    Many shadow maps instead of rays: no tree, no kernel, a few ms a direction.
    """
    if not len(vertices):
        return np.zeros(0, np.float32)
    middle = vertices.mean(axis=0)
    between = vertices[faces].mean(axis=1) if len(faces) < _DENSE else vertices[:0]
    places = np.ascontiguousarray((np.concatenate([vertices, between]) - middle).T)
    upright = np.ascontiguousarray(normals.T)
    cell = _cell(vertices, faces)
    lit = np.zeros(len(vertices), np.float32)
    total = np.full(len(vertices), 1e-6, np.float32)
    for direction in directions(count):
        facing = np.maximum(_along(upright, direction), 0.0)
        lit += facing * _seen_from(places, direction, cell)[: len(vertices)]
        total += facing
    return lit / total


def _along(columns: Float32, direction: NDArray[np.float64]) -> Float32:
    """Return the coordinate (n,) of columns (3, n) along a direction; without BLAS, whose threads fight over busy cores."""
    x, y, z = (np.float32(v) for v in direction)
    return np.asarray(columns[0] * x + columns[1] * y + columns[2] * z, np.float32)


def _cell(vertices: Float32, faces: Int32) -> float:
    """Return the grid pitch in mm: coarse enough that neighbours leave no holes, bounded for tiny and huge meshes."""
    some = faces[:: max(1, len(faces) // 5000)]
    edge = np.linalg.norm(vertices[some[:, 0]] - vertices[some[:, 1]], axis=1)
    extent = float(np.ptp(vertices, axis=0).max())
    return float(np.clip(1.6 * np.percentile(edge, 95), extent / 400, max(extent / 20, 1e-3)))


def _seen_from(places: Float32, direction: NDArray[np.float64], cell: float) -> Float32:
    """Return (n,) 1 where nothing lies before a place, as seen from `direction`, falling to 0 over one cell.

    `places` come as columns (3, n); `cell` is the grid's pitch in mm.
    """
    side = np.cross(direction, [0.0, 1.0, 0.0] if abs(direction[1]) < 0.9 else [1.0, 0.0, 0.0])
    side /= np.linalg.norm(side)
    across, up = (_along(places, axis) for axis in (side, np.cross(direction, side)))
    depth = _along(places, direction)
    column, row = (((flat - flat.min()) / np.float32(cell)).astype(np.int32) for flat in (across, up))
    width, height = int(column.max()) + 1, int(row.max()) + 1
    where = column + row * width
    nearest = np.full(width * height, -np.inf, np.float32)
    np.maximum.at(nearest, where, depth)
    behind = (nearest[where] - depth) / np.float32(cell)
    return np.asarray(np.clip(2.6 - behind, 0.0, 1.0), np.float32)  # a slope within the cell is not a shadow
