"""The hand over the canvas: decides whether a drag belongs to the tool or to the camera.

Right drag, Alt drag, and left drag where the tool has no use for it, orbit about what is under the cursor; middle drag pans;
the wheel zooms to the cursor. Everything else is the tool's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from neodent_viewer.app.cameras import Cameras
from neodent_viewer.app.tools.aim import Aim
from neodent_viewer.app.tools.base import Tool
from neodent_viewer.app.tools.pointer import Pointer
from neodent_viewer.app.tools.toolbox import Tools
from neodent_viewer.mesh.surface import Float64
from neodent_viewer.render.annotations import Annotation

#: degrees the camera turns for a drag as long as the picture is high
TURN = 220.0
#: one notch of the wheel enlarges by this
ZOOM = 1.15
#: logical pixels a click may wander
STILL = 4.0


class CanvasHand:
    """Implements ``app.canvas.Hand``."""

    def __init__(self, tools: Tools, cameras: Cameras, aim: Aim) -> None:
        self._tools = tools
        self._cameras = cameras
        self._aim = aim
        self._doing = ""  # "tool", "orbit", "pan"
        self._button = ""
        self._pressed = self._last = Pointer(0.0, 0.0)
        self._clicking = False
        self._pivot: Float64 | None = None
        self.over_wheel: Callable[[Pointer, float], bool] = lambda pointer, steps: False

    @property
    def _tool(self) -> Tool:
        return self._tools.tool

    def press(self, pointer: Pointer) -> None:
        """Begin a drag; a second button during one is ignored."""
        if self._doing:
            return
        self._pressed = self._last = pointer
        self._button = pointer.button
        self._clicking = pointer.button == "left"
        if pointer.button == "left" and not pointer.alt and self._tool.press(pointer):
            self._doing = "tool"
        elif pointer.button == "middle":
            self._doing = "pan"
        elif pointer.button in {"left", "right"}:
            self._doing = "orbit"
            self._pivot = self._under(pointer)

    def move(self, pointer: Pointer) -> None:
        """Go on with the drag, or hover; a drag whose release was lost (another window took it) ends here."""
        if self._doing and self._button not in pointer.held:
            self.release(replace(pointer, button=self._button))
        dx, dy = pointer.x - self._last.x, pointer.y - self._last.y
        self._last = pointer
        if self._clicking and self._wandered(pointer):
            self._clicking = False
        if self._doing == "tool":
            self._tool.drag(pointer)
        elif self._doing == "orbit" and not self._clicking:
            turn = TURN / self._cameras.size[1]
            self._cameras.set_camera(self._cameras.camera.orbit(dx * turn, dy * turn, self._pivot))
        elif self._doing == "pan":
            self._cameras.set_camera(self._cameras.camera.pan(dx, dy, self._cameras.size))
        elif not self._doing:
            self._tool.hover(pointer)

    def release(self, pointer: Pointer) -> None:
        """End the drag; one that never moved was a click."""
        if pointer.button != self._button:
            return
        doing, self._doing, self._button = self._doing, "", ""
        if doing == "tool":
            self._tool.release(pointer)
        elif self._clicking and not pointer.alt:
            self._tool.click(pointer)
        self._clicking = False
        self._tool.hover(pointer)

    def double(self, pointer: Pointer) -> None:
        """Take a quick second press for a press: strokes come fast."""
        self.press(pointer)

    def wheel(self, pointer: Pointer, steps: float) -> None:
        """Zoom to the cursor; over something that has a use for the wheel of its own, leave it to that."""
        if self.over_wheel(pointer, steps):
            return
        camera = self._cameras.camera
        hit = self._aim.pick(pointer) if self._cameras.pivot is None else None
        point = self._cameras.pivot if hit is None else hit.position
        self._cameras.set_camera(camera.zoom(ZOOM**steps, pointer.x, pointer.y, self._cameras.size, point))
        self._tool.hover(pointer)

    def leave(self) -> None:
        """Tell the tool."""
        if not self._doing:
            self._tool.leave()

    def has_keys(self) -> bool:
        """Return whether the tool in hand has keys that it wants without a click first."""
        return self._tool.info.brush or self._tool.wants_key("Esc")

    @property
    def brushing(self) -> bool:
        """Whether a brush is in hand."""
        return self._tool.info.brush

    def wants_key(self, keys: str) -> bool:
        """Ask the tool."""
        return self._tool.wants_key(keys)

    def key(self, keys: str) -> None:
        """Tell the tool."""
        self._tool.key(keys)

    def tick(self, now: float) -> bool:
        """Tell the tool that time passes; return whether it waits for the next moment."""
        return self._tool.tick(now)

    @property
    def busy(self) -> bool:
        """Whether a stroke is under way."""
        return self._tool.busy

    @property
    def has_camera(self) -> bool:
        """Whether it is moving the camera."""
        return self._doing in ("orbit", "pan")

    def annotations(self) -> tuple[Annotation, ...]:
        """Return what lies over the editor's scene."""
        return self._tools.annotations()

    def _under(self, pointer: Pointer) -> Float64 | None:
        """Return what to turn about: what is under the cursor, else the middle of everything."""
        if self._cameras.pivot is not None:
            return self._cameras.pivot
        hit = self._aim.pick(pointer)
        return self._cameras.centre() if hit is None else hit.position

    def _wandered(self, pointer: Pointer) -> bool:
        dx, dy = pointer.x - self._pressed.x, pointer.y - self._pressed.y
        return bool(dx * dx + dy * dy > (STILL * pointer.scale) ** 2)
