"""How a surface differs from what it was: distances along the old normals, and the volume between."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.mesh.kernels.jit import inline, kernel
from neodent_viewer.mesh.kernels.lanes import cross, dot, point, row, widened

_F32 = NDArray[np.float32]
_F64 = NDArray[np.float64]
_I32 = NDArray[np.int32]


@kernel
def along_normals(vertices: _F32, original: _F32, normals: _F32, rows: _I32, out: _F32) -> None:
    """Write how far vertices `rows` (k,) have gone from `original` (n, 3) along its `normals`, mm, to their rows of `out`."""
    for i in range(rows.shape[0]):
        v = np.uint32(rows[i])
        out[v] = dot(widened(row(vertices, v)) - widened(row(original, v)), widened(row(normals, v)))


@inline
def _wedge(vertices: _F32, faces: _I32, f: np.uint32, middle: _F64) -> float:
    """Return six times the signed volume between a face and the middle."""
    about = point(middle)
    a = widened(row(vertices, np.uint32(faces[f, 0]))) - about
    b = widened(row(vertices, np.uint32(faces[f, 1]))) - about
    c = widened(row(vertices, np.uint32(faces[f, 2]))) - about
    volume: float = dot(a, cross(b, c))
    return volume


@kernel
def shares(vertices: _F32, original: _F32, faces: _I32, which: _I32, middle: _F64, share: _F64) -> float:
    """Write to `share` (m,) the mm^3 by which each of the faces `which` (k,) has moved; return what they are more in all."""
    total = 0.0
    for i in range(which.shape[0]):
        f = np.uint32(which[i])
        new = (_wedge(vertices, faces, f, middle) - _wedge(original, faces, f, middle)) / 6.0
        total += new - share[f]
        share[f] = new
    return total
