"""All faults of a long recording: channels remember the last of each kind, so what they know is gathered now and then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from neodent_viewer.live.intake import Intakes
from neodent_viewer.sensors.fault import Fault
from neodent_viewer.sensors.sources.replay import Replay

#: s between looks; a channel remembers the last 128 of each kind and test, at most one in 1.2 s
EVERY = 120.0

#: channel key, and fault
KeyFault = tuple[str, Fault]
#: channel key and kind -> the faults of it that are remembered
News = Mapping[tuple[str, str], tuple[Fault, ...]]


class Findings:
    """What has been found so far, over all looks; one thread may take in while another asks."""

    def __init__(self) -> None:
        self._news: dict[tuple[str, str], tuple[Fault, ...]] = {}
        self._found: dict[tuple[str, str], tuple[Fault, ...]] = {}
        self._taken = 0
        self._ordered: tuple[int, tuple[KeyFault, ...]] = (0, ())

    def look(self, intakes: Intakes, now: float, waiting: Mapping[str, float]) -> News:
        """Return what channels remember by now (s), as far as it has changed since the last look.

        `waiting` says when (s) what comes next of a channel arrives: up to then it is silent at most.
        """
        news: dict[tuple[str, str], tuple[Fault, ...]] = {}
        for key, intake in intakes.channels.items():
            kinds: dict[str, list[Fault]] = {}
            for fault in intake.quality.faults(min(now, waiting.get(key, now))):
                kinds.setdefault(fault.kind.value, []).append(fault)
            for kind, faults in kinds.items():
                if self._news.get((key, kind)) != (told := tuple(faults)):
                    self._news[key, kind] = news[key, kind] = told
        return news

    def take(self, news: News) -> None:
        """Take in what a look has told; what channels have forgotten since stays."""
        for place, faults in news.items():
            first = min(fault.detected for fault in faults)
            kept = tuple(fault for fault in self._found.get(place, ()) if fault.detected < first)
            self._found[place] = kept + faults
        self._taken += bool(news)

    @property
    def ordered(self) -> tuple[KeyFault, ...]:
        """All faults, in the order in which they could be known; the same object until more is found."""
        taken = self._taken  # before looking: what is taken in meanwhile is not in what comes of it
        if self._ordered[0] != taken:
            told = [(key, fault) for (key, _), faults in tuple(self._found.items()) for fault in faults]
            told.sort(key=lambda one: (one[1].detected, one[0], one[1].kind.value))
            self._ordered = taken, tuple(told)
        return self._ordered[1]


def judge(intakes: Intakes, replay: Replay, edges: list[float]) -> Iterator[tuple[float, News | None]]:
    """Judge a recording from its beginning; yield each edge (s), and what is known of faults where it is time for a look."""
    findings, looked = Findings(), replay.begin
    for edge in edges:
        for block in replay.read(edge):
            intakes.take(block, simulated=replay.simulated)
        due = edge >= looked + EVERY or edge in (edges[0], edges[-1])
        looked = edge if due else looked
        yield edge, findings.look(intakes, edge, replay.waiting()) if due else None
