"""Zone: marks what is under the brush as belonging to the zone in hand; inverted, as belonging to none."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.sculpt.dab import Dab


def blend(dab: Dab, rows: NDArray[Any]) -> NDArray[Any]:
    """Return zones (k,) int16, one and the same: a zone has no half, so falloff and strength have no say."""
    return np.full_like(rows, dab.settings.zone if dab.strength >= 0 else 0)
