"""``neodent info FILE [--json]``: what is in a mesh file or a project, and what was dropped on the way in."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("file", type=Path, help="a mesh file (STL, PLY, OBJ, GLB, ...) or a .neodent project")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of lines")


def run(args: argparse.Namespace) -> int:
    """Print what is in the file; a file that cannot be read raises the error that says why."""
    from neodent_viewer.files.inspect import inspect

    found = inspect(args.file)
    print(json.dumps(found, ensure_ascii=False, indent=2) if args.json else "\n".join(_lines(found)))
    return 0


def _lines(found: dict[str, Any]) -> list[str]:
    lines = [f"{found['file']}: {found['format'].upper()}"]
    if "project" in found:
        lines.append("  " + ", ".join(counted(count, name) for name, count in found["project"].items()))
    for part in found["parts"]:
        lines += ["", *_part_lines(part)]
    return lines


def counted(count: int, name: str) -> str:
    """Return how many there are of something, in words.

    >>> counted(1, "zones"), counted(2, "findings"), counted(3, "undone"), counted(1, "mappings")
    ('1 zone', '2 findings', '3 undone', '1 stream led to a tooth')
    """
    if name == "mappings":
        return f"{count} stream{'s' * (count != 1)} led to {'a tooth' if count == 1 else 'teeth'}"
    return f"{count} {name.removesuffix('s') if count == 1 else name}"


def _part_lines(part: dict[str, Any]) -> list[str]:
    lines = [
        f"{part['name']}" + (f" ({part['jaw']} jaw)" if part["jaw"] else ""),
        f"  vertices            {part['vertices']:,} ({part['file_vertices']:,} in the file)",
        f"  faces               {part['faces']:,} ({part['file_faces']:,} in the file)",
        f"  unit of the file    {part['unit']}",
    ]
    if part["bounds_mm"]:
        low, high = part["bounds_mm"]
        lines += [
            f"  bounds              {_point(low)} to {_point(high)} mm",
            f"  size                {' x '.join(f'{side:.2f}' for side in part['size_mm'])} mm",
        ]
    lines += [
        f"  watertight          {'yes' if part['watertight'] else 'no'}",
        f"  components          {part['components']:,}",
        f"  boundary edges      {part['boundary_edges']:,}",
        f"  non-manifold edges  {part['non_manifold_edges']:,}",
        f"  labels              {_label_words(part['labels'])}",
        f"  colours             {'yes' if part['colours'] else 'no'}",
    ]
    dropped = [f"{count:,} {reason}" for reason, count in part["dropped"].items()]
    lines.append(f"  dropped             {', '.join(dropped) or 'nothing'}")
    return lines + [f"  note                {note}" for note in part["notes"]]


def _point(values: list[float]) -> str:
    return "(" + ", ".join(f"{value:.3f}" for value in values) + ")"


def _label_words(labels: dict[str, int] | None) -> str:
    if labels is None:
        return "none"
    teeth = [f"{label} ({count:,})" for label, count in labels.items() if label != "0"]
    gingiva = f"; gingiva {labels['0']:,}" if "0" in labels else ""
    return f"{len(teeth)} teeth: {', '.join(teeth)}{gingiva}"
