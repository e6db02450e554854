"""All samples of one channel over a stretch of time, as a recording keeps them: raw, with flags, and when each was read."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from neodent_viewer.sensors.calibration import AS_SENT, Recalibration, Step, moment_words
from neodent_viewer.sensors.channel import Flag
from neodent_viewer.sensors.sample import Block, Float64


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """Samples of one channel in the order in which they were read.

    Attributes
    ----------
    channel : str
        Channel key.
    times, values, arrival : ndarray (k,) float64
        As in `Block`: seconds on the clock of the program that recorded, and raw values.
    told : ndarray (k,) float64
        Times by the sender's own clock; NaN where it told none.
    flags : ndarray (k,) uint8
        Worst flag known when the recording ended.
    read : ndarray (k,) float64
        Time (s) of the tick that read each sample; never falls. Two samples of one tick have one and the same.
    number : ndarray (k,) int64
        Counted from the first sample the program ever heard of the channel; rises, and leaps where some were not recorded.
    unit : str
        As told in the recording; empty where nothing was said.
    simulated : bool
        Whether a simulation sent it.
    calibrations : tuple of (float, Calibration)
        What raw values mean, and from which `read` time (s) on, which never falls; as sent before the first.
    recalibrated : tuple of Recalibration
        How that came to differ from what they were taken for, oldest first.
    """

    channel: str
    times: Float64
    values: Float64
    arrival: Float64
    told: Float64
    flags: NDArray[np.uint8]
    read: Float64
    number: NDArray[np.int64]
    unit: str = ""
    simulated: bool = False
    calibrations: tuple[Step, ...] = ()
    recalibrated: tuple[Recalibration, ...] = ()

    def __len__(self) -> int:
        return len(self.times)

    def rows(self, picked: slice | NDArray[np.bool_]) -> Track:
        """Return some of the samples."""
        return Track(
            self.channel,
            self.times[picked],
            self.values[picked],
            self.arrival[picked],
            self.told[picked],
            self.flags[picked],
            self.read[picked],
            self.number[picked],
            self.unit,
            self.simulated,
            self.calibrations,
            self.recalibrated,
        )

    def blocks(self, picked: slice) -> list[Block]:
        """Return the samples from `picked.start` to `picked.stop` as sent, with what they mean: a block a calibration."""
        return [
            replace(self.block(rows), calibration=AS_SENT if step is None else step[1])
            for rows, step in self.stretches(picked.start, picked.stop)
        ]

    def stretches(self, start: int, stop: int) -> list[tuple[slice, Step | None]]:
        """Return the rows from `start` to `stop` in stretches with the step that counts there; None is as sent."""
        if not self.calibrations:
            return [(slice(start, stop), None)] if stop > start else []
        starts = [int(np.searchsorted(self.read, since)) for since, _ in self.calibrations]
        inside = {at for at in starts if start < at < stop}
        found = []
        for first, end in pairwise(sorted({start, stop, *inside})):
            counts = bisect_right(starts, first)
            found.append((slice(first, end), self.calibrations[counts - 1] if counts else None))
        return found

    def step_at(self, read: float) -> Step | None:
        """Return the step that counts for what is read at a time (s); None is as sent."""
        return next((step for step in reversed(self.calibrations) if step[0] <= read), None)

    def words(self, zero: float = 0.0) -> list[str]:
        """Return what the raw values mean, and what was changed about that, in sentences; nothing where they count as sent.

        Times are counted from `zero` (s on the recording's clock).

        >>> replace(track("t11/ph", [0.0], [7.0], unit="pH"), calibrations=((0.0, replace(AS_SENT, offset=-0.5)),)).words()
        ['1 × raw − 0.5 from 0.0 s on']
        """
        found = []
        for since, made in self.calibrations:
            told = [part for part in (made.by, moment_words(made.at)) if part]
            known = f" ({', '.join(told)})" if told else ""
            found.append(f"{made.words(self.unit)} from {since - zero:.1f} s on{known}")
        for act in self.recalibrated:
            span = f"from {act.start - zero:.1f} s to " + (f"{act.end - zero:.1f} s" if act.end < np.inf else "the end")
            before = ", ".join(f"{made.words(self.unit)} from {since - zero:.1f} s on" for since, made in act.before)
            by = f" by {act.by}" if act.by else ""
            found.append(f"calibrated anew on {moment_words(act.at)}{by} {span}; before: {before or 'as sent'}")
        return found

    def formulas(self) -> tuple[Float64, Float64]:
        """Return gain and offset (k,), float64, of every sample: its value is ``gain * raw + offset``."""
        gain, offset = np.ones(len(self)), np.zeros(len(self))
        for rows, step in self.stretches(0, len(self)):
            if step is not None:
                gain[rows], offset[rows] = step[1].gain, step[1].offset
        return gain, offset

    def meant(self) -> Float64:
        """Return what the raw values mean, (k,) float64: bit for bit what a live side takes them for."""
        found = self.values.copy()
        for rows, step in self.stretches(0, len(self)):
            if step is not None:
                found[rows] = step[1].values(self.values[rows])
        return found

    def block(self, picked: slice) -> Block:
        """Return some of the samples as the source sent them."""
        told = self.told[picked]
        raw = None if np.isnan(told).all() else told.copy()
        return Block(
            self.channel, self.times[picked].copy(), self.values[picked].copy(), self.arrival[picked].copy(), raw
        )


def track(
    channel: str,
    times: ArrayLike,
    values: ArrayLike,
    arrival: ArrayLike | None = None,
    told: ArrayLike | None = None,
    flags: ArrayLike | None = None,
    read: ArrayLike | None = None,
    *,
    unit: str = "",
    simulated: bool = False,
) -> Track:
    """Return a track from anything array-like (k,), sorted by when it was read.

    Samples arrive when they are taken and are read when they arrive, unless the arguments say otherwise.

    >>> track("t11/ph", [1.0, 0.5], [7.1, 7.0]).times
    array([0.5, 1. ])
    """
    t = np.asarray(times, np.float64)
    v = np.asarray(values, np.float64)
    a = t if arrival is None else np.asarray(arrival, np.float64)
    a = np.where(np.isnan(a), t, a)
    own = np.full(len(t), np.nan) if told is None else np.asarray(told, np.float64)
    marks = np.full(len(t), int(Flag.NOT_EVALUATED), np.uint8) if flags is None else np.asarray(flags, np.uint8)
    when = a if read is None else np.asarray(read, np.float64)
    if not (t.ndim == 1 and t.shape == v.shape == a.shape == own.shape == marks.shape == when.shape):
        raise ValueError(f"all columns must be (k,) alike, got {t.shape}, {v.shape}, {a.shape}, {when.shape}")
    order = np.argsort(when, kind="stable")
    number = np.arange(len(t), dtype=np.int64)
    same = a is t or a.tobytes() == t.tobytes()
    t, v, own, when = t[order], v[order], own[order], when[order]
    a = t if same else a[order]  # hours of many channels are long: what is one need not be kept twice
    return Track(channel, t, v, a, own, marks[order], when, number, unit, simulated)
