"""When the next frame is due and how good it may be: plain numbers, no Qt, so that it can be tested on a clock moved by hand.

Nothing is drawn while nothing changes. A moving camera is answered at once and with a lighter picture; the full one follows
when the camera has rested. A live feed asks for frames at its own rate, and for fewer when a frame costs more than that.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

Quality = Literal["full", "moving", "shading"]

#: s after the last motion until the full picture is drawn; with its own cost it stays under 250 ms
REST = 0.1
#: s between frames while a hand moves something, and while only the feed does
HAND_PERIOD = 1 / 60
LIVE_PERIOD = 1 / 30
#: s between ticks while nothing has to be drawn
IDLE_PERIOD = 0.25
#: share of the time that frames may take while only the feed asks for them: the rest is the window's
LIVE_SHARE = 0.6
#: s a full picture may cost before a running feed is shown with a lighter one: the window never stands longer than 0.1 s
HEAVY = 0.08


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
    full_cost : float
        s the last full picture took.
    light : bool
        The last frame was not a full one.
    """

    dirty: bool = False
    moved: float = -math.inf
    drawn: float = -math.inf
    cost: float = 0.0
    full_cost: float = 0.0
    light: bool = False

    def note_motion(self, now: float) -> None:
        """Note that a hand moved the camera or the brush."""
        self.moved = now
        self.dirty = True

    def moving(self, now: float) -> bool:
        """Return whether a hand is moving something just now."""
        return now - self.moved < REST

    def wants_frame(self, now: float, *, live: bool) -> bool:
        """Return whether a frame should be drawn at all."""
        return self.dirty or live or (self.light and not self.moving(now))

    def quality(self, now: float, *, stroke: bool, live: bool) -> Quality:
        """Return the quality for a frame that begins at `now`: ``"full"``, ``"moving"`` or ``"shading"``."""
        if stroke:
            return "shading"  # every triangle, since the hand is changing them
        if self.moving(now):
            return "moving"
        return "moving" if live and self.full_cost > HEAVY else "full"

    def note_frame(self, began: float, ended: float, quality: Quality, *, live: bool) -> None:
        """Remember what a frame cost."""
        spent = ended - began
        self.cost = spent if not self.cost else 0.7 * self.cost + 0.3 * spent
        if quality == "full":
            self.full_cost = spent
        self.drawn = began
        self.dirty = False
        # a heavy scene under a running feed stays light for good; otherwise the full picture is still owed
        self.light = quality != "full" and not (live and self.full_cost > HEAVY)

    def delay(self, now: float, *, live: bool) -> float:
        """Return seconds until the next look at `wants_frame`."""
        if self.dirty:
            return max(0.0, self.drawn + HAND_PERIOD - now)
        waits = [IDLE_PERIOD]
        if live:
            waits.append(self.drawn + max(LIVE_PERIOD, self.cost / LIVE_SHARE) - now)
        if self.light:
            waits.append(self.moved + REST - now)
        return max(0.0, min(waits))
