"""Bounded memory between senders and ticks: `Inbox` takes what a thread pushes, `Ring` keeps the recent past of a channel.

Both drop the oldest when they are full, and count what they dropped.
"""

from __future__ import annotations

from collections import deque
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.sensors.sample import Block, Float64, block


class Inbox:
    """Where a source's thread puts samples and a tick takes them out.

    Parameters
    ----------
    capacity : int
        Samples held over all channels; one second of the fastest feed the program promises (10,000/s) and some more.
    """

    def __init__(self, capacity: int = 20_000) -> None:
        self._samples: deque[tuple[str, float, float, float]] = deque(maxlen=capacity)
        self._lock = Lock()
        self.dropped = 0
        self.received = 0

    def put(self, channel: str, time: float, value: float, arrival: float) -> None:
        """Take one sample in, from any thread."""
        with self._lock:
            self.received += 1
            if len(self._samples) == self._samples.maxlen:
                self.dropped += 1
            self._samples.append((channel, time, value, arrival))

    def drain(self) -> list[Block]:
        """Take everything out as one block a channel, in order of arrival."""
        with self._lock:
            samples = list(self._samples)
            self._samples.clear()
        by_channel: dict[str, list[tuple[float, float, float]]] = {}
        for channel, *sample in samples:
            by_channel.setdefault(channel, []).append((sample[0], sample[1], sample[2]))
        return [block(channel, *zip(*rows, strict=True)) for channel, rows in by_channel.items()]


class Ring:
    """The last samples of one channel with their flags, in order of arrival.

    Rows lie in arrays of twice the capacity and slide back to the front when these are full, so that what is kept is
    always one contiguous stretch and appending costs O(1) a sample.

    Parameters
    ----------
    capacity : int
        Samples kept.
    """

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self._times = np.zeros(2 * capacity)
        self._values = np.zeros(2 * capacity)
        self._flags = np.zeros(2 * capacity, np.uint8)
        self._end = 0
        self.total = 0  #: samples ever appended

    def __len__(self) -> int:
        return min(self.total, self.capacity, self._end)

    @property
    def dropped(self) -> int:
        """Samples that were kept once and are gone."""
        return self.total - len(self)

    def append(self, times: Float64, values: Float64, flags: NDArray[np.uint8]) -> None:
        """Add samples (k,) at the end; the oldest make room."""
        self.total += len(times)
        times, values, flags = times[-self.capacity :], values[-self.capacity :], flags[-self.capacity :]
        count = len(times)
        if self._end + count > 2 * self.capacity:
            self._slide(self.capacity - count)
        rows = slice(self._end, self._end + count)
        self._times[rows], self._values[rows], self._flags[rows] = times, values, flags
        self._end += count

    def _slide(self, keep: int) -> None:
        rows = slice(self._end - keep, self._end)
        for array in (self._times, self._values, self._flags):
            array[:keep] = array[rows]
        self._end = keep

    def raise_flag(self, index: int, flag: int) -> None:
        """Make the flag of sample number `index` (counted from the first ever) at least this bad.

        `flag` is suspect or worse; a sample already dropped is let go.
        """
        row = self._end - (self.total - index)
        if row >= self._end - len(self):
            self._flags[row] = max(self._flags[row], flag)

    def tail(self, since: float = -np.inf) -> tuple[Float64, Float64, NDArray[np.uint8]]:
        """Return copies of times, values and flags (k,) from the first sample taken at or after `since` (s) on."""
        rows = slice(self._end - len(self), self._end)
        times = self._times[rows]
        # late samples lie after younger ones, so the first row that is young enough bounds the stretch, not a bisection
        first = int(np.argmax(times >= since)) if len(times) and (times >= since).any() else len(times)
        return times[first:].copy(), self._values[rows][first:].copy(), self._flags[rows][first:].copy()
