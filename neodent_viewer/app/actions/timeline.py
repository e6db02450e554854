"""Transport of what plays: play, pause, speed, loop, step, from fault to fault. None of it is an edit.

To play, to hold and to leap is part of a performance, and the next key takes it back: that goes on in show mode. Speed and
loop are settings, and rest.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from neodent_viewer.app.actions.record import ALWAYS, Command
from neodent_viewer.app.context import AppContext

_MENU = "tools/Timeline"


def toggle_loop(context: AppContext) -> None:
    """Loop over the stretch that was chosen, else over the whole; or play through."""
    replay = context.timeline.replay
    if replay is not None:
        context.timeline.set_loop(not replay.loop, replay.span)


def loop_end(first: bool) -> Callable[[AppContext], None]:
    """Return the command that lets the loop begin, or end, where the playhead is."""

    def run(context: AppContext) -> None:
        replay, now = context.timeline.replay, context.timeline.now
        if replay is None:
            return
        low, high = replay.span or (replay.begin, replay.end)
        low, high = (now, high if high > now else replay.end) if first else (low if low < now else replay.begin, now)
        if high > low:
            context.timeline.set_loop(True, (low, high))

    return run


def loop_chapter(context: AppContext) -> None:
    """Loop over the chapter in hand."""
    chapter = context.timeline.story.about()
    found = next((one for one in context.timeline.story.placed() if chapter and one.chapter.id == chapter.id), None)
    if found is not None:
        context.timeline.set_loop(True, (found.start, found.end))


def _told(name: str, *words: Any, **named: Any) -> Callable[[AppContext], object]:
    """Return the command that asks the timeline for something."""
    return lambda context: getattr(context.timeline, name)(*words, **named)


def _command(name: str, title: str, run: Callable[[AppContext], object], sign: str, **told: Any) -> Command:
    told.setdefault("enabled", "replaying")
    told.setdefault("in_show", ALWAYS if told["group"] in ("1", "2") else "")
    return Command(f"timeline.{name}", title, run, f"mdi6.{sign}" if sign else "", menu=_MENU, **told)


COMMANDS = (
    _command(
        "play",
        "Play or Pause",
        _told("toggle"),
        "play-pause",
        keys=("Ctrl+Space", "Space"),
        group="1",
        checked="playing",
        hint="Let the recording run, or hold it.",
    ),
    _command("step_back", "Step Back", _told("step", -1), "skip-previous-outline", keys=("Alt+Left",), group="2"),
    _command("step", "Step Forwards", _told("step", 1), "skip-next-outline", keys=("Alt+Right",), group="2"),
    _command(
        "previous_fault",
        "Previous Fault",
        _told("to_fault", back=True),
        "chevron-double-left",
        keys=("Alt+Shift+Left",),
        group="2",
        hint="Go to where the fault before this became known.",
    ),
    _command(
        "next_fault",
        "Next Fault",
        _told("to_fault"),
        "chevron-double-right",
        keys=("Alt+Shift+Right",),
        group="2",
        hint="Go to where the next fault becomes known.",
    ),
    _command(
        "start",
        "To the Beginning",
        lambda c: c.timeline.seek(c.timeline.span[0]),
        "page-first",
        keys=("Ctrl+Home",),
        group="2",
    ),
    _command(
        "end", "To the End", lambda c: c.timeline.seek(c.timeline.span[1]), "page-last", keys=("Ctrl+End",), group="2"
    ),
    _command("slower", "Slower", _told("faster", -1), "speedometer-slow", keys=("Ctrl+Alt+Left",), group="3"),
    _command("faster", "Faster", _told("faster", 1), "speedometer", keys=("Ctrl+Alt+Right",), group="3"),
    _command("plain", "Its Own Speed", _told("set_speed", 1.0), "speedometer-medium", keys=("Ctrl+Alt+Up",), group="3"),
    _command("loop", "Loop", toggle_loop, "repeat", keys=("Ctrl+Alt+L",), group="4", checked="looping"),
    _command("loop_from", "Loop From Here", loop_end(True), "ray-start-arrow", keys=("Alt+[",), group="4"),
    _command("loop_to", "Loop to Here", loop_end(False), "ray-end-arrow", keys=("Alt+]",), group="4"),
    _command(
        "loop_chapter", "Loop This Chapter", loop_chapter, "repeat-variant", group="4", enabled="replaying and chapter"
    ),
    _command(
        "loop_all",
        "Loop Over All",
        _told("set_loop", True, None),
        "repeat",
        group="4",
        hint="Forget the stretch that was chosen.",
    ),
)
