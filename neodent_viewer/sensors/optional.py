"""Libraries that only some feeds need: asked for when such a feed is opened, and named with their pip line when missing."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from neodent_viewer.core.errors import SensorError

#: module -> the extra of this program that brings it
EXTRAS = {
    "pylsl": "lsl",
    "serial": "serial",
    "websockets.sync.client": "websocket",
    "websockets.exceptions": "websocket",
}


def load(module: str) -> Any:
    """Return an optional module; raises SensorError (``missing``) with the line to paste when it is not installed."""
    try:
        return import_module(module)
    except (ImportError, OSError, RuntimeError) as error:  # liblsl says RuntimeError when its own library is not found
        extra = EXTRAS[module]
        name = module.partition(".")[0]
        remedy = f"Paste: pip install 'neodent_viewer[{extra}]'"
        raise SensorError(
            f"This feed needs {name}, which is not installed.", kind="missing", where=str(error)[:96], remedy=remedy
        ) from error


def back_off(failures: int, least: float = 1.0, most: float = 30.0) -> float:
    """Return seconds to wait before the next try after so many failed ones in a row.

    >>> [back_off(n) for n in range(1, 8)]
    [1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0]
    """
    return min(most, least * 2.0 ** min(max(failures, 1) - 1, 16))
