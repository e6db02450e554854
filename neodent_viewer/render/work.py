"""Work behind the picture: what takes time runs elsewhere and its result comes back between two frames."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

#: runs work() in a background thread, then then(result) on the GL thread
Submit = Callable[[Callable[[], Any], Callable[[Any], None]], None]


class Work:
    """Hands work to a `Submit`, or does it at once when there is none.

    Results that arrive for an owner that has been dropped are thrown away.
    """

    def __init__(self, submit: Submit | None, arrived: Callable[[], None]) -> None:
        self._submit = submit
        self._arrived = arrived
        self._dropped = False

    @property
    def waits(self) -> bool:
        """Whether results come later."""
        return self._submit is not None

    def __call__(self, work: Callable[[], Any], then: Callable[[Any], None]) -> None:
        """Run `work`, then `then` with its result."""
        if self._submit is None:
            then(work())
            return

        def back(result: Any) -> None:
            if not self._dropped:
                then(result)
                self._arrived()

        self._submit(work, back)

    def drop(self) -> None:
        """Let everything that is still on its way fall."""
        self._dropped = True
