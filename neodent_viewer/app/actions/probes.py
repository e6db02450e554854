"""What can be done to a probe: take it out, rename it, place a set on a labelled jaw. Each is undoable."""

from __future__ import annotations

from dataclasses import replace

from neodent_viewer.app.actions.record import Command
from neodent_viewer.app.context import AppContext
from neodent_viewer.document.edits import ValueEdit, set_value


def remove(context: AppContext, probe_id: str) -> None:
    """Take a probe out."""
    probe = context.document.probes[probe_id]
    context.history.do(ValueEdit(("probes", probe_id), probe, None, f"Remove probe {probe.name}"))
    if context.selection.current.probe == probe_id:
        context.selection.set(probe="")


def rename(context: AppContext, probe_id: str, name: str) -> None:
    """Give a probe another name; an empty one changes nothing."""
    probe = context.document.probes[probe_id]
    if name.strip() and name.strip() != probe.name:
        after = replace(probe, name=name.strip())
        title = f"Rename probe {probe.name} to {after.name}"
        context.history.do(set_value(context.document, ("probes", probe_id), after, title))


def place_usual(context: AppContext) -> None:
    """Put a probe on each of the usual teeth that carries none."""
    from neodent_viewer.live.placement import probe_edits, propose_probes

    edits = probe_edits(context.document, propose_probes(context.document))
    with context.history.group("Place probes on the usual teeth"):
        for edit in edits:
            context.history.do(edit)
    if not edits:
        context.shell.say("No labelled tooth is free for a probe. Place one by a click instead.", "warning")


def remove_selected(context: AppContext) -> None:
    """Take the selected probe out."""
    remove(context, context.selection.current.probe)


def rename_selected(context: AppContext) -> None:
    """Ask for a new name of the selected probe."""
    probe = context.document.probes[context.selection.current.probe]
    name = context.shell.ask_text("Rename probe", "Name", probe.name)
    if name is not None:
        rename(context, probe.id, name)


COMMANDS = (
    Command(
        "probe.place_usual",
        "Place Probes on the Usual Teeth",
        place_usual,
        "mdi6.map-marker-multiple-outline",
        (),
        "tools",
        "6",
        ("perform", "review"),
        enabled="has_parts",
        hint="Put a probe on each of the usual teeth that carries none.",
    ),
    Command(
        "probe.rename",
        "Rename Probe…",
        rename_selected,
        "mdi6.rename-outline",
        (),
        "tools",
        "6",
        ("perform",),
        enabled="probe_selected",
    ),
    Command(
        "probe.remove",
        "Remove Probe",
        remove_selected,
        "mdi6.map-marker-remove-outline",
        ("Shift+Del",),
        "tools",
        "6",
        ("perform", "review"),
        enabled="probe_selected",
    ),
)
