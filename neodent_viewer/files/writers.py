"""Bare arrays as STL, PLY and OBJ. Headers say nothing but what the format needs."""

from __future__ import annotations

from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.files.bare import Bare
from neodent_viewer.files.stl import RECORD

_CHUNK = 50_000


def write_stl(file: BinaryIO, mesh: Bare) -> None:
    """Write binary STL: triangles in face order, with their normals."""
    corners = mesh.vertices[mesh.faces].astype(np.float32)
    records = np.zeros(len(corners), RECORD)
    records["corners"] = corners
    sides = corners.astype(np.float64)
    normals = np.cross(sides[:, 1] - sides[:, 0], sides[:, 2] - sides[:, 0])
    lengths = np.linalg.norm(normals, axis=1, keepdims=True)
    records["normal"] = normals / np.where(lengths > 0, lengths, 1.0)
    file.write(b"binary STL, mm".ljust(80, b"\0") + np.uint32(len(records)).tobytes())
    file.write(records.data)


def write_ply(file: BinaryIO, mesh: Bare) -> None:
    """Write binary little-endian PLY: ``x y z``, ``red green blue alpha``, ``label`` (FDI), and triangles."""
    kind = ("double", "<f8") if mesh.vertices.dtype.itemsize == 8 else ("float", "<f4")
    columns: list[tuple[str, tuple[str, str], NDArray[Any]]] = [
        (axis, kind, mesh.vertices[:, place]) for place, axis in enumerate("xyz")
    ]
    if mesh.colour is not None:
        names = ("red", "green", "blue", "alpha")
        columns += [(name, ("uchar", "u1"), mesh.colour[:, place]) for place, name in enumerate(names)]
    if mesh.labels is not None:
        columns.append(("label", ("short", "<i2"), mesh.labels))
    rows = np.zeros(len(mesh.vertices), [(name, dtype) for name, (_, dtype), _ in columns])
    for name, _, values in columns:
        rows[name] = values
    faces = np.zeros(len(mesh.faces), [("count", "u1"), ("corners", "<i4", 3)])
    faces["count"], faces["corners"] = 3, mesh.faces
    header = ["ply", "format binary_little_endian 1.0", f"element vertex {len(rows)}"]
    header += [f"property {word} {name}" for name, (word, _), _ in columns]
    header += [f"element face {len(faces)}", "property list uchar int vertex_indices", "end_header", ""]
    file.write("\n".join(header).encode("ascii"))
    file.write(rows.data)
    file.write(faces.data)


def write_obj(file: BinaryIO, mesh: Bare) -> None:
    """Write OBJ: ``v x y z`` with ``r g b`` in 0..1 where there are colours, and triangles; alpha has no place in it."""
    digits = "%.17g" if mesh.vertices.dtype.itemsize == 8 else "%.9g"  # as many as bring back the same number
    line = f"v {digits} {digits} {digits}"
    values: NDArray[Any] = mesh.vertices.astype(np.float64)
    if mesh.colour is not None:
        line, values = line + " %.4f %.4f %.4f", np.hstack([values, mesh.colour[:, :3] / 255.0])
    _write_lines(file, line, values)
    _write_lines(file, "f %d %d %d", mesh.faces.astype(np.int64) + 1)


def _write_lines(file: BinaryIO, line: str, values: NDArray[Any]) -> None:
    for start in range(0, len(values), _CHUNK):
        chunk = values[start : start + _CHUNK]
        file.write(((line + "\n") * len(chunk) % tuple(chunk.ravel().tolist())).encode("ascii"))
