"""The door for geometry: any mesh file in, checked, welded and ordered surfaces in mm out."""

from __future__ import annotations

from pathlib import Path

from neodent_viewer.files.build import build
from neodent_viewer.files.labels import take_labels
from neodent_viewer.files.progress import Cancelled, Progress, never, no_progress
from neodent_viewer.files.raw import RawMesh, mesh_error
from neodent_viewer.files.sniff import format_of
from neodent_viewer.mesh.surface import Surface


def read_surfaces(
    path: Path | str, *, progress: Progress = no_progress, cancelled: Cancelled = never, unit: str = ""
) -> list[Surface]:
    """Return every surface in a mesh file.

    Parameters
    ----------
    path : path
        STL, PLY, OBJ, GLB or whatever else trimesh reads.
    progress, cancelled
        Called between steps; a cancelled reading raises MeshFileError ``cancelled``.
    unit : str
        Unit of the file's coordinates, a key of `core.units.MM_PER`; empty infers it.

    Returns
    -------
    list of Surface
        In mm, welded, in spatial order. ``file_index`` maps a vertex of the file (of an STL: corner c of triangle f is
        3 f + c) to the vertex here, -1 for one that was dropped. ``report`` says what was dropped.

    Raises
    ------
    MeshFileError
        With `kind`, `where` and `remedy`, when no sound surface can be had.
    """
    path = Path(path)
    progress(0.0, f"Reading {path.name}")
    surfaces = []
    raws = _read_raw(path, lambda done, doing: progress(0.5 * done, doing), cancelled)
    take_labels(raws, path)
    for place, raw in enumerate(raws):
        if cancelled():
            raise mesh_error("cancelled", "Reading was cancelled.", path)
        progress(0.5 + 0.5 * place / len(raws), f"Welding {raw.name}")
        raw.unit = unit or raw.unit
        surfaces.append(build(raw, path))
    progress(1.0, "Done")
    return surfaces


def _read_raw(path: Path, progress: Progress, cancelled: Cancelled) -> list[RawMesh]:
    try:
        match format_of(path):
            case "stl":
                from neodent_viewer.files.stl import read_stl

                return [read_stl(path)]
            case "ply":
                from neodent_viewer.files.ply import read_ply

                return [read_ply(path)]
            case other:
                from neodent_viewer.files.killable import read_killable

                return read_killable(path, other, progress, cancelled)
    except OSError as error:
        raise mesh_error(
            "unreadable", f"The file cannot be read: {error.strerror}.", path, "Check its rights."
        ) from error
    except MemoryError as error:
        raise mesh_error("too_large", "The file does not fit into memory.", path) from error
