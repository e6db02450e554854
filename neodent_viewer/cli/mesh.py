"""``neodent mesh OP FILE -o OUT [options]``: remesh, subdivide, thin, close, cut or mirror without a window."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

#: as in ``document.topology_edits.OPERATIONS``, which is not loaded before it is needed
OPERATIONS = ("voxel", "isotropic", "up", "down", "decimate", "fill", "smooth-boundary", "mirror", "cut")

#: option -> (type, metavar, help); an option that an operation does not know is refused in words
NUMBERS: dict[str, tuple[type, str, str]] = {
    "size": (float, "MM", "voxel: side of a voxel (default: the mean edge)"),
    "edge": (float, "MM", "isotropic: edge length (default: the mean edge)"),
    "faces": (int, "N", "decimate: faces to reach (default: half)"),
    "longest": (float, "MM", "fill: rims longer than this stay open (default 60)"),
    "passes": (int, "N", "smooth-boundary: rounds of smoothing (default 10)"),
    "at": (float, "MM", "mirror, cut: place of the plane along its direction (default 0)"),
    "turn": (float, "DEG", "mirror, cut: swing the direction about the upright axis (default 0)"),
    "tilt": (float, "DEG", "mirror, cut: lift the direction towards that axis (default 0)"),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command."""
    parser.add_argument("operation", choices=OPERATIONS, metavar="OP", help=", ".join(OPERATIONS))
    parser.add_argument("file", type=Path, metavar="FILE", help="a mesh file or a .neodent project")
    parser.add_argument("-o", "--output", type=Path, required=True, help="a mesh file, or a .neodent project with undo")
    parser.add_argument("--part", default="", help="name or jaw of the one part to work on (default: all)")
    for name, (kind, metavar, text) in NUMBERS.items():
        parser.add_argument(f"--{name}", type=kind, metavar=metavar, help=text)
    parser.add_argument("--axis", help="mirror, cut: side that stays, +x -x +y -y +z -z (write --axis=-x; default +x)")
    parser.add_argument("--cap", action="store_true", default=None, help="cut: close the cut")
    parser.add_argument("--keep-rim", action="store_true", default=None, help="decimate: keep open rims as they are")
    parser.add_argument(
        "--flat",
        dest="smooth",
        action="store_false",
        default=None,
        help="fill: plain caps without vertices of their own",
    )
    parser.add_argument("--json", action="store_true", help="print the report as one JSON object")


def run(args: argparse.Namespace) -> int:
    """Work, write, and tell what was carried over and what was lost."""
    from neodent_viewer.core.paths import use_kernel_cache

    use_kernel_cache()
    from neodent_viewer.jobs.mesh import operate

    names = (*NUMBERS, "axis", "cap", "keep_rim", "smooth")
    options = {name: getattr(args, name) for name in names if getattr(args, name) is not None}
    report = operate(args.file, args.operation, options, args.output, part=args.part, progress=_progress())
    print(json.dumps(report, ensure_ascii=False, indent=2) if args.json else "\n".join(_lines(report)))
    return 0


def _progress() -> Any:
    def show(fraction: float) -> None:
        print(f"\r{fraction:4.0%}", end="\n" if fraction >= 1.0 else "", file=sys.stderr, flush=True)

    return show if sys.stderr.isatty() else (lambda fraction: None)


def _lines(report: dict[str, Any]) -> list[str]:
    lines = []
    for part in report["parts"]:
        counts = f"{part['faces_before']:,} faces -> {part['faces_after']:,}"
        lines.append(f"{part['name']}: {counts} in {part['seconds']:.1f} s")
        lines.append(f"  carried over  {', '.join(part['carried']) or 'nothing had to be'}")
        lines += [f"  lost          {line}" for line in part["lost"]]
    return [*lines, *(f"written: {path}" for path in report["written"])]
