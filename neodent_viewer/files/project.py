"""Project files (``.neodent``): one SQLite file with the document and its history, so that undo goes on after reopening.

Saving in the background: ``snap = snapshot(document, history)`` on the thread that owns the document, ``write(snap, path)``
on any other, then ``history.mark_saved()`` on the first again.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from neodent_viewer.document.document import Document
from neodent_viewer.document.edits import Edit
from neodent_viewer.document.history import History
from neodent_viewer.files.project_read import read
from neodent_viewer.files.project_schema import is_project
from neodent_viewer.files.project_write import write
from neodent_viewer.files.snapshot import Snapshot, snapshot

SUFFIX = ".neodent"

__all__ = ["SUFFIX", "Loaded", "Snapshot", "is_project", "load_project", "save_project", "snapshot", "stamp", "write"]


@dataclass(frozen=True, slots=True, eq=False)
class Loaded:
    """A project as it was saved.

    Attributes
    ----------
    document : Document
    done, undone : tuple of Edit
        For `History.restore`: edits that stand, oldest first, and edits that can be redone, next first.
    """

    document: Document
    done: tuple[Edit, ...]
    undone: tuple[Edit, ...]


def save_project(document: Document, history: History | None, path: Path | str) -> None:
    """Save document and history at `path`, whole or not at all; raises ProjectFileError."""
    write(snapshot(document, history), path)


def stamp(path: Path) -> tuple[int, int, int] | None:
    """Return what tells whether a file is still the one it was; None where there is none."""
    try:
        told = path.stat()
    except OSError:
        return None
    return told.st_ino, told.st_size, told.st_mtime_ns


def load_project(path: Path | str) -> Loaded:
    """Return what was saved at `path`; raises ProjectFileError."""
    return Loaded(*read(path))
