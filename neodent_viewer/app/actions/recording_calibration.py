"""Calibrating a recording anew, from the window: in its own file, where what counted before is kept and can be taken back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from neodent_viewer.app.actions.record import Command
from neodent_viewer.app.actions.recording_files import MCAP, apart_call, at_hand, read_file
from neodent_viewer.app.context import AppContext
from neodent_viewer.app.words import count
from neodent_viewer.core.errors import ArgumentError, NeodentError

if TYPE_CHECKING:
    from neodent_viewer.files.recordings import Recording
    from neodent_viewer.live.recalibrating import Act

#: preference: who calibrates
BY = "technician"


def calibrate(context: AppContext, key: str = "") -> None:
    """Ask how the recording that plays, or one that is chosen, is to be calibrated anew, and do it in its file."""
    path = at_hand(context, MCAP)
    if path is None:
        return
    if path.suffix.lower() != ".mcap":
        what = "What was calibrated before is kept in MCAP recordings alone."
        raise ArgumentError(what, kind="argument", where=path.name, remedy="Import it as a recording first.")
    read_file(context, path, lambda recording: _ask(context, path, recording, key))


def _ask(context: AppContext, path: Path, recording: Recording, key: str) -> None:
    from neodent_viewer.app.recalibration_dialog import RecalibrationDialog
    from neodent_viewer.document.calibrations import CALIBRATIONS, calibrations_in
    from neodent_viewer.document.thresholds import THRESHOLDS
    from neodent_viewer.files.recording_index import refuse_damaged

    tracks = [track for track in recording.tracks if len(track)]
    try:
        refuse_damaged(recording, path)
        if not tracks:
            what = "There are no samples in it."
            raise ArgumentError(what, kind="argument", where=path.name, remedy="Choose another.")
    except NeodentError as error:
        context.shell.say_error(error)
        return
    begin, end = recording.origin.start, recording.end
    replay, settings = context.live.replay, context.document.settings
    span = replay.span if replay is not None and replay.loop and replay.span is not None else (begin, end)

    def done(act: Act) -> None:
        context.preferences.set(BY, act.by)
        _do(context, path, replace(act, thresholds=settings.get(THRESHOLDS)))

    known, by = calibrations_in(settings.get(CALIBRATIONS)), str(context.preferences.get(BY, ""))
    dialog = RecalibrationDialog(
        context.shell.parent, path.name, tracks, begin, end, span, known, by, context.live.wall, done
    )
    dialog.choose(key)
    dialog.show()


def _do(context: AppContext, path: Path, act: Act) -> None:
    from neodent_viewer.live.recalibrating import recalibrate_file

    def done(counts: dict[str, int] | None) -> None:
        for key, number in (counts or {}).items():
            told = f"{count(number, 'sample')} of {key} mean something else now; raw values are as they were."
            context.shell.say(f"{path.name}: {told}")
        replay = context.live.replay
        if counts and replay is not None and replay.where == str(path):
            context.requests.set_feed(f"replay:{path}")

    work = apart_call(recalibrate_file, path, path, act)
    context.background.submit(f"Calibrating {path.name}", work, done, stoppable=True)


COMMANDS = (
    Command(
        "recording.calibrate",
        "Calibrate a Recording…",
        calibrate,
        "mdi6.tune-vertical",
        (),
        "tools/Recordings",
        "5",
        ("perform", "review"),
        hint="Let raw values of a recording mean something else, from when to when; what counted before is kept in it.",
    ),
)
