"""Addresses of feeds as a person writes them, read without opening anything: place, topic, options after a question mark."""

from __future__ import annotations

import ipaddress
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from neodent_viewer.core.errors import SensorError

_PLACE = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^\s:/?\[\]]+)(?::(?P<port>\d{1,5}))?")
_OPTION = re.compile(r"([a-z_]+)=([^&]*)")
#: words of an MQTT address that may stand behind the question mark
_MQTT_OPTIONS = frozenset({"user", "password_file", "ca", "cert", "key", "qos"})
#: where a password may lie if not in a file
PASSWORD_VARIABLE = "NEODENT_MQTT_PASSWORD"
BAUD_RATE = 115_200


def wrong(what: str, where: str, remedy: str) -> SensorError:
    """Return the error for an address that means nothing."""
    return SensorError(what, kind="address", where=where[:160], remedy=remedy)


@dataclass(frozen=True, slots=True)
class MqttAddress:
    """Where a broker is, and what to ask it for.

    Attributes
    ----------
    host : str
    port : int
    topic : str
        A topic filter; ``$share/<group>/<filter>`` shares its messages among all who name the group.
    tls : bool
    user, password : str
        Empty for none.
    ca, cert, key : str
        Files: who is trusted besides the system's own list, and the client's certificate with its key.
    qos : int
        Highest quality of service asked for, 0 to 2.
    """

    host: str
    port: int
    topic: str
    tls: bool = False
    user: str = ""
    password: str = field(default="", repr=False)
    ca: str = ""
    cert: str = ""
    key: str = ""
    qos: int = 1


def mqtt_address(rest: str, *, tls: bool) -> MqttAddress:
    """Read ``HOST[:PORT]/TOPIC[?user=NAME&password_file=FILE&ca=FILE&cert=FILE&key=FILE&qos=0]``.

    The password is the first line of its file, or the environment's ``NEODENT_MQTT_PASSWORD``: an address is shown and kept.

    >>> mqtt_address("broker.local/clinic/+/#", tls=True)
    MqttAddress(host='broker.local', port=8883, topic='clinic/+/#', tls=True, user='', ca='', cert='', key='', qos=1)
    """
    word = "mqtts" if tls else "mqtt"
    place, slash, topic = rest.removeprefix("//").partition("/")
    if "@" in place:  # what stands before it may be a password, and a refused address is shown
        host = place.rpartition("@")[2]
        remedy = f"Write {word}:{host}/{topic or 'neodent/#'}?user=NAME&password_file=FILE or so."
        raise wrong("Who asks stands behind the topic, not before the host.", f"{word}:…@{host}", remedy)
    host, port = host_and_port(place, 8883 if tls else 1883, word)
    topic, options = _options(topic, _MQTT_OPTIONS)
    if not slash or not _is_filter(topic):
        raise wrong(
            f"{topic!r} is no topic to subscribe to.", f"{word}:{rest}", f"Write {word}:{host}/neodent/# or so."
        )
    qos = options.get("qos", "1")
    if qos not in ("0", "1", "2"):
        raise wrong("The quality of service is 0, 1 or 2.", f"{word}:{rest}", "Leave qos out, or write qos=1.")
    password = _first_line(options.get("password_file", "")) or os.environ.get(PASSWORD_VARIABLE, "")
    files = {name: options.get(name, "") for name in ("ca", "cert", "key")}
    return MqttAddress(host, port, topic, tls, options.get("user", ""), password, **files, qos=int(qos))


def _is_filter(topic: str) -> bool:
    """Return whether this is a topic filter (MQTT 5.0 section 4.7), shared or not (section 4.8.2)."""
    if topic.startswith("$share/"):
        group, _, topic = topic.removeprefix("$share/").partition("/")
        if not group or set(group) & set("+#"):
            return False
    levels = topic.split("/")
    plain = all(level in ("+", "#") or not set(level) & set("+#") for level in levels)
    return 0 < len(topic) <= 1024 and topic.isprintable() and plain and "#" not in levels[:-1]


def _options(text: str, known: frozenset[str]) -> tuple[str, dict[str, str]]:
    """Return what stands before the question mark, and the options behind it; a mark without known options is part of it."""
    before, mark, after = text.rpartition("?")
    if not mark:
        return text, {}
    found = [_OPTION.fullmatch(one) for one in after.split("&")]
    if not all(found):
        return text, {}
    options = {match[1]: unquote(match[2]) for match in found if match}
    unknown = sorted(set(options) - known)
    if unknown:
        raise wrong(f"There is no option {unknown[0]!r}.", text, f"There are: {', '.join(sorted(known))}.")
    return before, options


