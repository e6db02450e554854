"""Whom a fault may touch: the tooth its probe sits on, a breath of gum, and nothing farther.

The field's weights spread a probe's *value* as far as it can speak for; a fault must stay with its own tooth, or it tears its
neighbours. Where there are no labels a few millimetres about the probe stand for the tooth.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Float32 = NDArray[np.float32]
Float64 = NDArray[np.float64]

#: past the tooth's border a fault fades out over this many mm of gum, and of a neighbouring tooth
GUM_FADE, NEIGHBOUR_FADE = 1.8, 0.7
#: on unlabelled surfaces it is whole within the first and gone at the second distance from the probe, mm
PLAIN_REACH = (3.6, 6.4)
#: weights of probes that share a tooth are flat within this distance, mm
CORE = 1.2


def fault_weights(
    vertices: ArrayLike, labels: ArrayLike | None, places: ArrayLike, teeth: ArrayLike, k: int = 4
) -> tuple[Float32, Float32]:
    """Return which probes' faults each vertex feels, and how much.

    Parameters
    ----------
    vertices : array_like (n, 3)
        One part, mm.
    labels : array_like (n,) int or None
        FDI number per vertex, 0 = gingiva.
    places : array_like (s, 3)
        Probes of this part, in the vertices' coordinates.
    teeth : array_like (s,) int
        The FDI number each probe sits on; 0, or a number without vertices, counts as unlabelled.
    k : int
        Probes a vertex may feel.

    Returns
    -------
    ids, weights : ndarray (n, k) float32
        Rows into `places`, strongest first, and weights whose sum is 1 on the probe's tooth and 0 away from all.
    """
    points = np.asarray(vertices, np.float32)
    spots = np.asarray(places, np.float32).reshape(-1, 3)
    which = np.asarray(teeth, np.int64).reshape(-1)
    names = None if labels is None else np.asarray(labels)
    felt = np.zeros((len(points), max(len(spots), k)), np.float32)
    for tooth in np.unique(which):
        rows = np.flatnonzero(which == tooth)
        mask = None if names is None or tooth <= 0 else tooth_mask(points, names, int(tooth))
        if mask is None:
            for row in rows:
                felt[:, row] = _about(points, spots[row])
        else:
            felt[:, rows] = mask[:, None] * _shares(points, spots[rows])
    order = np.argsort(-felt, axis=1, kind="stable")[:, :k]
    weights = np.take_along_axis(felt, order, axis=1)
    weights /= np.maximum(weights.sum(axis=1, keepdims=True), 1.0)
    return np.where(weights > 0, order, 0).astype(np.float32), weights


def tooth_mask(vertices: Float32, labels: NDArray[np.integer], tooth: int) -> Float32 | None:
    """Return 1 on a tooth, fading to 0 past its border (n,) float32; None where the tooth has no vertex."""
    from scipy.spatial import cKDTree

    own = labels == tooth
    if not own.any():
        return None
    mask = own.astype(np.float32)
    low, high = vertices[own].min(axis=0) - GUM_FADE, vertices[own].max(axis=0) + GUM_FADE
    near = ~own
    for axis in range(3):
        near &= (vertices[:, axis] > low[axis]) & (vertices[:, axis] < high[axis])
    others = np.flatnonzero(near)
    if len(others):
        away, _ = cKDTree(vertices[own]).query(vertices[others], distance_upper_bound=GUM_FADE)
        fade = np.where(labels[others] == 0, GUM_FADE, NEIGHBOUR_FADE)
        mask[others] = 1.0 - _smoothstep(np.minimum(away / fade, 1.0))
    return np.asarray(mask, np.float32)


def _shares(points: Float32, spots: Float32) -> Float32:
    """Return how probes of one tooth share each point (n, s): by inverse distance (Shepard, 1968), sum 1."""
    if len(spots) == 1:
        return np.ones((len(points), 1), np.float32)
    squares = ((points[:, None, :] - spots[None]) ** 2).sum(axis=2)
    strength = (squares + CORE**2) ** -1.5
    return np.asarray(strength / strength.sum(axis=1, keepdims=True), np.float32)


def _about(points: Float32, spot: Float32) -> Float32:
    away = np.sqrt(((points - spot) ** 2).sum(axis=1))
    whole, gone = PLAIN_REACH
    return np.asarray(1.0 - _smoothstep(np.clip((away - whole) / (gone - whole), 0.0, 1.0)), np.float32)


def _smoothstep(u: NDArray[np.floating]) -> NDArray[np.floating]:
    return np.asarray(u * u * (3.0 - 2.0 * u))
