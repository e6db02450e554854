"""What every slot holds at an instant, consent asked: the rows a `Moment` is made of.

This runs for every channel of every picture, and nearly always nothing has happened: a channel that has just spoken is not
silent, one without faults has no light, and consent is the same as at the picture before.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from neodent_viewer.document.probe import Probe, slots
from neodent_viewer.live.gate import Gate, compared
from neodent_viewer.live.intake import Intakes
from neodent_viewer.live.moments import Rows
from neodent_viewer.sensors.channel import Channel, Flag
from neodent_viewer.sensors.fault import Fault

_MISSING = int(Flag.MISSING)


class Slots(NamedTuple):
    """The rows of a Moment, in order: the same tuples tick after tick, so that who reads one may compare them by identity.

    Attributes
    ----------
    pairs : tuple of (str, Channel)
        Probe id and channel of each.
    probes, keys : tuple of str
        Probe ids, and channel keys.
    """

    pairs: tuple[tuple[str, Channel], ...] = ()
    probes: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()

    @classmethod
    def of(cls, probes: Iterable[Probe]) -> Slots:
        """Return the slots of a document's probes."""
        pairs = slots(tuple(probes))
        return cls(pairs, tuple(probe for probe, _ in pairs), tuple(channel.key for _, channel in pairs))

    @property
    def channels(self) -> tuple[Channel, ...]:
        """Channel of each."""
        return tuple(channel for _, channel in self.pairs)


class View(NamedTuple):
    """Who looks, and when.

    Attributes
    ----------
    gate : Gate
    purpose : str
    at : datetime
        When consent is asked for.
    compared_to : float
        Up to when (s) channels were held against each other without asking for this purpose.
    read_until : float
        Up to when (s) a channel's silence is silence ...
    waiting : mapping
        ... but for channels of which something has arrived (s) that has yet to be handed out.
    """

    gate: Gate
    purpose: str
    at: datetime
    compared_to: float
    read_until: float
    waiting: Mapping[str, float]


def rows_of(wanted: Slots, intakes: Intakes, view: View, now: float) -> Rows:
    """Return what every slot holds at `now` (s); `intakes` has a memory for each of the `wanted` channels."""
    gate, purpose, allowed = view.gate, view.purpose, view.gate.standing(view.purpose, view.at)
    values: list[float] = []
    flags: list[int] = []
    withheld: list[bool] = []
    running: dict[str, list[tuple[Fault, float]]] = {}
    channels, end, waiting = intakes.channels, view.read_until, view.waiting
    for probe, key in zip(wanted.probes, wanted.keys, strict=True):
        intake = channels[key]
        known = key, intake.simulated
        if known not in allowed:
            allowed[known] = gate.allows(intake, purpose, view.at)
        if not allowed[known]:
            withheld.append(True)
            values.append(math.nan)
            flags.append(_MISSING)
            continue
        withheld.append(False)
        hidden, until = gate.hidden(key, purpose), end
        if key in waiting:
            until = min(end, waiting[key])
        speaks = intake.quality.speaks(until)
        if hidden and not intake.shown(hidden):
            values.append(math.nan)
            flags.append(_MISSING)
        else:
            values.append(intake.value)
            flags.append(intake.flag if speaks else intake.flag_to(until))
        if faults := intake.faults(now, until, hidden):
            if view.compared_to > -math.inf:
                faults = [one for one in faults if not compared(one[0], view.compared_to)]
            if faults:
                running.setdefault(probe, []).extend(faults)
    return Rows(wanted.probes, wanted.keys, values, flags, withheld, running)
