"""Mirrored strokes: where the partner of a dab lies, and how two dabs that overlap at the seam become one."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.mesh.surface import Float32, Float64, Int32


class Push(NamedTuple):
    """What one dab wants: vertices (k,) int32 ascending, displacements (k, 3) float32 in mm, weights (k,) float32."""

    ids: Int32
    deltas: Float32
    weights: Float32


def mirrored(place: Float64, x: float) -> Float64:
    """Return a place (3,) mirrored at the plane of constant `x` mm.

    >>> mirrored(np.array([1.0, 2.0, 3.0]), 0.5).tolist()
    [0.0, 2.0, 3.0]
    """
    return np.array([2 * x - place[0], place[1], place[2]])


def merged(one: Push, two: Push) -> Push:
    """Return two dabs as one; where they overlap, the mean of both displacements weighted by influence.

    Adding them would move the seam twice; this way a dab whose centre is on the plane is one dab, and the transition is
    continuous where either influence runs out.
    """
    if not len(two.ids) or not len(one.ids):
        return one if len(one.ids) else two
    ids = np.union1d(one.ids, two.ids).astype(np.int32)
    deltas, weights, total = np.zeros((len(ids), 3)), np.zeros(len(ids), np.float32), np.zeros(len(ids))
    for push in (one, two):
        rows = np.searchsorted(ids, push.ids)
        deltas[rows] += push.deltas * push.weights[:, None].astype(np.float64)
        total[rows] += push.weights
        weights[rows] = np.maximum(weights[rows], push.weights)
    return Push(ids, _divide(deltas, total), weights)


def _divide(deltas: NDArray[np.float64], total: NDArray[np.float64]) -> Float32:
    scale = np.divide(1.0, total, out=np.zeros_like(total), where=total > 0)
    return (deltas * scale[:, None]).astype(np.float32)
