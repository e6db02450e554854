"""Whether the compiled kernels are at hand: where both exist, numpy does the work until compiling would not be waited for."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

_PACKAGE = "neodent_viewer.mesh.kernels"


def kernels(name: str) -> Any:
    """Return the module of compiled kernels `name`, or None where numpy should do the work.

    That is so without numba, and on the very first start while the disk cache is still cold: compiling takes half a minute,
    and a scan must not wait for it. Both ways give the same results.
    """
    loaded = sys.modules.get(f"{_PACKAGE}.{name}")
    if loaded is not None:
        return loaded if _complete(loaded) else None
    return _load(name) if _on_disk(name) else None


def _complete(module: ModuleType) -> bool:
    """Return whether a module is imported to its end: another thread may be at it just now."""
    return not getattr(getattr(module, "__spec__", None), "_initializing", False)


def _load(name: str) -> Any:
    try:
        return import_module(f"{_PACKAGE}.{name}")
    except ImportError:
        return None


def _on_disk(name: str) -> bool:
    """Return whether an earlier run has left compiled kernels of this module in numba's cache."""
    try:
        import_module(_PACKAGE)
    except ImportError:
        return False
    folder = os.environ.get("NUMBA_CACHE_DIR", "")
    return any(Path(folder).glob(f"*/{name}.*.nbi"))
