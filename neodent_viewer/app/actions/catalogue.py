"""All commands in one table: a file of records and one line here make a new one. Tools of the canvas become commands too."""

from __future__ import annotations

from collections.abc import Callable

from neodent_viewer.app.actions import (
    chapters,
    edit,
    file,
    help,
    layers,
    masks,
    perform,
    probes,
    recording,
    recording_calibration,
    recording_files,
    review,
    sculpt,
    seeing,
    strokes,
    timeline,
    topology,
    view,
    zones,
)
from neodent_viewer.app.actions.record import ALWAYS, Command
from neodent_viewer.app.context import AppContext, ToolInfo

COMMANDS: tuple[Command, ...] = (
    *file.COMMANDS,
    *edit.COMMANDS,
    *view.COMMANDS,
    *seeing.COMMANDS,
    *sculpt.COMMANDS,
    *masks.COMMANDS,
    *layers.COMMANDS,
    *topology.COMMANDS,
    *strokes.COMMANDS,
    *perform.COMMANDS,
    *recording.COMMANDS,
    *recording_files.COMMANDS,
    *recording_calibration.COMMANDS,
    *timeline.COMMANDS,
    *chapters.COMMANDS,
    *probes.COMMANDS,
    *zones.COMMANDS,
    *review.COMMANDS,
    *help.COMMANDS,
)


def tool_command(info: ToolInfo) -> Command:
    """Return the command that takes a tool in hand."""
    return Command(
        id=f"tool.{info.name}",
        title=info.title,
        run=_taker(info.name),
        icon=info.icon,
        keys=info.keys,
        menu="tools/Brushes" if info.brush else "tools",
        group="0",
        workspaces=info.workspaces,
        checked=f"tool == '{info.name}'",
        hint=info.hint,
        in_show=ALWAYS if info.name == "select" else "",
    )


def _taker(name: str) -> Callable[[AppContext], None]:
    return lambda context: context.tools.set_current(name)


def all_commands(context: AppContext) -> tuple[Command, ...]:
    """Return the commands of the program and of the tools the canvas offers."""
    return (*(tool_command(info) for info in context.tools.infos if info.workspaces), *COMMANDS)
