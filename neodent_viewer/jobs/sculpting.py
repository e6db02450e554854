"""Recorded strokes on files, without a window: the same calls the window makes, so the same bits come out.

Order: read recording and parts, find the part of each stroke, replay, report, write.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.core.errors import ArgumentError
from neodent_viewer.document.document import Document
from neodent_viewer.document.edits import VertexEdit
from neodent_viewer.document.history import History
from neodent_viewer.document.layers import stroke_edit
from neodent_viewer.document.part import BASE, POSITION, Part
from neodent_viewer.files.export import WRITERS, export_parts
from neodent_viewer.files.opening import read_parts
from neodent_viewer.files.project import is_project, load_project, save_project
from neodent_viewer.jobs.around import Around
from neodent_viewer.jobs.stacking import layer_for, stack_as_recorded
from neodent_viewer.mesh.surface import Float32, Float64, Int32
from neodent_viewer.sculpt.contact import Contact
from neodent_viewer.sculpt.masking import ACTIONS, act
from neodent_viewer.sculpt.recorded import Identity, Recorded, Recording, StrokeFileError, digest
from neodent_viewer.sculpt.recording import replay
from neodent_viewer.sculpt.stroke import SculptMesh

Say = Callable[[str], None]

#: suffix of a project file
PROJECT = ".neodent"
MASK = "mask"


@dataclass(frozen=True, slots=True)
class Report:
    """What one stroke did.

    Attributes
    ----------
    number : int
        From 1.
    part, title, array : str
        Name of the part, title of the brush or action, and what was written.
    touched : int
        Vertices written.
    deviation : float
        mm the farthest of them moved; 0 if no position was written.
    volume : float
        mm³ by which the enclosed volume changed; for an open surface, the volume swept over.
    """

    number: int
    part: str
    title: str
    array: str
    touched: int
    deviation: float
    volume: float

    def line(self) -> str:
        """Return the report as one line."""
        what = "moved" if self.array == "position" else f"vertices of {self.array} written"
        head = f"stroke {self.number}: {self.title} on {self.part}: {self.touched:,} {what}"
        if self.array != "position":
            return head
        return f"{head}, at most {self.deviation:.4f} mm, volume {self.volume:+.4f} mm³"


class Done(NamedTuple):
    """What a stroke or an action wrote: array, title, rows (k,) ascending, their values before and after (k, ...)."""

    array: str
    title: str
    ids: Int32
    before: NDArray[Any]
    after: NDArray[Any]


def load(paths: Sequence[Path]) -> tuple[Document, History]:
    """Return the document of mesh files or of a project, with its history; raises what reading them raises."""
    document = Document()
    if len(paths) == 1 and is_project(paths[0]):
        loaded = load_project(paths[0])
        history = History(loaded.document)
        history.restore(loaded.done, loaded.undone)
        return loaded.document, history
    for part in read_parts(paths):
        document.set(("parts", part.id), part)
    return document, History(document)


def check_output(path: Path) -> None:
    """Raise ArgumentError unless `write` knows the suffix of a path."""
    if path.suffix.lower() not in (*WRITERS, PROJECT):
        raise ArgumentError(
            "The output is a mesh file or a project.",
            kind="argument",
            where="-o",
            remedy=f"End its name in {', '.join((*WRITERS, PROJECT))}.",
        )


def write(document: Document, history: History, path: Path, names: Sequence[str] = ()) -> list[Path]:
    """Write what was sculpted, as a project in which every stroke can be undone or as mesh files; return the files.

    Of meshes only parts of those names are written, all if none is given.
    """
    if path.suffix.lower() != PROJECT:
        return export_parts([part for part in document.parts.values() if part.name in names or not names], path)
    save_project(document, history, path)
    return [path]


def replay_all(document: Document, history: History, recording: Recording, say: Say) -> list[Report]:
    """Carry out all strokes, each as one edit.

    Parameters
    ----------
    document : Document
    history : History
    recording : Recording
    say : callable
        Told, in sentences, where what is sculpted is not what was recorded.

    Raises
    ------
    StrokeFileError
        ``surface`` if no part is meant or a surface cannot be sculpted, ``damaged`` if a stroke cannot be carried out.
    """
    parts = list(document.parts.values())
    places = {stroke.part for stroke in recording.strokes} or set(range(len(recording.parts)))
    chosen = {place: _choose(parts, recording.parts[place], say) for place in sorted(places)}
    meshes: dict[str, SculptMesh] = {}
    around = Around(document, recording, chosen, say)
    reports = []
    for number, stroke in enumerate(recording.strokes, 1):
        part = chosen[stroke.part]
        mesh = meshes.get(part.id) or meshes.setdefault(part.id, _workpiece(part))
        if stroke.action:
            done = Done(MASK, ACTIONS[stroke.action].title, *act(mesh, stroke.action))
        else:
            shift = np.asarray(recording.parts[stroke.part].origin) - part.surface.origin
            stack_as_recorded(part, mesh, stroke, history, say)
            done = _carry_out(number, part, mesh, stroke, shift, around.contact(part, stroke))
        reports.append(_keep(number, part, mesh, done, history, layer_for(part, stroke)))
    return reports


def _carry_out(
    number: int, part: Part, mesh: SculptMesh, recorded: Recorded, shift: Float64, contact: Contact | None
) -> Done:
    locked = recorded.settings.locked_labels | part.locked
    recorded = replace(recorded, settings=replace(recorded.settings, locked_labels=locked))
    try:
        stroke = replay(mesh, recorded, shift, contact)
    except ValueError as error:
        raise StrokeFileError(
            f"Stroke {number} cannot be carried out: {error}.",
            kind="damaged",
            where=f"strokes[{number - 1}]",
            remedy="Take it out of the file, or record it anew.",
        ) from error
    return Done(stroke.array, stroke.brush.title, *stroke.finish())


def _keep(number: int, part: Part, mesh: SculptMesh, done: Done, history: History, layer: str) -> Report:
    """Keep what was done as an edit of a layer and report on it."""
    ids, far, swept = done.ids, 0.0, 0.0
    if len(ids) and done.array == POSITION:
        mesh.vertices[ids] = done.before
        start = volume(mesh.vertices, mesh.faces)
        history.do(stroke_edit(part, layer, ids, done.before, done.after, done.title))
        mesh.follow(ids)
        far = float(np.linalg.norm(done.after.astype(np.float64) - done.before, axis=1).max())
        swept = volume(mesh.vertices, mesh.faces) - start
    elif len(ids):
        part.surface.arrays.setdefault(done.array, mesh.array(done.array))
        history.do(VertexEdit(part.id, BASE, done.array, ids, done.before, done.after, done.title))
    return Report(number, part.name, done.title, done.array, len(ids), far, swept)


def volume(vertices: Float32, faces: Int32) -> float:
    """Return the signed volume in mm³ between a surface and its origin: what it encloses if it is closed."""
    a, b, c = (vertices[faces[:, corner]].astype(np.float64) for corner in range(3))
    return float(np.einsum("ij,ij->", a, np.cross(b, c)) / 6)


def _workpiece(part: Part) -> SculptMesh:
    surface = part.surface
    try:
        arrays = (surface.arrays.get(name) for name in ("mask", "colour", "zone"))
        return SculptMesh(surface.vertices, surface.faces, surface.labels, *arrays)
    except ValueError as error:
        raise StrokeFileError(
            f"The surface cannot be sculpted: {error}.",
            kind="surface",
            where=part.source or part.name,
            remedy="Repair the file first; `neodent info` tells what is wrong with it.",
        ) from error


def _choose(parts: Sequence[Part], wanted: Identity, say: Say) -> Part:
    """Return the part that was recorded: the same triangles, else the same jaw or name, else the only one."""
    same = [part for part in parts if digest(part.surface.faces, "<i4") == wanted.topology]
    named = [part for part in same if part.name == wanted.name] or same[:1]
    if named:
        if digest(named[0].surface.vertices, "<f4") != wanted.positions:
            say(f"{named[0].name} is not where it was when the strokes were recorded; what comes out differs.")
        return named[0]
    alike = [part for part in parts if wanted.jaw and part.jaw == wanted.jaw]
    alike = alike or [part for part in parts if part.name == wanted.name] or list(parts)
    if len(alike) != 1:
        names = ", ".join(part.name for part in parts) or "nothing"
        raise StrokeFileError(
            f"The strokes were made on {wanted.name or 'another part'}, which is not in the file: it holds {names}.",
            kind="surface",
            where=wanted.file,
            remedy="Give the file the strokes were made on.",
        )
    say(f"{alike[0].name} has other triangles than the strokes were recorded on; what comes out differs.")
    return alike[0]
