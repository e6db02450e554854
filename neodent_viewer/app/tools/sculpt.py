"""The brushes: a press on the surface begins a stroke, the release keeps it as one edit.

Ctrl turns the brush round, Shift smooths.
Asked for a size, the hand's next move sets the radius or the strength; a click takes the value, Esc the old one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from neodent_viewer.app.context import ToolInfo
from neodent_viewer.app.tools.base import Bench, Tool
from neodent_viewer.app.tools.marks import triple
from neodent_viewer.app.tools.pointer import Pointer
from neodent_viewer.app.tools.sizing import Sizing
from neodent_viewer.app.tools.workpieces import Workpieces
from neodent_viewer.document.layers import stroke_edit
from neodent_viewer.document.part import BASE, Part
from neodent_viewer.mesh.surface import Float64
from neodent_viewer.render.annotations import Annotation, Colour, Ring
from neodent_viewer.sculpt.brushes import BRUSHES, POSITION, Brush

if TYPE_CHECKING:  # trees and strokes are loaded after the first picture
    from neodent_viewer.document.pick import Hit
    from neodent_viewer.sculpt.stroke import BrushSettings, Stroke

_BUILD: Colour = (1.0, 1.0, 1.0, 0.95)
_DIG: Colour = (1.0, 0.62, 0.25, 0.95)
_SMOOTH: Colour = (0.35, 0.85, 1.0, 0.95)
_SMOOTHER = "smooth"


@dataclass(slots=True, eq=False)
class _Running:
    """The stroke under way."""

    part: Part
    stroke: Stroke
    title: str
    held: Float64  # where it was pressed, world mm


class BrushTool(Tool):
    """One brush of ``sculpt.brushes.BRUSHES``."""

    def __init__(self, bench: Bench, name: str, brush: Brush, workpieces: Workpieces) -> None:
        super().__init__(bench)
        hint = f"{brush.hint} {'Ctrl turns the brush round, ' if brush.invertible else ''}Shift smooths."
        keys = (brush.key,) if brush.key else ()
        self.info = ToolInfo(name, brush.title, hint, brush.icon, keys, ("sculpt",), brush=True)
        self._name = name
        self._workpieces = workpieces
        self._running: _Running | None = None
        self._ring: Ring | None = None
        self._last = Pointer(0.0, 0.0)
        self._sizing = Sizing(bench)

    @property
    def busy(self) -> bool:
        """Whether a stroke is under way."""
        return self._running is not None

    def prepared(self, part: Part) -> bool:
        """Return whether the brush can touch a part; begins to prepare it otherwise."""
        return self._workpieces.get(part) is not None

    def put_down(self) -> None:
        """Keep what was drawn so far."""
        self._finish()
        self._sizing.cancel()
        self._ring = None

    # -- the stroke ----------------------------------------------------------------------------------------------

    def press(self, at: Pointer) -> bool:
        """Begin a stroke where the surface is hit; elsewhere the camera may have the drag."""
        if self._sizing.running:
            self._sizing.accept()
            return True
        hit = self.bench.aim.pick(at)
        if hit is None:
            return not self.bench.aim.ready and self._say_wait()
        part = self.bench.document.parts[hit.part_id]
        mesh = self._workpieces.get(part)
        if mesh is None:
            return self._say_wait()
        from neodent_viewer.sculpt.stroke import Stroke

        name = _SMOOTHER if at.shift else self._name
        self._running = _Running(
            part, Stroke(mesh, name, self._settings(part, name, at)), BRUSHES[name].title, hit.position
        )
        self._dab(hit, at)
        return True

    def _say_wait(self) -> bool:
        self.bench.shell.say("The surface is being prepared for the brush; it takes a moment.")
        return True

    def _settings(self, part: Part, name: str, at: Pointer) -> BrushSettings:
        from neodent_viewer.sculpt.stroke import BrushSettings

        brush, state = BRUSHES[name], self.bench.brush
        scale = abs(float(np.linalg.det(part.transform[:3, :3]))) ** (1 / 3) or 1.0
        # half of the slider is the strength a new brush starts with; a share never exceeds all
        strength = (
            min(1.0, 2.0 * state.strength * brush.strength) if not brush.unit else 2.0 * state.strength * brush.strength
        )
        return BrushSettings(
            radius=state.radius / scale,
            strength=strength / (scale if brush.unit else 1.0),
            invert=state.invert != at.ctrl,
            falloff=state.falloff,
            symmetry=state.symmetry_x,
            mirror_x=-float(part.surface.origin[0]),
            locked_labels=part.locked,
        )

    def drag(self, at: Pointer) -> None:
        """Lead the brush on; off the part it is lifted, but for a brush that took hold of something."""
        if self._running is None:
            return
        if self._running.stroke.brush.dragged:
            self._pull(at)
            return
        hit = self.bench.aim.pick(at)
        if hit is not None and hit.part_id == self._running.part.id:
            self._dab(hit, at)
        else:
            self._running.stroke.lift()

    def _pull(self, at: Pointer) -> None:
        """Lead what is held through the plane that faces the camera where it was pressed."""
        assert self._running is not None
        part, held, cameras = self._running.part, self._running.held, self.bench.cameras
        origin, direction = cameras.camera.ray(at.x, at.y, cameras.size)
        _, ahead = cameras.camera.ray(cameras.size[0] / 2, cameras.size[1] / 2, cameras.size)
        depth = float((held - origin) @ ahead) / float(direction @ ahead)
        moved = self._running.stroke.move_to(part.to_local(origin + direction * depth), None, at.pressure)
        if len(moved):
            self._workpieces.touch(part, moved)
        self.bench.request()

    def _dab(self, hit: Hit, at: Pointer) -> None:
        assert self._running is not None
        part, stroke = self._running.part, self._running.stroke
        normal = _local_normal(part, hit.normal)
        moved = stroke.move_to(part.to_local(hit.position), normal, at.pressure)
        if len(moved):
            self._workpieces.touch(part, moved)
        self._show_ring(hit, at)

    def release(self, at: Pointer) -> None:
        """Keep the stroke."""
        self._finish()

    def _finish(self) -> None:
        running, self._running = self._running, None
        if running is None:
            return
        indices, before, after = running.stroke.finish()
        if len(indices):
            self.bench.history.do(stroke_edit(running.part, BASE, indices, before, after, running.title))
        self.bench.request()  # now in full quality

    # -- keys ----------------------------------------------------------------------------------------------------

    def wants_key(self, keys: str) -> bool:
        """Claim every key while a stroke runs, since an undo would tear it, and what ends a setting while one is made."""
        return self.busy or (self._sizing.running and self._sizing.wants_key(keys))

    def key(self, keys: str) -> None:
        """Take a stroke or a setting back on Esc."""
        if self._running is not None:
            if keys == "Esc":
                running, self._running = self._running, None
                self._workpieces.touch(running.part, running.stroke.cancel())
        elif self._sizing.running:
            self._sizing.key(keys)

    def size(self, field: str) -> bool:
        """Let the hand set radius or strength; asked again, the value is taken."""
        if self._sizing.running:
            self._sizing.accept()
        elif not self.busy:
            self._sizing.start(field, self._last, self._ring)
        return True

    # -- the ring ------------------------------------------------------------------------------------------------

    def hover(self, at: Pointer) -> None:
        """Lead the ring over the surface."""
        self._last = at
        if self._sizing.running:
            self._sizing.move(at)
            return
        hit = self.bench.aim.pick(at)
        if hit is None:
            self.leave()
        else:
            self._workpieces.get(self.bench.document.parts[hit.part_id])
            self._show_ring(hit, at)

    def leave(self) -> None:
        """Take the ring away."""
        if self._ring is not None and not self._sizing.running:
            self._ring = None
            self.bench.request()

    def _show_ring(self, hit: Hit, at: Pointer) -> None:
        colour = (
            _SMOOTH if at.shift or self._name == _SMOOTHER else _DIG if at.ctrl != self.bench.brush.invert else _BUILD
        )
        part = self.bench.document.parts[hit.part_id]
        mesh = self._workpieces.get(part)
        normal = hit.normal
        if mesh is not None:  # smoother than the face's own: the ring does not shiver over small triangles
            local = hit.weights @ mesh.normals[part.surface.faces[hit.face]]
            smooth = part.transform[:3, :3] @ local
            length = float(np.linalg.norm(smooth))
            normal = smooth / length if length > 1e-6 else normal
        self._ring = Ring(triple(hit.position), triple(normal), self.bench.brush.radius, colour)
        self.bench.request()

    def annotations(self) -> tuple[Annotation, ...]:
        """Return the ring, or what is being set."""
        if self._sizing.running:
            return self._sizing.annotations()
        return () if self._ring is None else (self._ring,)


def _local_normal(part: Part, normal: Float64) -> Float64:
    """Return a world normal (3,) in the part's frame, unit."""
    local = part.transform[:3, :3].T @ normal
    return np.asarray(local / (np.linalg.norm(local) or 1.0))


def tools(bench: Bench) -> list[Tool]:
    """Return one tool a brush that moves the surface."""
    workpieces = Workpieces(bench.document, bench.background)
    movers = {name: brush for name, brush in BRUSHES.items() if brush.array == POSITION}
    return [BrushTool(bench, name, brush, workpieces) for name, brush in movers.items()]
