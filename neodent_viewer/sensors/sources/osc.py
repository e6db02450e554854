"""OSC over UDP: ``/neodent/<sensor>/<channel> value [time]``, from this machine alone unless opened to a network.

Any other address that carries one number is a stream that a person may map. A port that is open to a network hears those on
its list and no more packets a second than its cap.

A thread waits for packets and does one thing with them: put samples in an inbox. Whatever a stranger sends is counted and
told with where it came from; nothing is ever raised in the thread.
"""

from __future__ import annotations

import errno
import ipaddress
import logging
import math
import socket
import sys
from collections import Counter
from collections.abc import Sequence
from threading import Event, Lock, Thread
from typing import Any

from pythonosc.osc_packet import OscPacket

from neodent_viewer.core.clock import Clock
from neodent_viewer.core.errors import SensorError
from neodent_viewer.sensors.buffer import Inbox
from neodent_viewer.sensors.discovery import MOST_STREAMS, Discovery, told_of
from neodent_viewer.sensors.sample import Block
from neodent_viewer.sensors.sender_clock import SenderClock
from neodent_viewer.sensors.source import SourceStatus
from neodent_viewer.sensors.sources.osc_heads import BYTES, Heads, Reading
from neodent_viewer.sensors.units import ABSURD_VALUE

LOOPBACK = "127.0.0.1"
PREFIX = "/neodent/"
#: addresses remembered, and the longest one that is
_MOST_SEEN, _LONGEST = 256, 96
#: seconds from its first sample on in which the least delay of a sensor is looked for, and how much less it may become;
#: whatever else its clock does shows
_ANCHOR = 2.0
#: bytes: largest datagram, and what the kernel may hold while the thread is busy
_LARGEST, _KERNEL_BUFFER = 65_536, 4 << 20
#: Linux counts packets that came while its memory was full, and tells with the next one (SO_RXQ_OVFL); others say nothing
_LOSS, _TELLS_LOSS = 40, sys.platform == "linux"
#: packets a second that are looked at unless told otherwise: twice what the fastest feed needs
MOST_PACKETS = 20_000
#: seconds the thread waits before it looks whether it should stop
_PATIENCE = 0.05


class Door:
    """Who is heard, and how much of them.

    Parameters
    ----------
    allow : sequence of str
        Addresses and networks; empty stands for all private ones.
    cap : int
        Packets a second over all senders; a second's worth may come at once.
    """

    def __init__(self, allow: Sequence[str], cap: int) -> None:
        self._networks = tuple(ipaddress.ip_network(one, strict=False) for one in allow)
        self._known: dict[str, bool] = {}
        self._cap = cap
        self._most = float(cap)
        self._left = self._most
        self._at = -math.inf

    def refusal(self, host: str, now: float) -> str:
        """Return why a packet is left at the door; empty when it may come in."""
        if not self._allows(host):
            return "stranger"
        self._left = min(self._most, self._left + max(0.0, now - self._at) * self._cap)
        self._at = now
        if self._left < 1.0:
            return "flood"
        self._left -= 1.0
        return ""

    def _allows(self, host: str) -> bool:
        if host not in self._known:
            if len(self._known) >= _MOST_SEEN:
                self._known.clear()  # addresses are easily forged; the memory is only there to be quick
            address = ipaddress.ip_address(host)
            inside = any(address in network for network in self._networks)
            self._known[host] = inside if self._networks else address.is_private or address.is_loopback
        return self._known[host]


