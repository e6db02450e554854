"""Bounded memory between senders and ticks: `Inbox` takes what a thread pushes, `Ring` keeps the recent past of a channel.

Both drop the oldest when they are full, and count what they dropped.
"""

from __future__ import annotations

import math
from array import array as packed
from collections import deque
from collections.abc import Sequence
from itertools import islice, repeat
from threading import Lock
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.sensors.sample import Block, Float64

#: channels handed out at once; of more half wait for the next time, as judging costs more by the block than by the sample
AT_ONCE = 32


class _Waiting:
    """Samples of one channel, in order of arrival; of the first `gone` of them only the place is left."""

    __slots__ = ("arrival", "gone", "raw", "times", "told", "values")

    def __init__(self) -> None:
        self.times, self.values, self.arrival, self.raw = packed("d"), packed("d"), packed("d"), packed("d")
        self.told = False
        self.gone = 0

    def __len__(self) -> int:
        return len(self.times) - self.gone

    def block(self, channel: str) -> Block:
        """Return them as a block; nothing may be added any more."""
        gone = self.gone
        times, values, arrival = np.frombuffer(self.times), np.frombuffer(self.values), np.frombuffer(self.arrival)
        raw = np.frombuffer(self.raw) if self.told else None
        if gone:
            times, values, arrival = times[gone:], values[gone:], arrival[gone:]
            raw = None if raw is None else raw[gone:]
        return Block(channel, times, values, arrival, raw)


