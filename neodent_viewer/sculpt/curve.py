"""Curves a hand draws: control points joined without overshoot, for falloff and for pen pressure."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

#: control points ``((x, y), ...)``, x rising from 0 to 1, y in 0..1
Points = tuple[tuple[float, float], ...]

STRAIGHT: Points = ((0.0, 0.0), (1.0, 1.0))
_ROWS = 1025


def check(points: Points, what: str) -> None:
    """Raise ValueError unless `points` are two or more, x rises from 0 to 1 and all y lie in 0..1."""
    table = np.asarray(points, np.float64)
    good = table.ndim == 2 and table.shape[0] >= 2 and table.shape[1] == 2 and bool(np.isfinite(table).all())
    if good:
        x, y = table.T
        good = x[0] == 0 and x[-1] == 1 and bool((np.diff(x) > 0).all()) and y.min() >= 0 and y.max() <= 1
    if not good:
        raise ValueError(f"{what} needs points from x = 0 to x = 1 with rising x and y in 0..1, not {points!r}")


def evaluate(points: Points, x: ArrayLike) -> NDArray[np.float64]:
    """Return the curve at `x` (k,), clipped to 0..1, as (k,) float64.

    Piecewise cubic with the slopes of Fritsch and Carlson (SIAM J. Numer. Anal. 17, 1980) as weighted by Fritsch and
    Butland (1984): between two points the curve never leaves their range, so it is monotone where the points are.

    >>> evaluate(((0, 0), (0.5, 0.5), (1, 1)), [0.25, 2.0]).tolist()
    [0.25, 1.0]
    """
    at = np.clip(np.asarray(x, np.float64), 0, 1)
    px, py = np.asarray(points, np.float64).T
    step, secant = np.diff(px), np.diff(py) / np.diff(px)
    slope = _slopes(step, secant)
    i = np.clip(np.searchsorted(px, at, side="right") - 1, 0, len(step) - 1)
    h, t = step[i], (at - px[i]) / step[i]
    low, high = py[i], py[i + 1]
    value = (
        low * (1 + 2 * t) * (1 - t) ** 2
        + high * t * t * (3 - 2 * t)
        + h * (slope[i] * t * (1 - t) ** 2 - slope[i + 1] * t * t * (1 - t))
    )
    return np.asarray(np.clip(value, 0, 1))


def table(points: Points) -> NDArray[np.float32]:
    """Return the curve at 1,025 even steps from 0 to 1, float32: what kernels read between."""
    return evaluate(points, np.linspace(0, 1, _ROWS)).astype(np.float32)


def _slopes(step: NDArray[np.float64], secant: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a slope per point: the weighted harmonic mean of the secants beside it, level where these disagree in sign."""
    slope = np.zeros(len(step) + 1)
    slope[0], slope[-1] = secant[0], secant[-1]
    a, b = 2 * step[1:] + step[:-1], step[1:] + 2 * step[:-1]
    same = secant[:-1] * secant[1:] > 0
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        inner = (a + b) / (a / secant[:-1] + b / secant[1:])
    slope[1:-1] = np.where(same, inner, 0.0)
    return slope
