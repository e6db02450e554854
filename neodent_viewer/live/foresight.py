"""What is known of a whole recording ahead of the playhead: its faults, and the live side's memory at many places in it.

A process of its own judges the recording once, from its beginning, as the live side would, and hands over the state of that
judgement every so often. So a leap to anywhere takes up the state before it and judges the few seconds between: what is shown
there is what was shown when it was recorded, to the last bit, at a cost that does not grow with the recording. States lie
compressed in a file without a name, which is gone with the program; of what they share with each other and with the recording
each keeps only what is new (`live.ring_parts`).

All of it holds for one `Basis`: other thresholds, probes or consent make another judgement.
"""

from __future__ import annotations

import copyreg
import gc
import io
import pickle
import tempfile
import threading
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from neodent_viewer.core.apart import Say, apart
from neodent_viewer.core.clock import ManualClock
from neodent_viewer.live.basis import Basis
from neodent_viewer.live.findings import Findings, KeyFault, News, judge
from neodent_viewer.live.intake import LEAVES, Intake, Intakes
from neodent_viewer.live.ring_parts import KnownRings, RingPart, RingParts
from neodent_viewer.sensors.buffer import Ring, RingSize
from neodent_viewer.sensors.sources.replay import Replay
from neodent_viewer.sensors.track import Track

if TYPE_CHECKING:
    from neodent_viewer.sensors.pyramid import Pyramid

#: samples between states, which are judged again after a leap; s between them at least and at most; and states at most
APART, CLOSEST, FURTHEST, MOST = 5_000, 1.0, 20.0, 3_600
#: s; a sample that says it was taken further from its arrival than this is drawn where it arrived
_FAR = 3600.0


class State(NamedTuple):
    """The live side's memory when the recording had been read up to `time` (s).

    Attributes
    ----------
    time : float
    packed : bytes
        All but histories and what rings hold, pickled and compressed.
    rings : mapping
        Channel key -> what its ring has that it had not at the state before.
    """

    time: float
    packed: bytes
    rings: Mapping[str, RingPart]


class Seen(NamedTuple):
    """How far the recording has been judged (s), and what of faults has been found since this was last said."""

    time: float
    news: News


# -- in the process that looks ahead --------------------------------------------------------------------------------------


class Among:
    """Whether a channel is one of some; a function that can cross a process border."""

    def __init__(self, keys: frozenset[str]) -> None:
        self._keys = keys

    def __call__(self, intake: Intake) -> bool:
        """Return whether it is."""
        return intake.channel.key in self._keys


def look_ahead(say: Say, tracks: Sequence[Track], begin: float, basis: Basis, thresholds: Any) -> None:
    """Judge a recording from its beginning; say a `State` every so often, and a `Seen` now and then and at the end."""
    replay = Replay(tracks, start=begin)
    replay.start(ManualClock())
    intakes = Intakes(thresholds, basis.midnight, Among(basis.comparable))
    intakes.expect(basis.expected)
    parts = RingParts(replay.tracks)
    for edge, news in judge(intakes, replay, places(replay)):
        rings = parts.followed({key: intake.ring for key, intake in intakes.channels.items()}, edge)
        say(State(edge, pack(intakes, rings.values()), parts.since(rings)))
        if news is not None:
            say(Seen(edge, news))


def places(replay: Replay) -> list[float]:
    """Return the times (s) of the states of a recording, the last one its end."""
    length = replay.end - replay.begin
    samples = sum(map(len, replay.tracks))
    spacing = max(min(max(APART * length / max(samples, 1), CLOSEST), FURTHEST), length / MOST)
    return [*np.arange(replay.begin + spacing, replay.end, spacing).tolist(), replay.end]


class _Packer(pickle.Pickler):
    """Leaves out what is long and told otherwise: histories, and what some rings hold."""

    def __init__(self, file: io.BytesIO, rings: Iterable[Ring]) -> None:
        from neodent_viewer.sensors.pyramid import Pyramid

        super().__init__(file, 5)
        self.dispatch_table = {**copyreg.dispatch_table, Pyramid: _emptied, Ring: self._measured}
        self._told = {id(ring) for ring in rings}

    def _measured(self, ring: Ring) -> Any:
        return (RingSize, tuple(ring.size())) if id(ring) in self._told else ring.__reduce_ex__(5)


def _emptied(pyramid: Pyramid) -> tuple[Any, ...]:
    return type(pyramid), (LEAVES,)


