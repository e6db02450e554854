"""What lies over the scene: legends, captions, scale bar, marks, annotations. After the effects: measured things stay true.

Everything is premultiplied and blended. What a surface hides is drawn faintly, by the scene's depth.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from functools import partial
from typing import Any

from vispy import gloo

from neodent_viewer.document.look import Look, Shading
from neodent_viewer.document.moment import Moment
from neodent_viewer.render import legend as legends
from neodent_viewer.render import narration
from neodent_viewer.render.adaptors.document import DocumentAdaptor
from neodent_viewer.render.annotations import Annotation, Line, Narration, Point, Ring, Sheet, Text
from neodent_viewer.render.captions import Caption, captions
from neodent_viewer.render.captions import draw as draw_plate
from neodent_viewer.render.frame_info import FrameInfo
from neodent_viewer.render.gpu import Target
from neodent_viewer.render.marks import Marks, probe_points
from neodent_viewer.render.programs import Programs
from neodent_viewer.render.stack import MARGIN, Box, Piece, pieces, shows_field
from neodent_viewer.render.typography import Pixels, label
from neodent_viewer.render.work import Work

#: narration stands above the scale bar, whether there is one or not
_NARRATION_BASE = 74.0
_KEPT = 96
_BAR_COLOUR = (0.92, 0.93, 0.95, 1.0)
_ROUND = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0)


def round_length(longest: float) -> float:
    """Return the longest round length in mm that is not longer than `longest`.

    >>> round_length(13.0), round_length(0.07)
    (10.0, 0.1)
    """
    return max([length for length in _ROUND if length <= longest], default=_ROUND[0])


class Overlay:
    """Draws overlays; keeps set type as textures."""

    def __init__(self, programs: Programs, work: Work) -> None:
        self._programs = programs
        self._work = work
        self._marks = Marks(programs)
        self._pictures: OrderedDict[Hashable, Any] = OrderedDict()
        self._coming: set[Hashable] = set()
        self._told: tuple[Hashable, tuple[Caption, ...]] = (None, ())
        #: legends whose range can be turned, in the picture drawn last
        self.legends: tuple[Piece, ...] = ()

    def wanted(self, document: DocumentAdaptor | None, annotations: Sequence[Annotation]) -> bool:
        """Whether there is anything to draw."""
        if document is None:
            return bool(annotations)
        look = document.look.look
        return bool(annotations) or look.scale_bar or look.shading is Shading.FIELD or bool(document.document.overlays)

    def draw(
        self,
        target: Target,
        depth: Any,
        frame: FrameInfo,
        document: DocumentAdaptor | None,
        moment: Moment,
        annotations: Sequence[Annotation],
    ) -> None:
        """Draw on `target`; `depth` is the depth texture of its scene."""
        shown = list(annotations)
        placed: list[Piece] = []
        told: Sequence[Caption] = ()
        if document is not None and document.drawn():
            placed = pieces(document, frame)
            if document.look.look.captions and shows_field(document, frame):
                told = self._captions(document, frame, tuple(piece.box for piece in placed))
        if document is not None and shows_field(document, frame):
            shown = [*probe_points(document, moment), *(mark for each in told for mark in each.marks), *shown]
        with target.surface():
            gloo.set_state(
                depth_test=False,
                depth_mask=False,
                blend=True,
                blend_func=("one", "one_minus_src_alpha"),
                cull_face=False,
            )
            self._marks.sheets([a for a in shown if isinstance(a, Sheet)], depth, frame)
            self._marks.rings([a for a in shown if isinstance(a, Ring)], depth, frame)
            self._marks.lines([a for a in shown if isinstance(a, Line)], depth, frame)
            self._marks.points([a for a in shown if isinstance(a, Point)], depth, frame)
            for text in (a for a in shown if isinstance(a, Text)):
                self._text(text, frame)
            if document is not None and document.drawn():
                self._furniture(placed, told, document.look.look, frame)
            for said in (a for a in shown if isinstance(a, Narration)):
                self._narration(said, frame)
            gloo.set_state(blend=False)

    def _captions(self, document: DocumentAdaptor, frame: FrameInfo, taken: tuple[Box, ...]) -> Sequence[Caption]:
        """Return the captions of zones, found anew only when something that they go by is another."""
        zones, fields = document.zones, tuple(document.probes.weighing.fields.values())
        loaded = tuple(zones.colours(shown) is not None for shown in zones.shown)
        by = (frame.camera, frame.size, frame.scale, taken, document.shape_version, zones.shown, fields, loaded)
        if by != self._told[0]:
            self._told = by, tuple(captions(document, frame, taken))
        return self._told[1]

    # -- furniture -----------------------------------------------------------------------------------------------

    def _furniture(self, placed: Sequence[Piece], told: Sequence[Caption], look: Look, frame: FrameInfo) -> None:
        self.legends = ()
        for piece in placed:
            picture = self._picture(piece.key, piece.make)
            if picture is not None:
                self._place(picture, piece.box[0], piece.box[1], frame)
                self.legends += (piece,) if piece.zone is not None else ()
        for caption in told:
            plate = caption.plate
            picture = self._picture(("plate", plate, frame.scale), partial(draw_plate, plate, frame.scale))
            if picture is not None:
                self._place(picture, caption.box[0], caption.box[1], frame)
        if look.scale_bar:
            self._scale_bar(frame, [piece.box for piece in placed])

    def _scale_bar(self, frame: FrameInfo, taken: Sequence[Box]) -> None:
        s, mm = frame.scale, frame.camera.mm_per_pixel(frame.size)
        length = round_length(mm * frame.size[0] * 0.18)
        wide = length / mm
        left, base = MARGIN * s, frame.size[1] - MARGIN * s
        under = [box[1] for box in taken if box[0] < left + max(wide, 130 * s)]
        base = min([base, *(top - 12 * s for top in under)])  # over what lies there
        if wide < 8 * s:
            return
        for x, y, w, h in (
            (left, base - 1.5 * s, wide, 1.5 * s),
            (left, base - 8 * s, 1.5 * s, 8 * s),
            (left + wide - 1.5 * s, base - 8 * s, 1.5 * s, 8 * s),
        ):
            self._fill(x, y, w, h, frame)
        where = "" if frame.camera.orthographic else " at the centre"  # elsewhere perspective makes it another length
        said = f"{length:g} mm{where}"
        picture = self._picture(("label", said, 12.0, _BAR_COLOUR, s), lambda: label(said, 12.0, _BAR_COLOUR, s))
        if picture is not None:
            self._place(picture, left, base - 14 * s - picture.shape[0], frame)

    def _text(self, text: Text, frame: FrameInfo) -> None:
        x, y, depth = frame.camera.project(text.position, frame.size)
        if depth <= 0 and not frame.camera.orthographic:
            return
        key = ("label", text.text, text.size, text.colour, frame.scale)
        picture = self._picture(key, lambda: label(text.text, text.size, text.colour, frame.scale))
        if picture is not None:
            tall, wide = picture.shape[:2]
            left, top = x + text.offset[0] * frame.scale - wide / 2, y + text.offset[1] * frame.scale - tall / 2
            if (
                0 <= x <= frame.size[0] and 0 <= y <= frame.size[1]
            ):  # what is in the picture is named in it, however long
                left, top = max(min(left, frame.size[0] - wide), 0.0), max(min(top, frame.size[1] - tall), 0.0)
            self._place(picture, left, top, frame)

    def _narration(self, said: Narration, frame: FrameInfo) -> None:
        s = frame.scale
        width, height = frame.size[0] / s - legends.WIDTH - 1.5 * MARGIN, frame.size[1] / s
        if min(width, height) < narration.SMALLEST or said.strength <= 0.0:
            return
        told = narration.block(said, width, height, s)
        picture = self._picture(("narration", told), lambda: narration.draw(told))
        if picture is not None:
            tall, wide = picture.shape[:2]
            x, base = MARGIN - narration.offset(told), height - _NARRATION_BASE + narration.offset(told)
            box = (round(x * s), round(base * s) - tall, wide, tall)
            self._quad("narration.frag", box, frame, u_label=picture, u_strength=said.strength)

    # -- pictures ------------------------------------------------------------------------------------------------

    def _picture(self, key: Hashable, make: Callable[[], Pixels]) -> Any | None:
        """Return the texture of a piece of type, None while it is being set."""
        if key in self._pictures:
            self._pictures.move_to_end(key)
            return self._pictures[key]
        if key in self._coming:
            return None

        def take(pixels: Pixels) -> None:
            self._coming.discard(key)
            self._pictures[key] = gloo.Texture2D(pixels, interpolation="nearest", wrapping="clamp_to_edge")
            while len(self._pictures) > _KEPT:
                self._pictures.popitem(last=False)[1].delete()

        if len(self._pictures):  # Pillow is there already: setting a line takes less than a millisecond
            take(make())
        else:
            self._coming.add(key)
            self._work(make, take)
        return self._pictures.get(key)

    def _place(self, texture: Any, x: float, y: float, frame: FrameInfo) -> None:
        """Draw a texture pixel for pixel with its top left corner at (x, y)."""
        tall, wide = texture.shape[:2]
        self._quad("label.frag", (round(x), round(y), wide, tall), frame, u_label=texture)

    def _fill(self, x: float, y: float, width: float, height: float, frame: FrameInfo) -> None:
        box = (round(x), round(y), max(1, round(width)), max(1, round(height)))
        self._quad("fill.frag", box, frame, u_colour=_BAR_COLOUR)

    def _quad(self, fragment: str, box: tuple[float, float, float, float], frame: FrameInfo, **values: Any) -> None:
        program = self._programs.get("quad.vert", fragment)
        if program is None:
            return
        program["a_corner"] = self._marks.square
        program["u_box"], program["u_size"] = box, frame.size
        for name, value in values.items():
            program[name] = value
        program.draw("triangle_strip")

    def delete(self) -> None:
        """Give the GPU memory back."""
        self._work.drop()
        for texture in self._pictures.values():
            texture.delete()
        self._pictures.clear()
        self._marks.delete()
