"""Sculpt layers: every function returns one reversible Edit for ``history.do``, or refuses in words; nothing is changed here.

A stroke is drawn on the composed positions, whatever layer it is for; `stroke_edit` turns what it did into deltas.
What would move a locked tooth is refused.

A slider under the hand is shown with ``history.preview(strength_edit(...))`` and kept by ``history.settle()``: only the
vertices of that layer are composed again and told.
"""

from __future__ import annotations

import numpy as np

from neodent_viewer.core.errors import ArgumentError
from neodent_viewer.document.composing import deltas_at, layer_of, locked_vertices, with_deltas
from neodent_viewer.document.edits import ValueEdit, VertexEdit
from neodent_viewer.document.original import remember_before
from neodent_viewer.document.part import BASE, POSITION, Part, SculptLayer, new_id
from neodent_viewer.mesh.surface import Float32, Int32

__all__ = [
    *("add_edit", "remove_edit", "rename_edit", "strength_edit", "visible_edit", "move_edit", "merge_down_edit"),
    *("stroke_edit", "check_stroke", "layer_of", "deltas_at"),
]


def add_edit(part: Part, name: str = "", above: str = "") -> ValueEdit:
    """Return the edit that adds an empty layer on top, or over the layer `above`; ``edit.after`` holds it."""
    layer = SculptLayer(
        new_id("layer"), name.strip() or _free_name(part), np.zeros(0, np.int32), np.zeros((0, 3), np.float32)
    )
    place = _place(part, above) + 1 if above else len(part.layers)
    return _set(part, (*part.layers[:place], layer, *part.layers[place:]), f"Add {layer.name}")


def remove_edit(part: Part, layer_id: str) -> ValueEdit:
    """Return the edit that takes a layer away with what it holds."""
    gone = layer_of(part, layer_id)
    _check_locked(part, gone)
    return _set(part, tuple(layer for layer in part.layers if layer is not gone), f"Remove {gone.name}")


def rename_edit(part: Part, layer_id: str, name: str) -> ValueEdit:
    """Return the edit that gives a layer another name; raises ArgumentError for an empty one."""
    layer = layer_of(part, layer_id)
    if not name.strip():
        raise ArgumentError("A layer needs a name.", kind="argument", where=layer.name, remedy="Type one.")
    return ValueEdit(_path(part, layer_id, "name"), layer.name, name.strip(), f"Rename {layer.name} to {name.strip()}")


def strength_edit(part: Part, layer_id: str, strength: float) -> ValueEdit:
    """Return the edit that sets a layer's strength, which is limited to 0..1.5."""
    layer = layer_of(part, layer_id)
    _check_locked(part, layer)
    value = float(np.clip(np.nan_to_num(strength), 0.0, 1.5))
    return ValueEdit(_path(part, layer_id, "strength"), layer.strength, value, f"Strength of {layer.name}")


def visible_edit(part: Part, layer_id: str, visible: bool) -> ValueEdit:
    """Return the edit that shows or hides a layer."""
    layer = layer_of(part, layer_id)
    _check_locked(part, layer)
    title = f"{'Show' if visible else 'Hide'} {layer.name}"
    return ValueEdit(_path(part, layer_id, "visible"), layer.visible, visible, title)


def move_edit(part: Part, layer_id: str, place: int) -> ValueEdit:
    """Return the edit that puts a layer at `place`, 0 the bottom; places beyond the ends are the ends."""
    layer = layer_of(part, layer_id)
    _check_locked(part, layer)  # another order of the sum may round otherwise
    rest = [other for other in part.layers if other is not layer]
    place = max(0, min(place, len(rest)))
    return _set(part, (*rest[:place], layer, *rest[place:]), f"Move {layer.name}")


