"""What a format's reader hands on: arrays as the file has them, unchecked and unscaled, and the words for what went wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from neodent_viewer.core.errors import MeshFileError

#: What to do next, by error kind; readers that know better say so themselves.
REMEDIES = {
    "missing": "Check the path.",
    "unreadable": "Export the file again from the program it came from.",
    "empty": "Export the file again from the program it came from.",
    "truncated": "Copy or export the file again: a part of it is missing.",
    "not_a_mesh": "Open a file that holds triangles.",
    "bad_index": "Export the file again from the program it came from.",
    "not_finite": "Export the file again from the program it came from.",
    "unknown_format": "Convert it to STL, PLY, OBJ or GLB.",
    "too_large": "Open it on a machine with more memory, or reduce it first.",
    "timeout": "Reduce the file first, or allow more time.",
    "cancelled": "",
    "labels": "Give one label for each vertex of the file.",
    "write": "Choose a folder that can be written to.",
}


def mesh_error(kind: str, what: str, where: str | Path, remedy: str = "") -> MeshFileError:
    """Return the error of one `kind` with that kind's usual remedy unless another is given."""
    return MeshFileError(what, kind=kind, where=str(where), remedy=remedy or REMEDIES.get(kind, ""))


@dataclass(slots=True)
class RawMesh:
    """One mesh as its file has it.

    Attributes
    ----------
    vertices : ndarray (k, 3) float32 or float64
        In the file's own unit. A soup has three for each triangle, in file order.
    faces : ndarray (m, 3) integer or None
        None for a soup: triangle f has the corners 3 f, 3 f + 1, 3 f + 2.
    format, name : str
        Lower-case format name; what the part may be called.
    file_faces : int
        Faces as the file counts them: polygons before they were cut into triangles.
    arrays : dict of str to ndarray (k, ...)
        Per-vertex arrays: ``"colour"`` (k, 4) uint8, ``"labels"`` (k,) int16.
    unit : str
        The unit the file declares, a key of `core.units.MM_PER`; empty when it declares none.
    dropped, notes, jaw
        As in `mesh.surface.ReadReport`.
    """

    vertices: NDArray[Any]
    faces: NDArray[Any] | None
    format: str
    file_faces: int
    name: str = ""
    arrays: dict[str, NDArray[Any]] = field(default_factory=dict)
    unit: str = ""
    dropped: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    jaw: str = ""
