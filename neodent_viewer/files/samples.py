"""How samples lie in a recording: one protobuf message for some samples of one channel, written and read without protobuf.

The wire format is that of Protocol Buffers (https://protobuf.dev/programming-guides/encoding), so that any MCAP tool can
decode a recording by the schema in it; arrays are packed and little-endian, which numpy reads and writes as they are::

    message Samples {
      fixed64 first = 1;             // number of the first sample since the channel was first heard; others follow
      repeated double time = 2;      // s on the recording program's clock: when taken
      repeated double value = 3;     // raw, in the channel's unit; NaN: the sensor said that it has no value
      repeated double arrival = 4;   // s: when it reached the program; empty: when taken
      repeated double told = 5;      // s by the sender's own clock, NaN: told nothing; empty: told nothing at all
      bytes flags = 6;               // QARTOD flag of each sample when it was judged: 1 2 3 4 9
      repeated double read = 7;      // s: ticks that read these samples ...
      repeated fixed32 count = 8;    // ... and how many of them each did
      repeated fixed64 revised = 9;  // numbers of earlier samples that turned out worse
      bytes revised_flags = 10;      // and their flags now
    }
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.sensors.sample import Float64

NAME = "neodent.Samples"
#: field -> (number, protobuf type, repeated)
_FIELDS = {
    "first": (1, 6, False),
    "time": (2, 1, True),
    "value": (3, 1, True),
    "arrival": (4, 1, True),
    "told": (5, 1, True),
    "flags": (6, 12, False),
    "read": (7, 1, True),
    "count": (8, 7, True),
    "revised": (9, 6, True),
    "revised_flags": (10, 12, False),
}
_BYTES = 12


@dataclass(slots=True)
class Samples:
    """One message; fields as above.

    Attributes
    ----------
    first : int
    time, value, arrival, told : ndarray (k,) float64
    flags : ndarray (k,) uint8
    read : ndarray (r,) float64
    count : ndarray (r,) uint32
    revised : ndarray (j,) uint64
    revised_flags : ndarray (j,) uint8
    """

    first: int
    time: Float64
    value: Float64
    arrival: Float64
    told: Float64
    flags: NDArray[np.uint8]
    read: Float64
    count: NDArray[np.uint32]
    revised: NDArray[np.uint64] = field(default_factory=lambda: np.zeros(0, np.uint64))
    revised_flags: NDArray[np.uint8] = field(default_factory=lambda: np.zeros(0, np.uint8))


def _varint(number: int) -> bytes:
    found = bytearray()
    while number > 0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    found.append(number)
    return bytes(found)


def _packed(number: int, data: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(data)) + data


def encode(samples: Samples) -> bytes:
    """Return a message."""
    same = np.array_equal(samples.arrival, samples.time)
    columns: list[tuple[str, bytes]] = [
        ("time", samples.time.astype("<f8").tobytes()),
        ("value", samples.value.astype("<f8").tobytes()),
        ("arrival", b"" if same else samples.arrival.astype("<f8").tobytes()),
        ("told", b"" if np.isnan(samples.told).all() else samples.told.astype("<f8").tobytes()),
        ("flags", samples.flags.tobytes()),
        ("read", samples.read.astype("<f8").tobytes()),
        ("count", samples.count.astype("<u4").tobytes()),
        ("revised", samples.revised.astype("<u8").tobytes()),
        ("revised_flags", samples.revised_flags.tobytes()),
    ]
    first = _varint(1 << 3 | 1) + struct.pack("<Q", samples.first)
    return first + b"".join(_packed(_FIELDS[name][0], data) for name, data in columns if data)


def decode(data: bytes) -> Samples:
    """Return what a message says; raises ValueError for one that cannot be."""
    raw = _fields(data)
    time = _column(raw, 2, "<f8")
    count = len(time)
    samples = Samples(
        first=int.from_bytes(raw.get(1, b""), "little"),
        time=time,
        value=_column(raw, 3, "<f8"),
        arrival=_column(raw, 4, "<f8") if raw.get(4) else time,
        told=_column(raw, 5, "<f8") if raw.get(5) else np.full(count, np.nan),
        flags=_column(raw, 6, "u1"),
        read=_column(raw, 7, "<f8"),
        count=_column(raw, 8, "<u4"),
        revised=_column(raw, 9, "<u8"),
        revised_flags=_column(raw, 10, "u1"),
    )
    alike = {len(samples.value), len(samples.arrival), len(samples.told), len(samples.flags), int(samples.count.sum())}
    if (
        alike != {count}
        or len(samples.read) != len(samples.count)
        or len(samples.revised) != len(samples.revised_flags)
    ):
        raise ValueError("columns of different lengths")
    if samples.first >= 1 << 62:
        raise ValueError("a sample's number is too large")
    return samples


def _column(raw: dict[int, bytes], number: int, kind: str) -> Any:
    return np.frombuffer(raw.get(number, b""), kind)


def _fields(data: bytes) -> dict[int, bytes]:
    """Return number -> content of every field; several pieces of one are joined, as the wire format asks."""
    found: dict[int, bytes] = {}
    at = 0
    while at < len(data):
        tag, at = _read_varint(data, at)
        kind = tag & 7
        if kind == 2:
            size, at = _read_varint(data, at)
        elif kind in (1, 5):
            size = 8 if kind == 1 else 4
        elif kind == 0:
            _, after = _read_varint(data, at)
            size = after - at
        else:
            raise ValueError(f"no such kind of field: {kind}")
        if at + size > len(data):
            raise ValueError("a field is cut off")
        found[tag >> 3] = found.get(tag >> 3, b"") + data[at : at + size]
        at += size
    return found


def _read_varint(data: bytes, at: int) -> tuple[int, int]:
    number = shift = 0
    while at < len(data) and shift < 64:
        number |= (data[at] & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if not data[at - 1] & 0x80:
            return number, at
    raise ValueError("a number is cut off")


def schema() -> bytes:
    """Return a FileDescriptorSet that describes `NAME`, as MCAP keeps schemas of protobuf messages.

    >>> b"neodent.proto" in schema()
    True
    """
    fields = b""
    for name, (number, kind, repeated) in _FIELDS.items():
        label = 3 if repeated else 1
        told = _packed(1, name.encode()) + _varint(3 << 3) + _varint(number) + _varint(4 << 3) + _varint(label)
        told += _varint(5 << 3) + _varint(kind)
        fields += _packed(2, told)
    package, _, message = NAME.rpartition(".")
    file = _packed(1, b"neodent.proto") + _packed(2, package.encode())
    file += _packed(4, _packed(1, message.encode()) + fields) + _packed(12, b"proto3")
    return _packed(1, file)
