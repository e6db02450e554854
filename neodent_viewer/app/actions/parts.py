"""What can be done to a part: show, hide, rename, remove, move, set its unit and jaw. Each is one undoable edit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePath

import numpy as np

from neodent_viewer.app.context import AppContext
from neodent_viewer.core.errors import ArgumentError
from neodent_viewer.core.units import MM_PER
from neodent_viewer.document import composing
from neodent_viewer.document.edits import ValueEdit, set_value
from neodent_viewer.document.part import Part
from neodent_viewer.mesh.surface import Float64


def ready(context: AppContext, part_id: str) -> Part:
    """Return a part that may be edited; ArgumentError while its preview stands in, or when it is gone."""
    part = context.document.parts.get(part_id)
    if part is None:
        raise ArgumentError("That part is no longer there.", kind="argument", remedy="Select a part first.")
    if part.preview:
        raise ArgumentError(
            f"{part.name} is still being prepared.",
            kind="argument",
            where=PurePath(part.source).name,
            remedy="Wait a moment.",
        )
    return part


def set_visible(context: AppContext, part_id: str, visible: bool) -> None:
    """Show or hide a part."""
    part = ready(context, part_id)
    if part.visible != visible:
        title = f"{'Show' if visible else 'Hide'} {part.name}"
        context.history.do(set_value(context.document, ("parts", part_id, "visible"), visible, title))


def show_only(context: AppContext, part_id: str) -> None:
    """Show one part and hide all others."""
    for other in context.document.parts:
        ready(context, other)  # all or none
    for other in list(context.document.parts):
        set_visible(context, other, other == part_id)


def rename(context: AppContext, part_id: str, name: str) -> None:
    """Give a part another name; an empty one changes nothing."""
    part = ready(context, part_id)
    if name.strip() and name.strip() != part.name:
        title = f"Rename {part.name} to {name.strip()}"
        context.history.do(set_value(context.document, ("parts", part_id, "name"), name.strip(), title))


def remove(context: AppContext, part_id: str) -> None:
    """Take a part out; its probes stay, silent, and speak again when it is brought back."""
    part = ready(context, part_id)
    context.history.do(ValueEdit(("parts", part_id), part, None, f"Remove {part.name}"))
    left = tuple(name for name in context.selection.current.parts if name != part_id)
    context.selection.set(parts=left, tooth=0)


def set_jaw(context: AppContext, part_id: str, jaw: str) -> None:
    """Say which jaw a part belongs to: ``"upper"``, ``"lower"`` or ``""``."""
    part = ready(context, part_id)
    if part.jaw != jaw:
        title = f"{part.name} is {f'the {jaw} jaw' if jaw else 'no jaw'}"
        context.history.do(set_value(context.document, ("parts", part_id, "jaw"), jaw, title))


def set_unit(context: AppContext, part_id: str, unit: str) -> None:
    """Read a part's file in another unit, which rescales it about the world's origin."""
    part = ready(context, part_id)
    if unit != part.unit:
        edit = ValueEdit(("parts", part_id), part, rescaled(part, unit), f"Read {part.name} in {unit}")
        context.history.do(edit)


def rescaled(part: Part, unit: str) -> Part:
    """Return a part whose file is read in `unit` (a key of ``core.units.MM_PER``); the old part is left as it is."""
    factor = MM_PER[unit] / MM_PER[part.unit]
    old = part.surface
    surface = replace(
        old,
        vertices=(old.vertices.astype(np.float64) * factor).astype(np.float32),
        origin=old.origin * factor,
        arrays=dict(old.arrays),
        report=replace(old.report, unit=unit),
    )
    return composing.rescaled(replace(part, surface=surface, unit=unit), factor)


def move(context: AppContext, part_id: str, shift: Float64, turn: Float64) -> None:
    """Shift a part by (3,) mm and turn it by (3,) degrees about x, y, z through its middle."""
    part = ready(context, part_id)
    matrix = moved(part.transform, part.world_bounds().mean(axis=0), np.asarray(shift), np.asarray(turn))
    if not np.allclose(matrix, part.transform, atol=1e-12):
        context.history.do(set_value(context.document, ("parts", part_id, "transform"), matrix, f"Move {part.name}"))


def moved(transform: Float64, centre: Float64, shift: Float64, turn: Float64) -> Float64:
    """Return `transform` (4, 4) followed by turns about x, y, z (degrees) through `centre` (3,) mm and a `shift` (3,) mm.

    >>> moved(np.eye(4), np.zeros(3), np.array([1.0, 2.0, 3.0]), np.zeros(3))[:3, 3]
    array([1., 2., 3.])
    """
    rotation = np.eye(3)
    for axis, angle in enumerate(np.radians(turn)):
        a, b = (axis + 1) % 3, (axis + 2) % 3
        one = np.eye(3)
        one[[a, a, b, b], [a, b, a, b]] = np.cos(angle), -np.sin(angle), np.sin(angle), np.cos(angle)
        rotation = one @ rotation
    step = np.eye(4)
    step[:3, :3] = rotation
    step[:3, 3] = centre - rotation @ centre + shift
    return np.asarray(step @ transform)
