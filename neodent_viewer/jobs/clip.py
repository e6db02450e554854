"""A picture or a clip without a display.

Order: load the document, open the feed, then per frame tick -> Moment -> narrator -> engine -> pixels, on a clock that is
moved by hand, so that one seed gives the same bits every time. Only a feed from outside runs on real time. A recording is
played with the chapters that the document has of it: their views, captions and looks.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from neodent_viewer.core.clock import ManualClock
from neodent_viewer.core.errors import ArgumentError
from neodent_viewer.document.document import Document
from neodent_viewer.document.look import Look, Shading
from neodent_viewer.jobs.media import Pixels

if TYPE_CHECKING:
    from neodent_viewer.document.moment import Moment
    from neodent_viewer.live.live import Live
    from neodent_viewer.render.annotations import Narration
    from neodent_viewer.render.engine import Engine
    from neodent_viewer.render.frame_info import Quality
    from neodent_viewer.render.views import Camera

#: frames drawn before a still, so that effects with a memory have one
WARM_FRAMES = 12
STEP = 1 / 30
#: s on the clock of a picture of live data, where nobody says when: by then the slowest sensor has spoken
SOON = 1.0
#: s of a clip that nothing says the length of, and of the longest one
DEFAULT_SECONDS, LONGEST = 10.0, 3600.0


@dataclass(frozen=True, slots=True)
class Shot:
    """What to draw.

    Attributes
    ----------
    size : (width, height)
        Pixels.
    look : str
        Name of a stored look or of a shading; empty keeps the document's.
    view : str
        Name of a preset view.
    feeds : tuple of str
        ``"sim"``, ``"replay:FILE"``, or any number from outside; empty, or ``"none"``, for none.
    at : float
        Seconds on the clock of the picture, or of the clip's first frame.
    seconds : float
        Length of a clip; 0 for a picture, infinite for as long as the story that the chapters of a recording tell, or
        `DEFAULT_SECONDS` where there is none.
    fps : int
        Frames per second of a clip.
    seed : int
        Seed of the simulated feed.
    transparent : bool
        Keep the background out of the picture.
    chapters : bool
        Let chapters of a recording that plays move the camera, recall looks and show their captions.
    """

    size: tuple[int, int] = (1280, 720)
    look: str = ""
    view: str = "front"
    feeds: tuple[str, ...] = ()
    at: float = 0.0
    seconds: float = 0.0
    fps: int = 30
    seed: int = 0
    transparent: bool = False
    chapters: bool = True

    @property
    def listens(self) -> bool:
        """Whether any data is to come in."""
        return any(feed != "none" for feed in self.feeds)


def load(paths: list[Path], seed: int = 0) -> Document:
    """Return the document of a project or of mesh files; the demo smile when there are none.

    Raises MeshFileError, ProjectFileError or, for a project among several files, ArgumentError.
    """
    if not paths:
        from neodent_viewer.jobs.demo import demo_document

        return demo_document(seed)
    from neodent_viewer.files.opening import read_parts
    from neodent_viewer.files.project import is_project, load_project

    projects = [path for path in paths if is_project(path)]
    if projects and len(paths) > 1:
        raise ArgumentError("A project is drawn by itself.", kind="argument", where=str(projects[0]))
    if projects:
        return load_project(projects[0]).document
    document = Document()
    for part in read_parts(paths):
        document.set(("parts", part.id), part)
    return document


def choose_look(document: Document, name: str) -> Look:
    """Return the stored look of that name, or a plain one for the name of a shading.

    Raises ArgumentError that lists what there is.
    """
    if not name:
        return document.look
    stored = {key.casefold(): look for key, look in document.looks.items()}
    if name.casefold() in stored:
        return stored[name.casefold()]
    if name.casefold() in set(Shading):
        return Look(name=name.capitalize(), shading=Shading(name.casefold()))
    known = sorted(set(stored) | set(Shading))
    raise ArgumentError(
        f"There is no look {name!r}.", kind="argument", where="--look", remedy=f"Try one of {', '.join(known)}."
    )


def frames(
    document: Document, shot: Shot, say: Callable[[str], None] = lambda sentence: None
) -> Generator[Pixels, None, None]:
    """Yield pixels (h, w, 4) uint8, top row first: one for a picture, ``seconds * fps`` for a clip.

    `say` is told what is not as asked: an effect that does not compile, channels that consent withholds.
    """
    from neodent_viewer.live.feeds import check_feeds, open_feed
    from neodent_viewer.live.live import Live
    from neodent_viewer.render.engine import Engine
    from neodent_viewer.render.headless import EglContext

    check_feeds(shot.feeds)
    document.set(("look",), choose_look(document, shot.look))
    if shot.listens and not document.probes:
        from neodent_viewer.live.placement import place_probes

        place_probes(document)
    clock = ManualClock()
    engine = Engine(EglContext())
    live = Live(document, clock, purpose="record")
    try:
        engine.problems.connect(lambda error: say(error.sentence()))
        engine.attach(document)
        for feed in shot.feeds:
            live.add_source(open_feed(feed, document, shot.seed), feed)
        story = Story(live) if shot.chapters and live.replay is not None else None
        if math.isinf(shot.seconds):
            shot = replace(shot, seconds=_length(story, shot))
        yield from _draw(engine, live, clock, camera_for(document, shot), shot, story)
        if shot.listens:
            say_withheld(live, clock.now(), say)
    finally:
        live.close()
        engine.close()


def say_withheld(live: Live, now: float, say: Callable[[str], None]) -> None:
    """Say which channels consent kept out of the picture, if any."""
    moment = live.moment_for(live.purpose, now)
    names = sorted({key for key, kept in zip(moment.channels, moment.withheld, strict=True) if kept})
    if names:
        say(f"Consent to record withholds {len(names)} channels: {', '.join(names[:8])}{' ...' if names[8:] else ''}.")


def camera_for(document: Document, shot: Shot) -> Camera:
    """Return the preset view fitted to the document; ArgumentError for a name that is not one.

    The bite views ``upper`` and ``lower`` show that jaw alone, where the document knows which it is.
    """
    from neodent_viewer.render.views import PRESETS, fit

    if shot.view not in PRESETS:
        raise ArgumentError(
            f"There is no view {shot.view!r}.",
            kind="argument",
            where="--view",
            remedy=f"Try one of {', '.join(PRESETS)}.",
        )
    if any(part.jaw == shot.view for part in document.visible_parts()):
        for part in document.visible_parts():  # seen from the bite, a jaw is behind the other one
            document.set(("parts", part.id, "visible"), part.jaw == shot.view)
    yaw, pitch = PRESETS[shot.view]
    return fit(document.sample_points(), shot.size, yaw=yaw, pitch=pitch)


def _times(shot: Shot) -> tuple[list[float], list[float]]:
    """Return the clock times to tick through, and those of them to keep as frames."""
    count = max(1, round(shot.seconds * shot.fps))
    kept = [shot.at + k / shot.fps for k in range(count)]
    before = [k * STEP for k in range(int(shot.at / STEP) + 1) if k * STEP < shot.at - 1e-9]
    return before, kept


class Story:
    """The chapters of the recording that plays, told on the clock of a clip."""

    def __init__(self, live: Live) -> None:
        from neodent_viewer.document.chapter import along
        from neodent_viewer.live.replaying import reel
        from neodent_viewer.render.narrator import Narrator

        self._live = live
        assert live.replay is not None
        self.replay = live.replay
        self._narrator = Narrator(cut=True)
        self.placed = along(live.document.chapters.values(), reel(live))

    def tick(self, now: float, at: float, camera: Camera) -> Camera:
        """Return the camera at `now`, with the recording `at`; a chapter's look is recalled where it begins."""
        before = self._narrator.chapter
        camera = self._narrator.tick(now, self.placed, at, camera)
        chapter, document = self._narrator.chapter, self._live.document
        if chapter is not None and chapter is not before and chapter.look in document.looks:
            document.set(("look",), document.looks[chapter.look])
        return camera

    def captions(self, moment: Moment) -> tuple[Narration, ...]:
        """Return what is said now, as far as consent to record goes."""
        return self._narrator.captions(moment)


