"""``neodent demo smile`` makes the demo smile, ``measure`` measures it, ``faults`` makes labelled sensor records."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from neodent_viewer.core.errors import ArgumentError, MeshFileError

if TYPE_CHECKING:
    from neodent_viewer.anatomy.measure import Measure
    from neodent_viewer.mesh.surface import Surface

_JAWS = ("upper", "lower")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command."""
    from neodent_viewer.anatomy.parameters import table

    rows = [
        f"  {name:<20}{default:g} ({low:g} to {high:g}{' ' * bool(unit)}{unit}): {meaning}"
        for name, default, low, high, unit, meaning in table()
    ]
    commands = parser.add_subparsers(dest="action", required=True, metavar="smile | measure | faults")
    smile = commands.add_parser(
        "smile",
        help="make upper.ply and lower.ply with labels",
        description="Make a smile: upper.ply, lower.ply, their labels, and smile.json to make it again.",
        epilog="Parameters:\n" + "\n".join(rows),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    smile.add_argument("-o", "--output", type=Path, required=True, metavar="DIR", help="folder, made if absent")
    smile.add_argument("--param", nargs="+", action="extend", default=[], metavar="NAME=VALUE", help="see below")
    smile.add_argument("--seed", type=int, default=1, help="which individual (default 1)")
    smile.add_argument("--step", type=float, default=0.3, metavar="MM", help="grid; coarser is faster (default 0.3)")
    faults = commands.add_parser(
        "faults",
        help="make labelled sensor records, with faults and without",
        description="Make series with faults of known onset and size, and days without any: see neodent faults score.",
    )
    faults.add_argument("-o", "--output", type=Path, required=True, metavar="DIR", help="folder, made if absent")
    faults.add_argument("--seed", type=int, default=1, help="which mouth (default 1)")
    check = commands.add_parser("measure", help="measure a smile against what was asked")
    check.add_argument("folder", nargs="?", type=Path, metavar="DIR", help="the shipped smile if left out")
    check.add_argument("--json", action="store_true", help="print one JSON object instead of lines")


def run(args: argparse.Namespace) -> int:
    """Make or measure; 1 when a measure is out of its limits."""
    if args.action == "faults":
        from neodent_viewer.cli.faults import write_corpus

        return write_corpus(args.output, args.seed)
    return _smile(args) if args.action == "smile" else _measure(args)


def _smile(args: argparse.Namespace) -> int:
    from neodent_viewer.anatomy.generator import generate
    from neodent_viewer.anatomy.parameters import from_words
    from neodent_viewer.anatomy.recipe import Recipe
    from neodent_viewer.document.part import Part
    from neodent_viewer.files.export import export_parts

    if not 0.15 <= args.step <= 1.0 or args.seed < 0:
        raise ArgumentError(
            "The grid lies between 0.15 and 1 mm and the seed is not negative.",
            kind="argument",
            where="--step, --seed",
            remedy="Leave both out for the shipped smile.",
        )
    recipe = Recipe(from_words(args.param), args.seed, args.step)
    surfaces = generate(recipe.params, recipe.seed, recipe.step)
    try:
        args.output.mkdir(parents=True, exist_ok=True)
        for jaw, surface in zip(_JAWS, surfaces, strict=True):
            export_parts([Part.from_surface(surface, jaw=jaw)], args.output / f"{jaw}.ply")
            print(f"{args.output / jaw}.ply: {len(surface.vertices):,} vertices, {len(surface.faces):,} faces")
        recipe.write(args.output)
    except OSError as error:
        raise MeshFileError(
            f"The smile cannot be written: {error.strerror}.", kind="write", where=str(args.output),
            remedy="Choose another folder.",
        ) from error  # fmt: skip
    return 0


def _measure(args: argparse.Namespace) -> int:
    from neodent_viewer.anatomy.measure import measure
    from neodent_viewer.anatomy.recipe import read
    from neodent_viewer.anatomy.setting import set_up
    from neodent_viewer.core.paths import assets_dir

    folder = args.folder or assets_dir() / "demo"
    recipe = read(folder)
    upper, lower = (_jaw(folder / f"{jaw}.ply") for jaw in _JAWS)
    found = measure(set_up(recipe.params, recipe.seed), upper, lower)
    fine = all(entry.ok for entry in found)
    if args.json:
        print(json.dumps({"folder": str(folder), "ok": fine, "measures": [entry.plain() for entry in found]}, indent=2))
    else:
        print("\n".join(_line(entry) for entry in found))
        print("all within limits" if fine else f"{sum(not entry.ok for entry in found)} out of limits")
    return 0 if fine else 1


def _jaw(path: Path) -> Surface:
    from neodent_viewer.files import read_surfaces

    return read_surfaces(path)[0]


def _line(entry: Measure) -> str:
    limits = ""
    if entry.low is not None or entry.high is not None:
        limits = "..".join("" if limit is None else f"{limit:.2f}" for limit in (entry.low, entry.high))
    return f"{'  ' if entry.ok else '! '}{entry.name:<46}{entry.value:9.3f} {entry.unit:<5}{limits}"
