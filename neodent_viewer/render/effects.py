"""Step 2 of the frame graph, and the light that faults add to the scene: brought in when they are first wanted.

The machinery is imported and made only then, so that a look without effects, or a document without faults, costs nothing at
start or a frame.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from neodent_viewer.core.errors import NeodentError
from neodent_viewer.document.look import Shading
from neodent_viewer.document.moment import Moment
from neodent_viewer.render.adaptors.document import DocumentAdaptor
from neodent_viewer.render.frame_info import FrameInfo
from neodent_viewer.render.gpu import Gpu, Target
from neodent_viewer.render.programs import Programs
from neodent_viewer.render.scene import felt, is_direct

if TYPE_CHECKING:
    from neodent_viewer.render.glitch_pass import GlitchPass
    from neodent_viewer.render.isf_pass import IsfChain


class Effects:
    """Draws the grains of faults, and runs the look's chain over a picture."""

    def __init__(self, gpu: Gpu, report: Callable[[NeodentError], None]) -> None:
        self._gpu, self._report = gpu, report
        self._chain: IsfChain | None = None
        self._grains: GlitchPass | None = None
        self._programs: Programs | None = None
        self._last: dict[str, tuple[float, int]] = {}

    def draw_form(self, document: DocumentAdaptor, frame: FrameInfo, moment: Moment) -> None:
        """Draw what faults resolve into, into the active scene target: light that shares the scene's depth."""
        look = document.look.look
        shows = look.harmonise > 0 and look.shading is not Shading.SCULPT and frame.quality not in ("shading", "stroke")
        faults = document.probes.faults if shows and felt(moment) else ()
        if self._grains is None:
            if not faults:
                return
            from neodent_viewer.render.glitch_pass import GlitchPass, grains_for

            self._programs = Programs(self._gpu, self._report)
            self._grains = GlitchPass(self._programs, grains_for(self._gpu.renderer))
        self._grains.draw(document.document, faults, frame, direct=is_direct(look.shading, frame))

    def run(self, view: str, picture: Target, document: DocumentAdaptor, frame: FrameInfo, moment: Moment) -> Target:
        """Return the picture after the chain; `picture` itself when nothing was to be done."""
        chain = document.look.look.chain
        if not any(use.enabled for use in chain):
            self.forget(view)
            return picture
        from neodent_viewer.render.glitch_pass import focus
        from neodent_viewer.render.isf_pass import EffectClock, IsfChain

        if self._chain is None:
            self._chain = IsfChain(self._gpu, self._report)
        before, count = self._last.get(view, (moment.now, 0))
        self._last[view] = (moment.now, count + 1)
        clock = EffectClock(frame.time, max(moment.now - before, 0.0), count)
        where = focus(document.probes.faults, frame) if felt(moment) else None
        return self._chain.run(picture, chain, moment.inputs, clock, view=view, focus=where)

    def forget(self, view: str) -> None:
        """Give back what effects remember of a view."""
        self._last.pop(view, None)
        if self._chain is not None:
            self._chain.forget(view)

    def delete(self) -> None:
        """Delete everything."""
        for made in (self._chain, self._grains, self._programs):
            if made is not None:
                made.delete()
