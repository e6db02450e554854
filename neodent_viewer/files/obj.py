"""Wavefront OBJ: vertices in file order with their colours, polygons with relative indices; the rest is counted.

Vertices keep the order of their ``v`` lines, so that labels and exports can speak of them; all objects and groups of a file
are one mesh, for they share those lines.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.files.polygons import triangulate
from neodent_viewer.files.raw import RawMesh, mesh_error
from neodent_viewer.files.text import numbers

#: statements that carry no geometry of a mesh, and what to call them where they stand in a file
_SILENT = {b"vt", b"vn", b"vp", b"g", b"o", b"s", b"mtllib", b"usemtl"}
_LEFT = {b"l": "lines", b"p": "points", b"curv": "curves", b"curv2": "curves", b"surf": "free-form surfaces"}
_FREE_FORM = {b"cstype", b"deg", b"bmat", b"step", b"parm", b"trim", b"hole", b"scrv", b"sp", b"end", b"con"}


@dataclass(slots=True)
class _Lines:
    vertices: list[bytes] = field(default_factory=list)
    faces: list[bytes] = field(default_factory=list)
    before: list[int] = field(default_factory=list)  # vertices that stand before each face: what -1 counts from
    others: Counter[bytes] = field(default_factory=Counter)


def read_obj(path: Path) -> RawMesh:
    """Return the mesh of an OBJ file; raises MeshFileError."""
    text = path.read_bytes()
    if b"\x00" in text:
        raise mesh_error("unreadable", "The OBJ file holds bytes that are no text.", path)
    lines = _sort(text)
    if not lines.vertices or not lines.faces:
        what = "vertices" if not lines.vertices else "faces"
        raise mesh_error("empty" if not lines.vertices else "not_a_mesh", f"The OBJ file has no {what}.", path)
    rows = _rows(lines.vertices, path)
    faces, lost = _faces(lines, path)
    raw = RawMesh(np.ascontiguousarray(rows[:, :3]), faces, "obj", len(lines.faces), path.stem)
    colours = _colours(rows)
    if colours is not None:
        raw.arrays["colour"] = colours
    if lost:
        raw.dropped["polygons with fewer than three corners"] = lost
    _say_what_is_left(raw, lines.others)
    if not text.endswith(b"\n"):
        raw.notes.append("The last line has no end: the file may have been cut off.")
    return raw


def _sort(text: bytes) -> _Lines:
    """Sort the lines by their first word; a backslash at the end continues a line."""
    lines = _Lines()
    for line in re.sub(rb"\\\r?\n", b" ", text).splitlines():
        word, _, rest = line.strip().partition(b"#")[0].replace(b"\t", b" ").partition(b" ")
        if word == b"v":
            lines.vertices.append(rest)
        elif word == b"f":
            lines.faces.append(rest)
            lines.before.append(len(lines.vertices))
        elif word and word not in _SILENT:
            lines.others[word] += 1
    return lines


def _rows(lines: list[bytes], path: Path) -> NDArray[np.float64]:
    """Return the numbers of the ``v`` lines (k, 3 or more), NaN where a line is shorter than the longest."""
    widths = np.fromiter((len(line.split()) for line in lines), np.int64, len(lines))
    if widths.min() < 3:
        number = int(np.argmax(widths < 3)) + 1
        raise mesh_error(
            "unreadable", f"Vertex {number:,} has fewer than three coordinates.", f"{path}, vertex {number}"
        )
    values = numbers(b" ".join(lines), path, "vertices")
    out = np.full((len(lines), int(widths.max())), np.nan)
    out[np.arange(out.shape[1]) < widths[:, None]] = values
    return out


def _faces(lines: _Lines, path: Path) -> tuple[NDArray[Any], int]:
    words = re.sub(rb"/[^ ]*", b"", b" \n ".join(lines.faces))
    lengths = np.fromiter((len(line.split()) for line in words.split(b"\n")), np.int64, len(lines.faces))
    named = numbers(words, path, "faces")
    if (named % 1).any():
        raise mesh_error("bad_index", "Faces name vertices by numbers that are not whole.", path)
    named = np.clip(named, -(2.0**31), 2.0**31 - 1)
    before = np.repeat(np.array(lines.before, np.int64), lengths)
    # counted from 1, or backwards from the last vertex so far; 0 names nothing and stays out of range
    indices = np.where(named > 0, named - 1, np.where(named < 0, named + before, -1)).astype(np.int64)
    return triangulate(indices, lengths)


def _colours(rows: NDArray[np.float64]) -> NDArray[np.uint8] | None:
    """Return RGBA (k, 4) of rows x y z r g b; fractions of one unless some channel says otherwise."""
    if rows.shape[1] < 6:
        return None
    rgb = np.nan_to_num(rows[:, 3:6], nan=1.0)
    scale = 255.0 if rgb.max() <= 1.0 else 1.0
    return np.pad(np.clip(np.round(rgb * scale), 0, 255).astype(np.uint8), ((0, 0), (0, 1)), constant_values=255)


def _say_what_is_left(raw: RawMesh, others: Counter[bytes]) -> None:
    for word, count in others.items():
        if word in _LEFT:
            raw.notes.append(f"Not read: {count:,} {_LEFT[word]}.")
    odd = sum(count for word, count in others.items() if word not in _LEFT and word not in _FREE_FORM)
    if odd:
        raw.dropped["lines that make no sense"] = odd
