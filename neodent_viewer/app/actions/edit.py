"""Edit: undo, redo, and what can be done to the selected part."""

from __future__ import annotations

import numpy as np

from neodent_viewer.app.actions import parts, probes, review
from neodent_viewer.app.actions.record import Command
from neodent_viewer.app.context import AppContext
from neodent_viewer.app.words import count
from neodent_viewer.document.history import History


def undo(context: AppContext) -> None:
    """Take the last edit back and say which."""
    edit = context.history.undo()
    if edit is not None:
        context.shell.say(f"Undone: {edit.title}")


def redo(context: AppContext) -> None:
    """Carry the last undone edit out again and say which."""
    edit = context.history.redo()
    if edit is not None:
        context.shell.say(f"Done again: {edit.title}")


def go_to(history: History, steps: int) -> None:
    """Undo or redo until `steps` edits stand."""
    while len(history.done()) > steps and history.undo() is not None:
        pass
    while len(history.done()) < steps and history.redo() is not None:
        pass


def select_all(context: AppContext) -> None:
    """Select every part."""
    context.selection.set(parts=tuple(context.document.parts))


def rename_part(context: AppContext) -> None:
    """Ask for a new name of the leading part."""
    part = context.document.parts[context.selection.current.part]
    name = context.shell.ask_text("Rename part", "Name", part.name)
    if name is not None:
        parts.rename(context, part.id, name)


def toggle_parts(context: AppContext) -> None:
    """Hide the selected parts, or show them when all of them are hidden."""
    chosen = [
        context.document.parts[name] for name in context.selection.current.parts if name in context.document.parts
    ]
    show = not any(part.visible for part in chosen)
    with context.history.group(f"{'Show' if show else 'Hide'} {count(len(chosen), 'part')}"):
        for part in chosen:
            parts.set_visible(context, part.id, show)


def show_all(context: AppContext) -> None:
    """Show every hidden part."""
    with context.history.group("Show all parts"):
        for part_id in list(context.document.parts):
            parts.set_visible(context, part_id, True)


def remove_parts(context: AppContext) -> None:
    """Remove the selected parts; undo brings them back."""
    chosen = [part_id for part_id in context.selection.current.parts if part_id in context.document.parts]
    with context.history.group(f"Remove {count(len(chosen), 'part')}"):
        for part_id in chosen:
            parts.remove(context, part_id)


def remove_selected(context: AppContext) -> None:
    """Remove what was picked out last: a finding, else a probe, else the selected parts; undo brings it back."""
    chosen, document = context.selection.current, context.document
    if context.shell.workspace == "review" and chosen.finding in document.findings:
        review.delete(context, chosen.finding)
    elif context.shell.workspace != "sculpt" and chosen.probe in document.probes:
        probes.remove(context, chosen.probe)
    else:
        remove_parts(context)


def move_part(context: AppContext) -> None:
    """Ask for a shift and turns, and move the leading part by them."""
    from neodent_viewer.app.dialogs import FormField

    part = parts.ready(context, context.selection.current.part)
    fields = [FormField(f"shift_{a}", f"Shift along {a} ({way})", "mm", 0.0, -500, 500, 3) for a, way in _WAYS.items()]
    fields += [FormField(f"turn_{a}", f"Turn about {a}", "°", 0.0, -360, 360, 2) for a in _WAYS]
    answer = context.shell.ask_form(f"Move {part.name}", fields)
    if answer is not None:
        shift, turn = ([answer[f"{kind}_{a}"] for a in _WAYS] for kind in ("shift", "turn"))
        parts.move(context, part.id, np.array(shift), np.array(turn))


_WAYS = {"x": "to the patient's left", "y": "up", "z": "forward"}

COMMANDS = (
    Command("edit.undo", "Undo", undo, "mdi6.undo", ("Ctrl+Z",), "edit", "1", enabled="can_undo"),
    Command("edit.redo", "Redo", redo, "mdi6.redo", ("Ctrl+Shift+Z", "Ctrl+Y"), "edit", "1", enabled="can_redo"),
    Command("edit.select_all", "Select All Parts", select_all, "", ("Ctrl+A",), "edit", "2", enabled="has_parts"),
    Command(
        "edit.deselect",
        "Select Nothing",
        lambda c: c.selection.clear(),
        "",
        ("Ctrl+Shift+A",),
        "edit",
        "2",
    ),
    Command(
        "edit.rename", "Rename Part…", rename_part, "mdi6.rename-outline", ("F2",), "edit", "3", enabled="part_selected"
    ),
    Command(
        "edit.move",
        "Move Part…",
        move_part,
        "mdi6.axis-arrow",
        ("Ctrl+M",),
        "edit",
        "3",
        enabled="part_ready",
        hint="Shift and turn the selected part by numbers.",
    ),
    Command(
        "edit.hide",
        "Hide or Show Part",
        toggle_parts,
        "mdi6.eye-off-outline",
        ("Ctrl+H",),
        "edit",
        "3",
        enabled="part_selected",
    ),
    Command(
        "edit.show_all", "Show All Parts", show_all, "mdi6.eye-outline", ("Alt+H",), "edit", "3", enabled="hidden_parts"
    ),
    Command(
        "edit.remove",
        "Remove What Is Selected",
        remove_selected,
        "mdi6.trash-can-outline",
        ("Del",),
        "edit",
        "4",
        enabled="part_selected or probe_selected or finding_selected",
        hint="Take out the selected finding, probe or parts; undo brings them back.",
    ),
    Command(
        "edit.preferences",
        "Preferences…",
        lambda c: c.shell.want("preferences"),
        "mdi6.cog-outline",
        ("Ctrl+,",),
        "edit",
        "9",
    ),
)
