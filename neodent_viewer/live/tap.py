"""What listens to everything that comes in, such as a recorder."""

from __future__ import annotations

from typing import Protocol

from neodent_viewer.live.intake import Heard


class Tap(Protocol):
    """Whoever keeps what comes in. It sits before the gate of the present purpose, and must ask for consent itself."""

    def hear(self, now: float, heard: Heard) -> None:
        """Take note of a block that the tick at `now` (s) has read."""

    def beat(self, now: float) -> None:
        """Do what is due; once a tick, after everything was heard. Never raises."""

    def close(self) -> None:
        """End; the feed goes."""
