"""How one channel stands now, as a window may say it."""

from __future__ import annotations

import math

from neodent_viewer.live.gate import Gate
from neodent_viewer.live.intake import Intake
from neodent_viewer.live.status import ChannelStatus
from neodent_viewer.sensors.channel import Flag


def channel_status(
    probe: str, tooth: int, intake: Intake, gate: Gate, purpose: str, now: float, until: float
) -> ChannelStatus:
    """Return how a channel of a probe stands at `now` (s) for a purpose, heard up to `until` (s)."""
    channel = intake.channel
    withheld, hidden = gate.reason(intake, purpose), gate.hidden(channel.key, purpose)
    shown = not withheld and intake.shown(hidden)
    faults = [] if withheld else intake.faults(now, until, hidden)
    return ChannelStatus(
        key=channel.key,
        probe=probe,
        tooth=tooth,
        quantity=channel.quantity.name,
        unit=channel.quantity.unit,
        value=intake.value if shown else math.nan,
        flag=intake.flag_to(until) if shown else int(Flag.MISSING),
        age=max(0.0, now - intake.time),
        samples=intake.ring.total,
        dropped=intake.ring.dropped,
        fault=max(faults, key=lambda f: f[0].detected)[0].kind.value if faults else "",
        withheld=withheld,
        clock=intake.quality.clock(),
        simulated=intake.simulated,
        stale=not withheld and intake.quality.gap.stale(until),
    )
