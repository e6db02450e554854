"""One tick a frame: read the sources, judge and keep what came, ask for consent, and freeze it all as a Moment.

Order within a tick: sources -> intakes (ring and quality) -> consent gate -> rows of the Moment -> envelopes -> rules.
Behind the gate a withheld channel has no value, no quality and no fault; nothing past it can tell what it said.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.core.clock import Clock
from neodent_viewer.document.calibrations import CALIBRATIONS, calibrations_in
from neodent_viewer.document.document import Change, Document
from neodent_viewer.document.moment import Moment
from neodent_viewer.document.thresholds import THRESHOLDS
from neodent_viewer.live.basis import basis_of, is_far, shortly_before
from neodent_viewer.live.freezing import Slots, View, rows_of
from neodent_viewer.live.gate import Gate
from neodent_viewer.live.intake import Intake, Intakes
from neodent_viewer.live.moments import moment_of
from neodent_viewer.live.sources import Sources
from neodent_viewer.live.standing import channel_status
from neodent_viewer.live.status import ChannelStatus, LiveStatus
from neodent_viewer.live.streams import gated
from neodent_viewer.live.stretches import columns_hidden, is_hidden, uncovered
from neodent_viewer.live.tap import Tap
from neodent_viewer.sensors.channel import Channel
from neodent_viewer.sensors.fault import Fault
from neodent_viewer.sensors.sample import Float64
from neodent_viewer.sensors.source import Source
from neodent_viewer.trust.consent import SETTING, ConsentRegister

if TYPE_CHECKING:
    from neodent_viewer.live.foresight import Foresight
    from neodent_viewer.sensors.pyramid import Pyramid
    from neodent_viewer.sensors.sources.replay import Replay


def wall_clock() -> datetime:
    """Return the date and time that consent is measured against."""
    return datetime.now(UTC)


class Live:
    """Live data of one document.

    Parameters
    ----------
    document : Document
        Whose probes, look and consent records count.
    clock : Clock
        The program's clock; sources are started on it.
    purpose : str
        What the data is used for now; may be changed at any time and counts from the next tick.
    wall : callable
        Date and time, for the ends of consents.
    """

    def __init__(
        self, document: Document, clock: Clock, purpose: str = "view", *, wall: Callable[[], datetime] = wall_clock
    ) -> None:
        self.document = document
        self.clock = clock
        self.purpose = purpose
        #: date and time that consent is measured against
        self.wall = wall
        self.sources = Sources()
        self.taps: list[Tap] = []
        #: time (s) up to which sources were read; how far a channel was heard says `heard_to`
        self.read_until = clock.now()
        #: the recording that plays, if one does: then all times are its own
        self.replay: Replay | None = None
        #: what is known of that recording ahead, if somebody looks ahead; and whether the state of now is a guess until then
        self.foresight: Foresight | None = None
        self.guessing = False
        self._read_to = -math.inf
        self._midnight = _midnight(wall(), clock.now())
        self._intakes = self.fresh_intakes()
        self._slots = Slots()
        self._stale = True
        self._frozen: dict[str, Moment] = {}
        self.consent = ConsentRegister.from_json(document.settings.get(SETTING))
        self.gate = Gate(self.consent, wall)
        document.changed.connect(self._on_change)

    def fresh_intakes(self) -> Intakes:
        """Return intakes that have heard nothing, judging as this live side does."""
        return Intakes(
            self.document.settings.get(THRESHOLDS),
            self.midnight,
            comparable=lambda intake: self.gate.comparable(intake, self.purpose),
            # a recording brings its own
            calibrations=None if self.replay else calibrations_in(self.document.settings.get(CALIBRATIONS)),
        )

    def _on_change(self, change: Change) -> None:
        if change.path[0] == "probes":
            self._stale = True
        elif change.path == ("settings", SETTING):
            self.consent = ConsentRegister.from_json(self.document.settings.get(SETTING))
            self.gate.take(self.consent, max(self.clock.now(), self.read_until))
            self._frozen.clear()
        elif change.path == ("settings", THRESHOLDS):
            self._intakes.set_thresholds(self.document.settings.get(THRESHOLDS))
        elif change.path == ("settings", CALIBRATIONS) and self.replay is None:
            self._intakes.set_calibrations(calibrations_in(self.document.settings.get(CALIBRATIONS)))

    # -- sources -----------------------------------------------------------------------------------------------------

    def add_source(self, source: Source, word: str = "") -> None:
        """Start a source and listen to it beside those there are; raises `SensorError` when it cannot start.

        `word` is how a person calls it (`live.feeds.FEEDS`): by it the source is ended, and its status carries it.
        """
        source.start(self.clock)
        self.sources.add(source, word)
        from neodent_viewer.sensors.sources.replay import Replay

        if isinstance(source, Replay):
            for tap in tuple(self.taps):
                tap.close()
            self.replay = source
            self._forget()
        self._stale = True  # who could speak for what has not spoken yet

    def remove_sources(self, word: str | None = None) -> None:
        """Stop the sources of one word, or all, and forget what they sent: a feed that was switched off is no fault.

        Where others go on so does a recording, and then nothing is forgotten: what falls silent in it has fallen silent, here
        as when it is played.
        """
        theirs = set() if word is None else self.sources.end(word)
        if word is not None and self.sources:
            if theirs and not self.taps:
                self._intakes.forget(theirs)
                self.gate.forget(theirs)
                _expect(self._intakes, self._slots, self.sources)
                self._frozen.clear()
            return
        for tap in tuple(self.taps):
            tap.close()
        self.sources.clear()
        self.replay = None
        self._forget()

    def _leap(self, replay: Replay, now: float) -> None:
        """Take up the state before `now`: the present one, one that is known ahead, or none at all."""
        ahead = self.foresight
        watched = ahead is not None  # then what is not known yet will be, and nobody waits for it meanwhile
        if ahead is not None and (ahead.replay is not replay or ahead.basis != basis_of(self, replay)):
            ahead = None
        known = None if ahead is None else ahead.before(now)
        near = not watched or not is_far(replay.tracks, self._read_to, now)
        forwards = (-math.inf if known is None else known) <= self._read_to <= now and replay.resumes(self._read_to)
        if forwards and near and not self.guessing:
            return  # it is reached by playing there
        told = ahead is not None and ahead.reaches(now)
        guessing = watched and not told and is_far(replay.tracks, known, now)
        if ahead is None or known is None or guessing:
            self._forget()
        else:
            self._intakes = ahead.state(known)
            self._intakes.comparable = self.fresh_intakes().comparable
            _expect(self._intakes, self._slots, self.sources)
            self._frozen.clear()
        self.guessing = guessing
        replay.resume(shortly_before(replay.tracks, now) if self.guessing else known)

    def _forget(self) -> None:
        """Have heard nothing."""
        self.guessing, self._read_to = False, -math.inf
        self.gate.forget()
        self._intakes = self.fresh_intakes()
        _expect(self._intakes, self._slots, self.sources)
        self._frozen.clear()

    def close(self) -> None:
        """Stop every source and leave the document."""
        self.remove_sources()
        self.document.changed.disconnect(self._on_change, missing_ok=True)

    # -- consent -----------------------------------------------------------------------------------------------------

    def grant(self, channels: Iterable[str], purposes: Iterable[str], until: datetime, by: str) -> None:
        """Write down that somebody allows this. Not an edit: taking it back is `withdraw`, never undo."""
        self.consent.grant(channels, purposes, until, by, given=self.wall())
        self.document.set(("settings", SETTING), self.consent.to_json())

    def withdraw(self, channel: str | None = None, purpose: str | None = None) -> None:
        """Write down that consent ends, for one channel or all, one purpose or all; the next tick obeys."""
        self.consent.withdraw(channel, purpose, at=self.wall())
        self.document.set(("settings", SETTING), self.consent.to_json())

    # -- the tick ----------------------------------------------------------------------------------------------------

    def tick(self, now: float | None = None) -> Moment:
        """Take in what has arrived up to `now` (s; None asks the clock) and return the state of every slot.

        While a recording plays, `now` is turned into its time, and that is what the Moment says.
        """
        now = self.clock.now() if now is None else now
        if self.replay is not None:
            now = self.replay.position(now)
            if self.replay.leapt():
                self._leap(self.replay, now)
        if self._stale:
            self._slots = Slots.of(self.document.probes.values())
            _expect(self._intakes, self._slots, self.sources)
            self._stale = False
        self.read_until = self._read_to = now
        self.gate.look(now)
        arrived = list(self.sources.read(now, lambda key: self._intakes.silent(self.heard_to(key), key)))
        self._intakes.look_over([block for _, block in arrived])
        for source, block in arrived:
            heard = self._intakes.take(block, simulated=source.simulated)
            if heard is not None:
                if self.replay is None:
                    self.gate.hear(block, heard.placed, now, simulated=source.simulated)
                for tap in self.taps:
                    tap.hear(now, heard)
        if self._intakes.forgotten:
            self.gate.forget(self._intakes.forgotten)
            self.sources.forget(self._intakes.forgotten)
            self._intakes.forgotten.clear()
        for tap in tuple(self.taps):
            tap.beat(now)
        self._frozen = {self.purpose: self._freeze(now, self.purpose)}
        return self._frozen[self.purpose]

    def moment_for(self, purpose: str, now: float) -> Moment:
        """Return the last tick's state as another purpose may see it; the same object where `purpose` is the tick's own.

        Nothing is read or judged for it. From the first time on channels are held against each other only as far as this
        purpose allows too: what is withheld from an audience must not show in a neighbour's fault.
        """
        if purpose not in self._frozen:
            self._frozen[purpose] = self._freeze(now, purpose)
        return self._frozen[purpose]

    def heard_to(self, key: str) -> float:
        """Return the time (s) up to which a channel's silence is silence: beyond it something waits to be handed out."""
        return min(self.read_until, self.sources.waiting.get(key, math.inf))

    def allows(self, channel: str, purpose: str, *, simulated: bool = False) -> bool:
        """Return whether consent allows a channel for a purpose now."""
        return self.consent.allows(channel, purpose, self.wall(), simulated=simulated)

    @property
    def expected(self) -> tuple[Channel, ...]:
        """The channels of the document's probes, in the order of a Moment's rows."""
        return Slots.of(self.document.probes.values()).channels

    @property
    def midnight(self) -> float:
        """A midnight (s): of this place on the program's clock, or of a recording that plays on its own."""
        replayed = None if self.replay is None else self.replay.midnight
        return self._midnight if replayed is None else replayed

    def now(self) -> float:
        """Return the time of the data (s): the clock's, or that of a recording that plays."""
        now = self.clock.now()
        return now if self.replay is None else self.replay.position(now)

    def _freeze(self, now: float, purpose: str) -> Moment:
        compared_to = self.gate.joined(purpose, self._intakes, now, self.purpose)
        view = View(self.gate, purpose, self.wall(), compared_to, self.read_until, self.sources.waiting)
        return moment_of(rows_of(self._slots, self._intakes, view, now), now, purpose, self.document.look.rules)

    # -- asking ------------------------------------------------------------------------------------------------------

    def heard(self, key: str) -> Intake | None:
        """Return the memory of a channel; None when it is unknown or consent withholds it for the present purpose."""
        intake = self._intakes.channels.get(key)
        return intake if intake is not None and self.gate.allows(intake, self.purpose) else None

    def series(self, key: str, seconds: float = 30.0) -> tuple[Float64, Float64, NDArray[np.uint8]]:
        """Return times (s), values and flags of a channel's last `seconds`; empty when unknown or withheld."""
        intake = self.heard(key)
        if intake is None:
            return np.zeros(0), np.zeros(0), np.zeros(0, np.uint8)
        times, values, flags = intake.ring.tail(self.now() - seconds)
        if hidden := self.gate.hidden(key, self.purpose):
            shown = ~is_hidden(times, hidden)
            return times[shown], values[shown], flags[shown]
        return times, values, flags

    def history(
        self, key: str, start: float, end: float, columns: int, *, whole: bool = False
    ) -> tuple[Float64, Float64]:
        """Return a channel's least and greatest value in each column of a plot, however many hours it shows.

        Parameters
        ----------
        key : str
        start, end : float
            Seconds, on the clock that `now` tells.
        columns : int
        whole : bool
            Of a recording that plays, tell what comes behind the playhead too, where somebody looks ahead.

        Returns
        -------
        low, high : ndarray (columns,) float64
            NaN where nothing was heard; everywhere when the channel is unknown or withheld.
        """
        past, known = past_of(self, key)
        if past is None:
            return np.full(columns, np.nan), np.full(columns, np.nan)
        low, high = past.columns_until(start, end, columns, math.inf if whole and known else self.now())
        if hidden := self.gate.hidden(key, self.purpose):  # a leaf that reaches into a stretch is told where it begins
            cut = columns_hidden([(past.begins(since), to) for since, to in hidden], start, end, columns)
            low[cut] = high[cut] = math.nan
        return low, high

    def faults(self, key: str) -> tuple[Fault, ...]:
        """Return the faults remembered of a channel; none when unknown or withheld."""
        intake = self.heard(key)
        if intake is None:
            return ()
        faults, hidden = intake.quality.faults(self.heard_to(key)), self.gate.hidden(key, self.purpose)
        return tuple(left for fault in faults for left in uncovered(fault, hidden)) if hidden else faults

    def status(self) -> LiveStatus:
        """Return what a window may say now."""
        at = self.wall()
        now, sources = self.now(), []

        def shown(key: str, age: float, simulated: bool) -> bool:
            allowed = self.allows(key, self.purpose, simulated=simulated)
            return allowed and not self.gate.uncovers(key, self.purpose, now - age)

        for source, told in self.sources.status():
            sources.append(gated(told, self.document, partial(shown, simulated=source.simulated)))
        mapped = set(self._slots.keys)
        heard = [key for key, intake in self._intakes.channels.items() if intake.ring.total]
        problems = [error.sentence() for error in self.consent.problems]
        problems += [
            f"{key} measures nothing known here; {n} samples refused." for key, n in self._intakes.refused.items()
        ]
        problems += [status.problem for status in sources if status.problem]
        channels = tuple(self._standing(probe, channel) for probe, channel in self._slots.pairs)
        unmapped = tuple(key for key in (*heard, *self._intakes.refused) if key not in mapped)
        return LiveStatus(tuple(sources), channels, unmapped, self.consent.summary(at), tuple(problems))

    def _standing(self, probe: str, channel: Channel) -> ChannelStatus:
        where, until = self.document.probes.get(probe), self.heard_to(channel.key)
        tooth, intake = where.tooth if where else 0, self._intakes.channels[channel.key]
        return channel_status(probe, tooth, intake, self.gate, self.purpose, self.now(), until)


def past_of(live: Live, key: str) -> tuple[Pyramid | None, bool]:
    """Return everything known of a channel, and whether that reaches beyond now; None when unknown or withheld."""
    intake = live.heard(key)
    if intake is None:
        return None, False
    ahead = live.foresight
    known = None if ahead is None or ahead.replay is not live.replay else ahead.history(key)
    return (intake.history(), False) if known is None else (known, True)


def _midnight(wall: datetime, now: float) -> float:
    """Return where the last midnight of this place lies on the program's clock (s), which reads `now` at `wall`."""
    local = wall.astimezone()
    return now - (local - local.replace(hour=0, minute=0, second=0, microsecond=0)).total_seconds()


def _expect(intakes: Intakes, expected: Slots, sources: Sources) -> None:
    """Make room for the channels of probes, and let them know who could speak for them."""
    intakes.expect(expected.channels, simulated=sources.simulated)
