"""Chapters: named stretches of time with a caption, a view and a look, that tell a person's health as a story over the mesh.

A chapter belongs to a recording, told by its identity, and then counts on that recording's clock; or to live time, and then
counts on the calendar (Unix time). So one that was made while live is still known when a recording of that hour is played.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from neodent_viewer.document.moment import Moment

#: s; a shorter one could not be taken hold of
SHORTEST = 0.1
#: signs that a title and a caption may have: what is longer is no caption
LONGEST_TITLE, LONGEST_CAPTION = 80, 400
#: numbers of a kept view, see ``render.views.Camera.to_tuple``
_VIEW = 8


@dataclass(frozen=True, slots=True)
class Chapter:
    """One stretch of a story.

    Attributes
    ----------
    id : str
    start, end : float
        Seconds: on the clock of `recording`, or since 1970 where it belongs to live time. The end is not in it.
    title, caption : str
        Headline, and the sentence that is shown.
    view : tuple of float
        Camera that the picture goes to, see ``render.views``; empty lets it be.
    look : str
        Name of a stored look that is recalled; empty keeps the one in use.
    recording : str
        Identity of the recording it belongs to; empty for live time.
    name : str
        Of that recording, for a person who has to look for it.
    channels : tuple of str
        Channel keys that the caption speaks of, which consent is asked for; empty means every one.
    """

    id: str
    start: float
    end: float
    title: str = ""
    caption: str = ""
    view: tuple[float, ...] = field(default=())
    look: str = ""
    recording: str = ""
    name: str = ""
    channels: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not (_number(self.start) and _number(self.end) and self.end > self.start):
            raise ValueError(f"a chapter from {self.start!r} to {self.end!r} s has no length")
        if self.view and not (len(self.view) == _VIEW and all(map(_number, self.view))):
            raise ValueError("a chapter's view is no camera")
        words = (self.id, self.title, self.caption, self.look, self.recording, self.name, *self.channels)
        if not self.id or not all(isinstance(word, str) for word in words):
            raise ValueError("a chapter's words are no text")
        if len(self.title) > LONGEST_TITLE or len(self.caption) > LONGEST_CAPTION:
            raise ValueError("a chapter's caption is too long")


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


class Reel(NamedTuple):
    """What plays: the story is laid along it.

    Attributes
    ----------
    identity : str
        Of the recording; empty while live.
    epoch : float
        Unix time (s) of the zero of its clock; NaN when unknown.
    name : str
        For a person.
    """

    identity: str = ""
    epoch: float = math.nan
    name: str = ""


class Placed(NamedTuple):
    """A chapter that lies along a reel, from `start` to `end` in seconds on the reel's clock."""

    start: float
    end: float
    chapter: Chapter


def place(chapter: Chapter, reel: Reel) -> Placed | None:
    """Return where a chapter lies along a reel; None for one that belongs to another.

    >>> place(Chapter("a", 1060.0, 1070.0), Reel("x", 1000.0))[:2]
    (60.0, 70.0)
    """
    if chapter.recording:
        return Placed(chapter.start, chapter.end, chapter) if chapter.recording == reel.identity else None
    if math.isnan(reel.epoch):
        return None
    return Placed(chapter.start - reel.epoch, chapter.end - reel.epoch, chapter)


def along(chapters: Iterable[Chapter], reel: Reel) -> tuple[Placed, ...]:
    """Return the chapters that lie along a reel, in order of time."""
    found = (place(chapter, reel) for chapter in chapters)
    return tuple(
        sorted((one for one in found if one is not None), key=lambda one: (one.start, one.end, one.chapter.id))
    )


def current(placed: Sequence[Placed], now: float) -> Placed | None:
    """Return the chapter that `now` (s) lies in: of several the one that began last, the shortest of those."""
    there = [one for one in placed if one.start <= now < one.end]
    return max(there, key=lambda one: (one.start, -one.end)) if there else None


def kept_back(chapter: Chapter, moment: Moment) -> tuple[str, ...]:
    """Return the channels that a chapter speaks of and consent withholds from a moment's purpose.

    A caption is shown when there are none. A chapter that does not say what it speaks of may speak of anything; one that
    names a channel nobody has consented to, since it is not there, waits for it.
    """
    allowed = dict(zip(moment.channels, (~moment.withheld).tolist(), strict=True))
    if not moment.purpose:
        return ()
    return tuple(key for key in chapter.channels or moment.channels if not allowed.get(key, False))
