"""Which faults are to be seen in a frame, where they are, and the beat of all probes: numbers only, for shaders and passes.

`ProbeAdaptor` asks once a frame; the surface shaders, the grains and the effects' focus all go by the same answer.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.document.moment import Moment
from neodent_viewer.glitch import kuramoto

#: faults whose waves and grains are shown at once, the oldest; the shaders have room for as many
MOST = 3
#: below this nothing is to be seen of an envelope
SEEN = 1e-3

Float64 = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class SeenFault:
    """One probe whose fault is to be seen.

    Attributes
    ----------
    probe : str
    onset : float
        Seconds on the program's clock.
    strength, noise, form : float
        0..1; `strength` is what the fault's energy comes to.
    place, axis : ndarray (3,)
        World mm, and the level direction outwards there.
    """

    probe: str
    onset: float
    strength: float
    noise: float
    form: float
    place: Float64
    axis: Float64

    @property
    def weight(self) -> float:
        """How much there is to be seen, 0..1."""
        return self.strength * max(self.noise, self.form)

    @property
    def phase(self) -> float:
        """Where its waves begin, radians: each probe has a beat of its own."""
        return zlib.crc32(self.probe.encode()) % 628 / 100.0


def strength_of(energy: float) -> float:
    """Return what a fault's energy does, 0..1: weak faults do not tear. The shaders' ``strength_of`` is the same.

    >>> strength_of(0.1), strength_of(0.45), strength_of(0.8)
    (0.0, 0.5, 1.0)
    """
    u = min(max((energy - 0.10) / 0.70, 0.0), 1.0)
    return round(u * u * (3.0 - 2.0 * u), 12)


def seen_faults(moment: Moment, where: Callable[[str], tuple[Any, Any] | None]) -> tuple[SeenFault, ...]:
    """Return all faults to be seen, the oldest first: who comes later never pushes another off the stage.

    Parameters
    ----------
    moment : Moment
    where : callable
        Place and outward direction of a probe, None when it is nowhere.
    """
    found: dict[str, SeenFault] = {}
    if not len(moment.energy):
        return ()
    for row in np.flatnonzero((np.maximum(moment.noise, moment.form) > SEEN) & (moment.energy > 0)):
        probe = moment.probes[row]
        spot = where(probe) if probe not in found else None
        if spot is not None:
            place, outward = (np.asarray(numbers, np.float64) for numbers in spot)
            strength, noise, form = strength_of(float(moment.energy[row])), moment.noise[row], moment.form[row]
            found[probe] = SeenFault(
                probe, float(moment.onset[row]), strength, float(noise), float(form), place, level(outward)
            )
    return tuple(sorted(found.values(), key=lambda fault: (fault.onset, fault.probe)))


def level(outward: Float64) -> Float64:
    """Return a direction (3,) laid level; to the front where it points straight up, down or nowhere.

    >>> level(np.array([0.0, 0.6, 0.8])).tolist()
    [0.0, 0.0, 1.0]
    """
    flat = outward * [1.0, 0.0, 1.0]
    length = float(np.linalg.norm(flat))
    return np.asarray(flat / length) if length > 0.2 else np.array([0.0, 0.0, 1.0])


def probe_phases(moment: Moment) -> Float64:
    """Return each slot's phase (S,) in radians: one oscillator a probe, in disorder since the latest onset."""
    order = {probe: k for k, probe in enumerate(dict.fromkeys(moment.probes))}
    if not order:
        return np.zeros(0)
    latest = float(moment.onset.max())
    theta = kuramoto.phases(moment.now - latest, len(order), zlib.crc32(np.float64(latest).tobytes()))
    return np.asarray(theta[[order[probe] for probe in moment.probes]])


def wave_uniforms(faults: tuple[SeenFault, ...], coherence: float) -> dict[str, Any]:
    """Return what surface shaders need of the faults that send waves, as many as ``WAVES`` says: nothing where none does.

    Some drivers count a whole array as used where only its beginning is: what lies behind is set as well.
    """
    values: dict[str, Any] = {}
    sending = waving(faults)
    if sending:
        for k in range(len(sending), MOST):
            values |= {f"u_wave_place[{k}]": (0.0,) * 4, f"u_wave_axis[{k}]": (0.0,) * 4, f"u_wave_phase[{k}]": 0.0}
    for k, fault in enumerate(sending):
        values[f"u_wave_place[{k}]"] = (*fault.place, fault.form * fault.strength)
        values[f"u_wave_axis[{k}]"] = (*fault.axis, coherence)
        values[f"u_wave_phase[{k}]"] = fault.phase
    return values


def waving(faults: tuple[SeenFault, ...]) -> tuple[SeenFault, ...]:
    """Return the faults that send waves by now, at most `MOST`."""
    return tuple(fault for fault in faults if fault.form > SEEN)[:MOST]