def pack(intakes: Intakes, rings: Iterable[Ring]) -> bytes:
    """Return the live side's memory as bytes; of histories nothing, of `rings` only their sizes."""
    import zstandard

    for intake in intakes.channels.values():
        intake.history()  # nothing waits for it any more
    file = io.BytesIO()
    _Packer(file, rings).dump(intakes)
    return zstandard.ZstdCompressor(level=1).compress(file.getvalue())


def unpack(packed: bytes, rings: KnownRings, state: int) -> Intakes:
    """Return what `pack` was given for state number `state`, histories empty."""
    import zstandard

    plain = zstandard.ZstdDecompressor().decompress(packed)
    collects = gc.isenabled()
    gc.disable()  # so many objects at once would set it off again and again, and all of them live on
    try:
        found = pickle.loads(plain)
    finally:
        if collects:
            gc.enable()
    assert isinstance(found, Intakes)
    for key, intake in found.channels.items():
        size: Ring | RingSize = intake.ring
        if isinstance(size, RingSize):
            intake.ring = rings.ring(key, size, state)
    return found


# -- in the program ---------------------------------------------------------------------------------------------------------


class Foresight:
    """What is known of a recording so far; filled by `look`, in any thread, and asked on the live side's.

    Attributes
    ----------
    known_to : float
        Seconds on the recording's clock up to which states are there.
    complete : bool
    """

    def __init__(self, replay: Replay, basis: Basis) -> None:
        self.replay = replay
        self.basis = basis
        self.known_to = replay.begin
        self._findings = Findings()
        self.complete = False
        self._times: list[float] = []
        self._places: list[tuple[int, int]] = []
        self._rings = KnownRings(replay.tracks)
        self._file = tempfile.TemporaryFile(prefix="neodent-")  # noqa: SIM115
        self._lock = threading.Lock()
        self._pyramids: dict[str, Pyramid] = {}

    def look(self, thresholds: Any, cancelled: Callable[[], bool], progress: Callable[[float], None]) -> None:
        """Look ahead, to the end or until it is cancelled; blocks, so call it in a thread."""
        replay = self.replay
        length = max(replay.end - replay.begin, 1e-9)
        said = apart(look_ahead, replay.tracks, replay.begin, self.basis, thresholds)
        for message in said:
            if cancelled():
                said.close()
                return
            if isinstance(message, State):
                self.keep(message)
                progress((message.time - replay.begin) / length)
            else:
                self._findings.take(message.news)
        self.complete = True

    @property
    def faults(self) -> tuple[KeyFault, ...]:
        """Channel key and fault, in the order in which they could be known; not filtered by consent."""
        return self._findings.ordered

    def keep(self, state: State) -> None:
        """Take a state in; those of one recording come in order."""
        with self._lock:
            if self._file.closed:
                return
            start = self._file.seek(0, io.SEEK_END)
            self._file.write(state.packed)
            self._rings.add(state.rings)
            self._places.append((start, len(state.packed)))
            self._times.append(state.time)
        self.known_to = state.time

    def reaches(self, position: float) -> bool:
        """Return whether a leap to `position` (s) is answered exactly."""
        return self.complete or position < self.known_to

    def before(self, position: float) -> float | None:
        """Return the time (s) of the last state at or before `position`, None where there is none."""
        row = bisect_right(self._times, position)
        return self._times[row - 1] if row else None

    def state(self, time: float) -> Intakes:
        """Return the state of a time that `before` gave."""
        number = bisect_left(self._times, time)
        start, size = self._places[number]
        with self._lock:
            self._file.seek(start)
            packed = self._file.read(size)
        return unpack(packed, self._rings, number)

    def history(self, key: str) -> Pyramid | None:
        """Return least and greatest values of a whole track, ready for any stretch; None for a channel that is not in it."""
        if key not in self._pyramids:
            track = next((track for track in self.replay.tracks if track.channel == key), None)
            if track is None:
                return None
            self._pyramids[key] = whole(track)
        return self._pyramids[key]

    def close(self) -> None:
        """Give the file back."""
        with self._lock:
            self._file.close()


def whole(track: Track) -> Pyramid:
    """Return least and greatest values of a track, as they were taken."""
    from neodent_viewer.sensors.pyramid import Pyramid

    pyramid = Pyramid()
    times = np.where(np.abs(track.times - track.arrival) <= _FAR, track.times, track.arrival)
    sure = np.isfinite(times)
    pyramid.append(times[sure], track.meant()[sure])
    return pyramid
