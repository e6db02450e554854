"""A client that reads its socket in large pieces.

Paho asks for a message's bytes in three calls and waits before each, which costs more than the message where there are
thousands a second.
"""

from __future__ import annotations

from typing import Any

from paho.mqtt.client import Client

#: bytes read at once, and messages taken before the loop turns
_PIECE, _MESSAGES = 1 << 16, 512


class ReadAhead:
    """A connected socket with what was read and not yet asked for; everything else is the socket's own."""

    def __init__(self, own: Any) -> None:
        self._own = own
        self._held = b""
        self._at = 0

    def recv(self, count: int) -> bytes:
        """Return up to `count` bytes; raises what the socket raises when there are none."""
        if self._at == len(self._held):
            self._held, self._at = bytes(self._own.recv(max(count, _PIECE))), 0
        start = self._at
        self._at = min(start + count, len(self._held))
        return self._held[start : self._at]

    def pending(self) -> int:
        """Return how many bytes need no waiting; paho asks, as it does of a socket with TLS."""
        ahead = len(self._held) - self._at
        return ahead + int(self._own.pending()) if hasattr(self._own, "pending") else ahead

    def __getattr__(self, name: str) -> Any:
        return getattr(self._own, name)


class SwiftClient(Client):
    """A client that reads ahead, and takes all the messages that are here before it waits again."""

    def _create_socket(self) -> Any:
        return ReadAhead(super()._create_socket())

    def take_waiting(self) -> None:
        """Take messages that are here already, as many as may keep anybody else waiting."""
        for _ in range(_MESSAGES):
            link: Any = self.socket()
            if link is None or not link.pending() or self.loop_read():
                return
