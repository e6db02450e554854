"""Saturation: a value pressed against the end of what its sensor can deliver, so that the truth lies somewhere beyond.

QARTOD has no such test; a value that a rail cannot explain is for the gross range. The low end
counts only where a mouth never comes near it:
a force sensor at rest sits on its zero.
"""

from __future__ import annotations

from typing import ClassVar

from neodent_viewer.sensors.checks.decoupling import Outside
from neodent_viewer.sensors.fault import FaultKind


class Saturation(Outside):
    """Watches for a value that stays at a rail."""

    name: ClassVar[str] = "saturation"
    kind: ClassVar[FaultKind] = FaultKind.SATURATED
