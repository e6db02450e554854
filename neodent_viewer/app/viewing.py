"""How the editor is looked through: the display of its view, what lies beside it, which tooth the view keeps to.

All of it belongs to the view, like the camera: undo leaves it alone, no project keeps it, and the stage never shows it.
A look, which is the document's, is what an audience sees; a matcap or wire is what a hand needs while it works.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
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
    display : Display
        Of the editor's own view.
    beside : bool
        The original stands to the left of what it has become.
    deviation : bool
        Colours tell how far the surface is from its original.
    turning : bool
        The camera goes round by itself.
    """

    display: Display = field(default_factory=lambda: Display(marks=True))
    beside: bool = False
    deviation: bool = False
    turning: bool = False

    #: emitted without arguments
    changed = Signal()

    def set(self, **values: Any) -> None:
        """Set ``beside``, ``deviation`` or ``turning`` and tell everyone."""
        moved = {name: value for name, value in values.items() if getattr(self, name) != value}
        for name, value in moved.items():
            setattr(self, name, value)
        if moved:
            self.changed.emit()

    def show(self, **values: Any) -> None:
        """Set fields of the display and tell everyone."""
        display = replace(self.display, **values)
        if display != self.display:
            self.display = display
            self.changed.emit()

    def displayed(self, workspace: str) -> Display:
        """Return the display that counts in a workspace."""
        return self.display if workspace in HERE else PLAIN

    def splits(self, workspace: str) -> bool:
        """Return whether the original stands beside, in a workspace."""
        return self.beside and workspace in HERE
