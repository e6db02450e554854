"""The inner loop of the smooth brush."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.mesh.kernels.jit import kernel

_F32 = NDArray[np.float32]
_I32 = NDArray[np.int32]


@kernel
def umbrella(
    vertices: _F32, offsets: _I32, items: _I32, boundary: NDArray[np.bool_], ids: _I32, weights: _F32, share: float
) -> _F32:
    """Return (k, 3) steps of vertices `ids` (k,) towards the mean of their neighbours, times ``share x weights``.

    `offsets`, `items` are one-ring neighbours; a vertex on the `boundary` (n,) sees only neighbours on it.
    """
    out = np.zeros((ids.shape[0], 3), np.float32)
    for i in range(ids.shape[0]):
        v = ids[i]
        x = y = z = 0.0
        count = 0
        for k in range(offsets[v], offsets[v + 1]):
            w = items[k]
            if boundary[v] and not boundary[w]:
                continue
            x += vertices[w, 0]
            y += vertices[w, 1]
            z += vertices[w, 2]
            count += 1
        if count:
            step = share * weights[i]
            out[i, 0] = (x / count - vertices[v, 0]) * step
            out[i, 1] = (y / count - vertices[v, 1]) * step
            out[i, 2] = (z / count - vertices[v, 2]) * step
    return out
