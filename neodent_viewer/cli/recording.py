"""``neodent recording``: what is in a recording, other formats in and out, calibrating anew, and what was withdrawn."""

from __future__ import annotations

import argparse
import json
import math
from pathlib import Path
from typing import Any


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    info = actions.add_parser("info", help="say what is in recordings")
    info.add_argument("files", nargs="+", type=Path, metavar="FILE")
    info.add_argument("--json", action="store_true", help="for programs")
    for name, line in (
        ("export", "write a recording as CSV, XDF or Parquet"),
        ("import", "make a recording of CSV, XDF, Parquet or MCAP"),
    ):
        convert = actions.add_parser(name, help=line)
        convert.add_argument("file", type=Path, metavar="FILE")
        convert.add_argument("-o", "--output", type=Path, required=True, metavar="OUT")
        if name == "export":
            _add_consent(convert)
    calibrate = actions.add_parser(
        "calibrate", help="let raw values of a recording mean something else; they stay as sent"
    )
    calibrate.add_argument("file", type=Path, metavar="FILE")
    calibrate.add_argument("-o", "--output", type=Path, required=True, metavar="OUT.mcap")
    calibrate.add_argument("--channel", action="append", metavar="KEY", help="such as t11/ph")
    calibrate.add_argument("--gain", type=float, help="value = gain x raw + offset (default: 1)")
    calibrate.add_argument("--offset", type=float, help="in the channel's unit (default: 0)")
    calibrate.add_argument(
        "--project", type=Path, help="calibrate, and judge, as this project does; all its channels, or --channel"
    )
    calibrate.add_argument(
        "--undo", action="store_true", help="take back the last calibration of --channel done this way"
    )
    calibrate.add_argument(
        "--from", dest="start", type=float, default=-math.inf, metavar="T", help="s on its clock, first"
    )
    calibrate.add_argument(
        "--to", dest="end", type=float, default=math.inf, metavar="T", help="s on its clock, not included"
    )
    calibrate.add_argument("--by", default="", metavar="NAME", help="who does it")
    erase = actions.add_parser("erase", help="take a stretch of channels out of a recording for good")
    erase.add_argument("file", type=Path, metavar="FILE")
    erase.add_argument("--channel", action="append", required=True, metavar="KEY", help="such as t11/ph; * for all")
    erase.add_argument("--from", dest="start", type=float, default=-math.inf, metavar="T", help="s on its clock")
    erase.add_argument("--to", dest="end", type=float, default=math.inf, metavar="T", help="s on its clock")
    holding = actions.add_parser("holding", help="say which files written here still hold a channel")
    holding.add_argument("--channel", action="append", metavar="KEY", help="such as t11/ph (default: all)")


def _add_consent(convert: argparse.ArgumentParser) -> None:
    convert.add_argument(
        "--consent", type=Path, metavar="PROJECT|FILE", help="whose consent counts: a project, or HL7 FHIR R5"
    )
    convert.add_argument(
        "--for",
        dest="purpose",
        choices=("record", "research", "publish"),
        help="what the export is for: to be kept in this practice, for research, or to be published",
    )


def run(args: argparse.Namespace) -> int:
    """Do what the second word says."""
    return {
        "info": _info,
        "export": _convert,
        "import": _convert,
        "calibrate": _calibrate,
        "erase": _erase,
        "holding": _holding,
    }[args.action](args)


