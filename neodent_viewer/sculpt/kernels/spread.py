"""Values of vertices spread over their neighbours."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.mesh.kernels.jit import kernel

_F32 = NDArray[np.float32]
_I32 = NDArray[np.int32]


@kernel
def mean(values: _F32, offsets: _I32, items: _I32) -> _F32:
    """Return (n,) float32: half of each value, and half of the mean over its neighbours; a lone vertex keeps its own."""
    out = values.copy()
    for v in range(values.shape[0]):
        count = offsets[v + 1] - offsets[v]
        if count:
            total = 0.0
            for k in range(offsets[v], offsets[v + 1]):
                total += values[items[k]]
            out[v] = 0.5 * values[v] + 0.5 * total / count
    return out
