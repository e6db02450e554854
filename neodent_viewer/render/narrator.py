"""The narrator: where the camera goes and what is said while a playhead runs through chapters. Free of OpenGL.

Whenever the playhead comes into another chapter, the camera eases to that chapter's view, unless a hand has the camera: then
it stays the hand's until the next chapter. Captions fade by the program's clock, whatever the speed of what plays; so the
same ticks give the same picture to the last bit.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from neodent_viewer.document.chapter import Chapter, Placed, current, kept_back
from neodent_viewer.document.moment import Moment
from neodent_viewer.render.annotations import Narration
from neodent_viewer.render.views import Camera

#: s that the camera takes to a chapter's view, and that a caption takes to come or go
EASE, FADE = 0.8, 0.5


def smootherstep(u: float) -> float:
    """Return 6 u^5 - 15 u^4 + 10 u^3 for u clipped to 0..1: it sets off and arrives at rest (Perlin 2002).

    >>> smootherstep(-1.0), smootherstep(0.5), smootherstep(2.0)
    (0.0, 0.5, 1.0)
    """
    u = min(max(u, 0.0), 1.0)
    return u * u * u * (u * (6.0 * u - 15.0) + 10.0)


def between(start: Camera, end: Camera, u: float) -> Camera:
    """Return the camera at `u` (0..1) of the way from one to another.

    It turns the shorter way round, keeps the horizon level (a slerp of the whole rotation would roll), and comes closer by
    equal factors in equal times.
    """
    if u <= 0.0:
        return start
    if u >= 1.0:
        return end
    turn = (end.yaw - start.yaw + 180.0) % 360.0 - 180.0
    x, y, z = (float(v) for v in np.asarray(start.target) * (1.0 - u) + np.asarray(end.target) * u)
    return Camera(
        (x, y, z),
        (start.yaw + u * turn + 180.0) % 360.0 - 180.0,
        start.pitch + u * (end.pitch - start.pitch),
        start.distance * (end.distance / start.distance) ** u,
        start.fov + u * (end.fov - start.fov),
        end.orthographic if u >= 0.5 else start.orthographic,
    )


@dataclass(frozen=True, slots=True)
class _Way:
    """A move of the camera that is under way."""

    start: Camera
    end: Camera
    since: float


class Narrator:
    """Follows a playhead.

    Parameters
    ----------
    cut : bool
        Begin at the view of the chapter that the first tick lies in, without a move: for clips.

    Attributes
    ----------
    chapter : Chapter or None
        The one the playhead is in.
    """

    def __init__(self, *, cut: bool = False) -> None:
        self._cut = cut
        self._way: _Way | None = None
        self._given: Camera | None = None
        self._last = math.nan
        self._said: dict[str, tuple[Chapter, float]] = {}
        self.chapter: Chapter | None = None

    def tick(
        self,
        now: float,
        placed: Sequence[Placed],
        at: float,
        camera: Camera,
        *,
        free: bool = True,
        speaking: bool = True,
    ) -> Camera:
        """Go on to `now` (s on the program's clock), with the playhead at `at`; return the camera for this frame.

        Parameters
        ----------
        placed : sequence of Placed
            Chapters along what plays.
        at : float
            Seconds on the clock of what plays.
        camera : Camera
            As it is.
        free : bool
            Whether the narrator may move it: no hand does, and nobody has asked to be left alone.
        speaking : bool
            Whether captions are wanted.
        """
        found = current(placed, at)
        chapter = None if found is None else found.chapter
        entered = chapter is not None and (self.chapter is None or chapter.id != self.chapter.id)
        self.chapter = chapter
        self._fade(now, chapter if speaking else None)
        camera = self._move(now, chapter if entered else None, camera, free=free)
        self._last, self._cut = now, False
        return camera

    def _fade(self, now: float, chapter: Chapter | None) -> None:
        step = 0.0 if math.isnan(self._last) else max(0.0, now - self._last) / FADE
        if chapter is not None:
            _, strength = self._said.get(chapter.id, (chapter, 1.0 if self._cut else 0.0))
            self._said[chapter.id] = (chapter, strength)
        for key, (said, strength) in list(self._said.items()):
            coming = chapter is not None and key == chapter.id
            strength = min(1.0, strength + step) if coming else strength - step
            if strength <= 0.0 and not coming:
                del self._said[key]
            else:
                self._said[key] = (said, strength)

    def _move(self, now: float, entered: Chapter | None, camera: Camera, *, free: bool) -> Camera:
        if not free or (self._way is not None and camera != self._given):
            self._way = None  # a hand has taken the camera, and keeps it
        if entered is not None and free:
            end = Camera.from_tuple(entered.view) if entered.view else camera
            if self._cut:
                return end
            self._way = _Way(camera, end, now) if end != camera else None
        if self._way is not None:
            u = (now - self._way.since) / EASE
            camera = between(self._way.start, self._way.end, smootherstep(u))
            if u >= 1.0:
                self._way = None
        self._given = camera
        return camera

    @property
    def moving(self) -> bool:
        """Whether the camera is on its way."""
        return self._way is not None

    @property
    def fading(self) -> bool:
        """Whether a caption is coming or going."""
        key = "" if self.chapter is None else self.chapter.id
        return any(strength < 1.0 or other != key for other, (_, strength) in self._said.items())

    def captions(self, moment: Moment) -> tuple[Narration, ...]:
        """Return what is said now, as far as consent allows it to the moment's purpose."""
        return tuple(
            Narration(chapter.title, chapter.caption, smootherstep(strength))
            for chapter, strength in self._said.values()
            if (chapter.title or chapter.caption) and strength > 0.0 and not kept_back(chapter, moment)
        )
