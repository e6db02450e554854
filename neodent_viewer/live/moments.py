"""From what every slot holds at an instant to the `Moment`: weights in the field, envelopes, effect inputs by the rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.document.moment import Moment
from neodent_viewer.glitch import envelope
from neodent_viewer.glitch.rules import Rule, Trigger, evaluate
from neodent_viewer.sensors.channel import Flag
from neodent_viewer.sensors.fault import Fault

#: weight of a sample in the field by its flag
WEIGHT: dict[int, float] = {
    Flag.GOOD: 1.0,
    Flag.NOT_EVALUATED: 1.0,
    Flag.SUSPECT: 0.35,
    Flag.BAD: 0.0,
    Flag.MISSING: 0.0,
}


class Rows(NamedTuple):
    """What every slot (S of them) holds, consent already asked.

    Attributes
    ----------
    probes, channels : tuple of str
    values : list of float
    flags : list of int
    withheld : list of bool
    running : dict
        Probe id -> (fault, energy) of those that still count.
    """

    probes: tuple[str, ...]
    channels: tuple[str, ...]
    values: list[float]
    flags: list[int]
    withheld: list[bool]
    running: dict[str, list[tuple[Fault, float]]]


def moment_of(rows: Rows, now: float, purpose: str, rules: Sequence[Rule]) -> Moment:
    """Return the Moment at `now` (s), for a purpose."""
    light = _light(rows.probes, rows.running, now) if rows.running else _dark(len(rows.probes))
    faults = [one for faults in rows.running.values() for one in faults] if rules else []
    return Moment(
        now=now,
        probes=rows.probes,
        channels=rows.channels,
        values=np.array(rows.values, np.float64),
        flags=np.array(rows.flags, np.uint8),
        quality=np.array([WEIGHT[flag] for flag in rows.flags], np.float32),
        inputs=evaluate(rules, (Trigger(f.kind, f.detected, energy) for f, energy in faults), now),
        withheld=np.array(rows.withheld, np.bool_),
        purpose=purpose,
        **light._asdict(),
    )


class _Light(NamedTuple):
    """What faults do to the picture, as `Moment` has it."""

    energy: NDArray[np.float32]
    noise: NDArray[np.float32]
    form: NDArray[np.float32]
    onset: NDArray[np.float64]
    kinds: tuple[str, ...]


def _dark(count: int) -> _Light:
    """Return what no fault does: exactly what envelopes have for ever after."""
    none = np.zeros((3, count), np.float32)
    return _Light(none[0], none[1], none[2], np.full(count, -np.inf), ("",) * count)


def _light(probes: tuple[str, ...], running: dict[str, list[tuple[Fault, float]]], now: float) -> _Light:
    leading: dict[str, Fault] = {}
    energies: dict[str, float] = {}
    for probe, faults in running.items():
        first, most = faults[0]
        level = most
        for fault, energy in faults[1:]:
            if (fault.detected, energy) > (first.detected, level):
                first, level = fault, energy
            most = max(most, energy)
        leading[probe], energies[probe] = first, most
    onset = np.array([leading[p].detected if p in leading else -np.inf for p in probes])
    age = now - onset
    # long after an onset nothing moves any more
    shape = (
        (envelope.noise(age), envelope.form(age)) if age.min() < envelope.CLEAN_AFTER else np.zeros((2, len(probes)))
    )
    return _Light(
        energy=np.array([energies.get(p, 0.0) for p in probes], np.float32),
        noise=shape[0].astype(np.float32),
        form=shape[1].astype(np.float32),
        onset=onset,
        kinds=tuple([leading[p].kind.value if p in leading else "" for p in probes]),
    )
