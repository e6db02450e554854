"""Sensor Measurement Lists (RFC 8428) from JSON and CBOR to readings, and back to JSON and CBOR.

Order: bytes within limits -> a list of records -> base fields resolved record by record -> readings. A pack that cannot be
read at all raises; a record that carries no number is left out and counted by the kind of thing it is.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from io import BytesIO
from typing import Any, NoReturn

import cbor2

from neodent_viewer.core.errors import SensorError

#: bytes of a pack, records in it, levels of nesting (a pack has two, a decimal fraction one more), characters of a name
MOST_BYTES, MOST_RECORDS, MOST_LEVELS, LONGEST_NAME = 1 << 18, 4096, 4, 192
#: times below this are seconds from now, others seconds since 1970 (RFC 8428 section 4.5.3)
RELATIVE_BELOW = 2.0**28
#: the highest version there is (section 4.4)
VERSION = 10
#: CBOR's whole numbers for the labels (section 6)
LABELS = {-1: "bver", -2: "bn", -3: "bt", -4: "bu", -5: "bv", -6: "bs"} | {
    0: "n", 1: "u", 2: "v", 3: "vs", 4: "vb", 5: "s", 6: "t", 7: "ut", 8: "vd"
}  # fmt: skip
_BASE_FIELDS = {"bver", "bn", "bt", "bu", "bv", "bs"}
_NUMBERS = {label: number for number, label in LABELS.items()}
#: what a name is written in (section 4.5.1)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9\-:./_]*")
#: values that are no number -> what they are called when they are counted
_NO_NUMBER = {"vs": "text value", "vb": "boolean value", "vd": "data value", "s": "sum only"}
_DECIMAL_FRACTION = 4
#: tags of CBOR that build something costly or odd; a pack needs none of them (section 6)
_FORBIDDEN = (0, 1, 2, 3, 5, 25, 28, 29, 30, 35, 36, 37, 100, 256, 258, 260, 261, 1004, 43000)


@dataclass(frozen=True, slots=True)
class Reading:
    """One number, with everything its pack says of it.

    Attributes
    ----------
    name, unit : str
        Whole name, base name included; empty where the pack gives none.
    value : float
        Finite, in `unit`.
    time : float
        Seconds since 1970 where `absolute`, otherwise seconds from the moment the pack arrived (0 is then).
    absolute : bool
    """

    name: str
    unit: str
    value: float
    time: float = 0.0
    absolute: bool = False


@dataclass(slots=True)
class Pack:
    """What one message said.

    Attributes
    ----------
    readings : list of Reading
    skipped : Counter of str
        Kind -> records left out.
    """

    readings: list[Reading] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)


def looks_like_cbor(data: bytes) -> bool:
    """Return whether a pack is CBOR by its first byte: an array, of known length or not."""
    return bool(data) and (0x80 <= data[0] <= 0x9B or data[0] == 0x9F)


def decode(data: bytes, *, cbor: bool | None = None) -> Pack:
    """Read a pack.

    Parameters
    ----------
    data : bytes
    cbor : bool or None
        None looks at the first byte.

    Raises
    ------
    SensorError
        ``packet``: too large, not JSON or CBOR, no list of records, of a version or with a field nobody here understands.
        ``where`` is the kind of thing it is.
    """
    if len(data) > MOST_BYTES:
        _refuse("too large", f"A pack of {len(data)} bytes is more than {MOST_BYTES} bytes.")
    records = _from_cbor(data) if (looks_like_cbor(data) if cbor is None else cbor) else _from_json(data)
    if not isinstance(records, list):
        _refuse("not SenML", "A pack is no list of records.")
    if len(records) > MOST_RECORDS:
        _refuse("too large", f"A pack of {len(records)} records is more than {MOST_RECORDS}.")
    return _resolve(records)


def _from_json(data: bytes) -> Any:
    try:
        return json.loads(data, parse_constant=_no_constant)
    except RecursionError:
        _refuse("too deep", "A pack is nested too deep.")
    except ValueError as error:
        _refuse("not JSON", f"A pack is not JSON ({type(error).__name__}).")


def _no_constant(name: str) -> float:
    return math.nan  # NaN and Infinity are no JSON; the record they stand in is counted, not the whole pack lost


def _from_cbor(data: bytes) -> Any:
    refuse = dict.fromkeys(_FORBIDDEN, _no_tag)
    try:
        stream = BytesIO(data)
        decoders = refuse | {_DECIMAL_FRACTION: _decimal_fraction}
        records = cbor2.CBORDecoder(stream, semantic_decoders=decoders, max_depth=MOST_LEVELS).decode()
        if len(data) > stream.tell():
            raise ValueError("something follows the pack")
    except Exception as error:  # a stranger's bytes: whatever the parser trips over is one thing here
        deep = "depth" in str(error)
        _refuse("too deep" if deep else "not CBOR", f"A pack is not CBOR ({type(error).__name__}).")
    if not isinstance(records, list):
        return records
    return [
        {LABELS.get(key, key) if type(key) is int else key: value for key, value in record.items()}
        if isinstance(record, dict)
        else record
        for record in records
    ]


def _no_tag(value: Any, immutable: bool) -> NoReturn:
    raise ValueError("a tag that a pack has no use for")


def _decimal_fraction(value: Any, immutable: bool) -> float:
    exponent, mantissa = value
    if type(exponent) is not int or type(mantissa) is not int or abs(exponent) > 400:
        raise ValueError("a decimal fraction out of this world")
    return float(Decimal(mantissa).scaleb(exponent))


def _refuse(kind: str, what: str) -> NoReturn:
    raise SensorError(what, kind="packet", where=kind, remedy="Check what the sensor sends: SenML, RFC 8428.")


@dataclass(slots=True)
class _Base:
    """Base fields so far: they hold until another record changes them (section 4.1)."""

    name: str = ""
    unit: str = ""
    time: float = 0.0
    value: float = 0.0


def _resolve(records: Iterable[Any]) -> Pack:
    pack, base = Pack(), _Base()
    said: set[tuple[str, str, float]] = set()
    for record in records:
        if not isinstance(record, dict):
            pack.skipped["wrong type"] += 1
            continue
        _check_understood(record)
        kind = _take_base(record, base)
        if kind:
            pack.skipped[kind] += 1
            continue
        reading = _reading(record, base)
        if isinstance(reading, str):
            pack.skipped.update([reading] if reading else [])
            continue
        identity = (reading.name, reading.unit, reading.time)
        if identity in said:
            pack.skipped["duplicate record"] += 1
            continue
        said.add(identity)
        pack.readings.append(reading)
    return pack


def _check_understood(record: dict[Any, Any]) -> None:
    version = record.get("bver", VERSION)
    if not _is_number(version) or not 1 <= version <= VERSION:
        _refuse("version", f"A pack of version {str(version)[:24]!r} is newer than this program.")
    for label in record:
        if not isinstance(label, str):
            continue  # labels nobody has registered, to be ignored (section 6)
        if label.endswith("_"):  # section 4.4: who does not understand it must leave the pack
            _refuse("must understand", f"A pack has a field {label[:24]!r} that has to be understood.")


def _take_base(record: dict[Any, Any], base: _Base) -> str:
    """Take up the record's base fields; return what is wrong with them, or nothing."""
    name, unit = record.get("bn", base.name), record.get("bu", base.unit)
    time, value = record.get("bt", base.time), record.get("bv", base.value)
    if not isinstance(name, str) or not isinstance(unit, str):
        return "wrong type"
    if not _is_number(time) or not _is_number(value):
        return "wrong type"
    numbers = _finite(time), _finite(value)
    if numbers[0] is None or numbers[1] is None:
        return "not finite"
    if len(name) > LONGEST_NAME or len(unit) > LONGEST_NAME:
        return "too long"
    base.name, base.unit, base.time, base.value = name, unit, numbers[0], numbers[1]
    return ""


