"""Sensor data to a file and back: record what comes in, play a recording as a feed.

Both rest in show mode. One key that stops a recording loses the rest of the show; to start one asks for a file, and while
a dialog asks, no key is GO. What records when show mode comes on goes on, and is seen in the status bar.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from neodent_viewer.app.actions.record import Command
from neodent_viewer.app.context import AppContext
from neodent_viewer.app.words import count

if TYPE_CHECKING:
    from neodent_viewer.live.live import Live
    from neodent_viewer.live.recorder import Recorder

FILTER = "Recordings (*.mcap)"
_WORKSPACES = ("perform", "review")


def running(live: Live) -> Recorder | None:
    """Return the recording under way, None when there is none."""
    if not live.taps:
        return None
    from neodent_viewer.live.recorder import Recorder

    return next((tap for tap in live.taps if isinstance(tap, Recorder)), None)


def toggle(context: AppContext) -> None:
    """Ask for a file and record into it all that consent allows to be recorded; or stop and say what was written."""
    recorder = running(context.live)
    if recorder is None:
        from neodent_viewer.live.recorder import Recorder

        path: Path | None = context.shell.ask_save("Record Sensor Data", "session.mcap", FILTER, ".mcap")
        if path is not None:
            Recorder(context.live, path)
            context.shell.say(f"Sensor data goes to {path.name}.")
        return
    recorder.close()
    status = recorder.status()
    told = (
        f"{count(status.samples, 'sample')} of {count(len(status.channels), 'channel')} written to {status.path.name}."
    )
    withheld = f" {count(status.withheld, 'sample')} left out for want of consent." if status.withheld else ""
    context.shell.say(status.problem or told + withheld, "error" if status.problem else "info")


def play(context: AppContext) -> None:
    """Ask for a recording and play it in place of the feed."""
    from neodent_viewer.live.feeds import check_feed

    for path in context.shell.ask_open(filters="Recordings (*.mcap *.csv *.xdf *.parquet);;All files (*)")[:1]:
        word = f"replay:{path}"
        check_feed(word)
        context.requests.set_feed(word)


COMMANDS = (
    Command(
        "feed.record",
        "Record Sensor Data…",
        toggle,
        "mdi6.record-circle-outline",
        (),
        "tools/Recordings",
        "4",
        _WORKSPACES,
        checked="sensors_recorded",
        hint="Write every channel, raw and with its flags, to a file, as far as consent to record goes. Rests in show mode.",
    ),
    Command(
        "feed.replay",
        "Play a Recording…",
        play,
        "mdi6.play-circle-outline",
        (),
        "tools/Recordings",
        "4",
        _WORKSPACES,
        hint="Let a recording of sensor data come in again, in place of the feed. Rests in show mode.",
    ),
)
