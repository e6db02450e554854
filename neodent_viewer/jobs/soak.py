"""The live side under load for as long as one likes: what it loses, how long ticks take, and whether its memory grows.

A mouth of 64 sensors, whose faults come round again and again, sends 10,000 samples/s through everything that a feed from
outside goes through but the network: reception, inbox, mapping, checks, rings, histories, consent and the Moment.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from neodent_viewer.core.clock import Clock, ManualClock, MonotonicClock
from neodent_viewer.document.anchor import Anchor
from neodent_viewer.document.document import Document
from neodent_viewer.document.probe import Probe
from neodent_viewer.jobs.figure import Figure
from neodent_viewer.live.live import Live
from neodent_viewer.live.mapping import MappedSource
from neodent_viewer.sensors.channel import QUANTITIES, channel
from neodent_viewer.sensors.reception import Reception
from neodent_viewer.sensors.sample import Block, Float64
from neodent_viewer.sensors.source import SourceStatus

CHANNELS, RATE, TICKS = 64, 10_000, 60
#: seconds between looks at the memory, and between what a panel asks
_LOOK, _ASK = 5.0, 0.5
#: share of the time that counts as warming up
_WARM = 0.25
#: seconds after which each sensor's troubles come round again
_ROUND = 120.0


class Mouths:
    """Sensors in great number, whose values and troubles follow from the time alone."""

    simulated = False

    def __init__(self, channels: int = CHANNELS, rate: int = RATE, *, faults: bool = True) -> None:
        self.reception = Reception("Soak")
        #: channel keys
        self.keys = tuple(f"s{i}/{_quantity(i)}" for i in range(channels))
        self._each = rate / channels
        self._faults = faults
        self._sent = 0
        self._start = 0.0
        self._rng = np.random.default_rng(0)
        self.sent = 0  #: samples sent so far
        self.done = False  #: whether no more are sent

    def start(self, clock: Clock) -> None:
        """Begin now."""
        self.reception.start(clock)
        self._start = clock.now()

    def read(self, until: float) -> list[Block]:
        """Return what has arrived up to `until` (s)."""
        due = int((until - self._start) * self._each)
        if due > self._sent and not self.done:
            at = np.arange(self._sent, due) / self._each
            for i, name in enumerate(self.keys):
                self._speak(i, name, at, until)
            self._sent = due
        return self.reception.drain()

    def _speak(self, i: int, name: str, at: Float64, until: float) -> None:
        quantity = QUANTITIES[name.rpartition("/")[2]]
        middle, noise = 0.5 * (quantity.show_low + quantity.show_high), 0.01 * (quantity.show_high - quantity.show_low)
        values = middle + noise * self._rng.standard_normal(len(at))
        times = self._start + at
        phase = (at[0] + 1.7 * i) % _ROUND if self._faults else _ROUND
        if phase < 2.0:
            return  # silent
        if phase < 6.0:
            values[:] = middle
        elif phase < 6.1:
            values[-1] = quantity.high * 1.5
        elif phase < 20.0:
            times = times + 12.0  # its clock has leapt
        elif phase < 20.1:
            self.reception.take_pack(b'[{"n":"' + name.encode() + b'","vs":"nonsense"}]')
        self.sent += len(times)
        self.reception.take_block(name, quantity.unit, times, values, until, np.full(len(times), np.nan), origin="soak")

    def unit_of(self, address: str) -> str:
        """Return the unit a stream's values come in."""
        return self.reception.discovery.unit_of(address)

    def status(self) -> SourceStatus:
        """Return counts so far."""
        return self.reception.status("Soak", running=True)

    def close(self) -> None:
        """Nothing to let go of."""


@dataclass(slots=True)
class Soaked:
    """What a soak has found.

    Attributes
    ----------
    seconds : float
        Of signal.
    sent, taken, dropped : int
        Samples.
    ticks : ndarray (t,) float64
        What each took, ms.
    memory : list of (float, float)
        Seconds since the start, and resident memory in KiB.
    """

    seconds: float = 0.0
    sent: int = 0
    taken: int = 0
    dropped: int = 0
    memory: list[tuple[float, float]] = field(default_factory=list)
    _ticks: Float64 = field(default_factory=lambda: np.zeros(0))
    _count: int = 0

    @property
    def ticks(self) -> Float64:
        """What each tick took so far."""
        return self._ticks[: self._count]

    def expect(self, ticks: int) -> None:
        """Make room at the beginning: the soak's own memory must not be what grows."""
        self._ticks = np.full(ticks, np.nan)

    def note(self, took: float) -> None:
        """Take a tick in; none is forgotten."""
        if self._count == len(self._ticks):
            self._ticks = np.append(self._ticks, np.full(len(self._ticks) + 64, np.nan))
        self._ticks[self._count] = took
        self._count += 1

    def slope(self) -> float:
        """Return by how much the memory grows, KiB a minute: least squares over what follows the warming up."""
        rows = [(at, size) for at, size in self.memory if at >= _WARM * self.seconds]
        if len(rows) < 3:
            return 0.0
        at, size = np.array(rows).T
        return float(np.polyfit(at / 60.0, size, 1)[0])


