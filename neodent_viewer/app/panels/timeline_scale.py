"""Between time and pixels: what stretch a timeline shows, and its ruler. Pure numbers, no Qt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

#: s between ticks that a person counts in
_STEPS = (
    *(0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0),
    *(60.0, 120.0, 300.0, 600.0, 1200.0, 1800.0, 3600.0, 7200.0, 10800.0, 21600.0, 43200.0, 86400.0),
)
#: pixels between labelled ticks at least, and shortest stretch shown, s
_APART, SHORTEST = 84.0, 0.5


@dataclass(frozen=True, slots=True)
class Scale:
    """A stretch of time over a stretch of pixels.

    Attributes
    ----------
    start, end : float
        Seconds; the end lies behind the start.
    left, width : float
        Logical pixels.
    """

    start: float
    end: float
    left: float
    width: float

    def x(self, time: float) -> float:
        """Return where a time lies."""
        return self.left + (time - self.start) / (self.end - self.start) * self.width

    def xs(self, times: ArrayLike) -> NDArray[np.float64]:
        """Return where times (k,) lie."""
        return self.left + (np.asarray(times, np.float64) - self.start) * (self.width / (self.end - self.start))

    def time(self, x: float) -> float:
        """Return what time lies at a pixel."""
        return self.start + (x - self.left) / self.width * (self.end - self.start)

    def ticks(self, origin: float) -> tuple[list[float], float]:
        """Return the times of labelled ticks and the seconds between them, round as counted from `origin`."""
        rough = (self.end - self.start) * _APART / max(self.width, 1.0)
        step = next((step for step in _STEPS if step >= rough), _STEPS[-1])
        first = int(np.ceil((self.start - origin) / step - 1e-9))
        last = int(np.floor((self.end - origin) / step + 1e-9))
        return [origin + k * step for k in range(first, last + 1)], step


def zoomed(shown: tuple[float, float], whole: tuple[float, float], about: float, factor: float) -> tuple[float, float]:
    """Return what is shown after zooming in (`factor` > 1) about a time that stays where it is; never more than the whole."""
    low, high = whole
    length = min(max((shown[1] - shown[0]) / factor, SHORTEST), max(high - low, SHORTEST))
    share = (about - shown[0]) / (shown[1] - shown[0])
    return moved((about - share * length, about - share * length + length), whole, 0.0)


def moved(shown: tuple[float, float], whole: tuple[float, float], by: float) -> tuple[float, float]:
    """Return what is shown after moving by some seconds; it stays within the whole."""
    length = shown[1] - shown[0]
    start = min(max(shown[0] + by, whole[0]), max(whole[1] - length, whole[0]))
    return start, start + length


def tick_text(elapsed: float, step: float) -> str:
    """Return what stands at a tick.

    >>> tick_text(0.0, 60.0), tick_text(5400.0, 1800.0), tick_text(90.0, 30.0), tick_text(7200.0, 3600.0), tick_text(1.5, 0.5)
    ('0', '1 h 30 min', '1 min 30 s', '2 h', '1.5 s')
    """
    if abs(elapsed) < step / 2:
        return "0"
    if step < 1.0:
        return f"{elapsed:.1f} s" if elapsed < 60 else f"{int(elapsed // 60)} min {elapsed % 60:04.1f} s"
    total = round(elapsed)
    parts = ((total // 3600, "h"), (total % 3600 // 60, "min"), (total % 60, "s"))
    return " ".join(f"{number} {unit}" for number, unit in parts if number)
