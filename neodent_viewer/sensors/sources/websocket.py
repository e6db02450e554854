"""A WebSocket client: SenML in text messages (JSON) or binary ones (CBOR), connected again after 1 to 30 s."""

from __future__ import annotations

from threading import Event

from neodent_viewer.core.clock import Clock
from neodent_viewer.sensors.buffer import Inbox
from neodent_viewer.sensors.link import Link, words
from neodent_viewer.sensors.optional import load
from neodent_viewer.sensors.reception import Reception
from neodent_viewer.sensors.sample import Block
from neodent_viewer.sensors.source import SourceStatus
from neodent_viewer.sensors.trouble import network_trouble

#: bytes of the largest message let in, seconds to wait for a connection and for a message
_LARGEST, _PATIENCE, _TURN = 2 << 20, 3.0, 0.05


class WebSocketSource:
    """Listens to a WebSocket server; needs websockets.

    Parameters
    ----------
    url : str
        ``ws://`` or ``wss://``.
    inbox : Inbox or None
    least : float
        Seconds before the first try to connect again.
    """

    simulated = False

    def __init__(self, url: str, inbox: Inbox | None = None, least: float = 1.0) -> None:
        self._library = load("websockets.sync.client")
        self._exceptions = load("websockets.exceptions")
        self.url = url
        # what may stand before the host is nobody's business but the server's
        self._shown = url.partition("://")[2].partition("?")[0].rpartition("@")[2].rstrip("/")
        self.reception = Reception("WebSocket", inbox)
        self.link = Link(self.reception, self._listen, self._shown, least, self._explain)

    def start(self, clock: Clock) -> None:
        """Begin to connect; a server that is not there yet is tried again and again."""
        if not self.link.running:
            self.reception.start(clock)
            self.link.start()

    # -- in the thread -----------------------------------------------------------------------------------------------

    def _listen(self, stop: Event) -> None:
        try:
            with self._library.connect(
                self.url, max_size=_LARGEST, open_timeout=_PATIENCE, close_timeout=0.2, proxy=None
            ) as connection:
                self.link.up()
                while not stop.is_set():
                    try:
                        self._take(connection.recv(timeout=_TURN))
                    except TimeoutError:
                        continue
        except self._exceptions.WebSocketException as error:
            raise OSError(words(error)) from error

    def _explain(self, said: str) -> tuple[str, str]:
        return network_trouble(said, tls=self.url.startswith("wss"))

    def _take(self, message: str | bytes) -> None:
        if isinstance(message, str):
            self.reception.take_text(message.encode(), self._shown)
        else:
            self.reception.take_pack(message, self._shown)

    # -- outside it --------------------------------------------------------------------------------------------------

    def read(self, until: float) -> list[Block]:
        """Return everything that has arrived, whatever `until` says."""
        return self.reception.drain()

    def waiting(self) -> dict[str, float]:
        """Return address -> arrival (s) of its first sample that waits."""
        return self.reception.inbox.waiting()

    def unit_of(self, address: str) -> str:
        """Return the unit a stream's values come in."""
        return self.reception.discovery.unit_of(address)

    def status(self) -> SourceStatus:
        """Return counts so far and how the connection stands."""
        return self.reception.status(f"WebSocket {self._shown}", running=self.link.running, state=self.link.state())

    def close(self) -> None:
        """Disconnect."""
        self.link.close()
