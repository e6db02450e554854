"""Parts out of the program: STL, PLY, OBJ, GLB in the vertex order of their files, each file whole or not at all.

What is written comes from bare arrays under neutral names: no part name, path or patient travels along, of sculpt layers
(GLB only, as morph targets) their names. That is no anonymity: a jaw tells its owner as a fingerprint does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO

from neodent_viewer.document.part import Part
from neodent_viewer.files.atomic import put_in_place
from neodent_viewer.files.bare import Bare, bare
from neodent_viewer.files.glb_write import write_glb
from neodent_viewer.files.labels import labels_json, labels_path, may_be_written
from neodent_viewer.files.raw import mesh_error
from neodent_viewer.files.writers import write_obj, write_ply, write_stl

#: suffix -> writer of one mesh; one line a format
WRITERS: dict[str, Callable[[BinaryIO, Bare], None]] = {
    ".stl": write_stl,
    ".ply": write_ply,
    ".obj": write_obj,
    ".glb": lambda file, mesh: write_glb(file, [mesh]),
}


def neutral_name(parts: Sequence[Part]) -> str:
    """Return a file name to offer, without suffix, that says nothing about a person: the jaw, or ``"smile"``."""
    jaws = {part.jaw for part in parts}
    return jaws.pop() or "smile" if len(jaws) == 1 else "smile"


def export_parts(parts: Sequence[Part], path: Path | str) -> list[Path]:
    """Write parts in world mm and file vertex order.

    Parameters
    ----------
    parts : sequence of Part
    path : path
        Its suffix tells the format. GLB holds several parts; of the other formats each part gets a file of its own,
        ``name-upper.stl`` or ``name-1.stl``.

    Returns
    -------
    list of Path
        Every file written; beside labelled meshes a labels JSON as in `files.labels`, which `read_surfaces` takes along,
        unless a JSON lies there that was not written here: that one stays as it is.

    Raises
    ------
    MeshFileError
        ``unknown_format`` or ``write``.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix not in WRITERS:
        known = ", ".join(name.lstrip(".").upper() for name in WRITERS)
        raise mesh_error(
            "unknown_format", f"Nothing here writes {suffix or 'a file without a suffix'}.", path, f"Use {known}."
        )
    meshes = [bare(part) for part in parts]
    if not meshes or not all(len(mesh.faces) for mesh in meshes):
        raise mesh_error("write", "There is nothing to export.", path, "Choose parts that have a surface.")
    try:
        if suffix == ".glb" and len(meshes) > 1:
            return [_write(path, lambda file: write_glb(file, meshes))]
        written: list[Path] = []
        for place, mesh in zip(_places([mesh.jaw for mesh in meshes], path), meshes, strict=True):
            written += _write_one(place, mesh)
        return written
    except OSError as error:
        raise mesh_error("write", f"The file cannot be written: {error.strerror}.", path) from error


def export_targets(parts: Sequence[Part], path: Path | str) -> list[Path]:
    """Return the files that `export_parts` would write now, those included that would be replaced."""
    path = Path(path)
    if path.suffix.lower() == ".glb" and len(parts) > 1:
        return [path]
    targets = []
    for place, part in zip(_places([part.jaw for part in parts], path), parts, strict=True):
        targets.append(place)
        if part.surface.labels is not None and may_be_written(labels_path(place)):
            targets.append(labels_path(place))
    return targets


def _places(jaws: Sequence[str], path: Path) -> list[Path]:
    if len(jaws) == 1:
        return [path]
    endings = jaws if all(jaws) and len(set(jaws)) == len(jaws) else [str(n) for n in range(1, len(jaws) + 1)]
    return [path.with_name(f"{path.stem}-{ending}{path.suffix}") for ending in endings]


def _write_one(path: Path, mesh: Bare) -> list[Path]:
    written = [_write(path, lambda file: WRITERS[path.suffix.lower()](file, mesh))]
    if mesh.labels is not None and may_be_written(labels_path(path)):
        # an STL knows no vertices: its labels are those of its corners, triangle by triangle
        labels = mesh.labels[mesh.faces].reshape(-1) if path.suffix.lower() == ".stl" else mesh.labels
        text = labels_json(labels, mesh.jaw).encode()
        written.append(_write(labels_path(path), lambda file: file.write(text)))
    return written


def _write(path: Path, fill: Callable[[BinaryIO], object]) -> Path:
    with put_in_place(path) as beside, beside.open("wb") as file:
        fill(file)
    return path
