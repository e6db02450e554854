"""A recording played again: polled, so that a replay repeats bit for bit what was recorded.

While it plays, the live side lives in the recording's own time: `Replay.position` turns the program's clock into it,
slower or faster, standing or leaping. Samples keep their times, so what is made of them does not depend on the speed. After
a leap what lies before the new position is handed out again, in slices, to a live side that has forgotten it: what holds
there is what held when it was recorded.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from neodent_viewer.core.clock import Clock
from neodent_viewer.core.errors import SensorError
from neodent_viewer.sensors.sample import Block, Float64
from neodent_viewer.sensors.source import SourceStatus
from neodent_viewer.sensors.track import Track

SLOWEST, FASTEST = 0.1, 16.0
#: samples before the new position that are handed out at most after a leap
MOST_AGAIN = 2_000_000


class Replay:
    """Plays tracks.

    Parameters
    ----------
    tracks : sequence of Track
    name : str
        For a person.
    start : float or None
        Seconds on the recording's clock at which it begins; None takes the first sample's.
    midnight : float or None
        A midnight on that clock (s), where it is known.
    speed : float
        0.1 to 16; SensorError (``address``) otherwise.
    loop : bool
        Begin again at the end; otherwise it stands there.
    epoch : float
        Unix time (s) of its clock's zero; NaN when unknown.
    identity, where : str
        What the recording is known by, and the file it was read from.

    Attributes
    ----------
    span : tuple of 2 float or None
        While it loops, from where to where (s on the recording's clock); None is the whole. One that plays beyond the end of
        it, having been put there, plays on to the recording's end.
    """

    def __init__(
        self,
        tracks: Sequence[Track],
        name: str = "",
        *,
        start: float | None = None,
        midnight: float | None = None,
        speed: float = 1.0,
        loop: bool = False,
        epoch: float = math.nan,
        identity: str = "",
        where: str = "",
    ) -> None:
        self._tracks = [track for track in tracks if len(track)]
        self.tracks = tuple(self._tracks)
        firsts = [float(track.read[0]) for track in self._tracks]
        self.begin = min(firsts, default=0.0) if start is None else min([start, *firsts])
        self.end = max((float(track.read[-1]) for track in self._tracks), default=self.begin)
        lately = [track.read[int(np.searchsorted(track.read, track.read[-1])) - 1 :] for track in self._tracks]
        self._last_but_one = np.unique(np.concatenate([one[[0, -1]] for one in lately] or [np.zeros(1)]))[-2:][0]
        self.midnight = midnight
        self.simulated = bool(self._tracks) and all(track.simulated for track in self._tracks)
        self.loop = loop
        self.span: tuple[float, float] | None = None
        self.name, self.epoch, self.identity, self.where = name, epoch, identity, where
        self._clock: Clock | None = None
        self._playing = True
        self._speed = 1.0
        self._from = (0.0, self.begin)  # the program's clock, and the recording's, when both were last set
        self._leapt = False
        self._at = [0] * len(self._tracks)
        self._cuts: Float64 | None = None
        self._sent = 0
        self.speed = speed

    # -- transport ---------------------------------------------------------------------------------------------------

    @property
    def speed(self) -> float:
        """Seconds of recording a second; it plays on from where it is."""
        return self._speed

    @speed.setter
    def speed(self, speed: float) -> None:
        if not SLOWEST <= speed <= FASTEST:
            remedy = f"Use {SLOWEST:g} to {FASTEST:g}."
            raise SensorError(f"{speed:g} is no speed of a replay.", kind="address", where="speed", remedy=remedy)
        self._set(self.here())
        self._speed = speed

    @property
    def playing(self) -> bool:
        """Whether it moves; setting it plays or pauses."""
        return self._playing

    @playing.setter
    def playing(self, playing: bool) -> None:
        self._set(self.here())
        self._playing = playing

    def seek(self, position: float) -> None:
        """Go to a place in the recording (s on its clock)."""
        before = self.here()
        self._set(min(max(position, self.begin), self.end))
        self._leapt |= self._from[1] != before

    def step(self, count: int = 1) -> None:
        """Pause, and go to the next (or a previous) moment at which something was read."""
        here = self.here()
        self.playing = False
        found = self._readings()
        if not len(found):
            return
        row = (
            np.searchsorted(found, here, side="right") - 1 + count
            if count > 0
            else np.searchsorted(found, here) + count
        )
        self._go(float(found[min(max(int(row), 0), len(found) - 1)]))

    def _readings(self) -> Float64:
        return np.unique(np.concatenate([track.read for track in self._tracks] or [np.zeros(0)]))

    def known_at(self, times: Float64) -> Float64:
        """Return when what arrived at `times` (k,) was read: the first reading from then on, or the end."""
        readings = np.append(self._readings(), self.end)
        return readings[np.minimum(np.searchsorted(readings, times), len(readings) - 1)]

    def _go(self, position: float) -> None:
        """Move to a position; forwards it is reached by playing there."""
        if position < self.here():
            self.seek(position)
        else:
            self._set(position)

    def here(self) -> float:
        """Return the position now (s on the recording's clock)."""
        return self._from[1] if self._clock is None else self.position(self._clock.now())

    def position(self, now: float) -> float:
        """Return the position (s) when the program's clock says `now`; at the end it stands, or begins again."""
        since, at = self._from
        if not self._playing or self._clock is None:
            return at
        # at its own speed no rounding is added where both clocks say the same
        position = now + (at - since) if self._speed == 1.0 else at + (now - since) * self._speed
        begin, end = self._stretch(at)
        if position <= end:
            return position
        if self.loop and end > begin:
            position = begin + (position - begin) % (end - begin)
            self._from = (now, position)
            self._leapt = True
            return position
        return self.end

    def _stretch(self, at: float) -> tuple[float, float]:
        """Return from where to where it plays, given that it was put `at` (s)."""
        if not self.loop or self.span is None:
            return self.begin, self.end
        begin, end = max(self.span[0], self.begin), min(self.span[1], self.end)
        return (begin, end) if at < end else (begin, self.end)

    def _set(self, position: float) -> None:
        self._from = (0.0 if self._clock is None else self._clock.now(), position)

    def leapt(self) -> bool:
        """Return whether it has leapt since this was last asked: everything heard so far is to be forgotten."""
        leapt, self._leapt = self._leapt, False
        return leapt

    def again(self) -> None:
        """Leap to where it is: something about the past is known better now."""
        self._leapt = True

    def resume(self, time: float | None = None) -> None:
        """Hand out next what comes after `time` (s on the recording's clock); None is everything."""
        since = -math.inf if time is None else time
        self._at = [int(np.searchsorted(track.read, since, side="right")) for track in self._tracks]

    def resumes(self, time: float) -> bool:
        """Return whether what it hands out next is what comes after `time` (s)."""
        return all(
            at == int(np.searchsorted(track.read, time, side="right"))
            for at, track in zip(self._at, self._tracks, strict=True)
        )

    # -- as a source -------------------------------------------------------------------------------------------------

    def start(self, clock: Clock) -> None:
        """Begin to play."""
        self._clock = clock
        self._set(self._from[1])

    def read(self, until: float) -> list[Block]:
        """Return what was read up to `until` (s on the recording's clock), after a leap in slices."""
        if self._clock is None:
            return []
        ends = [int(np.searchsorted(track.read, until, side="right")) for track in self._tracks]
        due = sum(ends) - sum(self._at)
        if due <= 0:
            return []
        self._at = self._near(ends, due)
        first = min(
            float(track.read[at]) for track, at, end in zip(self._tracks, self._at, ends, strict=True) if at < end
        )
        blocks = []
        for edge in self._edges(first, until):
            for i, track in enumerate(self._tracks):
                end = int(np.searchsorted(track.read, edge, side="right"))
                if end > self._at[i]:
                    blocks += track.blocks(slice(self._at[i], end))
                    self._sent += end - self._at[i]
                    self._at[i] = end
        return blocks

    def waiting(self) -> dict[str, float]:
        """Return channel -> arrival (s) of the first sample that is yet to be handed out, whenever that will be.

        One that had arrived and was not read tells that nobody looked: so no silence is found where none was found then. Of a
        channel that was read by the last reading but one, what the last one left waiting is in no recording.
        """
        found = {}
        for track, at in zip(self._tracks, self._at, strict=True):
            if at < len(track):
                found[track.channel] = float(track.arrival[at])
            elif track.read[-1] >= self._last_but_one:
                found[track.channel] = float(track.arrival[-1])
        return found

    def _edges(self, first: float, until: float) -> list[float]:
        """Return the ends of the slices from `first` to `until`: what judges several channels together has its own."""
        if self._cuts is None:
            from neodent_viewer.sensors.verdicts import verdict_times

            at = verdict_times(self._tracks)
            self._cuts = np.unique(np.concatenate([np.nextafter(at, -np.inf), at]))
        low, high = np.searchsorted(self._cuts, [first, until])
        return [*self._cuts[low:high].tolist(), until]

    def _near(self, ends: list[int], due: int) -> list[int]:
        """Return where to begin so that no more than can be waited for is handed out at once."""
        if due <= MOST_AGAIN:
            return self._at
        reads = np.concatenate([t.read[at:end] for t, at, end in zip(self._tracks, self._at, ends, strict=True)])
        since = float(np.partition(reads, due - MOST_AGAIN)[due - MOST_AGAIN])
        return [max(at, int(np.searchsorted(t.read, since))) for t, at in zip(self._tracks, self._at, strict=True)]

    def status(self) -> SourceStatus:
        """Return counts so far."""
        seen = tuple(track.channel for track in self._tracks)
        here = self.here()
        state = f"{here - self.begin:.1f} of {self.end - self.begin:.1f} s at {self._speed:g}x"
        if not self._playing:
            state = f"paused, {state}"
        return SourceStatus(f"Replay of {self.name}", self._clock is not None, self._sent, seen=seen, state=state)

    def close(self) -> None:
        """Play nothing any more."""
        self._clock = None