def _info(args: argparse.Namespace) -> int:
    from neodent_viewer.files.recording_formats import read_any

    told = [_told(path, read_any(path)) for path in args.files]
    if args.json:
        print(json.dumps(told if len(told) > 1 else told[0], indent=1))
        return 0
    for one in told:
        whole = "" if one["complete"] else ", not ended in an orderly way"
        print(f"{one['file']}: {one['samples']} samples, {one['seconds']:.1f} s, {one['program']}{whole}")
        print(f"  its clock: {one['start']:.2f} s to {one['start'] + one['seconds']:.2f} s{_date(one['began'])}")
        for channel in one["channels"]:
            unit = f" {channel['unit']}" if channel["unit"] else ""
            low, high = channel["range"]
            span = "no values" if low is None else f"{low:g} to {high:g}{unit}"
            print(
                f"  {channel['channel']}: {channel['samples']} samples, {span}, {channel['suspect']} suspect or worse"
            )
            for line in channel["meaning"]:
                print(f"    {line}")
        for line in (*one["erased"], *one["problems"]):
            print(f"  {line}")
    return 0


def _date(began: str | None) -> str:
    return "" if began is None else f"; it began on {began}"


def _told(path: Path, recording: Any) -> dict[str, Any]:
    import numpy as np

    from neodent_viewer.sensors.calibration import step_json

    channels = []
    for track in recording.tracks:
        values = track.meant()
        values = values[np.isfinite(values)]
        channels.append(
            {
                "channel": track.channel,
                "unit": track.unit,
                "samples": len(track),
                "range": [float(values.min()), float(values.max())] if len(values) else [None, None],
                "suspect": int((track.flags >= 3).sum()),
                "simulated": track.simulated,
                "calibrations": [step_json(step) for step in track.calibrations],
                "meaning": track.words(),
            }
        )
    erased = [one.words() for one in recording.erased]
    return {
        "file": str(path),
        "program": recording.origin.program,
        "samples": recording.samples,
        "start": recording.origin.start,
        "began": recording.origin.began(),
        "seconds": recording.end - recording.origin.start,
        "complete": recording.complete,
        "channels": channels,
        "erased": erased,
        "problems": list(recording.problems),
    }


def _convert(args: argparse.Namespace) -> int:
    from neodent_viewer.core.errors import ArgumentError
    from neodent_viewer.files.recording_formats import read_any, write_any
    from neodent_viewer.files.recordings import in_sum

    if args.action == "import" and args.output.suffix.lower() != ".mcap":
        remedy = "Name the output something.mcap."
        raise ArgumentError("Imported recordings are kept as MCAP.", kind="argument", where="-o", remedy=remedy)
    recording = read_any(args.file)
    if args.action == "export":
        recording = _allowed(args, recording)
    write_any(recording, args.output)
    for problem in in_sum(recording.problems):
        print(problem)
    samples, channels = recording.samples, len(recording.tracks)
    print(f"{args.output}: {samples} sample{'s' * (samples != 1)} of {channels} channel{'s' * (channels != 1)}")
    return 0


def _calibrate(args: argparse.Namespace) -> int:
    from datetime import UTC, datetime

    from neodent_viewer.live.recalibrating import Act, recalibrate_file
    from neodent_viewer.sensors.quality import known_channel

    now = datetime.now(UTC)
    meanings, thresholds = _meanings(args, now)
    said: list[Any] = []
    recalibrate_file(said.append, args.file, args.output, Act(meanings, now, args.start, args.end, args.by, thresholds))
    for problem in (one for one in said if isinstance(one, str)):
        print(problem)
    for key, count in said[-1].items():
        made, channel = meanings[key], known_channel(key)
        unit = "" if channel is None else channel.quantity.unit
        what = "as before the last calibration" if made is None else made.words(unit)
        print(f"{key}: {count} samples mean something else now: {what}; raw values are as they were.")
    judge = "the project's" if args.project else "the usual"
    print(f"{args.output}: the flags of these samples were judged anew, by {judge} thresholds.")
    return 0


