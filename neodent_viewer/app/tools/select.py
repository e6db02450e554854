"""Select: a click picks a part, the tooth under it, or a probe's mark; a drag is the camera's."""

from __future__ import annotations

from neodent_viewer.app.context import ToolInfo
from neodent_viewer.app.tools.base import REACH, Bench, Tool, label_at
from neodent_viewer.app.tools.marks import probe_at_pointer
from neodent_viewer.app.tools.pointer import Pointer


class SelectTool(Tool):
    """Orbit and pick."""

    aims = False
    info = ToolInfo(
        "select",
        "Select",
        "Click picks a part, its tooth or a probe; drag turns the view.",
        "mdi6.cursor-default",
        ("Q",),
    )

    def click(self, at: Pointer) -> None:
        """Select what is under the pointer; with Ctrl add the part to, or take it from, what is selected."""
        bench = self.bench
        probe = probe_at_pointer(bench, at, REACH)
        if probe is not None:
            bench.selection.set(parts=(probe.anchor.part,), tooth=probe.tooth, probe=probe.id)
            self._open_channels()
            return
        hit = bench.aim.pick(at)
        if hit is None:
            if bench.aim.ready and not at.ctrl:
                bench.selection.clear()
            return
        chosen: tuple[str, ...] = (hit.part_id,)
        if at.ctrl:
            before = bench.selection.current.parts
            others = tuple(part for part in before if part != hit.part_id)
            chosen = others if hit.part_id in before else (*others, hit.part_id)
        tooth = label_at(bench.document.parts[hit.part_id], hit.face, hit.weights)
        bench.selection.set(parts=chosen, tooth=tooth, probe="")
        if tooth and any(probe.tooth == tooth for probe in bench.document.probes.values()):
            self._open_channels()

    def _open_channels(self) -> None:
        """Show what sits on the tooth that was clicked; who sculpts means the tooth itself."""
        if self.bench.shell.workspace != "sculpt":
            self.bench.shell.want("channels")


def tools(bench: Bench) -> list[Tool]:
    """Return the tools of this file."""
    return [SelectTool(bench)]
