"""MQTT 5: SenML from any broker. Subscribed anew at every connection, tried again after 1 to 30 s, over TLS where asked.

A topic whose last level is ``status`` (or another usual word) says who is alive, retained and by last will; everything else
is SenML in JSON or CBOR, or one plain number.
"""

from __future__ import annotations

import json
import ssl
import uuid
from threading import Event
from typing import Any

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, LogLevel, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from neodent_viewer.core.clock import Clock
from neodent_viewer.core.errors import SensorError
from neodent_viewer.sensors import senml
from neodent_viewer.sensors.address import MqttAddress
from neodent_viewer.sensors.buffer import Inbox
from neodent_viewer.sensors.link import Link, words
from neodent_viewer.sensors.reception import Reception
from neodent_viewer.sensors.sample import Block
from neodent_viewer.sensors.source import SourceStatus
from neodent_viewer.sensors.sources.mqtt_socket import SwiftClient
from neodent_viewer.sensors.trouble import file_trouble, network_trouble

#: last levels of topics that say whether a sender is alive
STATUS_LEVELS = frozenset({"status", "$state", "lwt", "availability", "connected"})
_ALIVE = {"online", "ready", "up", "alive", "connected", "true", "1", "2"}
_GONE = {"offline", "lost", "down", "dead", "disconnected", "false", "0"}
#: bytes a broker may send at once, seconds between signs of life, seconds to wait for a connection, senders remembered
_LARGEST, _KEEPALIVE, _PATIENCE, _MOST_SENDERS = 2 << 20, 15, 3.0, 256
#: levels below a shared topic, less one, down to which statuses are asked for
_STATUS_DEPTH = 4
#: seconds one turn of the loop waits for the network
_TURN = 0.05


class MqttSource:
    """Listens to a broker.

    Parameters
    ----------
    address : MqttAddress
    inbox : Inbox or None
    least : float
        Seconds before the first try to connect again; doubled up to 30 s.
    """

    simulated = False

    def __init__(self, address: MqttAddress, inbox: Inbox | None = None, least: float = 1.0) -> None:
        self.address = address
        self.reception = Reception("MQTT", inbox)
        self.link = Link(self.reception, self._listen, f"{address.host}:{address.port}", least, self._explain)
        self._client: SwiftClient | None = None
        self._asked: int | None = None  # number of the subscription to the topic itself
        self._senders: dict[str, str] = {}

    def start(self, clock: Clock) -> None:
        """Begin to connect; a broker that is not there yet is tried again and again.

        Raises
        ------
        SensorError
            ``address`` when a certificate or key cannot be used.
        """
        if self.link.running:
            return
        self.reception.start(clock)
        self._client = self._make_client()
        self.link.start()

    def _make_client(self) -> SwiftClient:
        client = SwiftClient(
            CallbackAPIVersion.VERSION2, f"neodent-{uuid.uuid4().hex[:12]}", protocol=MQTTProtocolVersion.MQTTv5
        )
        client.connect_timeout = _PATIENCE
        if self.address.user:
            client.username_pw_set(self.address.user, self.address.password or None)
        if self.address.tls:
            client.tls_set_context(tls_context(self.address))
        client.on_connect, client.on_subscribe, client.on_disconnect = (
            self._on_connect,
            self._on_subscribe,
            self._on_disconnect,
        )
        client.on_message, client.on_log = self._on_message, self._on_log
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        properties.MaximumPacketSize = _LARGEST
        client.connect_async(self.address.host, self.address.port, _KEEPALIVE, properties=properties)
        return client

    # -- in the thread -----------------------------------------------------------------------------------------------

    def _listen(self, stop: Event) -> None:
        client = self._client
        assert client is not None
        client.reconnect()
        while not stop.is_set() and client.loop(_TURN) == MQTTErrorCode.MQTT_ERR_SUCCESS:
            client.take_waiting()
        if stop.is_set():
            client.disconnect()
            client.loop(0.0)
            if (left := client.socket()) is not None:  # a goodbye that could not be sent
                left.close()

    def _explain(self, said: str) -> tuple[str, str]:
        return network_trouble(said, tls=self.address.tls, certificate=bool(self.address.cert))

    def _on_connect(
        self, client: Client, _: Any, flags: ConnectFlags, reason: ReasonCode, properties: Properties | None
    ) -> None:
        if reason.is_failure:
            self.link.trouble = f"the broker refuses: {str(reason).lower()}"
            return
        # here and nowhere else, or a broker that was restarted would leave us deaf
        _, self._asked = client.subscribe(self.address.topic, self.address.qos)
        if statuses := status_filters(self.address.topic):
            client.subscribe([(one, SubscribeOptions(qos=self.address.qos)) for one in statuses])

    def _on_subscribe(
        self, client: Client, _: Any, mid: int, reasons: list[ReasonCode], properties: Properties | None
    ) -> None:
        if mid != self._asked:  # who may not read what senders say of themselves may hear what they measure
            return
        if any(reason.is_failure for reason in reasons):
            self.link.trouble = f"the broker refuses the topic: {str(reasons[0]).lower()}"
            client.disconnect()
            return
        self.link.up()

    def _on_disconnect(
        self, client: Client, _: Any, flags: DisconnectFlags, reason: ReasonCode, properties: Properties | None
    ) -> None:
        self.link.connected = False
        if flags.is_disconnect_packet_from_server:
            self.link.trouble = f"the broker hung up: {str(reason).lower()}"

    def _on_log(self, client: Client, _: Any, level: int, text: str) -> None:
        if level == LogLevel.MQTT_LOG_ERR and not self.link.trouble:
            self.link.trouble = text.removeprefix("failed to receive on socket: ")[:160]

    def _on_message(self, client: Client, _: Any, message: MQTTMessage) -> None:
        try:
            self.receive(message.topic, bytes(message.payload), retained=message.retain, cbor=_is_cbor(message))
        except Exception as error:  # one message must not end the thread, whatever is in it
            self.reception.refuse("unreadable", f"A message cannot be read ({type(error).__name__}).")

    def receive(self, topic: str, payload: bytes, *, retained: bool = False, cbor: bool | None = None) -> None:
        """Take one message in: a status, a pack, or a plain number."""
        sender, _, last = topic.rpartition("/")
        if last.lower() in STATUS_LEVELS and len(payload) <= 256:
            self._note_status(sender or topic, payload)
            return
        if retained:  # of a sample kept by the broker nobody knows when it was taken
            self.reception.refuse("retained value", "A retained value is not taken for a sample of now.", topic)
            return
        if cbor is None and not senml.looks_like_cbor(payload):
            self.reception.take_text(payload, topic)
        else:
            self.reception.take_pack(payload, topic, cbor=cbor)

    def _note_status(self, sender: str, payload: bytes) -> None:
        text = payload.decode("utf-8", "replace").strip()
        if text.startswith("{"):
            try:
                said = json.loads(text)
                text = str(next((said[key] for key in ("status", "state", "value") if key in said), ""))
            except (ValueError, RecursionError):
                text = ""
        if not text:  # an empty retained message clears what was said before
            self._senders.pop(sender, None)
            return
        word = text.lower()
        word = "online" if word in _ALIVE else "offline" if word in _GONE else word[:24]
        if (
            len(sender) <= 192
            and word.isprintable()
            and (sender in self._senders or len(self._senders) < _MOST_SENDERS)
        ):
            self._senders[sender] = word

    # -- outside it --------------------------------------------------------------------------------------------------

    @property
    def connected(self) -> bool:
        """Whether the broker has agreed to send what was asked for."""
        return self.link.connected

    def state(self) -> str:
        """Return how the connection stands, in words."""
        gone = sum(1 for word in tuple(self._senders.values()) if word == "offline")
        offline = f", {gone} sender{'s' * (gone != 1)} offline" if gone and self.connected else ""
        return self.link.state() + offline

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
        where = f"{self.address.host}:{self.address.port}"
        name = f"MQTT {self.address.topic} on {where}" + (" over TLS" if self.address.tls else "")
        senders = dict(tuple(self._senders.items()))
        return self.reception.status(name, running=self.link.running, state=self.state(), senders=senders)

    def close(self) -> None:
        """Disconnect and let the thread end; one that waits for a broker that never answers ends by itself."""
        self.link.close()
        client, self._client = self._client, None
        if client is not None:  # break the circle, so that its last sockets close now and not when somebody collects it
            client.on_connect = client.on_subscribe = client.on_disconnect = client.on_message = client.on_log = None


