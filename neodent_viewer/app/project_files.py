"""What counts as a project: its first bytes, whatever its name; a damaged one by its name, so that it gets its sentence."""

from __future__ import annotations

from pathlib import Path

SUFFIX = ".neodent"
_DATABASE = b"SQLite format 3\0"


def is_project_file(path: Path) -> bool:
    """Return whether opening `path` replaces the document.

    >>> is_project_file(Path("SMILE.NEODENT")), is_project_file(Path("scan.stl"))
    (True, False)
    """
    if path.suffix.lower() == SUFFIX:
        return True
    try:
        with path.open("rb") as file:
            if file.read(len(_DATABASE)) != _DATABASE:
                return False
    except OSError:
        return False
    from neodent_viewer.files.project_schema import is_project  # SQLite comes with it: not for a mesh

    return is_project(path)
