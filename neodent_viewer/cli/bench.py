"""``neodent bench``: the program's own measurements on this machine."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys

from neodent_viewer.core.errors import ArgumentError, NeodentError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command."""
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help="open, weld, frame, turn, stroke, latency, tick, probe, chain, dab; or all of these; and soak, scrub",
    )
    parser.add_argument("--triangles", type=int, default=1_300_000, help="size of the test surface (default 1300000)")
    parser.add_argument(
        "--share", type=float, default=0.05, help="dab: share of the vertices it reaches (default 0.05)"
    )
    parser.add_argument("--tool", default="draw", help="dab: which brush, draw or smooth for two (default draw)")
    parser.add_argument("--minutes", type=float, default=1.0, help="soak: how long (default 1)")
    parser.add_argument("--hours", type=float, default=1.0, help="scrub: length of the recording (default 1)")
    parser.add_argument("--json", action="store_true", help="one JSON document instead of lines")


def run(args: argparse.Namespace) -> int:
    """Measure and print; a measurement that cannot run here says why and the others go on."""
    from neodent_viewer.jobs.bench import LONG, MEASUREMENTS, renderer

    unknown = [name for name in args.names if name not in MEASUREMENTS]
    if unknown or args.triangles < 100:
        raise ArgumentError(
            f"Cannot measure {', '.join(unknown) or 'fewer than 100 triangles'}.",
            kind="argument",
            where="NAME" if unknown else "--triangles",
            remedy=f"Names are {', '.join(MEASUREMENTS)}.",
        )
    _check_dab(args)
    if not 0.0 < args.minutes <= 100_000.0:
        what = f"Cannot soak for {args.minutes:g} minutes."
        raise ArgumentError(what, kind="argument", where="--minutes", remedy="Write a number above 0.")
    if not 0.01 <= args.hours <= 24.0:
        what = f"Cannot scrub through {args.hours:g} hours."
        raise ArgumentError(what, kind="argument", where="--hours", remedy="Write a number from 0.01 to 24.")
    options = {
        "dab": {"share": args.share, "tool": args.tool},
        "soak": {"minutes": args.minutes},
        "scrub": {"hours": args.hours},
    }
    machine = {"renderer": renderer(), "python": platform.python_version(), "cores": os.cpu_count()}
    figures, failed = [], []
    if not args.json:
        print(f"{machine['renderer']}, {machine['cores']} cores, Python {machine['python']}")
    for name in args.names or [name for name in MEASUREMENTS if name not in LONG]:
        try:
            for figure in MEASUREMENTS[name](args.triangles, **options.get(name, {})):
                figures.append(figure.as_dict())
                if not args.json:
                    print(_line(figures[-1]), flush=True)
        except NeodentError as error:
            failed.append({"name": name, "error": error.sentence()})
            print(f"{name:<14} {error.sentence()}", file=sys.stderr)
    if args.json:
        print(json.dumps({**machine, "triangles": args.triangles, "figures": figures, "failed": failed}, indent=2))
    return 1 if failed else 0


def _check_dab(args: argparse.Namespace) -> None:
    """Refuse a share or a brush that no dab can have."""
    from neodent_viewer.sculpt.brushes import BRUSHES, POSITION

    brushes = [name for name, brush in BRUSHES.items() if brush.array == POSITION and not brush.dragged]
    if args.tool not in brushes or not 0 < args.share <= 0.5:
        raise ArgumentError(
            f"Cannot measure a dab of {args.tool} over {args.share:g} of the vertices.",
            kind="argument",
            where="--share" if args.tool in brushes else "--tool",
            remedy=f"A share lies above 0 up to 0.5; brushes are {', '.join(brushes)}.",
        )


def _line(figure: dict[str, object]) -> str:
    known = {"name", "median_ms", "min_ms", "max_ms", "repetitions", "note"}
    extra = "".join(f", {key.replace('_', ' ')} {value}" for key, value in figure.items() if key not in known)
    return (
        f"{figure['name']:<14} {figure['median_ms']:>9.2f} ms median  "
        f"({figure['min_ms']:.2f} to {figure['max_ms']:.2f})  {figure['note']}{extra}"
    )
