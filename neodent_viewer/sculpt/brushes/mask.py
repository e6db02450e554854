"""Mask: protects what it is drawn over, 0 free to 1 untouchable; inverted, it frees."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.sculpt.dab import Dab


def blend(dab: Dab, rows: NDArray[Any]) -> NDArray[Any]:
    """Return mask values (k,) float32 raised by ``strength x weight`` and kept within 0..1."""
    return np.asarray(np.clip(rows + dab.weights * np.float32(dab.strength), 0, 1), np.float32)
