"""The time axis of a live plot: seconds before now, told as a person tells them."""

from __future__ import annotations

import pyqtgraph as pg

#: distances between ticks that a person can read, seconds
_STEPS = (1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21_600, 43_200, 86_400, 172_800)
#: logical pixels that a tick with its words needs
_ROOM = 64


def ago(seconds: float) -> str:
    """Return a moment before now; minutes and hours as soon as they come out even.

    >>> ago(0.0), ago(-20.0), ago(-300.0), ago(-5400.0)
    ('now', '−20 s', '−5 min', '−1.5 h')
    """
    if abs(seconds) < 1e-6:
        return "now"
    if abs(seconds) < 120.0:
        return f"−{-seconds:g} s"
    return f"−{-seconds / 60:g} min" if abs(seconds) < 5400.0 else f"−{-seconds / 3600:g} h"


class AgoAxis(pg.AxisItem):
    """An axis whose values are seconds after now, so mostly negative."""

    def tickSpacing(self, minVal: float, maxVal: float, size: float) -> list[tuple[float, float]]:
        """Return one level of ticks, far enough apart to be read."""
        least = (maxVal - minVal) * _ROOM / max(size, 1.0)
        return [(next((step for step in _STEPS if step >= least), _STEPS[-1]), 0.0)]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """Return the words of ticks; there is nothing to come."""
        return [ago(round(value, 3)) if value <= 0 else "" for value in values]
