"""The sources that a live side listens to, side by side, and which of them speaks for which channel: one at a time.

The first that is heard keeps a channel until it falls silent or goes; what another one says of it meanwhile is counted and
left, for two senders' values and clocks mixed into one series would be a series of nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from neodent_viewer.sensors.sample import Block
from neodent_viewer.sensors.source import Source, SourceStatus

#: the kind under which a source's samples of another one's channel are counted, see `sensors.refusals`
TAKEN = "channel taken"


@dataclass(slots=True, eq=False)
class _Listened:
    """A source that is listened to: what it is called, what it has left to hand out, and how much of it was refused here."""

    source: Source
    word: str
    waiting: Callable[[], dict[str, float]]
    refused: int = 0


class Sources:
    """Keeps the sources, what each is called, and who speaks for what; iterates over them."""

    def __init__(self) -> None:
        self._all: list[_Listened] = []
        self._speaker: dict[str, Source] = {}
        #: channel -> arrival (s) of its first sample that the last `read` left where it is
        self.waiting: dict[str, float] = {}

    def __iter__(self) -> Iterator[Source]:
        return (one.source for one in self._all)

    def __len__(self) -> int:
        return len(self._all)

    @property
    def words(self) -> tuple[str, ...]:
        """What the sources are called that have a name, in the order in which they were added."""
        return tuple(one.word for one in self._all if one.word)

    @property
    def simulated(self) -> bool:
        """Whether there are sources, and nobody's mouth is behind any of them."""
        return bool(self._all) and all(source.simulated for source in self)

    def add(self, source: Source, word: str) -> None:
        """Listen to a source that has been started; `word` is how a person calls it."""
        self._all.append(_Listened(source, word, getattr(source, "waiting", dict)))

    def end(self, word: str) -> set[str]:
        """Close the sources of one word; return the channels they spoke for."""
        ended = [one for one in self._all if one.word == word]
        theirs: set[str] = set()
        for one in ended:
            one.source.close()
            self._all.remove(one)
            theirs |= {channel for channel, speaker in self._speaker.items() if speaker is one.source}
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
        for source in self:
            source.close()
        self._all.clear()
        self._speaker.clear()
        self.waiting.clear()

    def read(self, now: float, silent: Callable[[str], bool]) -> Iterator[tuple[Source, Block]]:
        """Yield what has arrived up to `now` (s), and from whom; `silent` says whether a channel has been so for too long.

        Whoever has spoken, or has something waiting, is not silent, whichever source was asked first.
        """
        handed = [(one, one.source.read(now)) for one in self._all]
        speaker = self._speaker.get
        heard = {block.channel for one, blocks in handed for block in blocks if speaker(block.channel) is one.source}
        self.waiting = {}
        for one in self._all:
            # what nobody speaks for yet may have been heard all the same: in a state that was taken up
            for channel, arrival in one.waiting().items():
                if speaker(channel, one.source) is one.source:
                    self.waiting[channel] = min(arrival, self.waiting.get(channel, arrival))
        for one, blocks in handed:
            for block in blocks:
                channel = block.channel
                first = speaker(channel)
                if first is not one.source:
                    if first is not None and (channel in heard or not silent(channel)):
                        one.refused += len(block)
                        continue
                    self._speaker[channel] = one.source
                    heard.add(channel)
                yield one.source, block

    def status(self) -> Iterator[tuple[Source, SourceStatus]]:
        """Yield each source with its status, its word, and what was refused of it here."""
        for one in self._all:
            told = replace(one.source.status(), word=one.word)
            if one.refused:
                refused = (*told.refused, (TAKEN, one.refused))
                told = replace(told, refused=refused, malformed=told.malformed + one.refused)
            yield one.source, told
