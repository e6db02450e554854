"""What a channel's faults mean for the picture now: how much of the light of each is left."""

from __future__ import annotations

import math
from collections.abc import Sequence

from neodent_viewer.glitch.envelope import FORM_FALL
from neodent_viewer.live.stretches import Stretch, uncovered
from neodent_viewer.sensors.fault import Fault


class Afterglow:
    """The light of one channel's faults.

    Parameters
    ----------
    hold : float
        Seconds for which a fault counts as running after it was last seen.
    """

    __slots__ = ("_told", "hold")

    def __init__(self, hold: float) -> None:
        self.hold = hold
        # what was told of which version, and from when to when (s) that stays: while all run, or once none glows any more
        self._told: tuple[int, float, float, list[tuple[Fault, float]]] = (-1, math.inf, -math.inf, [])

    def told(self, version: int, now: float) -> list[tuple[Fault, float]] | None:
        """Return what `of` would, as far as light goes, if it was asked of this version before and nothing has changed.

        How long faults last may be told as it was then.
        """
        known, since, until, found = self._told
        return found if version == known and since <= now <= until else None

    def of(
        self, faults: tuple[Fault, ...], now: float, hidden: Sequence[Stretch] = (), version: int | None = None
    ) -> list[tuple[Fault, float]]:
        """Return (fault, energy) of those of which something is left at `now` (s), as far as they lie in no hidden stretch.

        With a `version` that is kept for `told`, which hands out the same list: nobody must change it.
        """
        found, whole = [], math.inf
        for fault in faults:
            if hidden:
                left = uncovered(fault, hidden)
                if not left:
                    continue
                fault = left[-1]
            # all of it counts while the fault runs, or its light plays
            over = max(fault.end + self.hold, fault.detected + FORM_FALL[0])
            if now <= over:
                whole = min(whole, over)
                energy = fault.energy
            else:
                whole = -math.inf
                energy = fault.energy * _left(now - over)
            if energy > 0.0:
                found.append((fault, energy))
        if version is not None and (not found or now <= whole):
            self._told = version, now, whole if found else math.inf, found
        return found


def _left(seconds: float) -> float:
    """Return how much of a fault's energy is left so long after it was over: none in the end, smoothly."""
    u = min(seconds / (FORM_FALL[1] - FORM_FALL[0]), 1.0)
    return 1.0 - u * u * (3.0 - 2.0 * u)
