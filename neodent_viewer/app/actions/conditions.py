"""The names that a command's `enabled` and `checked` expressions may use, and how each is read from the context."""

from __future__ import annotations

from collections.abc import Callable

from neodent_viewer.app.actions import looks, recording
from neodent_viewer.app.context import AppContext
from neodent_viewer.document.part import BASE
from neodent_viewer.document.zone import ARRAY

Value = bool | int | str


def _ready_part(context: AppContext) -> bool:
    part = context.document.parts.get(context.selection.current.part)
    return part is not None and not part.preview


def _layer_chosen(context: AppContext) -> bool:
    part = context.sculpting.part
    return part is not None and context.sculpting.layer(part) != BASE


CONDITIONS: dict[str, Callable[[AppContext], Value]] = {
    "has_parts": lambda c: bool(c.document.parts),
    "part_selected": lambda c: c.selection.current.part in c.document.parts,
    "part_ready": _ready_part,
    "hidden_parts": lambda c: any(not part.visible for part in c.document.parts.values()),
    "probe_selected": lambda c: c.selection.current.probe in c.document.probes,
    "tooth_selected": lambda c: c.selection.current.tooth > 0,
    "labelled": lambda c: any(part.surface.labels is not None for part in c.document.parts.values()),
    "painted": lambda c: any(ARRAY in part.surface.arrays for part in c.document.parts.values()),
    "zone_selected": lambda c: c.selection.current.zone in c.document.zones,
    "captions": lambda c: c.document.look.captions,
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
    "surface": lambda c: c.viewing.display.surface,
    "matcap": lambda c: c.viewing.display.matcap,
    "wire": lambda c: c.viewing.display.wire,
    "marks": lambda c: c.viewing.display.marks,
    "colours": lambda c: c.viewing.display.colours,
    "original": lambda c: c.viewing.display.original,
    "ghost": lambda c: c.viewing.display.ghost,
    "beside": lambda c: c.viewing.beside,
    "deviation": lambda c: c.viewing.deviation,
    "clearance": lambda c: c.viewing.clearance,
    "keep_contact": lambda c: c.tools.brush.keep_contact,
    "turning": lambda c: c.viewing.turning,
    "kept_to": lambda c: c.camera.pivot is not None,
    "layer_chosen": _layer_chosen,
    "recording": lambda c: c.sculpting.recorder.running,
    "sensors_recorded": lambda c: recording.running(c.live) is not None,
    "replaying": lambda c: c.live.replay is not None,
    "playing": lambda c: c.live.replay is not None and c.live.replay.playing,
    "looping": lambda c: c.live.replay is not None and c.live.replay.loop,
    "chapter": lambda c: c.timeline.story.about() is not None,
    "narrated": lambda c: c.timeline.story.speaking,
    "follow": lambda c: c.timeline.story.follow,
    "strokes": lambda c: c.sculpting.recorder.count > 0,
    "own_plane": lambda c: bool(c.tools.brush.plane) or c.tools.brush.fitted,
    "fitted": lambda c: c.tools.brush.fitted,
    "airbrush": lambda c: c.tools.brush.rate > 0,
    "front_only": lambda c: c.tools.brush.front_only,
    "lock_to_tooth": lambda c: c.tools.brush.lock_to_label,
    "show_mode": lambda c: c.shell.show_mode,
    "workspace": lambda c: c.shell.workspace,
}


def read(context: AppContext) -> dict[str, Value]:
    """Return every condition as it stands now."""
    return {name: condition(context) for name, condition in CONDITIONS.items()}
