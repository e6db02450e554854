"""When the next frame is due and how good it may be: plain numbers, no Qt, so that it can be tested on a clock moved by hand.

Nothing is drawn while nothing changes. A moving camera is answered at once and with a lighter picture; the full one follows
when the camera has rested. A live feed asks for frames at its own rate, and for fewer when a frame costs more than that.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Literal

Quality = Literal["full", "brisk", "moving", "shading", "stroke"]

#: s after the last motion until the full picture begins to be drawn; sooner where drawing it takes long, so that it is seen
#: within `PROMISE`, but not so soon that a hand which only pauses has to wait for it
REST, PAUSE = 0.1, 0.03
PROMISE = 0.2
#: s between frames while a hand moves something
HAND_PERIOD = 1 / 60
#: s between ticks while nothing has to be drawn
IDLE_PERIOD = 0.25
#: share of the time that frames may take while only the feed asks for them: the rest is the window's
LIVE_SHARE = 0.6
#: s a picture may cost under a running feed before a lighter one is shown: the window never stands longer than this
HEAVY = 0.1
#: s between frames that only the feed asks for, by what one costs (s): 60 or 30 a second as long as they can be held, since
#: an even rhythm is what an audience sees; much of such a cost is waiting for the card or the screen, and the window need not
#: be left as much as where pictures are heavy
LIVE_COSTS = (0.0, HAND_PERIOD * LIVE_SHARE, 2 * HAND_PERIOD * LIVE_SHARE, 2 * HAND_PERIOD * 0.85, HEAVY)
LIVE_PERIODS = (HAND_PERIOD, HAND_PERIOD, 2 * HAND_PERIOD, 2 * HAND_PERIOD, HEAVY / LIVE_SHARE)
#: s a picture may cost for a brush or a camera to keep up with the hand
QUICK = 0.02
#: s until a better quality that was too heavy is tried again, doubled each time it still is
RETRY = 4.0
#: best first; what stands in for a full picture under a running feed: never one that would leave the field out
LADDER: tuple[Quality, ...] = ("full", "brisk", "moving")


def live_period(cost: float) -> float:
    """Return seconds between the beginnings of frames that only the feed asks for, when one costs so much (s).

    >>> [round(1 / live_period(ms / 1000)) for ms in (5, 25, 40, 100, 200)]
    [60, 30, 18, 6, 3]
    """
    if cost >= HEAVY:
        return cost / LIVE_SHARE
    row = bisect_right(LIVE_COSTS, cost) - 1
    (since, until), (low, high) = LIVE_COSTS[row : row + 2], LIVE_PERIODS[row : row + 2]
    return low + (cost - since) / (until - since) * (high - low)


class Costs:
    """What pictures of each quality have cost lately, in seconds.

    The first of a kind is not counted, since shaders are compiled and buffers filled in it; one slow frame among quick ones
    (another program was busy) counts little.
    """

    def __init__(self) -> None:
        self._seen: dict[Quality, float] = {}
        self._warm: set[Quality] = set()
        self._retry_at = 0.0
        self._patience = RETRY

    def forget(self) -> None:
        """Begin anew: the look, the size or what is shown has changed."""
        self._seen.clear()
        self._warm.clear()
        self._retry_at, self._patience = 0.0, RETRY

    def note(self, quality: Quality, spent: float, now: float) -> None:
        """Remember what a picture cost that was finished at `now`."""
        if quality not in self._warm:
            self._warm.add(quality)
            return
        before = self._seen.get(quality, spent)
        self._seen[quality] = spent if spent < before else 0.7 * before + 0.3 * spent
        if quality == "full" and self._seen[quality] > HEAVY:
            self._retry_at, self._patience = now + self._patience, self._patience * 2

    def rest(self) -> float:
        """Return how long to wait for the full picture once nothing moves any more: what its cost leaves of `PROMISE`."""
        return min(REST, max(PAUSE, PROMISE - self._seen.get("full", 0.0)))

    def under_a_hand(self) -> Quality:
        """Return the quality while a stroke runs: every triangle, since the hand is changing them, if that is quick."""
        quickest = min(self._seen.get(quality, math.inf) for quality in ("shading", "full"))
        return "shading" if quickest <= QUICK else "stroke"

    def in_motion(self) -> Quality:
        """Return the quality while the camera moves: the full picture where it is quick, as on a graphics card."""
        return "full" if self._seen.get("full", math.inf) <= QUICK else "moving"

    def best(self, now: float) -> Quality:
        """Return the best quality that is not too heavy under a running feed, or is due to be tried again."""
        for quality in LADDER:
            if self._seen.get(quality, 0.0) <= HEAVY or (quality == "full" and now >= self._retry_at):
                return quality
        return LADDER[-1]


@dataclass(slots=True)
class Pace:
    """What happened lately, in seconds of the program's clock.

    Attributes
    ----------
    dirty : bool
        Something changed since the last frame.
    moved, drawn : float
        When a hand last moved something; when the last frame began.
    cost : float
        s the last frame took, smoothed.
    costs : Costs
        The same by quality.
    light : bool
        The last frame was lighter than it should be at rest.
    """

    dirty: bool = False
    moved: float = -math.inf
    drawn: float = -math.inf
    cost: float = 0.0
    costs: Costs = field(default_factory=Costs)
    light: bool = False

    def note_motion(self, now: float) -> None:
        """Note that a hand moved the camera or the brush."""
        self.moved = now
        self.dirty = True

    def moving(self, now: float) -> bool:
        """Return whether a hand is moving something just now."""
        return now - self.moved < self.costs.rest()

    def wants_frame(self, now: float, *, live: bool) -> bool:
        """Return whether a frame should be drawn at all."""
        return self.dirty or live or (self.light and not self.moving(now))

    def quality(self, now: float, *, stroke: bool, live: bool) -> Quality:
        """Return the quality for a frame that begins at `now`, as ``Engine.frame`` knows them."""
        if stroke:
            return self.costs.under_a_hand()
        if self.moving(now):
            return self.costs.in_motion()
        return self.costs.best(now) if live else "full"

    def note_frame(self, began: float, quality: Quality, *, live: bool) -> None:
        """Remember that a frame was drawn."""
        self.drawn = began
        self.dirty = False
        # under a running feed better pictures come with the next ticks; otherwise the full one is owed
        self.light = quality != "full" and not live

    def note_cost(self, began: float, ended: float, quality: Quality) -> None:
        """Remember what a frame cost until it was on screen, or drawn when nobody shows it."""
        spent = ended - began
        self.cost = spent if not self.cost else 0.7 * self.cost + 0.3 * spent
        self.costs.note(quality, spent, ended)

    def delay(self, now: float, *, live: bool) -> float:
        """Return seconds until the next look at `wants_frame`."""
        if self.dirty:
            return max(0.0, self.drawn + HAND_PERIOD - now)
        waits = [IDLE_PERIOD]
        if live:
            waits.append(self.drawn + live_period(self.cost) - now)
        if self.light:
            waits.append(self.moved + self.costs.rest() - now)
        return max(0.0, min(waits))
