"""What lies over the scene: legend, scale bar, probe marks, annotations. Drawn after the effects: measured things stay true.

Everything is premultiplied and blended. What a surface hides is drawn faintly, by the scene's depth.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from typing import Any

from vispy import gloo

from neodent_viewer.document.look import Shading
from neodent_viewer.document.moment import Moment
from neodent_viewer.render import legend as legends
from neodent_viewer.render.adaptors.document import DocumentAdaptor
from neodent_viewer.render.annotations import Annotation, Line, Point, Ring, Text
from neodent_viewer.render.frame_info import FrameInfo
from neodent_viewer.render.gpu import Target
from neodent_viewer.render.marks import Marks, probe_points
from neodent_viewer.render.programs import Programs
from neodent_viewer.render.typography import Pixels, label
from neodent_viewer.render.work import Work

_MARGIN, _GAP = 22.0, 10.0
_KEPT = 96
_BAR_COLOUR = (0.92, 0.93, 0.95, 1.0)
_ROUND = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0)


def round_length(longest: float) -> float:
    """Return the longest round length in mm that is not longer than `longest`.

    >>> round_length(13.0), round_length(0.07)
    (10.0, 0.1)
    """
    return max([length for length in _ROUND if length <= longest], default=_ROUND[0])


#: x and y of the top left corner, width, height: device pixels
Box = tuple[float, float, float, float]


class Overlay:
    """Draws overlays; keeps set type as textures."""

    def __init__(self, programs: Programs, work: Work) -> None:
        self._programs = programs
        self._work = work
        self._marks = Marks(programs)
        self._pictures: OrderedDict[Hashable, Any] = OrderedDict()
        self._coming: set[Hashable] = set()
        self._placed: Box | None = None
        #: where the field's legend lies in the picture drawn last: x, y from the top left, width, height
        self.legend_box: Box | None = None

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
        if document is not None and _shows_field(document, frame):
            shown = [*probe_points(document, moment), *shown]
        with target.surface():
            gloo.set_state(
                depth_test=False,
                depth_mask=False,
                blend=True,
                blend_func=("one", "one_minus_src_alpha"),
                cull_face=False,
            )
            self._marks.rings([a for a in shown if isinstance(a, Ring)], depth, frame)
            self._marks.lines([a for a in shown if isinstance(a, Line)], depth, frame)
            self._marks.points([a for a in shown if isinstance(a, Point)], depth, frame)
            for text in (a for a in shown if isinstance(a, Text)):
                self._text(text, frame)
            if document is not None and document.drawn():
                self._furniture(document, frame)
            gloo.set_state(blend=False)

    # -- furniture -----------------------------------------------------------------------------------------------

    def _furniture(self, document: DocumentAdaptor, frame: FrameInfo) -> None:
        look = document.look.look
        self.legend_box = None
        right, room = frame.size[0] - _MARGIN * frame.scale, frame.size[1] / frame.scale
        if room >= 200:
            # in a narrow window it would lie over the jaw; below 230 the ends of the bar have no room
            height = min(max(230.0, 0.4 * min(room, 0.62 * frame.size[0] / frame.scale)), 430.0, room - 2 * _MARGIN)
            told = [] if frame.display.original else _overlay_legends(document, min(height, 300.0))
            if look.legend and _shows_field(document, frame):
                told.append(self._legend(document, height))
            for legend in told:
                right = self._place_legend(legend, right, frame)
                self.legend_box = self._placed if legend.probes is not None else None
        if look.scale_bar:
            self._scale_bar(frame)

    def _place_legend(self, told: legends.Legend, right: float, frame: FrameInfo) -> float:
        """Draw a legend with its right edge at `right`; return where the next one's may be."""
        picture = self._picture(("legend", told, frame.scale), lambda: legends.draw(told, frame.scale))
        if picture is None:
            return right
        tall, wide = picture.shape[:2]
        left, top = right - wide, frame.size[1] - _MARGIN * frame.scale - tall
        self._place(picture, left, top, frame)
        self._placed = (left, top, float(wide), float(tall))
        return float(right - wide - _GAP * frame.scale)

    def _legend(self, document: DocumentAdaptor, height: float) -> legends.Legend:
        look, quantity = document.look, document.look.quantity
        low, high = look.span
        probes = document.document.probes.values()
        count = sum(any(c.quantity.name == quantity.name for c in probe.channels) for probe in probes)
        title = quantity.name.upper().replace("PH", "pH") if len(quantity.name) <= 2 else quantity.name.capitalize()
        unit = "" if quantity.unit == title else quantity.unit
        return legends.Legend(title, unit, low, high, count, look.colours.tobytes(), height)

    def _scale_bar(self, frame: FrameInfo) -> None:
        s, mm = frame.scale, frame.camera.mm_per_pixel(frame.size)
        length = round_length(mm * frame.size[0] * 0.18)
        wide = length / mm
        left, base = _MARGIN * s, frame.size[1] - _MARGIN * s
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
            at = x + text.offset[0] * frame.scale, y + text.offset[1] * frame.scale
            self._place(picture, at[0] - wide / 2, at[1] - tall / 2, frame)

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


def _shows_field(document: DocumentAdaptor, frame: FrameInfo) -> bool:
    return frame.display.shading(document.look.look.shading) is Shading.FIELD


def _overlay_legends(document: DocumentAdaptor, height: float) -> list[legends.Legend]:
    """Return what there is to say of the overlays that are drawn, each kind once."""
    found: dict[tuple[str, str, float, float, str], legends.Legend] = {}
    for part in document.drawn():
        overlay = part.overlay
        colours = None if overlay is None else document.overlays.colours(overlay)
        if overlay is not None and overlay.legend and colours is not None and overlay.high > overlay.low:
            name, unit, low, high, _ = overlay.told()
            found[overlay.told()] = legends.Legend(name, unit, low, high, None, colours.tobytes(), height)
    return list(found.values())
