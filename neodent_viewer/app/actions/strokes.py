"""Strokes as data: record, stop, save; ``neodent sculpt --strokes`` does them again without a window."""

from __future__ import annotations

from pathlib import Path

from neodent_viewer.app.actions.record import Command
from neodent_viewer.app.context import AppContext
from neodent_viewer.app.words import count
from neodent_viewer.core.errors import ArgumentError

FILTER = "Strokes (*.json)"


def toggle(context: AppContext) -> None:
    """Begin to record strokes, or stop; what was recorded can be saved until the next beginning."""
    recorder = context.sculpting.recorder
    if recorder.running:
        recorder.stop()
        context.shell.say(f"{count(recorder.count, 'stroke')} recorded. Save Strokes writes them to a file.")
    else:
        recorder.start()
        context.shell.say("Strokes are being recorded.")


def save(context: AppContext) -> None:
    """Ask where to write the recorded strokes, and write them."""
    recorder = context.sculpting.recorder
    if not recorder.count:
        raise ArgumentError(
            "No stroke was recorded.", kind="argument", remedy="Choose Record Strokes, sculpt, then save."
        )
    path: Path | None = context.shell.ask_save("Save Strokes", "strokes.json", FILTER, ".json")
    if path is not None:
        context.shell.say(f"{count(recorder.save(path), 'stroke')} written to {path.name}.")


COMMANDS = (
    Command(
        "strokes.record",
        "Record Strokes",
        toggle,
        "mdi6.record-circle-outline",
        ("Ctrl+Alt+R",),
        "tools/Strokes",
        "1",
        ("sculpt",),
        checked="recording",
        hint="Keep every stroke until it is switched off, to be done again without a window.",
    ),
    Command(
        "strokes.save",
        "Save Strokes…",
        save,
        "mdi6.content-save-outline",
        (),
        "tools/Strokes",
        "1",
        ("sculpt",),
        enabled="strokes",
        hint="Write the recorded strokes; what was undone is left out.",
    ),
)
