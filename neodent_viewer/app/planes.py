"""A plane in the hand: shown over the surface before it cuts, mirrors or becomes the plane of symmetry. It knows no Qt.

Order: `begin` shows it through the middle of the part, handles and numbers `set` it, then `apply` or `leave`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from neodent_viewer.core.signals import Signal
from neodent_viewer.document.document import Change, Document
from neodent_viewer.document.overlay import Overlay
from neodent_viewer.document.part import Part
from neodent_viewer.document.planes import STEEPEST, direction, offset
from neodent_viewer.mesh.surface import Float64

#: what a plane may be for -> what the panel says it will do
DEEDS = {
    "cut": "Cut: what is tinted goes.",
    "mirror": "Mirror half: what is tinted gives way to the mirror image of the rest.",
    "symmetry": "Plane of symmetry: brushes are mirrored across it.",
}
#: how wide a plane is shown, in diagonals of its part
_SIZE = 0.36


class PlaneHand:
    """The plane in the hand, or none.

    Attributes
    ----------
    deed : str
        A key of `DEEDS`, empty when there is none.
    part : str
        Part id.
    axis : str
        Direction it starts from and counts its angles from, ``"+x"`` to ``"-z"``; it points to the side that stays.
    turn, tilt : float
        Degrees, see `document.planes`.
    at : float
        mm from the world's zero along the axis, whichever way the plane faces.
    cap : bool
        Close the cut.
    centre : ndarray (3,) float64
        World mm: what it turns about; at first the place nearest to the middle of the part.
    size : float
        mm from there to its edges as it is shown.
    """

    changed = Signal()
    #: emitted without arguments when it is put away
    left = Signal()

    def __init__(self, document: Document) -> None:
        self._document = document
        self._apply: Callable[[dict[str, Any]], None] | None = None
        self._worn: Overlay | None = None
        self._points: Float64 = np.zeros((0, 3))
        self.deed = self.part = ""
        self.axis, self.turn, self.tilt, self.at, self.cap = "+x", 0.0, 0.0, 0.0, False
        self.centre: Float64 = np.zeros(3)
        self.size = 1.0
        document.changed.connect(self._on_change)

    def begin(self, part: Part, deed: str, options: dict[str, Any], apply: Callable[[dict[str, Any]], None]) -> None:
        """Show a plane for a deed on a part; `apply` is called with the options once the person agrees."""
        self._take_off()
        low, high = part.world_bounds()
        self.deed, self.part, self._apply = deed, part.id, apply
        middle, self.size = (low + high) / 2.0, _SIZE * float(np.linalg.norm(high - low))
        self._points = part.to_world(part.surface.vertices)
        self.axis, self.at = str(options.get("axis", "+x")), float(options.get("at", 0.0))
        self.turn, self.tilt = float(options.get("turn", 0.0)), float(options.get("tilt", 0.0))
        self.cap = bool(options.get("cap", False))
        self.centre = middle + self.normal * (offset(self.axis, self.at) - float(self.normal @ middle))
        self._show()

    @property
    def normal(self) -> Float64:
        """The unit direction (3,) to the side that stays, in the world."""
        return direction(self.axis, self.turn, self.tilt)

    @property
    def options(self) -> dict[str, Any]:
        """What the operation is asked with."""
        cap = {"cap": self.cap} if self.deed == "cut" else {}
        return {"axis": self.axis, "at": self.at, "turn": self.turn, "tilt": self.tilt, **cap}

    def set(self, **values: Any) -> None:
        """Set ``axis``, ``at``, ``turn``, ``tilt`` or ``cap``; a plane that turns does so about its centre."""
        if not self.deed:
            return
        for name, value in values.items():
            setattr(self, name, value)
        self.turn = (self.turn + 180.0) % 360.0 - 180.0
        self.tilt = min(STEEPEST, max(-STEEPEST, self.tilt))
        if "at" in values:
            self.centre = self.centre + self.normal * (offset(self.axis, self.at) - float(self.normal @ self.centre))
        self.at = offset(self.axis, float(self.normal @ self.centre))
        self._show()

    def flip(self) -> None:
        """Let the other side stay."""
        self.set(axis=("-" if self.axis.startswith("+") else "+") + self.axis[1:], tilt=-self.tilt)

    def apply(self) -> None:
        """Do it, and put the plane away."""
        apply, options = self._apply, self.options
        if self.deed and apply is not None:
            self.leave()
            apply(options)

    def leave(self) -> None:
        """Put the plane away; nothing was done."""
        if self.deed:
            self._take_off()
            self.deed = self.part = ""
            self._apply = None
            self.changed.emit()
            self.left.emit()

    def close(self) -> None:
        """Stop following the document."""
        self._document.changed.disconnect(self._on_change, missing_ok=True)

    def _show(self) -> None:
        if self.deed != "symmetry":
            goes = self._points @ self.normal < offset(self.axis, self.at)
            values = np.where(goes, np.float32(0.86), np.float32(np.nan)).astype(np.float32)
            self._worn = Overlay("Goes", "", values, 0.0, 1.0, "vik", legend=False)
            self._document.set(("overlays", self.part), self._worn)
        self.changed.emit()

    def _take_off(self) -> None:
        worn, self._worn = self._worn, None
        if worn is not None and self._document.overlays.get(self.part) is worn:
            self._document.set(("overlays", self.part), None)

    def _on_change(self, change: Change) -> None:
        if self.deed and change.path[0] == "parts" and change.path[1] == self.part:
            if change.path[2:] in {(), ("surface",), ("transform",)}:
                self.leave()
            elif change.path[2:] == ("arrays", "position"):  # undo, while the plane is shown
                self._points = self._document.parts[self.part].to_world(
                    self._document.parts[self.part].surface.vertices
                )
                self._show()