def _length(story: Story | None, shot: Shot) -> float:
    """Return how long a clip is to be: to the end of the last chapter, at the speed it plays with."""
    if story is None or not story.placed:
        return DEFAULT_SECONDS
    replay = story.replay
    left = (max(one.end for one in story.placed) - replay.begin) / replay.speed - shot.at
    return min(max(left, 1.0 / shot.fps), LONGEST)


def _draw(
    engine: Engine, live: Live, clock: ManualClock, camera: Camera, shot: Shot, story: Story | None = None
) -> Generator[Pixels, None, None]:
    from neodent_viewer.live.feeds import plays_alone

    before, kept = _times(shot)
    real = shot.listens and not any(plays_alone(feed) for feed in shot.feeds)
    start = time.monotonic()
    # a picture has time to be drawn well; frames of a clip, and effects with a memory, follow one another
    quality: Quality = "still" if shot.seconds == 0 and not live.document.look.chain else "full"
    warm = before[-WARM_FRAMES:] if live.document.look.chain else []
    for moment_time in before + kept:
        if real:  # samples from outside come when they come
            time.sleep(max(0.0, start + moment_time - time.monotonic()))
        clock.set(moment_time)
        moment = live.tick(moment_time)
        said: tuple[Narration, ...] = ()
        if story is not None:
            camera = story.tick(moment_time, moment.now, camera)
            said = story.captions(moment)
        if moment_time in warm or moment_time in kept:
            engine.frame(
                "record",
                camera,
                moment,
                shot.size,
                purpose="record",
                quality=quality,
                transparent=shot.transparent,
                annotations=said,
            )
        if moment_time in kept:
            yield engine.read("record")
