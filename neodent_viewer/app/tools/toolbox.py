"""The tools there are and the one in hand. To add a tool: a file with a `Tool` beside this one, and one line in `TOOLS`."""

from __future__ import annotations

from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING

from neodent_viewer.app.context import BrushState, ToolInfo
from neodent_viewer.app.tools.base import Bench, Tool
from neodent_viewer.app.tools.kept import KeptFindings, Values
from neodent_viewer.app.tools.marks import probe_marks
from neodent_viewer.core.signals import Signal, SignalInstance
from neodent_viewer.document.finding import Finding
from neodent_viewer.render.annotations import Annotation

if TYPE_CHECKING:
    from neodent_viewer.app.planes import PlaneHand
    from neodent_viewer.app.tools.lit import LitTooth
    from neodent_viewer.app.tools.tooth import ToothTool

#: files beside this one, in shelf order; each offers ``tools(bench) -> list of Tool``
TOOLS = ("select", "sculpt", "tooth", "plane", "measuring", "pinning", "probing")


class Tools:
    """Implements ``app.context.ToolBox``."""

    changed = Signal()

    def __init__(self, bench: Bench) -> None:
        self.brush: BrushState = bench.brush
        self._bench = bench
        self._made: dict[str, Tool] = {}
        self._waiting = list(TOOLS)
        self._make()
        self._kept = KeptFindings(bench)
        self._current = self._before_plane = next(iter(self._made))
        self._followed = False

    def _make(self) -> None:
        """Make the tools of the next file in line."""
        module = import_module(f"neodent_viewer.app.tools.{self._waiting.pop(0)}")
        self._made |= {tool.info.name: tool for tool in module.tools(self._bench)}

    @property
    def _tools(self) -> dict[str, Tool]:
        """All tools; those beyond the first are made when somebody asks, which nobody does before the first picture."""
        while self._waiting:
            self._make()
        return self._made

    @property
    def infos(self) -> tuple[ToolInfo, ...]:
        """All tools in shelf order."""
        return tuple(tool.info for tool in self._tools.values())

    @property
    def current(self) -> str:
        """Name of the tool in hand."""
        return self._current

    @property
    def teeth(self) -> ToothTool:
        """The tooth tool, whose hand and marks the tooth panel shares."""
        from neodent_viewer.app.tools.tooth import ToothTool

        tool = self._tools["tooth"]
        assert isinstance(tool, ToothTool)
        return tool

    @property
    def plane(self) -> PlaneHand:
        """The plane that is shown before something is done with it; taken in hand with it, put back when it is left."""
        from neodent_viewer.app.tools.plane import PlaneTool

        tool = self._tools["plane"]
        assert isinstance(tool, PlaneTool)
        if not self._followed:
            self._followed = True
            tool.hand.changed.connect(self._follow_plane)
        return tool.hand

    def _follow_plane(self) -> None:
        """Take the plane tool while a plane is shown, and what was in hand before once it is gone."""
        shown = bool(self.plane.deed)
        if shown and self._current != "plane":
            self._before_plane = self._current
            self.set_current("plane")
        elif not shown and self._current == "plane":
            self.set_current(self._before_plane)

    @property
    def tool(self) -> Tool:
        """The tool in hand."""
        return self._made[self._current]

    def set_current(self, name: str) -> None:
        """Take a tool in hand; KeyError for an unknown name."""
        tool = self._tools[name]
        if name != self._current:
            self.tool.put_down()
            self._current = name
            tool.take()
            self._bench.request()
            self.changed.emit()

    def size(self, field: str) -> bool:
        """Ask the tool in hand to let the hand set a field of the brush."""
        return self.tool.size(field)

    @property
    def measured(self) -> SignalInstance:
        """Emitted with a finding's id after it was measured again."""
        return self._kept.measured

    def later(self, finding: Finding) -> Values:
        """Return what a kept measure says by now, where that is no longer what was kept."""
        return self._kept.later(finding)

    @cached_property
    def _lit(self) -> LitTooth:
        """Made when a tooth is first picked out."""
        from neodent_viewer.app.tools.lit import LitTooth

        return LitTooth(self._bench)

    def annotations(self) -> tuple[Annotation, ...]:
        """Return what the tool in hand, the kept findings and chosen probes show over the scene."""
        sculpting = self._bench.shell.workspace == "sculpt"
        chosen = self._bench.selection.current
        lights = bool(chosen.tooth or chosen.probe) and not self.tool.info.brush
        lit = self._lit.annotations() if lights else ()
        probes = () if sculpting else probe_marks(self._bench, self.tool.shows_probes, named=not lit)
        return (*probes, *lit, *self._kept.annotations(), *self.tool.annotations())
