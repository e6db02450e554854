"""What every feed looks like to the program, whether it is asked (polled) or sends by itself (pushed).

A **polled** source (simulated, replay) has no thread: `read` works out every sample that has arrived by then, so that a
seeded run repeats bit for bit. A **pushed** source (network) has a thread of its own that does one thing, put samples in an
`Inbox`; `read` empties it. Nobody but the source knows which of the two it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from neodent_viewer.core.clock import Clock
from neodent_viewer.sensors.discovery import Stream
from neodent_viewer.sensors.sample import Block


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """What a window says about a source.

    Attributes
    ----------
    name : str
        For a person: ``"Simulated mouth"``, ``"OSC on 127.0.0.1:9000"``.
    running : bool
        Between `Source.start` and `Source.close`.
    received, dropped, malformed : int
        Samples taken in, samples lost because nobody drained them in time, packets that made no sense.
    problem : str
        The last thing that was wrong, as a sentence with its address; empty when nothing was.
    seen : tuple of str
        Channel keys heard so far, whether or not a probe listens to them.
    state : str
        How the connection stands, in words: ``"connected"``, ``"reconnecting in 4 s"``; empty where there is none.
    refused : tuple of (str, int)
        Kind of thing that made no sense, and how many of them there were.
    streams : tuple of Stream
        Everything heard that can be mapped to a tooth, whether or not it is.
    senders : tuple of (str, str)
        Who has said whether they are alive, and what: ``("neodent/t11", "offline")``.
    place : str
        Where it listens for others to connect, ``"0.0.0.0:9000"``; empty for a source that connects to somebody itself.
    open : bool
        Whether others than this machine are heard there.
    allow : tuple of str
        Addresses and networks that are; empty for private networks.
    cap : int
        Messages a second that are taken at most.
    word : str
        The address it was opened by, as a person wrote it; empty when nobody did.
    """

    name: str
    running: bool = False
    received: int = 0
    dropped: int = 0
    malformed: int = 0
    problem: str = ""
    seen: tuple[str, ...] = ()
    state: str = ""
    refused: tuple[tuple[str, int], ...] = ()
    streams: tuple[Stream, ...] = ()
    senders: tuple[tuple[str, str], ...] = ()
    place: str = ""
    open: bool = False
    allow: tuple[str, ...] = ()
    cap: int = 0
    word: str = ""


class Source(Protocol):
    """A feed of samples; `simulated` says that nobody's mouth is behind it, which matters to consent."""

    simulated: bool

    def start(self, clock: Clock) -> None:
        """Begin; sample and arrival times are told on `clock`. Raises `SensorError` when it cannot."""

    def read(self, until: float) -> list[Block]:
        """Return what has arrived up to `until` (seconds) and was not returned before, in order of arrival per channel."""

    def status(self) -> SourceStatus:
        """Return counts and problems so far."""

    def close(self) -> None:
        """Stop and let go of threads and ports; may be called twice."""


class Waiting(Protocol):
    """A source that may hand out less than has come; of one that does not say this, nothing ever waits."""

    def waiting(self) -> dict[str, float]:
        """Return channel -> arrival (s) of its first sample that `Source.read` has yet to hand out.

        Up to then the channel was silent; from then on nobody can tell. What has not arrived yet may be told too.
        """


class SilentSource:
    """No feed at all."""

    simulated = False

    def start(self, clock: Clock) -> None:
        """Do nothing."""

    def read(self, until: float) -> list[Block]:
        """Return nothing."""
        return []

    def status(self) -> SourceStatus:
        """Say that there is no feed."""
        return SourceStatus("No feed")

    def close(self) -> None:
        """Do nothing."""
