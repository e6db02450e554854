"""How regularly a channel speaks: its rate, how much the steps between samples waver, and what share never came."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from neodent_viewer.sensors.sample import Float64


@dataclass(frozen=True, slots=True)
class Cadence:
    """How a channel has spoken lately.

    Attributes
    ----------
    rate : float
        Samples a second, silence up to now included; NaN before there are two samples.
    period : float
        Seconds between samples, the median; NaN likewise.
    jitter : float
        Root mean square of how far (s) steps are from whole periods; NaN likewise.
    loss : float
        Share of the samples due at that period that did not come, 0..1; NaN likewise.
    """

    rate: float = math.nan
    period: float = math.nan
    jitter: float = math.nan
    loss: float = math.nan


def cadence(times: Float64, now: float) -> Cadence:
    """Return how a channel has spoken.

    Parameters
    ----------
    times : ndarray (k,) float64
        When the last samples were taken (s), in order.
    now : float
        Seconds on the same clock.

    Examples
    --------
    >>> cadence(np.array([0.0, 1.0, 2.0, 4.0]), 4.5)
    Cadence(rate=0.8, period=1.0, jitter=0.0, loss=0.2)
    """
    if len(times) < 2 or not times[-1] > times[0]:
        return Cadence()
    steps = np.diff(times)
    period = float(np.median(steps))
    if period <= 0.0:  # they come in bursts, with one time for several
        period = float(steps.mean())
    due = np.maximum(np.round(steps / period), 1.0)
    silent = max(0.0, math.floor((now - float(times[-1])) / period + 0.5) - 1.0)
    missing = float((due - 1.0).sum()) + silent
    jitter = float(np.sqrt(np.mean((steps - due * period) ** 2)))
    whole = float(times[-1] - times[0]) + period * (1.0 + silent)
    return Cadence(len(times) / whole, period, jitter, missing / (missing + len(times)))
