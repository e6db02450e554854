"""The timeline: where what plays has got to, and what is known of it ahead.

Once a tick: notice another recording -> look ahead in it -> put a guess right once more is known -> let the story go on.
Transport changes the replay, never the document.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from neodent_viewer.app.storyteller import Storyteller
from neodent_viewer.core.signals import Signal
from neodent_viewer.document.chapter import Reel
from neodent_viewer.document.document import Document
from neodent_viewer.document.thresholds import THRESHOLDS
from neodent_viewer.live.basis import basis_of

if TYPE_CHECKING:
    from neodent_viewer.app.bridge import BackgroundJob, Threads
    from neodent_viewer.app.cameras import Cameras
    from neodent_viewer.app.shell import Shell
    from neodent_viewer.live.foresight import Foresight
    from neodent_viewer.live.live import Live
    from neodent_viewer.sensors.fault import Fault
    from neodent_viewer.sensors.sources.replay import Replay

#: speeds that are stepped through
SPEEDS = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
#: s between looks at whether what was found out ahead still counts
_CHECK = 1.0


class Timeline:
    """Transport and story.

    Parameters
    ----------
    document, live, cameras, background, shell
        As everywhere.
    request : callable
        Asks for a frame.
    holding : callable
        Returns whether a hand is moving the camera.

    Attributes
    ----------
    story : Storyteller
        The chapters along what plays.
    """

    #: emitted without arguments after anything but the playhead's place has changed
    changed = Signal()

    def __init__(
        self,
        document: Document,
        live: Live,
        cameras: Cameras,
        background: Threads,
        shell: Shell,
        request: Callable[[], None],
        holding: Callable[[], bool] = lambda: False,
    ) -> None:
        self._document, self._live, self._background, self._shell = document, live, background, shell
        self.request = request
        self.story = Storyteller(self, document, cameras, holding)
        self._replay: Replay | None = None
        self._since = live.clock.now()
        self._chosen: tuple[float, float] | None = None
        self._checked = -math.inf
        self._job: BackgroundJob | None = None

    # -- what plays ------------------------------------------------------------------------------------------------

    @property
    def replay(self) -> Replay | None:
        """The recording that plays, None while live."""
        return self._live.replay

    @property
    def foresight(self) -> Foresight | None:
        """What is known of that recording ahead."""
        return self._live.foresight if self.replay is not None else None

    @property
    def now(self) -> float:
        """The playhead, seconds on the clock of what plays."""
        return self._live.now()

    @property
    def span(self) -> tuple[float, float]:
        """From where to where it goes, seconds: the recording, or what has been heard live."""
        replay = self.replay
        return (self._since, max(self.now, self._since)) if replay is None else (replay.begin, replay.end)

    @property
    def stretch(self) -> tuple[float, float] | None:
        """The stretch that was chosen, seconds: what a recording loops over, or a piece of live time; None for none."""
        replay = self.replay
        if replay is not None:
            return replay.span if replay.loop else None
        return self._chosen

    @property
    def reel(self) -> Reel:
        """What chapters lie along."""
        from neodent_viewer.live.replaying import reel

        return reel(self._live)

    def faults(self) -> tuple[tuple[str, Fault], ...]:
        """Return (channel key, fault) as far as they are known and consent goes; never judges a recording anew."""
        from neodent_viewer.live.replaying import known_faults

        if self.replay is not None:
            return () if self.foresight is None else known_faults(self._live)
        live = self._live
        return tuple((channel.key, fault) for channel in live.expected for fault in live.faults(channel.key))

    def restart(self) -> None:
        """Take now for the beginning of live time: another feed has been switched on."""
        self._since, self._chosen = self._live.clock.now(), None
        self.changed.emit()

    # -- transport ---------------------------------------------------------------------------------------------------

    def toggle(self) -> None:
        """Play or pause; at the end, play from the beginning again."""
        replay = self.replay
        if replay is None:
            return
        if not replay.playing and replay.here() >= replay.end:
            replay.seek(replay.begin)
        replay.playing = not replay.playing
        self.moved()

    def seek(self, position: float) -> None:
        """Go to a place; coming frames show it."""
        if self.replay is not None:
            self.replay.seek(position)
            self.request()

    def step(self, count: int) -> None:
        """Pause and go to the next (1) or previous (-1) reading."""
        if self.replay is not None:
            self.replay.step(count)
            self.moved()

    def set_playing(self, playing: bool) -> None:
        """Play on, or pause."""
        if self.replay is not None and self.replay.playing != playing:
            self.replay.playing = playing
            self.moved()

    def set_speed(self, speed: float) -> None:
        """Play at 0.1 to 16 times the speed; SensorError for another."""
        if self.replay is not None:
            self.replay.speed = speed
            self.moved()

    def faster(self, by: int) -> None:
        """Take the next speed of `SPEEDS` up (1) or down (-1)."""
        if self.replay is not None:
            near = int(np.abs(np.log(np.array(SPEEDS) / self.replay.speed)).argmin())
            self.set_speed(SPEEDS[min(max(near + by, 0), len(SPEEDS) - 1)])

    def set_loop(self, loop: bool, span: tuple[float, float] | None = None) -> None:
        """Loop over a stretch (s), over all of it for None, or not at all."""
        if self.replay is not None:
            self.replay.loop, self.replay.span = loop, span
            self.moved()

    def choose(self, span: tuple[float, float] | None) -> None:
        """Choose a stretch (s), or none: a recording loops over it, and of live time a chapter can be made."""
        if self.replay is not None:
            self.set_loop(span is not None, span)
        elif span != self._chosen:
            self._chosen = span
            self.changed.emit()

    def to_fault(self, *, back: bool = False) -> None:
        """Go to where the next or previous fault becomes known, and say which it is."""
        from neodent_viewer.app.words import tooth_title
        from neodent_viewer.live.replaying import next_fault

        found = next_fault(self._live, back=back)
        if found is None:
            ahead = self.foresight
            looking = ahead is not None and not ahead.complete and not back
            way = "before" if back else "after"
            self._shell.say("Faults are still being looked for." if looking else f"No fault {way} this.", "info")
            return
        key, fault = found
        tooth = next((p.tooth for p in self._document.probes.values() if any(c.key == key for c in p.channels)), 0)
        where = f"{tooth_title(tooth)}, {key}" if tooth else key
        self._shell.say(f"{fault.kind.value.replace('_', ' ').capitalize()} at {where}.")
        self.moved()

    def moved(self) -> None:
        """Ask for a frame and tell everyone."""
        self.request()
        self.changed.emit()

    # -- time passes -----------------------------------------------------------------------------------------------------

    def tick(self, now: float) -> None:
        """Do what is due; once a frame."""
        replay = self.replay
        if replay is not self._replay:
            self._turn_to(replay)
        if replay is not None:
            self._watch(replay, now)
        self.story.tick(now)

    def _turn_to(self, replay: Replay | None) -> None:
        self._forget()
        self._replay, self._checked, self._chosen = replay, -math.inf, None
        self.story.begin()
        self.changed.emit()

    def _watch(self, replay: Replay, now: float) -> None:
        """Look ahead, anew where that no longer counts; put a guess right."""
        live, ahead = self._live, self._live.foresight
        if now - self._checked >= _CHECK:
            self._checked = now
            if ahead is None or ahead.replay is not replay or ahead.basis != basis_of(live, replay):
                self._look(replay)
        elif ahead is not None and live.guessing and ahead.reaches(live.now()):
            replay.again()
            self.request()

    def _look(self, replay: Replay) -> None:
        from neodent_viewer.live.foresight import Foresight

        self._forget()
        thresholds = self._document.settings.get(THRESHOLDS)
        ahead = self._live.foresight = Foresight(replay, basis_of(self._live, replay))

        def work(handle: BackgroundJob) -> None:
            ahead.look(thresholds, handle.cancelled, handle.progress)

        self._job = self._background.submit(
            f"Looking for faults in {replay.name}", work, lambda _: self.moved(), stoppable=True
        )
        self.changed.emit()

    def _forget(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None
        if self._live.foresight is not None:
            self._live.foresight.close()
            self._live.foresight = None

    def close(self) -> None:
        """Let go of what is known ahead."""
        self._forget()
