"""From streams to channels: what a person has mapped goes where they said, a name that speaks for itself goes where it says.

Everything else is heard, listed and left alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from neodent_viewer.core.clock import Clock
from neodent_viewer.core.errors import SensorError
from neodent_viewer.document.document import Change, Document
from neodent_viewer.document.edits import ValueEdit, set_value
from neodent_viewer.document.mapping import Mapping, channel_of
from neodent_viewer.live.placement import propose_probes
from neodent_viewer.sensors.channel import channel
from neodent_viewer.sensors.discovery import native_key
from neodent_viewer.sensors.sample import Block
from neodent_viewer.sensors.source import SourceStatus
from neodent_viewer.sensors.units import check_unit, is_known

#: addresses of which it is remembered where they lead
_ROUTES = 4096


class StreamSource(Protocol):
    """A source whose blocks are named by the streams' addresses."""

    def start(self, clock: Clock) -> None:
        """Begin."""

    def read(self, until: float) -> list[Block]:
        """Return what has arrived."""

    def status(self) -> SourceStatus:
        """Return counts so far."""

    def close(self) -> None:
        """Stop."""

    def unit_of(self, address: str) -> str:
        """Return the unit a stream's values come in; empty when it named none."""


class MappedSource:
    """A feed from outside with its streams led to the channels of a document."""

    simulated = False

    def __init__(self, source: StreamSource, document: Document) -> None:
        self.source = source
        self._waiting: Callable[[], dict[str, float]] = getattr(source, "waiting", dict)
        self._document = document
        self._routes: dict[str, tuple[str, str]] = {}  # address -> unit it was heard in, channel it leads to
        self._unfit: dict[str, str] = {}  # address -> what is wrong with its unit
        self._refused: Counter[str] = Counter()
        self._problem = ""
        document.changed.connect(self._on_change)
        self._want()

    def _on_change(self, change: Change) -> None:
        if change.path[0] in ("mappings", "probes"):
            self._routes = {}
            self._want()

    def _want(self) -> None:
        """Let what leads to a probe always have room at the source."""
        discovery = getattr(self.source, "discovery", None) or getattr(
            getattr(self.source, "reception", None), "discovery", None
        )
        if discovery is not None:
            mapped = frozenset(self._document.mappings)
            expected = {one.key for probe in self._document.probes.values() for one in probe.channels}
            discovery.want(lambda address: address in mapped or native_key(address) in expected)

    def start(self, clock: Clock) -> None:
        """Begin."""
        self.source.start(clock)

    def read(self, until: float) -> list[Block]:
        """Return what has arrived of streams that belong somewhere, named by their channels."""
        blocks = []
        for block in self.source.read(until):
            address = block.channel
            if key := self._key(address):
                same = key == address
                blocks.append(block if same else Block(key, block.times, block.values, block.arrival, block.raw))
            elif address in self._unfit:
                self._refused[self._unfit[address]] += len(block)
        return blocks

    def waiting(self) -> dict[str, float]:
        """Return channel -> arrival (s) of its first sample that waits to be handed out."""
        found: dict[str, float] = {}
        for address, arrival in self._waiting().items():
            if key := self._key(address):
                found[key] = min(arrival, found.get(key, arrival))
        return found

    def _key(self, address: str) -> str:
        route, unit = self._routes.get(address), self.source.unit_of(address)
        if route is None or route[0] != unit:  # a sender that named no unit at first may name another quantity's later
            if len(self._routes) >= _ROUTES:
                self._routes = {}
            route = self._routes[address] = (unit, self._route(address))
        return route[1]

    def _route(self, address: str) -> str:
        """Return the channel an address leads to; empty when nowhere."""
        mapping = self._document.mappings.get(address)
        key = channel_of(mapping, self._document.probes.values()) if mapping is not None else native_key(address)
        if not key:
            return ""
        try:
            check_unit(self.source.unit_of(address), key.rpartition("/")[2], address)
        except SensorError as error:
            self._unfit[address] = "wrong unit" if is_known(self.source.unit_of(address)) else "unknown unit"
            self._problem = error.sentence()
            return ""
        self._unfit.pop(address, None)
        return key

    def status(self) -> SourceStatus:
        """Return the source's counts, and what was refused because it measures something else."""
        status = self.source.status()
        if not self._refused:
            return status
        count = self._refused.total()
        refused = (*status.refused, *self._refused.items())
        problem = status.problem or self._problem
        return replace(status, refused=refused, malformed=status.malformed + count, problem=problem)

    def close(self) -> None:
        """Stop, and leave the document."""
        self.source.close()
        self._document.changed.disconnect(self._on_change, missing_ok=True)


def map_edits(document: Document, mapping: Mapping) -> list[ValueEdit]:
    """Return the edits that lead a stream to a tooth, for a history: at most one stream feeds one quantity of one tooth.

    A tooth that is labelled in a scan and carries no probe gets one; a probe there that does not measure this yet learns to.
    """
    edits = [
        set_value(document, ("mappings", address), None, f"Unmap {address}")
        for address, other in document.mappings.items()
        if address != mapping.address and (other.tooth, other.quantity) == (mapping.tooth, mapping.quantity)
    ]
    label = f"Map {mapping.address} to tooth {mapping.tooth}"
    edits.append(set_value(document, ("mappings", mapping.address), mapping, label))
    probe = next((one for one in document.probes.values() if one.tooth == mapping.tooth), None)
    if probe is None:
        proposed = propose_probes(document, (mapping.tooth,), (mapping.quantity,))
        edits += [set_value(document, ("probes", one.id), one, f"Place probe {one.name}") for one in proposed]
    elif all(one.quantity.name != mapping.quantity for one in probe.channels):
        sensor = probe.channels[0].sensor if probe.channels else probe.name
        wider = replace(probe, channels=(*probe.channels, channel(sensor, mapping.quantity)))
        edits.append(
            set_value(document, ("probes", probe.id), wider, f"Probe {probe.name} measures {mapping.quantity}")
        )
    return edits


def unmap_edit(document: Document, address: str) -> ValueEdit:
    """Return the edit that takes a mapping back."""
    return set_value(document, ("mappings", address), None, f"Unmap {address}")
