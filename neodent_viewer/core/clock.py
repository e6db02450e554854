"""One monotonic clock, injected wherever time is needed, so that seeded runs and tests repeat bit for bit."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """Anything that tells monotonic seconds."""

    def now(self) -> float:
        """Return seconds since an arbitrary start; never goes back."""


class MonotonicClock:
    """The machine's monotonic clock, zero when made."""

    def __init__(self) -> None:
        self._start = time.monotonic()

    def now(self) -> float:
        """Return seconds since this clock was made."""
        return time.monotonic() - self._start


class ManualClock:
    """A clock that stands until it is moved: for tests and for rendering clips.

    >>> clock = ManualClock()
    >>> clock.advance(0.5)
    0.5
    """

    def __init__(self, start: float = 0.0) -> None:
        self._now = start

    def now(self) -> float:
        """Return the seconds set so far."""
        return self._now

    def advance(self, seconds: float) -> float:
        """Move on by ``seconds`` (>= 0) and return the new time."""
        if seconds < 0:
            raise ValueError("a monotonic clock cannot go back")
        self._now += seconds
        return self._now

    def set(self, now: float) -> None:
        """Jump to ``now`` seconds, not before the present time."""
        self.advance(now - self._now)
