"""``neodent tooth FILE --label 21 --tip 3 -o OUT``: move one tooth without a window."""

from __future__ import annotations

import argparse
import json
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command."""
    parser.add_argument(
        "files",
        nargs="+",
        type=Path,
        metavar="FILE",
        help="the jaw, and the opposing one to keep clear of; or a project",
    )
    parser.add_argument("--label", type=int, required=True, help="FDI number of the tooth")
    parser.add_argument("--part", default="", help="which part, where several have that label")
    parser.add_argument(
        "--move", type=triple, default=(0.0, 0.0, 0.0), metavar="X,Y,Z", help="mm along the world's axes"
    )
    parser.add_argument(
        "--slide", type=triple, default=(0.0, 0.0, 0.0), metavar="M,B,O", help="mm to mesial, buccal and occlusal"
    )
    parser.add_argument("--rotate", type=float, default=0.0, metavar="DEG", help="turn the mesial side outwards")
    parser.add_argument("--tip", type=float, default=0.0, metavar="DEG", help="lean the biting edge mesially")
    parser.add_argument("--torque", type=float, default=0.0, metavar="DEG", help="lean the biting edge buccally")
    parser.add_argument("--scale", type=float, default=1.0, metavar="S", help="size about the neck (default 1)")
    parser.add_argument("--reach", type=float, default=7.0, metavar="MM", help="gingiva that follows (default 7 mm)")
    parser.add_argument(
        "--layer", default="", metavar="NAME", help="sculpt layer that takes the move; the base if none"
    )
    parser.add_argument("--keep-contact", action="store_true", help="stop at neighbours and antagonists")
    parser.add_argument("-o", "--output", type=Path, required=True, help="a mesh file, or a .neodent project")
    parser.add_argument("--report", action="store_true", help="print what was done as JSON")


def triple(text: str) -> tuple[float, float, float]:
    """Parse ``x,y,z``.

    >>> triple("0.5,-1,2")
    (0.5, -1.0, 2.0)
    """
    try:
        x, y, z = (float(value) for value in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not three numbers such as 0.5,0,-1") from None
    return x, y, z


def run(args: argparse.Namespace) -> int:
    """Move, write, and say what was done."""
    from neodent_viewer.jobs import tooth

    wanted = tooth.ToothMove(
        args.label,
        args.move,
        args.slide,
        args.rotate,
        args.tip,
        args.torque,
        args.scale,
        args.keep_contact,
        args.part,
        args.reach,
        args.layer,
    )
    document, history = tooth.load(args.files)
    report = tooth.move_tooth(document, history, wanted)
    written = [str(path) for path in tooth.write(document, history, report["part"], args.output)]
    if args.report:
        print(json.dumps({**report, "files": written}, ensure_ascii=False, indent=2))
    else:
        told = " It stopped at its neighbour or antagonist." if report["stopped"] else ""
        print(f"{args.output}: tooth {report['label']} moved by up to {report['largest_step_mm']:.2f} mm.{told}")
    return 0
