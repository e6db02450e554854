"""The sources that a live side listens to, side by side, and which of them speaks for which channel: one at a time.

The first that is heard keeps a channel until it falls silent or goes; what another one says of it meanwhile is counted and
left, for two senders' values and clocks mixed into one series would be a series of nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from neodent_viewer.sensors.sample import Block
from neodent_viewer.sensors.source import Source, SourceStatus

#: the kind under which a source's samples of another one's channel are counted, see `sensors.refusals`
TAKEN = "channel taken"


class Sources:
    """Keeps the sources, what each is called, and who speaks for what; iterates over them."""

    def __init__(self) -> None:
        self._all: list[Source] = []
        self._speaker: dict[str, Source] = {}
        self._refused: dict[int, int] = {}
        self._words: dict[int, str] = {}
        self._waits: dict[int, Callable[[], dict[str, float]]] = {}
        #: channel -> arrival (s) of its first sample that the last `read` left where it is
        self.waiting: dict[str, float] = {}

    def __iter__(self) -> Iterator[Source]:
        return iter(self._all)

    @property
    def simulated(self) -> bool:
        """Whether there are sources, and nobody's mouth is behind any of them."""
        return bool(self._all) and all(source.simulated for source in self._all)

    def add(self, source: Source, word: str) -> None:
        """Listen to a source that has been started; `word` is how a person calls it."""
        self._all.append(source)
        waiting = getattr(source, "waiting", None)
        if waiting is not None:
            self._waits[id(source)] = waiting
        self._words[id(source)] = word

    def end(self, word: str) -> set[str]:
        """Close the sources of one word; return the channels they spoke for."""
        theirs: set[str] = set()
        for source in [one for one in self._all if self._words[id(one)] == word]:
            source.close()
            self._all.remove(source)
            self._refused.pop(id(source), None)
            self._waits.pop(id(source), None)
            del self._words[id(source)]
            theirs |= {channel for channel, speaker in self._speaker.items() if speaker is source}
        for channel in theirs:
            del self._speaker[channel]
            self.waiting.pop(channel, None)
        return theirs

    def forget(self, channels: Iterable[str]) -> None:
        """Let anybody speak for some channels again."""
        for channel in channels:
            self._speaker.pop(channel, None)

    def clear(self) -> None:
        """Close all of them."""
        for source in self._all:
            source.close()
        for kept in (self._all, self._speaker, self._refused, self._words, self._waits, self.waiting):
            kept.clear()

    def read(self, now: float, silent: Callable[[str], bool]) -> Iterator[tuple[Source, Block]]:
        """Yield what has arrived up to `now` (s), and from whom; `silent` says whether a channel has been so for too long.

        Whoever has spoken, or has something waiting, is not silent, whichever source was asked first.
        """
        handed = [(source, source.read(now)) for source in self._all]
        speaker = self._speaker.get
        heard = {block.channel for source, blocks in handed for block in blocks if speaker(block.channel) is source}
        self.waiting = {}
        for source in self._all:
            if (waiting := self._waits.get(id(source))) is not None:
                # what nobody speaks for yet may have been heard all the same: in a state that was taken up
                for channel, arrival in waiting().items():
                    if self._speaker.get(channel, source) is source:
                        self.waiting[channel] = min(arrival, self.waiting.get(channel, arrival))
        for source, blocks in handed:
            for block in blocks:
                channel = block.channel
                first = self._speaker.get(channel)
                if first is not source:
                    if first is not None and (channel in heard or not silent(channel)):
                        self._refused[id(source)] = self._refused.get(id(source), 0) + len(block)
                        continue
                    self._speaker[channel] = source
                yield source, block

    def status(self, source: Source) -> SourceStatus:
        """Return a source's status, with its word and what was refused of it here."""
        status, count = source.status(), self._refused.get(id(source), 0)
        told = replace(status, word=self._words[id(source)])
        if not count:
            return told
        return replace(told, refused=(*status.refused, (TAKEN, count)), malformed=status.malformed + count)
