"""Every operation that gives a part new faces, by name: `plan` works it out (in any thread), ``history.do`` carries it out.

>>> sorted(OPERATIONS)
['cut', 'decimate', 'down', 'fill', 'isotropic', 'mirror', 'smooth-boundary', 'up', 'voxel']
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.core.errors import ArgumentError, TopologyError
from neodent_viewer.document import layers, levels
from neodent_viewer.document.composing import locked_vertices
from neodent_viewer.document.crossing import Shape, cross
from neodent_viewer.document.document import Document
from neodent_viewer.document.edits import Edit
from neodent_viewer.document.part import BASE, Part
from neodent_viewer.document.planes import STEEPEST, direction, offset
from neodent_viewer.document.transfer import TransferReport
from neodent_viewer.mesh.remesh.boundary import smooth_boundary
from neodent_viewer.mesh.remesh.cut import cut
from neodent_viewer.mesh.remesh.decimate import decimate
from neodent_viewer.mesh.remesh.fill import fill_holes
from neodent_viewer.mesh.remesh.isotropic import isotropic, mean_edge
from neodent_viewer.mesh.remesh.mirror import mirror_half, reflected
from neodent_viewer.mesh.remesh.voxel import voxel
from neodent_viewer.mesh.remesh.work import Cancelled, Progress, checkpoint, never, no_progress
from neodent_viewer.mesh.surface import Float32, Float64


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """An operation worked out.

    Attributes
    ----------
    edit : Edit
        For ``history.do``; one step for undo, which brings everything back bit for bit.
    report : TransferReport
        What was carried over (`gains`) and what was not (`losses`).
    faces_before, faces_after : int
    """

    edit: Edit
    report: TransferReport
    faces_before: int
    faces_after: int


@dataclass(frozen=True, slots=True)
class Option:
    """One number or switch of an operation.

    Attributes
    ----------
    name, title, unit : str
        As `plan` takes it, as a dialog shows it, and its unit.
    default : float, bool, str or None
        None: chosen from the part, see `default_options`.
    low, high : float
    """

    name: str
    title: str
    default: float | bool | str | None
    unit: str = ""
    low: float = 0.0
    high: float = np.inf


_Run = Callable[["_Job"], "Shape | Plan"]


@dataclass(frozen=True, slots=True)
class Operation:
    """What can be done to faces: its title, what it does in a sentence, its options."""

    title: str
    hint: str
    options: tuple[Option, ...]
    run: _Run


@dataclass(frozen=True, slots=True, eq=False)
class _Job:
    document: Document
    part: Part
    options: Mapping[str, Any]
    progress: Progress
    cancelled: Cancelled

    @property
    def calls(self) -> dict[str, Any]:
        """Return the callables as the operations take them."""
        return {"progress": self.progress, "cancelled": self.cancelled}


def plan(
    document: Document,
    part_id: str,
    operation: str,
    options: Mapping[str, Any] | None = None,
    *,
    progress: Progress = no_progress,
    cancelled: Cancelled = never,
) -> Plan:
    """Work an operation out; the document is only read, so this may run in a worker while nothing else changes the part.

    Parameters
    ----------
    part_id : str
    operation : str
        A key of `OPERATIONS`.
    options : mapping
        Option name -> value; what is not there takes `default_options`.
    progress : callable of float
        Told 0..1.
    cancelled : callable
        Asked now and then.

    Raises
    ------
    ArgumentError
        For an unknown operation, option or part, or a part whose preview stands in.
    TopologyError
        ``cancelled``, ``too_large``, ``empty``, ``not_fit``, ``locked``.
    """
    what = _known(OPERATIONS, operation, "operation")
    part = _known(document.parts, part_id, "part")
    if part.preview:
        raise ArgumentError(f"{part.name} is still being prepared.", kind="argument", remedy="Wait a moment.")
    _check_surface(part)
    values = default_options(part, operation)
    for name, value in (options or {}).items():
        _known(values, name, "option")
        values[name] = value
    _check_values(what, values)
    checkpoint(0.0, progress, cancelled)
    result = what.run(_Job(document, part, values, lambda fraction: progress(0.9 * fraction), cancelled))
    if isinstance(result, Plan):
        return result
    if not len(result.faces):
        raise TopologyError("Nothing would be left.", kind="empty", where=part.name, remedy="Ask for less.")
    edit, report = cross(document, part, result, f"{what.title} {part.name}")
    checkpoint(1.0, progress, cancelled)
    return Plan(edit, report, len(part.surface.faces), len(result.faces))


def default_options(part: Part, operation: str) -> dict[str, Any]:
    """Return option name -> value to offer for a part; lengths come from its mean edge."""
    options = {option.name: option.default for option in _known(OPERATIONS, operation, "operation").options}
    lengths = [name for name, value in options.items() if value is None and name in {"size", "edge"}]
    if lengths:
        options.update(dict.fromkeys(lengths, round(mean_edge(part.surface.vertices, part.surface.faces), 3) or 0.1))
    if "faces" in options:
        options["faces"] = max(4, len(part.surface.faces) // 2)
    return options


def _known(table: Mapping[str, Any], name: str, kind: str) -> Any:
    if name not in table:
        raise ArgumentError(
            f"There is no {kind} {name!r}.", kind="argument", where=name, remedy=f"Known are: {', '.join(table)}."
        )
    return table[name]


def _check_values(what: Operation, values: Mapping[str, Any]) -> None:
    for option in what.options:
        value = values[option.name]
        number = isinstance(option.default, int | float) or option.default is None
        if number and not isinstance(option.default, bool) and not option.low <= float(value) <= option.high:
            raise ArgumentError(
                f"{option.title} of {value:g} {option.unit}".rstrip() + " cannot be.",
                kind="argument",
                where=option.name,
                remedy=f"Give a value from {option.low:g} to {option.high:g}.",
            )


def _check_surface(part: Part) -> None:
    surface = part.surface
    if not len(surface.faces):
        raise TopologyError(
            "There is no face to work on.", kind="empty", where=part.name, remedy="Choose another part."
        )
    if not np.isfinite(surface.vertices).all():
        raise TopologyError(
            "Some vertices are no numbers.",
            kind="not_fit",
            where=part.name,
            remedy="Read the file again; they are dropped.",
        )


def _refuse_locked(part: Part, gone: NDArray[np.bool_] | None = None) -> None:
    """Raise TopologyError ``locked`` if vertices would change (all of them, or those that `gone` names) that are locked."""
    held = locked_vertices(part)
    if (held if gone is None else held & gone).any():
        raise TopologyError(
            "It would change teeth that are locked.", kind="locked", where=part.name, remedy="Unlock them first."
        )


def _voxel(job: _Job) -> Shape:
    _refuse_locked(job.part)
    surface = job.part.surface
    return Shape(*voxel(surface.vertices, surface.faces, float(job.options["size"]), **job.calls), drawn_anew=True)


def _isotropic(job: _Job) -> Shape:
    surface, held = job.part.surface, locked_vertices(job.part)
    edge = float(job.options["edge"])
    return Shape(*isotropic(surface.vertices, surface.faces, edge, fixed=held, **job.calls), drawn_anew=True)


def _decimate(job: _Job) -> Shape:
    _refuse_locked(job.part)
    surface, keep = job.part.surface, bool(job.options["keep_rim"])
    found = decimate(surface.vertices, surface.faces, int(job.options["faces"]), keep_rim=keep, **job.calls)
    return Shape(*found, drawn_anew=True)


def _fill(job: _Job) -> Shape:
    surface, longest = job.part.surface, float(job.options["longest"])
    smooth = bool(job.options["smooth"])
    vertices, faces, filled, left = fill_holes(surface.vertices, surface.faces, longest, smooth=smooth, **job.calls)
    if not filled:
        raise TopologyError(
            f"There is no hole with a rim of {longest:g} mm or less; {left} are longer.",
            kind="not_fit",
            where=job.part.name,
            remedy="Allow longer rims." if left else "It is closed already.",
        )
    notes = (f"{left} rims longer than {longest:g} mm stay open.",) if left else ()
    return Shape(vertices, faces, notes=notes)


def _cut(job: _Job) -> Shape:
    surface, (origin, normal) = job.part.surface, _plane(job)
    behind = (surface.vertices - origin) @ normal < 0
    _refuse_locked(job.part, behind)
    vertices, faces, _ = cut(surface.vertices, surface.faces, origin, normal, cap=bool(job.options["cap"]))
    return Shape(vertices, faces)


def _mirror(job: _Job) -> Shape:
    surface, (origin, normal) = job.part.surface, _plane(job)
    behind = (surface.vertices - origin) @ normal < 0
    _refuse_locked(job.part, behind)
    vertices, faces, copied = mirror_half(surface.vertices, surface.faces, origin, normal)
    places: Float32 = vertices.copy()
    places[copied] = reflected(vertices[copied], origin, normal).astype(np.float32)
    return Shape(vertices, faces, places, copied, normal)


def _plane(job: _Job) -> tuple[Float64, Float64]:
    """Return a point of the plane and its direction in the part's own frame; the options speak of world mm."""
    part = job.part
    axis = str(job.options["axis"])
    along = direction(axis, float(job.options["turn"]), float(job.options["tilt"]))
    normal = part.transform[:3, :3].T @ along
    return part.to_local(along * offset(axis, float(job.options["at"]))), normal / (np.linalg.norm(normal) or 1.0)


