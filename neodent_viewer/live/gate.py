"""The consent gate: which channel may be used for what now, and which stretches of its past may not be shown to whom.

What arrives while consent withholds a channel is judged and kept like everything else, for another purpose may need it. So
that a later consent does not uncover it, the gate remembers from when to when each channel was withheld from each purpose, on
the clock of the data. Values, plots, histories, strips and faults are cut by that before anybody sees them. A sample that
arrived in such a stretch and says it was taken outside it widens the stretch. A fault that runs on after the stretch is told
from its end: that the sensor is bad then is true then.

None of this is for a recording that plays: what is in it was recorded by consent, and may be seen by the consent of now.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from neodent_viewer.live.stretches import Stretch
from neodent_viewer.sensors.fault import Fault, FaultKind
from neodent_viewer.sensors.sample import Block, Float64
from neodent_viewer.trust.consent import ConsentRegister, Purpose

if TYPE_CHECKING:
    from neodent_viewer.live.intake import Intake, Intakes

_EVER = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


class Gate:
    """Consent for the channels of one document.

    Parameters
    ----------
    register : ConsentRegister
        Set anew by `take`.
    wall : callable
        Date and time, for the ends of consents.

    Attributes
    ----------
    purposes : dict
        What states are made for beside the live side's own, and up to when (s) channels were held against each other
        without asking for it.
    """

    def __init__(self, register: ConsentRegister, wall: Callable[[], datetime]) -> None:
        self.register = register
        self.wall = wall
        self.purposes: dict[str, float] = {}
        # channel -> whether a simulation sends it; (channel, purpose) -> stretches, the last one may be open
        self._known: dict[str, bool] = {}
        self._past: dict[str, dict[str, list[Stretch]]] = {}
        # consent is the same from, and until
        self._same = _EVER[1], _EVER[0]
        self._changed = -math.inf
        # purpose -> (channel, whether a simulation sends it) -> whether it is allowed, as far as somebody asked meanwhile
        self._standing: dict[str, dict[tuple[str, bool], bool]] = {}

    def standing(self, purpose: str, at: datetime) -> dict[tuple[str, bool], bool]:
        """Return (channel, whether a simulation sends it) -> whether it is allowed at an instant; whoever asks more adds it.

        Consent is the same for all instants between two changes, so it need not be asked for again and again.
        """
        if self._same[0] <= at < self._same[1]:
            return self._standing.setdefault(purpose, {})
        return {}

    def allows(self, intake: Intake, purpose: str, at: datetime | None = None) -> bool:
        """Return whether what a channel says may be used for a purpose at an instant, now by default."""
        at = at or self.wall()
        return self.register.allows(intake.channel.key, purpose, at, simulated=intake.simulated)

    def reason(self, intake: Intake, purpose: str) -> str:
        """Return why a channel is withheld, as a sentence; empty when it is not."""
        return self.register.reason(intake.channel.key, purpose, self.wall(), simulated=intake.simulated)

    def comparable(self, intake: Intake, purpose: str) -> bool:
        """Return whether a channel may be held against others: all that see the others' faults may see it."""
        return all(self.allows(intake, one) for one in {purpose, *self.purposes})

    def joined(self, purpose: str, intakes: Intakes, now: float, own: str) -> float:
        """Let states be made for a purpose too; return up to when (s) channels were compared without asking for it."""
        if purpose == own:
            return -math.inf
        if purpose not in self.purposes:
            self.purposes[purpose] = -math.inf
            if not all(self.comparable(intake, own) for intake in intakes.channels.values()):
                self.purposes[purpose] = now
                intakes.compare_afresh()
        return self.purposes[purpose]

    # -- what happens ------------------------------------------------------------------------------------------------

    def take(self, register: ConsentRegister, now: float) -> None:
        """Go by other records from `now` (s) on."""
        self.register, self._same, self._changed = register, (_EVER[1], _EVER[0]), now
        self.look(now)

    def look(self, now: float) -> None:
        """Note at `now` (s) what begins or ends to be withheld; once a tick, before anything is read."""
        at = self.wall()
        if self._same[0] <= at < self._same[1]:
            return
        # an end lies somewhere between two looks
        ended = now - max(0.0, (at - self._same[1]).total_seconds()) if self._same[0] <= at else now
        grants = self.register.grants()
        ends = [end for grant in grants for end in (grant.until, grant.begins) if end is not None and end > at]
        self._same = at, min(ends, default=_EVER[1])
        self._standing = {}
        for key in self._known:
            for purpose in Purpose:
                self._note(key, purpose, ended, now, at)

    def _note(self, key: str, purpose: str, ended: float, now: float, at: datetime) -> None:
        stretches = self._past.get(key, {}).get(purpose, [])
        withheld = not self.register.allows(key, purpose, at, simulated=self._known[key])
        is_open = bool(stretches) and stretches[-1][1] == math.inf
        if withheld and not is_open:
            self._past.setdefault(key, {}).setdefault(purpose, []).append((ended, math.inf))
        elif is_open and not withheld:
            stretches[-1] = (stretches[-1][0], now)

    def hear(self, block: Block, placed: Float64, now: float, *, simulated: bool) -> None:
        """Take note of samples (k,), placed in time (s), of which some may have arrived while they were withheld."""
        key = block.channel
        if self._known.get(key) is not simulated:
            self._meet(key, now, simulated=simulated)
        past = self._past.get(key)
        if past is None:
            return
        for stretches in past.values():
            start, end = stretches[-1]
            if (start == -math.inf and end == math.inf) or not len(placed) or block.arrival[0] > end:
                continue
            hidden = placed[(block.arrival > start) & (block.arrival <= end)]
            hidden = hidden[np.isfinite(hidden)]
            if len(hidden):
                start = min(start, float(np.nextafter(hidden.min(), -np.inf)))
                stretches[-1] = start, max(end, float(hidden.max()))

    def _meet(self, key: str, now: float, *, simulated: bool) -> None:
        """Hear a channel for the first time, or from another kind of source."""
        known = key in self._known
        self._known[key] = simulated
        at = self.wall()
        for purpose in Purpose:
            self._note(key, purpose, now if known else -math.inf, now, at)

    def forget(self, keys: Iterable[str] | None = None) -> None:
        """Let go of the past of some channels, or of all, as what they said is let go of."""
        for key in list(self._known if keys is None else keys):
            self._known.pop(key, None)
            self._past.pop(key, None)

    def hidden(self, key: str, purpose: str) -> Sequence[Stretch]:
        """Return the stretches of a channel's past that may not be seen for a purpose, in order."""
        past = self._past.get(key)
        return () if past is None else past.get(purpose, ())

    def uncovers(self, key: str, purpose: str, time: float) -> bool:
        """Return whether consent of now would uncover what arrived at `time` (s), when there may have been none.

        Of what has never been a channel nothing is known but when the records changed last.
        """
        if key not in self._known:
            return time <= self._changed
        return any(start < time <= end for start, end in self.hidden(key, purpose))


def compared(fault: Fault, until: float) -> bool:
    """Return whether a fault was found by holding channels against each other, up to then (s)."""
    return fault.kind is FaultKind.DISAGREES and fault.detected <= until
