"""Chapters: made from the present time or a chosen stretch, told, moved, taken out. Every change is one edit."""

from __future__ import annotations

from typing import Any

from neodent_viewer.app.actions.record import ALWAYS, Command
from neodent_viewer.app.context import AppContext
from neodent_viewer.document.chapter import Chapter, place
from neodent_viewer.document.story import add_edit, change_edit, new_chapter, remove_edit

_MENU = "tools/Chapters"
#: s that a new chapter lasts where no stretch was chosen, at most, and as a share of what plays
_LENGTH, _SHARE = 20.0, 0.08


def add(context: AppContext) -> None:
    """Make a chapter of the chosen stretch, else of the time from now on, with the present view; then ask what it says."""
    timeline, document = context.timeline, context.document
    low, high = timeline.span
    replay, now = timeline.replay, timeline.now
    # as it stands when it is asked for: while somebody types, time goes on, the camera turns and another recording comes
    reel, view, chosen = timeline.reel, context.camera.camera.to_tuple(), timeline.stretch
    if chosen is not None:
        start, end = chosen
    else:
        length = max(min(_LENGTH, _SHARE * (high - low)), 1.0)
        start, end = now, now + length
        if replay is not None:
            start, end = min(now, high - min(length, high - low)), min(now + length, high)
    told = _asked(context, "New chapter", Chapter("new", 0.0, 1.0))
    if told is None:
        return
    chapter = new_chapter(document, reel, start, end, view=view, **told)
    context.history.do(add_edit(document, chapter))
    if timeline.replay is None:
        timeline.choose(None)  # it is a chapter now; a recording goes on looping over it
    timeline.story.choose(chapter.id)


def edit(context: AppContext, key: str) -> None:
    """Ask what a chapter is to say."""
    chapter = context.document.chapters.get(key)
    if chapter is None:
        return
    told = _asked(context, "Chapter", chapter)
    if told is not None and any(getattr(chapter, name) != value for name, value in told.items()):
        context.history.do(change_edit(context.document, key, "Edit", **told))


def _asked(context: AppContext, title: str, chapter: Chapter) -> dict[str, Any] | None:
    channels = [channel.key for channel in context.live.expected]
    return context.shell.ask_chapter(title, chapter, list(context.document.looks), channels)


def set_view(context: AppContext, key: str) -> None:
    """Let a chapter be seen as the editor sees now."""
    view = context.camera.camera.to_tuple()
    context.history.do(change_edit(context.document, key, "View of", view=view))
    context.shell.say("The chapter keeps this view.")


def clear_view(context: AppContext, key: str) -> None:
    """Let a chapter leave the camera where it is."""
    context.history.do(change_edit(context.document, key, "No view of", view=()))


def reschedule(context: AppContext, key: str, start: float, end: float) -> None:
    """Let a chapter lie elsewhere along what plays; seconds on its clock."""
    chapter = context.document.chapters.get(key)
    where = None if chapter is None else place(chapter, context.timeline.reel)
    if chapter is None or where is None:
        return
    # by how far each end has moved: an end that was not touched keeps its number to the last bit
    times = {
        name: kept if new == old else kept + (new - old)
        for name, kept, old, new in (("start", chapter.start, where.start, start), ("end", chapter.end, where.end, end))
    }
    same_length = times["start"] != chapter.start and times["end"] != chapter.end
    context.history.do(change_edit(context.document, key, "Move" if same_length else "Resize", **times))


def remove(context: AppContext, key: str) -> None:
    """Take a chapter out."""
    context.history.do(remove_edit(context.document, key))
    context.timeline.story.choose("")


def _about(run: Any) -> Any:
    """Return the command that does something with the chapter in hand."""

    def command(context: AppContext) -> None:
        chapter = context.timeline.story.about()
        if chapter is not None:
            run(context, chapter.id)

    return command


COMMANDS = (
    Command(
        "chapter.add",
        "New Chapter…",
        add,
        "mdi6.bookmark-plus-outline",
        ("Ctrl+Shift+N",),
        _MENU,
        "1",
        hint="Name a stretch of time, with a caption and the present view: part of a story that plays over the mesh.",
    ),
    Command("chapter.edit", "Edit Chapter…", _about(edit), "mdi6.pencil-outline", (), _MENU, "2", enabled="chapter"),
    Command(
        "chapter.view",
        "Set View of Chapter",
        _about(set_view),
        "mdi6.camera-marker-outline",
        (),
        _MENU,
        "2",
        enabled="chapter",
        hint="Let the chapter be seen as the editor sees now.",
    ),
    Command(
        "chapter.no_view", "Leave the Camera in Chapter", _about(clear_view), "", (), _MENU, "2", enabled="chapter"
    ),
    Command(
        "chapter.remove",
        "Remove Chapter",
        _about(remove),
        "mdi6.bookmark-remove-outline",
        (),
        _MENU,
        "2",
        enabled="chapter",
    ),
    Command(
        "chapter.previous",
        "Previous Chapter",
        lambda c: c.timeline.story.to_chapter(back=True),
        "mdi6.skip-backward-outline",
        ("Alt+PgUp",),
        _MENU,
        "3",
        enabled="replaying",
        in_show=ALWAYS,
    ),
    Command(
        "chapter.next",
        "Next Chapter",
        lambda c: c.timeline.story.to_chapter(),
        "mdi6.skip-forward-outline",
        ("Alt+PgDown",),
        _MENU,
        "3",
        enabled="replaying",
        in_show=ALWAYS,
    ),
    Command(
        "chapter.captions",
        "Show Captions",
        lambda c: c.timeline.story.set(speaking=not c.timeline.story.speaking),
        "mdi6.closed-caption-outline",
        (),
        _MENU,
        "4",
        checked="narrated",
    ),
    Command(
        "chapter.follow",
        "Camera Follows Chapters",
        lambda c: c.timeline.story.set(follow=not c.timeline.story.follow),
        "mdi6.cctv",
        (),
        _MENU,
        "4",
        checked="follow",
        hint="Let the camera go to the view of a chapter when it begins, unless a hand is moving it.",
    ),
)
