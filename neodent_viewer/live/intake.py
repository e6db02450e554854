"""The live memory of each channel: its ring of samples, its quality, and what its faults mean for the picture now."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.glitch.envelope import FORM_FALL
from neodent_viewer.live.stretches import Stretch, uncovered
from neodent_viewer.sensors.buffer import Ring
from neodent_viewer.sensors.calibration import AS_SENT, Calibration
from neodent_viewer.sensors.channel import Channel, Flag
from neodent_viewer.sensors.fault import Fault
from neodent_viewer.sensors.sample import Block, Float64

if TYPE_CHECKING:  # the checks are loaded with the first channel: a scan without sensors opens without them
    from neodent_viewer.sensors.bins import Bin
    from neodent_viewer.sensors.checks.neighbour import Neighbour
    from neodent_viewer.sensors.pyramid import Pyramid
    from neodent_viewer.sensors.strip import QualityStrip
    from neodent_viewer.sensors.thresholds import Limits

#: seconds of samples kept per channel for plots
KEPT_SECONDS = 120.0
#: where a channel speaks faster than its quantity usually does, at least so many, and so many samples at most: 1.1 MB
FAST_SECONDS, MOST_SAMPLES = 100.0, 1 << 15
#: leaves of a channel's history (see `sensors.pyramid`): 17 for each column of a wide plot, 2.6 MB at most
LEAVES = 1 << 15
#: channels that no probe asks for are kept too, up to this many, so that they can be mapped while they run; beyond that those
#: make room that have said nothing for so long (s)
MOST_CHANNELS, SILENT = 512, 10.0
#: changes of calibration remembered of a channel
STEPS = 64


class Heard(NamedTuple):
    """A block as it was taken in, for whoever keeps samples.

    Attributes
    ----------
    channel : Channel
    block : Block
        As the source sent it.
    flags : ndarray (k,) uint8
        Of its samples as they were judged.
    first : int
        Number of its first sample, counted since the channel was first heard.
    revised : tuple of (int, int)
        Numbers and flags of earlier samples that turned out worse.
    simulated : bool
    calibration : Calibration
        What the raw values of the block were taken to mean.
    placed : ndarray (k,) float64
        When its samples were taken on the program's clock (s), NaN where their times mean nothing.
    """

    channel: Channel
    block: Block
    flags: NDArray[np.uint8]
    first: int
    revised: tuple[tuple[int, int], ...]
    simulated: bool
    calibration: Calibration = AS_SENT
    placed: Float64 = np.zeros(0)


class Step(NamedTuple):
    """A change of what raw values mean: what was heard up to `time` means the one, what comes after it the other.

    Attributes
    ----------
    time : float
        Of the last sample before (s).
    before, after : Calibration
    """

    time: float
    before: Calibration
    after: Calibration


class Intake:
    """One channel as it comes in."""

    __slots__ = (
        *("_batch", "_history", "_strip", "_told", "_wait", "steps"),
        *(
            "arrived",
            "calibrated_at",
            "calibration",
            "channel",
            "flag",
            "quality",
            "ring",
            "simulated",
            "time",
            "value",
        ),
    )

    def __init__(self, channel: Channel, limits: Limits | None = None, midnight: float | None = None) -> None:
        from neodent_viewer.sensors.pyramid import Pyramid
        from neodent_viewer.sensors.quality import ChannelQuality
        from neodent_viewer.sensors.strip import QualityStrip

        self.channel = channel
        self.quality = ChannelQuality(channel, limits, midnight)
        self.ring = Ring(max(256, int(channel.quantity.rate * KEPT_SECONDS)), FAST_SECONDS, MOST_SAMPLES)
        self._batch = self.ring.capacity // 2
        self._history = Pyramid(LEAVES)
        self._strip = QualityStrip()
        # samples wait in the ring until it is worth taking them into the history; each channel's turn comes at another tick
        self._told = 0
        self._wait = 1 + crc32(channel.key.encode()) % self._batch
        self.calibration, self.calibrated_at = AS_SENT, -math.inf  #: what counts, and since which sample's time (s)
        self.steps: deque[Step] = deque(maxlen=STEPS)  #: calibrations that came to count in mid-stream
        self.simulated = False
        self.time = self.arrived = -math.inf  #: when (s) the latest sample was taken, and when anything came last
        self.value = math.nan
        self.flag = int(Flag.MISSING)

    def take(self, block: Block, *, simulated: bool = False) -> Heard:
        """Judge and keep a block; a sample older than the youngest seen is kept but is not *now*."""
        self.simulated = simulated
        first, sent = self.ring.total, block
        if block.calibration is not None:
            self.calibrate(block.calibration)
        if self.calibration is not AS_SENT:
            block = replace(block, values=self.calibration.values(block.values))
        flags, revised = self.quality.update(block)
        times, ring = self.quality.placed, self.ring
        doubted, count = self.quality.doubted, len(flags)
        alone = doubted or count > self._batch
        if alone:
            self.history()
        ring.append(times, block.values, flags)
        for number, flag in revised:
            ring.raise_flag(number, flag)
            if number < self._told:
                self._strip.raise_flag(ring.time_of(number), flag)
        heard = Heard(self.channel, sent, flags, first, revised, simulated, self.calibration, times)
        if not count:
            return heard
        self.arrived = float(block.arrival[-1])
        if doubted:  # a time that means nothing must not become *now*
            times = np.where(self.quality.sure(), times, -np.inf)
        if alone:
            self._remember(times, block.values, flags)
        elif ring.total - self._told >= self._wait:
            self.history()
        row = count - 1
        if row and not self.quality.orderly:  # of several samples of one instant the last counts
            row = _youngest(times)
        time = float(times[row])
        if time >= self.time and time > -math.inf:
            self.time, self.value, self.flag = time, float(block.values[row]), int(flags[row])
        return heard

    def _remember(self, times: Float64, values: Float64, flags: NDArray[np.uint8]) -> None:
        """Take samples (k,) into history and strip, as far as it is sure when they were."""
        sure = np.isfinite(times)
        self._history.append(times[sure], values[sure])
        self._strip.add(times[sure], flags[sure])
        self._told = self.ring.total

    def calibrate(self, calibration: Calibration) -> None:
        """Let raw values mean something else from the next sample on; what was heard so far stays what it was taken for."""
        if not calibration.alike(self.calibration):
            self.quality.set_limits(self.quality.limits, afresh=True)
            self.calibrated_at = self.time
            if self.time > -math.inf:
                self.steps.append(Step(self.time, self.calibration, calibration))
        self.calibration = calibration

    def history(self) -> Pyramid:
        """Return everything ever heard, as far as it is sure when it was."""
        if waiting := self.ring.total - self._told:
            self._remember(*self.ring.last(waiting))
            self._wait = self._batch
        return self._history

    def strip(self) -> QualityStrip:
        """Return how good it has been, second by second."""
        self.history()
        return self._strip

    def shown(self, hidden: Sequence[Stretch]) -> bool:
        """Return whether the latest sample may be seen; `hidden` are the stretches in which it may not."""
        return not any(start < self.time <= end for start, end in hidden)

    def flag_to(self, until: float) -> int:
        """Return the flag of the latest sample; missing where a gap up to `until` (s) follows, or it is too old to count."""
        quality = self.quality
        return int(Flag.MISSING) if quality.silence(until) or quality.gap.stale(until) else self.flag

    def faults(self, now: float, until: float, hidden: Sequence[Stretch] = ()) -> list[tuple[Fault, float]]:
        """Return (fault, energy) of the last fault of each kind that still counts at `now` (s), heard up to `until` (s).

        What lies in the stretches that are `hidden` is left out.
        """
        hold = self.quality.log.hold
        found = []
        for fault in self.quality.latest(until):
            if hidden:
                left = list(uncovered(fault, hidden))
                if not left:
                    continue
                fault = left[-1]
            energy = fault.energy * _left(fault, now, hold)
            if energy > 0.0:
                found.append((fault, energy))
        return found


def _youngest(times: Float64) -> int:
    """Return the row of the greatest of times (k,), the last one of several.

    Not by `argmax` where there are few: numpy lets other threads in for it, and a tick may then wait long for its turn.
    """
    if len(times) > 500:
        return len(times) - 1 - int(times[::-1].argmax())
    plain: list[float] = times.tolist()
    greatest = max(plain)
    return len(plain) - 1 - plain[::-1].index(greatest)


def _left(fault: Fault, now: float, hold: float) -> float:
    """Return how much of a fault's energy is left at `now`: all while it runs or its light plays, then none, smoothly."""
    over = max(fault.end + hold, fault.detected + FORM_FALL[0])
    if now <= over:
        return 1.0
    u = min((now - over) / (FORM_FALL[1] - FORM_FALL[0]), 1.0)
    return 1.0 - u * u * (3.0 - 2.0 * u)


