"""What can be done to a whole mask at once: actions rather than strokes. Each returns a new array and writes nothing.

The caller keeps the change as one edit of the array ``"mask"``. A mask is (n,) float32, 0 free to 1 protected.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from neodent_viewer.mesh.surface import Float32, Int32
from neodent_viewer.sculpt.surface import SculptMesh


def cleared(mesh: SculptMesh) -> Float32:
    """Return a mask that protects nothing."""
    return np.zeros(len(mesh.vertices), np.float32)


def inverted(mesh: SculptMesh) -> Float32:
    """Return what was free protected, and what was protected free."""
    return np.asarray(1 - _mask(mesh), np.float32)


def blurred(mesh: SculptMesh, passes: int = 3) -> Float32:
    """Return the mask with softer borders: each pass takes half of a place from its neighbours."""
    from neodent_viewer.sculpt.kernels import spread

    values = _mask(mesh).copy()
    for _ in range(passes):
        values = spread.mean(values, *mesh.neighbours())
    return np.asarray(np.clip(values, 0, 1), np.float32)


def sharpened(mesh: SculptMesh, passes: int = 1) -> Float32:
    """Return the mask with harder borders: each pass takes values away from a half, by the cubic smoothstep."""
    values = _mask(mesh).copy()
    for _ in range(passes):
        values = values * values * (3 - 2 * values)
    return np.asarray(values, np.float32)


def of_labels(mesh: SculptMesh, labels: Iterable[int]) -> Float32:
    """Return a mask that protects everything but `labels`: work on these teeth only. Free everywhere without labels."""
    if mesh.labels is None:
        return cleared(mesh)
    return (~np.isin(mesh.labels, list(labels))).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Action:
    """One action: title, key in the sculpt workspace (empty for none), and what it does."""

    title: str
    key: str
    run: Callable[[SculptMesh], Float32]


#: name -> action; one line an action
ACTIONS: dict[str, Action] = {
    "clear": Action("Clear Mask", "Alt+M", cleared),
    "invert": Action("Invert Mask", "Ctrl+I", inverted),
    "blur": Action("Blur Mask", "", blurred),
    "sharpen": Action("Sharpen Mask", "", sharpened),
}


def act(mesh: SculptMesh, action: str) -> tuple[Int32, Float32, Float32]:
    """Do an action to the mask in place; return the rows it changed (k,) int32, and their values before and after (k,)."""
    mask, after = mesh.array("mask"), ACTIONS[action].run(mesh)
    rows = np.flatnonzero(mask != after).astype(np.int32)
    before = mask[rows]
    mask[rows] = after[rows]
    return rows, before, after[rows]


def _mask(mesh: SculptMesh) -> Float32:
    return np.asarray(np.clip(mesh.array("mask"), 0, 1), np.float32)
