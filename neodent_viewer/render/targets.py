"""The targets of one named view: made when a step first asks, given back when the view's size changes."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np

from neodent_viewer.document.moment import Moment
from neodent_viewer.render.gpu import Target
from neodent_viewer.render.stack import Piece

Size = tuple[int, int]


class ViewTargets:
    """Textures that one view's frames go through.

    Attributes
    ----------
    size : (width, height) in device pixels
    frames : int
        How many frames the view has got.
    picture : Target
        RGBA8 with the view's depth buffer.
    bare : Target
        After effects, without overlays.
    likeness : hashable or None
        What `bare` is a picture of; None where it is to be drawn anew in any case.
    legends : tuple of Piece
        Legends whose range can be turned, and where they lie.
    shown : Target
        Overlays included; before the master.
    presented : Target
        What windows blit.
    drawn : Moment or None
        What was live in the picture; None until these targets have got one.
    straight : bool
        False while the picture has premultiplied alpha: transparent ones do.
    """

    def __init__(self, size: Size, frames: int = 0) -> None:
        self.size = size
        self.frames = frames
        self.straight = True
        self.drawn: Moment | None = None
        self.picture = Target(size, "rgba8", depth=True)
        self.likeness: Hashable | None = None
        self.legends: tuple[Piece, ...] = ()
        self.bare = self.shown = self.presented = self.picture
        self._others: dict[str, Target] = {}

    def get(
        self, name: str, kind: str = "rgba8", *, divide: int = 1, depth: bool = False, smooth: bool = True
    ) -> Target:
        """Return the target called `name`, `divide` times smaller than the picture; `depth` borrows the picture's."""
        found = self._others.get(name)
        if found is None:
            size = (max(1, self.size[0] // divide), max(1, self.size[1] // divide))
            found = self._others[name] = Target(size, kind, depth=self.picture if depth else False, smooth=smooth)
        return found

    def withdrawn(self, moment: Moment) -> bool:
        """Return whether the picture holds anything that consent does not allow any more."""
        before = self.drawn
        if before is None or not moment.withheld.any():
            return False
        if (before.probes, before.channels) == (moment.probes, moment.channels):
            shown = ~before.withheld if len(before.withheld) else np.ones(len(moment.withheld), np.bool_)
            return bool((moment.withheld & shown).any())
        slots = zip(before.probes, before.channels, strict=True)
        was_withheld = before.withheld if len(before.withheld) else np.zeros(len(before.probes), np.bool_)
        seen = {slot for slot, withheld in zip(slots, was_withheld, strict=True) if not withheld}
        now = zip(zip(moment.probes, moment.channels, strict=True), moment.withheld, strict=True)
        return any(withheld and slot in seen for slot, withheld in now)

    def delete(self) -> None:
        """Give everything back."""
        for target in (*self._others.values(), self.picture):
            target.delete()
        self._others.clear()
