"""What an editor's display draws over the parts: the ghost of the original, and the edges of all triangles."""

from __future__ import annotations

from typing import Any

import numpy as np
from vispy import gloo

from neodent_viewer.document.look import Shading
from neodent_viewer.render.adaptors.document import DocumentAdaptor
from neodent_viewer.render.adaptors.part import PartAdaptor
from neodent_viewer.render.display import Display
from neodent_viewer.render.frame_info import FrameInfo, gl_matrix
from neodent_viewer.render.programs import Programs


def place(program: Any, part: PartAdaptor, frame: FrameInfo) -> None:
    """Set the matrices by which a part stands in the view."""
    modelview = frame.view @ part.world_matrix()
    program["u_modelview"] = gl_matrix(modelview)
    program["u_projection"] = gl_matrix(frame.projection)
    program["u_normals"] = np.linalg.inv(modelview[:3, :3]).astype(np.float32)  # inverse, transposed twice


def defines_of(part: PartAdaptor, shading: Shading, display: Display, document: DocumentAdaptor) -> tuple[str, ...]:
    """Return what a display adds to the defines of a part's shader."""
    told = display.defines() if shading is Shading.SCULPT else ()
    shown = shading in {Shading.SCULPT, Shading.CLINICAL} and display.marks
    return (*told, "MARKS") if shown and document.studied(part).marks() is not None else told


def bind(program: Any, part: PartAdaptor, display: Display, document: DocumentAdaptor) -> None:
    """Give a program a part's attributes, those of its original where that is shown."""
    part.bind(program)
    studied = document.studied(part)
    if "a_marks" in program:
        marks = studied.marks() if display.marks else None
        if marks is not None:
            program["a_marks"] = marks
        else:
            program._user_variables.pop("a_marks", None)
    original = studied.original() if display.original else None
    if original is not None:
        program["a_position"] = original[0]
        if "a_normal" in program and original[1] is not None:
            program["a_normal"] = original[1]


class Study:
    """Draws over the parts of a scene, into the active target; leaves its alpha alone, which may hold depth."""

    def __init__(self, programs: Programs) -> None:
        self._programs = programs

    def draw(self, document: DocumentAdaptor, frame: FrameInfo) -> None:
        """Draw what the frame's display asks for."""
        display = frame.display
        if not (display.ghost or display.wire):
            return
        gloo.set_state(
            depth_test=True, depth_func="lequal", depth_mask=False, blend=True, cull_face=False,
            blend_func=("src_alpha", "one_minus_src_alpha"),
        )  # fmt: skip
        gloo.set_color_mask(True, True, True, False)
        for part in document.drawn():
            if display.ghost and not display.original:
                self._ghost(part, document, frame)
            if display.wire:
                self._wire(part, document, frame)
        gloo.set_color_mask(True, True, True, True)
        gloo.set_state(blend=False, depth_mask=True, depth_func="less")

    def _ghost(self, part: PartAdaptor, document: DocumentAdaptor, frame: FrameInfo) -> None:
        original = document.studied(part).original()
        if original is None:
            return
        positions, normals = original
        program = self._programs.get(
            "surface.vert", "sculpt.frag", (*(("NORMALS",) if normals is not None else ()), "GHOST")
        )
        if program is None:
            return
        place(program, part, frame)
        program["a_position"] = positions
        if normals is not None:
            program["a_normal"] = normals
        program.draw("triangles", part.index) if part.index is not None else program.draw("triangles")

    def _wire(self, part: PartAdaptor, document: DocumentAdaptor, frame: FrameInfo) -> None:
        edges = document.studied(part).edges()
        program = self._programs.get("surface.vert", "sculpt.frag", ("WIRE",)) if edges is not None else None
        if program is None:
            return
        place(program, part, frame)
        bind(program, part, frame.display, document)
        program.draw("lines", edges)
