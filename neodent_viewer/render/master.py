"""Step 3 of the frame graph: what the operator does to the finished picture, as plain numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(slots=True)
class Master:
    """What the operator does to the finished picture.

    Attributes
    ----------
    dimmer : float
        Brightness 0..1.
    freeze : bool
        Hold the last picture.
    blackout : float
        0 shows, 1 is black; whoever sets it fades it.
    """

    dimmer: float = 1.0
    freeze: bool = False
    blackout: float = 0.0

    @property
    def gain(self) -> float:
        """Factor on the picture."""
        return float(np.clip(self.dimmer, 0.0, 1.0) * (1.0 - np.clip(float(self.blackout), 0.0, 1.0)))