def _meanings(args: argparse.Namespace, now: Any) -> tuple[dict[str, Any], Any]:
    """Return channel -> calibration (None to take the last one back), and changes of thresholds, as the words say."""
    from neodent_viewer.core.errors import ArgumentError
    from neodent_viewer.document.calibrations import CALIBRATIONS, calibrations_in
    from neodent_viewer.document.thresholds import THRESHOLDS
    from neodent_viewer.files.project import load_project
    from neodent_viewer.sensors.calibration import stated

    settings = load_project(args.project).document.settings if args.project else {}
    thresholds, stating = settings.get(THRESHOLDS), args.gain is not None or args.offset is not None
    if args.undo + stating + (args.project is not None and not args.undo) != 1:
        remedy = "Give --gain and --offset, or --project, or --undo."
        raise ArgumentError("Say by what to calibrate, one way.", kind="argument", where="calibrate", remedy=remedy)
    if args.project and not args.undo:
        from neodent_viewer.files.recording_formats import read_any

        known = calibrations_in(settings.get(CALIBRATIONS))
        there = {track.channel for track in read_any(args.file).tracks}
        keys = args.channel or sorted(set(known) & there)
        if not keys or not set(keys) <= set(known):
            which = ", ".join(key for key in keys if key not in known) or "channel of the recording"
            what = f"The project calibrates no {which}."
            raise ArgumentError(what, kind="argument", where=str(args.project), remedy="Give --gain and --offset.")
        return {key: known[key] for key in keys}, thresholds
    if not args.channel:
        raise ArgumentError(
            "Say which channel.", kind="argument", where="--channel", remedy="Such as --channel t11/ph."
        )
    gain, offset = (1.0 if args.gain is None else args.gain), (args.offset or 0.0)
    made = None if args.undo else stated(gain, offset, at=now, by=args.by)
    return dict.fromkeys(args.channel, made), thresholds


def _allowed(args: argparse.Namespace, recording: Any) -> Any:
    """Return what of a recording may leave, and say what may not; raises where nothing may."""
    import sys
    from datetime import UTC, datetime

    from neodent_viewer.core.errors import ArgumentError, ConsentError
    from neodent_viewer.files.consent_records import leaving, read_register

    if args.purpose is None and not all(track.simulated for track in recording.tracks):
        remedy = "Give --for record (kept in this practice), --for research or --for publish, and --consent PROJECT."
        raise ArgumentError("Say what the export is for.", kind="argument", where="--for", remedy=remedy)
    register = None if args.consent is None else read_register(args.consent)
    for problem in register.problems if register is not None else ():
        print(problem.sentence(), file=sys.stderr)
    passed = leaving(recording, register, args.purpose or "record", datetime.now(UTC))
    asked = "" if register is not None else " Name whose consent counts: --consent PROJECT, or a FHIR file."
    if passed.withheld and not passed.recording.tracks:
        what = f"Nothing was written: {passed.sentence()}{asked}"
        raise ConsentError(what, kind="denied", where=str(args.consent or "--consent"))
    if passed.withheld:
        print(f"neodent recording: {passed.sentence()}{asked}", file=sys.stderr)
    return passed.recording


def _erase(args: argparse.Namespace) -> int:
    from neodent_viewer.files.recording_index import erase

    gone = erase(args.file, args.channel, args.start, args.end)
    what = f"{gone} samples erased." if gone else "Nothing of that lies in it; it is as it was."
    print(f"{args.file}: {what} Copies and exports of it are not reached.")
    _say_holding(tuple(args.channel))
    return 0


def _holding(args: argparse.Namespace) -> int:
    _say_holding(tuple(args.channel or ("*",)))
    return 0


def _say_holding(channels: tuple[str, ...]) -> None:
    from neodent_viewer.files.recording_index import holding

    found = holding(channels)
    what = "sensor data" if "*" in channels else ", ".join(channels)
    held = [one for one in found if not one.why]
    print(f"Files written here that hold {what}:" if held else f"No recording made here holds {what}.")
    for one in held:
        print(f"  {one.path}: {one.samples} samples")
    if len(held) < len(found):
        print("These cannot be looked into, and may hold it:")
    for one in found:
        if one.why:
            print(f"  {one.path}: {one.why}")
