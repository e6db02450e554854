"""OSC messages of numbers read quickly, by the heads that were read before: address and type tags, as bytes.

A sensor sends the same head again and again, and only the numbers behind it change. Taking a message apart letter by letter
takes ten times as long, in which a thread keeps everybody else waiting. Whatever is not exactly a head that was understood
before, with numbers that make sense behind it, is left to whoever reads everything.
"""

from __future__ import annotations

import math
from struct import Struct
from typing import NamedTuple

from neodent_viewer.sensors.units import ABSURD_VALUE

#: OSC type tag -> bytes of a number
BYTES = {"i": 4, "f": 4, "h": 8, "d": 8}
#: the same -> how `struct` calls it
_FORMATS = {"i": "i", "f": "f", "h": "q", "d": "d"}
#: heads remembered
_MOST = 2048
_BUNDLE, _FIRST, _SIZE = b"#bundle\0", 16, Struct(">i")


class Reading(NamedTuple):
    """What a message says.

    Attributes
    ----------
    channel, address : str
        As the program and as OSC names it.
    value : float
    time : float or None
        When it was taken by the sender's clock (s), where it says so.
    """

    channel: str
    address: str
    value: float
    time: float | None


class _Head(NamedTuple):
    channel: str
    address: str
    numbers: Struct
    length: int


class Heads:
    """The heads understood so far. Used in the source's thread only."""

    def __init__(self) -> None:
        self._known: dict[bytes, _Head] = {}

    def learn(self, message: bytes, reading: Reading) -> None:
        """Remember the head of a message that has been understood."""
        end = _head_end(message)
        tags = message[message.index(0) // 4 * 4 + 4 : end].rstrip(b"\0").decode("ascii")[1:]
        if not all(tag in _FORMATS for tag in tags):
            return  # letters that nobody knows and that stand for nothing
        if len(self._known) >= _MOST:
            self._known.clear()  # whoever floods a port with names costs others no more than reading them again
        numbers = Struct(">" + "".join(_FORMATS[tag] for tag in tags))
        self._known[message[:end]] = _Head(reading.channel, reading.address, numbers, end + numbers.size)

    def read(self, datagram: bytes) -> list[Reading] | None:
        """Return what a message, or each of a bundle that lies flat, says; None where anything of it has to be looked at."""
        if not datagram.startswith(_BUNDLE):
            reading = self._read(datagram)
            return None if reading is None else [reading]
        found, at, end = [], _FIRST, len(datagram)
        while at + 4 <= end:
            (size,) = _SIZE.unpack_from(datagram, at)
            at += 4 + size
            if size <= 0 or at > end:
                return None
            reading = self._read(datagram[at - size : at])
            if reading is None:
                return None
            found.append(reading)
        return found if at == end and found else None

    def _read(self, message: bytes) -> Reading | None:
        end = _head_end(message)
        head = self._known.get(message[:end])
        if head is None or head.length != len(message):
            return None
        value, *times = head.numbers.unpack_from(message, end)
        if abs(value) > ABSURD_VALUE:
            return None
        if not times:
            return Reading(head.channel, head.address, float(value), None)
        time = float(times[0])
        return Reading(head.channel, head.address, float(value), time) if -math.inf < time < math.inf else None


def _head_end(message: bytes) -> int:
    r"""Return where the numbers of a message begin; nothing above 0 where it has no head.

    >>> _head_end(b"/a/b\0\0\0\0,f\0\0" + bytes(4)), _head_end(b"/a")
    (12, -1)
    """
    address_end = message.find(0)
    return -1 if address_end < 0 else (message.find(0, address_end // 4 * 4 + 4) // 4 * 4) + 4
