"""Everything live at one instant, frozen. One row ("slot") per probe and channel, in the order of `probe.slots`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.glitch.chain import InputValue


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """Live state of S slots at `now`.

    Measured data (`values`, `flags`) and show data (`energy`, `noise`, `form`, `inputs`) stand side by side and never mix.

    Attributes
    ----------
    now : float
        Seconds on the program's clock.
    purpose : str
        What consent was asked for: ``"view"``, ``"perform"``, ``"record"``; empty where no live data is in it.
    probes, channels : tuple of str (S,)
        Probe id and channel key of each slot.
    values : ndarray (S,) float64
        Latest value in the channel's unit; NaN when there is none or consent withholds it.
    flags : ndarray (S,) uint8
        QARTOD flag 1/2/3/4/9 of the latest sample; 9 too where nothing was heard, a gap is open, or consent withholds it.
    quality : ndarray (S,) float32
        Weight 0..1 in the field: 1 good, 0 for bad, missing or withheld.
    energy : ndarray (S,) float32
        Fault energy 0..1 of the *probe* (largest over its channels, repeated in each of its slots).
    noise, form : ndarray (S,) float32
        Envelopes 0..1 since the probe's last fault onset: noise decays (D), form grows then releases (H).
    onset : ndarray (S,) float64
        Clock time of the probe's last fault onset; -inf if it never had one.
    kinds : tuple of str (S,)
        Dominant fault kind of the probe, empty when none.
    inputs : mapping
        ``(effect, input) -> value`` for the chain, from the rules.
    withheld : ndarray (S,) bool
        Where consent does not allow the present purpose: tells "must not be shown" from "is not there".
    """

    now: float = 0.0
    probes: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    values: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0, np.float64))
    flags: NDArray[np.uint8] = field(default_factory=lambda: np.zeros(0, np.uint8))
    quality: NDArray[np.float32] = field(default_factory=lambda: np.zeros(0, np.float32))
    energy: NDArray[np.float32] = field(default_factory=lambda: np.zeros(0, np.float32))
    noise: NDArray[np.float32] = field(default_factory=lambda: np.zeros(0, np.float32))
    form: NDArray[np.float32] = field(default_factory=lambda: np.zeros(0, np.float32))
    onset: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0, np.float64))
    kinds: tuple[str, ...] = ()
    inputs: Mapping[tuple[str, str], InputValue] = field(default_factory=dict)
    withheld: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, np.bool_))
    purpose: str = ""
