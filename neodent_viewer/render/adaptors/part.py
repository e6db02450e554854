"""One part on the GPU: positions and normals rewritten in ranges, attributes that stand, indices full and thinned.

A preview (triangle soup) is drawn at once without normals; what takes time is computed behind the picture and joins later.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from vispy import gloo

from neodent_viewer.document.part import Part
from neodent_viewer.mesh.surface import Float32, Float64, Int32
from neodent_viewer.render.work import Work

#: vertices between two touched ranges that are cheaper to upload than to skip
GAP = 256


def merge_ranges(indices: Int32, gap: int = GAP) -> NDArray[np.int64]:
    """Return half-open ranges (k, 2) that cover vertex `indices`, joined where `gap` or fewer vertices lie between.

    >>> merge_ranges(np.array([5, 1, 2, 900, 258]), gap=256).tolist()
    [[1, 259], [900, 901]]
    """
    if not len(indices):
        return np.zeros((0, 2), np.int64)
    ordered = np.unique(indices).astype(np.int64)
    cuts = np.nonzero(np.diff(ordered) > gap + 1)[0]
    starts = ordered[np.concatenate([[0], cuts + 1])]
    ends = ordered[np.concatenate([cuts, [len(ordered) - 1]])] + 1
    return np.stack([starts, ends], axis=1)


def column_bounds(vertices: Float32) -> Float64:
    """Return (2, 3) corners of vertices (n, 3); by columns, which numpy does much faster than by rows of three."""
    columns = [vertices[:, k] for k in range(3)]
    return np.array([[c.min() for c in columns], [c.max() for c in columns]], np.float64)


class PartAdaptor:
    """GPU side of one part."""

    def __init__(self, part: Part, work: Work) -> None:
        self.part = part
        self._work = work
        self._touched: list[Int32] = []
        self._buffers: dict[str, Any] = {}
        self.index: Any | None = None
        self.box = np.zeros((2, 3))
        self.set_surface()

    @property
    def drawable(self) -> bool:
        """Whether there is anything to draw."""
        return self.part.visible and len(self.part.surface.faces) > 0

    @property
    def has_normals(self) -> bool:
        """Whether vertex normals have arrived."""
        return "a_normal" in self._buffers

    def set_surface(self) -> None:
        """Take the part's surface afresh: new topology."""
        self.delete()
        surface = self.part.surface
        if not len(surface.faces):
            return
        self.box = column_bounds(surface.vertices)
        self._buffers["a_position"] = gloo.VertexBuffer(surface.vertices)
        if not (self.part.preview and _is_soup(surface.faces, len(surface.vertices))):
            self.index = gloo.IndexBuffer(surface.faces.view(np.uint32).ravel())
        if not self.part.preview:
            from neodent_viewer.mesh.normals import vertex_normals

            vertices, faces, version = surface.vertices, surface.faces, self.part.topology_version
            self._work(self, lambda: vertex_normals(vertices, faces), lambda found: self._take_normals(version, found))

    def _take_normals(self, version: int, normals: Float32) -> None:
        if version == self.part.topology_version and self._buffers:
            self._buffers["a_normal"] = gloo.VertexBuffer(np.ascontiguousarray(normals, np.float32))

    def touch(self, array: str, indices: Int32 | None) -> None:
        """Note that rows of a per-vertex array were written; they go up with the next frame."""
        if array == "position":
            everything = np.arange(len(self.part.surface.vertices), dtype=np.int32)
            self._touched.append(everything if indices is None else indices)

    def upload(self) -> None:
        """Send what was touched since the last frame."""
        if not self._touched:
            return
        indices = np.concatenate(self._touched)
        self._touched.clear()
        for start, end in merge_ranges(indices):
            self._buffers["a_position"].set_subdata(self.part.surface.vertices[start:end], int(start))

    def world_matrix(self) -> Float64:
        """Return the matrix (4, 4) from buffer coordinates to world mm."""
        matrix = self.part.transform.copy()
        matrix[:3, 3] += matrix[:3, :3] @ self.part.surface.origin
        return matrix

    def bind(self, program: Any) -> None:
        """Give a program the attributes it declares."""
        for name, buffer in self._buffers.items():
            if name in program:
                program[name] = buffer

    def delete(self) -> None:
        """Give the GPU memory back."""
        for buffer in self._buffers.values():
            buffer.delete()
        self._buffers.clear()
        if self.index is not None:
            self.index.delete()
            self.index = None


def _is_soup(faces: Int32, vertices: int) -> bool:
    return len(faces) * 3 == vertices and faces[0].tolist() == [0, 1, 2] and int(faces[-1, 2]) == vertices - 1
