"""Times of a regular stream smoothed by the straight line they lie on, forgetting slowly: what jitters is the stamping."""

from __future__ import annotations

import numpy as np

from neodent_viewer.sensors.sample import Float64

#: seconds after which a sample counts half, as in liblsl
HALF_LIFE = 90.0


class Dejitter:
    """Exponentially weighted least squares of time over sample number, a chunk at a time.

    Parameters
    ----------
    rate : float
        Nominal samples a second.
    half_life : float
        Seconds.
    """

    def __init__(self, rate: float, half_life: float = HALF_LIFE) -> None:
        self._period = 1.0 / rate
        self._keep = 0.5 ** (1.0 / (half_life * rate))
        # a stretch that lies further from the line than this is a gap or a leap, and begins a new line
        self._broken = max(0.5, 10.0 * self._period)
        self._reset(0.0)

    def _reset(self, origin: float) -> None:
        self._origin = origin
        self._count = 0  # number of the next sample
        self._sums = np.zeros(5)  # of weight, n, t, n n, n t, with n and t from the last sample and the origin
        self._last = -np.inf

    def smooth(self, times: Float64) -> Float64:
        """Return smoothed times (k,) that never fall, from raw ones (k,)."""
        if not len(times):
            return times
        breaks = np.nonzero(np.abs(np.diff(times) - self._period) > self._broken)[0] + 1
        if len(breaks):  # a gap or a leap inside a piece is one all the same
            return np.concatenate([self.smooth(part) for part in np.split(times, breaks)])
        if not self._count or abs(self._predicted(1.0) - times[0]) > self._broken:
            self._reset(float(times[0]))
        n = np.arange(self._count, self._count + len(times), dtype=np.float64)
        # what is left over after the nominal rate is small, so the sums stay exact for days
        rest = times - self._origin - n * self._period
        weight = self._keep ** np.arange(len(times) - 1, -1, -1, dtype=np.float64)
        new = [weight.sum(), weight @ n, weight @ rest, weight @ (n * n), weight @ (n * rest)]
        self._sums = self._sums * self._keep ** len(times) + np.array(new)
        self._count += len(times)
        slope, level = self._line()
        smoothed = np.maximum.accumulate(np.maximum(self._origin + n * self._period + level + slope * n, self._last))
        self._last = float(smoothed[-1])
        return np.asarray(smoothed)

    def _line(self) -> tuple[float, float]:
        w, n, t, nn, nt = self._sums
        spread = nn - n * n / w
        # a line through fewer than some dozens of samples is steered by their jitter: their mean is safer
        slope = (nt - n * t / w) / spread if w > 32.0 and spread > 0.0 else 0.0
        return slope, (t - slope * n) / w

    def _predicted(self, ahead: float) -> float:
        slope, level = self._line()
        n = self._count - 1.0 + ahead
        return self._origin + n * self._period + level + slope * n
