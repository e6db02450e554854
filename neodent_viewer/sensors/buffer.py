"""Bounded memory between senders and ticks: `Inbox` takes what a thread pushes, `Ring` keeps the recent past of a channel.

Both drop the oldest when they are full, and count what they dropped.
"""

from __future__ import annotations

import math
from collections import deque
from itertools import groupby
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.sensors.sample import Block, Float64

#: blocks up to so many samples are kept as samples
_SHORT = 16
#: channel, time, value, arrival, the sender's own time
_Sample = tuple[str, float, float, float, float]


class Inbox:
    """Where a source's thread puts samples and a tick takes them out.

    Parameters
    ----------
    capacity : int
        Samples held over all channels; one second of the fastest feed the program promises (10,000/s) and some more.
    """

    def __init__(self, capacity: int = 20_000) -> None:
        self.capacity = capacity
        self._held: deque[_Sample | Block] = deque()
        self._count = 0
        self._lock = Lock()
        self.dropped = 0
        self.received = 0

    def put(self, channel: str, time: float, value: float, arrival: float, raw: float = math.nan) -> None:
        """Take one sample in, from any thread; `raw` is its time (s) by the sender's own clock."""
        with self._lock:
            self.received += 1
            self._count += 1
            self._held.append((channel, time, value, arrival, raw))
            if self._count > self.capacity:
                self._make_room()

    def put_block(self, block: Block) -> None:
        """Take a block in, from any thread; nothing is paid per sample of a long one."""
        rows: list[_Sample | Block] = [block]
        if len(block) <= _SHORT:  # many short blocks cost the tick that joins them more than their samples do
            raw = np.full(len(block), np.nan) if block.raw is None else block.raw
            columns = (block.times.tolist(), block.values.tolist(), block.arrival.tolist(), raw.tolist())
            rows = [(block.channel, *row) for row in zip(*columns, strict=True)]
        with self._lock:
            self.received += len(block)
            self._count += len(block)
            self._held += rows
            if self._count > self.capacity:
                self._make_room()

    def _make_room(self) -> None:
        """Drop what has waited longest."""
        while (excess := self._count - self.capacity) > 0:
            oldest = self._held.popleft()
            size = len(oldest) if isinstance(oldest, Block) else 1
            if isinstance(oldest, Block) and size > excess:
                self._held.appendleft(oldest.since(excess))
                size = excess
            self._count -= size
            self.dropped += size

    def drain(self) -> list[Block]:
        """Take everything out as one block a channel, in order of arrival."""
        with self._lock:
            held, self._held, self._count = self._held, deque(), 0
        by_channel: dict[str, list[_Sample | Block]] = {}
        for item in held:
            by_channel.setdefault(item.channel if isinstance(item, Block) else item[0], []).append(item)
        return [_joined(channel, items) for channel, items in by_channel.items()]


def _joined(channel: str, items: list[_Sample | Block]) -> Block:
    """Return samples and blocks of one channel as one block."""
    blocks: list[Block] = []
    for is_block, run in groupby(items, lambda item: isinstance(item, Block)):
        if is_block:
            blocks += run  # type: ignore[arg-type]
        else:
            _, times, values, arrival, raw = zip(*run, strict=True)
            own = None if all(one != one for one in raw) else np.array(raw)
            blocks.append(Block(channel, np.array(times), np.array(values), np.array(arrival), own))
    return joined(blocks)


def joined(blocks: list[Block]) -> Block:
    """Return blocks of one channel, in order of arrival, as one."""
    if len(blocks) == 1:
        return blocks[0]
    raws = [np.full(len(one), np.nan) if one.raw is None else one.raw for one in blocks]
    known = any(one.raw is not None for one in blocks)
    return Block(
        blocks[0].channel,
        np.concatenate([one.times for one in blocks]),
        np.concatenate([one.values for one in blocks]),
        np.concatenate([one.arrival for one in blocks]),
        np.concatenate(raws) if known else None,
    )


class Ring:
    """The last samples of one channel with their flags; kept in order of arrival, told in order of time.

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
        """Return copies of times, values and flags (k,) taken at or after `since` (s), in order of their own time.

        A sample whose time means nothing (NaN) has no place and is left out.
        """
        rows = slice(self._end - len(self), self._end)
        times, values, flags = self._times[rows], self._values[rows], self._flags[rows]
        young = np.nonzero(times >= since)[0]
        if len(young) and (np.diff(times[young]) < 0).any():
            young = young[np.argsort(times[young], kind="stable")]
        return times[young], values[young], flags[young]
