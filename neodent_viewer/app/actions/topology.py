"""Other faces for the part in work: remeshing and its like, in the background, with progress and a way to stop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from neodent_viewer.app.actions.layers import part_in_work
from neodent_viewer.app.actions.record import Command
from neodent_viewer.app.context import AppContext, JobHandle
from neodent_viewer.core.errors import TopologyError

if TYPE_CHECKING:
    from neodent_viewer.document.part import Part
    from neodent_viewer.document.topology_edits import Plan

#: operation -> (title in the menu, icon, keys, group); what it does stands in ``document.topology_edits``
_SHOWN = {
    "voxel": ("Voxel Remesh…", "mdi6.cube-scan", ("Ctrl+R",), "1"),
    "isotropic": ("Isotropic Remesh…", "mdi6.triangle-outline", (), "1"),
    "up": ("Subdivide", "mdi6.arrow-up-bold-hexagon-outline", ("Alt+PgUp",), "2"),
    "down": ("Subdivide Down", "mdi6.arrow-down-bold-hexagon-outline", ("Alt+PgDown",), "2"),
    "decimate": ("Decimate…", "mdi6.triangle-small-down", (), "2"),
    "fill": ("Fill Holes…", "mdi6.circle-slice-8", (), "3"),
    "smooth-boundary": ("Smooth Boundary…", "mdi6.vector-curve", (), "3"),
    "mirror": ("Mirror Half…", "mdi6.flip-horizontal", (), "4"),
    "cut": ("Cut by Plane…", "mdi6.box-cutter", (), "4"),
}


#: operations whose plane is shown before they are done
_BY_PLANE = ("mirror", "cut")


def _through_middle(part: Part, options: dict[str, Any]) -> dict[str, Any]:
    """Return options with the plane at zero where that lies in the part, else through its middle."""
    low, high = part.world_bounds()
    place = "xyz".index(str(options["axis"])[-1])
    inside = low[place] < 0.0 < high[place]
    return {**options, "at": 0.0 if inside else round(float(low[place] + high[place]) / 2.0, 2)}


def operate(name: str) -> Callable[[AppContext], None]:
    """Return the command that asks for an operation's options and carries it out."""

    def run(context: AppContext) -> None:
        from neodent_viewer.document.topology_edits import OPERATIONS, default_options

        part, what = part_in_work(context), OPERATIONS[name]
        offered = default_options(part, name)
        options: dict[str, Any] | None = {}
        plane = context.plane if name in _BY_PLANE else None
        if plane is not None:
            plane.begin(
                part, name, _through_middle(part, offered), lambda given: carry_out(context, part.id, name, given)
            )
            return
        if what.options:
            shown = [replace(option, default=offered[option.name]) for option in what.options]
            options = context.shell.ask_options(f"{what.title}: {part.name}", what.hint, shown)
        if options is not None:
            carry_out(context, part.id, name, options)

    return run


def carry_out(context: AppContext, part_id: str, name: str, options: dict[str, Any]) -> None:
    """Work an operation out in the background, do it, and say what was carried over and what was not."""
    from neodent_viewer.document.topology_edits import OPERATIONS, plan

    part = context.document.parts[part_id]
    stood = _stands(context)

    def work(handle: JobHandle) -> Plan:
        return plan(
            context.document,
            part_id,
            name,
            options,
            progress=lambda fraction: handle.progress(fraction),
            cancelled=handle.cancelled,
        )

    def then(made: Plan) -> None:
        if _stands(context) is not stood or context.document.parts.get(part_id) is not part:
            context.shell.say(
                f"{part.name} was changed while it was worked on, so that nothing was done. Ask again.", "warning"
            )
            return
        context.history.do(made.edit)
        context.shell.say(told(OPERATIONS[name].title, part.name, made), "warning" if made.report.losses() else "info")

    def failed(error: Exception) -> None:
        if not (isinstance(error, TopologyError) and error.kind == "cancelled"):
            context.shell.say_error(error)

    context.background.submit(f"{OPERATIONS[name].title}: {part.name}", work, then, failed, stoppable=True)


def told(title: str, part: str, made: Plan) -> str:
    """Return what was done, carried and lost, in a sentence or two."""
    faces = f"{title}: {part} has {made.faces_after:,} triangles now, it had {made.faces_before:,}."
    gains, losses = made.report.gains(), made.report.losses()
    carried = f" Carried over: {', '.join(gains)}." if gains else ""
    return faces + carried + "".join(f" {loss}" for loss in losses)


def _stands(context: AppContext) -> object:
    done = context.history.done()
    return done[-1] if done else None


COMMANDS = tuple(
    Command(
        f"topology.{name}",
        title,
        operate(name),
        icon,
        keys,
        "tools/Topology",
        group,
        ("sculpt",),
        enabled="has_parts and not busy",
        hint="On the part that was chosen or sculpted last; one step of undo.",
    )
    for name, (title, icon, keys, group) in _SHOWN.items()
)
