"""Faults put into simulated channels: which, when, and what they do to the samples."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.sensors.channel import Channel, Quantity
from neodent_viewer.sensors.fault import FaultKind
from neodent_viewer.sensors.sample import Float64
from neodent_viewer.sensors.sources.physiology import uniform
from neodent_viewer.sensors.thresholds import limits_of

#: when the demo's first fault comes, and how long from one to the next, seconds
FIRST_FAULT, FAULT_EVERY = 2.4, 9.0
#: kinds the demo cycles through, and how long each lasts in seconds
DEMO_KINDS: tuple[tuple[FaultKind, float], ...] = (
    (FaultKind.OUT_OF_RANGE, 2.5),
    (FaultKind.GAP, 4.0),
    (FaultKind.SPIKE, 3.0),
    (FaultKind.STUCK, 5.0),
    (FaultKind.DRIFT, 3.5),
    (FaultKind.LATE, 5.0),
)
#: kinds that can be put in
INJECTED = (*(kind for kind, _ in DEMO_KINDS), FaultKind.DECOUPLED)
#: what a loose sensor reads by and by, and over how many seconds it gets there by a factor of e: the room, and for force,
#: which has no room to read, an offset no jaw could hold
_ROOM: dict[str, float] = {"temperature": 22.5, "force": 500.0}
_SETTLING = 8.0
#: a late channel's delay grows and shrinks by this much a second, so that samples never overtake each other
_DELAY_SLOPE = 0.8


@dataclass(frozen=True, slots=True)
class SimulatedChannel:
    """A channel and the tooth (FDI, 0 when unknown) its sensor sits on."""

    channel: Channel
    tooth: int = 0


@dataclass(frozen=True, slots=True)
class Injected:
    """A fault put into a simulated channel.

    Attributes
    ----------
    kind : FaultKind
        Or its name; one of `INJECTED`.
    channel : str
        Channel key.
    start, duration : float
        Seconds since the source was started.
    """

    kind: FaultKind
    channel: str
    start: float
    duration: float

    def __post_init__(self) -> None:
        kind = FaultKind(self.kind)
        if kind not in INJECTED:
            raise ValueError(f"there is no simulation of {kind.value}")
        object.__setattr__(self, "kind", kind)

    @property
    def end(self) -> float:
        """Seconds since the source was started."""
        return self.start + self.duration


class Schedule(Protocol):
    """When which fault is put in."""

    def between(self, start: float, end: float) -> list[Injected]:
        """Return the faults that overlap these seconds, in order of their start."""


class Listed:
    """Faults as given."""

    def __init__(self, faults: Sequence[Injected]) -> None:
        self._faults = sorted(faults, key=lambda fault: fault.start)

    def between(self, start: float, end: float) -> list[Injected]:
        """Return the faults that overlap these seconds."""
        return [fault for fault in self._faults if fault.start < end and fault.end > start]


class Demo:
    """One fault at a time, for ever: kinds and teeth in turn, every other one on a front tooth.

    Thermometers carry them, since they show every kind within seconds; without any, whatever there is.
    """

    def __init__(self, channels: Sequence[SimulatedChannel]) -> None:
        warm = [c for c in channels if c.channel.quantity.name == "temperature"] or list(channels)
        # foremost first, the upper jaw before the lower: it is what a smile shows
        order = sorted(warm, key=lambda c: (c.tooth % 10 if c.tooth else 0, c.tooth // 10))
        self._front = [c.channel.key for c in order[:2]]
        self._others = [c.channel.key for c in order[2:]] or self._front

    def fault(self, number: int) -> Injected:
        """Return the fault of this number, counted from 0."""
        kind, duration = DEMO_KINDS[(number + number // len(DEMO_KINDS)) % len(DEMO_KINDS)]
        group = self._others if number % 2 else self._front
        return Injected(kind, group[number // 2 % len(group)], FIRST_FAULT + number * FAULT_EVERY, duration)

    def between(self, start: float, end: float) -> list[Injected]:
        """Return the faults that overlap these seconds."""
        if not self._front:
            return []
        longest = max(duration for _, duration in DEMO_KINDS)
        first = max(0, int(np.ceil((start - longest - FIRST_FAULT) / FAULT_EVERY)))
        last = int(np.floor((end - FIRST_FAULT) / FAULT_EVERY))
        faults = [self.fault(number) for number in range(first, last + 1)]
        return [fault for fault in faults if fault.start < end and fault.end > start]


@dataclass(slots=True, eq=False)
class Stretch:
    """Samples of one channel before they are handed out; arrays (k,), times in seconds since the start."""

    index: NDArray[np.int64]
    times: Float64
    values: Float64
    arrival: Float64
    delivered: NDArray[np.bool_]


def inject(fault: Injected, quantity: Quantity, stretch: Stretch, signal: Callable[[float], float]) -> None:
    """Put a fault into a stretch in place; `signal` tells the healthy value at the first sample from a time (s) on."""
    inside = (stretch.times >= fault.start) & (stretch.times < fault.end)
    if fault.kind is FaultKind.LATE:
        stretch.arrival += _delay(fault, quantity, stretch.times)
    elif fault.kind is FaultKind.GAP:
        stretch.delivered &= ~inside
    elif fault.kind is FaultKind.STUCK:
        stretch.values[inside] = signal(fault.start)
    elif fault.kind is FaultKind.OUT_OF_RANGE:
        stretch.values[inside] += quantity.high - signal(fault.start) + 0.15 * (quantity.high - quantity.low)
    elif fault.kind is FaultKind.DECOUPLED:
        room = _ROOM.get(quantity.name, quantity.high)
        left = np.exp(-(stretch.times - fault.start) / _SETTLING)[inside]
        stretch.values[inside] = room + left * (stretch.values[inside] - room) + _flutter(quantity, stretch, inside)
    elif fault.kind is FaultKind.SPIKE:
        stretch.values[inside & _every_fourth(fault, quantity, stretch)] += _away(quantity) * spike_height(quantity)
    else:  # drift
        run = np.minimum((stretch.times[inside] - fault.start) * drift_rate(quantity), 0.3 * quantity.high)
        stretch.values[inside] += _away(quantity) * run


def _flutter(quantity: Quantity, stretch: Stretch, inside: NDArray[np.bool_]) -> Float64:
    """Return the small unrest of a sensor in the air (k,), by sample index: it is loose, not stuck."""
    return np.asarray(0.002 * quantity.high * (uniform(41, stretch.index[inside]) - 0.5))


def _away(quantity: Quantity) -> float:
    """Return the direction of trouble: acid for pH, up for everything else."""
    return -1.0 if quantity.name == "ph" else 1.0


def spike_height(quantity: Quantity) -> float:
    """Return how high an injected spike is, in the quantity's unit: clearly bad."""
    return 1.5 * limits_of(quantity).spike_bad


def drift_rate(quantity: Quantity) -> float:
    """Return how fast an injected drift runs, units per second; force drifts slower than it can be told from biting."""
    return min(1.6 * limits_of(quantity).rate, 0.2 * (quantity.high - quantity.low))


def _every_fourth(fault: Injected, quantity: Quantity, stretch: Stretch) -> NDArray[np.bool_]:
    """Return which samples spike: the first full one in the fault, then every fourth, by index and so by no block."""
    first = int(np.ceil(fault.start * quantity.rate)) + 1
    return np.asarray((stretch.index - first) % 4 == 0)


def _delay(fault: Injected, quantity: Quantity, times: Float64) -> Float64:
    """Return seconds of delay (k,): up, across, down again within the fault."""
    full = 2.0 * (limits_of(quantity).late + 1.0 / quantity.rate)
    edge = np.minimum(times - fault.start, fault.end - times)
    return np.asarray(np.clip(edge * _DELAY_SLOPE, 0.0, full))
