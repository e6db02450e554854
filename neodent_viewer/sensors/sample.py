"""Samples travel in blocks: a few arrays per channel, however many samples there are, so that nothing is paid per sample."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:
    from neodent_viewer.sensors.calibration import Calibration

Float64 = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Some samples of one channel, in the order they arrived.

    Attributes
    ----------
    channel : str
        Channel key, ``"<sensor>/<quantity>"``.
    times : ndarray (k,) float64
        When each sample was taken, seconds on the program's clock; finite.
    values : ndarray (k,) float64
        In the channel's unit; NaN where the sensor said it has no value.
    arrival : ndarray (k,) float64
        When each sample reached the program, seconds on the same clock; never falls.
    raw : ndarray (k,) float64 or None
        When each sample was taken by its sender's own clock, as told; NaN where it told nothing, None where none did.
    calibration : Calibration or None
        What raw `values` meant when they were recorded; None for samples of now.
    """

    channel: str
    times: Float64
    values: Float64
    arrival: Float64
    raw: Float64 | None = None
    calibration: Calibration | None = None

    def __len__(self) -> int:
        return len(self.times)

    def split(self, size: int) -> Iterator[Block]:
        """Yield the same samples in blocks of at most `size`."""
        for i in range(0, len(self), size):
            rows = slice(i, i + size)
            raw = None if self.raw is None else self.raw[rows]
            yield Block(self.channel, self.times[rows], self.values[rows], self.arrival[rows], raw, self.calibration)


def block(channel: str, times: ArrayLike, values: ArrayLike, arrival: ArrayLike | None = None) -> Block:
    """Return a block from anything array-like; samples arrive when they are taken unless `arrival` says otherwise.

    >>> len(block("t11/ph", [0.0, 1.0], [7.0, 7.1]))
    2
    """
    t = np.asarray(times, np.float64)
    v = np.asarray(values, np.float64)
    a = t if arrival is None else np.asarray(arrival, np.float64)
    if not (t.ndim == 1 and t.shape == v.shape == a.shape):
        raise ValueError(f"times, values and arrival must be (k,) alike, got {t.shape}, {v.shape}, {a.shape}")
    return Block(channel, t, v, a)


def youngest(times: Float64) -> int:
    """Return the row of the greatest of times (k,), the last one of several.

    >>> youngest(np.array([1.0, 3.0, 2.0, 3.0]))
    3

    Not by `argmax` where there are few: numpy lets other threads in for it, and a tick may then wait long for its turn.
    """
    if len(times) > 500:
        return len(times) - 1 - int(times[::-1].argmax())
    plain: list[float] = times.tolist()
    greatest = max(plain)
    return len(plain) - 1 - plain[::-1].index(greatest)
