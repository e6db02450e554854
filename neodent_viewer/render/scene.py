"""Step 1 of the frame graph: parts into a target."""

from __future__ import annotations

import numpy as np
from vispy import gloo

from neodent_viewer.mesh.surface import Float64
from neodent_viewer.render.adaptors.document import DocumentAdaptor
from neodent_viewer.render.adaptors.part import PartAdaptor
from neodent_viewer.render.programs import Programs


class Scene:
    """Draws the parts of a document."""

    def __init__(self, programs: Programs) -> None:
        self._programs = programs

    def draw(self, document: DocumentAdaptor, view: Float64, projection: Float64) -> None:
        """Draw all visible parts into the active target."""
        gloo.set_state(depth_test=True, depth_func="less", depth_mask=True, blend=False, cull_face=False)
        for part in document.drawn():
            self._draw_part(part, view, projection)

    def _draw_part(self, part: PartAdaptor, view: Float64, projection: Float64) -> None:
        program = self._programs.get("surface.vert", "sculpt.frag", ("NORMALS",) if part.has_normals else ())
        if program is None:
            return
        modelview = view @ part.world_matrix()
        program["u_modelview"] = modelview.T.astype(np.float32)
        program["u_projection"] = projection.T.astype(np.float32)
        program["u_normals"] = np.linalg.inv(modelview[:3, :3]).astype(np.float32)  # transposed twice
        part.bind(program)
        program.draw("triangles", part.index) if part.index is not None else program.draw("triangles")
