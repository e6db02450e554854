"""From linear light and depth to the picture: ambient occlusion, studio, tone, antialiasing; or glow, for the hologram.

Order for clinical and field: occlusion, smaller than the picture, two blurs, composite over the studio, antialiasing. For the
hologram: bright parts down to a sixteenth and back, fringe and tone, antialiasing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from vispy import gloo

from neodent_viewer.render.adaptors.document import DocumentAdaptor
from neodent_viewer.render.frame_info import FrameInfo, gl_matrix
from neodent_viewer.render.gpu import Target
from neodent_viewer.render.programs import Programs
from neodent_viewer.render.table import Table
from neodent_viewer.render.targets import ViewTargets

#: how far occlusion reaches, mm: about half a crown
OCCLUSION_RADIUS = 3.2
_TAPS, _STILL_TAPS = ("TAPS 8",), ("TAPS 12",)
_MIDDLE, _RIM = (0.058, 0.059, 0.062), (0.012, 0.0122, 0.0135)
_GOLDEN = 2.39996
#: cells of the studio's grid, at rest and while the camera moves: triangles cost a software renderer more than pixels
_FINE, _COARSE = (48, 27), (24, 14)
#: pictures that a still is the mean of
STILL_SAMPLES = 12
_BLOOM_FROM, _BLOOM_GAIN = 0.45, 0.62


class Finish:
    """The full-screen passes after the scene."""

    def __init__(self, programs: Programs) -> None:
        self._programs = programs
        self._table = Table()
        self._grids = [_buffers(*grid(*cells)) for cells in (_FINE, _COARSE)]

    # -- clinical, field, sculpt ---------------------------------------------------------------------------------

    def studio(self, targets: ViewTargets, scene: Target, document: DocumentAdaptor, frame: FrameInfo) -> None:
        """Finish `scene` into ``targets.picture``."""
        occlusion = self._occlusion(targets, scene, frame)
        smooth = targets.get("toned")
        defines = ("TRANSPARENT",) if frame.transparent else ()
        self._programs.run(
            smooth, "composite.frag", defines, u_scene=scene.texture, u_occlusion=occlusion.texture,
            **({} if frame.transparent else {"u_studio": self._studio(targets, document, frame).texture}),
        )  # fmt: skip
        self._edges(smooth, targets.picture, frame, cover=frame.transparent)

    def _occlusion(self, targets: ViewTargets, scene: Target, frame: FrameInfo) -> Target:
        divide = 2 if frame.quality == "still" else 3  # it is soft: on screen a third of the size looks the same
        first, second = (targets.get(f"occlusion{divide}{k}", "rgba16f", divide=divide) for k in (0, 1))
        across, up = first.pixel
        taps = _STILL_TAPS if frame.quality == "still" else _TAPS
        self._programs.run(
            first, "ssao.frag", taps, u_scene=scene.texture, u_pixel=(across, up), u_tangent=frame.tangent,
            u_radius=OCCLUSION_RADIUS, u_parallel=frame.parallel, u_turn=frame.sample * _GOLDEN,
        )  # fmt: skip
        self._programs.run(second, "ao_blur.frag", u_occlusion=first.texture, u_step=(across, 0.0))
        self._programs.run(first, "ao_blur.frag", u_occlusion=second.texture, u_step=(0.0, up))
        return first

    def behind(self, into: Target, document: DocumentAdaptor, frame: FrameInfo) -> None:
        """Draw the studio over a whole target: what stands before it comes after."""
        program = self._programs.get("background.vert", "background.frag", ("SMOOTH",) if frame.finished else ())
        if program is None:
            return
        shadow, ground = self._table.under(document)
        corners, cells = self._grids[0 if frame.finished else 1]
        values = {
            "a_corner": corners,
            "u_middle": _MIDDLE,
            "u_rim": _RIM,
            "u_shadow": shadow,
            "u_ground": ground,
            "u_tangent": frame.tangent,
            "u_camera": gl_matrix(np.linalg.inv(frame.view)),
            "u_parallel": frame.parallel,
        }
        for name, value in values.items():
            program[name] = value
        gloo.set_state(depth_test=False, depth_mask=False, blend=False, cull_face=False)
        with into:
            program.draw("triangles", cells)

    def direct(self, targets: ViewTargets, source: Target, frame: FrameInfo) -> None:
        """Finish a picture that was drawn straight to the screen's range: only its edges are left to do."""
        self._edges(source, targets.picture, frame, cover=True)

    def _edges(self, source: Target, into: Target, frame: FrameInfo, *, cover: bool) -> None:
        """Smooth the edges of `source` into another target; a still is smooth by being the mean of many."""
        if frame.quality == "still":
            self._programs.run(into, "copy.frag", () if cover else ("OPAQUE",), u_picture=source.texture)
            return
        defines = ("COVER",) if cover else ()
        self._programs.run(into, "fxaa.frag", defines, u_picture=source.texture, u_pixel=source.pixel)

    def gather(self, targets: ViewTargets, frame: FrameInfo, draw: Callable[[FrameInfo], None]) -> None:
        """Leave in ``targets.picture`` the mean of pictures that ``draw`` makes of the frame, shifted within a pixel.

        The last one is not shifted: its depth is what overlays go by.
        """
        total = targets.get("total", "rgba32f")
        with total:
            total.clear()
        for k in range(STILL_SAMPLES, 0, -1):
            # additive recurrence on the plastic number: even for any count (Roberts 2018); k = 1 is the middle
            shift = tuple(((k - 1) * step + 0.5) % 1.0 - 0.5 for step in (0.7548776662, 0.5698402910))
            draw(frame.shifted(k - 1, (shift[0], shift[1])))
            share = 1.0 / STILL_SAMPLES
            self._programs.run(total, "share.frag", add=True, u_picture=targets.picture.texture, u_share=share)
        self._programs.run(targets.picture, "copy.frag", u_picture=total.texture)

    def _studio(self, targets: ViewTargets, document: DocumentAdaptor, frame: FrameInfo) -> Target:
        """Return the studio as seen by the camera, a quarter of the size."""
        small = targets.get("studio", "rgba16f", divide=4)
        self.behind(small, document, frame)
        return small

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
        self._edges(toned, targets.picture, frame, cover=frame.transparent)

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
        for owner in (self._table, *(buffer for pair in self._grids for buffer in pair)):
            owner.delete()


def _buffers(corners: NDArray[np.float32], cells: NDArray[np.uint32]) -> tuple[Any, Any]:
    return gloo.VertexBuffer(corners), gloo.IndexBuffer(cells)


def grid(across: int, up: int) -> tuple[NDArray[np.float32], NDArray[np.uint32]]:
    """Return the corners (n, 2) in 0..1 of a grid of cells, and two triangles a cell (6 x cells,)."""
    x, y = np.meshgrid(np.linspace(0, 1, across + 1), np.linspace(0, 1, up + 1))
    corners = np.stack([x.ravel(), y.ravel()], axis=1).astype(np.float32)
    first = (np.arange(up)[:, None] * (across + 1) + np.arange(across)).ravel()
    a, b, c, d = first, first + 1, first + across + 1, first + across + 2
    return corners, np.stack([a, b, d, a, d, c], axis=1).astype(np.uint32).ravel()
