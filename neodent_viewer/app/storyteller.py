"""The story in the window: the chapters along what plays, which one is in hand, and the narrator that leads the camera.

What is changed of chapters goes through actions and the history; nothing here edits.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from neodent_viewer.core.signals import SignalInstance
from neodent_viewer.document.chapter import Chapter, Placed, Reel, along, current, kept_back
from neodent_viewer.document.document import Document
from neodent_viewer.document.moment import Moment
from neodent_viewer.render.annotations import Narration
from neodent_viewer.render.narrator import Narrator

if TYPE_CHECKING:
    from neodent_viewer.app.cameras import Cameras


class Playing(Protocol):
    """What plays, as a story needs it."""

    @property
    def changed(self) -> SignalInstance:
        """Emitted after anything but the playhead's place has changed."""

    @property
    def reel(self) -> Reel:
        """What chapters lie along."""

    @property
    def now(self) -> float:
        """The playhead, seconds on the clock of what plays."""

    def seek(self, position: float) -> None:
        """Go to a place."""

    def request(self) -> None:
        """Ask for a frame."""

    def moved(self) -> None:
        """Ask for a frame and tell everyone."""


class Storyteller:
    """Tells the chapters along what plays.

    Parameters
    ----------
    reel : Playing
    document, cameras
        As everywhere.
    holding : callable
        Returns whether a hand is moving the camera.

    Attributes
    ----------
    follow : bool
        Whether chapters move the camera.
    speaking : bool
        Whether captions are shown.
    chosen : str
        Id of the chapter that commands are about; empty takes the one the playhead is in.
    """

    def __init__(self, reel: Playing, document: Document, cameras: Cameras, holding: Callable[[], bool]) -> None:
        self._reel, self._document, self._cameras, self._holding = reel, document, cameras, holding
        self._narrator = Narrator()
        self.follow = self.speaking = True
        self.chosen = ""

    def begin(self) -> None:
        """Begin anew: something else plays."""
        self.chosen = ""
        self._narrator = Narrator()

    def placed(self) -> tuple[Placed, ...]:
        """Return the chapters along what plays, in order of time."""
        return along(self._document.chapters.values(), self._reel.reel) if self._document.chapters else ()

    def elsewhere(self) -> tuple[Chapter, ...]:
        """Return the chapters of recordings that do not play now."""
        here = {one.chapter.id for one in self.placed()}
        return tuple(chapter for key, chapter in self._document.chapters.items() if key not in here)

    def about(self) -> Chapter | None:
        """Return the chapter that commands are about: the chosen one, else the one the playhead is in."""
        if self.chosen in self._document.chapters:
            return self._document.chapters[self.chosen]
        found = current(self.placed(), self._reel.now)
        return None if found is None else found.chapter

    def choose(self, key: str) -> None:
        """Let commands be about a chapter; empty lets them be about the one the playhead is in."""
        if key != self.chosen:
            self.chosen = key
            self._reel.changed.emit()

    def to_chapter(self, *, back: bool = False) -> None:
        """Go to the beginning of the next or previous chapter."""
        starts = [one.start for one in self.placed()]
        # going back from shortly behind a beginning means the one before it, as with songs
        there = [s for s in starts if (s < self._reel.now - 1.0 if back else s > self._reel.now)]
        if there:
            self._reel.seek(there[-1] if back else there[0])

    def set(self, *, follow: bool | None = None, speaking: bool | None = None) -> None:
        """Let chapters move the camera or not, show captions or not."""
        self.follow = self.follow if follow is None else follow
        self.speaking = self.speaking if speaking is None else speaking
        self._reel.moved()

    def captions(self, moment: Moment) -> tuple[Narration, ...]:
        """Return what is said now, as far as consent allows it to the moment's purpose."""
        return self._narrator.captions(moment)

    def silenced(self, moment: Moment) -> tuple[str, ...]:
        """Return the channels for whose sake the caption of now is not shown."""
        chapter = self._narrator.chapter
        return () if chapter is None or not self.speaking else kept_back(chapter, moment)

    def tick(self, now: float) -> None:
        """Let the narrator speak; once a frame."""
        if not self._document.chapters and not self._narrator.fading:
            return
        narrator, before = self._narrator, self._narrator.chapter
        free = self.follow and not self._holding()
        camera = self._cameras.camera
        moved = narrator.tick(now, self.placed(), self._reel.now, camera, free=free, speaking=self.speaking)
        chapter, looks = narrator.chapter, self._document.looks
        if chapter is not None and (before is None or chapter.id != before.id) and chapter.look in looks:
            self._document.set(("look",), looks[chapter.look])  # a show's doing, like a cue's: nothing to undo
        if moved != camera:
            self._cameras.set_camera(moved)
        if narrator.fading or narrator.moving:
            self._reel.request()
