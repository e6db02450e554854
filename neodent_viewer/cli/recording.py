"""``neodent recording``: what is in a recording, other formats in and out, and taking out what was withdrawn."""

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
    erase = actions.add_parser("erase", help="take a stretch of channels out of a recording for good")
    erase.add_argument("file", type=Path, metavar="FILE")
    erase.add_argument("--channel", action="append", required=True, metavar="KEY", help="such as t11/ph; * for all")
    erase.add_argument("--from", dest="start", type=float, default=-math.inf, metavar="T", help="s on its clock")
    erase.add_argument("--to", dest="end", type=float, default=math.inf, metavar="T", help="s on its clock")
    holding = actions.add_parser("holding", help="say which recordings made here still hold a channel")
    holding.add_argument("--channel", action="append", metavar="KEY", help="such as t11/ph (default: all)")


def run(args: argparse.Namespace) -> int:
    """Do what the second word says."""
    return {"info": _info, "export": _convert, "import": _convert, "erase": _erase, "holding": _holding}[args.action](
        args
    )


def _info(args: argparse.Namespace) -> int:
    from neodent_viewer.files.recording_formats import read_any

    told = [_told(path, read_any(path)) for path in args.files]
    if args.json:
        print(json.dumps(told if len(told) > 1 else told[0], indent=1))
        return 0
    for one in told:
        whole = "" if one["complete"] else ", not ended in an orderly way"
        print(f"{one['file']}: {one['samples']} samples, {one['seconds']:.1f} s, {one['program']}{whole}")
        for channel in one["channels"]:
            unit = f" {channel['unit']}" if channel["unit"] else ""
            low, high = channel["range"]
            span = "no values" if low is None else f"{low:g} to {high:g}{unit}"
            print(
                f"  {channel['channel']}: {channel['samples']} samples, {span}, {channel['suspect']} suspect or worse"
            )
        for line in (*one["erased"], *one["problems"]):
            print(f"  {line}")
    return 0


def _told(path: Path, recording: Any) -> dict[str, Any]:
    import numpy as np

    channels = []
    for track in recording.tracks:
        values = track.values[np.isfinite(track.values)]
        channels.append(
            {
                "channel": track.channel,
                "unit": track.unit,
                "samples": len(track),
                "range": [float(values.min()), float(values.max())] if len(values) else [None, None],
                "suspect": int((track.flags >= 3).sum()),
                "simulated": track.simulated,
            }
        )
    erased = [f"{one.channel} was erased from {one.start:g} to {one.end:g} s on {one.at}" for one in recording.erased]
    return {
        "file": str(path),
        "program": recording.origin.program,
        "samples": recording.samples,
        "start": recording.origin.start,
        "seconds": recording.end - recording.origin.start,
        "complete": recording.complete,
        "channels": channels,
        "erased": erased,
        "problems": list(recording.problems),
    }


def _convert(args: argparse.Namespace) -> int:
    from neodent_viewer.core.errors import ArgumentError
    from neodent_viewer.files.recording_formats import read_any, write_any

    if args.action == "import" and args.output.suffix.lower() != ".mcap":
        remedy = "Name the output something.mcap."
        raise ArgumentError("Imported recordings are kept as MCAP.", kind="argument", where="-o", remedy=remedy)
    recording = read_any(args.file)
    write_any(recording, args.output)
    for problem in recording.problems:
        print(problem)
    print(f"{args.output}: {recording.samples} samples of {len(recording.tracks)} channels")
    return 0


def _erase(args: argparse.Namespace) -> int:
    from neodent_viewer.files.recording_index import erase

    gone = erase(args.file, args.channel, args.start, args.end)
    print(f"{args.file}: {gone} samples erased. Copies and exports of it are not reached.")
    return 0


def _holding(args: argparse.Namespace) -> int:
    from neodent_viewer.files.recording_index import holding

    for one in holding(args.channel or ("*",)):
        print(f"{one.path}: {one.why or f'{one.samples} samples'}")
    return 0
