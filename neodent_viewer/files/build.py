"""From raw arrays to a surface the house trusts: checked, scaled to mm, kept exact far from zero, welded and ordered.

The order is: count what cannot be used, drop it, infer the unit, subtract the origin in float64, weld, and map file vertices
to where they ended up.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.core.units import MM_PER, infer_unit, plausible
from neodent_viewer.files.raw import RawMesh, mesh_error
from neodent_viewer.mesh.arrays import corners
from neodent_viewer.mesh.surface import Float32, Float64, Int32, ReadReport, Surface
from neodent_viewer.mesh.weld import weld

#: Coordinates beyond this are damage, not teeth; they would also overflow float32 arithmetic further on.
FARTHEST = 1e9

#: float32 keeps 0.1 um up to here; what lies farther out gets an origin.
NEAR_MM = 1000.0


def corners_of(vertices: NDArray[Any]) -> Float64:
    """Return (2, 3) float64 lowest and highest corner of vertices (k, 3), NaN where any coordinate is NaN."""
    with np.errstate(invalid="ignore"):  # a signalling NaN is one, and says so when it is cast
        return np.asarray(corners(vertices), np.float64)


def usable(box: Float64) -> bool:
    """Return whether a bounding box (2, 3) is finite and of this world."""
    return bool(np.isfinite(box).all() and np.abs(box).max() <= FARTHEST)


def placement(box: Float64, unit: str = "") -> tuple[str, float, Float64]:
    """Return the unit, mm in one of it, and the origin (3,) in mm for a usable bounding box (2, 3) in the file's unit."""
    unit = unit or infer_unit(float((box[1] - box[0]).max()))
    scale = MM_PER[unit]
    far = np.abs(box).max() * scale > NEAR_MM
    # whole millimetres: subtracting them from float32 coordinates loses nothing
    origin = np.round(box.mean(axis=0) * scale) if far else np.zeros(3)
    return unit, scale, origin


def to_mm(vertices: NDArray[Any], scale: float, origin: Float64) -> Float32:
    """Return vertices (k, 3) as float32 mm relative to `origin`; float32 input in mm about zero is handed through."""
    if scale == 1.0 and not origin.any():
        return np.ascontiguousarray(vertices, np.float32)
    return np.ascontiguousarray(vertices.astype(np.float64) * scale - origin, np.float32)


def preview_surface(raw: RawMesh, name: str) -> Surface | None:
    """Return the unwelded surface to show at once, or None where the full reader has something to say first."""
    if not len(raw.vertices):
        return None
    box = corners_of(raw.vertices)
    faces = soup_faces(len(raw.vertices)) if raw.faces is None else raw.faces
    whole = usable(box) and box[0].tolist() != box[1].tolist()
    if not whole or not len(faces) or faces.min() < 0 or faces.max() >= len(raw.vertices):
        return None
    unit, scale, origin = placement(box, raw.unit)
    report = _report(raw, unit)
    return Surface(
        to_mm(raw.vertices, scale, origin),
        np.asarray(faces, np.int32),
        origin,
        name=name,
        arrays=raw.arrays,
        report=report,
    )


def build(raw: RawMesh, path: Path) -> Surface:
    """Return the welded, ordered surface of raw arrays; raises MeshFileError when nothing sound is left."""
    if not len(raw.vertices):
        raise mesh_error("empty", "The file holds no vertices.", path)
    if raw.faces is not None and not len(raw.faces):
        raise mesh_error("empty", "The file holds no faces.", path)
    vertices, faces, kept = _sound(raw, path)
    unit, scale, origin = placement(corners_of(vertices), raw.unit)
    surface = Surface(
        to_mm(vertices, scale, origin),
        soup_faces(len(vertices)) if faces is None else np.asarray(faces, np.int32),
        origin,
        name=raw.name,
        arrays={key: values if kept is None else values[kept] for key, values in raw.arrays.items()},
        report=_report(raw, unit),
    )
    _say_unit(surface, raw.unit)
    welded = weld(surface)
    if not len(welded.faces):
        raise mesh_error("empty", "The file holds no face with an area.", path)
    if kept is not None:
        inner = np.arange(len(welded.vertices), dtype=np.int32) if welded.file_index is None else welded.file_index
        welded.file_index = np.full(len(raw.vertices), -1, np.int32)  # -1: this file vertex is not here any more
        welded.file_index[kept] = inner
    return welded


def _say_unit(surface: Surface, declared: str) -> None:
    """Note what was made of the file's unit, and when the result is too small or large for a mouth."""
    unit = surface.report.unit
    across = float(np.ptp(surface.bounds(), axis=0).max())
    if unit != "mm":
        reason = "The file says" if declared else "Its size says"
        surface.report.notes.append(f"{reason} {unit}: coordinates were scaled to mm.")
    elif not plausible(across):
        surface.report.notes.append(f"It is {across:.4g} mm across: check its unit.")


def soup_faces(count: int) -> Int32:
    """Return faces (count // 3, 3) int32 of a soup of `count` corners."""
    return np.arange(count, dtype=np.int32).reshape(-1, 3)


def _report(raw: RawMesh, unit: str) -> ReadReport:
    return ReadReport(raw.format, unit, len(raw.vertices), raw.file_faces, dict(raw.dropped), list(raw.notes), raw.jaw)


def _sound(raw: RawMesh, path: Path) -> tuple[NDArray[Any], NDArray[Any] | None, NDArray[np.bool_] | None]:
    """Return vertices, faces (None: soup) and which file vertices were kept (None: all), with the drops counted in `raw`."""
    vertices, faces, count = raw.vertices, raw.faces, len(raw.vertices)
    if usable(corners_of(vertices)):
        lost = None
    else:
        with np.errstate(invalid="ignore"):
            lost = ~(np.abs(vertices) <= FARTHEST).all(axis=1)
    if faces is None:
        return _sound_soup(raw, lost, path)
    inside = (faces >= 0).all(axis=1) & (faces < count).all(axis=1) if faces.min() < 0 or faces.max() >= count else None
    if inside is not None:
        faces = _drop(raw, faces, inside, "faces with indices out of range", "bad_index", path)
    if lost is None:
        return vertices, faces, None
    faces = _drop(
        raw, faces, ~lost[faces].any(axis=1), "faces with coordinates that are no numbers", "not_finite", path
    )
    raw.dropped["vertices with coordinates that are no numbers"] = int(lost.sum())
    place = np.cumsum(~lost, dtype=np.int64) - 1
    return vertices[~lost], place[faces], ~lost


def _sound_soup(
    raw: RawMesh, lost: NDArray[np.bool_] | None, path: Path
) -> tuple[NDArray[Any], None, NDArray[np.bool_] | None]:
    if lost is None:
        return raw.vertices, None, None
    keep = ~lost.reshape(-1, 3).any(axis=1)
    _drop(raw, soup_faces(len(raw.vertices)), keep, "faces with coordinates that are no numbers", "not_finite", path)
    kept = np.repeat(keep, 3)
    return raw.vertices[kept], None, kept


def _drop(raw: RawMesh, faces: NDArray[Any], keep: Any, reason: str, kind: str, path: Path) -> NDArray[Any]:
    """Return the faces to keep; the rest is counted. More than half gone is no salvage any more."""
    gone = int(len(faces) - keep.sum())
    if gone * 2 > len(faces):
        raise mesh_error(kind, f"{gone:,} of {len(faces):,} {reason}.", path)
    if gone:
        raw.dropped[reason] = raw.dropped.get(reason, 0) + gone
    kept: NDArray[Any] = faces[keep]
    return kept
