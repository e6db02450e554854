"""Splitting long edges in their middles, all at once: a face gets one, two or three new corners and two to four pieces."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.mesh.remesh.work import edge_keys
from neodent_viewer.mesh.surface import Float64, Int32


def split(
    places: Float64, faces: Int32, longest: float, held: NDArray[np.bool_], *, inside: bool = False
) -> tuple[Float64, Int32]:
    """Split every edge longer than `longest` mm, but for those between two `held` (n,) vertices.

    With `inside`, of the latter only those on an open rim stay whole.

    Returns
    -------
    places : ndarray (n + e, 3) float64
        Old vertices, then one an edge that was split.
    faces : ndarray (k, 3) int32
    """
    after = np.roll(faces, -1, axis=1)
    long = np.linalg.norm(places[faces] - places[after], axis=2) > longest
    keys = edge_keys(faces)
    keep = held[faces] & held[after]
    if inside:
        _, at, counts = np.unique(keys, return_inverse=True, return_counts=True)
        keep &= counts[at.reshape(keys.shape)] == 1
    long &= ~keep
    if not long.any():
        return places, faces
    edges, new = np.unique(keys[long], return_inverse=True)
    middles = np.full(faces.shape, -1, np.int64)
    middles[long] = len(places) + new
    places = np.concatenate([places, (places[edges >> 32] + places[edges & 0xFFFFFFFF]) / 2])
    count = long.sum(axis=1)
    pieces = [faces[count == 0]]
    pieces += _in_two(*_turned(faces, middles, count == 1, long.argmax(axis=1)))
    pieces += _in_three(*_turned(faces, middles, count == 2, (~long).argmax(axis=1) + 1), places)
    (a, b, c), (ab, bc, ca) = faces[count == 3].T, middles[count == 3].T
    pieces.append(np.stack([a, ab, ca, ab, b, bc, ca, bc, c, ab, bc, ca], axis=1).reshape(-1, 3))
    return places, np.concatenate(pieces).astype(np.int32)


def _turned(
    faces: Int32, middles: NDArray[np.int64], chosen: NDArray[np.bool_], first: NDArray[np.int64]
) -> tuple[Int32, NDArray[np.int64]]:
    """Return the chosen faces and their middles, each begun at corner `first`."""
    turn = (first[chosen][:, None] + np.arange(3)) % 3
    return np.take_along_axis(faces[chosen], turn, axis=1), np.take_along_axis(middles[chosen], turn, axis=1)


def _in_two(faces: Int32, middles: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Cut at the middle of the first side."""
    a, b, c = faces.T
    ab = middles[:, 0]
    return [np.stack([a, ab, c], axis=1), np.stack([ab, b, c], axis=1)]


def _in_three(faces: Int32, middles: NDArray[np.int64], places: Float64) -> list[NDArray[np.int64]]:
    """Cut at the middles of the first two sides, and what is left between them along its shorter diagonal."""
    a, b, c = faces.T
    ab, bc = middles[:, 0], middles[:, 1]
    one = np.linalg.norm(places[a] - places[bc], axis=1) <= np.linalg.norm(places[ab] - places[c], axis=1)
    left = np.where(one[:, None], np.stack([a, ab, bc], axis=1), np.stack([a, ab, c], axis=1))
    right = np.where(one[:, None], np.stack([a, bc, c], axis=1), np.stack([ab, bc, c], axis=1))
    return [np.stack([ab, b, bc], axis=1), left, right]
