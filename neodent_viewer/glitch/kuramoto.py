"""How disorder finds its beat: every probe is an oscillator, and as form grows they pull each other into phase.

Y. Kuramoto, *Chemical Oscillations, Waves, and Turbulence*, 1984 (mean-field coupling). The run after an onset depends on
the number of probes and a seed alone, so it is worked out once and looked up: frames may come at any time, in any order.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.glitch.envelope import FORM_RISE, form, noise

#: step of the integration, s
STEP = 1.0 / 60.0
#: by then every oscillator beats with the others, s after the onset
SETTLED = FORM_RISE[1] + 0.8
#: coupling at full form and pull towards phase 0, 1/s; spread of natural frequencies, rad/s; jitter of noise, rad/sqrt(s)
COUPLING, PULL, SPREAD, JITTER = 9.0, 2.0, 0.5, 1.4

Float64 = NDArray[np.float64]


@lru_cache(maxsize=32)
def trajectory(count: int, seed: int) -> Float64:
    """Return phases (steps, count) in radians from the onset on, every `STEP` seconds; read-only."""
    rng = np.random.default_rng(seed)
    theta = rng.uniform(-np.pi, np.pi, count)
    omega = rng.normal(0.0, SPREAD, count)
    times = np.arange(0.0, SETTLED, STEP)
    rows = np.empty((len(times), count))
    for row, (d, h) in enumerate(zip(noise(times), form(times), strict=True)):
        rows[row] = theta
        field = np.exp(1j * theta).mean() if count else 0.0
        pull = COUPLING * h * np.abs(field) * np.sin(np.angle(field) - theta)
        drift = omega * (1.0 - h) + pull - PULL * h * np.sin(theta)
        theta = theta + STEP * drift + np.sqrt(STEP) * JITTER * d * rng.normal(0.0, 1.0, count)
    rows.setflags(write=False)
    return rows


def phases(seconds: float, count: int, seed: int = 0) -> Float64:
    """Return the phases (count,) in radians `seconds` after an onset; all in step (0) before any onset.

    >>> bool(abs(np.exp(1j * phases(3.0, 12)).mean()) > 0.99)
    True
    """
    if not np.isfinite(seconds) or seconds < 0.0 or count == 0:
        return np.zeros(count)
    rows = trajectory(count, seed)
    at = min(seconds / STEP, len(rows) - 1.0)
    low = int(at)
    high = min(low + 1, len(rows) - 1)
    return np.asarray(rows[low] + (rows[high] - rows[low]) * (at - low))


def coherence(theta: Float64) -> float:
    """Return Kuramoto's order parameter: 0 no common beat, 1 one beat.

    >>> coherence(np.zeros(5))
    1.0
    """
    return float(abs(np.exp(1j * theta).mean())) if len(theta) else 1.0
