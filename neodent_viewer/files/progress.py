"""How long work tells how far it is, and how it is told to stop."""

from __future__ import annotations

from collections.abc import Callable

#: told how far the work is (0..1) and what is being done
Progress = Callable[[float, str], None]

#: asked whether to give up
Cancelled = Callable[[], bool]


def no_progress(done: float, doing: str) -> None:
    """Tell nobody."""


def never() -> bool:
    """Go on."""
    return False
