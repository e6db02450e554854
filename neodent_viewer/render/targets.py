"""The targets of one named view: made when a step first asks, given back when the view's size changes."""

from __future__ import annotations

from neodent_viewer.render.gpu import Target

Size = tuple[int, int]


class ViewTargets:
    """Textures that one view's frames go through.

    Attributes
    ----------
    size : (width, height) in device pixels
    frames : int
        How many frames the view has got.
    picture : Target
        RGBA8 with the view's depth buffer: what overlays lie on.
    shown : Target
        After effects, overlays included; before the master.
    presented : Target
        What windows blit.
    straight : bool
        False while the picture has premultiplied alpha: transparent ones do.
    """

    def __init__(self, size: Size, frames: int = 0) -> None:
        self.size = size
        self.frames = frames
        self.straight = True
        self.picture = Target(size, "rgba8", depth=True)
        self.shown = self.presented = self.picture
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

    def delete(self) -> None:
        """Give everything back."""
        for target in (*self._others.values(), self.picture):
            target.delete()
        self._others.clear()
