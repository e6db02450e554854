"""PLY, ASCII and binary of both byte orders: vertices, colours, labels and polygons, in file order.

Read the header, read the tables, pick out what the house knows, and say which properties were left behind.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.core.errors import MeshFileError
from neodent_viewer.files.build import preview_surface
from neodent_viewer.files.ply_header import Header, read_header
from neodent_viewer.files.ply_rows import Lists, Table, read_tables
from neodent_viewer.files.polygons import triangulate
from neodent_viewer.files.raw import RawMesh, mesh_error
from neodent_viewer.mesh.surface import Surface

INDEX_NAMES = ("vertex_indices", "vertex_index")
LABEL_NAMES = ("label", "labels", "fdi", "tooth")
COLOUR_NAMES = (("red", "green", "blue"), ("r", "g", "b"), ("diffuse_red", "diffuse_green", "diffuse_blue"))
ALPHA_NAMES = ("alpha", "a", "diffuse_alpha")
NORMAL_NAMES = ("nx", "ny", "nz")  # always computed anew: leaving them behind loses nothing


def read_preview(path: Path | str) -> Surface | None:
    """Return the indexed mesh of a sound PLY as it is, or None when the full reader has to look at the file."""
    path = Path(path)
    try:
        return preview_surface(read_ply(path), path.stem)
    except (MeshFileError, OSError):
        return None


def read_ply(path: Path) -> RawMesh:
    """Return the mesh of a PLY file; raises MeshFileError."""
    header = read_header(path)
    _check_elements(header, path)
    tables, left = read_tables(path, header)
    vertex, face = tables["vertex"], tables["face"]
    polygons = next(face.lists[name] for name in INDEX_NAMES if name in face.lists)
    faces, lost = triangulate(_indices(polygons, path), polygons.lengths)
    with np.errstate(invalid="ignore"):  # a signalling NaN says so when it is cast; it is dealt with later
        coordinates, arrays = _coordinates(vertex), {"colour": _colours(vertex), "labels": _labels(vertex)}
    raw = RawMesh(coordinates, faces, "ply", len(polygons.lengths), path.stem)
    raw.arrays = {key: values for key, values in arrays.items() if values is not None}
    if lost:
        raw.dropped["polygons with fewer than three corners"] = lost
    if left:
        raw.dropped["numbers after the last row" if header.ascii else "bytes after the last row"] = left
    raw.notes += _left_behind(header)
    return raw


def _check_elements(header: Header, path: Path) -> None:
    vertex, face = header.element("vertex"), header.element("face")
    if vertex is None or not {"x", "y", "z"} <= {p.name for p in vertex.properties if not p.count}:
        raise mesh_error("not_a_mesh", "The PLY file has no vertices with x, y and z.", path)
    if face is None or not any(p.count and p.name in INDEX_NAMES for p in face.properties):
        raise mesh_error("not_a_mesh", "The PLY file has no faces: it is a cloud of points or of strips.", path)
    for element in header.elements:
        if not element.rows and element in (vertex, face):
            raise mesh_error("empty", f"The PLY file has no element {element.name!r} in it.", path)
        if not element.properties and element.rows:
            raise mesh_error("unreadable", f"Element {element.name!r} has rows but no properties.", path)


def _coordinates(vertex: Table) -> NDArray[Any]:
    columns = [vertex.columns[axis] for axis in "xyz"]
    single = all(c.dtype.itemsize <= 4 and c.dtype.kind == "f" for c in columns)
    out = np.empty((len(columns[0]), 3), np.float32 if single else np.float64)
    for axis, column in enumerate(columns):
        out[:, axis] = column
    return out


def _indices(polygons: Lists, path: Path) -> NDArray[Any]:
    """Return the polygons' vertices as signed integers; what no int32 holds becomes -1, out of range as it was."""
    values = polygons.values
    if values.dtype.kind == "f":
        whole = np.isfinite(values) & (np.abs(values) < 2**31)
        if (values[whole] % 1).any():
            raise mesh_error("bad_index", "Faces name vertices by numbers that are not whole.", path)
        return np.where(whole, values, -1).astype(np.int32)
    if values.dtype.kind == "u" and values.dtype.itemsize == 4:
        return np.where(values < 2**31, values, 2**31 - 1).astype(np.int32)
    return values.astype(np.int32)


def _colours(vertex: Table) -> NDArray[np.uint8] | None:
    names = next((names for names in COLOUR_NAMES if set(names) <= vertex.columns.keys()), None)
    if names is None:
        return None
    alpha = next((name for name in ALPHA_NAMES if name in vertex.columns), None)
    columns = [vertex.columns[name] for name in ((*names, alpha) if alpha else names)]
    out = np.full((len(columns[0]), 4), 255, np.uint8)
    highest = max(_highest(column) for column in columns)
    for place, column in enumerate(columns):
        out[:, place] = _to_bytes(column, highest)
    return out


def _highest(column: NDArray[Any]) -> float:
    """Return what a full channel holds: by its type, or by its values where the type says nothing (text, floats)."""
    if column.dtype.kind == "u":
        return float(np.iinfo(column.dtype).max)
    seen = float(np.nan_to_num(column, nan=0.0, posinf=0.0).max(initial=0.0))
    return 1.0 if seen <= 1.0 else 255.0 if seen <= 255.0 else 65535.0


def _to_bytes(column: NDArray[Any], highest: float) -> NDArray[np.uint8]:
    """Return one colour channel of 0..`highest` as 0..255; shorts lose their low byte."""
    if highest == 255.0:
        scaled = np.nan_to_num(column.astype(np.float64), nan=0.0)
    elif highest == 1.0:
        scaled = np.round(np.nan_to_num(column.astype(np.float64), nan=0.0) * 255.0)
    else:
        scaled = np.floor(np.nan_to_num(column.astype(np.float64), nan=0.0) * (256.0 / (highest + 1.0)))
    return np.clip(scaled, 0, 255).astype(np.uint8)


def _labels(vertex: Table) -> NDArray[np.int16] | None:
    name = next((name for name in LABEL_NAMES if name in vertex.columns), None)
    if name is None:
        return None
    values = np.nan_to_num(vertex.columns[name].astype(np.float64), nan=0.0)
    return np.clip(values, -(2**15), 2**15 - 1).astype(np.int16)


def _left_behind(header: Header) -> list[str]:
    """Return a note on properties and elements that are in the file and not in the surface."""
    known = {"x", "y", "z", *NORMAL_NAMES, *LABEL_NAMES, *ALPHA_NAMES, *INDEX_NAMES}
    known.update(name for names in COLOUR_NAMES for name in names)
    notes = []
    for element in header.elements:
        if element.name in ("vertex", "face"):
            here = known if element.name == "vertex" else set(INDEX_NAMES)
            unknown = [p.name for p in element.properties if p.name not in here]
            if unknown:
                notes.append(f"Not read from each {element.name}: {', '.join(unknown)}.")
        elif element.rows:
            notes.append(f"Not read: {element.rows:,} of element {element.name!r}.")
    return notes
