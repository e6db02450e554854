"""Rings of many states of one recording, kept as what each adds to the one before it.

The rings of two neighbouring states share nearly all they hold, and what they hold is mostly in the recording: when samples
were taken and what their raw values mean. So a state keeps of its rings only how long they are, and what is new since the
state before it: flags, which earlier samples turned out worse, and times and values where they are not the recording's own (a
sender's clock had leapt, say). From these a ring is made again as it was, to the last bit.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.sensors.buffer import Ring, RingSize
from neodent_viewer.sensors.sample import Float64
from neodent_viewer.sensors.track import Track

Flags = NDArray[np.uint8]


class RingPart(NamedTuple):
    """What a channel's ring has that it had not at the state before.

    Attributes
    ----------
    first : int
        Number of the first new sample, counted from the first ever heard.
    flags : ndarray (k,) uint8
        Of the new samples.
    worse : ndarray (w,) int64
        Numbers of samples before them whose flags have changed since.
    worse_flags : ndarray (w,) uint8
        What those are now.
    odd : ndarray (o,) int64
        Numbers of new samples whose time or value is not the recording's own.
    odd_times, odd_values : ndarray (o,) float64
        Those (s, and the channel's unit).
    """

    first: int
    flags: Flags
    worse: NDArray[np.int64]
    worse_flags: Flags
    odd: NDArray[np.int64]
    odd_times: Float64
    odd_values: Float64


class RingParts:
    """Tells what is new in rings, state after state.

    Parameters
    ----------
    tracks : sequence of Track
        Whose samples the rings are filled with, from the first one on.
    """

    def __init__(self, tracks: Sequence[Track]) -> None:
        self._tracks = {track.channel: track for track in tracks}
        self._before: dict[str, tuple[int, Flags]] = {}  # samples ever heard, and the flags of those kept

    def followed(self, rings: Mapping[str, Ring], now: float) -> dict[str, Ring]:
        """Return the rings that hold what was read of their tracks up to `now` (s); of a forgotten channel it does not."""
        return {
            key: ring
            for key, ring in rings.items()
            if ring.total == (np.searchsorted(self._tracks[key].read, now, side="right") if key in self._tracks else 0)
        }

    def since(self, rings: Mapping[str, Ring]) -> dict[str, RingPart]:
        """Return what each ring has that it had not when this was last asked; nothing of those with nothing new."""
        return {key: part for key, ring in rings.items() if (part := self._part(key, ring)) is not None}

    def _part(self, key: str, ring: Ring) -> RingPart | None:
        heard, old = self._before.get(key, (0, np.zeros(0, np.uint8)))
        times, values, flags = ring.last(len(ring))
        oldest = ring.total - len(ring)
        first = max(heard, oldest)
        shared = max(0, heard - oldest)
        changed = np.nonzero(old[len(old) - shared :] != flags[:shared])[0]
        if first == ring.total and not len(changed):
            return None
        self._before[key] = ring.total, flags.copy()
        new = slice(len(ring) - (ring.total - first), None)
        own_times, own_values = told_by(self._tracks[key], first, ring.total)
        odd = np.nonzero(~(alike(times[new], own_times) & alike(values[new], own_values)))[0]
        return RingPart(
            first,
            flags[new].copy(),
            changed + oldest,
            flags[changed],
            odd + first,
            times[new][odd],
            values[new][odd],
        )


def alike(a: Float64, b: Float64) -> NDArray[np.bool_]:
    """Return where two arrays (k,) are the same to the last bit."""
    same: NDArray[np.bool_] = np.ascontiguousarray(a).view(np.int64) == np.ascontiguousarray(b).view(np.int64)
    return same


def told_by(track: Track, first: int, end: int) -> tuple[Float64, Float64]:
    """Return times (s) and values (k,) of a track's samples from row `first` to `end`, values as they are meant."""
    values = track.values[first:end].copy()
    for rows, step in track.stretches(first, end):
        if step is not None:
            here = slice(rows.start - first, rows.stop - first)
            values[here] = step[1].values(values[here])
    return track.times[first:end].copy(), values


class _Column:
    """What was told of some samples of a channel, state after state."""

    def __init__(self) -> None:
        self._states: list[int] = []
        self._heard: list[int] = []
        self._told: list[tuple[NDArray[np.int64], tuple[NDArray[np.generic], ...]]] = []

    def add(self, state: int, heard: int, numbers: NDArray[np.int64], *columns: NDArray[np.generic]) -> None:
        """Take in what a state, at which so many samples had been heard, tells of some (k,) of them."""
        if len(numbers):
            self._states.append(state)
            self._heard.append(heard)
            self._told.append((numbers, columns))

    def lay(self, state: int, oldest: int, *onto: NDArray[np.generic]) -> None:
        """Write what was told up to a state over arrays that begin with sample number `oldest`; later words count."""
        for numbers, columns in self._told[bisect_right(self._heard, oldest) : bisect_right(self._states, state)]:
            kept = numbers >= oldest
            for array, column in zip(onto, columns, strict=True):
                array[numbers[kept] - oldest] = column[kept]


class _Kept:
    """Flags of all samples of one channel as states first told them, and what was told differently."""

    def __init__(self, count: int) -> None:
        self.flags = np.zeros(count, np.uint8)
        self.worse, self.odd = _Column(), _Column()


class KnownRings:
    """The rings of all states of a recording.

    Parameters
    ----------
    tracks : sequence of Track
        Of the recording.
    """

    def __init__(self, tracks: Sequence[Track]) -> None:
        self._tracks = {track.channel: track for track in tracks}
        self._kept = {track.channel: _Kept(len(track)) for track in tracks}
        self._states = 0

    def add(self, parts: Mapping[str, RingPart]) -> None:
        """Take in what the next state adds."""
        for key, part in parts.items():
            kept = self._kept[key]
            heard = part.first + len(part.flags)
            kept.flags[part.first : heard] = part.flags
            kept.worse.add(self._states, heard, part.worse, part.worse_flags)
            kept.odd.add(self._states, heard, part.odd, part.odd_times, part.odd_values)
        self._states += 1

    def ring(self, key: str, size: RingSize, state: int) -> Ring:
        """Return a channel's ring as it was at state number `state`, of which `size` is known."""
        if not size.kept:
            return Ring.again(size, np.zeros(0), np.zeros(0), np.zeros(0, np.uint8))
        kept, oldest = self._kept[key], size.total - size.kept
        flags = kept.flags[oldest : size.total].copy()
        times, values = told_by(self._tracks[key], oldest, size.total)
        kept.worse.lay(state, oldest, flags)
        kept.odd.lay(state, oldest, times, values)
        return Ring.again(size, times, values, flags)
