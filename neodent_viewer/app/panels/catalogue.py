"""All panels in one table, without importing one: a file with a `Panel` and one line here make a new one."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from neodent_viewer.app.context import AppContext
    from neodent_viewer.app.panels.base import Panel


@dataclass(frozen=True, slots=True)
class PanelInfo:
    """One panel.

    Attributes
    ----------
    name, title, icon : str
        Identity (also of its dock in saved layouts), headline, qtawesome name.
    factory : str
        ``"module:Class"`` under ``app.panels``; imported when the panel is first shown.
    hint : str
        One sentence for the menu's tooltip.
    """

    name: str
    title: str
    icon: str
    factory: str
    hint: str

    def make(self, context: AppContext) -> Panel:
        """Import the panel's module and build it."""
        module, name = self.factory.split(":")
        return cast("Panel", getattr(import_module(f"neodent_viewer.app.panels.{module}"), name)(context))


PANELS: tuple[PanelInfo, ...] = (
    PanelInfo(
        "parts", "Parts", "mdi6.layers-outline", "parts:PartsPanel", "What is in the document; show, hide, rename."
    ),
    PanelInfo("brush", "Brush", "mdi6.brush", "brush:BrushPanel", "The tool in hand, its size and strength."),
    PanelInfo(
        "tooth",
        "Tooth",
        "mdi6.tooth-outline",
        "tooth:ToothPanel",
        "Move one tooth by numbers; contact, locks, marking.",
    ),
    PanelInfo(
        "plane", "Plane", "mdi6.square-opacity", "plane:PlanePanel", "The plane that cuts or mirrors, in numbers."
    ),
    PanelInfo(
        "layers", "Layers", "mdi6.layers-triple-outline", "layers:LayersPanel", "Sculpt layers of the part in work."
    ),
    PanelInfo(
        "view", "View", "mdi6.eye-circle-outline", "view:ViewPanel", "Shading of the editor; compare with the original."
    ),
    PanelInfo("look", "Look", "mdi6.palette-outline", "look:LookPanel", "Shading, colour map, glitch and effects."),
    PanelInfo(
        "sensors", "Sensors", "mdi6.pulse", "sensors:SensorsPanel", "Live values, their quality, consent and probes."
    ),
    PanelInfo(
        "zones", "Zones", "mdi6.map-outline", "zones:ZonesPanel", "Teeth and regions that show a quantity of their own."
    ),
    PanelInfo(
        "timeline",
        "Timeline",
        "mdi6.chart-timeline",
        "timeline:TimelinePanel",
        "What plays, its faults and chapters; scrub, loop, step.",
    ),
    PanelInfo("findings", "Findings", "mdi6.map-marker-outline", "findings:FindingsPanel", "Kept measures and notes."),
    PanelInfo("history", "History", "mdi6.history", "history:HistoryPanel", "Every edit; click one to go there."),
    PanelInfo("log", "Log", "mdi6.text-box-outline", "log:LogPanel", "What the program has said."),
)
