"""STL, binary and ASCII: a triangle soup. The binary path maps the file and copies its corners once.

What is trusted is the file's size, not its header: real files say ``solid`` and are binary, or promise another number of
triangles than they hold.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from neodent_viewer.core.errors import MeshFileError
from neodent_viewer.files.build import preview_surface
from neodent_viewer.files.raw import RawMesh, mesh_error
from neodent_viewer.files.text import numbers
from neodent_viewer.mesh.surface import Float32, Surface

RECORD = np.dtype([("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("attribute", "<u2")])
HEADER = 84

#: what writers that stream put where the count should be
_UNKNOWN_COUNTS = {0, 0xFFFFFFFF}


def read_preview(path: Path | str) -> Surface | None:
    """Return the unwelded soup of a sound binary STL, or None when the full reader has to look at the file.

    Imports and computes nothing but numpy: 1.3 million triangles take some 0.1 s.
    """
    path = Path(path)
    try:
        raw = None if is_ascii(path) else _read_binary(path, attributes=False)
    except (MeshFileError, OSError):
        return None
    return None if raw is None else preview_surface(raw, path.stem)


def read_stl(path: Path) -> RawMesh:
    """Return the soup of an STL file; raises MeshFileError."""
    return _read_ascii(path) if is_ascii(path) else _read_binary(path, attributes=True)


def is_ascii(path: Path) -> bool:
    """Return whether an STL file is text: it says ``solid``, its size does not fit its binary count, and no byte is odd."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(1024)
    if head.lstrip()[:5].lower() != b"solid":
        return False
    if size >= HEADER and size == HEADER + RECORD.itemsize * int.from_bytes(head[80:84], "little"):
        return False
    return not re.search(rb"[\x00-\x08\x0e-\x1f]", head)


def _read_binary(path: Path, *, attributes: bool) -> RawMesh:
    size = path.stat().st_size
    if size == 0:
        raise mesh_error("empty", "The file is empty.", path)
    if size < HEADER:
        raise mesh_error("truncated", f"The file ends after {size} bytes, inside the STL header.", path)
    with path.open("rb") as file:
        promised = int.from_bytes(file.read(HEADER)[80:84], "little")
    count, dropped, notes = _triangle_count(promised, size - HEADER, path)
    if not count:
        raise mesh_error("empty", "The STL file holds no triangles.", path)
    records = np.memmap(path, RECORD, "r", HEADER, (count,))
    corners: Float32 = np.ascontiguousarray(records["corners"], np.float32).reshape(-1, 3)
    if attributes and records["attribute"].any():
        notes.append("Attribute bytes (colours of some writers) are not read.")
    return RawMesh(corners, None, "stl", count, path.stem, dropped=dropped, notes=notes)


def _triangle_count(promised: int, payload: int, path: Path) -> tuple[int, dict[str, int], list[str]]:
    """Return how many triangles to read from `payload` bytes, with what is left over and what to say about it."""
    held, rest = divmod(payload, RECORD.itemsize)
    if promised == held and not rest:
        return held, {}, []
    if not rest and (promised in _UNKNOWN_COUNTS or promised < held):
        return held, {}, [f"The header promises {promised:,} triangles, the file holds {held:,}: all were read."]
    if promised > held:
        what = f"The header promises {promised:,} triangles, but the file ends in the middle after {held:,}."
        raise mesh_error("truncated", what, f"{path}, byte {HEADER + payload}")
    left = payload - promised * RECORD.itemsize
    return promised, {"bytes after the last triangle": left}, []


def _read_ascii(path: Path) -> RawMesh:
    text = path.read_bytes()
    triples = re.findall(rb"\bvertex\s+(\S+\s+\S+\s+\S+)", text, re.IGNORECASE)
    facets = len(re.findall(rb"\bfacet\b", text, re.IGNORECASE))
    finished = len(re.findall(rb"\bendfacet\b", text, re.IGNORECASE))
    if not facets and not triples:
        raise mesh_error("empty", "The STL file holds no triangles.", path)
    if finished != facets or not re.search(rb"\bendsolid\b", text[-4096:], re.IGNORECASE):
        where = f"{path}, line {len(text.splitlines())}"
        raise mesh_error("truncated", f"The file ends in the middle, after {finished:,} whole triangles.", where)
    if len(triples) != 3 * facets:
        raise mesh_error("unreadable", f"{facets:,} facets have {len(triples):,} corners, not three each.", path)
    values = numbers(b" ".join(triples), path, "coordinates")
    return RawMesh(values.reshape(-1, 3), None, "stl", facets, path.stem)