def _smooth_boundary(job: _Job) -> Plan:
    """Move vertices only: faces, arrays and anchors stay, so this is a stroke on the base."""
    part, surface = job.part, job.part.surface
    held, passes = locked_vertices(part), int(job.options["passes"])
    rows, places = smooth_boundary(surface.vertices, surface.faces, passes, fixed=held)
    if not len(rows):
        raise TopologyError("There is no open rim.", kind="not_fit", where=part.name, remedy="It is closed already.")
    edit = layers.stroke_edit(part, BASE, rows, surface.vertices[rows], places, f"Smooth the rims of {part.name}")
    return Plan(edit, TransferReport(), len(surface.faces), len(surface.faces))


def _up(job: _Job) -> Plan:
    _refuse_locked(job.part)
    edit, report = levels.up_edit(job.document, job.part)
    return Plan(edit, report, len(job.part.surface.faces), 4 * len(job.part.surface.faces))


def _down(job: _Job) -> Plan:
    _refuse_locked(job.part)
    edit, report = levels.down_edit(job.document, job.part)
    return Plan(edit, report, len(job.part.surface.faces), len(job.part.surface.faces) // 4)


_PLANE = (
    Option("axis", "Direction of what stays", "+x"),
    Option("at", "Place of the plane along it", 0.0, "mm", -np.inf),
    Option("turn", "Turn of the plane", 0.0, "°", -180.0, 180.0),
    Option("tilt", "Tilt of the plane", 0.0, "°", -STEEPEST, STEEPEST),
)

#: name -> operation; one line a door
OPERATIONS: dict[str, Operation] = {
    "voxel": Operation(
        "Voxel remesh",
        "Draw the surface anew from a grid: even triangles, closed pieces that overlap become one.",
        (Option("size", "Voxel", None, "mm", 1e-3, 100.0),),
        _voxel,
    ),
    "isotropic": Operation(
        "Isotropic remesh",
        "Triangles of one size on the same surface.",
        (Option("edge", "Edge length", None, "mm", 1e-3, 100.0),),
        _isotropic,
    ),
    "up": Operation("Subdivide", "Four faces for each, smooth (Loop).", (), _up),
    "down": Operation("Subdivide down", "Back to a quarter of the faces; detail is kept for going up.", (), _down),
    "decimate": Operation(
        "Decimate",
        "Fewer faces for the same shape.",
        (Option("faces", "Faces", None, "", 4), Option("keep_rim", "Keep open rims", False)),
        _decimate,
    ),
    "fill": Operation(
        "Fill holes",
        "Close holes with a smooth patch.",
        (Option("longest", "Longest rim", 60.0, "mm", 0.0), Option("smooth", "Follow the curvature around", True)),
        _fill,
    ),
    "smooth-boundary": Operation(
        "Smooth boundary", "Fair the open rims.", (Option("passes", "Passes", 10, "", 1, 1000),), _smooth_boundary
    ),
    "mirror": Operation("Mirror half", "Replace one half by the mirror image of the other.", _PLANE, _mirror),
    "cut": Operation(
        "Cut by plane", "Keep what lies on one side.", (*_PLANE, Option("cap", "Close the cut", False)), _cut
    ),
}