def crowd(channels: int = CHANNELS) -> Document:
    """Return a document with so many probes."""
    document = Document()
    anchor = Anchor("upper", 1, 0, (1.0, 0.0, 0.0), (0.0, 0.0, 0.0))
    for i in range(channels):
        name = f"s{i}"
        document.set(("probes", name), Probe(name, name, anchor, 11, (channel(name, _quantity(i)),)))
    return document


def _quantity(i: int) -> str:
    return list(QUANTITIES)[i % len(QUANTITIES)]


def soak(live: Live, source: Mouths, seconds: float, clock: ManualClock | None = None) -> Iterator[Soaked]:
    """Tick for so many seconds; yield what was found so far at every look at the memory, and at the end.

    Parameters
    ----------
    live : Live
    source : Mouths
        Which `live` listens to.
    seconds : float
    clock : ManualClock or None
        `live`'s own, to run as fast as can be; None runs by its clock, 60 ticks a second.
    """
    found, start = Soaked(), live.clock.now()
    found.expect(round(1.05 * seconds * TICKS) + 64)
    looked = asked = -np.inf
    while (now := live.clock.now() - start) < seconds:
        began = time.perf_counter()
        live.tick()
        found.note((time.perf_counter() - began) * 1e3)
        if now - asked >= _ASK:  # what a window asks for while it shows the sensors
            asked = now
            live.status()
            for key in source.keys[:4]:
                live.series(key)
                live.history(key, start, start + now, 300)
                live.faults(key)
        if now - looked >= _LOOK:
            looked = now
            found.memory.append((now, resident()))
            yield _count(found, live, source, now)
        if clock is not None:
            clock.advance(1 / TICKS)
        else:
            time.sleep(max(0.0, 1 / TICKS - (time.perf_counter() - began)))
    source.done = True
    for _ in range(2):  # of many streams half wait one tick
        live.tick()
    found.memory.append((seconds, resident()))
    yield _count(found, live, source, seconds)


def _count(found: Soaked, live: Live, source: Mouths, now: float) -> Soaked:
    status = live.status()
    found.seconds, found.sent = now, source.sent
    found.taken = sum(one.samples for one in status.channels)
    found.dropped = sum(one.dropped for one in status.sources)
    return found


def resident() -> float:
    """Return the memory that this process holds now, KiB; its greatest so far where the system tells no more."""
    try:
        return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1024
    except OSError:
        import resource

        return float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def bench_soak(_: int, minutes: float = 1.0) -> Iterator[Figure]:
    """Measure a bad evening: ticks, losses and the slope of the memory.

    Each sensor fails several times in two minutes, and what failed is remembered, 128 times for each kind and test of a
    channel: until those are full, after some hours, their number is what grows, and it is told beside the slope. A tick here
    also does what a feed from outside does in a thread of its own.
    """
    live, source = Live(crowd(), MonotonicClock()), Mouths()
    live.grant(["*"], ["view"], datetime(2100, 1, 1, tzinfo=UTC), "Nobody")
    live.add_source(MappedSource(source, live.document))
    try:
        *_before, found = soak(live, source, 60.0 * minutes)
        remembered = sum(len(live.faults(key)) for key in source.keys)
    finally:
        live.close()
    extra = {
        "p99_ms": round(float(np.percentile(found.ticks, 99)), 3),
        "memory_slope_kib_per_min": round(found.slope(), 1),
        "memory_mib": round(found.memory[-1][1] / 1024, 1),
        "faults_remembered": remembered,
        "sent": found.sent,
        "taken": found.taken,
        "dropped": found.dropped,
    }
    yield Figure(
        "soak",
        found.ticks.tolist(),
        f"{minutes:g} min of {RATE} samples/s over {CHANNELS} channels, all failing",
        extra,
    )
