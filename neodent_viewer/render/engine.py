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

The frame graph; a step that changes nothing is skipped and costs nothing:

1. scene      parts with field colour and surface glitch -> linear colour + view depth
2. effects    the look's chain of ISF passes
   overlays   legend, scale bar, annotations: measured things, so no effect touches them
3. master     dimmer, freeze, blackout
4. safety     the flash limiter's place, after everything that can change brightness
5. keystone   the projector's corners' place
6. present    RGBA8
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.core.errors import NeodentError
from neodent_viewer.core.signals import Signal
from neodent_viewer.document.document import Document
from neodent_viewer.document.moment import Moment
from neodent_viewer.render.adaptors.document import DocumentAdaptor
from neodent_viewer.render.annotations import Annotation
from neodent_viewer.render.context import GLContext
from neodent_viewer.render.gpu import Gpu, Target
from neodent_viewer.render.programs import Programs
from neodent_viewer.render.scene import Scene
from neodent_viewer.render.views import Camera
from neodent_viewer.render.work import Submit, Work

Size = tuple[int, int]
Quality = Literal["full", "moving", "shading"]
Purpose = Literal["view", "perform", "record"]


@dataclass(slots=True)
class Master:
    """What the operator does to the finished picture.

    Attributes
    ----------
    dimmer : float
        Brightness 0..1.
    freeze : bool
        Hold the last picture.
    blackout : float
        0 shows, 1 is black; whoever sets it fades it.
    """

    dimmer: float = 1.0
    freeze: bool = False
    blackout: float = 0.0

    @property
    def gain(self) -> float:
        """Factor on the picture."""
        return float(np.clip(self.dimmer, 0.0, 1.0) * (1.0 - np.clip(float(self.blackout), 0.0, 1.0)))


class _View:
    """Targets of one named view."""

    def __init__(self, size: Size) -> None:
        self.size = size
        self.frames = 0
        self.picture = Target(size, "rgba8", depth=True)
        self.presented = self.picture
        self.master: Target | None = None

    def delete(self) -> None:
        for target in (self.picture, self.master):
            if target is not None:
                target.delete()


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
        self._scene = Scene(self._programs)
        self._views: dict[str, _View] = {}
        self._document: DocumentAdaptor | None = None
        self._work = Work(submit, self.wants_frame.emit)
        self.master = Master()
        self.renderer = self._gpu.renderer

    # -- what is shown -------------------------------------------------------------------------------------------

    def attach(self, document: Document) -> None:
        """Show `document` from now on."""
        self.detach()
        self._gpu.enter()
        self._work = Work(self._submit, self.wants_frame.emit)
        self._document = DocumentAdaptor(document, self._work)

    def detach(self) -> None:
        """Show nothing."""
        self._gpu.enter()
        self._work.drop()
        if self._document is not None:
            self._document.detach()
            self._document = None
        self._gpu.flush()

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
            What the picture is for.
        quality : str
            ``"full"``; ``"moving"`` while the camera moves: thinned, quick; ``"shading"`` all triangles, nothing else.
        scale : float
            Device pixels a logical pixel: type, lines and marks grow with it.
        transparent : bool
            No background, alpha where there is nothing.
        annotations : sequence
            What lies over the scene, see `neodent_viewer.render.annotations`.
        """
        self._gpu.enter()
        state = self._state(view, (max(1, int(size[0])), max(1, int(size[1]))))
        if not (self.master.freeze and state.frames):
            self._draw(state, camera, transparent)
        self._master(state)
        state.frames += 1
        self._gpu.publish()

    def _state(self, view: str, size: Size) -> _View:
        state = self._views.get(view)
        if state is None or state.size != size:
            frames = 0
            if state is not None:
                frames = state.frames
                state.delete()
            state = self._views[view] = _View(size)
            state.frames = frames
        return state

    def _draw(self, state: _View, camera: Camera, transparent: bool) -> None:
        with state.picture as target:
            target.clear((0.0, 0.0, 0.0, 0.0) if transparent else (0.05, 0.051, 0.054, 1.0))
            if self._document is not None:
                self._document.upload()
                bounds = self._document.bounds()
                self._scene.draw(self._document, camera.view(), camera.projection(state.size, bounds))

    def _master(self, state: _View) -> None:
        if self.master.gain >= 1.0:
            state.presented = state.picture
            return
        if state.master is None:
            state.master = Target(state.size, "rgba8")
        self._programs.run(state.master, "master.frag", u_picture=state.picture.texture, u_gain=self.master.gain)
        state.presented = state.master

    # -- what came out -------------------------------------------------------------------------------------------

    def frames(self, view: str) -> int:
        """Return how many frames the view has got."""
        return self._views[view].frames if view in self._views else 0

    def texture(self, view: str) -> int:
        """Return the GL name of the view's finished RGBA8 texture; KeyError before its first frame."""
        self._gpu.enter()
        return self._gpu.texture_name(self._views[view].presented.texture)

    def picture(self, view: str) -> int:
        """Return the GL name of the picture before master, safety and keystone; KeyError before its first frame."""
        self._gpu.enter()
        return self._gpu.texture_name(self._views[view].picture.texture)

    def read(self, view: str) -> NDArray[np.uint8]:
        """Return the finished picture (h, w, 4) uint8, top row first; KeyError before the view's first frame."""
        self._gpu.enter()
        pixels: NDArray[Any] = self._views[view].presented.read()
        return pixels

    def finish(self) -> None:
        """Wait until everything asked for is drawn: for measuring only."""
        self._gpu.finish()

    # -- the end -------------------------------------------------------------------------------------------------

    def drop_view(self, view: str) -> None:
        """Give back the targets of a view that is no longer shown."""
        self._gpu.enter()
        state = self._views.pop(view, None)
        if state is not None:
            state.delete()
        self._gpu.flush()

    def close(self) -> None:
        """Delete everything and release the context."""
        self.detach()
        for view in list(self._views):
            self.drop_view(view)
        self._programs.delete()
        self._gpu.close()
