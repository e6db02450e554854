"""Labelled records: a mouth at rest and at its daily life, with faults of known onset and fixed magnitude, and without.

A record is made whole from its seed, then faults are put in; labels tell their true times on the program's clock, whatever
the sender's clock says. `MAGNITUDES` is the contract.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from neodent_viewer.sensors.channel import QUANTITIES, Quantity
from neodent_viewer.sensors.fault import FaultKind
from neodent_viewer.sensors.sample import Float64
from neodent_viewer.sensors.sources.episodes import Episode, mouth, resting
from neodent_viewer.sensors.sources.physiology import normal, seed_of, uniform

#: how large each fault is: standard deviations of the minute around, units per hour, seconds, periods, shares of the span
MAGNITUDES: dict[str, float] = {
    "spike": 6.0,
    "drift ph": 0.1,
    "drift temperature": 0.5,
    "stuck": 5.0,
    "gap": 3.0,
    "out_of_range": 0.1,
    "room": 22.5,
    "clock_jump": 10.0,
}
HOUR = 3600.0
#: seconds between faults of a record, and where the first one is
_EVERY, _FIRST = 240.0, 420.0


@dataclass(frozen=True, slots=True)
class Label:
    """A fault that is really there.

    Attributes
    ----------
    kind : FaultKind
    onset, end : float
        Seconds on the program's clock.
    """

    kind: FaultKind
    onset: float
    end: float


@dataclass(slots=True, eq=False)
class Record:
    """Samples of one channel with what is wrong with them.

    Attributes
    ----------
    name, quantity : str
    rate : float
        Samples per second.
    times, arrival, values : ndarray (k,) float64
        As the sender says; as they came, on the program's clock; in the quantity's unit.
    labels : list of Label
    episodes : list of Episode
    """

    name: str
    quantity: str
    rate: float
    times: Float64
    arrival: Float64
    values: Float64
    labels: list[Label] = field(default_factory=list)
    episodes: list[Episode] = field(default_factory=list)

    @property
    def hours(self) -> float:
        """How long it is."""
        return float(self.arrival[-1] - self.arrival[0]) / HOUR if len(self.arrival) else 0.0


def records(seed: int) -> Iterator[Record]:
    """Yield the corpus of a seed: faults in turn, drifts, and days without any fault."""
    for quantity in ("temperature", "ph"):
        yield with_faults(quantity, seed)
        yield with_drift(quantity, seed)
        yield healthy(f"day-{quantity}", quantity, seed, _day(seed), 2.0 * HOUR)
        night = [Episode("sleep", 1.2 * HOUR, 6.5 * HOUR)]
        yield healthy(f"night-{quantity}", quantity, seed, night, 8.0 * HOUR)
    meal = [Episode("chewing", 60.0, 540.0)]
    yield healthy("meal-force", "force", seed, meal, 600.0, rate=QUANTITIES["force"].rate)


def _day(seed: int) -> list[Episode]:
    """Return two hours of drinks, meals and talk, in an order of the seed's own."""
    kinds = ["acid drink", "hot tea", "chewing", "speech"] * 2
    order = np.argsort(uniform(seed_of(seed, "day"), np.arange(len(kinds))))
    starts = 400.0 + 820.0 * np.arange(len(kinds))
    return [
        Episode(kinds[i], start, start + (300.0 if "i" in kinds[i] else 500.0))
        for i, start in zip(order.tolist(), starts.tolist(), strict=True)
    ]


def healthy(
    name: str, quantity: str, seed: int, episodes: list[Episode], seconds: float, rate: float = 1.0, tooth: int = 13
) -> Record:
    """Return a record without faults."""
    t = np.arange(int(seconds * rate)) / rate
    # a network's delay: never less than 20 ms, mostly a little more
    delay = 0.02 + 0.01 * np.abs(normal(seed_of(seed, name), np.arange(len(t))))
    values = mouth(quantity, seed_of(seed, name), tooth, t, episodes)
    return Record(name, quantity, rate, t, np.maximum.accumulate(t + delay), values, episodes=episodes)


def with_drift(quantity: str, seed: int) -> Record:
    """Return six hours in which a drift sets in during the second."""
    record = healthy(f"drift-{quantity}", quantity, seed, [], 6.0 * HOUR)
    onset = HOUR * (1.0 + float(uniform(seed_of(seed, quantity), np.arange(1))[0]))
    sign = -1.0 if seed % 2 else 1.0
    hours = np.clip(record.times - onset, 0.0, None) / HOUR
    record.values = record.values + sign * MAGNITUDES[f"drift {quantity}"] * hours
    record.labels.append(Label(FaultKind.DRIFT, onset, float(record.times[-1])))
    return record


