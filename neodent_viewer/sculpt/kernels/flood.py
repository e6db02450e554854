"""What hangs together: the part of a brush's reach that is connected to where it took hold."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.mesh.kernels.jit import kernel

_I32 = NDArray[np.int32]


@kernel
def connected(ids: _I32, seeds: _I32, offsets: _I32, items: _I32, slots: _I32) -> _I32:
    """Return those of `ids` (k,), in their order, that edges within `ids` join to one of `seeds`.

    `offsets`, `items` are one-ring neighbours, `slots` (n,) scratch of -1.
    """
    for i in range(ids.shape[0]):
        slots[ids[i]] = 0
    queue = np.empty(ids.shape[0], np.int32)
    size = 0
    for i in range(seeds.shape[0]):
        if slots[seeds[i]] == 0:
            slots[seeds[i]] = 1
            queue[size] = seeds[i]
            size += 1
    done = 0
    while done < size:
        v = queue[done]
        done += 1
        for k in range(offsets[v], offsets[v + 1]):
            w = items[k]
            if slots[w] == 0:
                slots[w] = 1
                queue[size] = w
                size += 1
    out = np.empty(size, np.int32)
    count = 0
    for i in range(ids.shape[0]):
        if slots[ids[i]] == 1:
            out[count] = ids[i]
            count += 1
        slots[ids[i]] = -1
    return out
