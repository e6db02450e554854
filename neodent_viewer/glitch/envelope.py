"""How a fault's light moves in time: noise falls, form rises out of it and lets go. All of it is pure and vectorised.

Times are seconds since the fault's onset. Before the onset, and for ever after `CLEAN_AFTER`, every curve is exactly 0:
that is what lets a frame return to the clean picture bit for bit.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

#: e-folding time and exponent of the noise: a breath at full strength, then a quick fall
NOISE_TIME, NOISE_POWER = 0.95, 1.6
#: the noise's long tail (below 0.003 here) is taken to exactly 0 over this span
NOISE_TAIL = (2.8, 3.6)
#: form grows over this span ...
FORM_RISE = (0.1, 2.4)
#: ... stands until here, and is gone by there
FORM_FALL = (4.2, 6.6)
#: spans at most this long (s) are jumps
INSTANT = 1e-6
#: nothing of a fault is left to see this long after its onset
CLEAN_AFTER = FORM_FALL[1]


def smootherstep(low: float, high: float, x: ArrayLike) -> NDArray[np.float64]:
    """Return Perlin's quintic step: 0 up to ``low``, 1 from ``high``, flat to the second derivative at both.

    K. Perlin, "Improving noise", SIGGRAPH 2002.

    >>> smootherstep(0.0, 2.0, [-1.0, 1.0, 5.0]).tolist()
    [0.0, 0.5, 1.0]
    """
    u = np.clip((np.asarray(x, np.float64) - low) / (high - low), 0.0, 1.0)
    return np.clip(u * u * u * (u * (6.0 * u - 15.0) + 10.0), 0.0, 1.0)  # rounding would take it past 1


def noise(t: ArrayLike) -> NDArray[np.float64]:
    """Return the noise envelope D(t), 1 at the onset, falling for ever.

    Parameters
    ----------
    t : array_like of any shape
        Seconds since the onset; negative or ``inf`` gives 0.

    Examples
    --------
    >>> noise([-1.0, 0.0, 0.95, 4.0]).round(3).tolist()
    [0.0, 1.0, 0.368, 0.0]
    """
    t = np.asarray(t, np.float64)
    fall = np.exp(-((np.clip(t, 0.0, 60.0) / NOISE_TIME) ** NOISE_POWER))
    return np.where(t < 0.0, 0.0, fall * (1.0 - smootherstep(*NOISE_TAIL, t)))


def form(t: ArrayLike) -> NDArray[np.float64]:
    """Return the form envelope H(t): grows while the noise falls, stands, lets go.

    Parameters
    ----------
    t : array_like of any shape
        Seconds since the onset; negative or ``inf`` gives 0.

    Examples
    --------
    >>> form([0.0, 2.4, 4.0, 7.0]).tolist()
    [0.0, 1.0, 1.0, 0.0]
    """
    return smootherstep(*FORM_RISE, t) * (1.0 - smootherstep(*FORM_FALL, t))


def attack_hold_release(t: ArrayLike, attack: float, hold: float, release: float) -> NDArray[np.float64]:
    """Return an envelope that rises over `attack`, stays at 1 for `hold`, and falls over `release`.

    It runs once from the onset, however long the fault lasts: a sensor that stays silent must not tear the picture
    for minutes.

    Parameters
    ----------
    t : array_like of any shape
        Seconds since the onset; negative or ``inf`` gives 0.
    attack, hold, release : float
        Seconds, each 0 or more.

    Examples
    --------
    >>> attack_hold_release([-1.0, 0.0, 0.05, 0.1, 1.1, 9.0], 0.1, 0.5, 1.0).round(2).tolist()
    [0.0, 0.0, 0.5, 1.0, 0.5, 0.0]
    >>> attack_hold_release([0.0, 1.0, 1.5], 0.0, 1.0, 0.0).tolist()
    [1.0, 1.0, 0.0]
    """
    t = np.asarray(t, np.float64)
    rise = np.clip(t / attack, 0.0, 1.0) if attack > INSTANT else (t >= 0).astype(np.float64)
    end = attack + hold
    fall = 1.0 - smootherstep(end, end + release, t) if release > INSTANT else (t <= end).astype(np.float64)
    return np.where(t < 0.0, 0.0, rise * fall)
