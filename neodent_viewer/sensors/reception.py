"""What every feed from outside goes through: names, units and times made ours, everything else counted by kind.

A source's thread hands in packs or single readings; each becomes a sample of a stream in an inbox, or a count. Nothing is
ever raised in that thread for what a stranger sent.
"""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Sequence
from threading import Lock

import numpy as np

from neodent_viewer.core.clock import Clock
from neodent_viewer.core.errors import SensorError
from neodent_viewer.core.names import clean
from neodent_viewer.sensors import senml
from neodent_viewer.sensors.buffer import Inbox
from neodent_viewer.sensors.discovery import LONGEST, LONGEST_UNIT, MOST_STREAMS, Discovery, told_of
from neodent_viewer.sensors.refusals import refusal
from neodent_viewer.sensors.sample import Block, Float64
from neodent_viewer.sensors.sender_clock import AHEAD, SenderClock
from neodent_viewer.sensors.senml import Reading
from neodent_viewer.sensors.source import SourceStatus
from neodent_viewer.sensors.timebase import ABSURD
from neodent_viewer.sensors.units import ABSURD_VALUE, UNITS, Unit, to_shown


class Reception:
    """Takes readings in for one source.

    Parameters
    ----------
    kind : str
        What the source is called in sentences: ``"MQTT"``.
    inbox : Inbox or None
    """

    def __init__(self, kind: str, inbox: Inbox | None = None) -> None:
        self.kind = kind
        self.inbox = inbox or Inbox()
        self.discovery = Discovery()
        self.refused: Counter[str] = Counter()
        self.problem = ""
        self._lock = Lock()
        self._clocks: dict[str, SenderClock] = {}
        self._clock: Clock | None = None
        self._epoch = 0.0

    def start(self, clock: Clock) -> None:
        """Tell times on this clock from now on; 1970 lies where the machine's wall clock says."""
        self._clock = clock
        self._epoch = clock.now() - time.time()

    def now(self) -> float:
        """Return seconds on the program's clock; 0 before the start."""
        return self._clock.now() if self._clock is not None else 0.0

    # -- in the source's thread --------------------------------------------------------------------------------------

    def take_pack(self, data: bytes, origin: str = "", *, cbor: bool | None = None) -> int:
        """Take a SenML pack in; return how many samples were taken. Never raises."""
        try:
            pack = senml.decode(data, cbor=cbor)
        except SensorError as error:
            self.refuse(error.where, error.what, origin)
            return 0
        if not pack.readings and not pack.skipped:
            self.refuse("no value", "A pack holds no value.", origin)
        for kind, count in pack.skipped.items():
            self.refuse(kind, f"A record is left out: {kind}.", origin, count)
        arrival = self.now()
        return sum(self.take(reading, origin, arrival) for reading in pack.readings)

    def take_text(self, text: bytes, origin: str = "") -> int:
        """Take one line or message of text in: a SenML pack, one record of it, or one plain number. Never raises."""
        text = text.strip()
        if text.startswith(b"{"):  # a record by itself, as small devices write it
            return self.take_pack(b"[" + text + b"]", origin, cbor=False)
        number = _plain_number(text)
        if number is None:
            return self.take_pack(text, origin, cbor=False)
        return int(self.take(Reading("", "", number), origin))

    def take(self, reading: Reading, origin: str = "", arrival: float | None = None) -> bool:
        """Take one reading in; return whether it became a sample.

        Parameters
        ----------
        reading : Reading
        origin : str
            Topic, port or sender it came through; it completes a name that says too little by itself.
        arrival : float or None
            Seconds on the program's clock; None asks it.
        """
        arrival = self.now() if arrival is None else arrival
        address = _address(reading.name, origin)
        if len(address) > LONGEST or not address.isprintable():
            self.refuse("bad name", "A name is too long or not printable.", origin)
            return False
        raw = math.nan
        at = arrival + reading.time
        if reading.absolute:
            raw = reading.time
            at = self._placed(address, raw, arrival)
        elif abs(reading.time) > ABSURD:
            at = math.nan
        elif reading.time > AHEAD:
            self.refuse(
                "time to come", f"A sample of {address[:96]!r} says it will be taken in {reading.time:g} s.", origin
            )
            return False
        if math.isnan(at):
            self.refuse("absurd time", f"A sample of {address[:96]!r} says it is more than a day from now.", origin)
            return False
        value, unit = to_shown(reading.value, reading.unit)
        sent_unit = reading.unit
        if len(sent_unit) > LONGEST_UNIT or not sent_unit.isprintable():  # it is shown, and kept with a mapping
            unit = sent_unit = clean(sent_unit, LONGEST_UNIT) or "?"
        if abs(value) > ABSURD_VALUE:
            self.refuse("absurd value", f"A sample of {address[:96]!r} is beyond anything a sensor measures.", origin)
            return False
        wrong = self.discovery.note(address, unit, sent_unit, value, arrival, origin=origin)
        if (
            wrong == "changed unit"
        ):  # one name may carry several quantities, each with its unit (RFC 8428 section 5.1.3)
            address = f"{address} [{unit}]"
            wrong = self.discovery.note(address, unit, sent_unit, value, arrival, origin=origin)
        if wrong:
            self.refuse(wrong, _not_taken(address, wrong), origin)
            return False
        self.inbox.put(address, at, value, arrival, raw)
        return True

    def take_block(
        self,
        address: str,
        unit: str,
        times: Float64,
        values: Float64,
        arrival: float,
        raw: Float64,
        *,
        origin: str,
        place: str | None = None,
    ) -> None:
        """Take samples of one stream in at once.

        Parameters
        ----------
        address, unit : str
        times : ndarray (k,) float64
            Seconds on the program's clock.
        values : ndarray (k,) float64
            In `unit`; infinite ones are counted and become NaN.
        arrival : float
            Of all of them.
        raw : ndarray (k,) float64
            By the sender's own clock.
        origin : str
            Who sent them: another one under the same name is another sender.
        place : str or None
            Where that is, for a person; None for where the origin says it.
        """
        sound = np.isfinite(times) & (np.abs(times - arrival) <= ABSURD)
        if not sound.all():
            wrong = f"Samples of {address[:96]!r} say they are more than a day from now."
            self.refuse("absurd time", wrong, origin, int((~sound).sum()))
            times, values, raw = times[sound], values[sound], raw[sound]
        if not len(times):
            return
        known = UNITS.get(unit, Unit(unit))
        values = values * known.scale + known.offset
        if endless := int(np.isinf(values).sum()):
            self.refuse("not finite", f"Values of {address[:96]!r} are infinite.", origin, endless)
            values = np.where(np.isinf(values), np.nan, values)
        if absurd := int((np.abs(values) > ABSURD_VALUE).sum()):
            self.refuse(
                "absurd value", f"Values of {address[:96]!r} are beyond anything a sensor measures.", origin, absurd
            )
            values = np.where(np.abs(values) > ABSURD_VALUE, np.nan, values)
        wrong = self.discovery.note(
            address, known.shown, unit, float(values[-1]), arrival, count=len(values), origin=origin
        )
        if wrong:
            self.refuse(wrong, _not_taken(address, wrong), origin if place is None else place, len(values))
            return
        self.inbox.put_block(Block(address, times, values, np.full(len(times), arrival), raw))

    def take_table(
        self,
        columns: Sequence[tuple[str, str]],
        times: Float64,
        values: Float64,
        arrival: float,
        raw: Float64,
        *,
        origin: str,
        place: str | None = None,
    ) -> None:
        """Take samples of streams in that speak together: as `take_block` of each, and quickly where all of it makes sense.

        Parameters
        ----------
        columns : sequence of (str, str)
            Address and unit of each of c streams.
        times, raw : ndarray (k,) float64
        values : ndarray (k, c) float64
        arrival : float
        origin : str
        place : str or None
        """
        units = [UNITS.get(unit) or Unit(unit) for _, unit in columns]
        shown = values * [known.scale for known in units] + [known.offset for known in units]
        far, large = np.abs(times - arrival), np.abs(shown)
        if not (far <= ABSURD).all() or (large > ABSURD_VALUE).any() or not len(times):
            for column, (address, unit) in enumerate(columns):
                self.take_block(address, unit, times, values[:, column], arrival, raw, origin=origin, place=place)
            return
        taken = []
        for (address, sent), known, row in zip(columns, units, shown.T.tolist(), strict=True):
            wrong = self.discovery.note(address, known.shown, sent, row[-1], arrival, count=len(row), origin=origin)
            if wrong:
                self.refuse(wrong, _not_taken(address, wrong), origin if place is None else place, len(row))
            else:
                taken.append((address, row))
        self.inbox.put_table(times.tolist(), taken, arrival, raw.tolist())

    def _placed(self, address: str, told: float, arrival: float) -> float:
        clock = self._clocks.get(address)
        if clock is None:
            # a clock that counts from when its device was switched on says nothing but its steps
            clock = SenderClock(self._epoch if told >= senml.RELATIVE_BELOW else arrival - told)
            if len(self._clocks) >= 4 * MOST_STREAMS:  # those of streams that were forgotten
                self._clocks = {one: kept for one, kept in self._clocks.items() if self.discovery.knows(one)}
            self._clocks[address] = clock
        was_sound, placed = clock.sound, clock.place(told, arrival)
        if clock.ahead and not was_sound:
            what = (
                f"the clock of {address[:96]!r} is {clock.ahead:.0f} s ahead; its times are taken for that much earlier"
            )
            self.complain(what, "time", "Set the sensor's clock.")
        return placed

    def refuse(self, kind: str, what: str, origin: str = "", count: int = 1) -> None:
        """Count something that makes no sense, and remember it as the last thing that was wrong."""
        place = f" [{origin[:96]}]" if origin else ""
        with self._lock:
            self.refused[kind] += count
            self.problem = f"{self.kind}: {what}{place}"

    def complain(self, what: str, where: str, remedy: str = "") -> None:
        """Remember trouble with the connection itself, and what to do about it."""
        with self._lock:
            self.problem = f"{self.kind}: {what} [{where}] {remedy}".strip()

    # -- outside it --------------------------------------------------------------------------------------------------

    def drain(self) -> list[Block]:
        """Return everything taken in and not drained before, channels named by the streams' addresses."""
        return self.inbox.drain()

    def status(
        self, name: str, *, running: bool, state: str = "", senders: dict[str, str] | None = None
    ) -> SourceStatus:
        """Return counts so far under a source's name."""
        with self._lock:
            refused, problem = (*self.refused.items(), *told_of(self.discovery)), self.problem
        streams = self.discovery.streams(self.now())
        return SourceStatus(
            name=name,
            running=running,
            received=self.inbox.received,
            dropped=self.inbox.dropped,
            malformed=sum(count for _, count in refused),
            problem=problem,
            seen=tuple(stream.address for stream in streams),
            state=state,
            refused=refused,
            streams=streams,
            senders=tuple((senders or {}).items()),
        )


def _not_taken(address: str, kind: str) -> str:
    """Return why samples of a stream are not taken, and what to do, in two sentences."""
    what, remedy = refusal(kind)
    return f"{address[:96]!r} is not taken: {what[:1].lower()}{what[1:]}. {remedy}".strip()


def _address(name: str, origin: str) -> str:
    """Return what a stream is called: a name that says where it belongs as it is, a bare one behind its origin."""
    if "/" in name or ":" in name or not origin:
        return name or "unnamed"
    return f"{origin}/{name}" if name else origin


def _plain_number(text: bytes) -> float | None:
    if len(text) > 40 or b"_" in text:
        return None
    try:
        number = float(text.decode("ascii"))
    except (ValueError, UnicodeDecodeError):
        return None
    return number if math.isfinite(number) else None
