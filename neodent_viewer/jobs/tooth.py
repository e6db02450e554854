"""Moving one tooth of a file without a window: read, move, write, and say what was done in numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from neodent_viewer.anatomy.tooth_frame import Pose, ToothFrame
from neodent_viewer.anatomy.tooth_rig import REACH
from neodent_viewer.core.errors import ArgumentError
from neodent_viewer.document.document import Document
from neodent_viewer.document.history import History
from neodent_viewer.document.layers import add_edit, check_stroke
from neodent_viewer.document.part import BASE, Part
from neodent_viewer.document.tooth import ToothGrip, grip, part_with, pose_edit
from neodent_viewer.files.export import export_parts
from neodent_viewer.files.opening import read_parts
from neodent_viewer.files.project import SUFFIX, is_project, load_project, save_project

Vec3 = tuple[float, float, float]

#: mm and degrees beyond which a move is a slip of the finger
FARTHEST, WIDEST = 20.0, 90.0
#: factors of size a tooth may take
SIZES = (0.2, 5.0)


@dataclass(frozen=True, slots=True)
class ToothMove:
    """What is to be done to which tooth.

    Attributes
    ----------
    label : int
        FDI number.
    move : tuple of 3 float
        mm along the axes of the world.
    slide : tuple of 3 float
        mm to mesial, buccal and occlusal, added to `move`.
    rotate, tip, torque : float
        Degrees, as in `anatomy.tooth_frame.Pose`.
    scale : float
        Size about the neck.
    keep_contact : bool
        Stop at neighbours and antagonists.
    part : str
        Name of the part, where several have the label.
    reach : float
        mm of gingiva that follows.
    layer : str
        Name of the sculpt layer that takes the move, made where there is none; the base if empty.
    """

    label: int
    move: Vec3 = (0.0, 0.0, 0.0)
    slide: Vec3 = (0.0, 0.0, 0.0)
    rotate: float = 0.0
    tip: float = 0.0
    torque: float = 0.0
    scale: float = 1.0
    keep_contact: bool = False
    part: str = ""
    reach: float = REACH
    layer: str = ""

    def __post_init__(self) -> None:
        lengths, turns = (*self.move, *self.slide, self.reach), (self.rotate, self.tip, self.torque)
        if not (
            all(abs(length) <= FARTHEST for length in lengths)
            and all(abs(turn) <= WIDEST for turn in turns)
            and SIZES[0] <= self.scale <= SIZES[1]
            and self.reach >= 0.0
        ):
            raise ArgumentError(
                "The tooth would leave the mouth.",
                kind="argument",
                where=f"label {self.label}",
                remedy=f"Stay within {FARTHEST:g} mm, {WIDEST:g} degrees and {SIZES[0]:g} to {SIZES[1]:g} times its size.",
            )


def load(paths: Sequence[Path]) -> tuple[Document, History]:
    """Return the document of a project, or one of the parts of mesh files."""
    if len(paths) == 1 and is_project(paths[0]):
        loaded = load_project(paths[0])
        history = History(loaded.document)
        history.restore(loaded.done, loaded.undone)
        return loaded.document, history
    document = Document()
    for part in read_parts(paths):
        document.set(("parts", part.id), part)
    return document, History(document)


def move_tooth(document: Document, history: History, wanted: ToothMove) -> dict[str, Any]:
    """Move a tooth of a document as one step of its history; return the report.

    Raises
    ------
    ArgumentError
        In words: no such tooth, on several parts, locked, nothing but a triangle, or a layer that is hidden.
    """
    part = part_with(document, wanted.label, _named(document, wanted.part))
    held = grip(document, part.id, wanted.label, reach=wanted.reach)
    aim = _target(held.frame, held.held, wanted, part.transform[:3, :3])
    pose = held.clear(held.held, aim) if wanted.keep_contact else aim
    before = part.surface.vertices[held.rows]
    with history.group(f"Move tooth {wanted.label}"):
        layer = _layer(part, wanted.layer, history)
        history.do(pose_edit(part, held, before, pose, layer=layer))
    farthest = float(np.abs(held.positions(pose) - before).max(initial=0.0))
    return {**_report(part.name, held, pose, aim, farthest), "layer": wanted.layer or BASE}


def write(document: Document, history: History, part: str, out: Path) -> list[Path]:
    """Write the moved part (by name), or the whole project where `out` is one; return the files."""
    if out.suffix.lower() == SUFFIX:
        save_project(document, history, out)
        return [out]
    return export_parts([one for one in document.parts.values() if one.name == part], out)


def _layer(part: Part, name: str, history: History) -> str:
    """Return the id of the layer of that name, the topmost of several, made where there is none."""
    if not name:
        return BASE
    if not any(layer.name == name for layer in part.layers):
        history.do(add_edit(part, name))
    layer = next(layer for layer in reversed(part.layers) if layer.name == name)
    check_stroke(part, layer.id)
    return layer.id


def _named(document: Document, name: str) -> str:
    found = [part.id for part in document.parts.values() if name in (part.name, part.id)]
    if name and len(found) != 1:
        names = ", ".join(part.name for part in document.parts.values())
        raise ArgumentError(
            f"There {'are several parts' if found else 'is no part'} called {name!r}.",
            kind="argument",
            where="--part",
            remedy=f"There are: {names}.",
        )
    return found[0] if found else ""


def _target(frame: ToothFrame, start: Pose, wanted: ToothMove, turn: np.ndarray[Any, Any]) -> Pose:
    """Return the pose asked for, counted on from where the tooth stands."""
    local = np.linalg.solve(turn, np.array(wanted.move))
    step = frame.axes @ local + np.array(wanted.slide)
    x, y, z = (float(old + new) for old, new in zip(start.move, step, strict=True))
    return replace(
        start,
        move=(x, y, z),
        rotate=start.rotate + wanted.rotate,
        tip=start.tip + wanted.tip,
        torque=start.torque + wanted.torque,
        scale=start.scale * wanted.scale,
    )


def _report(name: str, held: ToothGrip, pose: Pose, aim: Pose, farthest: float) -> dict[str, Any]:
    mesial, buccal, occlusal = pose.move
    return {
        "part": name,
        "label": held.label,
        "pose": {
            "mesial_mm": mesial,
            "buccal_mm": buccal,
            "occlusal_mm": occlusal,
            "rotate_deg": pose.rotate,
            "tip_deg": pose.tip,
            "torque_deg": pose.torque,
            "scale": pose.scale,
        },
        "frame": {
            "origin_mm": held.frame.origin.tolist(),
            **{axis: row.tolist() for axis, row in zip(("mesial", "buccal", "long"), held.frame.axes, strict=True)},
        },
        "stopped": pose != aim,
        "crown_vertices": len(held.rig.crown) + len(held.rig.band),
        "gingiva_vertices": len(held.rig.gum),
        "largest_step_mm": farthest,
        "obstacles": [pair.other.name for pair in held.contact.pairs],
        "penetration_mm": held.depths(pose),
        "notes": [] if len(held.rig.gum) else ["There is no free gingiva around this tooth: nothing follows it."],
    }
