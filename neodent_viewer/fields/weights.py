"""From probes to vertices: which probes each vertex listens to, and how much. Static while probes and shape stand.

A vertex carries its nearest probes with their weights, so that a live field costs as many numbers a tick as there are
probes, never as many as there are vertices. Near is measured over the surface: a probe speaks for its own part, and for the
far side of a crown only as far as the way round it. Two sets are made of each part, *field* (probes of the quantity shown)
and *fault* (all probes); both share one `SeedDistances`, so that placing a probe costs one march and a merge.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

import numpy as np
from numpy.typing import ArrayLike, NDArray

from neodent_viewer.mesh.geodesic import Geodesics

Float32 = NDArray[np.float32]
Float64 = NDArray[np.float64]
Int32 = NDArray[np.int32]

#: a probe's influence is flat within this distance, mm
CORE = 1.2
#: no probe is heard farther than this over the surface, mm: what it says there is no longer worth showing (6 to 11 mm)
REACH = 12.0
_SHARED = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class ProbeWeights:
    """What each of n vertices listens to.

    Attributes
    ----------
    ids : ndarray (n, k) float32
        Rows into the list of seeds, the strongest first; 0 where the weight is 0.
    weights : ndarray (n, k) float32
        Sum 1, or 0 where no probe is within reach.
    distance : ndarray (n,) float32
        To the nearest probe over the surface, mm; the reach where none is nearer.
    """

    ids: Float32
    weights: Float32
    distance: Float32


class SeedDistances:
    """Surface distances from seeds of one part, each worked out once while the surface stands. Threads may share it.

    Parameters
    ----------
    vertices : ndarray (n, 3) float32
        mm.
    faces : ndarray (m, 3) int32
    reach : float
        mm; farther is not looked at.
    capacity : int
        Seeds kept; the ones unused for longest go first.
    """

    def __init__(self, vertices: ArrayLike, faces: ArrayLike, reach: float = REACH, capacity: int = 256) -> None:
        self._geodesics = Geodesics(np.asarray(vertices, np.float32), np.asarray(faces, np.int32))
        self.vertices, self.faces = self._geodesics.vertices, self._geodesics.faces
        self._capacity = capacity
        self._lock = Lock()
        self._known: OrderedDict[int, tuple[Int32, Float32]] = OrderedDict()
        self.reach = reach
        self.count = len(self.vertices)

    def of(self, seed: int) -> tuple[Int32, Float32]:
        """Return the vertices (r,) int32 within reach of a seed vertex, ascending, and how far they are (r,) float32 mm."""
        with self._lock:
            if seed not in self._known:
                distance = self._geodesics.distances([seed], self.reach)
                rows = np.nonzero(distance < self.reach)[0].astype(np.int32)
                self._known[seed] = rows, distance[rows].astype(np.float32)
            self._known.move_to_end(seed)
            while len(self._known) > self._capacity:
                self._known.popitem(last=False)
            return self._known[seed]


def probe_weights(
    vertices: ArrayLike,
    faces: ArrayLike,
    seed_vertices: ArrayLike,
    k: int = 4,
    *,
    distances: SeedDistances | None = None,
) -> ProbeWeights:
    """Return which probes each vertex listens to.

    Parameters
    ----------
    vertices : array_like (n, 3) float32
        mm.
    faces : array_like (m, 3) int32
        Of one part: a probe speaks for its own part only.
    seed_vertices : array_like (s,) int
        The vertex each probe sits on; several may share one.
    k : int
        Probes a vertex listens to.
    distances : SeedDistances or None
        Of this very surface, kept by a caller who places and moves probes; None starts afresh.

    Returns
    -------
    ProbeWeights

    Notes
    -----
    Inverse-distance weights (Shepard, *Proc. 23rd ACM National Conference*, 1968) with a flat core,
    ``(d^2 + 1.2^2)^-1.5``, less the weight of the (k+1)-th probe or of the edge of reach, so that nothing jumps where one
    neighbour takes another's place or a probe falls silent.
    """
    distances = distances or SeedDistances(vertices, faces)
    seeds = np.asarray(seed_vertices, np.int64).reshape(-1).tolist()
    result = ProbeWeights(
        np.zeros((distances.count, k), np.float32),
        np.zeros((distances.count, k), np.float32),
        np.full(distances.count, distances.reach, np.float32),
    )
    if not seeds:
        return result
    rows, ids, near = _nearest([distances.of(seed) for seed in seeds], k + 1, distances.reach)
    weights = weigh(near, distances.reach)
    result.ids[rows] = np.where(weights > 0, ids[:, :k], 0)
    result.weights[rows] = weights
    result.distance[rows] = near[:, 0]
    return result


def _nearest(reached: list[tuple[Int32, Float32]], k: int, reach: float) -> tuple[Int32, Int32, Float32]:
    """Return the vertices anybody reaches (r,), their `k` nearest seeds (r, k) and the distances (r, k), `reach` for none."""
    vertex = np.concatenate([rows for rows, _ in reached])
    far = np.concatenate([distance for _, distance in reached])
    seed = np.repeat(np.arange(len(reached), dtype=np.int32), [len(rows) for rows, _ in reached])
    # one key sorts by vertex, then by distance; ties keep the order of the seeds
    order = np.argsort(vertex + far.astype(np.float64) / (2.0 * reach), kind="stable")
    vertex, far, seed = vertex[order], far[order], seed[order]
    first = np.flatnonzero(np.diff(vertex, prepend=-1))
    place = np.repeat(np.arange(len(first)), np.diff(first, append=len(vertex)))
    rank = np.arange(len(vertex)) - first[place]
    kept = rank < k
    ids, near = np.zeros((len(first), k), np.int32), np.full((len(first), k), reach, np.float32)
    ids[place[kept], rank[kept]] = seed[kept]
    near[place[kept], rank[kept]] = far[kept]
    return vertex[first], ids, near


def weigh(near: Float32, reach: float = REACH) -> Float32:
    """Return weights (n, k) from the k + 1 nearest distances (n, k + 1) in mm, nearest first, `reach` where there is none.

    >>> weigh(np.array([[0.0, 12.0], [12.0, 12.0]], np.float32)).tolist()
    [[1.0], [0.0]]
    """
    square = np.minimum(near, np.float32(reach)) ** 2 + np.float32(CORE**2)
    strength = 1.0 / (square * np.sqrt(square))
    # of a probe not quite all is taken off, so that where all k + 1 are equally far they share instead of falling silent
    taken_off = np.where(near[:, -1:] < reach, np.float32(1.0 - _SHARED), np.float32(1.0))
    weights = strength[:, :-1] - taken_off * strength[:, -1:]
    weights[near[:, :-1] >= reach] = 0.0
    total = weights.sum(axis=1, keepdims=True)
    return np.asarray(np.divide(weights, total, out=np.zeros_like(weights), where=total > 0), np.float32)


def pack(ids: Float32, weights: Float32) -> Float32:
    """Return ``id + 0.999 * weight`` (n, k) float32, weights held to 0..1: one vec4 a vertex carries both to the shader.

    >>> pack(np.array([[3.0]], np.float32), np.array([[0.5]], np.float32)).tolist()
    [[3.499500036239624]]
    """
    return np.asarray(ids + np.float32(0.999) * np.clip(weights, 0.0, 1.0), np.float32)
