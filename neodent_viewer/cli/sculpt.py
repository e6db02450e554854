"""``neodent sculpt FILE --strokes S.json -o OUT``: recorded strokes carried out without a window."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command."""
    parser.add_argument(
        "files",
        nargs="+",
        type=Path,
        metavar="FILE",
        help="the mesh file or project the strokes were made on; further meshes they kept contact with",
    )
    parser.add_argument("--strokes", type=Path, required=True, metavar="S.json", help="what Record Strokes has written")
    parser.add_argument(
        "-o", "--output", type=Path, required=True, metavar="OUT", help="OUT.stl, .ply, .obj, .glb, or .neodent"
    )
    parser.add_argument("--report", action="store_true", help="tell what each stroke did")
    parser.add_argument(
        "--pictures", type=Path, metavar="DIR", help="draw what was moved: before, after, and the deviation in mm"
    )


def run(args: argparse.Namespace) -> int:
    """Replay and write; say where."""
    from neodent_viewer.jobs import sculpting
    from neodent_viewer.sculpt import recording

    sculpting.check_output(args.output)
    strokes = recording.load(args.strokes)
    document, history = sculpting.load(args.files)
    reports = sculpting.replay_all(document, history, strokes, lambda sentence: print(sentence, file=sys.stderr))
    sculpted = [report.part for report in reports] if len(args.files) > 1 else []
    for path in sculpting.write(document, history, args.output, sculpted):
        print(path)
    if args.pictures is not None:
        from neodent_viewer.jobs.sculpt_pictures import draw

        print("\n".join(map(str, draw(document, args.pictures))) or "no picture: nothing was moved")
    if args.report:
        print("\n".join(report.line() for report in reports) or "no strokes")
    return 0
