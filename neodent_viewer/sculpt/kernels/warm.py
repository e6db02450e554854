"""Ready the brushes' kernels, and those of the mesh floor below them, before the first stroke."""

from __future__ import annotations

import threading

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.mesh.kernels import warm as mesh
from neodent_viewer.sculpt.kernels import automask, flood, influence, kelvinlet, planes, relax, spread

_F32 = NDArray[np.float32]
_I32 = NDArray[np.int32]


def warm() -> threading.Thread:
    """Start a thread that readies all kernels of the mesh and sculpt floors, and return it (a daemon; join it to wait)."""
    thread = threading.Thread(target=compile_all, name="warm kernels", daemon=True)
    thread.start()
    return thread


def compile_all() -> None:
    """Ready all kernels of the mesh and sculpt floors, here and now."""
    mesh.compile_all()
    vertices, ids = np.eye(3, dtype=np.float32), np.arange(3, dtype=np.int32)
    offsets, items = np.array([0, 1, 2, 3], np.int32), np.array([1, 2, 0], np.int32)
    _influence(vertices, ids)
    _rings(vertices, ids, offsets, items)


def _influence(vertices: _F32, ids: _I32) -> None:
    weights, zero, none = np.ones(3, np.float32), np.zeros(3), np.zeros(0, np.float32)
    labels = np.zeros(0, np.int16)
    brush = (zero, 2.0, 0, weights, none, labels, -1, zero, False, 1.0, 1.0)
    influence.weigh(vertices, vertices, ids, *brush)
    influence.stamp(vertices, ids, weights.copy(), zero, 2.0, np.ones((2, 2), np.float32), zero, zero)
    influence.add(vertices.copy(), ids, vertices)
    influence.along(weights, weights)
    influence.first_rows(vertices, ids, np.zeros(3, np.bool_))
    influence.union(ids, np.zeros((3, 3)), zero, weights, ids, vertices, weights)
    planes.level(vertices, ids, weights, zero, zero, 1.0, True, True, 1.0)
    planes.gather(vertices, ids, weights, zero, zero, zero, 1.0)
    kelvinlet.grab(vertices, zero, zero, 1.0, 0.4, 4.0, 5.0)


def _rings(vertices: _F32, ids: _I32, offsets: _I32, items: _I32) -> None:
    weights, boundary, slots = np.ones(3, np.float32), np.zeros(3, np.bool_), np.full(3, -1, np.int32)
    relax.taubin(vertices, offsets, items, boundary, ids, weights, 0.5, -0.5, slots)
    relax.tangential(vertices, vertices, offsets, items, boundary, ids, weights, 0.5)
    flood.connected(ids, ids, offsets, items, slots)
    automask.steps_from(boundary, offsets, items, 1)
    automask.hollow(vertices, vertices, offsets, items)
    spread.mean(weights, offsets, items)


if __name__ == "__main__":  # setting up calls this, so that the first start of the window need not compile
    compile_all()
