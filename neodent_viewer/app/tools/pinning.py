"""Pinning notes: a click on the surface keeps a finding there, whose words are written in the findings panel."""

from __future__ import annotations

from neodent_viewer.app.context import ToolInfo
from neodent_viewer.app.tools.base import Bench, Tool
from neodent_viewer.app.tools.pointer import Pointer
from neodent_viewer.document.anchor import anchor_at
from neodent_viewer.document.edits import ValueEdit
from neodent_viewer.document.finding import Finding
from neodent_viewer.document.part import new_id


class PinTool(Tool):
    """Keeps notes at places."""

    info = ToolInfo(
        "pin",
        "Pin a Note",
        "Click the surface to pin a note there; write it in the findings panel.",
        "mdi6.pin-outline",
        ("P",),
        ("review",),
    )

    def click(self, at: Pointer) -> None:
        """Pin a note where the surface is hit."""
        hit = self.bench.aim.pick(at)
        if hit is None:
            return
        document = self.bench.document
        anchor = anchor_at(document.parts[hit.part_id], hit.face, hit.weights)
        taken = {finding.title for finding in document.findings.values()}
        title = next(name for n in range(1, len(taken) + 2) if (name := f"Note {n}") not in taken)
        finding = Finding(new_id("finding"), title, anchors=(anchor,), view=self.bench.cameras.camera.to_tuple())
        self.bench.history.do(ValueEdit(("findings", finding.id), None, finding, f"Pin {title}"))
        self.bench.selection.set(finding=finding.id)


def tools(bench: Bench) -> list[Tool]:
    """Return the tools of this file."""
    return [PinTool(bench)]
