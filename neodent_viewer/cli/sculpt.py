"""``neodent sculpt FILE --strokes S.json -o OUT``: recorded strokes carried out without a window."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from neodent_viewer.core.errors import ArgumentError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command."""
    parser.add_argument("file", type=Path, metavar="FILE", help="the mesh file or project the strokes were made on")
    parser.add_argument("--strokes", type=Path, required=True, metavar="S.json", help="what Record Strokes has written")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="OUT", help="OUT.stl, .ply, .obj or .glb")
    parser.add_argument("--report", action="store_true", help="tell what each stroke did")


def run(args: argparse.Namespace) -> int:
    """Replay and write; say where."""
    from neodent_viewer.files.export import WRITERS, export_parts
    from neodent_viewer.jobs import sculpting
    from neodent_viewer.sculpt import recording

    if args.output.suffix.lower() not in WRITERS:
        raise ArgumentError(
            "The output is a mesh file.", kind="argument", where="-o", remedy=f"End its name in {', '.join(WRITERS)}."
        )
    strokes = recording.load(args.strokes)
    parts = sculpting.load(args.file)
    reports = sculpting.replay_all(parts, strokes, lambda sentence: print(sentence, file=sys.stderr))
    for path in export_parts(parts, args.output):
        print(path)
    if args.report:
        print("\n".join(report.line() for report in reports) or "no strokes")
    return 0
