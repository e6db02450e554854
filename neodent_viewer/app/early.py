"""A first look at a scan, while Qt is still starting: numpy and a thread, nothing else is imported."""

from __future__ import annotations

import threading
from pathlib import Path

from neodent_viewer.core.errors import NeodentError
from neodent_viewer.mesh.surface import Surface


def read_preview(path: Path) -> Surface | None:
    """Return a surface to show at once, None when the format has no fast path or the file needs a closer look."""
    match path.suffix.lower():
        case ".stl":
            from neodent_viewer.files.stl import read_preview as read
        case ".ply":
            from neodent_viewer.files.ply import read_preview as read
        case _:
            return None
    try:
        return read(path)
    except (NeodentError, OSError):
        return None  # the full reader will say what is wrong


class Early:
    """A preview that is being read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._surface: Surface | None = None
        self._thread = threading.Thread(target=self._read, name="neodent-early", daemon=True)
        self._thread.start()

    def _read(self) -> None:
        self._surface = read_preview(self.path)

    def surface(self) -> Surface | None:
        """Wait for the reading and return what it gave."""
        self._thread.join()
        return self._surface
