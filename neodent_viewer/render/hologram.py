"""What only the hologram draws: the x-ray layer over its front, rings on the floor, dust that rises."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from vispy import gloo

from neodent_viewer.document.moment import Moment
from neodent_viewer.render.adaptors.document import DocumentAdaptor
from neodent_viewer.render.frame_info import FrameInfo, gl_matrix
from neodent_viewer.render.programs import Programs
from neodent_viewer.render.scene import Scene

_DUST = 420
#: mm between the lowest point and the rings
_GAP = 5.0


class Hologram:
    """Draws one frame of the hologram into the active target: linear light on black, depth in alpha."""

    def __init__(self, programs: Programs, scene: Scene) -> None:
        self._programs, self._scene = programs, scene
        square = np.array([[-1, -1], [1, -1], [1, 1], [-1, -1], [1, 1], [-1, 1]], np.float32)
        self._floor = gloo.VertexBuffer(square)

    @cached_property
    def _dust(self) -> Any:
        """Always the same dust; made when first drawn, since numpy's generators would hold up the first picture."""
        return gloo.VertexBuffer(np.random.default_rng(1).random((_DUST, 4)).astype(np.float32))

    def draw(self, document: DocumentAdaptor, frame: FrameInfo, moment: Moment) -> None:
        """Draw the nearest surface opaque in depth, then everything that only adds light."""
        self._scene.draw(document, frame, moment)
        # order cannot matter where light is only added, so it never looks broken
        gloo.set_state(depth_test=False, depth_mask=False, blend=True, blend_func=("one", "one"), cull_face=False)
        gloo.set_color_mask(True, True, True, False)
        self._scene.draw(document, frame, moment, xray=True)
        gloo.set_state(depth_test=True, depth_func="less")
        self._add("rings", self._floor, "triangles", document, frame)
        self._add("dust", self._dust, "points", document, frame)
        gloo.set_color_mask(True, True, True, True)
        gloo.set_state(blend=False, depth_mask=True)

    def _add(self, name: str, buffer: Any, mode: str, document: DocumentAdaptor, frame: FrameInfo) -> None:
        program = self._programs.get(f"{name}.vert", f"{name}.frag")
        if program is None or not document.drawn():
            return
        low, high = frame.bounds
        middle, reach = (low + high) / 2, float(np.hypot(*(high - low)[[0, 2]])) / 2
        program["a_seed"] = buffer
        program["u_view"], program["u_projection"] = gl_matrix(frame.view), gl_matrix(frame.projection)
        values = {
            "u_floor": (middle[0], low[1] - _GAP, middle[2]),
            "u_reach": max(reach, 1.0) / 44.0,  # rings were drawn around a jaw of 44 mm reach
            "u_time": frame.time,
            "u_pixel": frame.size[1] / 720.0,
        }
        for key, value in values.items():
            if key in program:
                program[key] = value
        program.draw(mode)

    def delete(self) -> None:
        """Give the GPU memory back."""
        self._floor.delete()
        self._dust.delete()
