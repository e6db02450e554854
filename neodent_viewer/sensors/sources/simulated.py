"""A mouth that is not there: seeded, polled, with faults injected on a schedule.

A sample's value, time and arrival are pure functions of seed, channel and sample index, so runs repeat bit for bit however
often `read` is called. Samples are worked out some seconds ahead in stretches and handed out as their arrival time passes.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.core.clock import Clock
from neodent_viewer.core.errors import SensorError
from neodent_viewer.sensors.sample import Block, Float64
from neodent_viewer.sensors.source import SourceStatus
from neodent_viewer.sensors.sources.injection import Demo, Injected, Listed, Schedule, SimulatedChannel, Stretch, inject
from neodent_viewer.sensors.sources.physiology import SIGNALS, seed_of, uniform

#: seconds worked out at a time
STRETCH = 4.0


class _Stream:
    """One channel on its way: what has been worked out and not yet handed out. Times are seconds since the start."""

    def __init__(self, sensor: SimulatedChannel, seed: int, since: float) -> None:
        self.sensor = sensor
        self.seed = seed
        self.rate = sensor.channel.quantity.rate
        # channels do not tick in step, or every tick in four would carry all of them
        self.phase = float(uniform(seed_of(seed, sensor.channel.key) + 5, np.zeros(1, np.int64))[0])
        self.since = since
        # nor are their stretches worked out in one and the same tick
        self.lead = float(uniform(seed_of(seed, sensor.channel.key) + 6, np.zeros(1, np.int64))[0]) * STRETCH
        self.made = int((since + self.lead) // STRETCH)  # stretches worked out, or left out
        self.times = self.values = self.arrival = np.zeros(0)
        self.at = 0

    def times_of(self, index: NDArray[np.int64]) -> Float64:
        """Return when samples `index` (k,) are taken."""
        return np.asarray((index + self.phase) / self.rate, np.float64)

    def healthy(self, index: NDArray[np.int64]) -> Float64:
        """Return what sample `index` (k,) would be without faults."""
        key, tooth = self.sensor.channel.key, self.sensor.tooth
        t = self.times_of(index)
        return SIGNALS[self.sensor.channel.quantity.name](self.seed, tooth, key, t, index)

    def healthy_at(self, time: float) -> float:
        """Return the healthy value of the first sample at or after `time`."""
        index = int(np.ceil(time * self.rate - self.phase))
        return float(self.healthy(np.array([index], np.int64))[0])

    def ahead(self) -> float:
        """Return up to when everything has been worked out."""
        return self.made * STRETCH - self.lead

    def work_out(self, schedule: Schedule) -> None:
        """Add the next stretch behind what still waits."""
        start, end = max(0.0, self.ahead()), self.ahead() + STRETCH
        first, last = (int(np.ceil(edge * self.rate - self.phase)) for edge in (start, end))
        index = np.arange(first, last)
        times = self.times_of(index)
        stretch = Stretch(index, times, self.healthy(index), times.copy(), np.ones(len(index), np.bool_))
        for fault in schedule.between(start, end):
            if fault.channel == self.sensor.channel.key:
                inject(fault, self.sensor.channel.quantity, stretch, self.healthy_at)
        kept = stretch.delivered & (stretch.times >= self.since)
        self.times = np.concatenate([self.times[self.at :], stretch.times[kept]])
        self.values = np.concatenate([self.values[self.at :], stretch.values[kept]])
        self.arrival = np.concatenate([self.arrival[self.at :], stretch.arrival[kept]])
        self.at = 0
        self.made += 1

    def next_arrival(self) -> float:
        """Return when something is due: the next sample, or the next stretch to be worked out."""
        ahead = self.ahead()
        return min(float(self.arrival[self.at]), ahead) if self.at < len(self.arrival) else ahead

    def take(self, until: float, schedule: Schedule, origin: float) -> Block | None:
        """Return what has arrived up to `until`, or None; `origin` is added to all times."""
        while self.ahead() <= until:
            self.work_out(schedule)
        end = int(np.searchsorted(self.arrival, until, side="right"))
        if end <= self.at:
            return None
        rows = slice(self.at, end)
        self.at = end
        times, arrival = self.times[rows] + origin, self.arrival[rows] + origin
        return Block(self.sensor.channel.key, times, self.values[rows].copy(), arrival)


class SimulatedSource:
    """A simulated feed.

    Parameters
    ----------
    channels : sequence of SimulatedChannel
        Raises `SensorError` for a quantity that has no simulation.
    seed : int
    faults : sequence of Injected or None
        None plays the demo's endless schedule, an empty list leaves all channels healthy.
    """

    simulated = True

    def __init__(
        self, channels: Sequence[SimulatedChannel], seed: int = 0, faults: Sequence[Injected] | None = None
    ) -> None:
        self._seed = seed
        self._faults = faults
        self._streams: list[_Stream] = []
        self._origin: float | None = None
        self._until = 0.0
        self._running = False
        self._received = 0
        self.send(channels)

    def send(self, channels: Sequence[SimulatedChannel]) -> None:
        """Send these channels from now on: those that stay go on where they are."""
        for sensor in channels:
            _check(sensor)
        self._schedule: Schedule = Demo(channels) if self._faults is None else Listed(self._faults)
        old = {stream.sensor: stream for stream in self._streams}
        self._streams = [old.get(c) or _Stream(c, self._seed, self._until) for c in dict.fromkeys(channels)]
        self._due = np.zeros(len(self._streams))

    def start(self, clock: Clock) -> None:
        """Begin now; a second start changes nothing."""
        if self._origin is None:
            self._origin = clock.now()
        self._running = True

    def read(self, until: float) -> list[Block]:
        """Return what has arrived up to `until` (s on the clock given to `start`)."""
        if self._origin is None or not self._running:
            return []
        self._until = max(self._until, until - self._origin)
        blocks = []
        for i in np.nonzero(self._due <= self._until)[0].tolist():
            stream = self._streams[i]
            block = stream.take(self._until, self._schedule, self._origin)
            self._due[i] = stream.next_arrival()
            if block is not None:
                blocks.append(block)
                self._received += len(block)
        return blocks

    def status(self) -> SourceStatus:
        """Return counts so far."""
        seen = tuple(stream.sensor.channel.key for stream in self._streams)
        return SourceStatus("Simulated mouth", self._running, self._received, seen=seen)

    def close(self) -> None:
        """Send nothing any more."""
        self._running = False


def _check(sensor: SimulatedChannel) -> None:
    name = sensor.channel.quantity.name
    if name not in SIGNALS:
        remedy = f"Use one of: {', '.join(SIGNALS)}."
        raise SensorError(f"There is no simulation of {name}.", kind="channel", where=sensor.channel.key, remedy=remedy)
