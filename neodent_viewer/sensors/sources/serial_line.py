"""A serial port: one sample a line, SenML or ``name,value[,unit[,time]]``. A device that is unplugged is waited for."""

from __future__ import annotations

import math
import re
from threading import Event
from typing import Any

from neodent_viewer.core.clock import Clock
from neodent_viewer.sensors.buffer import Inbox
from neodent_viewer.sensors.link import Link
from neodent_viewer.sensors.optional import load
from neodent_viewer.sensors.reception import Reception
from neodent_viewer.sensors.sample import Block
from neodent_viewer.sensors.senml import Reading
from neodent_viewer.sensors.source import SourceStatus
from neodent_viewer.sensors.trouble import serial_trouble

#: bytes of the longest line, and seconds a read waits
_LONGEST, _PATIENCE = 1 << 16, 0.05
_SEPARATOR = re.compile(r"\s*,\s*")
#: what parts cells where a comma is a decimal one; such a number; and what may be one or two cells
_PARTED, _COMMA = re.compile(r"\s*[;\t]\s*"), re.compile(r"[+-]?\d*,\d+")
_EITHER = re.compile(r"[+-]?\d+,\d+")


class SerialSource:
    """Listens to a serial port; needs pyserial.

    Parameters
    ----------
    device : str
    baud : int
    inbox : Inbox or None
    least : float
        Seconds before the port is opened again for the first time.
    """

    simulated = False

    def __init__(self, device: str, baud: int, inbox: Inbox | None = None, least: float = 1.0) -> None:
        self._serial = load("serial")
        self.device = device
        self.baud = baud
        self.reception = Reception("Serial", inbox)
        self.link = Link(self.reception, self._listen, device, least, serial_trouble)

    def start(self, clock: Clock) -> None:
        """Begin; a port that is not there yet is tried again and again."""
        if not self.link.running:
            self.reception.start(clock)
            self.link.start()

    # -- in the thread -----------------------------------------------------------------------------------------------

    def _listen(self, stop: Event) -> None:
        with self._serial.Serial(self.device, self.baud, timeout=_PATIENCE) as port:
            self.link.up()
            lines = Lines(self.reception, self.device)
            while not stop.is_set():
                lines.feed(self._chunk(port))

    def _chunk(self, port: Any) -> bytes:
        return bytes(port.read(max(1, min(port.in_waiting, _LONGEST))))

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
        """Return counts so far and how the port stands."""
        name = f"Serial {self.device} at {self.baud} baud"
        return self.reception.status(name, running=self.link.running, state=self.link.state())

    def close(self) -> None:
        """Let go of the port."""
        self.link.close()


class Lines:
    """Cuts what comes into lines and hands them to a reception.

    Whatever comes before the first end of a line may be the rest of one, and ``.25`` of ``37.25`` is a number too, so it is
    left out.
    """

    def __init__(self, reception: Reception, origin: str) -> None:
        self._reception = reception
        self._origin = origin
        self._rest = b""
        self._whole = False

    def feed(self, chunk: bytes) -> None:
        """Take bytes in."""
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        for line in lines:
            if self._whole:
                self._take(line.strip())
            self._whole = True
        if len(self._rest) > _LONGEST:
            self._rest, self._whole = b"", False
            self._reception.refuse("too large", f"A line is longer than {_LONGEST} bytes.", self._origin)

    def _take(self, line: bytes) -> None:
        if not line or line.startswith(b"#"):
            return
        if line[:1] in b"[{":
            self._reception.take_text(line, self._origin)
            return
        reading = csv_reading(line)
        if reading is None:
            self._reception.refuse("bad line", "A line is neither SenML nor name,value[,unit[,time]].", self._origin)
        else:
            self._reception.take(reading, self._origin)


def csv_reading(line: bytes) -> Reading | None:
    """Return what ``[name,]value[,unit[,time]]`` says; None where it says nothing. Times are seconds of the device's clock.

    Cells are parted by commas, or by semicolons or tabs, and then a comma in a number is a decimal one.

    >>> csv_reading(b"t11/temperature, 36.5, Cel") == csv_reading(b"t11/temperature;36,5;Cel")
    True
    >>> csv_reading(b"t11/temperature, 36.5, Cel")
    Reading(name='t11/temperature', unit='Cel', value=36.5, time=0.0, absolute=False)
    >>> csv_reading(b"36,5") is None
    True
    """
    text = line.decode("utf-8", "replace").strip()
    if _EITHER.fullmatch(text):  # one number with a decimal comma, or a name and a number: nobody can tell
        return None
    if _PARTED.search(text):
        cells = [one.replace(",", ".") if _COMMA.fullmatch(one) else one for one in _PARTED.split(text)]
    else:
        cells = _SEPARATOR.split(text)
    if len(cells) == 1:
        cells = ["", *cells]
    if not 2 <= len(cells) <= 4 or any("_" in cell for cell in cells[1:]):
        return None
    name, number, unit, told = (*cells, "", "")[:4]
    try:
        value, at = float(number), float(told) if told else 0.0
    except ValueError:
        return None
    if not (math.isfinite(value) and math.isfinite(at)) or not name.isascii():
        return None
    return Reading(name, unit, value, at, absolute=bool(told))