class Inbox:
    """Where a source's thread puts samples and a tick takes them out.

    Parameters
    ----------
    capacity : int
        Samples held over all channels; one second of the fastest feed the program promises (10,000/s) and some more.
    """

    def __init__(self, capacity: int = 20_000) -> None:
        self.capacity = capacity
        self._held: dict[str, _Waiting] = {}
        self._count = 0
        self._order: deque[_Waiting] | None = None  # whose the oldest samples are, one entry each; known only when full
        self._lock = Lock()
        self.dropped = 0
        self.received = 0

    def put(self, channel: str, time: float, value: float, arrival: float, raw: float = math.nan) -> None:
        """Take one sample in, from any thread; `raw` is its time (s) by the sender's own clock."""
        self.put_each(((channel, time, value, arrival, raw),))

    def put_each(self, samples: Sequence[tuple[str, float, float, float, float]]) -> None:
        """Take samples in, from any thread, each as in `put`: a packet's worth at once, for which a tick waits once."""
        with self._lock:
            held = self._held
            for channel, time, value, arrival, raw in samples:
                waiting = held.get(channel)
                if waiting is None:
                    waiting = held[channel] = _Waiting()
                waiting.times.append(time)
                waiting.values.append(value)
                waiting.arrival.append(arrival)
                waiting.raw.append(raw)
                if raw == raw:
                    waiting.told = True
                if self._order is not None:
                    self._order.append(waiting)
            self.received += len(samples)
            self._count += len(samples)
            if self._count > self.capacity:
                self._make_room()

    def put_block(self, block: Block) -> None:
        """Take a block in, from any thread."""
        count = len(block)
        with self._lock:
            waiting = self._held.setdefault(block.channel, _Waiting())
            waiting.times.frombytes(block.times.tobytes())
            waiting.values.frombytes(block.values.tobytes())
            waiting.arrival.frombytes(block.arrival.tobytes())
            waiting.raw.frombytes((np.full(count, np.nan) if block.raw is None else block.raw).tobytes())
            waiting.told = waiting.told or block.raw is not None
            self.received += count
            self._count += count
            if self._order is not None:
                self._order.extend(repeat(waiting, count))
            if self._count > self.capacity:
                self._make_room()

    def put_table(
        self,
        times: Sequence[float],
        columns: Sequence[tuple[str, Sequence[float]]],
        arrival: float,
        raw: Sequence[float],
    ) -> None:
        """Take samples of several channels in that were taken at the same times (k,), from any thread.

        `columns` are channels and their values (k,); all of them have arrived together.
        """
        count, came = len(times), [arrival] * len(times)
        with self._lock:
            for channel, values in columns:
                waiting = self._held.get(channel)
                if waiting is None:
                    waiting = self._held[channel] = _Waiting()
                waiting.times.extend(times)
                waiting.values.extend(values)
                waiting.arrival.extend(came)
                waiting.raw.extend(raw)
                waiting.told = True
                if self._order is not None:
                    self._order.extend(repeat(waiting, count))
            self.received += count * len(columns)
            self._count += count * len(columns)
            if self._count > self.capacity:
                self._make_room()

    def _make_room(self) -> None:
        """Drop what has waited longest."""
        if self._order is None:
            owners = [waiting for waiting in self._held.values() if len(waiting)]
            arrival = np.concatenate([np.array(waiting.arrival)[waiting.gone :] for waiting in owners])
            whose = np.repeat(np.arange(len(owners)), [len(waiting) for waiting in owners])
            self._order = deque(owners[i] for i in whose[np.argsort(arrival, kind="stable")].tolist())
        while self._count > self.capacity:
            self._order.popleft().gone += 1
            self._count -= 1
            self.dropped += 1

    def drain(self) -> list[Block]:
        """Take everything out as one block a channel, in order of arrival.

        Of more than `AT_ONCE` channels, half of them, those that have waited longest: the others are first the next time.
        """
        with self._lock:
            count = len(self._held)
            if count <= AT_ONCE:
                taken, self._held = self._held, {}
                self._count = 0
            else:
                names = list(islice(self._held, max(AT_ONCE, (count + 1) // 2)))
                taken = {name: self._held.pop(name) for name in names}
                self._count -= sum(map(len, taken.values()))
            self._order = None
        return [waiting.block(name) for name, waiting in taken.items() if len(waiting)]

    def waiting(self) -> dict[str, float]:
        """Return channel -> arrival (s) of the first of its samples that have not been taken out."""
        with self._lock:
            return {name: waiting.arrival[waiting.gone] for name, waiting in self._held.items() if len(waiting)}


class RingSize(NamedTuple):
    """All there is to say of a ring but its samples.

    Attributes
    ----------
    capacity, most : int
        Samples it keeps, and would keep at most.
    seconds : float
        How far it would reach back.
    total, kept : int
        Samples ever appended, and those it holds.
    """

    capacity: int
    seconds: float
    most: int
    total: int
    kept: int


class Ring:
    """The last samples of one channel with their flags; kept in order of arrival, told in order of time.

    Rows lie in arrays of twice the capacity and slide back to the front when these are full, so that what is kept is
    always one contiguous stretch and appending costs O(1) a sample.

    Parameters
    ----------
    capacity : int
        Samples kept.
    seconds, most : float, int
        It keeps more, up to `most`, where samples come so fast that they would not reach back so far (s).
    """

    def __init__(self, capacity: int, seconds: float = 0.0, most: int = 0) -> None:
        self.capacity = capacity
        self._seconds, self._most = seconds, most
        self._times = np.zeros(2 * capacity)
        self._values = np.zeros(2 * capacity)
        self._flags = np.zeros(2 * capacity, np.uint8)
        self._end = 0
        self.total = 0  #: samples ever appended

    def __len__(self) -> int:
        return min(self.total, self.capacity, self._end)

    @classmethod
    def again(cls, size: RingSize, times: Float64, values: Float64, flags: NDArray[np.uint8]) -> Ring:
        """Return a ring of a certain size that holds the samples (`size.kept`,) given."""
        ring = cls(size.capacity, size.seconds, size.most)
        ring._times[: size.kept], ring._values[: size.kept], ring._flags[: size.kept] = times, values, flags
        ring._end, ring.total = size.kept, size.total
        return ring

    def size(self) -> RingSize:
        """Return all there is to say of it but its samples."""
        return RingSize(self.capacity, self._seconds, self._most, self.total, len(self))

    @property
    def dropped(self) -> int:
        """Samples that were kept once and are gone."""
        return self.total - len(self)

    def append(self, times: Float64, values: Float64, flags: NDArray[np.uint8]) -> None:
        """Add samples (k,) at the end; the oldest make room."""
        count = len(times)
        self.total += count
        if count and self.capacity < self._most and len(self) + count > self.capacity:
            self._follow(times)
        if count > self.capacity:
            times, values, flags = times[-self.capacity :], values[-self.capacity :], flags[-self.capacity :]
            count = self.capacity
        if self._end + count > 2 * self.capacity:
            self._slide(self.capacity - count)
        rows = slice(self._end, self._end + count)
        self._times[rows], self._values[rows], self._flags[rows] = times, values, flags
        self._end += count

    def _follow(self, times: Float64) -> None:
        """Make room for the next samples (k,) beside those there are where all of them are young."""
        kept, count = min(self._end, self.capacity), len(times)
        while self.capacity < self._most and kept + count > self.capacity:
            first = kept + count - self.capacity - 1  # the last of those that would have to go
            oldest = self._times[self._end - kept + first] if first < kept else times[first - kept]
            if not times[-1] - oldest < self._seconds:
                return
            self._grow(kept)

    def _grow(self, kept: int) -> None:
        rows = slice(self._end - kept, self._end)
        self.capacity = min(2 * self.capacity, self._most)
        for name in ("_times", "_values", "_flags"):
            old = getattr(self, name)
            new = np.zeros(2 * self.capacity, old.dtype)
            new[:kept] = old[rows]
            setattr(self, name, new)
        self._end = kept

    def _slide(self, keep: int) -> None:
        rows = slice(self._end - keep, self._end)
        for array in (self._times, self._values, self._flags):
            array[:keep] = array[rows]
        self._end = keep

    def last(self, count: int) -> tuple[Float64, Float64, NDArray[np.uint8]]:
        """Return views of times, values and flags (count,) of the last samples, in order of arrival.

        They are good until the next append.
        """
        rows = slice(self._end - count, self._end)
        return self._times[rows], self._values[rows], self._flags[rows]

    def raise_flag(self, index: int, flag: int) -> None:
        """Make the flag of sample number `index` (counted from the first ever) at least this bad.

        `flag` is suspect or worse; a sample already dropped is let go.
        """
        row = self._end - (self.total - index)
        if row >= self._end - len(self):
            self._flags[row] = max(self._flags[row], flag)

    def time_of(self, index: int) -> float:
        """Return when (s) sample number `index` was taken; NaN for one that is no longer kept."""
        row = self._end - (self.total - index)
        return float(self._times[row]) if self._end - len(self) <= row < self._end else math.nan

    def tail(self, since: float = -np.inf) -> tuple[Float64, Float64, NDArray[np.uint8]]:
        """Return copies of times, values and flags (k,) taken at or after `since` (s), in order of their own time.

        A sample whose time means nothing (NaN) has no place and is left out.
        """
        rows = slice(self._end - len(self), self._end)
        times, values, flags = self._times[rows], self._values[rows], self._flags[rows]
        young = np.nonzero(times >= since)[0]
        if len(young) and (np.diff(times[young]) < 0).any():
            young = young[np.argsort(times[young], kind="stable")]
        return times[young], values[young], flags[young]