def _reading(record: dict[Any, Any], base: _Base) -> Reading | str:
    """Return a record's reading, or why there is none: a kind to be counted, empty for a record of base fields only."""
    if "v" not in record:
        other = next((kind for label, kind in _NO_NUMBER.items() if label in record), "")
        if other or "bv" not in record or record.keys() <= _BASE_FIELDS:
            return other
    name, unit = record.get("n", ""), record.get("u", base.unit)
    value, time = record.get("v", 0.0), record.get("t", 0.0)
    if not (isinstance(name, str) and isinstance(unit, str) and _is_number(value) and _is_number(time)):
        return "wrong type"
    whole = base.name + name
    if len(whole) > LONGEST_NAME or len(unit) > LONGEST_NAME:
        return "too long"
    if whole and not _NAME.fullmatch(whole):
        return "bad name"
    numbers = _finite(value), _finite(time)
    if numbers[0] is None or numbers[1] is None or not math.isfinite(base.value + numbers[0]):
        return "not finite"
    at = base.time + numbers[1]
    return Reading(whole, unit, base.value + numbers[0], at, at >= RELATIVE_BELOW)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _finite(value: Any) -> float | None:
    try:
        number = float(value)
    except OverflowError:  # a whole number of a thousand digits
        return None
    return number if math.isfinite(number) else None


def encode(readings: Iterable[Reading], *, cbor: bool = False) -> bytes:
    """Return readings as a pack, each record by itself (section 4.6: resolved)."""
    records = []
    for one in readings:
        record: dict[str, Any] = {"n": one.name, "u": one.unit, "v": one.value, "t": one.time}
        records.append(
            {label: value for label, value in record.items() if value != "" and (label, value) != ("t", 0.0)}
        )
    if cbor:
        return cbor2.dumps([{_NUMBERS[label]: value for label, value in record.items()} for record in records])
    return json.dumps(records, allow_nan=False, separators=(",", ":")).encode()
