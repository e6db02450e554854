"""Ready the brushes' kernels, and those of the mesh floor below them, before the first stroke."""

from __future__ import annotations

import threading

import numpy as np

from neodent_viewer.mesh.kernels import warm as mesh
from neodent_viewer.sculpt.kernels import influence, relax


def warm() -> threading.Thread:
    """Start a thread that readies all kernels of the mesh and sculpt floors, and return it (a daemon; join it to wait)."""
    thread = threading.Thread(target=compile_all, name="warm kernels", daemon=True)
    thread.start()
    return thread


def compile_all() -> None:
    """Ready all kernels of the mesh and sculpt floors, here and now."""
    mesh.compile_all()
    vertices, order = np.eye(3, dtype=np.float32), np.arange(3, dtype=np.int32)
    weights = np.ones(3, np.float32)
    influence.distances(vertices, order, np.zeros(3))
    influence.mean_normal(vertices, order, weights)
    influence.add(vertices, order, vertices.copy())
    offsets, items = np.array([0, 1, 2, 3], np.int32), np.array([1, 2, 0], np.int32)
    relax.umbrella(vertices, offsets, items, np.zeros(3, np.bool_), order, weights, 0.5)


if __name__ == "__main__":  # setting up calls this, so that the first start of the window need not compile
    compile_all()