def status_filters(topic: str) -> tuple[str, ...]:
    """Return what to ask for beside a shared topic, so that every machine of its group knows who is alive.

    Of a shared subscription a broker sends no retained message, and each new one to a single member (MQTT 5.0 sections
    3.3.1.3 and 4.8.2).

    >>> status_filters("$share/city/clinic/+")[:1], status_filters("clinic/#")
    (('clinic/$state',), ())
    """
    if not topic.startswith("$share/"):
        return ()
    *above, last = topic.split("/")[2:]
    depths = range(_STATUS_DEPTH) if last == "#" else range(1 if last == "+" else 0)
    return tuple("/".join((*above, *["+"] * depth, word)) for depth in depths for word in sorted(STATUS_LEVELS))


class _TidySocket(ssl.SSLSocket):
    """Closes itself where the handshake fails, which paho leaves to the garbage collector."""

    def do_handshake(self, block: bool = False) -> None:
        try:
            super().do_handshake(block)
        except BaseException:
            self.close()
            raise


def tls_context(address: MqttAddress) -> ssl.SSLContext:
    """Return what a connection over TLS needs; raises SensorError for files that cannot be used."""
    try:
        context = ssl.create_default_context(cafile=address.ca or None)
        context.sslsocket_class = _TidySocket
        if address.cert:
            context.load_cert_chain(address.cert, address.key or None)
    except (OSError, ssl.SSLError) as error:
        where = ", ".join(filter(None, (address.ca, address.cert, address.key)))
        what, remedy = file_trouble(words(error))
        raise SensorError(what, kind="address", where=where, remedy=remedy) from error
    return context


def _is_cbor(message: MQTTMessage) -> bool | None:
    """Return what the publisher says its payload is (MQTT 5.0 section 3.3.2.3.9); None when it says nothing we know."""
    said = str(getattr(message.properties, "ContentType", ""))
    return True if said.endswith("senml+cbor") else False if said.endswith("senml+json") else None