class Intakes:
    """All channels heard so far.

    Parameters
    ----------
    thresholds : mapping or None
        Changes of thresholds, see `sensors.thresholds.limits_for`.
    midnight : float or None
        A midnight on the program's clock (s).
    calibrations : mapping or None
        Channel key -> the calibration that counts.
    comparable : callable or None
        Whether a channel may be held against others now: what consent withholds must not show in a neighbour's fault.
    """

    def __init__(
        self,
        thresholds: Mapping[str, Any] | None = None,
        midnight: float | None = None,
        comparable: Callable[[Intake], bool] | None = None,
        calibrations: Mapping[str, Calibration] | None = None,
    ) -> None:
        self.comparable = comparable
        self._calibrations = dict(calibrations or {})
        self._thresholds = dict(thresholds or {})
        self._midnight = midnight
        self._neighbours: dict[str, Neighbour] = {}
        self.channels: dict[str, Intake] = {}
        self._expected: frozenset[str] = frozenset()
        self._spare: list[str] = []
        self._looked = -math.inf
        self.forgotten: list[str] = []  #: channels that nobody expected and that made room for others
        self.refused: dict[
            str, int
        ] = {}  #: channel key -> samples of a quantity the house does not know, or one too many

    def expect(self, channels: Iterable[Channel], *, simulated: bool = False) -> None:
        """Make room for channels before they speak; `simulated` says whether only a simulation could speak for them."""
        channels = tuple(channels)
        self._expected = frozenset(channel.key for channel in channels)
        for channel in channels:
            if channel.key not in self.channels:
                self.channels[channel.key] = self._made(channel)
            if not self.channels[channel.key].ring.total:
                self.channels[channel.key].simulated = simulated

    def silent(self, now: float, channel: str) -> bool:
        """Return whether a channel has said nothing for so long that it is stale at `now` (s), or never anything."""
        intake = self.channels.get(channel)
        return intake is None or intake.quality.gap.stale(now)

    def forget(self, channels: Iterable[str]) -> None:
        """Have heard nothing of some channels."""
        for key in channels:
            self.refused.pop(key, None)
            intake = self.channels.pop(key, None)
            if intake is not None:
                self._neighbours.pop(intake.channel.quantity.name, None)

    def take(self, block: Block, *, simulated: bool = False) -> Heard | None:
        """Hand a block to its channel; a channel nobody expected is taken in too while there is room, or refused: None."""
        intake = self.channels.get(block.channel)
        if intake is None:
            from neodent_viewer.sensors.quality import known_channel

            channel = known_channel(block.channel)
            if channel is None or not self._has_room(block):
                if len(self.refused) < MOST_CHANNELS or block.channel in self.refused:
                    self.refused[block.channel] = self.refused.get(block.channel, 0) + len(block)
                return None
            intake = self.channels[block.channel] = self._made(channel)
        heard = intake.take(block, simulated=simulated)
        bins = intake.quality.take_bins()
        if bins and (self.comparable is None or self.comparable(intake)):
            self._compare(intake, bins)
        return heard

    def _has_room(self, block: Block) -> bool:
        """Return whether one more channel can be taken in that nobody expects, forgetting another where need be."""
        if len(self.channels) - len(self._expected) < MOST_CHANNELS:
            return True
        now = float(block.arrival[-1]) if len(block) else -math.inf
        if not self._spare and now >= self._looked + 1.0:  # a flood must not cost a look at all of them for each name
            self._looked = now
            old = [(one.arrived, key) for key, one in self.channels.items() if key not in self._expected]
            self._spare = [key for arrived, key in sorted(old, reverse=True) if now - arrived > SILENT]
        while self._spare:
            key = self._spare.pop()
            intake = self.channels.get(key)
            if intake is not None and key not in self._expected and now - intake.arrived > SILENT:
                del self.channels[key]
                self.forgotten.append(key)
                return True
        return False

    def _made(self, channel: Channel) -> Intake:
        from neodent_viewer.sensors.thresholds import limits_for

        made = Intake(channel, limits_for(channel, self._thresholds), self._midnight)
        made.calibrate(self._calibrations.get(channel.key, AS_SENT))
        return made

    def _compare(self, intake: Intake, bins: list[Bin]) -> None:
        """Hold the probes of one quantity against each other."""
        from neodent_viewer.sensors.checks.neighbour import Neighbour

        quantity = intake.channel.quantity.name
        if quantity not in self._neighbours:
            self._neighbours[quantity] = Neighbour(intake.quality.limits.neighbour)
        for bin_ in bins:
            for key, flag, mark in self._neighbours[quantity].close(intake.channel.key, bin_):
                if key in self.channels:  # it may have been forgotten since
                    self.channels[key].quality.hear(Neighbour.name, flag, Neighbour.kind, mark)

    def compare_afresh(self) -> None:
        """Let what was found by holding channels against each other count no more."""
        from neodent_viewer.sensors.check import NOT_EVALUATED
        from neodent_viewer.sensors.checks.neighbour import Neighbour

        self._neighbours.clear()
        for intake in self.channels.values():
            if intake.quality.verdicts().get(Neighbour.name, NOT_EVALUATED) == intake.flag == Flag.SUSPECT:
                intake.flag = int(Flag.NOT_EVALUATED)
            intake.quality.hear(Neighbour.name, NOT_EVALUATED, Neighbour.kind, None)

    def set_calibrations(self, calibrations: Mapping[str, Calibration]) -> None:
        """Let raw values mean what these say from now on."""
        self._calibrations = dict(calibrations)
        for key, intake in self.channels.items():
            before, after = intake.calibration, self._calibrations.get(key, AS_SENT)
            if not after.alike(before):  # neighbours must not be held against what it said before
                self._neighbours.pop(intake.channel.quantity.name, None)
            intake.calibrate(after)

    def set_thresholds(self, thresholds: Mapping[str, Any] | None) -> None:
        """Judge by other thresholds from now on."""
        self._thresholds = dict(thresholds or {})
        self._neighbours.clear()
        if not self.channels:
            return
        from neodent_viewer.sensors.thresholds import limits_for

        for intake in self.channels.values():
            intake.quality.set_limits(limits_for(intake.channel, self._thresholds))