def with_faults(quantity: str, seed: int) -> Record:
    """Return two and a half hours of all short faults in turn, and a drink between them now and then."""
    name = f"faults-{quantity}"
    drinks = [Episode(kind, start, start + 90.0) for kind, start in (("hot tea", 60.0), ("acid drink", 4600.0))]
    record = healthy(name, quantity, seed, drinks, 2.5 * HOUR)
    kinds = [kind for kind in INJECTORS if quantity == "temperature" or kind is not FaultKind.DECOUPLED]
    dice = uniform(seed_of(seed, name + " dice"), np.arange(400))
    shift = np.zeros(len(record.times))
    kept = np.ones(len(record.times), np.bool_)
    work = _Work(record, shift, kept, resting(quantity, seed_of(seed, name), 13, record.times))
    at, number = _FIRST, 0
    while at < record.times[-1] - 2.0 * _EVERY and number < 200:
        kind = kinds[number % len(kinds)]
        onset, die = at + 60.0 * float(dice[2 * number]), float(dice[2 * number + 1])
        at += _EVERY
        number += 1
        if any(episode.start - 120.0 < onset < episode.end + 200.0 for episode in drinks):
            continue
        row = int(np.searchsorted(record.times, onset))
        record.labels.append(INJECTORS[kind](work, row, die))
    record.times = record.times + shift
    record.times, record.arrival, record.values = (
        column[kept] for column in (record.times, record.arrival, record.values)
    )
    return record


def white_noise(quantity: str, seed: int, level: float, sigma: float, count: int = 20_000) -> Record:
    """Return a record of plain white noise at 1 Hz with a spike of six of its own standard deviations now and then.

    Not part of the corpus, for no mouth is like it; but it is what a spike test is usually held against. There is a spike
    every 300 to 500 samples.
    """
    dice = {part: seed_of(seed, f"white {quantity} {part}") for part in ("noise", "place", "sign")}
    t = np.arange(float(count))
    values = level + sigma * normal(dice["noise"], np.arange(count))
    steps = 300 + (200.0 * uniform(dice["place"], np.arange(count // 300))).astype(np.int64)
    rows = (400 + np.concatenate([[0], np.cumsum(steps)]))[:-1]
    rows = rows[rows < count - 50]
    signs = np.where(uniform(dice["sign"], np.arange(len(rows))) < 0.5, 1.0, -1.0)
    values[rows] += signs * MAGNITUDES["spike"] * sigma
    labels = [Label(FaultKind.SPIKE, float(row), float(row)) for row in rows.tolist()]
    return Record(f"white-{quantity}", quantity, 1.0, t, t + 0.02, values, labels)


@dataclass(slots=True, eq=False)
class _Work:
    """A record while faults are put into it: times are still the true ones."""

    record: Record
    shift: Float64  # what the sender's clock is off, s (k,)
    kept: np.ndarray[tuple[int], np.dtype[np.bool_]]
    calm: Float64  # the record without episodes (k,)

    def label(self, kind: FaultKind, row: int, end: int) -> Label:
        """Return the label of rows up to and with `end`."""
        times = self.record.times
        return Label(kind, float(times[row]), float(times[min(end, len(times) - 1)]))


def _spike(work: _Work, row: int, die: float) -> Label:
    minute = work.calm[max(0, row - 30) : row + 30]
    work.record.values[row] += (1.0 if die < 0.5 else -1.0) * MAGNITUDES["spike"] * float(minute.std())
    return work.label(FaultKind.SPIKE, row, row)


def _stuck(work: _Work, row: int, die: float) -> Label:
    last = row + round(MAGNITUDES["stuck"] * work.record.rate)
    work.record.values[row + 1 : last + 1] = work.record.values[row]
    return work.label(FaultKind.STUCK, row, last)


def _gap(work: _Work, row: int, die: float) -> Label:
    count = int(MAGNITUDES["gap"])
    work.kept[row : row + count] = False
    return work.label(FaultKind.GAP, row, row + count)


def _out_of_range(work: _Work, row: int, die: float) -> Label:
    quantity: Quantity = QUANTITIES[work.record.quantity]
    beyond = MAGNITUDES["out_of_range"] * (quantity.high - quantity.low)
    level = quantity.high + beyond if die < 0.5 else quantity.low - beyond
    last = row + 3 + int(8 * die)
    part = slice(row, last + 1)
    work.record.values[part] = level + (work.calm[part] - work.calm[row])
    return work.label(FaultKind.OUT_OF_RANGE, row, last)


def _decoupled(work: _Work, row: int, die: float) -> Label:
    """Let a thermometer go to the room's warmth and back: it settles like any sealed sensor."""
    times, values = work.record.times, work.record.values
    last = row + int((100.0 + 80.0 * die) * work.record.rate)
    away = 1.0 - np.exp(-(times[row : last + 1] - times[row]) / 9.0)
    back = away[-1] * np.exp(-(times[last + 1 :] - times[last]) / 6.0)
    share = np.concatenate([away, back])
    index = np.arange(row, len(values))
    room = MAGNITUDES["room"] + die + 0.2 * np.sin(times[row:] / 37.0) + 0.03 * normal(round(1e6 * die), index)
    values[row:] += share * (room - work.calm[row:])
    return work.label(FaultKind.DECOUPLED, row, last)


def _clock_jump(work: _Work, row: int, die: float) -> Label:
    work.shift[row:] += MAGNITUDES["clock_jump"] * (1.0 if die < 0.5 else -1.0)
    return work.label(FaultKind.CLOCK_JUMP, row, row)


#: what puts a fault into a record at a row, given a die in [0, 1); one line a kind
INJECTORS: dict[FaultKind, Callable[[_Work, int, float], Label]] = {
    FaultKind.SPIKE: _spike,
    FaultKind.STUCK: _stuck,
    FaultKind.GAP: _gap,
    FaultKind.OUT_OF_RANGE: _out_of_range,
    FaultKind.DECOUPLED: _decoupled,
    FaultKind.CLOCK_JUMP: _clock_jump,
}
