"""From what every slot holds at an instant to the `Moment`: weights in the field, envelopes, effect inputs by the rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

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
    probes, running = rows.probes, rows.running
    leading = {probe: max(faults, key=lambda f: (f[0].detected, f[1]))[0] for probe, faults in running.items()}
    energies = {probe: max(energy for _, energy in faults) for probe, faults in running.items()}
    onset = np.array([leading[p].detected if p in leading else -np.inf for p in probes])
    triggers = [Trigger(f.kind, f.detected, energy) for faults in running.values() for f, energy in faults]
    return Moment(
        now=now,
        probes=probes,
        channels=rows.channels,
        values=np.array(rows.values, np.float64),
        flags=np.array(rows.flags, np.uint8),
        quality=np.array([WEIGHT[flag] for flag in rows.flags], np.float32),
        energy=np.array([energies.get(p, 0.0) for p in probes], np.float32),
        noise=envelope.noise(now - onset).astype(np.float32),
        form=envelope.form(now - onset).astype(np.float32),
        onset=onset,
        kinds=tuple(leading[p].kind.value if p in leading else "" for p in probes),
        inputs=evaluate(rules, triggers, now),
        withheld=np.array(rows.withheld, np.bool_),
        purpose=purpose,
    )
