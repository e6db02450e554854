"""How far a sender's clock is from ours before anything is known of it: the first, rough step on the way to a sample's time.

What is left after it, leaps and drift, is for `sensors.timebase`, channel by channel.
"""

from __future__ import annotations

import math

from neodent_viewer.sensors.timebase import ABSURD

#: samples with an absurd time that agree with each other (to so many seconds) before their clock is taken as it is
_WITNESSES, _AGREE = 3, 60.0
#: seconds from now within which a time may be still to come: no network delivers from the future
AHEAD = 1.0


class SenderClock:
    """One sender's clock: right as it is, unless the sender has always lived in another year.

    Parameters
    ----------
    offset : float
        Seconds to add to its times.
    """

    __slots__ = ("ahead", "odd", "offset", "sound", "strikes")

    def __init__(self, offset: float) -> None:
        self.offset, self.odd, self.strikes, self.sound = offset, math.nan, 0, False
        self.ahead = 0.0  #: seconds by which it was found ahead with its first sample, and was set back

    def place(self, told: float, arrival: float) -> float:
        """Return when a sample was taken on the program's clock, NaN where its time means nothing (yet).

        One that is ahead from the beginning, by an hour of summer time for instance, is set back to where its first sample
        arrived. A clock that was right and is years off from now on has leapt: its samples are placed there, and what
        becomes of them is for `timebase.SourceClock`, which makes a fault of it.
        """
        placed = told + self.offset
        if abs(arrival - placed) <= ABSURD:
            if not self.sound and placed - arrival > AHEAD:
                self.ahead = placed - arrival
                self.offset -= self.ahead
                placed = arrival
            self.strikes, self.sound = 0, True
            return placed
        offset = arrival - told
        self.strikes = self.strikes + 1 if abs(offset - self.odd) <= _AGREE else 1
        self.odd = offset
        if self.strikes < _WITNESSES:
            return math.nan
        if self.sound:
            return placed
        self.offset, self.strikes = offset, 0
        return arrival
