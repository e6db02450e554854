"""Paint: lays the colour in hand on the vertices; inverted, it lays on white."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.sculpt.dab import Dab

_WHITE = (255, 255, 255, 255)


def blend(dab: Dab, rows: NDArray[Any]) -> NDArray[Any]:
    """Return colours (k, 4) uint8, ``strength x weight`` of the way to the colour."""
    goal = np.array(dab.settings.colour if dab.strength >= 0 else _WHITE, np.float32)
    share = np.minimum(dab.weights * np.float32(abs(dab.strength)), 1)[:, None]
    return np.asarray(np.rint(rows + (goal - rows) * share), np.uint8)
