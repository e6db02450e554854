"""What a file is: by its first bytes where they tell, by its suffix where they do not."""

from __future__ import annotations

from pathlib import Path

from neodent_viewer.files.project_schema import is_project
from neodent_viewer.files.raw import mesh_error

MAGIC = {b"ply\n": "ply", b"ply\r": "ply", b"glTF": "glb", b"OFF\n": "off", b"OFF\r": "off", b"solid": "stl"}

#: suffixes a file dialogue offers, with what they are called there
SUFFIXES = {
    ".stl": "STL",
    ".ply": "PLY",
    ".obj": "Wavefront OBJ",
    ".glb": "Binary glTF",
    ".gltf": "glTF",
    ".off": "OFF",
    ".3mf": "3MF",
}


def format_of(path: Path) -> str:
    """Return the lower-case format name of a mesh file; raises MeshFileError if it is missing, empty or no file."""
    if path.exists() and not path.is_file():
        raise mesh_error("unreadable", "It is a folder or a device, not a file.", path, "Open the files in it.")
    try:
        with path.open("rb") as file:
            head = file.read(5)
    except FileNotFoundError:
        raise mesh_error("missing", "There is no such file.", path) from None
    except OSError as error:
        raise mesh_error(
            "unreadable", f"The file cannot be opened: {error.strerror}.", path, "Check its rights."
        ) from None
    if not head:
        raise mesh_error("empty", "The file is empty.", path)
    if is_project(path):
        raise mesh_error("not_a_mesh", "It is a project, not a mesh.", path, "Open it as a project.")
    suffix = path.suffix.lower().lstrip(".")
    known = MAGIC.get(head[:4]) or (MAGIC.get(head) if suffix not in ("obj", "off") else None)
    if not (known or suffix):
        raise mesh_error("unknown_format", "The file's name and its first bytes tell no format.", path)
    return known or suffix
