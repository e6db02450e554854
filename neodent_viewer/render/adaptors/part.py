"""One part on the GPU: positions and normals rewritten in ranges, attributes that stand, indices full and thinned.

A preview (triangle soup) is drawn at once without normals. What takes time is asked for when a picture first needs it,
computed behind the picture, and joins when it arrives; until then shaders have defaults.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from vispy import gloo
from vispy.gloo.buffer import Buffer

from neodent_viewer.document.overlay import Overlay, packed
from neodent_viewer.document.part import Part
from neodent_viewer.mesh.arrays import corners
from neodent_viewer.mesh.normals import Normals, vertex_normals
from neodent_viewer.mesh.surface import Float32, Float64, Int32
from neodent_viewer.render.adaptors.fewer import Fewer
from neodent_viewer.render.adaptors.rows import Rows, merge_ranges
from neodent_viewer.render.work import Work

if TYPE_CHECKING:
    from neodent_viewer.mesh.following import Following

#: vertices between two touched ranges that are cheaper to upload than to skip, where ranges come sorted: some 20 kB
_BRIDGE = 2048


def linear(colours: NDArray[np.uint8]) -> Float32:
    """Return sRGB colours of any shape as linear light 0..1 (IEC 61966-2-1).

    >>> [round(float(light), 3) for light in linear(np.array([0, 188, 255], np.uint8))]
    [0.0, 0.503, 1.0]
    """
    steps = np.linspace(0.0, 1.0, 256, dtype=np.float32)
    light = np.where(steps > 0.04045, ((steps + 0.055) / 1.055) ** 2.4, steps / 12.92)
    return np.asarray(light[colours], np.float32)


class PartAdaptor:
    """GPU side of one part.

    Attributes
    ----------
    part : Part
    fewer : Fewer
        Some of the triangles, for pictures that have to be quick.
    index : IndexBuffer or None
        All triangles; None for a soup.
    box : ndarray (2, 3)
        Corners in buffer coordinates, mm.
    generation : int
        Goes up with every new surface; what was computed for an older one is thrown away.
    shape : int
        Goes up with `outdate`: what was worked out over the surface as it lay before is no longer true.
    painted : int
        Goes up when labels or zones of vertices were written, once the hand rests.
    worn : tuple of int
        Rows of what is shown that the vertices carry, see ``adaptors.zones``; the one outside all zones first.
    labelled : bool
        Whether the attributes that have arrived tell teeth from gum.
    overlay : Overlay or None
        Measured values that lie over the look.
    """

    def __init__(self, part: Part, work: Work) -> None:
        self.part = part
        self._work = work
        self._rows = Rows()
        self._asked: set[str] = set()
        self._touched: list[NDArray[Any]] = []
        self._normals: Normals | None = None
        self._followed: Following | None = None
        self._version = 0  # of what is followed, up to which everything is sent
        self._baking = False
        self.generation = self.shape = self.painted = 0
        self.worn: tuple[int, ...] = ()
        self.index: Any | None = None
        self.fewer = Fewer(part, self._later)
        self.box = np.zeros((2, 3))
        self.labelled = False
        self.overlay: Overlay | None = None
        self.set_surface()

    # -- what a scene asks ---------------------------------------------------------------------------------------

    @property
    def drawable(self) -> bool:
        """Whether there is anything to draw."""
        return self.part.visible and bool(self._rows)

    def has(self, attribute: str) -> bool:
        """Whether an attribute has arrived."""
        return attribute in self._rows

    def world_matrix(self) -> Float64:
        """Return the matrix (4, 4) from buffer coordinates to world mm."""
        matrix = self.part.transform.copy()
        matrix[:3, 3] += matrix[:3, :3] @ self.part.surface.origin
        return matrix

    def bind(self, program: Any) -> None:
        """Give a program the attributes it declares."""
        self._rows.bind(program)

    def need(self, *what: str) -> None:
        """Ask for ``"normals"`` or ``"attributes"``: once, behind the picture; previews get nothing."""
        if self.part.preview or not self._rows:
            return
        makers = {"normals": self._ask_normals, "attributes": self._ask_attributes}
        for name in what:
            if name not in self._asked:
                self._asked.add(name)
                makers[name]()

    def triangles(self, quality: str) -> Any | None:
        """Return the index buffer for pictures of a quality; None for a soup, which needs none."""
        return self.fewer.thinned.get(quality, self.index)

    # -- what the document tells ---------------------------------------------------------------------------------

    def set_surface(self) -> None:
        """Take the part's surface afresh: new topology."""
        self.delete()
        surface = self.part.surface
        if not len(surface.faces):
            return
        self.box = corners(surface.vertices).astype(np.float64)
        self._rows.put("a_position", surface.vertices)
        if not (self.part.preview and _is_soup(surface.faces, len(surface.vertices))):
            self.index = gloo.IndexBuffer(surface.faces.view(np.uint32).ravel())
        self._put_colours()

    def touch(self, array: str, indices: NDArray[Any] | None) -> None:
        """Note that rows of a per-vertex array were written; positions go up with the next frame."""
        if array == "position":
            count = len(self.part.surface.vertices)
            self._touched.append(np.arange(count, dtype=np.int32) if indices is None else indices)
            self.fewer.moved()
        elif array == "labels":
            self.outdate()
        elif array == "colour":
            self._put_colours(indices)
        if array != "position" and indices is not None:
            self.fewer.touch(merge_ranges(indices))

    def outdate(self) -> None:
        """Have attributes made anew when a picture next needs them; those there are stay until then."""
        self.shape += 1
        if not self._baking:  # else they are asked for again once those under way have come
            self._asked.discard("attributes")

    def set_field(
        self, packed: Float32 | None, reach: Float32 | None, zone: Float32 | None, worn: tuple[int, ...]
    ) -> None:
        """Take the field set: packed weights (n, 4), reach (n,) mm, zones (n, 2) and their rows; None removes them."""
        self.worn = worn
        for name, values in (("a_field", packed), ("a_reach", reach), ("a_zone", zone)):
            self._put_fitting(name, values)

    def set_fault(self, packed: Float32 | None) -> None:
        """Take packed weights (n, 4) of the fault set; None removes them."""
        self._put_fitting("a_fault", packed)

    def _put_fitting(self, name: str, values: Float32 | None) -> None:
        if values is None:
            self._rows.drop(name)
        elif len(values) == len(self.part.surface.vertices):
            self._rows.put(name, values)

    def set_overlay(self, overlay: Overlay | None) -> None:
        """Take measured values to lie over the look; None, or what does not fit the surface, takes them away."""
        fits = overlay is not None and len(overlay.values) == len(self.part.surface.vertices) and bool(self._rows)
        self.overlay = overlay if fits else None
        if self.overlay is None:
            self._rows.drop("a_overlay")
        else:
            self._rows.put("a_overlay", packed(self.overlay))

    # -- uploads -------------------------------------------------------------------------------------------------

    def upload(self) -> None:
        """Send what was touched since the last frame: positions of the vertices, normals of the ring around them."""
        if not self._touched or not self._rows:
            return
        following = self.part.followed()
        if following is not None:
            self._send_followed(following)
            return
        self._followed = None
        touched = np.unique(np.concatenate(self._touched))
        self._touched.clear()
        vertices = self.part.surface.vertices
        self._rows.send("a_position", vertices, touched)
        moved = corners(vertices[touched]).astype(np.float64)
        self.box = np.stack([np.minimum(self.box[0], moved[0]), np.maximum(self.box[1], moved[1])])
        if self._normals is not None:
            ring = self._normals.update(touched.astype(np.int32))
            self._rows.send("a_normal", self._normals.values, ring)
        elif self.has("a_normal"):
            self._ask_normals()

    def _send_followed(self, following: Following) -> None:
        """Send positions and normals that somebody keeps up already: the blocks that changed, everything the first time."""
        if following is not self._followed:
            ranges = np.array([[0, len(following.vertices)]])
            self._followed, self._normals = following, None
            self._rows.put("a_normal", following.normals)
            self._asked.add("normals")
        else:
            ranges = following.changed_since(self._version, _BRIDGE)
            if self.fewer.dabs is not None:
                self.fewer.dabs.touch(following.changed_since(self._version, 0))
        self._version = following.version
        self._touched.clear()
        for name, values in (("a_position", following.vertices), ("a_normal", following.normals)):
            for start, end in ranges.tolist():  # by bytes: gloo's own way to name rows costs more than sending them
                Buffer.set_subdata(self._rows[name], values[start:end], start * values.itemsize * 3)
        low, high = following.bvh.bounds()
        self.box = np.array([np.minimum(self.box[0], low), np.maximum(self.box[1], high)])

    def _put_colours(self, indices: NDArray[Any] | None = None) -> None:
        """Send scanned colours, as linear light, or rows `indices` of them; previews go without."""
        colours = self.part.surface.arrays.get("colour")
        if colours is None or self.part.preview:
            return
        if indices is not None and self.has("a_colour"):
            for start, end in merge_ranges(indices).tolist():
                self._rows["a_colour"].set_subdata(linear(colours[start:end, :3]), start)
            return
        self._rows.put("a_colour", linear(np.asarray(colours)[:, :3].astype(np.uint8)))

    # -- what comes later ----------------------------------------------------------------------------------------

    def _later(self, work: Callable[[], Any], then: Callable[[Any], None]) -> None:
        """Run `work` behind the picture; its result is thrown away if the surface has changed meanwhile."""
        generation = self.generation

        def take(result: Any) -> None:
            if generation == self.generation:
                then(result)

        self._work(work, take)

    def _ask_normals(self) -> None:
        vertices, faces = self.part.surface.vertices, self.part.surface.faces
        strokes = self.has("a_normal")  # the first time plain normals will do; from the first dab on, a ring at a time
        self._later(
            lambda: Normals(vertices, faces) if strokes else vertex_normals(vertices, faces), self._take_normals
        )

    def _take_normals(self, found: Float32 | Normals) -> None:
        if self._followed is not None:
            return
        if isinstance(found, Normals):
            self._normals = found
            self._rows.put("a_normal", found.values)
            self._touched.append(np.arange(len(found.values), dtype=np.int32))  # dabs went on while it was being made
        else:
            self._rows.put("a_normal", found)

    def _ask_attributes(self) -> None:
        surface, jaw, shape = self.part.surface, self.part.jaw, self.shape
        vertices, faces, labels = surface.vertices.copy(), surface.faces, surface.labels
        self._baking = True

        def work() -> Any:
            from neodent_viewer.mesh.appearance import appearance

            return appearance(vertices, faces, vertex_normals(vertices, faces), labels, jaw)

        self._later(work, lambda found: self._take_attributes(found, shape))

    def _take_attributes(self, found: Any, shape: int) -> None:
        self._baking = False
        if shape != self.shape:
            self._asked.discard("attributes")
        self.labelled = found.labelled
        self._rows.put("a_material", np.stack([found.gum, found.height, found.fine, found.coarse], axis=1))
        self._rows.put("a_shape", np.stack([found.thickness, found.occlusion], axis=1))

    # -- the end -------------------------------------------------------------------------------------------------

    def delete(self) -> None:
        """Give the GPU memory back."""
        self.generation += 1
        self._rows.free()
        self.fewer.free()
        if self.index is not None:
            self.index.delete()
        self.index = self._normals = None
        self.labelled = self._baking = False
        self.worn = ()
        self._asked.clear()
        self._touched.clear()


def _is_soup(faces: Int32, vertices: int) -> bool:
    return len(faces) * 3 == vertices and faces[0].tolist() == [0, 1, 2] and int(faces[-1, 2]) == vertices - 1
