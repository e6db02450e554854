"""Operations on faces without a window: read, work out, carry out, write, tell what was carried over and what was lost."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from neodent_viewer.core.errors import ArgumentError
from neodent_viewer.document.document import Document
from neodent_viewer.document.history import History
from neodent_viewer.document.part import Part
from neodent_viewer.document.topology_edits import plan
from neodent_viewer.files.export import export_parts
from neodent_viewer.files.opening import read_parts
from neodent_viewer.files.project import SUFFIX, is_project, load_project, save_project

_NOTHING = ("There is no part in it.", "Choose another file.")


def opened(path: Path) -> tuple[Document, History]:
    """Return the document of a project, or a new one of a mesh file, and its history."""
    if is_project(path) or path.suffix.lower() == SUFFIX:
        loaded = load_project(path)
        history = History(loaded.document)
        history.restore(loaded.done, loaded.undone)
        return loaded.document, history
    document = Document()
    history = History(document)
    for part in read_parts([path]):
        document.set(("parts", part.id), part)
    return document, history


def operate(
    path: Path,
    operation: str,
    options: Mapping[str, Any],
    output: Path,
    *,
    part: str = "",
    progress: Callable[[float], None] = lambda fraction: None,
) -> dict[str, Any]:
    """Carry an operation out on the parts of a file and write them.

    Parameters
    ----------
    path : Path
        A mesh file or a project.
    operation, options
        As `document.topology_edits.plan` takes them.
    output : Path
        A mesh file, or a project, which keeps layers and undo.
    part : str
        Name, id or jaw of the one part to work on; empty: all of them.

    Returns
    -------
    dict
        ``operation``, ``parts`` (name, faces before and after, seconds, carried, lost), ``written`` (paths).

    Raises
    ------
    NeodentError
    """
    document, history = opened(path)
    chosen = _chosen(document, part, path)
    told = []
    for number, each in enumerate(chosen):

        def share(fraction: float, number: int = number) -> None:
            progress((number + fraction) / len(chosen))

        began = time.perf_counter()
        found = plan(document, each.id, operation, options, progress=share)
        history.do(found.edit)
        told.append(
            {
                "name": each.name,
                "faces_before": found.faces_before,
                "faces_after": found.faces_after,
                "seconds": round(time.perf_counter() - began, 3),
                "carried": found.report.gains(),
                "lost": found.report.losses(),
            }
        )
    return {
        "operation": operation,
        "parts": told,
        "written": [str(place) for place in _write(document, history, output)],
    }


def _chosen(document: Document, name: str, path: Path) -> list[Part]:
    chosen = [part for part in document.parts.values() if not name or name in {part.id, part.name, part.jaw}]
    if chosen:
        return chosen
    known = ", ".join(part.name for part in document.parts.values())
    what, remedy = (f"There is no part {name!r}.", f"Choose one of: {known}.") if known else _NOTHING
    raise ArgumentError(what, kind="argument", where=str(path), remedy=remedy)


def _write(document: Document, history: History, output: Path) -> list[Path]:
    if output.suffix.lower() != SUFFIX:
        return export_parts(list(document.parts.values()), output)
    save_project(document, history, output)
    return [output]
