"""From paths to parts: what the window and the command line open files with."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from neodent_viewer.document.part import Part
from neodent_viewer.files.progress import Cancelled, Progress, never, no_progress
from neodent_viewer.files.surfaces import read_surfaces


def read_parts(
    paths: Iterable[Path | str], progress: Progress = no_progress, cancelled: Cancelled = never
) -> list[Part]:
    """Return a part for each surface in each file, in order; raises MeshFileError at the first file that cannot be read."""
    files = [Path(path) for path in paths]
    parts: list[Part] = []
    for place, path in enumerate(files):

        def share(done: float, doing: str, place: int = place) -> None:
            progress((place + done) / len(files), doing)

        surfaces = read_surfaces(path, progress=share, cancelled=cancelled)
        parts += [Part.from_surface(surface, source=str(path), jaw=surface.report.jaw) for surface in surfaces]
    return parts
