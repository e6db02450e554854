"""What breaks a connection, in a technician's words: what it is and what to do, from what the system calls it."""

from __future__ import annotations

import re
from collections.abc import Sequence

#: words of the system (a pattern) -> what it is, and what to do
Said = Sequence[tuple[str, str, str]]

_KEY = "Check that cert= and key= belong to each other and were signed by somebody the other side trusts."
_TLS: Said = (
    (
        "self.signed|unable to get local issuer|unable to verify",
        "certificate verify failed: nobody whom this machine trusts has signed the other side's certificate",
        "Give ca=FILE with the certificate of who signed it.",
    ),
    (
        "hostname mismatch|doesn.t match|not valid for",
        "certificate verify failed: the other side's certificate is for another name",
        "Write the address with the name that stands in its certificate.",
    ),
    (
        "has expired|not yet valid",
        "certificate verify failed: the other side's certificate counts at another time",
        "Look at this machine's clock; else have the certificate renewed.",
    ),
    ("certificate verify failed", "certificate verify failed", "Give ca=FILE with the certificate of who signed it."),
    (
        "wrong.version.number|record layer failure|packet length too long|http.request",
        "the other side does not speak TLS on this port",
        "Write the port that does (mqtts: 8883, wss: 443), or mqtt: and ws: for one without.",
    ),
    (
        "certificate.required|peer did not return a certificate",
        "the other side asks for a certificate of this program",
        "Add cert=FILE&key=FILE.",
    ),
    (
        "alert (unknown ca|bad certificate|certificate|access denied|decrypt)|unknown.ca|bad.certificate",
        "the other side does not accept this program's certificate",
        _KEY,
    ),
)
_BROKEN = "eof occurred|unexpected eof|reset by peer|connection was closed|broken pipe|connection lost|not connected"
_PLAIN: Said = (
    ("refused", "nobody listens there", "Look whether the other side runs, and at its port."),
    ("name or service|getaddrinfo|nodename", "there is nobody of this name", "Look at how the name is written."),
    ("timed? ?out", "nobody answers", "Look at the address, the network, and any firewall between."),
    ("unreachable|no route", "there is no way to that address", "Look at the address and the network."),
)
_SERIAL: Said = (
    ("no such file|could not find|cannot find", "there is no such port", "Plug the device in, or look its port up."),
    (
        "permission|access is denied",
        "this port may not be opened",
        "Join the group it belongs to, mostly dialout, and log in anew.",
    ),
    ("busy|lock", "another program has this port open", "Close that program."),
    (
        "readiness to read|input/output|disconnected|device not configured",
        "the device was unplugged",
        "Plug it in again.",
    ),
    ("inappropriate ioctl|not a (tty|serial)", "this is no serial port", "Look the device's port up."),
)


def network_trouble(said: str, *, tls: bool = False, certificate: bool = False) -> tuple[str, str]:
    """Return what broke a connection and what to do about it.

    Parameters
    ----------
    said : str
        As system or library call it.
    tls : bool
        Whether the connection is one over TLS.
    certificate : bool
        Whether the program shows a certificate of its own there.

    >>> network_trouble("EOF occurred in violation of protocol (_ssl.c:2427)", tls=True, certificate=True)[0]
    "the other side broke the secure connection off, probably because of this program's certificate"
    >>> network_trouble("[Errno 111] Connection refused")
    ('nobody listens there', 'Look whether the other side runs, and at its port.')
    """
    found = _first(said, _TLS) if tls else None
    if found is None and tls and re.search(_BROKEN, said, re.IGNORECASE):
        if certificate:
            return (
                "the other side broke the secure connection off, probably because of this program's certificate",
                _KEY,
            )
        what = "the other side broke the secure connection off"
        return what, "Look whether its port speaks TLS, and whether it asks for a certificate (cert=FILE&key=FILE)."
    if found is None and re.search("reset by peer|connection was closed", said, re.IGNORECASE):
        what = "the other side closed the connection"
        return what, "Look whether it runs; a port that speaks TLS wants mqtts: or wss: in the address."
    return found or _first(said, _PLAIN) or (_without_codes(said), "")


def serial_trouble(said: str) -> tuple[str, str]:
    """Return what is wrong with a serial port and what to do about it; its name is said elsewhere.

    >>> serial_trouble("[Errno 2] could not open port /dev/x: [Errno 2] No such file or directory: '/dev/x'")
    ('there is no such port', 'Plug the device in, or look its port up.')
    """
    return _first(said, _SERIAL) or (_without_codes(said), "")


def file_trouble(said: str) -> tuple[str, str]:
    """Return why certificates cannot be used, and what to do.

    >>> file_trouble("[X509: KEY_VALUES_MISMATCH] key values mismatch (_ssl.c:3926)")[0]
    'The key belongs to another certificate.'
    """
    if re.search("mismatch", said, re.IGNORECASE):
        return "The key belongs to another certificate.", "Give cert= and key= files that were made together."
    if re.search("no such file", said, re.IGNORECASE):
        return "A file of a certificate or key is not there.", "Look at how ca=, cert= and key= are written."
    if re.search("permission", said, re.IGNORECASE):
        return "A file of a certificate or key may not be read.", "Change who may read it."
    what = f"A certificate or key cannot be used: {_without_codes(said)}."
    return what, "Give ca=, cert= and key= files in PEM form, cert= and key= made together."


def _first(said: str, known: Said) -> tuple[str, str] | None:
    flat = said.replace("_", " ")
    return next(((what, remedy) for words, what, remedy in known if re.search(words, flat, re.IGNORECASE)), None)


def _without_codes(said: str) -> str:
    """Return a sentence without what only a programmer reads.

    >>> _without_codes("[SSL] PEM lib (_ssl.c:3895)")
    'PEM lib'
    """
    return re.sub(r"\[(Errno|SSL|X509)[^\]]*\] ?| ?\(_ssl\.c:\d+\)", "", said).strip() or said