def merge_down_edit(part: Part, layer_id: str) -> ValueEdit:
    """Return the edit that gives a layer's shape, as strong as it is now, to the layer below, which keeps its strength.

    Raises
    ------
    ArgumentError
        If there is no layer below (the base stays what it is), or one of the two is hidden or the lower has no strength.
    """
    place = _place(part, layer_id)
    upper = part.layers[place]
    if place == 0:
        raise _refused(upper, "There is no layer below it; the base is never written over.", "Keep it as it is.")
    lower = part.layers[place - 1]
    for layer in (upper, lower):
        _check_locked(part, layer)
        if not layer.visible:
            raise _refused(layer, f"{layer.name} is hidden.", "Show it first, so that you see what you merge.")
    if not lower.strength:
        raise _refused(lower, f"{lower.name} has no strength.", "Raise its strength first.")
    rows = np.union1d(lower.indices, upper.indices).astype(np.int32)
    added = deltas_at(upper, rows).astype(np.float64) * (upper.strength / lower.strength)
    merged = with_deltas(lower, rows, (deltas_at(lower, rows) + added).astype(np.float32))
    layers = (*part.layers[: place - 1], merged, *part.layers[place + 1 :])
    return _set(part, layers, f"Merge {upper.name} into {lower.name}")


def _check_locked(part: Part, layer: SculptLayer) -> None:
    """Raise ArgumentError if the layer moves a tooth that is locked: no bit of that may change."""
    if part.locked and locked_vertices(part)[layer.indices].any():
        raise _refused(layer, f"{layer.name} has strokes on teeth that are locked.", "Unlock them first.")


def check_stroke(part: Part, layer_id: str) -> None:
    """Raise ArgumentError if nothing that is drawn on this layer would be seen: ask before a stroke begins."""
    if layer_id == BASE:
        return
    layer = layer_of(part, layer_id)
    if not layer.visible:
        raise _refused(
            layer, f"{layer.name} is hidden; a stroke on it would not be seen.", "Show it, or choose another."
        )
    if not layer.strength:
        raise _refused(
            layer, f"{layer.name} has strength 0; a stroke on it would not be seen.", "Raise its strength first."
        )


def stroke_edit(
    part: Part, layer_id: str, indices: Int32, before: Float32, after: Float32, title: str = "Stroke"
) -> VertexEdit:
    """Return the edit of a stroke on a layer, from what it did to the composed positions.

    Parameters
    ----------
    part : Part
        Its vertices may have been moved already: only `before` and `after` are read of them.
    layer_id : str
        A layer's id, or ``"base"``.
    indices : ndarray (k,) int32
    before, after : ndarray (k, 3) float32
        Composed positions in mm, as `sculpt.stroke.Stroke.finish` gives them.

    Returns
    -------
    VertexEdit
        Give it to ``history.do`` even if the stroke was drawn live: that writes the rows it touched once more, composed, so
        that redo brings the same bits. Its rows are deltas for a layer (the move divided by the layer's strength),
        positions of the base otherwise.

    Raises
    ------
    ArgumentError
        If the layer is hidden, has no strength, or is not there.
    """
    check_stroke(part, layer_id)
    order = np.argsort(indices, kind="stable")
    rows, before, after = indices[order], before[order], after[order]
    remember_before(part, POSITION, rows, before)
    moved = after.astype(np.float64) - before
    if layer_id != BASE:
        layer = layer_of(part, layer_id)
        old = deltas_at(layer, rows)
        new = (old + moved / layer.strength).astype(np.float32)
        new[~moved.any(axis=1)] = old[~moved.any(axis=1)]
    elif part.base is None:
        old, new = before, after
    else:
        old = part.base[rows]
        new = (old + moved).astype(np.float32)
    return VertexEdit(part.id, layer_id, POSITION, rows, old, new, title)


def _set(part: Part, layers: tuple[SculptLayer, ...], title: str) -> ValueEdit:
    return ValueEdit(("parts", part.id, "layers"), part.layers, layers, title)


def _path(part: Part, layer_id: str, field: str) -> tuple[str, ...]:
    return ("parts", part.id, "layers", layer_id, field)


def _place(part: Part, layer_id: str) -> int:
    layer = layer_of(part, layer_id)
    return next(place for place, other in enumerate(part.layers) if other is layer)


def _free_name(part: Part) -> str:
    taken = {layer.name for layer in part.layers}
    return next(name for number in range(1, len(taken) + 2) if (name := f"Layer {number}") not in taken)


def _refused(layer: SculptLayer, what: str, remedy: str) -> ArgumentError:
    return ArgumentError(what, kind="argument", where=layer.name, remedy=remedy)
