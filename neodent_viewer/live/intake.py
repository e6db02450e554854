"""The live memory of each channel: its ring of samples, its quality, and what its faults mean for the picture now."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.live.afterglow import Afterglow
from neodent_viewer.live.heard import Heard, Step
from neodent_viewer.live.stretches import Stretch
from neodent_viewer.sensors.buffer import Ring
from neodent_viewer.sensors.calibration import AS_SENT, Calibration
from neodent_viewer.sensors.channel import Channel, Flag
from neodent_viewer.sensors.fault import Fault
from neodent_viewer.sensors.sample import Block, Float64, youngest

__all__ = ["Heard", "Intake", "Intakes", "Step"]

if TYPE_CHECKING:  # the checks are loaded with the first channel: a scan without sensors opens without them
    from neodent_viewer.sensors.bins import Bin
    from neodent_viewer.sensors.checks.neighbour import Neighbour
    from neodent_viewer.sensors.pyramid import Pyramid
    from neodent_viewer.sensors.quality import ChannelQuality
    from neodent_viewer.sensors.roster import Roster
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
#: channels from which on it pays to look at what a tick brings before it is taken in
FEWEST = 6
#: samples that wait until they are taken into the history, where a channel is so fast that its ring has grown
MOST_WAITING = 1024
#: changes of calibration remembered of a channel
STEPS = 64


class Intake:
    """One channel as it comes in."""

    __slots__ = (
        *("_batch", "_glow", "_history", "_judged", "_ring", "_strip", "_total", "_told", "_wait", "steps"),
        *(
            "arrived",
            "calibrated_at",
            "calibration",
            "channel",
            "flag",
            "quality",
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
        self._ring = Ring(max(256, int(channel.quantity.rate * KEPT_SECONDS)), FAST_SECONDS, MOST_SAMPLES)
        self._total = 0  # samples heard
        self._batch = self._ring.capacity // 2
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
        self._glow = Afterglow(self.quality.log.hold)
        self._judged: tuple[Block, Block] | None = None

    def take(self, block: Block, *, simulated: bool = False) -> Heard:
        """Judge and keep a block; a sample older than the youngest seen is kept but is not *now*."""
        self.simulated = simulated
        quality, sent, first = self.quality, block, self._total
        if block.calibration is not None:
            self.calibrate(block.calibration)
        block = self.judged(block)
        flags, revised = quality.update(block)
        times, count = quality.placed, len(flags)
        self._total += count
        heard = Heard(self.channel, sent, flags, first, revised, simulated, self.calibration, times)
        if quality.settled:
            self._keep()
        if quality.waits:
            self.arrived = quality.spoke
            if quality.last_time >= self.time:
                self.time, self.value, self.flag = quality.last_time, quality.last_value, quality.flag
            return heard
        doubted = quality.doubted
        self._append(times, block.values, flags, doubted=doubted)
        for number, flag in revised:
            self._ring.raise_flag(number, flag)
            if number < self._told:
                self._strip.raise_flag(self._ring.time_of(number), flag)
        if not count:
            return heard
        self.arrived = float(block.arrival[-1])
        if quality.orderly:
            time, row = quality.last_time, count - 1
        else:  # of several samples of one instant the last counts
            sure = np.where(quality.sure(), times, -np.inf) if doubted else times
            row = youngest(sure)
            time = float(sure[row])
        if time >= self.time and time > -math.inf:
            self.time, self.value, self.flag = time, float(block.values[row]), int(flags[row])
        return heard

    def _keep(self) -> None:
        """Keep samples that have waited."""
        settled, self.quality.settled = self.quality.settled, []
        for kept in settled:
            self._append(kept.placed, kept.values, kept.flags)

    def _append(self, times: Float64, values: Float64, flags: NDArray[np.uint8], *, doubted: bool = False) -> None:
        """Keep samples (k,), and take them into the history when it is worth it."""
        ring = self._ring
        alone = doubted or len(flags) > self._batch
        if alone:
            self._recall()
        ring.append(times, values, flags)
        if alone:  # a time that means nothing has no place in it
            self._remember(np.where(self.quality.sure(), times, -np.inf) if doubted else times, values, flags)
        elif ring.total - self._told >= self._wait:
            self._recall()

    @property
    def ring(self) -> Ring:
        """The recent past."""
        self.quality.settle()
        if self.quality.settled:
            self._keep()
        return self._ring

    @ring.setter
    def ring(self, ring: Ring) -> None:
        self._ring = ring

    def __getstate__(self) -> object:
        self.quality.settle()
        self._keep()
        return object.__getstate__(self)

    def judged(self, block: Block) -> Block:
        """Return a block as it is judged: its values as they are calibrated now."""
        if self.calibration is AS_SENT:
            return block
        if self._judged is None or self._judged[0] is not block:
            self._judged = block, replace(block, values=self.calibration.values(block.values))
        return self._judged[1]

    def _remember(self, times: Float64, values: Float64, flags: NDArray[np.uint8]) -> None:
        """Take samples (k,) into history and strip, as far as it is sure when they were."""
        sure = np.isfinite(times)
        self._history.append(times[sure], values[sure])
        self._strip.add(times[sure], flags[sure])
        self._told = self._ring.total

    def calibrate(self, calibration: Calibration) -> None:
        """Let raw values mean something else from the next sample on; what was heard so far stays what it was taken for."""
        if not calibration.alike(self.calibration):
            self.quality.set_limits(self.quality.limits, afresh=True)
            self.calibrated_at = self.time
            if self.time > -math.inf:
                self.steps.append(Step(self.time, self.calibration, calibration))
        self.calibration, self._judged = calibration, None

    def history(self) -> Pyramid:
        """Return everything ever heard, as far as it is sure when it was."""
        if self.ring.total > self._told:
            self._recall()
        return self._history

    def _recall(self) -> None:
        """Take into history and strip what waits for it in the ring."""
        ring = self._ring
        if waiting := ring.total - self._told:
            self._remember(*ring.last(waiting))
            self._wait = max(self._batch, min(ring.capacity // 2, MOST_WAITING))

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
        silent = not quality.speaks(until) and (quality.silence(until) or quality.gap.stale(until))
        return int(Flag.MISSING) if silent else self.flag

    def faults(self, now: float, until: float, hidden: Sequence[Stretch] = ()) -> list[tuple[Fault, float]]:
        """Return (fault, energy) of the last fault of each kind that still counts at `now` (s), heard up to `until` (s).

        What lies in the stretches that are `hidden` is left out.
        """
        quality = self.quality
        if hidden or not quality.speaks(until):
            return self._glow.of(quality.latest(until), now, hidden)
        version = quality.version
        told = self._glow.told(version, now)
        return self._glow.of(quality.latest(until), now, version=version) if told is None else told


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
        self._roster: Roster | None = None
        self._looked = -math.inf
        self.forgotten: list[str] = []  #: channels that nobody expected and that made room for others
        self.refused: dict[
            str, int
        ] = {}  #: channel key -> samples of a quantity the house does not know, or one too many

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"_roster": None}

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
                intake.quality.leave()
                self._neighbours.pop(intake.channel.quantity.name, None)

    def look_over(self, blocks: Sequence[Block]) -> None:
        """Look at what a tick brings before it is taken in, in this order: as many as bring one short block each."""
        if len(blocks) < FEWEST:
            return
        from neodent_viewer.sensors.roster import LONGEST, Roster

        asked: dict[str, tuple[ChannelQuality, Block]] = {}
        for block in blocks:
            intake = self.channels.get(block.channel)
            if intake is None or block.channel in asked or block.calibration or not 0 < len(block.times) <= LONGEST:
                break
            asked[block.channel] = intake.quality, intake.judged(block)
        if len(asked) < FEWEST:
            return
        if self._roster is None:
            self._roster = Roster()
        for quality, _ in asked.values():
            quality.enlist(self._roster)
        self._roster.look(tuple(asked.values()))

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
                intake.quality.leave()
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
