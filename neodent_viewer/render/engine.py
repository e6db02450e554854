"""The engine: draws a document into textures, in an offscreen context of its own, whenever the frame clock asks.

It never lives in a widget's paint: windows blit `Engine.texture` through context sharing, so a stage goes on while the editor
is hidden. Every public call makes the engine's context current first. What each call promises:

==============  ======================================================================================================
``attach``      show this document from now on: replay it, then listen to its changes; it is never written
``frame``       draw one frame of a named view; returns nothing, the picture is in ``texture(view)`` afterwards
``texture``     GL name of the finished RGBA8 texture, to blit in a context that shares with the engine's; it changes when
                the view's size does, so ask each time
``picture``     the same before master, safety and keystone: what an operator's window shows
``read``        the finished picture as an array, top row first
``frames``      how many frames the view has got
``close``       delete everything and release the context; nothing may be called afterwards
==============  ======================================================================================================

The frame graph; a step that changes nothing is skipped and costs nothing, and steps 1 and 2 where they would come out as they
did for the last frame of the view:

1. scene      parts with field colour and surface glitch -> linear colour + view depth
2. effects    the look's chain of ISF passes
   overlays   legend, scale bar, annotations: measured things, so no effect touches them
3. master     dimmer, freeze, blackout
4. safety     the flash limiter's place, after everything that can change brightness
5. keystone   the projector's corners' place
6. present    RGBA8
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.core.errors import ConsentError, NeodentError
from neodent_viewer.core.signals import Signal
from neodent_viewer.document.document import Document
from neodent_viewer.document.look import Shading
from neodent_viewer.document.moment import Moment
from neodent_viewer.render.adaptors.document import DocumentAdaptor
from neodent_viewer.render.annotations import Annotation
from neodent_viewer.render.context import GLContext
from neodent_viewer.render.display import PLAIN, Display
from neodent_viewer.render.effects import Effects
from neodent_viewer.render.finish import Finish
from neodent_viewer.render.frame_info import FrameInfo, Purpose, Quality, Size
from neodent_viewer.render.gpu import Gpu, Target
from neodent_viewer.render.hologram import Hologram
from neodent_viewer.render.likeness import likeness
from neodent_viewer.render.master import Master
from neodent_viewer.render.programs import Programs
from neodent_viewer.render.scene import Scene, felt, is_direct
from neodent_viewer.render.stack import Piece
from neodent_viewer.render.study import Study
from neodent_viewer.render.targets import ViewTargets
from neodent_viewer.render.views import Camera
from neodent_viewer.render.work import Submit, Work

if TYPE_CHECKING:
    from neodent_viewer.render.overlay import Overlay

__all__ = ["Engine", "Master", "Purpose", "Quality", "Submit"]

_STILL = Moment()


class Engine:
    """Draws documents; see the top of this module for the contract.

    Parameters
    ----------
    context : GLContext
        An offscreen context that the engine alone uses and releases.
    submit : callable, optional
        ``submit(work, then)`` runs ``work()`` in a background thread and ``then(result)`` on the GL thread, between frames.
        Without one everything happens at once: for pictures and tests.
    """

    #: shader errors and the like; the last good state stays on screen
    problems = Signal(NeodentError)
    #: something arrived in the background: draw again
    wants_frame = Signal()

    def __init__(self, context: GLContext, submit: Submit | None = None) -> None:
        self._gpu = Gpu(context)
        self._submit = submit
        self._programs = Programs(self._gpu, self.problems.emit)
        self._arrivals = 0
        self._work = Work(submit, self._arrived)
        self._scene = Scene(self._programs)
        self._study = Study(self._programs)
        self._hologram = Hologram(self._programs, self._scene)
        self._finish = Finish(self._programs)
        self._effects = Effects(self._gpu, self.problems.emit)
        self._overlay: Overlay | None = None  # made with the second picture: the first one would wait for it
        self._views: dict[str, ViewTargets] = {}
        self._document: DocumentAdaptor | None = None
        self.master = Master()
        #: asked of channels that a kept picture shows and the moment has no slot for: may they be seen for a purpose
        self.permits: Callable[[str, str], bool] = lambda channel, purpose: True
        self.renderer = self._gpu.renderer

    # -- what is shown -------------------------------------------------------------------------------------------

    def attach(self, document: Document) -> None:
        """Show `document` from now on."""
        self.detach()
        self._gpu.enter()
        self._work = Work(self._submit, self._arrived)
        self._arrivals += 1
        self._document = DocumentAdaptor(document, self._work)

    def detach(self) -> None:
        """Show nothing."""
        self._gpu.enter()
        self._work.drop()
        if self._document is not None:
            self._document.detach()
            self._document = None
        self._gpu.flush()

    def _arrived(self) -> None:
        self._arrivals += 1
        self.wants_frame.emit()

    # -- drawing -------------------------------------------------------------------------------------------------

    def frame(
        self,
        view: str,
        camera: Camera,
        moment: Moment,
        size: Size,
        *,
        purpose: Purpose = "view",
        quality: Quality = "full",
        scale: float = 1.0,
        transparent: bool = False,
        annotations: Sequence[Annotation] = (),
        display: Display = PLAIN,
    ) -> None:
        """Draw one frame of a view.

        Parameters
        ----------
        view : str
            ``"editor"``, ``"stage"``: each has targets of its own.
        camera : Camera
            Its pixel positions are those of `size`.
        moment : Moment
            What is live, ticked for the same `purpose`.
        size : (width, height)
            Of the picture in device pixels.
        purpose : str
            What the picture is for; ConsentError when the moment was asked for another purpose.
        quality : str
            ``"full"``; ``"brisk"`` somewhat thinned, lit by the vertex, no finish; ``"moving"`` the same, thinned much,
            while the camera moves; ``"shading"`` all triangles, nothing else; ``"stroke"`` the
            same, but of a surface too large for that only those near the latest dabs, and few elsewhere;
            ``"still"`` for pictures that are kept: the mean of many, with smooth edges and soft occlusion.
        scale : float
            Device pixels a logical pixel: type, lines and marks grow with it.
        transparent : bool
            No background, alpha where there is nothing.
        annotations : sequence
            What lies over the scene, see `neodent_viewer.render.annotations`.
        display : Display
            How this view shows surfaces, whatever the look says.
        """
        _check_purpose(moment, purpose)
        self._gpu.enter()
        targets = self._targets(view, (max(1, int(size[0])), max(1, int(size[1]))))
        if self._must_draw(view, targets, moment):
            bounds = np.array([[-30.0] * 3, [30.0] * 3]) if self._document is None else self._document.bounds()
            plain = self._document is not None and self._document.is_preview()
            drawn: Quality = "shading" if plain else quality
            frame = FrameInfo.of(camera, targets.size, bounds, drawn, scale, transparent, moment.now)
            frame = replace(frame, display=display)
            alike = likeness(self._document, frame, moment, self._arrivals)
            if alike is None or alike != targets.likeness:
                self._draw_bare(view, targets, frame, moment)
                targets.likeness = alike
            self._draw_overlays(targets, frame, moment, annotations)
            targets.straight, targets.drawn = not transparent, moment
        targets.presented = self._keystone(self._limit_flashes(self._apply_master(targets)))
        targets.frames += 1
        self._gpu.publish()

    def _draw_bare(self, view: str, targets: ViewTargets, frame: FrameInfo, moment: Moment) -> None:
        """Do steps 1 and 2, into ``targets.bare``."""
        if frame.quality == "still":
            self._finish.gather(targets, frame, lambda one: self._draw_scene(targets, one, moment))
        else:
            self._draw_scene(targets, frame, moment)
        targets.bare = self._run_effects(view, targets, frame, moment)

    def _must_draw(self, view: str, targets: ViewTargets, moment: Moment) -> bool:
        """Return whether to draw anew: a frozen view does so only once it is new, or holds what was withdrawn since."""
        withdrawn = targets.withdrawn(moment, self.permits)
        if withdrawn:
            self._effects.forget(view)  # trails hold it too
        return withdrawn or targets.drawn is None or not self.master.freeze

    def _targets(self, view: str, size: Size) -> ViewTargets:
        """Return the view's targets at `size`."""
        targets = self._views.get(view)
        if targets is None or targets.size != size:
            frames = 0
            if targets is not None:
                frames = targets.frames
                targets.delete()
                self._effects.forget(view)
            targets = self._views[view] = ViewTargets(size, frames)
        return targets

    # -- the frame graph, step by step ---------------------------------------------------------------------------

    def _draw_scene(self, targets: ViewTargets, frame: FrameInfo, moment: Moment) -> None:
        """1. Parts, shaded and finished, into ``targets.picture``."""
        document = self._document
        if document is None:
            with targets.picture as target:
                target.clear((0.0, 0.0, 0.0, 0.0 if frame.transparent else 1.0))
            return
        shading = frame.display.shading(document.look.look.shading)
        document.prepare(moment, fields=shading is Shading.FIELD or felt(moment))
        if is_direct(shading, frame):
            self._draw_direct(targets, document, frame, moment)
            return
        scene = targets.get("scene", "rgba32f", depth=True, smooth=False)
        with scene:
            scene.clear()
            if shading is Shading.HOLOGRAM:
                self._hologram.draw(document, frame, moment)
            else:
                self._scene.draw(document, frame, moment)
                self._study.draw(document, frame)
            if frame.display.surface == "look":
                self._effects.draw_form(document, frame, moment)
        if shading is Shading.HOLOGRAM:
            self._finish.glow(targets, scene, frame)
        else:
            self._finish.studio(targets, scene, document, frame)

    def _draw_direct(self, targets: ViewTargets, document: DocumentAdaptor, frame: FrameInfo, moment: Moment) -> None:
        """Draw straight to the screen's range; only a picture at rest gets its edges smoothed."""
        smooth = frame.finished
        into = targets.get("direct", depth=True) if smooth else targets.picture
        with into:
            into.clear()
        if not frame.transparent:
            self._finish.behind(into, document, frame)
        with into:
            self._scene.draw(document, frame, moment)
            self._study.draw(document, frame)
            if frame.display.surface == "look":
                self._effects.draw_form(document, frame, moment)
        if smooth:
            self._finish.direct(targets, into, frame)

    def _run_effects(self, view: str, targets: ViewTargets, frame: FrameInfo, moment: Moment) -> Target:
        """2. The look's chain; the picture itself comes back where nothing is to be done."""
        if self._document is None or frame.display.surface != "look":
            return targets.picture
        return self._effects.run(view, targets.picture, self._document, frame, moment)

    def _draw_overlays(
        self, targets: ViewTargets, frame: FrameInfo, moment: Moment, annotations: Sequence[Annotation]
    ) -> None:
        """Measured things over a copy of the picture, which stays for the next frame, should it look the same."""
        targets.shown, targets.legends = targets.bare, ()
        if self._document is not None and self._document.is_preview():
            return  # type is set while the first picture is on its way to the screen: it comes with the next
        if self._overlay is None:
            from neodent_viewer.render.overlay import Overlay

            self._overlay = Overlay(self._programs, Work(self._submit, self.wants_frame.emit))
        if not self._overlay.wanted(self._document, annotations):
            return
        targets.shown = targets.get("lettered")
        self._gpu.copy(targets.bare, targets.shown)
        depth = targets.picture.depth
        self._overlay.draw(targets.shown, depth, frame, self._document, moment, annotations)
        targets.legends = self._overlay.legends

    def _apply_master(self, targets: ViewTargets) -> Target:
        """3. Dimmer and blackout."""
        gain = self.master.gain
        if gain >= 1.0:
            return targets.shown
        dimmed = targets.get("master")
        self._programs.run(dimmed, "master.frag", u_picture=targets.shown.texture, u_gain=gain)
        return dimmed

    def _limit_flashes(self, picture: Target) -> Target:
        """4. The flash limiter's place: nothing may change brightness after it. It comes with the show's safety."""
        return picture

    def _keystone(self, picture: Target) -> Target:
        """5. The projector's corners' place; with corners where they belong there is nothing to do."""
        return picture

    # -- what came out -------------------------------------------------------------------------------------------

    def frames(self, view: str) -> int:
        """Return how many frames the view has got."""
        return self._views[view].frames if view in self._views else 0

    def legends(self, view: str) -> tuple[Piece, ...]:
        """Return the legends in the view's last picture whose range can be turned, and where they lie."""
        return self._views[view].legends if view in self._views else ()

    def texture(self, view: str) -> int:
        """Return the GL name of the view's finished RGBA8 texture; KeyError before its first frame."""
        self._gpu.enter()
        return self._gpu.texture_name(self._views[view].presented.texture)

    def picture(self, view: str) -> int:
        """Return the GL name of the picture before master, safety and keystone; KeyError before its first frame."""
        self._gpu.enter()
        return self._gpu.texture_name(self._views[view].shown.texture)

    def read(self, view: str) -> NDArray[np.uint8]:
        """Return the finished picture (h, w, 4) uint8, top row first; KeyError before the view's first frame."""
        self._gpu.enter()
        pixels: NDArray[Any] = self._views[view].presented.read()
        return pixels if self._views[view].straight else straighten(pixels)

    def upload(self) -> None:
        """Send what has changed since the last frame and wait until it is there: for measuring only, a frame sends too."""
        self._gpu.enter()
        if self._document is not None:
            self._document.prepare(_STILL, fields=False)
        self._gpu.wait()

    def finish(self) -> None:
        """Wait until everything asked for is drawn: for measuring only."""
        self._gpu.finish()

    # -- the end -------------------------------------------------------------------------------------------------

    def reload_shaders(self) -> None:
        """Read the shader files again when they are next needed: for people who write them."""
        self._programs.reload()
        self._arrivals += 1

    def drop_view(self, view: str) -> None:
        """Give back the targets of a view that is no longer shown."""
        self._gpu.enter()
        state = self._views.pop(view, None)
        if state is not None:
            state.delete()
        self._effects.forget(view)
        self._gpu.flush()

    def close(self) -> None:
        """Delete everything and release the context."""
        self.detach()
        for view in list(self._views):
            self.drop_view(view)
        for owner in (self._hologram, self._finish, self._effects, self._overlay, self._programs):
            if owner is not None:
                owner.delete()
        self._gpu.close()


def holds_withdrawn(engine: Engine, view: str, moment: Moment) -> bool:
    """Return whether the view's last picture holds anything that consent, as of `moment`, does not allow any more."""
    return view in engine._views and engine._views[view].withdrawn(moment, engine.permits)


def _check_purpose(moment: Moment, purpose: Purpose) -> None:
    """Refuse a moment whose consent was asked for something else: what it withholds may be too little."""
    if moment.purpose not in ("", purpose):
        what = f"What consent allows to {moment.purpose} was given to a picture made to {purpose}."
        remedy = "Tick the live data for the picture's own purpose."
        raise ConsentError(what, kind="denied", where=purpose, remedy=remedy)


def straighten(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return premultiplied pixels (h, w, 4) with straight alpha, as files have it."""
    alpha = pixels[..., 3:].astype(np.float32)
    colour = np.divide(
        pixels[..., :3] * np.float32(255.0), alpha, out=np.zeros_like(alpha).repeat(3, 2), where=alpha > 0
    )
    return np.concatenate([np.minimum(colour + 0.5, 255.0).astype(np.uint8), pixels[..., 3:]], axis=2)
