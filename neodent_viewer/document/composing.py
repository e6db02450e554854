"""What a part with sculpt layers looks like: its base plus, bottom first, strength times deltas of every visible layer.

Sums are taken in float64 in the order of the layers and rounded once, row by row, so a row composed alone or with all
others comes out the same bit for bit; nothing is ever computed back by subtracting.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.core.errors import ArgumentError
from neodent_viewer.document.part import BASE, STRONGEST, Part, SculptLayer
from neodent_viewer.mesh.surface import Float32, Int32


def layer_of(part: Part, layer_id: str) -> SculptLayer:
    """Return one layer of a part; raises ArgumentError if there is none of that id."""
    for layer in part.layers:
        if layer.id == layer_id:
            return layer
    what = f"{part.name} has no such sculpt layer."
    raise ArgumentError(
        what, kind="argument", where=f"{part.id}/{layer_id}", remedy="Choose another one, or sculpt on the base layer."
    )


def base_of(part: Part) -> Float32:
    """Return the positions (n, 3) under all layers; not to be written."""
    return part.surface.vertices if part.base is None else part.base


def deltas_at(layer: SculptLayer, rows: Int32) -> Float32:
    """Return a layer's displacements (k, 3) at vertices `rows` (k,), zero where it has none."""
    found = np.zeros((len(rows), 3), np.float32)
    here, at = _match(layer, rows)
    found[here] = layer.deltas[at]
    return found


def locked_vertices(part: Part) -> NDArray[np.bool_]:
    """Return which vertices (n,) bear a label that the user locked."""
    labels = part.surface.labels
    if labels is None or not part.locked:
        return np.zeros(len(part.surface.vertices), np.bool_)
    return np.isin(labels, list(part.locked))


def with_deltas(layer: SculptLayer, rows: Int32, values: Float32) -> SculptLayer:
    """Return a layer whose displacements at `rows` (k,) are `values` (k, 3); rows that are all zero are not kept."""
    keep = ~np.isin(layer.indices, rows, assume_unique=True)
    some = values.any(axis=1)
    indices = np.concatenate([layer.indices[keep], rows[some]]).astype(np.int32)
    deltas = np.concatenate([layer.deltas[keep], values[some]]).astype(np.float32)
    order = np.argsort(indices, kind="stable")
    return replace(layer, indices=indices[order], deltas=np.ascontiguousarray(deltas[order]))


def composed(part: Part, rows: Int32) -> Float32:
    """Return the composed positions (k, 3) float32 of vertices `rows` (k,)."""
    total = base_of(part)[rows].astype(np.float64)
    for layer in part.layers:
        if layer.visible and layer.strength:
            here, at = _match(layer, rows)
            total[here] += float(layer.strength) * layer.deltas[at].astype(np.float64)
    return total.astype(np.float32)


def with_field(part: Part, layer_id: str, field: str, value: Any) -> tuple[SculptLayer, ...]:
    """Return a part's layers with another name, strength or visible flag of one of them; raises ArgumentError."""
    old = layer_of(part, layer_id)
    if field not in {"name", "strength", "visible"}:
        raise KeyError(f"a layer has no field {field!r} to set")
    if field == "strength" and not 0.0 <= value <= STRONGEST:
        raise ArgumentError(
            f"A layer's strength lies between 0 and {STRONGEST:g}.",
            kind="argument",
            where=f"{old.name}: {value:g}",
            remedy="Stroke on the layer again to go further.",
        )
    new = replace(old, **{field: value})
    return tuple(new if layer is old else layer for layer in part.layers)


def set_layers(part: Part, layers: tuple[SculptLayer, ...]) -> Int32:
    """Give a part other layers and compose what they touch; return those vertices (k,) int32, ascending.

    The first layer makes the part keep its base; with the last one it goes, for then it is what is drawn.
    """
    rows = _touched(part.layers, layers)
    if layers and part.base is None:
        part.base = part.surface.vertices.copy()
    part.layers = layers
    if len(rows):
        part.surface.vertices[rows] = composed(part, rows)
    if not layers:
        part.base = None
    return rows


def write_rows(part: Part, layer_id: str, rows: Int32, values: Float32) -> None:
    """Write `values` (k, 3) at `rows` (k,) as deltas of a layer, or as base for ``"base"``, and compose these rows."""
    if layer_id != BASE:
        layer = layer_of(part, layer_id)
        new = with_deltas(layer, rows, values)
        part.layers = tuple(new if other is layer else other for other in part.layers)
    elif part.base is not None:
        base = part.base.copy()  # a save under way may be reading the old one
        base[rows] = values
        part.base = base
    else:
        part.surface.vertices[rows] = values
        return
    part.surface.vertices[rows] = composed(part, rows)


def remember_original(part: Part) -> None:
    """Keep the positions as they are as the part's original, unless it keeps one already."""
    if part.original is None:
        part.original = part.surface.vertices.copy()


def compose(part: Part) -> None:
    """Write the composed positions of all vertices of a part that has layers."""
    if part.base is not None:
        part.surface.vertices[:] = composed(part, np.arange(len(part.base), dtype=np.int32))


def rescaled(part: Part, factor: float) -> Part:
    """Return a part, whose surface is `factor` times as large already, with base, original and layers to match."""

    def times(values: Float32 | None) -> Float32 | None:
        return None if values is None else (values.astype(np.float64) * factor).astype(np.float32)

    layers = [replace(layer, deltas=layer.deltas * np.float32(factor)) for layer in part.layers]
    base, original = times(part.base), times(part.original)
    part = replace(part, base=base, original=original, layers=tuple(layers), below=(), above=())
    compose(part)
    return part


def _match(layer: SculptLayer, rows: Int32) -> tuple[Any, Any]:
    """Return which of `rows` the layer touches, and its own rows of them."""
    if len(layer.indices) == len(rows) and np.array_equal(layer.indices, rows):
        return slice(None), slice(None)
    if not len(layer.indices):
        return slice(0), slice(0)
    at = np.minimum(np.searchsorted(layer.indices, rows), len(layer.indices) - 1)
    here = np.flatnonzero(layer.indices[at] == rows)
    return here, at[here]


def _touched(old: tuple[SculptLayer, ...], new: tuple[SculptLayer, ...]) -> Int32:
    """Return the vertices (k,) int32 that may move when layers `old` give way to `new`, ascending."""
    same = [layer for layer in old if any(layer is other for other in new)]
    if same == [layer for layer in new if any(layer is other for other in old)]:
        changed = [layer for layer in (*old, *new) if not any(layer is other for other in same)]
    else:
        changed = [*old, *new]
    # two that differ in name alone move nothing, but finding that out costs more than composing them
    rows = [layer.indices for layer in {id(layer): layer for layer in changed}.values()]
    if not rows:
        return np.zeros(0, np.int32)
    return rows[0] if all(row is rows[0] for row in rows) else np.unique(np.concatenate(rows)).astype(np.int32)
