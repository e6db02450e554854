"""A measured value per vertex, shown as colours over a part in any look: depth of contact, deviation, thickness.

An overlay is a way of looking: ``document.set(("overlays", part_id), overlay)`` shows it, None takes it away. It is no edit,
undo leaves it alone, and no project file keeps it. One that does not fit its part (other topology by now) is not drawn.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Overlay:
    """What is shown on one part.

    Attributes
    ----------
    name, unit : str
        What the legend says: ``"Penetration"``, ``"mm"``.
    values : ndarray (n,) float32
        One a vertex, in `unit`; NaN where nothing is shown.
    low, high : float
        Ends of the colour map, in `unit`; values beyond take the colour of the end.
    colormap : str
        A name of the cmap library: ``"batlow"`` for amounts, ``"vik"`` for signed values about zero.
    legend : bool
        Whether the legend is shown; parts whose overlays have the same name, range and colours share one.
    """

    name: str
    unit: str
    values: NDArray[np.float32]
    low: float
    high: float
    colormap: str = "batlow"
    legend: bool = True

    def told(self) -> tuple[str, str, float, float, str]:
        """Return what a legend says of it."""
        return self.name, self.unit, self.low, self.high, self.colormap


def packed(overlay: Overlay) -> NDArray[np.float32]:
    """Return (n, 2) float32: value 0..1 times known, and known 0 or 1, so that what is not shown blends into nothing.

    >>> packed(Overlay("Depth", "mm", np.array([0.0, 1.0, np.nan], np.float32), 0.0, 2.0)).tolist()
    [[0.0, 1.0], [0.5, 1.0], [0.0, 0.0]]
    """
    known = np.isfinite(overlay.values)
    span = overlay.high - overlay.low
    place = np.clip(
        (np.where(known, overlay.values, overlay.low) - overlay.low) / (span if span > 0 else 1.0), 0.0, 1.0
    )
    return np.stack([place * known, known], axis=1).astype(np.float32)
