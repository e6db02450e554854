"""One decorator for every kernel: compiled on first call, kept on disk, and free of the interpreter lock while it runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numba

_Kernel = TypeVar("_Kernel", bound=Callable[..., Any])


def kernel(function: _Kernel) -> _Kernel:
    """Compile `function` with numba; no fast-math, so that results repeat bit for bit on one machine."""
    compiled: _Kernel = numba.njit(cache=True, nogil=True, error_model="numpy")(function)
    return compiled


def inline(function: _Kernel) -> _Kernel:
    """Compile a small function that other kernels call."""
    compiled: _Kernel = numba.njit(cache=True, nogil=True, error_model="numpy", inline="never")(function)
    return compiled
