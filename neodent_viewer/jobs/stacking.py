"""Sculpt layers as they were when a stroke was recorded, so that the stroke comes out the same bit for bit.

A layer is known by its name; of several with one name, by its place among them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from neodent_viewer.document.history import History
from neodent_viewer.document.layers import add_edit, strength_edit, visible_edit
from neodent_viewer.document.part import BASE, Part
from neodent_viewer.sculpt.recorded import LayerState, Recorded
from neodent_viewer.sculpt.surface import SculptMesh

#: a layer's name, and how many below it have the same
_Key = tuple[str, int]


def stack_as_recorded(
    part: Part, mesh: SculptMesh, stroke: Recorded, history: History, say: Callable[[str], None]
) -> None:
    """Give a part the layers a stroke was recorded with, each change an edit; the mesh follows.

    Parameters
    ----------
    part : Part
    mesh : SculptMesh
        Over the part's vertices.
    stroke : Recorded
    history : History
    say : callable
        Told, in a sentence, of layers that hold something and were not there when the stroke was recorded.
    """
    if not stroke.layers:
        return
    before = part.surface.vertices.copy()
    for key, wanted in _keyed(stroke.layers):
        if key not in dict(_ids(part)):
            history.do(add_edit(part, wanted.name))
        layer_id = dict(_ids(part))[key]
        layer = next(layer for layer in part.layers if layer.id == layer_id)
        if layer.strength != wanted.strength:
            history.do(strength_edit(part, layer_id, wanted.strength))
        if layer.visible != wanted.visible:
            history.do(visible_edit(part, layer_id, wanted.visible))
    _tell_of_others(part, stroke, say)
    moved = np.flatnonzero((before != part.surface.vertices).any(axis=1)).astype(np.int32)
    mesh.follow(moved)


def layer_for(part: Part, stroke: Recorded) -> str:
    """Return the id of the layer of a part that takes a recorded stroke; call `stack_as_recorded` before."""
    if stroke.layer < 0:
        return BASE
    keys = [key for key, _ in _keyed(stroke.layers)]
    return dict(_ids(part))[keys[stroke.layer]]


def _tell_of_others(part: Part, stroke: Recorded, say: Callable[[str], None]) -> None:
    known = {key for key, _ in _keyed(stroke.layers)}
    filled = {layer.id for layer in part.layers if len(layer.indices)}
    others = [key[0] for key, layer_id in _ids(part) if key not in known and layer_id in filled]
    if others:
        names = " and ".join(others)
        say(f"{part.name} has {names}, which was not there when the strokes were recorded; what comes out differs.")


def _keyed(layers: tuple[LayerState, ...]) -> Iterator[tuple[_Key, LayerState]]:
    seen: dict[str, int] = {}
    for layer in layers:
        seen[layer.name] = seen.get(layer.name, -1) + 1
        yield (layer.name, seen[layer.name]), layer


def _ids(part: Part) -> Iterator[tuple[_Key, str]]:
    states = tuple(LayerState(layer.name, layer.strength, layer.visible) for layer in part.layers)
    for (key, _), layer in zip(_keyed(states), part.layers, strict=True):
        yield key, layer.id
