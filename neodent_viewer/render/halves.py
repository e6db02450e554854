"""Drawing large surfaces in two goes: what is likely to be seen, then what that does not hide.

Only a software renderer gains by it. A surface that moves, tears or is seen through is drawn in one go.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from vispy.gloo import gl

from neodent_viewer.mesh.surface import Float32
from neodent_viewer.render.adaptors.part import PartAdaptor
from neodent_viewer.render.frame_info import FrameInfo
from neodent_viewer.render.gpu import Gpu, is_software
from neodent_viewer.render.sight import Bool, faces_camera, farthest, hidden

#: triangles of all parts from which reading the depth costs less than it saves
_LARGE = 400_000
_GL_DEPTH_COMPONENT = 0x1902


class Halves:
    """What is drawn in the first go and what in the second.

    Parameters
    ----------
    gpu : Gpu
    """

    def __init__(self, gpu: Gpu) -> None:
        self._gpu = gpu
        self._slow = is_software(gpu.renderer)
        self._left: dict[PartAdaptor, Bool] = {}

    def first(self, drawn: list[PartAdaptor], frame: FrameInfo) -> dict[PartAdaptor, Any | None]:
        """Return the parts that are drawn in two goes, with the triangles of the first one; None where it has none."""
        self._left.clear()
        if not self._pays(drawn, frame):
            return {}
        chosen = {}
        for part in drawn:
            part.fewer.need_clusters()
            clusters = part.fewer.clusters
            if clusters is None or part.index is None:
                continue
            seen = faces_camera(clusters, frame.view @ part.world_matrix(), parallel=frame.camera.orthographic)
            self._left[part] = ~seen
            chosen[part] = part.fewer.of_clusters(seen, 0)
        return chosen

    def second(self, frame: FrameInfo) -> dict[PartAdaptor, Any | None]:
        """Return what is left to draw of these parts, now that the rest stands in the active target."""
        if not self._left:
            return {}
        levels = farthest(self._depth(frame))
        chosen = {}
        for part, left in self._left.items():
            clusters = part.fewer.clusters
            assert clusters is not None  # nothing can have moved within a frame
            away = hidden(clusters, frame.view @ part.world_matrix(), frame.projection, frame.size, levels)
            chosen[part] = part.fewer.of_clusters(left & ~away, 1)
        return chosen

    def _pays(self, drawn: list[PartAdaptor], frame: FrameInfo) -> bool:
        plain = frame.display.surface != "xray" and not frame.display.original
        whole = frame.quality in ("full", "still", "shading")
        return self._slow and plain and whole and sum(len(part.part.surface.faces) for part in drawn) >= _LARGE

    def _depth(self, frame: FrameInfo) -> Float32:
        """Return the depth (h, w) of the active target."""
        self._gpu.flush()
        width, height = frame.size
        read = gl.glReadPixels(0, 0, width, height, _GL_DEPTH_COMPONENT, gl.GL_FLOAT)
        return np.frombuffer(read, np.float32).reshape(height, width)
