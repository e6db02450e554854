"""Review: findings, legend and scale bar."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from neodent_viewer.app.actions.record import Command
from neodent_viewer.app.context import WORKSPACES, AppContext
from neodent_viewer.document.edits import ValueEdit, set_value
from neodent_viewer.document.finding import Finding


def change(context: AppContext, finding: Finding, told: str, **values: Any) -> None:
    """Change fields of a finding as one edit, called `told` in the history."""
    after = replace(finding, **values)
    if after != finding:
        context.history.do(set_value(context.document, ("findings", finding.id), after, told))


def toggle_closed(context: AppContext, finding_id: str) -> None:
    """Close an open finding, open a closed one."""
    finding = context.document.findings[finding_id]
    closing = finding.state == "open"
    title = f"{'Close' if closing else 'Open'} {finding.title}"
    change(context, finding, title, state="closed" if closing else "open")


def delete(context: AppContext, finding_id: str) -> None:
    """Remove a finding; undo brings it back."""
    finding = context.document.findings[finding_id]
    context.history.do(ValueEdit(("findings", finding_id), finding, None, f"Delete {finding.title}"))
    if context.selection.current.finding == finding_id:
        context.selection.set(finding="")


def rename(context: AppContext, finding_id: str, title: str) -> None:
    """Give a finding another headline; an empty one changes nothing."""
    finding = context.document.findings[finding_id]
    if title.strip():
        change(context, finding, f"Rename {finding.title}", title=title.strip())


def show(context: AppContext, finding_id: str) -> None:
    """Select a finding and go to the view it was made in; without one, frame its part."""
    finding = context.document.findings[finding_id]
    parts = tuple(dict.fromkeys(anchor.part for anchor in finding.anchors if anchor.part in context.document.parts))
    context.selection.set(finding=finding_id, parts=parts or None)
    if finding.view:
        from neodent_viewer.render.views import Camera

        context.camera.set_camera(Camera.from_tuple(finding.view))
    else:
        context.camera.frame_selection()


def step(context: AppContext, by: int) -> None:
    """Show the next (+1) or previous (-1) finding."""
    names = list(context.document.findings)
    if names:
        here = names.index(context.selection.current.finding) if context.selection.current.finding in names else -by
        show(context, names[(here + by) % len(names)])


def toggle_legend(context: AppContext) -> None:
    """Show or hide the legend of the colour map."""
    _toggle(context, "legend", "legend")


def toggle_scale_bar(context: AppContext) -> None:
    """Show or hide the scale bar."""
    _toggle(context, "scale_bar", "scale bar")


def _toggle(context: AppContext, field: str, words: str) -> None:
    look = context.document.look
    values: dict[str, Any] = {field: not getattr(look, field)}
    title = f"{'Show' if values[field] else 'Hide'} {words}"
    after = replace(look, **values)
    context.history.do(set_value(context.document, ("look",), after, title))


_HERE = ("review",)

COMMANDS = (
    Command(
        "review.legend",
        "Legend",
        toggle_legend,
        "mdi6.format-list-bulleted-type",
        ("L",),
        "tools",
        "2",
        _HERE,
        checked="legend",
    ),
    Command(
        "review.scale_bar",
        "Scale Bar",
        toggle_scale_bar,
        "mdi6.arrow-expand-horizontal",
        ("Shift+L",),
        "tools",
        "2",
        WORKSPACES,
        checked="scale_bar",
    ),
    Command(
        "review.next",
        "Next Finding",
        lambda c: step(c, 1),
        "mdi6.chevron-right",
        ("Ctrl+Down",),
        "tools",
        "3",
        _HERE,
        enabled="has_findings",
    ),
    Command(
        "review.previous",
        "Previous Finding",
        lambda c: step(c, -1),
        "mdi6.chevron-left",
        ("Ctrl+Up",),
        "tools",
        "3",
        _HERE,
        enabled="has_findings",
    ),
    Command(
        "review.close",
        "Close or Reopen Finding",
        lambda c: toggle_closed(c, c.selection.current.finding),
        "mdi6.check-circle-outline",
        (),
        "tools",
        "4",
        _HERE,
        enabled="finding_selected",
    ),
    Command(
        "review.delete",
        "Delete Finding",
        lambda c: delete(c, c.selection.current.finding),
        "mdi6.delete-outline",
        ("Ctrl+Del",),
        "tools",
        "4",
        _HERE,
        enabled="finding_selected",
    ),
)
