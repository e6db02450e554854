"""From linear light and depth to the picture: ambient occlusion, studio, tone, antialiasing; or glow, for the hologram.

Order for clinical and field: occlusion at half size, two blurs, composite over the studio, antialiasing. For the hologram:
bright parts down to a sixteenth and back, fringe and tone, antialiasing.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from vispy import gloo

from neodent_viewer.render.adaptors.document import DocumentAdaptor
from neodent_viewer.render.frame_info import FrameInfo, gl_matrix
from neodent_viewer.render.gpu import Target
from neodent_viewer.render.programs import Programs
from neodent_viewer.render.table import Table
from neodent_viewer.render.targets import ViewTargets

#: how far occlusion reaches, mm: about half a crown
OCCLUSION_RADIUS = 3.2
_TAPS = ("TAPS 12",)
_MIDDLE, _RIM = (0.058, 0.059, 0.062), (0.012, 0.0122, 0.0135)
_BLOOM_FROM, _BLOOM_GAIN = 0.45, 0.62


class Finish:
    """The full-screen passes after the scene."""

    def __init__(self, programs: Programs) -> None:
        self._programs = programs
        self._table = Table()

    # -- clinical, field, sculpt ---------------------------------------------------------------------------------

    def studio(self, targets: ViewTargets, scene: Target, document: DocumentAdaptor, frame: FrameInfo) -> None:
        """Finish `scene` into ``targets.picture``."""
        occlusion = self._occlusion(targets, scene, frame)
        smooth = targets.get("toned")
        defines = ("TRANSPARENT",) if frame.transparent else ()
        self._programs.run(
            smooth, "composite.frag", defines, u_scene=scene.texture, u_occlusion=occlusion.texture,
            **({} if frame.transparent else self._studio(document, frame)),
        )  # fmt: skip
        self.antialias(smooth, targets.picture, ("COVER",) if frame.transparent else ())

    def _occlusion(self, targets: ViewTargets, scene: Target, frame: FrameInfo) -> Target:
        first, second = (targets.get(f"occlusion{k}", "rgba16f", divide=2) for k in (0, 1))
        across, up = first.pixel
        self._programs.run(
            first, "ssao.frag", _TAPS, u_scene=scene.texture, u_pixel=(across, up), u_tangent=frame.tangent,
            u_radius=OCCLUSION_RADIUS, u_parallel=frame.parallel,
        )  # fmt: skip
        self._programs.run(second, "ao_blur.frag", u_occlusion=first.texture, u_step=(across, 0.0))
        self._programs.run(first, "ao_blur.frag", u_occlusion=second.texture, u_step=(0.0, up))
        return first

    def behind(self, document: DocumentAdaptor, frame: FrameInfo) -> None:
        """Draw the studio into the active target where nothing has been drawn."""
        program = self._programs.get("screen.vert", "background.frag", ("FAR",))
        if program is None:
            return
        program["a_corner"] = self._programs.gpu.corners
        for name, value in self._studio(document, frame).items():
            program[name] = value
        gloo.set_state(depth_test=True, depth_func="lequal", depth_mask=False, blend=False, cull_face=False)
        program.draw("triangles")

    def antialias(self, source: Target, into: Target, defines: tuple[str, ...] = ()) -> None:
        """Smooth the edges of `source` into another target."""
        self._programs.run(into, "fxaa.frag", defines, u_picture=source.texture, u_pixel=source.pixel)

    def _studio(self, document: DocumentAdaptor, frame: FrameInfo) -> dict[str, Any]:
        shadow, ground = self._table.under(document)
        return {
            "u_middle": _MIDDLE,
            "u_rim": _RIM,
            "u_shadow": shadow,
            "u_ground": ground,
            "u_tangent": frame.tangent,
            "u_camera": gl_matrix(np.linalg.inv(frame.view)),
            "u_parallel": frame.parallel,
        }

    # -- hologram ------------------------------------------------------------------------------------------------

    def glow(self, targets: ViewTargets, scene: Target, frame: FrameInfo) -> None:
        """Finish a scene on black into ``targets.picture``."""
        near, far = self._bloom(targets, scene)
        toned = targets.get("toned")
        defines = ("TRANSPARENT",) if frame.transparent else ()
        self._programs.run(
            toned,
            "glow.frag",
            defines,
            u_scene=scene.texture,
            u_near=near.texture,
            u_far=far.texture,
            u_gain=_BLOOM_GAIN,
        )
        self.antialias(toned, targets.picture, ("COVER",) if frame.transparent else ())

    def _bloom(self, targets: ViewTargets, scene: Target) -> tuple[Target, Target]:
        """Return the glow close to bright places and the wide one."""
        half = targets.get("bloom2", "rgba16f", divide=2)
        self._shrink(scene, half, _BLOOM_FROM)
        source, blurred = half, []
        for divide in (4, 8, 16):
            first, second = (targets.get(f"bloom{divide}{k}", "rgba16f", divide=divide) for k in (0, 1))
            self._shrink(source, first, 0.0)
            across, up = first.pixel
            self._programs.run(second, "blur.frag", u_source=first.texture, u_step=(across, 0.0))
            self._programs.run(first, "blur.frag", u_source=second.texture, u_step=(0.0, up))
            blurred.append(first)
            source = first
        wide = targets.get("bloom81", "rgba16f", divide=8)
        self._programs.run(wide, "add.frag", u_first=blurred[1].texture, u_second=blurred[2].texture, u_share=0.9)
        return blurred[0], wide

    def _shrink(self, source: Target, into: Target, threshold: float) -> None:
        across, up = source.pixel
        pixel = (across / 2, up / 2)
        self._programs.run(into, "shrink.frag", u_source=source.texture, u_pixel=pixel, u_threshold=threshold)

    def delete(self) -> None:
        """Give the GPU memory back."""
        self._table.delete()
