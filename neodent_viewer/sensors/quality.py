"""Quality of one channel as it streams in: flags of its samples, and its faults.

Samples of which the flag is known at once, because all is well or wrong as it was, wait until there are enough of them to be
worth judging, or until somebody asks. What comes out depends on the samples only, not on how they were cut into blocks;
silence alone also depends on *now*.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any
from weakref import ref

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.sensors.allowance import Allowance
from neodent_viewer.sensors.bins import Bin
from neodent_viewer.sensors.channel import QUANTITIES, Channel
from neodent_viewer.sensors.checks.gap import Gap
from neodent_viewer.sensors.fault import Fault, FaultKind, FaultLog, Mark
from neodent_viewer.sensors.flagging import Flags, alike, worst
from neodent_viewer.sensors.judging import Judge
from neodent_viewer.sensors.roster import Kept, Roster
from neodent_viewer.sensors.sample import Block, Float64
from neodent_viewer.sensors.thresholds import LIMITS, Limits, limits_of
from neodent_viewer.sensors.timebase import ClockStatus

__all__ = ["LIMITS", "ChannelQuality", "Limits", "known_channel", "limits_of", "running", "worst"]


class ChannelQuality:
    """Flags and faults of one channel.

    Parameters
    ----------
    channel : Channel
    limits : Limits or None
        None takes the quantity's own.
    midnight : float or None
        A midnight on the program's clock (s), for what is usual by the time of day; None leaves that out.

    Attributes
    ----------
    placed : ndarray (k,) float64
        Times of the last block on the program's clock (s); NaN where a time means nothing.
    orderly : bool
        Whether the last block brought what is younger than everything before it, one sample after the other.
    last_time, last_value : float
        Of the last sample in order (s, the channel's unit).
    waits : bool
        Whether the last block had its flags before it was judged, and waits or has waited.
    flag : int
        Of each of its samples, if so.
    spoke : float
        When something arrived last (s); NaN before that.
    version : int
        Another number whenever `latest` would tell of another fault, or of one that is worse, or may go on no longer.
    settled : list of Kept
        Samples that have waited and wait no more, for whoever keeps them to take out.
    """

    def __init__(self, channel: Channel, limits: Limits | None = None, midnight: float | None = None) -> None:
        self.channel = channel
        self.limits = limits or limits_of(channel.quantity)
        self._judge = Judge(channel, self.limits, midnight)
        self.placed: Float64 = np.zeros(0)
        self.orderly = False
        self.last_time, self.last_value = -math.inf, math.nan
        self.spoke, self._soon = math.nan, self._judge.battery.gap.soon
        self.row = -1  #: in a roster
        # only a reference: who drops a roster with all its channels must not wait for the collector
        self._roster: ref[Roster] | None = None
        self._told: Block | None = None
        self.waits, self.flag, self.version = False, 0, 0
        self.waiting = 0  #: samples that have a flag and have yet to be judged
        self.settled: list[Kept] = []

    @property
    def log(self) -> FaultLog:
        """The faults found."""
        self.settle()
        return self._judge.log

    @log.setter
    def log(self, log: FaultLog) -> None:
        self._judge.log = log

    @property
    def gap(self) -> Gap:
        """What knows the channel's cadence, and so when it has been silent for too long."""
        self.settle()
        return self._judge.battery.gap

    def set_limits(self, limits: Limits, *, afresh: bool = False) -> None:
        """Judge by other thresholds from now on; checks begin afresh, faults and flags so far stand.

        With `afresh` they do so under the same thresholds too: values from now on are not to be held against earlier ones.
        """
        if limits == self.limits and not afresh:
            return
        self.settle()
        self.limits = limits
        self._judge.set_limits(limits)
        self._has_changed()

    # -- samples -----------------------------------------------------------------------------------------------------

    def update(self, block: Block) -> tuple[Flags, tuple[tuple[int, int], ...]]:
        """Judge a block.

        Returns
        -------
        flags : ndarray (k,) uint8
            Worst flag of each sample so far. They may be shared: nobody must write to them.
        revised : tuple of (int, int)
            Number (from the first sample ever) and flag of earlier samples that turned out at least this bad.
        """
        told, self._told = self._told, None
        self.waits = told is block
        if self.waits:
            return alike(self.flag, len(block.times)), ()
        self.settle()
        judge = self._judge
        judge.judge(block)
        self.placed, self.orderly = judge.placed, judge.orderly
        self._has_changed()
        return judge.flagging.found()

    def enlist(self, roster: Roster) -> None:
        """Let a roster look at blocks before they are judged."""
        if self._enlisted() is not roster:
            self._roster = ref(roster)
            roster.enlist(self)

    def leave(self) -> None:
        """Leave the roster, if there is one."""
        if (roster := self._enlisted()) is not None:
            roster.dismiss(self)
        self._roster = None

    def _enlisted(self) -> Roster | None:
        return None if self._roster is None else self._roster()

    def allowance(self) -> Allowance:
        """Return what the next samples may look like so that their flag is known."""
        return self._judge.allowance()

    def be_told(self, block: Block, placed: Float64, flag: int, time: float, value: float, arrived: float) -> None:
        """Hear that a block's samples have a flag, and wait; see `roster.Member`."""
        if not self.waiting and self._judge.flagging.doubted:
            self._judge.flagging.begin(0)
        self.waiting += len(block.times)
        self._told, self.flag, self.placed, self.orderly = block, flag, placed, True
        self.last_time, self.last_value, self.spoke = time, value, arrived

    def settle(self) -> None:
        """Judge what waits: it has its flags already, but the checks have yet to hear of it."""
        if self.waiting and (roster := self._enlisted()) is not None:
            kept, self.waiting = roster.take(self), 0
            self.settled.append(kept)
            self._judge.follow(kept)
            self._has_changed()

    def _has_changed(self) -> None:
        """Let the roster ask anew what samples may look like."""
        judge = self._judge
        self.last_time, self.last_value, self.spoke = judge.time, judge.value, judge.battery.gap.spoke
        self.version = judge.version
        if (roster := self._enlisted()) is not None:
            roster.renew(self)

    def __getstate__(self) -> dict[str, Any]:
        self.settle()
        return self.__dict__ | {"_roster": None, "_told": None, "row": -1}

    # -- asking ------------------------------------------------------------------------------------------------------

    def by_test(self) -> dict[str, Flags]:
        """Return test -> flags (k,) of the last block, as far as they were known when it was judged."""
        self.settle()
        return self._judge.flagging.by_test(self._judge.battery.lags)

    @property
    def doubted(self) -> bool:
        """Whether the last block holds samples whose time means nothing or is in doubt."""
        return self._judge.flagging.doubted

    def sure(self) -> NDArray[np.bool_]:
        """Return which samples (k,) of the last block have a time that can be relied on."""
        return self._judge.flagging.sure()

    def verdicts(self) -> dict[str, int]:
        """Return test -> the last flag it gave, slow tests included; the clock is doubted as long as the last sample is."""
        self.settle()
        return self._judge.flagging.verdicts(self._judge.battery.lags) | self._judge.battery.states

    def clock(self) -> ClockStatus:
        """Return what is known of the sender's clock."""
        self.settle()
        return self._judge.sender.status()

    # -- faults ------------------------------------------------------------------------------------------------------

    def take_bins(self) -> list[Bin]:
        """Return the bins completed since they were last taken, for tests that look at several channels."""
        battery = self._judge.battery
        closed, battery.closed = battery.closed, []
        return closed

    def hear(self, name: str, flag: int, kind: FaultKind, mark: Mark | None) -> None:
        """Take in what a test of several channels says of this one; its flag holds until it says something else."""
        self.settle()
        self._judge.battery.stand(name, flag)
        if mark is not None:
            self._judge.log.add(kind, mark, name)
        self._has_changed()

    def speaks(self, now: float) -> bool:
        """Return whether something has come so shortly before `now` (s) that there is neither a gap nor anything stale."""
        return now - self.spoke <= self._soon

    def silence(self, now: float) -> Fault | None:
        """Return the gap that is open at `now` (s), or None."""
        mark = None if self.speaks(now) else self.gap.silence(now)
        return None if mark is None else self._judge.log.one(FaultKind.GAP, mark)

    def faults(self, now: float) -> tuple[Fault, ...]:
        """Return every fault remembered, the open gap at `now` (s) included."""
        gap = self.silence(now)
        return self.log.all() if gap is None else (*self.log.all(), gap)

    def latest(self, now: float) -> tuple[Fault, ...]:
        """Return the last fault of each kind, the open gap at `now` (s) included; slow ones last until they are over."""
        latest = self.log.latest()
        if latest and (standing := self._judge.battery.kinds()):
            last = self.last_time
            latest = tuple(replace(f, end=last) if f.end < last and f.kind in standing else f for f in latest)
        gap = self.silence(now)
        return latest if gap is None else (*latest, gap)


def running(fault: Fault, now: float, hold: float) -> bool:
    """Return whether a fault counts as going on at `now`: up to `hold` seconds after it was last seen."""
    return now <= fault.end + hold


def known_channel(key: str) -> Channel | None:
    """Return the channel of a key such as ``"t11/ph"``, or None when the house does not know the quantity.

    >>> known_channel("t11/ph").quantity.unit, known_channel("t11/mood")
    ('pH', None)
    """
    quantity = QUANTITIES.get(key.rpartition("/")[2])
    return None if quantity is None else Channel(key, quantity)
