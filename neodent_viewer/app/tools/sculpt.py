"""The brushes: a press on the surface begins a stroke, the release keeps it as one edit.

Ctrl turns the brush round, Shift smooths.
Asked for a size, the hand's next move sets the radius or the strength; a click takes the value, Esc the old one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from neodent_viewer.app.context import ToolInfo
from neodent_viewer.app.tools import cursor, strokes
from neodent_viewer.app.tools.base import Bench, Tool
from neodent_viewer.app.tools.pointer import Pointer
from neodent_viewer.app.tools.sizing import Sizing
from neodent_viewer.core.errors import NeodentError
from neodent_viewer.document.layers import check_stroke
from neodent_viewer.document.original import remember_original
from neodent_viewer.document.part import BASE, POSITION, Part
from neodent_viewer.mesh.surface import Float64, Int32
from neodent_viewer.render.annotations import Annotation, Colour, Ring
from neodent_viewer.sculpt.brushes import BRUSHES, Brush

if TYPE_CHECKING:  # trees and strokes are loaded after the first picture
    from neodent_viewer.document.pick import Hit
    from neodent_viewer.sculpt.stroke import Stroke
    from neodent_viewer.sculpt.surface import SculptMesh

_BUILD: Colour = (1.0, 1.0, 1.0, 0.95)
_DIG: Colour = (1.0, 0.62, 0.25, 0.95)
_SMOOTH: Colour = (0.35, 0.85, 1.0, 0.95)
_SMOOTHER = "smooth"
_SMOOTHERS = frozenset({"smooth", "relax", "polish"})


@dataclass(slots=True, eq=False)
class _Running:
    """The stroke under way."""

    part: Part
    layer: str
    stroke: Stroke
    title: str
    held: Float64  # where it was pressed, world mm
    name: str
    against: tuple[Part, ...]  # other parts it keeps contact with


class BrushTool(Tool):
    """One brush of ``sculpt.brushes.BRUSHES``."""

    def __init__(self, bench: Bench, name: str, brush: Brush) -> None:
        super().__init__(bench)
        hint = f"{brush.hint} {'Ctrl turns the brush round, ' if brush.invertible else ''}Shift smooths."
        keys = (brush.key,) if brush.key else ()
        self.info = ToolInfo(name, brush.title, hint, brush.icon, keys, ("sculpt",), brush=True, panel="brush")
        self._name = name
        self._workpieces = bench.sculpting.workpieces
        self._running: _Running | None = None
        self._rings: tuple[Ring, ...] = ()
        self._last = Pointer(0.0, 0.0)
        self._sizing = Sizing(bench)

    @property
    def busy(self) -> bool:
        """Whether a stroke is under way."""
        return self._running is not None

    def prepared(self, part: Part) -> bool:
        """Return whether the brush can touch a part; begins to prepare it otherwise."""
        around = not self._keeps_contact or self.bench.sculpting.contacts.get(part) is not None
        return self._workpieces.get(part) is not None and around

    def take(self) -> None:
        """Bring the brush's own settings along."""
        self.bench.brush.take(self._name)

    def put_down(self) -> None:
        """Keep what was drawn so far."""
        self._finish()
        self._sizing.cancel()
        self._rings = ()

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
        if mesh is None or (self._keeps_contact and self.bench.sculpting.contacts.get(part) is None):
            return self._say_wait()
        try:
            self._begin(part, mesh, hit, at)
        except NeodentError as error:
            self.bench.shell.say_error(error)
        return True

    def _begin(self, part: Part, mesh: SculptMesh, hit: Hit, at: Pointer) -> None:
        from neodent_viewer.sculpt.stroke import Stroke

        bench = self.bench
        name = _SMOOTHER if at.shift and BRUSHES[self._name].array == POSITION else self._name
        layer = bench.sculpting.layer(part) if BRUSHES[name].array == POSITION else BASE
        check_stroke(part, layer)
        bench.sculpting.turn_to(part.id)
        if BRUSHES[name].array == POSITION:
            remember_original(part)
        around = bench.sculpting.contacts.get(part) if self._keeps_contact else None
        against = () if around is None else around.others
        bench.sculpting.recorder.press(part, against)
        self._workpieces.share(part, mesh, BRUSHES[name].array)
        contact = None if around is None else around.catch_up()
        stroke = Stroke(mesh, name, strokes.settings(bench, part, name, at, hit), contact)
        self._running = _Running(part, layer, stroke, BRUSHES[name].title, hit.position, name, against)
        self._dab(hit, at)

    @property
    def _keeps_contact(self) -> bool:
        return self.bench.brush.keep_contact and BRUSHES[self._name].array == POSITION

    def _say_wait(self) -> bool:
        self.bench.shell.say("The surface is being prepared for the brush; it takes a moment.")
        return True

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

    def tick(self, now: float) -> bool:
        """Let an airbrush go on where it is held; return whether one is."""
        running = self._running
        if running is None or not running.stroke.settings.rate:
            return False
        self._told(running, running.stroke.hold(now))
        return True

    def _pull(self, at: Pointer) -> None:
        """Lead what is held through the plane that faces the camera where it was pressed."""
        running = self._running
        assert running is not None
        cameras = self.bench.cameras
        origin, direction = cameras.camera.ray(at.x, at.y, cameras.size)
        _, ahead = cameras.camera.ray(cameras.size[0] / 2, cameras.size[1] / 2, cameras.size)
        depth = float((running.held - origin) @ ahead) / float(direction @ ahead)
        place = running.part.to_local(origin + direction * depth)
        now = self.bench.clock.now()
        self._told(running, running.stroke.move_to(place, None, at.pressure, tilt=at.tilt, time=now))
        self.bench.request()

    def _dab(self, hit: Hit, at: Pointer) -> None:
        running = self._running
        assert running is not None
        place, normal = running.part.to_local(hit.position), _local_normal(running.part, hit.normal)
        now = self.bench.clock.now()
        self._told(running, running.stroke.move_to(place, normal, at.pressure, tilt=at.tilt, time=now))
        self._show_rings(hit, at)

    def _told(self, running: _Running, written: Int32) -> None:
        if len(written):
            self._workpieces.touch(running.part, written, running.stroke.array)

    def release(self, at: Pointer) -> None:
        """Keep the stroke."""
        self._finish()

    def _finish(self) -> None:
        running, self._running = self._running, None
        if running is not None:
            self.bench.sculpting.keep(running.part, running.layer, running.stroke, running.title, running.against)
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
                self._told(running, running.stroke.cancel())
        elif self._sizing.running:
            self._sizing.key(keys)

    def size(self, field: str) -> bool:
        """Let the hand set radius or strength; asked again, the value is taken."""
        if self._sizing.running:
            self._sizing.accept()
        elif not self.busy:
            self._sizing.start(field, self._last, self._rings[0] if self._rings else None)
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
            self.prepared(self.bench.document.parts[hit.part_id])
            self._show_rings(hit, at)

    def leave(self) -> None:
        """Take the ring away."""
        if self._rings and not self._sizing.running:
            self._rings = ()
            self.bench.request()

    def _show_rings(self, hit: Hit, at: Pointer) -> None:
        brush = BRUSHES[self._name]
        smooths = self._name in _SMOOTHERS or (at.shift and brush.array == POSITION)
        digs = brush.invertible and at.ctrl != self.bench.brush.invert
        colour = _SMOOTH if smooths else _DIG if digs else _BUILD
        if brush.array == "colour" and not digs:
            r, g, b, _ = self.bench.brush.colour
            colour = (r / 255, g / 255, b / 255, 0.95)
        part = self.bench.document.parts[hit.part_id]
        name = _SMOOTHER if smooths else self._name
        self._rings = cursor.rings(self.bench, part, self._workpieces.get(part), hit, at, name, colour)
        self.bench.request()

    def annotations(self) -> tuple[Annotation, ...]:
        """Return the rings, or what is being set."""
        return self._sizing.annotations() if self._sizing.running else self._rings


def _local_normal(part: Part, normal: Float64) -> Float64:
    """Return a world normal (3,) in the part's frame, unit."""
    local = part.transform[:3, :3].T @ normal
    return np.asarray(local / (np.linalg.norm(local) or 1.0))


def tools(bench: Bench) -> list[Tool]:
    """Return one tool a brush."""
    return [BrushTool(bench, name, brush) for name, brush in BRUSHES.items()]
