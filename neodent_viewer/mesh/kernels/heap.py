"""A binary heap of (key, item), smallest key first, in two arrays that grow; stale entries are the caller's to skip."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.mesh.kernels.jit import inline

_F64 = NDArray[np.float64]
_I64 = NDArray[np.int64]


@inline
def push(keys: _F64, items: _I64, size: int, key: float, item: int) -> tuple[_F64, _I64]:
    """Add an entry as number `size`; returns the arrays, larger ones if these were full."""
    if size == keys.shape[0]:
        more_keys, more_items = np.empty(2 * size), np.empty(2 * size, np.int64)
        more_keys[:size], more_items[:size] = keys, items
        keys, items = more_keys, more_items
    place = size
    while place > 0:
        parent = (place - 1) >> 1
        if keys[parent] <= key:
            break
        keys[place], items[place] = keys[parent], items[parent]
        place = parent
    keys[place], items[place] = key, item
    return keys, items


@inline
def pop(keys: _F64, items: _I64, size: int) -> None:
    """Take entry 0 off a heap of `size` entries; `size - 1` remain."""
    last = size - 1
    key, item = keys[last], items[last]
    place = 0
    while True:
        child = 2 * place + 1
        if child >= last:
            break
        if child + 1 < last and keys[child + 1] < keys[child]:
            child += 1
        if keys[child] >= key:
            break
        keys[place], items[place] = keys[child], items[child]
        place = child
    keys[place], items[place] = key, item
