"""Edits of chapters, for a history: new ones, changed ones, removed ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

from neodent_viewer.core.errors import ArgumentError
from neodent_viewer.document.chapter import LONGEST_CAPTION, LONGEST_TITLE, Chapter, Reel
from neodent_viewer.document.document import Document
from neodent_viewer.document.edits import ValueEdit, set_value


def new_chapter(document: Document, reel: Reel, start: float, end: float, **told: Any) -> Chapter:
    """Return a chapter from `start` to `end` (s on the reel's clock) with an id of its own, not yet in the document."""
    numbers = [int(key[1:]) for key in document.chapters if key[:1] == "c" and key[1:].isdecimal()]
    key = f"c{max(numbers, default=0) + 1}"
    if reel.identity:
        return _sound(Chapter, id=key, start=start, end=end, recording=reel.identity, name=reel.name, **told)
    return _sound(Chapter, id=key, start=start + reel.epoch, end=end + reel.epoch, **told)


def add_edit(document: Document, chapter: Chapter) -> ValueEdit:
    """Return the edit that puts a chapter in."""
    return set_value(document, ("chapters", chapter.id), chapter, f"New chapter {_called(chapter)}")


def change_edit(document: Document, key: str, doing: str, **values: Any) -> ValueEdit:
    """Return the edit that changes fields of a chapter; `doing` is its headline, such as ``"Move"``.

    Raises ArgumentError for a chapter that is not there or values that cannot be.
    """
    chapter = document.chapters.get(key)
    if chapter is None:
        raise ArgumentError("There is no such chapter.", kind="argument", where=key)
    unknown = set(values) - {one.name for one in fields(Chapter)}
    if unknown:
        raise ArgumentError("A chapter has no such field.", kind="argument", where=", ".join(sorted(unknown)))
    after = _sound(lambda **new: replace(chapter, **new), **values)
    return set_value(document, ("chapters", key), after, f"{doing} chapter {_called(after)}")


def remove_edit(document: Document, key: str) -> ValueEdit:
    """Return the edit that takes a chapter out."""
    if key not in document.chapters:
        raise ArgumentError("There is no such chapter.", kind="argument", where=key)
    return set_value(document, ("chapters", key), None, f"Remove chapter {_called(document.chapters[key])}")


def _called(chapter: Chapter) -> str:
    return chapter.title or chapter.caption[:24] or chapter.id


def _sound(make: Callable[..., Chapter], **values: Any) -> Chapter:
    try:
        return make(**values)
    except (ValueError, TypeError) as error:
        remedy = f"Give it some length, and at most {LONGEST_TITLE} and {LONGEST_CAPTION} characters."
        what = f"{str(error)[:1].upper()}{str(error)[1:]}."
        raise ArgumentError(what, kind="argument", where="chapter", remedy=remedy) from error
