"""What has been heard so far: every stream by its address, with unit, rate and age, so that a person can map it."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from neodent_viewer.sensors.channel import QUANTITIES
from neodent_viewer.sensors.units import guess_quantity

#: streams remembered beside those that lead somewhere; of more, the one that has been silent longest is forgotten
MOST_STREAMS = 512
#: characters of an address that is taken, and of a unit that is shown
LONGEST, LONGEST_UNIT = 192, 32
#: seconds over which a rate is counted, and after which a silent origin loses its stream to another that sends the same name
_WINDOW, _SILENT = 2.0, 10.0


@dataclass(frozen=True, slots=True)
class Stream:
    """One thing that speaks.

    Attributes
    ----------
    address : str
        Its name in the feed: a SenML name, a topic, an OSC address, an LSL stream and channel.
    unit : str
        As the house shows it, converted where the sender's is another; empty when it named none.
    sent_unit : str
        As the sender wrote it.
    quantity : str
        What it probably measures; empty when nothing speaks for one.
    rate : float
        Samples a second lately; NaN before there are two.
    value : float
        The last one, in `unit`. Ask consent before it is shown.
    age : float
        Seconds since something came.
    samples : int
        Taken in so far.
    """

    address: str
    unit: str = ""
    sent_unit: str = ""
    quantity: str = ""
    rate: float = math.nan
    value: float = math.nan
    age: float = math.inf
    samples: int = 0


class _Entry:
    __slots__ = ("address", "counted", "last", "origin", "rate", "samples", "sent_unit", "since", "unit", "value")

    def __init__(self, address: str, unit: str, sent_unit: str, origin: str, arrival: float) -> None:
        self.address, self.unit, self.sent_unit = address, unit, sent_unit
        self.origin: str | None = origin  # None once it is gone
        self.samples = self.counted = 0
        self.since = self.last = arrival
        self.rate = self.value = math.nan


class Discovery:
    """All streams of one source. Noted in the source's thread, listed in any.

    Attributes
    ----------
    forgotten : int
        Streams that made room for others. Those that lead to a probe never do: whoever floods a port with names of their
        own making keeps no sensor out.
    """

    def __init__(self) -> None:
        self._entries: dict[str, _Entry] = {}
        self._lock = Lock()
        self._leads: Callable[[str], bool] = lambda address: False
        self._spare: OrderedDict[str, None] = OrderedDict()  # those that lead nowhere, by when they were heard last
        self.forgotten = 0

    def want(self, leads: Callable[[str], bool]) -> None:
        """Let every address for which `leads` says so have room from now on, whatever else is heard."""
        with self._lock:
            self._leads = leads
            last = sorted(self._entries.values(), key=lambda entry: entry.last)
            self._spare = OrderedDict((one.address, None) for one in last if not leads(one.address))

    def note(
        self, address: str, unit: str, sent_unit: str, value: float, arrival: float, *, count: int = 1, origin: str = ""
    ) -> str:
        """Take note of samples of a stream.

        Parameters
        ----------
        address, unit, sent_unit : str
        value : float
            The last of them.
        arrival : float
            Seconds on the program's clock.
        count : int
            How many.
        origin : str
            Where they came from: two origins that send one name are two senders with one identity.

        Returns
        -------
        str
            Empty, or the kind of thing that is wrong, and then nothing was noted.
        """
        entry = self._entries.get(address)
        if entry is None:
            entry = _Entry(address, unit, sent_unit, origin, arrival)
            with self._lock:
                self._enter(entry)
        elif entry.origin != origin:
            if entry.origin is not None and arrival - entry.last < _SILENT:
                return "duplicate id"
            entry.origin = origin
        if unit != entry.unit and unit:
            if entry.unit:
                return "changed unit"
            entry.unit, entry.sent_unit = unit, sent_unit
        if address in self._spare:
            with self._lock:
                if address in self._spare:
                    self._spare.move_to_end(address)
        entry.samples += count
        entry.last, entry.value = arrival, value
        if arrival - entry.since >= _WINDOW:
            entry.rate = (entry.samples - entry.counted) / (arrival - entry.since)
            entry.since, entry.counted = arrival, entry.samples
        return ""

    def leave(self, origin: str) -> None:
        """Let anybody send what an origin has sent, which is known to be gone."""
        with self._lock:
            for entry in self._entries.values():
                if entry.origin == origin:
                    entry.origin = None

    def _enter(self, entry: _Entry) -> None:
        if not self._leads(entry.address):
            if len(self._spare) >= MOST_STREAMS:
                silent, _ = self._spare.popitem(last=False)
                del self._entries[silent]
                self.forgotten += 1
            self._spare[entry.address] = None
        self._entries[entry.address] = entry

    def knows(self, address: str) -> bool:
        """Return whether an address is remembered."""
        return address in self._entries

    def unit_of(self, address: str) -> str:
        """Return the unit a stream's values come in; empty when unknown."""
        entry = self._entries.get(address)
        return entry.unit if entry is not None else ""

    def streams(self, now: float) -> tuple[Stream, ...]:
        """Return everything heard so far, in the order it was first heard."""
        with self._lock:
            entries = list(self._entries.values())
        return tuple(_stream(entry, now) for entry in entries)

    def addresses(self) -> tuple[str, ...]:
        """Return the addresses heard so far."""
        with self._lock:
            return tuple(self._entries)


def told_of(discovery: Discovery) -> list[tuple[str, int]]:
    """Return how many streams were forgotten, as a kind and a count; empty where none were."""
    return [("forgotten stream", discovery.forgotten)] if discovery.forgotten else []


def _stream(entry: _Entry, now: float) -> Stream:
    since = entry.last - entry.since
    rate = entry.rate
    if math.isnan(rate) and since > 0.0:
        rate = (entry.samples - 1) / since
    age = max(0.0, now - entry.last)
    if age > _WINDOW and rate * age > 3.0:
        rate = 0.0  # it has fallen silent
    guess = guess_quantity(entry.address, entry.unit)
    return Stream(entry.address, entry.unit, entry.sent_unit, guess, rate, entry.value, age, entry.samples)


def native_key(address: str) -> str:
    """Return the channel that an address names by itself, empty when it needs a mapping.

    That is ``<sensor>/<quantity>`` alone or behind a ``neodent`` level, with a quantity the house knows.

    >>> native_key("/neodent/t11/temperature"), native_key("clinic/3/neodent/t11/ph"), native_key("t16/force")
    ('t11/temperature', 't11/ph', 't16/force')
    >>> native_key("/lights/1"), native_key("a/b/ph")
    ('', '')
    """
    parts = address.strip("/").split("/")
    if "neodent" in parts:
        parts = parts[len(parts) - parts[::-1].index("neodent") :]
    if len(parts) != 2 or not all(parts) or parts[1] not in QUANTITIES:
        return ""
    return "/".join(parts)
