"""Zones: made of teeth or of what was painted, changed, moved in the list, taken away; each is one edit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from neodent_viewer.app.actions.looks import LookEditor
from neodent_viewer.app.actions.record import Command
from neodent_viewer.app.context import AppContext
from neodent_viewer.app.words import short_tooth
from neodent_viewer.core.errors import ArgumentError
from neodent_viewer.document.tooth_groups import group_edit
from neodent_viewer.document.zone import Zone, teeth_from, teeth_text
from neodent_viewer.document.zoning import (
    add_edit,
    change_edit,
    listed,
    move_edit,
    new_zone,
    remove_edit,
    unclaimed,
)


def choose(context: AppContext, zone_id: str) -> None:
    """Pick a zone out; the zone brush lays it down from now on."""
    context.selection.set(zone=zone_id)
    zone = context.document.zones.get(zone_id)
    if zone is not None:
        context.tools.brush.set(zone=zone.number)


def chosen(context: AppContext) -> Zone:
    """Return the zone that is picked out; ArgumentError without one."""
    zone = context.document.zones.get(context.selection.current.zone)
    if zone is None:
        raise ArgumentError("No zone is chosen.", kind="argument", remedy="Choose one in the zones panel.")
    return zone


def add(context: AppContext, name: str, **values: Any) -> None:
    """Make a zone and pick it out; it shows what the look shows until told otherwise."""
    look = context.document.look
    shown = {"quantity": look.quantity, "colormap": look.colormap, "low": look.low, "high": look.high}
    zone = new_zone(context.document, name, **{**shown, **values})
    context.history.do(add_edit(context.document, zone))
    choose(context, zone.id)


def from_tooth(context: AppContext) -> None:
    """Make a zone of the selected tooth."""
    tooth = context.selection.current.tooth
    if not tooth:
        raise ArgumentError("No tooth is selected.", kind="argument", remedy="Click a tooth, or name teeth instead.")
    add(context, short_tooth(tooth) or f"Tooth {tooth}", teeth=(tooth,))


def from_teeth(context: AppContext) -> None:
    """Ask for teeth and make a zone of them."""
    tooth = context.selection.current.tooth
    text = context.shell.ask_text("New zone", "Teeth (FDI), such as 16 17 or 13-23", str(tooth) if tooth else "13-23")
    if text is not None:
        teeth = teeth_from(text)
        add(context, f"Teeth {teeth_text(teeth)}" if len(teeth) > 1 else short_tooth(teeth[0]), teeth=teeth)


def from_painted(context: AppContext) -> None:
    """Make a zone of what was painted and is no zone yet: of what the brush lays down, or else the first there is."""
    numbers, brush = unclaimed(context.document), context.tools.brush.zone
    if not numbers:
        raise ArgumentError(
            "Nothing is painted that is not a zone already.", kind="argument",
            remedy="Take the zone brush (Z, in Sculpt), choose a new region and paint one.",
        )  # fmt: skip
    number = brush if brush in numbers else numbers[0]
    add(context, f"Region {number}", number=number)


def from_groups(context: AppContext) -> None:
    """Give front teeth, premolars and molars a zone each."""
    edit = group_edit(context.document)
    if edit is None:
        raise ArgumentError(
            "No tooth is labelled here.", kind="argument", remedy="Open a scan with labels, or paint a region."
        )
    context.history.do(edit)
    choose(context, listed(context.document)[0].id)


def change(context: AppContext, title: str, **values: Any) -> None:
    """Change fields of the chosen zone as one edit; nothing where they are so already."""
    zone = chosen(context)
    edit = change_edit(context.document, zone.id, f"{title} of {zone.name}", **values)
    if edit.after != zone:
        context.history.do(edit)


def preview(context: AppContext, title: str, **values: Any) -> None:
    """Show fields of the chosen zone while a hand still moves them; the history keeps them once it rests."""
    zone = chosen(context)
    context.history.preview(change_edit(context.document, zone.id, f"{title} of {zone.name}", **values))


def toggle_tooth(context: AppContext) -> None:
    """Take the selected tooth into the chosen zone, or out of it."""
    zone, tooth = chosen(context), context.selection.current.tooth
    if not tooth:
        raise ArgumentError("No tooth is selected.", kind="argument", remedy="Click a tooth in the picture first.")
    change(context, "Teeth", teeth=tuple(sorted(set(zone.teeth) ^ {tooth})))


def toggle_visible(context: AppContext) -> None:
    """Hide the chosen zone, or show it."""
    zone = chosen(context)
    change(context, "Hide" if zone.visible else "Show", visible=not zone.visible)


def rename(context: AppContext) -> None:
    """Ask for another name of the chosen zone."""
    name = context.shell.ask_text("Rename zone", "Name", chosen(context).name)
    if name:
        change(context, "Name", name=name)


def move(by: int) -> Callable[[AppContext], None]:
    """Return the command that moves the chosen zone up (+1) or down in the list."""

    def run(context: AppContext) -> None:
        edit = move_edit(context.document, chosen(context).id, by)
        if edit is not None:
            context.history.do(edit)

    return run


def remove(context: AppContext) -> None:
    """Take the chosen zone away, and its paint with it; undo brings both back."""
    order = [zone.id for zone in listed(context.document)]
    here = order.index(chosen(context).id)
    context.history.do(remove_edit(context.document, order[here]))
    order.pop(here)
    choose(context, order[min(here, len(order) - 1)] if order else "")


def paint(context: AppContext) -> None:
    """Take the zone brush in hand, with the chosen zone on it."""
    zone = chosen(context)
    context.shell.set_workspace("sculpt")
    context.tools.set_current("zone")
    context.tools.brush.set(zone=zone.number)


def show_field(context: AppContext) -> None:
    """Shade surfaces by the field, in which zones show."""
    from neodent_viewer.document.look import Shading

    LookEditor(context).set("Shading", shading=Shading.FIELD)


def toggle_captions(context: AppContext) -> None:
    """Show or hide the captions of zones."""
    LookEditor(context).set("Captions of zones", captions=not context.document.look.captions)


def _command(name: str, title: str, run: Callable[[AppContext], object], icon: str, group: str, **more: Any) -> Command:
    return Command(f"zone.{name}", title, run, f"mdi6.{icon}", menu="tools/Zones", group=group, **more)


_CHOSEN = "zone_selected"
COMMANDS = (
    _command("from_tooth", "New Zone from the Selected Tooth", from_tooth, "tooth-outline", "1", enabled="tooth_selected"),
    _command(
        "from_teeth", "New Zone from Teeth…", from_teeth, "format-list-numbered", "1", enabled="has_parts",
        hint="Name teeth by their FDI numbers: 16 17, or 13-23 for a run.",
    ),
    _command(
        "from_painted", "New Zone from the Painted Region", from_painted, "map-outline", "1", enabled="painted",
        hint="Make a zone of what the zone brush has laid down.",
    ),
    _command(
        "groups", "Zones by Groups of Teeth", from_groups, "view-grid-plus-outline", "1", enabled="labelled",
        hint="pH on front teeth, temperature on premolars, bite force on molars, each with its legend.",
    ),
    _command("paint", "Paint Zone", paint, "brush", "2", enabled=_CHOSEN, hint="Take the zone brush in hand for this zone."),
    _command(
        "tooth", "Add or Take Out the Selected Tooth", toggle_tooth, "tooth", "2", enabled=f"{_CHOSEN} and tooth_selected"
    ),
    _command("rename", "Rename Zone…", rename, "rename-outline", "2", enabled=_CHOSEN),
    _command("hide", "Hide or Show Zone", toggle_visible, "eye-off-outline", "2", enabled=_CHOSEN),
    _command("up", "Move Zone Up", move(1), "arrow-up", "3", enabled=_CHOSEN, hint="Higher zones are shown over lower ones."),
    _command("down", "Move Zone Down", move(-1), "arrow-down", "3", enabled=_CHOSEN),
    _command("remove", "Remove Zone", remove, "map-marker-remove-outline", "4", enabled=_CHOSEN),
    _command("captions", "Captions of Zones", toggle_captions, "comment-text-outline", "5", checked="captions"),
)  # fmt: skip
