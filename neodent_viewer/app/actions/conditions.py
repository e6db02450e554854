"""The names that a command's `enabled` and `checked` expressions may use, and how each is read from the context."""

from __future__ import annotations

from collections.abc import Callable

from neodent_viewer.app.actions import looks
from neodent_viewer.app.context import AppContext

Value = bool | int | str


def _ready_part(context: AppContext) -> bool:
    part = context.document.parts.get(context.selection.current.part)
    return part is not None and not part.preview


CONDITIONS: dict[str, Callable[[AppContext], Value]] = {
    "has_parts": lambda c: bool(c.document.parts),
    "part_selected": lambda c: c.selection.current.part in c.document.parts,
    "part_ready": _ready_part,
    "hidden_parts": lambda c: any(not part.visible for part in c.document.parts.values()),
    "probe_selected": lambda c: c.selection.current.probe in c.document.probes,
    "finding_selected": lambda c: c.selection.current.finding in c.document.findings,
    "has_findings": lambda c: bool(c.document.findings),
    "can_undo": lambda c: bool(c.history.done()),
    "can_redo": lambda c: bool(c.history.undone()),
    "unsaved": lambda c: c.history.unsaved(),
    "busy": lambda c: bool(c.background.jobs()),
    "stage_open": lambda c: c.stage.is_open,
    "blackout": lambda c: c.stage.blackout,
    "frozen": lambda c: c.stage.frozen,
    "linked": lambda c: c.camera.linked,
    "orthographic": lambda c: bool(c.camera.camera.orthographic),
    "tool": lambda c: c.tools.current,
    "looks": lambda c: len(looks.available(c.document)),
    "legend": lambda c: c.document.look.legend,
    "scale_bar": lambda c: c.document.look.scale_bar,
    "symmetry": lambda c: c.tools.brush.symmetry_x,
    "invert": lambda c: c.tools.brush.invert,
    "show_mode": lambda c: c.shell.show_mode,
    "workspace": lambda c: c.shell.workspace,
}


def read(context: AppContext) -> dict[str, Value]:
    """Return every condition as it stands now."""
    return {name: condition(context) for name, condition in CONDITIONS.items()}
