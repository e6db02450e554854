"""One tooth of a document in the hand: found by its label, its neighbours known, moved by numbers, kept as one edit.

How far a tooth was taken from where it was found is kept in the document's settings beside the edit of its vertices, in one
step for undo: the numbers on screen go back with the shape. Nothing here writes the document.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from neodent_viewer.anatomy.teeth import is_fdi
from neodent_viewer.anatomy.tooth_contact import NEAR, Obstacle, ToothContact, obstacle
from neodent_viewer.anatomy.tooth_frame import Pose, ToothFrame, tooth_frame
from neodent_viewer.anatomy.tooth_rig import REACH, ToothRig, tooth_rig
from neodent_viewer.core.errors import ArgumentError
from neodent_viewer.document.document import Document
from neodent_viewer.document.edits import EditGroup, ValueEdit, VertexEdit
from neodent_viewer.document.layers import stroke_edit
from neodent_viewer.document.part import BASE, Part
from neodent_viewer.mesh.surface import Float32, Float64, Int32

_KEY = "tooth"


@dataclass(frozen=True, slots=True, eq=False)
class Stand:
    """Where a tooth was found and how far it has been taken since."""

    frame: ToothFrame
    pose: Pose


@dataclass(slots=True, eq=False)
class ToothGrip:
    """A tooth held: everything a moving hand asks is ready, and costs some milliseconds.

    Attributes
    ----------
    part : str
        Part id.
    label : int
    frame : ToothFrame
        Where the tooth was first found; poses count from there.
    held : Pose
        Its pose when it was gripped.
    rig : ToothRig
    contact : ToothContact
    start : ndarray (k, 3) float32
        Positions of ``rig.moved`` when it was gripped.
    gum_locked : bool
        Whether the gingiva was locked then.
    """

    part: str
    label: int
    frame: ToothFrame
    held: Pose
    rig: ToothRig
    contact: ToothContact
    start: Float32
    gum_locked: bool = False

    @property
    def rows(self) -> Int32:
        """Vertices (k,) int32 that a pose may move."""
        return self.rig.moved

    def matrix(self, pose: Pose) -> Float64:
        """Return the similarity (4, 4) from where the tooth was gripped to `pose`."""
        return np.asarray(pose.matrix(self.frame) @ np.linalg.inv(self.held.matrix(self.frame)))

    def positions(self, pose: Pose) -> Float32:
        """Return where `rows` (k,) lie under a pose, (k, 3) float32."""
        if pose == self.held:
            return self.start.copy()
        matrix, crown = self.matrix(pose), len(self.rig.crown)
        places = self.start.astype(np.float64)
        places[:crown] = places[:crown] @ matrix[:3, :3].T + matrix[:3, 3]
        places[crown:] += self.rig.offsets(matrix)
        return places.astype(np.float32)

    def clear(self, start: Pose, wanted: Pose) -> Pose:
        """Return the pose on the way from `start` to `wanted` where the tooth first meets another one; `wanted` if none."""
        share = self.contact.stopped(lambda share: self.matrix(start.between(wanted, share)))
        return wanted if share >= 1.0 else start.between(wanted, share)

    def depths(self, pose: Pose) -> dict[str, float]:
        """Return how deep in mm the tooth stands in others under a pose, by their names."""
        return self.contact.depths(self.matrix(pose))


def stand_of(document: Document, part_id: str, label: int) -> Stand | None:
    """Return where a tooth was found and how far it was taken, None if it was never moved or what is kept makes no sense."""
    kept: Any = document.settings.get(_key(part_id, label), {})
    try:
        axes = np.array(kept["axes"], np.float64).reshape(3, 3)
        origin, centre = (np.array(kept[name], np.float64).reshape(3) for name in ("origin", "centre"))
        x, y, z, rotate, tip, torque, scale = (float(value) for value in kept["pose"])
        numbers = (*axes.flat, *origin, *centre, x, y, z, rotate, tip, torque, scale, size := float(kept["size"]))
    except (TypeError, KeyError, ValueError):
        return None
    if not np.isfinite(numbers).all() or scale <= 0.0:
        return None
    return Stand(ToothFrame(origin, axes, centre, size), Pose((x, y, z), rotate, tip, torque, scale))


def pose_of(document: Document, held: ToothGrip) -> Pose | None:
    """Return the pose that is kept for a gripped tooth, None where it counts from another place by now."""
    stand = stand_of(document, held.part, held.label)
    if stand is None:
        return Pose()
    same = np.array_equal(stand.frame.axes, held.frame.axes) and np.array_equal(stand.frame.origin, held.frame.origin)
    return stand.pose if same else None


def part_with(document: Document, label: int, part_id: str = "") -> Part:
    """Return the part that has a tooth; raises ArgumentError where none has it, or several have and none is named."""
    if part_id:
        part = document.parts.get(part_id)
        if part is None:
            raise _no("There is no such part.", part_id, "Choose one of the parts panel.")
        check(part, label)
        return part
    found = [part for part in document.parts.values() if _has(part, label)]
    if len(found) > 1:
        names = " and ".join(part.name for part in found)
        raise _no(f"Label {label} is on {len(found)} parts: {names}.", f"label {label}", "Say which part is meant.")
    if not found:
        labelled = sorted({int(v) for part in document.parts.values() for v in _labels(part) if v > 0})
        told = (
            f"There are {', '.join(map(str, labelled))}." if labelled else "No part has labels: grow the tooth first."
        )
        raise _no(f"No part has a tooth {label}.", f"label {label}", told)
    check(found[0], label)
    return found[0]


def check(part: Part, label: int) -> None:
    """Raise ArgumentError, in words, unless the tooth can be moved now."""
    where = f"{part.name}, label {label}"
    if part.preview:
        raise _no(f"{part.name} is still being read.", where, "Try again in a moment.")
    if part.surface.labels is None:
        raise _no(f"{part.name} has no labels.", where, "Grow the tooth from a click first.")
    if label <= 0:
        raise _no("This is gingiva, not a tooth.", where, "Click a tooth.")
    if not _has(part, label):
        raise _no(f"{part.name} has no tooth {label}.", where, "Choose one that is labelled.")
    if label in part.locked:
        raise _no(f"Tooth {label} is locked.", where, "Unlock it first.")


def grip(document: Document, part_id: str, label: int, *, reach: float = REACH) -> ToothGrip:
    """Take a tooth in the hand; some tenths of a second for a jaw, on any thread as long as nobody writes meanwhile.

    Raises
    ------
    ArgumentError
        No labels, no such tooth, too little of it, or locked.
    """
    part = document.parts[part_id]
    check(part, label)
    surface, labels = part.surface, part.surface.arrays["labels"]
    kept = stand_of(document, part_id, label)
    vertices = surface.vertices.copy()
    if kept is None:
        kept = Stand(tooth_frame(vertices, surface.faces, labels, label, part.jaw), Pose())
    rig = tooth_rig(vertices, surface.faces, labels, label, reach=reach, locked=part.locked)
    patch = surface.faces[(labels[surface.faces] == label).all(axis=1)]
    if not len(patch):
        raise _no(f"Tooth {label} has no triangle of its own.", f"{part.name}, label {label}", "Grow it anew.")
    crown = obstacle(str(label), part_id, vertices, patch)
    contact = ToothContact.among(crown, list(_obstacles(document, part, label, crown)))
    return ToothGrip(part_id, label, kept.frame, kept.pose, rig, contact, vertices[rig.moved], 0 in part.locked)


def pose_edit(
    part: Part,
    held: ToothGrip,
    before: Float32,
    pose: Pose,
    *,
    started: Pose | None = None,
    layer: str = BASE,
    title: str = "",
) -> EditGroup:
    """Return the one edit of a move: vertices and numbers.

    Parameters
    ----------
    part : Part
    held : ToothGrip
    before : ndarray (k, 3) float32
        Composed positions of ``held.rows`` before the move.
    pose : Pose
        Where the tooth goes.
    started : Pose or None
        Where it stood before; as gripped if None.
    layer : str
        Sculpt layer that takes the move.
    title : str
        What the history calls it.
    """
    after = held.positions(pose)
    changed = np.flatnonzero((after != before).any(axis=1))
    rows = held.rows[changed]
    name = title or f"Move tooth {held.label}"
    edits: list[VertexEdit | ValueEdit] = []
    if len(rows):
        edits.append(stroke_edit(part, layer, rows, before[changed], after[changed], name))
    return EditGroup((*edits, _numbers(held, held.held if started is None else started, pose, name)), name)


def forget_edit(held: ToothGrip, pose: Pose) -> ValueEdit:
    """Return the edit that lets a tooth in `pose` count from where it stands now: its numbers are zero."""
    path, title = ("settings", _key(held.part, held.label)), f"Count tooth {held.label} from here"
    moved = held.frame.mapped(pose.matrix(held.frame))
    before = None if pose == Pose() else _plain(held.frame, pose)
    return ValueEdit(path, before, _plain(moved, Pose()), title)


def lock_edit(part: Part, labels: frozenset[int]) -> ValueEdit:
    """Return the edit after which exactly `labels` are locked on a part."""
    title = "Lock " if labels - part.locked else "Unlock "
    changed = sorted(labels ^ part.locked)
    names = ["gingiva" if label == 0 else str(label) for label in changed]
    return ValueEdit(("parts", part.id, "locked"), part.locked, labels, title + ", ".join(names))


def marking_edit(part: Part, rows: Int32, label: int) -> VertexEdit:
    """Return the edit after which `rows` (k,) and no other vertices of the part are tooth `label`.

    What was labelled so before and is not in `rows` becomes gingiva; locked labels stay as they are.

    Raises
    ------
    ArgumentError
        No FDI number, nothing to label, or locked.
    """
    where = f"{part.name}, label {label}"
    if not is_fdi(label):
        raise _no(f"{label} is no FDI number.", where, "Use 11-18, 21-28, 31-38, 41-48, or 51 to 85 for milk teeth.")
    if label in part.locked:
        raise _no(f"Tooth {label} is locked.", where, "Unlock it first.")
    if not len(rows):
        raise _no("Nothing is marked.", where, "Click the middle of a crown first.")
    labels = part.surface.labels
    now = np.zeros(len(part.surface.vertices), np.int16) if labels is None else labels
    after = np.where(now == label, 0, now).astype(now.dtype)
    after[rows] = label
    after[np.isin(now, list(part.locked))] = now[np.isin(now, list(part.locked))]
    changed = np.flatnonzero(after != now).astype(np.int32)
    return VertexEdit(part.id, BASE, "labels", changed, now[changed], after[changed], f"Mark tooth {label}")


def _numbers(held: ToothGrip, start: Pose, pose: Pose, title: str) -> ValueEdit:
    before = None if start == Pose() else _plain(held.frame, start)
    after = None if pose == Pose() else _plain(held.frame, pose)
    return ValueEdit(("settings", _key(held.part, held.label)), before, after, title)


def _plain(frame: ToothFrame, pose: Pose) -> dict[str, Any]:
    """Return a stand as a project keeps it."""
    return {
        "axes": frame.axes.tolist(),
        "origin": frame.origin.tolist(),
        "centre": frame.centre.tolist(),
        "size": frame.size,
        "pose": [*pose.move, pose.rotate, pose.tip, pose.torque, pose.scale],
    }


def _obstacles(document: Document, part: Part, label: int, crown: Obstacle) -> Iterator[Obstacle]:
    """Yield neighbours on the same part, and what comes near on all others."""
    box = np.stack([crown.points.min(axis=0) - NEAR, crown.points.max(axis=0) + NEAR])
    for other in document.parts.values():
        if other.preview or not other.visible or not len(other.surface.faces):
            continue
        vertices = other.surface.vertices
        if other is not part:
            vertices = part.to_local(other.to_world(vertices)).astype(np.float32)
        near = ((vertices >= box[0]) & (vertices <= box[1])).all(axis=1)
        labels = other.surface.labels
        if labels is None or not bool((labels > 0).any()):
            if other is not part and bool(near.any()):
                touched = other.surface.faces[near[other.surface.faces].any(axis=1)]
                yield obstacle(other.name, other.id, vertices, touched, close=False)
            continue
        corners = labels[other.surface.faces]
        for tooth in np.unique(labels[near & (labels > 0)]).tolist():
            if other is part and tooth == label:
                continue
            patch = other.surface.faces[(corners == tooth).all(axis=1)]
            if len(patch):
                yield obstacle(str(tooth), other.id, vertices, patch)


def _key(part_id: str, label: int) -> str:
    return f"{_KEY} {part_id} {label}"


def _labels(part: Part) -> Any:
    return [] if part.surface.labels is None else np.unique(part.surface.labels)


def _has(part: Part, label: int) -> bool:
    labels = part.surface.labels
    return labels is not None and bool((labels == label).any())


def _no(what: str, where: str, remedy: str) -> ArgumentError:
    return ArgumentError(what, kind="argument", where=where, remedy=remedy)