class OscSource:
    """Listens for OSC.

    Parameters
    ----------
    port : int
        UDP port; 0 takes a free one, see `port`.
    host : str
        Address to listen on; anything but the loopback address opens the program to a network.
    inbox : Inbox or None
    allow : sequence of str
        Addresses and networks that are heard; empty hears private networks only.
    cap : int
        Packets a second that are looked at; what comes beyond that is counted and left.
    """

    simulated = False

    def __init__(
        self,
        port: int,
        host: str = LOOPBACK,
        inbox: Inbox | None = None,
        *,
        allow: Sequence[str] = (),
        cap: int = MOST_PACKETS,
    ) -> None:
        self.port = port
        self.host = host
        self._inbox = inbox or Inbox()
        self._door = Door(allow, cap)
        self._allow, self._cap, self._open = tuple(allow), cap, False
        self.discovery = Discovery()
        self._refused: Counter[str] = Counter()
        self._lock = Lock()
        self._stop = Event()
        self._clock: Clock | None = None
        self._socket: socket.socket | None = None
        self._thread: Thread | None = None
        self._heads = Heads()
        self._clocks: dict[str, tuple[float, SenderClock]] = {}  # sensor -> first arrival, clock
        self._problem = ""
        self._lost = 0  # packets that the kernel had no room for, where it tells

    def start(self, clock: Clock) -> None:
        """Bind the port and begin to listen.

        Raises
        ------
        SensorError
            ``busy`` when another program has the port, ``address`` when the host or port cannot be listened on.
        """
        if self._socket is not None:
            return
        self._clock = clock
        # python-osc speaks through `logging.warning`, which gives a root without handlers one that prints from then on
        root = logging.getLogger()
        if not root.handlers:
            root.addHandler(logging.NullHandler())
        self._socket = self._bind()
        self.port = self._socket.getsockname()[1]
        self._open = not ipaddress.ip_address(self._socket.getsockname()[0]).is_loopback
        self._thread = Thread(target=self._listen, args=(self._socket,), name=f"osc-{self.port}", daemon=True)
        self._thread.start()

    def _bind(self) -> socket.socket:
        listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _KERNEL_BUFFER)
            if _TELLS_LOSS:
                listener.setsockopt(socket.SOL_SOCKET, _LOSS, 1)
            listener.settimeout(_PATIENCE)
            listener.bind((self.host, self.port))
        except OSError as error:
            listener.close()
            taken = error.errno in (errno.EADDRINUSE, errno.EACCES)  # Windows calls a taken port forbidden
            remedy = "Close that program or choose another port." if taken else "Choose another address or port."
            what = (
                "Another program listens on this port already." if taken else f"Cannot listen here: {error.strerror}."
            )
            where = f"{self.host}:{self.port}"
            raise SensorError(what, kind="busy" if taken else "address", where=where, remedy=remedy) from error
        return listener

    # -- in the thread -----------------------------------------------------------------------------------------------

    def _listen(self, listener: socket.socket) -> None:
        while not self._stop.is_set():
            try:
                datagram, sender = self._received(listener)
            except TimeoutError:
                continue
            except OSError as error:  # a network that went away; the next packet may come all the same
                self.reject(f"listening failed ({error.strerror})", "the network", kind="network")
                self._stop.wait(_PATIENCE)
                continue
            kind = self._door.refusal(sender[0], self._clock.now() if self._clock is not None else 0.0)
            if kind:
                self.reject(f"a packet is left at the door ({kind})", f"{sender[0]}:{sender[1]}", kind=kind)
            else:
                self.receive(datagram, f"{sender[0]}:{sender[1]}")

    def _received(self, listener: socket.socket) -> tuple[bytes, tuple[str, int]]:
        """Return the next packet and who sent it; take note of how many the kernel says it had no room for."""
        if not _TELLS_LOSS:
            return listener.recvfrom(_LARGEST)
        datagram, said, _, sender = listener.recvmsg(_LARGEST, socket.CMSG_SPACE(4))
        for level, kind, data in said:
            if level == socket.SOL_SOCKET and kind == _LOSS and len(data) == 4:
                self._lost += (int.from_bytes(data, sys.byteorder) - self._lost) & 0xFFFF_FFFF  # it counts to 2^32
        return datagram, sender

    def receive(self, datagram: bytes, sender: str) -> None:
        """Take a datagram of one message or a bundle of them; never raises."""
        readings = self._heads.read(datagram)
        if readings is None:
            readings = self._read_all(datagram, sender)
        host = sender.rpartition(":")[0]  # a program that is started again speaks from another port
        taken = [sample for one in readings if (sample := self._sample(one, sender, host)) is not None]
        if taken:
            self._inbox.put_each(taken)

    def _read_all(self, datagram: bytes, sender: str) -> list[Reading]:
        """Return what each message of a datagram says; count those that make no sense."""
        try:
            messages = [timed.message for timed in OscPacket(datagram).messages]
        except Exception as error:  # a stranger's bytes: whatever the parser trips over is one thing here, malformed
            self.reject(f"a packet is not OSC ({type(error).__name__})", sender, kind="not OSC")
            return []
        if not messages:
            self.reject("a packet holds no message", sender, kind="no value")
        readings = []
        for message in messages:
            address = str(message.address)
            try:
                readings.append(_read(address, message.dgram, list(message.params)))
                self._heads.learn(message.dgram, readings[-1])
            except _Wrong as error:
                self.reject(str(error), sender, address, kind=error.kind)
            except ValueError as error:  # what the parser let pass and nobody can read
                self.reject(f"a message is not OSC ({type(error).__name__})", sender, address, kind="not OSC")
        return readings

    def _sample(self, reading: Reading, sender: str, host: str) -> tuple[str, float, float, float, float] | None:
        """Return a reading as the inbox takes it; None where it makes no sense, and that is counted."""
        channel, address, value, time = reading
        arrival = self._clock.now() if self._clock is not None else 0.0
        at = arrival if time is None else self._mapped(channel, time, arrival)
        if at != at:
            self.reject("a sample says it is more than a day from now", sender, address, kind="absurd time")
            return None
        if wrong := self.discovery.note(channel, "", "", value, arrival, origin=host):
            self.reject(wrong, sender, address, kind=wrong)
            return None
        return channel, at, value, arrival, math.nan if time is None else time

    def _mapped(self, channel: str, time: float, arrival: float) -> float:
        """Return when a sample was taken on the program's clock.

        A sensor's clock is mapped by the smallest delay of its first seconds (Cristian, 1989, one way), and never mapped
        anew: that it leaps or drifts is for `timebase.SourceClock` to find, which it could not if that were hidden here.
        """
        sensor = channel.partition("/")[0]
        offset = arrival - time
        if sensor not in self._clocks:
            if len(self._clocks) >= 4 * MOST_STREAMS:  # those of sensors that were forgotten
                known = {address.partition("/")[0] for address in self.discovery.addresses()}
                self._clocks = {one: kept for one, kept in self._clocks.items() if one in known}
            self._clocks[sensor] = arrival, SenderClock(offset)
        first, clock = self._clocks.get(sensor, (arrival, SenderClock(offset)))
        if 0.0 < clock.offset - offset <= _ANCHOR and arrival - first <= _ANCHOR:
            clock.offset = offset
        return clock.place(time, arrival)

    def reject(self, what: str, sender: str, address: str = "", *, kind: str) -> None:
        """Count a packet that makes no sense by its kind and remember what was wrong with it."""
        place = f" to {address[:_LONGEST]!r}" if address else ""
        with self._lock:
            self._refused[kind] += 1
            self._problem = f"OSC: {what}{place}, sent by {sender}."

    # -- outside it --------------------------------------------------------------------------------------------------

    def unit_of(self, address: str) -> str:
        """Return nothing: OSC names no unit."""
        return ""

    def read(self, until: float) -> list[Block]:
        """Return everything that has arrived, whatever `until` says: what is here is here."""
        return self._inbox.drain()

    def waiting(self) -> dict[str, float]:
        """Return address -> arrival (s) of its first sample that waits."""
        return self._inbox.waiting()

    def status(self) -> SourceStatus:
        """Return counts so far."""
        alone = not self._open if self._socket is not None else self.host == LOOPBACK
        reach = "this machine only" if alone else "open to the network"
        name = f"OSC on {self.host}:{self.port} ({reach})"
        running = self._socket is not None
        with self._lock:
            refused, problem = (*self._refused.items(), *told_of(self.discovery)), self._problem
        streams = self.discovery.streams(self._clock.now() if self._clock is not None else 0.0)
        return SourceStatus(
            name=name,
            running=running,
            received=self._inbox.received,
            dropped=self._inbox.dropped + self._lost,
            malformed=sum(count for _, count in refused),
            problem=problem,
            seen=tuple(stream.address for stream in streams),
            state="listening" if running else "closed",
            place=f"{self.host}:{self.port}",
            open=running and self._open,
            allow=self._allow,
            cap=self._cap,
            refused=refused,
            streams=streams,
        )

    def close(self) -> None:
        """Stop listening and wait for the thread."""
        if self._socket is None or self._thread is None:
            return
        self._stop.set()
        self._thread.join()
        self._socket.close()
        self._socket = self._thread = None
        self._stop.clear()


