"""The feeds in use: opens and closes sources for `Live`, and sees to it that there are probes for a simulated one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from neodent_viewer.app.bridge import BackgroundJob, Threads
from neodent_viewer.app.shell import Shell
from neodent_viewer.core.errors import NeodentError
from neodent_viewer.core.signals import Signal
from neodent_viewer.document.document import Document
from neodent_viewer.document.history import History
from neodent_viewer.live.live import Live

if TYPE_CHECKING:
    from neodent_viewer.sensors.sources.replay import Replay

#: where a project keeps which feed it had
SETTING = "feed"


class Feed:
    """Holds the sources: a simulation or a recording by itself, or any number of feeds from outside side by side.

    Parameters
    ----------
    document, history, live, shell
        As everywhere.
    seed : int
        Of the simulated feed.
    background : Threads, optional
        Where recordings are read; without one they are read at once.
    """

    #: something comes in that did not, or no longer; and: everything is new, and so is the time that has been heard
    changed = Signal()
    begun = Signal()

    def __init__(
        self,
        document: Document,
        history: History,
        live: Live,
        shell: Shell,
        seed: int = 0,
        background: Threads | None = None,
    ) -> None:
        self._document = document
        self._history = history
        self._live = live
        self._shell = shell
        self._seed = seed
        self._background = background
        self._reading: BackgroundJob | None = None

    @property
    def specs(self) -> tuple[str, ...]:
        """The words of what runs, in the order in which it was asked for."""
        return self._live.sources.words

    @property
    def running(self) -> bool:
        """Whether anything may come in."""
        return bool(self.specs)

    def resume(self) -> None:
        """Take up the feeds that the document names; one that would listen to a network waits to be asked for by hand."""
        said = self._document.settings.get(SETTING, "")
        words = [word for word in (said.split() if isinstance(said, str) else ()) if _kept(word)]
        self._switch(words if self._mean_something(words) else ["none"])

    def set(self, *specs: str) -> None:
        """Switch to feeds of `live.feeds.FEEDS`, ending all others.

        Words that mean nothing, or that cannot run side by side, are said and leave everything as it was; one that cannot be
        opened is said and left out. Where none of them can be, those that ran go on.
        """
        if self._mean_something(specs):
            self._switch(specs, self.specs)

    def _switch(self, specs: Sequence[str], otherwise: Sequence[str] = ()) -> None:
        """End all feeds and open these; others where these are wanted and none can be opened."""
        self._end_all()
        for spec in specs:
            self._open(spec)
        if not self.specs and self._reading is None and set(specs) - {"none"}:
            self._go_on(otherwise)
        self._settled()
        self.begun.emit()

    def add(self, spec: str, instead: str = "") -> None:
        """Open a feed beside the others, or in the place of one of them; trouble is said, and leaves the others alone.

        A simulation and a recording play by themselves: they end the others, and end when another feed is asked for.
        """
        from neodent_viewer.live.feeds import plays_alone

        if not self._mean_something((spec,)):
            return
        if not self.specs or any(plays_alone(one) for one in (spec, *self.specs)):
            self.set(spec)
            return
        ended = [word for word in self.specs if word in (instead, spec)]
        for word in ended:
            self._live.remove_sources(word)
        self._open(spec)
        if spec not in self.specs:
            self._go_on(ended)
        self._settled()

    def _go_on(self, words: Sequence[str]) -> None:
        """Take up feeds again that were ended for the sake of one that could not be opened."""
        for word in words:
            self._open(word)
        if again := [word for word in words if word in self.specs]:
            self._shell.say(f"{' and '.join(again)} {'go' if len(again) > 1 else 'goes'} on.")

    def end(self, spec: str) -> None:
        """End one feed; the others go on."""
        self._live.remove_sources(spec)
        self._settled()

    def _mean_something(self, specs: Sequence[str]) -> bool:
        from neodent_viewer.live.feeds import check_feeds

        try:
            check_feeds(specs)
        except NeodentError as error:
            self._shell.say_error(error)
            return False
        return True

    def _end_all(self) -> None:
        self._live.remove_sources()
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None

    def _settled(self) -> None:
        """Let the project know of what runs, as far as that is kept, and everybody that something has changed."""
        self._document.set(("settings", SETTING), " ".join(one for one in self.specs if _kept(one)) or "none")
        self.changed.emit()

    def _open(self, spec: str) -> None:
        from neodent_viewer.live.feeds import open_feed

        if spec == "none":
            return
        if spec.startswith("replay:") and self._background is not None:
            self._read(spec, self._background)
            return
        try:
            if spec == "sim" and not self._document.probes and self._document.parts:
                self._place_probes()
            self._live.add_source(open_feed(spec, self._document, self._seed), spec)
        except NeodentError as error:
            self._shell.say_error(error)

    def _read(self, spec: str, background: Threads) -> None:
        """Read a recording in a process of its own, then play it."""
        from neodent_viewer.core.apart import apart
        from neodent_viewer.files.recording_apart import read
        from neodent_viewer.files.recordings import in_sum
        from neodent_viewer.live.replaying import replay_address, replay_of

        try:
            path, speed = replay_address(spec.removeprefix("replay:"))
        except NeodentError as error:
            self._shell.say_error(error)
            return

        def work(job: BackgroundJob) -> Replay | None:
            for said in (found := apart(read, path)):
                if job.cancelled():
                    found.close()
                    return None
                if isinstance(said, float):
                    job.progress(said)
                else:
                    for problem in in_sum(said.problems):
                        self._shell.say(f"{path.name}: {problem}", "warning")
                    return replay_of(said, path, speed)
            return None

        def arrived(replay: Replay | None) -> None:
            self._reading = None
            if replay is not None:
                self._live.add_source(replay, spec)
            self.changed.emit()
            self.begun.emit()

        self._reading = background.submit(f"Reading {path.name}", work, arrived, stoppable=True)

    def _place_probes(self) -> None:
        """Put in the probes that a simulated feed needs: one step that undo takes back, but no work anybody would lose."""
        from neodent_viewer.live.placement import probe_edits, propose_probes, propose_spread

        saved = not self._history.unsaved()
        probes = propose_probes(self._document) or propose_spread(self._document)
        with self._history.group("Place probes for the simulated feed"):
            for edit in probe_edits(self._document, probes):
                self._history.do(edit)
        if saved:
            self._history.mark_saved()


def _kept(spec: str) -> bool:
    """Return whether a project keeps this feed: the address of a broker or a server may carry what is nobody's business."""
    return re.fullmatch(r"sim|osc:\d+", spec) is not None
