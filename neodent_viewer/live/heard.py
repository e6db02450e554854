"""What whoever keeps samples is told: a block as it was taken in, and when what raw values mean has changed."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.sensors.calibration import AS_SENT, Calibration
from neodent_viewer.sensors.channel import Channel
from neodent_viewer.sensors.sample import Block, Float64


class Heard(NamedTuple):
    """A block as it was taken in, for whoever keeps samples.

    Attributes
    ----------
    channel : Channel
    block : Block
        As the source sent it.
    flags : ndarray (k,) uint8
        Of its samples as they were judged.
    first : int
        Number of its first sample, counted since the channel was first heard.
    revised : tuple of (int, int)
        Numbers and flags of earlier samples that turned out worse.
    simulated : bool
    calibration : Calibration
        What the raw values of the block were taken to mean.
    placed : ndarray (k,) float64
        When its samples were taken on the program's clock (s), NaN where their times mean nothing.
    """

    channel: Channel
    block: Block
    flags: NDArray[np.uint8]
    first: int
    revised: tuple[tuple[int, int], ...]
    simulated: bool
    calibration: Calibration = AS_SENT
    placed: Float64 = np.zeros(0)


class Step(NamedTuple):
    """A change of what raw values mean: what was heard up to `time` means the one, what comes after it the other.

    Attributes
    ----------
    time : float
        Of the last sample before (s).
    before, after : Calibration
    """

    time: float
    before: Calibration
    after: Calibration