class _Wrong(Exception):
    """A message that makes no sense: what is wrong with it, and the kind of thing it is."""

    def __init__(self, kind: str, what: str) -> None:
        super().__init__(what)
        self.kind = kind


def _read(address: str, datagram: bytes, arguments: list[Any]) -> Reading:
    """Return what a message says; raises _Wrong."""
    names = address.removeprefix(PREFIX).split("/")
    ours = address.startswith(PREFIX) and len(names) == 2 and all(names)
    if len(address) > _LONGEST or not address.isprintable():
        raise _Wrong("bad name", "an address is too long or not printable")
    if not ours and len(arguments) != 1:  # two numbers to an address of others are no value and its time
        what = f"an address is not {PREFIX}<sensor>/<channel> and a message has {len(arguments)} arguments"
        raise _Wrong("wrong arguments", what)
    if not 1 <= len(arguments) <= 2:
        raise _Wrong("wrong arguments", f"a message has {len(arguments)} arguments instead of value [time]")
    if not all(_is_number(argument) for argument in arguments):
        raise _Wrong("wrong type", "a value or time is not a number")
    if len(datagram) != _length(datagram):  # the parser would make up the bytes that are missing
        raise _Wrong("cut short", "a message is cut short or too long")
    value, time = float(arguments[0]), float(arguments[1]) if len(arguments) == 2 else None
    if math.isinf(value):
        raise _Wrong("not finite", "a value is infinite")
    if abs(value) > ABSURD_VALUE:
        raise _Wrong("absurd value", "a value is beyond anything a sensor measures")
    if time is not None and not math.isfinite(time):
        raise _Wrong("not finite", "a time is not finite")
    return Reading("/".join(names) if ours else address, address, value, time)


def _is_number(argument: Any) -> bool:
    return isinstance(argument, int | float) and not isinstance(argument, bool)


def _length(datagram: bytes) -> int:
    """Return how many bytes a message of numbers has by its own address and type tags."""
    tags_at = datagram.index(0) // 4 * 4 + 4
    tags = datagram[tags_at : datagram.index(0, tags_at)].decode("ascii")
    return tags_at + len(tags) // 4 * 4 + 4 + sum(BYTES.get(tag, 0) for tag in tags)
