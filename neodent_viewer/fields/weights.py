"""From probes to vertices: which probes each vertex listens to, and how much. Static while probes and shape stand.

A vertex carries its nearest probes with their weights, so that a live field costs as many numbers a tick as there are
probes, never as many as there are vertices.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Float32 = NDArray[np.float32]
Float64 = NDArray[np.float64]

#: a probe's influence is flat within this distance, mm
CORE = 1.2
#: no probe is heard farther than this over the surface, mm; confidence has long gone by then
REACH = 16.0


@dataclass(frozen=True, slots=True, eq=False)
class ProbeWeights:
    """What each of n vertices listens to.

    Attributes
    ----------
    ids : ndarray (n, k) float32
        Rows into the list of probes, the strongest first; 0 where the weight is 0.
    weights : ndarray (n, k) float32
        Sum 1, or 0 where no probe is within reach.
    distance : ndarray (n,) float32
        To the nearest probe over the surface, mm; `REACH` where none is nearer.
    """

    ids: Float32
    weights: Float32
    distance: Float32


def probe_weights(vertices: ArrayLike, faces: ArrayLike, seed_vertices: ArrayLike, k: int = 4) -> ProbeWeights:
    """Return which probes each vertex listens to.

    Parameters
    ----------
    vertices : array_like (n, 3)
        mm.
    faces : array_like (m, 3) int
        Of one part: a probe speaks for its own part only.
    seed_vertices : array_like (s,) int
        The vertex each probe sits on.
    k : int
        Probes a vertex listens to.

    Notes
    -----
    Inverse-distance weights (Shepard, 1968) with a flat core, ``(d^2 + 1.2^2)^-1.5``, less the weight of the (k+1)-th probe
    or of the edge of reach, so that nothing jumps where one neighbour takes another's place.
    """
    points = np.asarray(vertices, np.float64)
    seeds = np.asarray(seed_vertices, np.int64).reshape(-1)
    distances = np.full((len(points), k + 1), np.inf)
    ids = np.zeros((len(points), k + 1), np.int64)
    if len(seeds):
        all_distances = np.linalg.norm(points[:, None, :] - points[seeds][None], axis=2)
        order = np.argsort(all_distances, axis=1, kind="stable")[:, : k + 1]
        distances[:, : order.shape[1]] = np.take_along_axis(all_distances, order, 1)
        ids[:, : order.shape[1]] = order
    return weigh(ids, distances)


def weigh(ids: NDArray[np.integer], distances: Float64) -> ProbeWeights:
    """Return weights from the k + 1 nearest probes (n, k + 1), nearest first, infinite where there is none."""
    near = np.minimum(distances, REACH)
    strength = (near**2 + CORE**2) ** -1.5
    weights = strength[:, :-1] - strength[:, -1:]
    total = weights.sum(axis=1, keepdims=True)
    weights = np.divide(weights, total, out=np.zeros_like(weights), where=total > 0)
    heard = np.where(weights > 0, ids[:, :-1], 0)
    return ProbeWeights(heard.astype(np.float32), weights.astype(np.float32), near[:, 0].astype(np.float32))


def pack(ids: NDArray[np.floating], weights: NDArray[np.floating]) -> Float32:
    """Return ``id + 0.999 * weight`` (n, k) float32: one vec4 a vertex carries both to the shader.

    >>> pack(np.array([[3.0]]), np.array([[0.5]])).tolist()
    [[3.499500036239624]]
    """
    return np.asarray(ids + 0.999 * weights, np.float32)
