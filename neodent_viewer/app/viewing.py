"""How the editor is looked through: the display of its view, what lies beside it, which tooth the view keeps to.

All of it belongs to the view, like the camera: undo leaves it alone, no project keeps it, and the stage never shows it.
A look, which is the document's, is what an audience sees; a matcap or wire is what a hand needs while it works.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from neodent_viewer.core.signals import Signal
from neodent_viewer.render.display import PLAIN, Display

#: workspaces in which the editor may be looked through otherwise than the look says
HERE = frozenset({"sculpt", "review"})


@dataclass(eq=False)
class Viewing:
    """The way of seeing in use; changed through `set` and `show` only.

    Attributes
    ----------
    beside : bool
        The original stands to the left of what it has become.
    deviation : bool
        Colours tell how far the surface is from its original.
    clearance : bool
        Colours tell how near the surface is to its neighbours and to other parts; never at once with `deviation`.
    turning : bool
        The camera goes round by itself.
    """

    beside: bool = False
    deviation: bool = False
    clearance: bool = False
    turning: bool = False

    #: emitted without arguments
    changed = Signal()

    def __post_init__(self) -> None:
        self._displays = {name: Display(marks=True) for name in HERE}
        self._workspace = "sculpt"
        self._chosen = False

    @property
    def display(self) -> Display:
        """The display of the workspace in use; each has its own."""
        return self._displays.get(self._workspace, PLAIN)

    def turn_to(self, workspace: str) -> None:
        """Look through the display of another workspace."""
        if workspace != self._workspace:
            self._workspace = workspace
            self.changed.emit()

    def suit_a_brush(self) -> None:
        """Shade for a hand that sculpts, unless a person has chosen how: what a look does would hide the form."""
        if not self._chosen and self.display.surface == "look":
            self._displays["sculpt"] = replace(self._displays["sculpt"], surface="matcap")
            self.changed.emit()

    def set(self, **values: Any) -> None:
        """Set ``beside``, ``deviation``, ``clearance`` or ``turning`` and tell everyone; one map puts the other away."""
        for map_, other in (("deviation", "clearance"), ("clearance", "deviation")):
            if values.get(map_):
                values = {other: False, **values}
        moved = {name: value for name, value in values.items() if getattr(self, name) != value}
        for name, value in moved.items():
            setattr(self, name, value)
        if moved:
            self.changed.emit()

    def show(self, **values: Any) -> None:
        """Set fields of the display and tell everyone."""
        self._chosen |= "surface" in values
        display = replace(self.display, **values)
        if display != self.display and self._workspace in HERE:
            self._displays[self._workspace] = display
            self.changed.emit()

    @property
    def split(self) -> bool:
        """Whether the original stands beside, here and now."""
        return self.beside and self._workspace in HERE
