"""A thread that keeps a connection: open, listen until it breaks, wait 1 to 30 s, open again, until it is closed."""

from __future__ import annotations

import math
from collections.abc import Callable
from threading import Event, Thread

from neodent_viewer.core.errors import NeodentError
from neodent_viewer.sensors.optional import back_off
from neodent_viewer.sensors.reception import Reception

#: seconds `Link.close` waits for the thread; one that hangs in a network call ends by itself later
PATIENCE = 3.0


class Link:
    """One connection and how it stands.

    Parameters
    ----------
    reception : Reception
        Tells the time, and is told what broke.
    listen : callable
        Opens the connection, calls `up` once it stands, takes in what comes until the event it is given is set or the
        connection breaks; returns or raises OSError then.
    where : str
        Address, for sentences.
    least : float
        Seconds before the first new try.
    explain : callable
        Returns what broke it and what to do about it, from what the network or the system calls it.
    """

    def __init__(
        self,
        reception: Reception,
        listen: Callable[[Event], None],
        where: str,
        least: float = 1.0,
        explain: Callable[[str], tuple[str, str]] = lambda said: (said, ""),
    ) -> None:
        self._explain = explain
        self._reception = reception
        self._listen = listen
        self._where = where
        self._least = least
        self._stop = Event()
        self._thread: Thread | None = None
        self._failures = 0
        self._retry_at = math.inf
        self.connected = False
        self.trouble = ""  #: what broke, or is about to break, the connection

    @property
    def running(self) -> bool:
        """Between `start` and `close`."""
        return self._thread is not None

    def start(self) -> None:
        """Begin to connect."""
        self._thread = Thread(target=self._run, args=(self._stop,), name=f"feed-{self._where}", daemon=True)
        self._thread.start()

    def up(self) -> None:
        """Note that the connection stands."""
        self.connected, self._failures = True, 0

    def _run(self, stop: Event) -> None:
        while not stop.is_set():
            self._retry_at, self.trouble = math.inf, ""
            try:
                self._listen(stop)
            except NeodentError as error:
                self.trouble = error.what
            except (OSError, ValueError) as error:  # ValueError: a name no network can mean
                self.trouble = words(error)
            self.connected = False
            if stop.is_set():
                return
            self._failures += 1
            wait = back_off(self._failures, self._least)
            what, remedy = self._explain(self.trouble or "the connection was closed")
            self._reception.complain(what, self._where, remedy)
            self._retry_at = self._reception.now() + wait
            stop.wait(wait)

    def state(self) -> str:
        """Return how the connection stands, in words."""
        if self._thread is None:
            return "closed"
        if self.connected:
            return "connected"
        if self._retry_at < math.inf:
            return f"reconnecting in {max(0, math.ceil(self._retry_at - self._reception.now()))} s"
        return "connecting"

    def close(self) -> None:
        """Let the thread end; may be called twice."""
        if self._thread is None:
            return
        self._stop.set()
        self._thread.join(PATIENCE)
        self._thread = None
        self._stop = Event()
        self.connected = False


def words(error: BaseException) -> str:
    """Return what an error says, as part of a sentence."""
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return " ".join(str(text).split())[:160]
