"""Recordings as files, from the window: other formats in and out, erasing what was withdrawn, and where it still lies.

All of it runs in a process of its own with progress in the status bar; what cannot be is said as a sentence. All of it rests
in show mode: it asks, it takes the processor, and what is erased does not come back.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from neodent_viewer.app.actions.record import Command
from neodent_viewer.app.context import AppContext, JobHandle
from neodent_viewer.app.words import count, time_words

if TYPE_CHECKING:
    from neodent_viewer.files.recordings import Recording

ANY = "Recordings (*.mcap *.csv *.xdf *.parquet);;All files (*)"
MCAP = "Recordings (*.mcap)"
OUT = "CSV (*.csv);;XDF (*.xdf);;Parquet (*.parquet);;MCAP (*.mcap)"
_MENU, _HERE = "tools/Recordings", ("perform", "review")
_EVERY = "All channels"


def apart_work(name: str, *arguments: Any) -> Callable[[JobHandle], Any]:
    """Return work that runs a function of `files.recording_apart` and returns the last thing it says; None if cancelled."""

    def work(handle: JobHandle) -> Any:
        from neodent_viewer.files import recording_apart

        return apart_call(getattr(recording_apart, name), *arguments)(handle)

    return work


def apart_call(function: Callable[..., None], *arguments: Any) -> Callable[[JobHandle], Any]:
    """Return work that runs a function as `core.apart` does and returns the last thing it says; None if cancelled."""

    def work(handle: JobHandle) -> Any:
        from neodent_viewer.core.apart import apart

        said, last = apart(function, *arguments), None
        for message in said:
            if handle.cancelled():
                said.close()
                return None
            if isinstance(message, float):
                handle.progress(message)
            else:
                last = message
        return last

    return work


def read_file(context: AppContext, path: Path, then: Callable[[Recording], None]) -> None:
    """Read a recording in the background, say what was wrong with it, and go on with it."""

    def read(recording: Recording | None) -> None:
        if recording is not None:
            from neodent_viewer.files.recordings import in_sum

            for problem in in_sum(recording.problems):
                context.shell.say(f"{path.name}: {problem}", "warning")
            then(recording)

    context.background.submit(f"Reading {path.name}", apart_work("read", path), read, stoppable=True)


def at_hand(context: AppContext, filters: str) -> Path | None:
    """Return the file that plays, else one that the person chooses."""
    replay = context.live.replay
    if replay is not None and replay.where:
        return Path(replay.where)
    return next(iter(context.shell.ask_open(filters=filters)), None)


def bring_in(context: AppContext) -> None:
    """Make a recording of a CSV, XDF, Parquet or MCAP file, and play it."""
    source = next(iter(context.shell.ask_open(filters=ANY)), None)
    if source is None:
        return

    def ask(recording: Recording) -> None:
        target = context.shell.ask_save("Keep as a Recording", f"{source.stem}.mcap", MCAP, ".mcap")
        if target is not None:
            _write(context, recording, target, lambda: context.requests.set_feed(f"replay:{target}"))

    read_file(context, source, ask)


def export(context: AppContext) -> None:
    """Write the recording that plays, or one that is chosen, in another format, as far as consent for its purpose goes."""
    source = at_hand(context, ANY)
    if source is None:
        return

    from neodent_viewer.files.consent_records import EXPORTS, leaving

    def ask(recording: Recording) -> None:
        target = context.shell.ask_save("Export Recording", f"{source.stem}.csv", OUT, ".csv")
        if target is None:
            return
        purposes = list(EXPORTS)
        row = context.shell.ask_choice(
            f"Export to {target.name}", "It will be", [EXPORTS[one].capitalize() for one in purposes]
        )
        if row is None:
            return
        passed = leaving(recording, context.live.consent, purposes[row], context.live.wall())
        if passed.withheld:
            context.shell.say(passed.sentence(), "warning")
        if passed.recording.tracks:
            _write(context, passed.recording, target, lambda: None)

    read_file(context, source, ask)


def _write(context: AppContext, recording: Recording, path: Path, then: Callable[[], None]) -> None:
    def written(_: object) -> None:
        context.shell.say(f"{count(recording.samples, 'sample')} written to {path.name}.")
        then()

    context.background.submit(f"Writing {path.name}", apart_work("write", recording, path), written)


def erase(context: AppContext) -> None:
    """Ask for channels and a stretch, and take them out of a recording for good."""
    path = at_hand(context, MCAP)
    if path is not None:
        read_file(context, path, lambda recording: _ask_erase(context, path, recording))


def _ask_erase(context: AppContext, path: Path, recording: Recording) -> None:
    from neodent_viewer.app.dialogs import FormField

    keys = [track.channel for track in recording.tracks]
    row = context.shell.ask_choice(f"Erase from {path.name}", "Channel", [_EVERY, *keys])
    if row is None:
        return
    begin, length = recording.origin.start, recording.end - recording.origin.start
    replay = context.live.replay
    span = replay.span if replay is not None and replay.loop else None
    low, high = (0.0, length) if span is None else (span[0] - begin, span[1] - begin)
    fields = [
        FormField("from", "From", "s", low, -1.0, length + 1.0, 1),
        FormField("to", "To", "s", high, -1.0, length + 1.0, 1),
    ]
    answer = context.shell.ask_form("Stretch to erase, counted from its beginning", fields)
    if answer is None:
        return
    channels = ("*",) if row == 0 else (keys[row - 1],)
    start, end = begin + answer["from"], begin + answer["to"]
    told = f"{_EVERY if row == 0 else keys[row - 1]}, {time_words(answer['to'] - answer['from'], 1)} of {path.name}."
    if context.shell.ask_sure("Erase for good?", told, "It cannot be brought back.", "Erase"):
        _erase(context, path, channels, start - 0.05, end + 0.05)  # what the boxes round away is erased too


def _erase(context: AppContext, path: Path, channels: tuple[str, ...], start: float, end: float) -> None:
    def erased(gone: int) -> None:
        context.shell.say(f"{count(gone, 'sample')} erased from {path.name}. Copies and exports of it are not reached.")
        replay = context.live.replay
        if replay is not None and replay.where == str(path):
            context.requests.set_feed(f"replay:{path}")
        _hold(context, channels)

    context.background.submit(f"Erasing from {path.name}", apart_work("erase", path, channels, start, end), erased)


def holding(context: AppContext) -> None:
    """Ask for a channel and say which recordings made here still hold it."""
    keys = [channel.key for channel in context.live.expected]
    row = context.shell.ask_choice("Which Recordings Hold It?", "Channel", [_EVERY, *keys])
    if row is not None:
        _hold(context, ("*",) if row == 0 else (keys[row - 1],))


def _hold(context: AppContext, channels: tuple[str, ...]) -> None:
    what = "sensor data" if channels == ("*",) else ", ".join(channels)

    def told(found: tuple[Any, ...] | None) -> None:
        if found is None:
            return
        lines = [f"{one.path}: {one.why or count(one.samples, 'sample')}" for one in found]
        intro = f"Files written here that hold {what}:" if found else f"No recording made here holds {what}."
        if found and all(one.why for one in found):
            intro = f"No recording made here holds {what}, as far as can be seen. These may:"
        context.shell.show_lines("Recordings", intro, lines)

    context.background.submit("Looking through recordings", apart_work("holding", channels), told, stoppable=True)


COMMANDS = (
    Command(
        "recording.import",
        "Import a Recording…",
        bring_in,
        "mdi6.import",
        (),
        _MENU,
        "5",
        _HERE,
        hint="Make a recording of a CSV, XDF, Parquet or MCAP file, and play it.",
    ),
    Command(
        "recording.export",
        "Export a Recording…",
        export,
        "mdi6.export",
        (),
        _MENU,
        "5",
        _HERE,
        hint="Write a recording as CSV, XDF or Parquet, to keep, publish or research, as far as consent to that goes.",
    ),
    Command(
        "recording.erase",
        "Erase From a Recording…",
        erase,
        "mdi6.eraser",
        (),
        _MENU,
        "6",
        _HERE,
        hint="Take a withdrawn stretch out of a recording for good, and say where it still lies.",
    ),
    Command(
        "recording.holding",
        "Which Recordings Hold It…",
        holding,
        "mdi6.database-search-outline",
        (),
        _MENU,
        "6",
        _HERE,
        hint="Say which recordings made here still hold a channel.",
    ),
)
