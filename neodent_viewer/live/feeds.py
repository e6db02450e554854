"""From a word on a command line or in a menu to a source: ``"sim"``, ``"osc:9000"``, ``"mqtt:localhost/clinic/#"``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial

from neodent_viewer.core.clock import Clock
from neodent_viewer.core.errors import SensorError
from neodent_viewer.document.document import Change, Document
from neodent_viewer.live.mapping import MappedSource
from neodent_viewer.live.placement import propose_spread
from neodent_viewer.live.replaying import open_replay, replay_address
from neodent_viewer.sensors.address import mqtt_address, osc_address, serial_address, websocket_address
from neodent_viewer.sensors.sample import Block
from neodent_viewer.sensors.source import SilentSource, Source, SourceStatus
from neodent_viewer.sensors.sources.injection import SimulatedChannel
from neodent_viewer.sensors.sources.physiology import SIGNALS
from neodent_viewer.sensors.sources.simulated import SimulatedSource
from neodent_viewer.trust.consent import SETTING, SIMULATED_CHANNELS, ConsentRegister, Purpose

#: what a person may write
FEEDS = (
    *("sim", "osc:PORT", "osc:HOST:PORT", "mqtt:HOST[:PORT]/TOPIC", "mqtts:HOST[:PORT]/TOPIC"),
    *("lsl:", "lsl:NAME", "serial:DEVICE[@BAUD]", "ws://HOST[:PORT]/PATH", "wss://HOST[:PORT]/PATH"),
    *("replay:FILE[@SPEED]", "none"),
)
#: who speaks for data that nobody's mouth has sent
NOBODY = "The simulation (nobody's mouth)"


def open_feed(feed: str, document: Document, seed: int = 0) -> Source:
    """Return the source a word asks for, not yet started.

    A simulation of a document without probes puts three on it, so that there is something to see, and writes down consent
    for simulated channels where nothing has been said about them.

    Parameters
    ----------
    feed : str
        One of `FEEDS`. Without a host OSC is heard from this machine alone; naming one opens the program to a network.
    document : Document
    seed : int
        For the simulation.

    Raises
    ------
    SensorError
        ``kind`` ``address`` for anything else.
    """
    check_feed(feed)
    kind, _, rest = feed.partition(":")
    return OPENERS[kind](rest, document, seed)


def check_feed(feed: str) -> None:
    """Raise the SensorError of `open_feed` for a word that means no feed; nothing is opened."""
    kind, _, rest = feed.partition(":")
    if kind not in OPENERS:
        remedy = f"Use one of: {', '.join(FEEDS)}."
        raise SensorError(f"There is no feed called {feed!r}.", kind="address", where=feed, remedy=remedy)
    if kind in CHECKS:
        CHECKS[kind](rest)


def check_feeds(feeds: Sequence[str]) -> None:
    """Raise SensorError for feeds that mean nothing, or that cannot run side by side."""
    alone = next((feed for feed in feeds if plays_alone(feed)), None)
    if alone is not None and len(feeds) > 1:
        what = "A simulation or a recording plays by itself, without other feeds beside it."
        raise SensorError(what, kind="address", where=alone, remedy="Leave it out, or leave the others out.")
    for feed in feeds:
        check_feed(feed)


def plays_alone(feed: str) -> bool:
    """Return whether a feed bears no other beside it: a simulation speaks for every probe, a recording has its own times."""
    return feed.partition(":")[0] in ("sim", "replay", "none")


def _open_nothing(rest: str, document: Document, seed: int) -> Source:
    return SilentSource()


def _open_simulation(rest: str, document: Document, seed: int) -> Source:
    if not document.probes:
        for probe in propose_spread(document):
            document.set(("probes", probe.id), probe)
    _speak_for_nobody(document)
    return SimulatedMouth(document, seed)


def _open_osc(rest: str, document: Document, seed: int) -> Source:
    from neodent_viewer.sensors.sources.osc import LOOPBACK, OscSource  # loaded when somebody asks for a network

    address = osc_address(rest)
    source = OscSource(address.port, address.host or LOOPBACK, allow=address.allow, cap=address.cap)
    return MappedSource(source, document)


def _open_mqtt(rest: str, document: Document, seed: int, *, tls: bool = False) -> Source:
    from neodent_viewer.sensors.sources.mqtt import MqttSource

    return MappedSource(MqttSource(mqtt_address(rest, tls=tls)), document)


def _open_lsl(rest: str, document: Document, seed: int) -> Source:
    from neodent_viewer.sensors.sources.lsl import LslSource

    return MappedSource(LslSource(rest), document)


def _open_serial(rest: str, document: Document, seed: int) -> Source:
    from neodent_viewer.sensors.sources.serial_line import SerialSource

    return MappedSource(SerialSource(*serial_address(rest)), document)


def _open_websocket(rest: str, document: Document, seed: int, *, scheme: str = "ws") -> Source:
    from neodent_viewer.sensors.sources.websocket import WebSocketSource

    return MappedSource(WebSocketSource(websocket_address(f"{scheme}:{rest}")), document)


#: first word of a feed -> what opens it, given what follows the colon; one line a source
OPENERS: dict[str, Callable[[str, Document, int], Source]] = {
    "sim": _open_simulation,
    "osc": _open_osc,
    "mqtt": _open_mqtt,
    "mqtts": partial(_open_mqtt, tls=True),
    "lsl": _open_lsl,
    "serial": _open_serial,
    "ws": _open_websocket,
    "wss": partial(_open_websocket, scheme="wss"),
    "replay": open_replay,
    "none": _open_nothing,
}
#: first word -> what reads the rest of it and raises where it means nothing
CHECKS: dict[str, Callable[[str], object]] = {
    "osc": osc_address,
    "mqtt": partial(mqtt_address, tls=False),
    "mqtts": partial(mqtt_address, tls=True),
    "serial": serial_address,
    "replay": replay_address,
    "ws": lambda rest: websocket_address(f"ws:{rest}"),
    "wss": lambda rest: websocket_address(f"wss:{rest}"),
}


def _speak_for_nobody(document: Document) -> None:
    consent = ConsentRegister.from_json(document.settings.get(SETTING))
    now = datetime.now(UTC)
    purposes = [p for p in (Purpose.VIEW, Purpose.PERFORM, Purpose.RECORD) if not consent.speaks_of_simulation(p)]
    if purposes:
        until = now.replace(year=now.year + 10, day=1, hour=0, minute=0, second=0, microsecond=0)
        consent.grant([SIMULATED_CHANNELS], purposes, until, NOBODY)
        document.set(("settings", SETTING), consent.to_json())


class SimulatedMouth:
    """A simulated feed of whatever probes a document has, also of those placed while it runs."""

    simulated = True

    def __init__(self, document: Document, seed: int = 0) -> None:
        self._document = document
        self._source = SimulatedSource(_channels(document), seed)
        self._stale = False
        document.changed.connect(self._on_change)

    def _on_change(self, change: Change) -> None:
        self._stale = self._stale or change.path[0] == "probes"

    def start(self, clock: Clock) -> None:
        """Begin now."""
        self._source.start(clock)

    def read(self, until: float) -> list[Block]:
        """Return what has arrived up to `until` (s)."""
        if self._stale:
            self._source.send(_channels(self._document))
            self._stale = False
        return self._source.read(until)

    def status(self) -> SourceStatus:
        """Return counts so far."""
        return self._source.status()

    def close(self) -> None:
        """Send nothing any more and leave the document."""
        self._source.close()
        self._document.changed.disconnect(self._on_change, missing_ok=True)


def _channels(document: Document) -> list[SimulatedChannel]:
    return [
        SimulatedChannel(channel, probe.tooth)
        for probe in document.probes.values()
        for channel in probe.channels
        if channel.quantity.name in SIGNALS
    ]
