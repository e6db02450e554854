"""The targets of one named view: made when a step first asks, given back when the view's size changes."""

from __future__ import annotations

from collections.abc import Callable, Hashable

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

    def withdrawn(self, moment: Moment, permits: Callable[[str, str], bool]) -> bool:
        """Return whether the picture holds anything that consent does not allow any more.

        Of what no slot is left for, because its probe was taken away, ``permits(channel, purpose)`` is asked.
        """
        before = self.drawn
        if before is None:
            return False
        shown = ~before.withheld if len(before.withheld) else np.ones(len(before.probes), np.bool_)
        if (before.probes, before.channels) == (moment.probes, moment.channels):
            return bool(len(moment.withheld)) and bool((moment.withheld & shown).any())
        withheld = moment.withheld.tolist() or [False] * len(moment.probes)
        now = dict(zip(zip(moment.probes, moment.channels, strict=True), withheld, strict=True))
        slots = zip(before.probes, before.channels, strict=True)
        seen = [slot for slot, visible in zip(slots, shown, strict=True) if visible]
        return any(now[slot] if slot in now else not permits(slot[1], moment.purpose) for slot in seen)

    def delete(self) -> None:
        """Give everything back."""
        for target in (*self._others.values(), self.picture):
            target.delete()
        self._others.clear()
