"""Sculpt layers of the part in work: add, rename, order, merge, remove. Each is one edit; which one takes strokes is none."""

from __future__ import annotations

from collections.abc import Callable

from neodent_viewer.app.actions.record import Command
from neodent_viewer.app.context import AppContext
from neodent_viewer.core.errors import ArgumentError
from neodent_viewer.document import layers
from neodent_viewer.document.composing import layer_of
from neodent_viewer.document.edits import ValueEdit
from neodent_viewer.document.part import BASE, Part

_HERE = ("sculpt",)


def part_in_work(context: AppContext) -> Part:
    """Return the part that was chosen or sculpted last; ArgumentError without one, or while it is being prepared."""
    part = context.sculpting.part
    if part is None or part.preview:
        raise ArgumentError("There is no part to work on.", kind="argument", remedy="Open a scan, or wait a moment.")
    return part


def chosen(context: AppContext) -> tuple[Part, str]:
    """Return the part in work and the id of the layer that takes strokes; ArgumentError where that is the base."""
    part = part_in_work(context)
    layer = context.sculpting.layer(part)
    if layer == BASE:
        raise ArgumentError("The base is no layer.", kind="argument", where=part.name, remedy="Choose a layer first.")
    return part, layer


def add(context: AppContext) -> None:
    """Add a layer over the chosen one, and let it take strokes."""
    part = part_in_work(context)
    here = context.sculpting.layer(part)
    edit = layers.add_edit(part, above="" if here == BASE else here)
    context.history.do(edit)
    before = {layer.id for layer in edit.before}
    context.sculpting.choose_layer(part, next(layer.id for layer in part.layers if layer.id not in before))


def on_chosen(make: Callable[[Part, str], ValueEdit]) -> Callable[[AppContext], None]:
    """Return the command that does an edit to the chosen layer."""

    def run(context: AppContext) -> None:
        context.history.do(make(*chosen(context)))

    return run


def merge(context: AppContext) -> None:
    """Give the chosen layer's shape to the one below, which takes strokes from then on."""
    part, layer = chosen(context)
    place = [each.id for each in part.layers].index(layer)
    context.history.do(layers.merge_down_edit(part, layer))
    context.sculpting.choose_layer(part, part.layers[place - 1].id)


def move(by: int) -> Callable[[AppContext], None]:
    """Return the command that moves the chosen layer up (+1) or down."""

    def run(context: AppContext) -> None:
        part, layer = chosen(context)
        place = [each.id for each in part.layers].index(layer)
        if 0 <= place + by < len(part.layers):
            context.history.do(layers.move_edit(part, layer, place + by))

    return run


def toggle(context: AppContext) -> None:
    """Hide the chosen layer, or show it."""
    part, layer = chosen(context)
    context.history.do(layers.visible_edit(part, layer, not layer_of(part, layer).visible))


def rename(context: AppContext) -> None:
    """Ask for another name of the chosen layer."""
    part, layer = chosen(context)
    name = context.shell.ask_text("Rename Layer", "Name", layer_of(part, layer).name)
    if name is not None:
        context.history.do(layers.rename_edit(part, layer, name))


COMMANDS = (
    Command(
        "layer.add", "Add Layer", add, "mdi6.layers-plus", ("Ctrl+Shift+N",), "tools/Layers", "1", _HERE,
        enabled="has_parts", hint="Strokes go to it from now on; the base stays as it is.",
    ),
    Command(
        "layer.rename", "Rename Layer…", rename, "mdi6.rename-outline", (), "tools/Layers", "2", _HERE,
        enabled="layer_chosen",
    ),
    Command(
        "layer.hide", "Hide or Show Layer", toggle, "mdi6.eye-off-outline", (), "tools/Layers", "2", _HERE,
        enabled="layer_chosen",
    ),
    Command("layer.up", "Move Layer Up", move(1), "mdi6.arrow-up", (), "tools/Layers", "3", _HERE, enabled="layer_chosen"),
    Command(
        "layer.down", "Move Layer Down", move(-1), "mdi6.arrow-down", (), "tools/Layers", "3", _HERE,
        enabled="layer_chosen",
    ),
    Command(
        "layer.merge", "Merge Layer Down", merge, "mdi6.layers-triple-outline", (), "tools/Layers", "4", _HERE,
        enabled="layer_chosen", hint="The layer below takes its shape, as strong as it is now.",
    ),
    Command(
        "layer.remove", "Remove Layer", on_chosen(layers.remove_edit), "mdi6.trash-can-outline", (), "tools/Layers", "4",
        _HERE, enabled="layer_chosen",
    ),
)  # fmt: skip
