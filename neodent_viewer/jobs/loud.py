"""A loud feed from outside: a process of its own sends samples over the network, each with its number, and counts them.

Order, in that process: what to send is one line of JSON on standard input -> samples at their rate, all channels in turn, as
a device would pack them -> how many were sent, as one line of JSON. It needs nothing but the standard library (and pylsl,
where that is asked for), so that its start competes with nobody; it ends when its standard input does, so that it never
outlives whoever started it, however that ends.
"""

from __future__ import annotations

import json
import os
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from random import Random
from threading import Thread
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from neodent_viewer.sensors.channel import Channel

#: samples a second over all channels
RATE = 10_000
#: what the streams of the Lab Streaming Layer are called
STREAM = "neodent loud"
#: noise of a sensor that is alive, as a share of what its quantity shows
_NOISE = 0.01
#: head of a bundle that counts at once (OSC 1.0)
_BUNDLE = b"#bundle\0" + bytes(7) + b"\1"


class Sender:
    """The process, seen from the one that starts it.

    Parameters
    ----------
    kind : str
        ``"osc"``: bundles of one sample a channel, over UDP on this machine. ``"lsl"``: one stream; needs pylsl.
    channels : iterable of Channel
    seconds : float
        How long it sends.
    port : int
        For OSC.
    stuck : bool
        Whether the values stand still.
    rate : float
        Samples a second over all channels.
    """

    def __init__(
        self,
        kind: str,
        channels: Iterable[Channel],
        seconds: float,
        *,
        port: int = 0,
        stuck: bool = False,
        rate: float = RATE,
    ) -> None:
        rows = [_row(channel, stuck=stuck) for channel in channels]
        #: samples a second of each channel
        self.each = rate / len(rows)
        self.seconds = seconds
        self._sent: int | None = None
        task = {"kind": kind, "port": port, "channels": rows, "each": self.each, "seconds": seconds}
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=os.environ.copy()
        )
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(task).encode() + b"\n")
        self._process.stdin.flush()

    @property
    def done(self) -> bool:
        """Whether the process has ended."""
        return self._process.poll() is not None

    @property
    def sent(self) -> int:
        """Samples sent of each channel; 0 while it sends, and when it failed."""
        if self._sent is None and self.done:
            assert self._process.stdout is not None
            said = self._process.stdout.read().strip()
            self._sent = int(json.loads(said)["sent"]) if said else 0
        return self._sent or 0

    def close(self) -> None:
        """End the process, if it still runs, and wait for it."""
        self._process.kill()
        self._process.wait()
        self._sent = self.sent
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()


def _row(channel: Channel, *, stuck: bool) -> tuple[str, str, float, float]:
    """Return key, unit, middle and width of a channel's values."""
    quantity = channel.quantity
    span = quantity.show_high - quantity.show_low
    return channel.key, quantity.unit, quantity.show_low + 0.5 * span, 0.0 if stuck else _NOISE * span


# -- in the process --------------------------------------------------------------------------------------------------


def main() -> None:
    """Send what standard input asks for."""
    task: dict[str, Any] = json.loads(sys.stdin.buffer.readline())
    Thread(target=_watch, daemon=True).start()
    sent = {"osc": _send_osc, "lsl": _send_lsl}[task["kind"]](task)
    print(json.dumps({"sent": sent}), flush=True)


def _watch() -> None:
    """End with whoever holds the other end of standard input."""
    os.read(sys.stdin.fileno(), 1)
    os._exit(1)


def _due(task: dict[str, Any]) -> Iterator[tuple[int, int]]:
    """Yield from which to which number (the end is not in it) samples of each channel are due, as time goes by."""
    sent, start, each = 0, time.monotonic(), task["each"]
    total = int(task["seconds"] * each)
    while sent < total:
        due = min(total, 1 + int((time.monotonic() - start) * each))
        if due > sent:
            yield sent, due
            sent = due
        time.sleep(max(0.0, start + sent / each - time.monotonic()))


def _send_osc(task: dict[str, Any]) -> int:
    """Send bundles of one message a channel, ``value time``; the time tells the sample's number."""
    names = [_padded(f"/neodent/{key}".encode()) + _padded(b",fd") for key, *_ in task["channels"]]
    layout = struct.Struct(">16s" + "".join(f"i{len(name)}sfd" for name in names))
    heads = [(len(name) + 12, name) for name in names]
    spans = [(middle, width) for *_, middle, width in task["channels"]]
    random, sent = Random(0).random, 0
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as wire:
        for first, end in _due(task):
            for number in range(first, end):
                at = number / task["each"]
                row: list[Any] = [_BUNDLE]
                for (size, name), (middle, width) in zip(heads, spans, strict=True):
                    row += (size, name, middle + width * (random() - 0.5), at)
                wire.sendto(layout.pack(*row), ("127.0.0.1", task["port"]))
                sent += 1
    return sent


def _padded(text: bytes) -> bytes:
    """Return an OSC string: with at least one zero behind it, four bytes by four."""
    return text + bytes(4 - len(text) % 4)


def _send_lsl(task: dict[str, Any]) -> int:
    """Push chunks of all channels to one outlet, once somebody listens; the time stamps tell the samples' numbers."""
    import pylsl

    rows, each = task["channels"], task["each"]
    info = pylsl.StreamInfo(STREAM, "Mouth", len(rows), each, pylsl.cf_double64, f"{STREAM} {os.getpid()}")
    described = info.desc().append_child("channels")
    for key, unit, *_ in rows:
        described.append_child("channel").append_child_value("label", key).append_child_value("unit", unit)
    outlet = pylsl.StreamOutlet(info)
    if not outlet.wait_for_consumers(20.0):
        return 0  # a network that lets nobody be found
    random, start, sent = Random(0).random, pylsl.local_clock(), 0
    for first, end in _due(task):
        for number in range(first, end):
            row = [middle + width * (random() - 0.5) for *_, middle, width in rows]
            outlet.push_sample(row, start + number / each)
            sent += 1
    time.sleep(1.0)  # what was pushed is on its way in a thread of the library's
    return sent


if __name__ == "__main__":
    main()
