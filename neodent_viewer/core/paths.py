"""Where things lie: the only module that knows ``assets/``, ``shaders/`` and the user's own folders."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

_PACKAGE = Path(__file__).resolve().parent.parent
_APP = "neodent_viewer"


def _shipped(name: str) -> Path:
    """Return a shipped folder: inside the wheel, or at the top of a checkout."""
    packed = _PACKAGE / "_data" / name
    return packed if packed.is_dir() else _PACKAGE.parent / name


def assets_dir() -> Path:
    """Return the folder of the shipped demo smile and pictures."""
    return _shipped("assets")


def shaders_dir() -> Path:
    """Return the folder of shipped shaders."""
    return _shipped("shaders")


def _user(kind: str, base: str) -> Path:
    root = os.environ.get("NEODENT_HOME")  # one variable moves everything: tests, kiosks, read-only homes
    path = Path(root) / kind if root else Path(base)
    path.mkdir(parents=True, exist_ok=True)
    return path


def cache_dir() -> Path:
    """Return the user's cache folder (compiled kernels, spill files), made if absent."""
    return _user("cache", platformdirs.user_cache_dir(_APP))


def config_dir() -> Path:
    """Return the user's preferences folder, made if absent."""
    return _user("config", platformdirs.user_config_dir(_APP))


def data_dir() -> Path:
    """Return the folder of what the user makes and the program must find again, made if absent."""
    return _user("data", platformdirs.user_data_dir(_APP))


def log_dir() -> Path:
    """Return the folder of the log file, made if absent."""
    return _user("log", platformdirs.user_log_dir(_APP))


def use_kernel_cache() -> None:
    """Point numba's disk cache at the user's cache folder; call before numba is first imported."""
    os.environ.setdefault("NUMBA_CACHE_DIR", str(cache_dir() / "numba"))