def _first_line(path: str) -> str:
    if not path:
        return ""
    try:
        lines = Path(path).expanduser().read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise wrong("The password's file cannot be read.", path, "Check the path.") from error
    return lines[0] if lines else ""


def host_and_port(place: str, usual: int, word: str) -> tuple[str, int]:
    """Return host and port of ``HOST[:PORT]``."""
    match = _PLACE.fullmatch(place)
    if match is None or not 0 < int(match["port"] or usual) <= 65535:
        raise wrong(f"{place!r} is no host and port.", f"{word}:{place}", f"Write {word}:127.0.0.1:{usual} or so.")
    return match["host"].strip("[]"), int(match["port"] or usual)


def serial_address(rest: str) -> tuple[str, int]:
    """Read ``/dev/ttyX[@BAUD]`` or ``COM3[@BAUD]``.

    >>> serial_address("/dev/ttyUSB0@9600"), serial_address("COM3")
    (('/dev/ttyUSB0', 9600), ('COM3', 115200))
    """
    device, mark, baud = rest.rpartition("@")
    if not mark:
        device, baud = rest, str(BAUD_RATE)
    if not device or not device.isprintable() or not baud.isdigit() or not 50 <= int(baud) <= 4_000_000:
        raise wrong("That is no serial port.", f"serial:{rest}", "Write serial:/dev/ttyUSB0@115200 or so.")
    return device, int(baud)


@dataclass(frozen=True, slots=True)
class OscAddress:
    """Where to listen for OSC, to whom, and to how much.

    Attributes
    ----------
    host : str
        Empty for this machine alone.
    port : int
    allow : tuple of str
        Addresses or networks that are heard; empty hears private networks only.
    cap : int
        Messages a second; what comes beyond that is counted and left.
    """

    host: str
    port: int
    allow: tuple[str, ...] = ()
    cap: int = 20_000


def osc_address(rest: str) -> OscAddress:
    """Read ``[HOST:]PORT[?allow=10.0.0.0/8,192.168.1.5&cap=5000]``.

    >>> osc_address("0.0.0.0:9000?allow=10.0.0.0/8")
    OscAddress(host='0.0.0.0', port=9000, allow=('10.0.0.0/8',), cap=20000)
    """
    place, options = _options(rest, frozenset({"allow", "cap"}))
    host, _, port = place.rpartition(":")
    if not port.isdigit() or not 0 <= int(port) <= 65535:
        raise wrong(f"{port!r} is not a port.", f"osc:{rest}", "Use a number up to 65535, such as osc:9000.")
    if ":" in host:
        raise wrong(
            "OSC is heard on IPv4 addresses alone.", f"osc:{rest}", "Write osc:9000, or osc:0.0.0.0:9000 for all."
        )
    allow = tuple(filter(None, options.get("allow", "").split(",")))
    cap = options.get("cap", "20000")
    if not cap.isdigit() or not 1 <= int(cap) <= 1_000_000:
        raise wrong(f"{cap!r} is no number of messages a second.", f"osc:{rest}", "Write cap=5000 or so.")
    for one in allow:
        try:
            ipaddress.ip_network(one, strict=False)
        except ValueError as error:
            raise wrong(
                f"{one!r} is no address or network.", f"osc:{rest}", "Write allow=192.168.1.0/24 or so."
            ) from error
    return OscAddress(host, int(port), allow, int(cap))


def websocket_address(word: str) -> str:
    """Return a ``ws://`` or ``wss://`` address that can be connected to."""
    scheme, slashes, rest = word.partition("://")
    place = re.split("[/?#]", rest, maxsplit=1)[0].rpartition("@")[2]
    match = _PLACE.fullmatch(place)
    if not slashes or match is None or not 0 < int(match["port"] or 80) <= 65535:
        raise wrong("That is no WebSocket address.", word, "Write ws://127.0.0.1:8765/neodent or so.")
    if scheme not in ("ws", "wss") or not word.isprintable() or " " in word or len(word) > 1024:
        raise wrong("That is no WebSocket address.", word, "Write ws://127.0.0.1:8765/neodent or so.")
    return word
