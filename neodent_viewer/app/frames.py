"""One frame for everybody who looks: the editor, the stage, or both from one render while their cameras are linked.

Order: the stage first (the audience comes first), then the editor from the same texture when nothing but the audience's
picture is wanted there and consent allows both the same, else a render of its own. A frame that fails is told once and the
last picture stays, unless it holds what was withdrawn since: then there is none; a stage that fails never stops the editor.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from neodent_viewer.app.cameras import Cameras
from neodent_viewer.app.canvas import Canvas
from neodent_viewer.app.stage_window import Stage
from neodent_viewer.app.viewing import Viewing
from neodent_viewer.document.moment import Moment
from neodent_viewer.render.annotations import Annotation
from neodent_viewer.render.display import Display
from neodent_viewer.render.engine import Engine, Quality, holds_withdrawn
from neodent_viewer.render.views import Size

_log = logging.getLogger(__name__)

EDITOR, STAGE, ORIGINAL = "editor", "stage", "original"


class Frames:
    """Draws what the windows show.

    Parameters
    ----------
    engine, cameras, canvas, stage
        Who draws, from where, and for whom.
    annotations : callable
        Returns what lies over the editor's scene just now.
    trouble : callable
        Takes an exception that a frame raised; called once for each different one.
    viewing : Viewing
        How the editor is looked through.
    """

    def __init__(
        self,
        engine: Engine,
        cameras: Cameras,
        canvas: Canvas,
        stage: Stage,
        annotations: Callable[[], Sequence[Annotation]],
        trouble: Callable[[BaseException], None],
        viewing: Viewing,
    ) -> None:
        self._engine = engine
        self._cameras = cameras
        self._canvas = canvas
        self._stage = stage
        self._annotations = annotations
        self._trouble = trouble
        self._viewing = viewing
        #: returns what is said over a picture made to a moment's purpose
        self.captions: Callable[[Moment], tuple[Annotation, ...]] = lambda moment: ()
        self._told: set[str] = set()

    def editor_size(self) -> Size:
        """Return the size of the editor's picture in device pixels: the canvas, in the stage's shape while it shows that."""
        width, height = self._canvas.area()
        area = (max(1, width // 2), height) if self._viewing.split else (width, height)
        if not self._monitors():
            return area
        width, height = self._stage.size
        scale = min(area[0] / width, area[1] / height)
        return max(1, round(width * scale)), max(1, round(height * scale))

    def draw(self, views: Moment, performs: Moment, quality: Quality) -> bool:
        """Draw everything that is looked at; return whether the canvas was given a picture.

        Parameters
        ----------
        views, performs : Moment
            What is live, as consent allows it to the editor and to the audience.
        quality : str
            See ``Engine.frame``; an open stage of another camera is always drawn in full.
        """
        shared = self._try(lambda: self._draw_audience(views, performs, quality), lambda: self._cover_stage(performs))
        return self._try(lambda: self._draw_editor(views, quality, shared=shared), lambda: self._cover_editor(views))

    def _try(self, draw: Callable[[], bool], cover: Callable[[], None]) -> bool:
        """Return what `draw` returns, False when it fails: the show goes on with the last picture, as far as that may be."""
        try:
            return draw()
        except Exception as error:
            cover()
            said = f"{type(error).__name__}: {error}"
            if said not in self._told:
                self._told.add(said)
                self._trouble(error)
            return False

    def _cover_stage(self, moment: Moment) -> None:
        """Take from the audience a picture that no frame could replace and that holds what was withdrawn."""
        if holds_withdrawn(self._engine, STAGE, moment):
            self._stage.show_texture(0, (0, 0))

    def _cover_editor(self, moment: Moment) -> None:
        """Take it from the editor; where that showed the stage's picture, it is the stage's that counts."""
        if any(holds_withdrawn(self._engine, view, moment) for view in (EDITOR, ORIGINAL, STAGE)):
            self._canvas.show_texture(0, self._canvas.area())

    def _monitors(self) -> bool:
        """Whether the editor shows what the audience sees."""
        return self._stage.is_open and self._cameras.linked

    def _draw_audience(self, views: Moment, performs: Moment, quality: Quality) -> bool:
        """Draw the stage where one is open; return whether the editor may show the same picture."""
        if not self._stage.is_open:
            return False
        self._draw_stage(performs, quality)
        alike = np.array_equal(views.withheld, performs.withheld)
        alike = alike and self.captions(views) == self.captions(performs)
        return alike and self._monitors() and not self._stage.frozen

    def _draw_editor(self, views: Moment, quality: Quality, *, shared: bool) -> bool:
        """Draw the editor, or show it the stage's picture; return whether the canvas was given one."""
        if not self._canvas.seen():
            return False
        annotations = tuple(self._annotations())
        display = self._viewing.display
        beside = self._viewing.split
        if shared and not annotations and display.plain and not beside:
            # of the same shape: what the pointer means is counted in the pixels the editor would have drawn
            self._canvas.show_texture(self._engine.picture(STAGE), self._stage.size, self.editor_size())
            return True
        size = self.editor_size()
        self._engine.master.freeze = False

        def look(view: str, display: Display) -> int:
            self._engine.frame(
                view,
                self._cameras.camera,
                views,
                size,
                purpose="record" if views.purpose == "record" else "view",  # the window itself may be what is recorded
                quality=quality,
                scale=self._canvas.devicePixelRatioF(),
                annotations=(*annotations, *self.captions(views)),
                display=display,
            )
            return self._engine.picture(view)

        # the original first: `texture` names what was drawn last, and what is asked of the engine is the editor's
        original = look(ORIGINAL, replace(display, original=True, ghost=False)) if beside else None
        self._canvas.show_texture(look(EDITOR, display), size, beside=original)
        return True

    def _draw_stage(self, moment: Moment, quality: Quality) -> None:
        stage = self._stage
        self._engine.master.freeze = stage.frozen
        self._engine.frame(
            STAGE,
            self._cameras.stage,
            moment,
            stage.size,
            purpose="perform",
            quality=quality if self._cameras.linked else "full",
            scale=stage.scale,
            annotations=self.captions(moment),
        )
        stage.show_texture(self._engine.texture(STAGE), stage.size)
