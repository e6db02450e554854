"""Which clusters of a surface can be seen: those that face the camera are drawn first, then those that these do not hide.

Whether something hides a cluster is read from the depth of what has been drawn: the ball about it is compared with the
farthest depth of all pixels that it may cover. A cluster is left out only where every one of its pixels would have lost; the
picture is the one that all triangles make. It pays where triangles cost more than reading the depth: without a graphics card.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.mesh.clusters import Clusters
from neodent_viewer.mesh.surface import Float32, Float64

Bool = NDArray[np.bool_]
Size = tuple[int, int]

#: pixels across the finest cell of `farthest`
CELL = 8
#: cells a cluster is looked up in each way, at most
_ACROSS = 4
#: what facing the camera means to the guess: a little away from it still, since clusters are bent
_TURNED = -0.1
#: depth counts this much coarser than it is kept, in 24 bits
_STEP = 4.0 / (1 << 24)


def faces_camera(clusters: Clusters, modelview: Float64, *, parallel: bool) -> Bool:
    """Return (k,) True for clusters that are likely to be seen; only a guess, so it may err either way.

    Parameters
    ----------
    clusters : Clusters
    modelview : ndarray (4, 4) float64
        From the surface's coordinates to view space, where the camera looks along -z; lengths may be scaled.
    parallel : bool
        Whether the camera is orthographic.
    """
    facing = clusters.facing @ np.linalg.inv(modelview[:3, :3])  # what stands upright on a surface goes by the inverse
    if parallel:
        return np.asarray(facing[:, 2] > _TURNED)
    towards = -(clusters.centres @ modelview[:3, :3].T + modelview[:3, 3])
    return np.asarray((facing * towards).sum(axis=1) > _TURNED * np.linalg.norm(towards, axis=1))


def farthest(depth: Float32) -> list[Float32]:
    """Return the farthest depth of a depth picture (h, w) in cells of `CELL` pixels, then of twice as many, down to one."""
    height, width = (-(-length // CELL) for length in depth.shape)
    if depth.shape != (height * CELL, width * CELL):  # 0 is nearest: it never wins
        depth = np.pad(
            depth, [(0, cells * CELL - length) for cells, length in zip((height, width), depth.shape, strict=True)]
        )
    rows = depth.reshape(height, CELL, width * CELL).max(axis=1)
    levels = [np.ascontiguousarray(rows.reshape(height * width, CELL).T).max(axis=0).reshape(height, width)]
    while max(levels[-1].shape) > 1:
        last = levels[-1]
        last = np.pad(last, ((0, last.shape[0] % 2), (0, last.shape[1] % 2)))
        levels.append(
            np.maximum(np.maximum(last[::2, ::2], last[1::2, ::2]), np.maximum(last[::2, 1::2], last[1::2, 1::2]))
        )
    return levels


def hidden(clusters: Clusters, modelview: Float64, projection: Float64, size: Size, levels: list[Float32]) -> Bool:
    """Return (k,) True for clusters of which no pixel can be seen: behind what is drawn, or beside the picture.

    Parameters
    ----------
    clusters : Clusters
    modelview, projection : ndarray (4, 4) float64
        As OpenGL multiplies them; `projection` perspective or orthographic.
    size : (width, height)
        Of the depth picture in pixels.
    levels : list of ndarray float32
        See `farthest`; depths 0..1.
    """
    scale = float(np.linalg.norm(modelview[:3, :3], 2))
    centres = clusters.centres @ modelview[:3, :3].T + modelview[:3, 3]
    radii = clusters.radii.astype(np.float64) * scale * 1.0001 + 1e-6
    nearest, perspective = -centres[:, 2] - radii, projection[3, 2] != 0.0
    w = np.maximum(nearest, 1e-9) if perspective else np.ones_like(nearest)
    z = ((projection[2, 3] - projection[2, 2] * nearest) / w + 1.0) / 2.0
    before = (z <= 0.0) | (nearest <= 0.0 if perspective else False)
    low, high = _cells(centres, radii, projection, size)
    beside = (high < 0).any(axis=1) | (low >= levels[0].shape[::-1]).any(axis=1)
    edge = np.array(levels[0].shape[::-1]) - 1
    low, high = np.clip(low, 0, edge), np.clip(high, 0, edge)
    level = np.ceil(np.log2(np.maximum((high - low).max(axis=1) / (_ACROSS - 1), 1.0))).astype(int)
    far = np.zeros(len(centres), np.float32)
    for k, cells in enumerate(levels):
        mine = np.flatnonzero(level == k)
        columns, rows = (
            np.minimum((low[mine, a, None] >> k) + np.arange(_ACROSS), high[mine, a, None] >> k) for a in (0, 1)
        )
        far[mine] = cells[rows[:, :, None], columns[:, None, :]].max(axis=(1, 2), initial=0.0)
    return np.asarray(~before & (beside | (z > far + _STEP)))


def _cells(centres: Float64, radii: Float64, projection: Float64, size: Size) -> tuple[NDArray[np.int64], ...]:
    """Return the lowest and the highest cell (k, 2) of `farthest` that balls in view space may touch; across, up."""
    bounds = []
    perspective = projection[3, 2] != 0.0
    near, far = np.maximum(-centres[:, 2] - radii, 1e-9), np.maximum(-centres[:, 2] + radii, 1e-9)
    for axis in range(2):
        # a projection may be off the axis: then what it adds goes with depth
        sides = projection[axis, axis] * (centres[:, axis, None] + radii[:, None] * np.array([-1.0, 1.0]))
        shift = projection[axis, 2]
        if perspective:
            ends = np.concatenate([sides / near[:, None], sides / far[:, None]], axis=1) - shift
        else:
            ends = sides + projection[axis, 3]
        pixels = (ends + 1.0) / 2.0 * size[axis]
        bounds.append((pixels.min(axis=1) - 1.0, pixels.max(axis=1) + 1.0))
    low, high = (np.stack([bound[side] for bound in bounds], axis=1) for side in (0, 1))
    limit = 1 << 30
    return tuple(np.floor(np.clip(side / CELL, -limit, limit)).astype(np.int64) for side in (low, high))
