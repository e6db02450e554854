"""Captions of zones: a plate above or below the teeth, and a line from it to the place it speaks of.

A zone that lies in several pieces is pointed at where most of it is seen; one of which nothing is seen is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from neodent_viewer.document.part import Part
from neodent_viewer.mesh.surface import Float64
from neodent_viewer.render.adaptors.document import DocumentAdaptor
from neodent_viewer.render.adaptors.weighing import Patch
from neodent_viewer.render.adaptors.zones import Shown
from neodent_viewer.render.annotations import Line, Point, Vec3
from neodent_viewer.render.cards import words_of
from neodent_viewer.render.frame_info import FrameInfo
from neodent_viewer.render.hiding import Hiding
from neodent_viewer.render.stack import Box, is_tall
from neodent_viewer.render.typography import Pixels, Sheet, width_of
from neodent_viewer.render.views import box_corners

_TEXT, _QUIET = (0.93, 0.94, 0.955, 1.0), (0.70, 0.73, 0.77, 1.0)
_PLATE = (0.035, 0.04, 0.05, 0.82)
_NAME, _LINE, _TALL, _PAD, _STRIP = 13.0, 11.5, 40.0, 9.0, 4.0
_LEADER, _DOT = (0.93, 0.94, 0.955, 0.85), (0.93, 0.94, 0.955, 1.0)
#: mm2 of a zone that must face the viewer for it to be pointed at
_LEAST = 2.0
#: mm that a place which is seen from the side counts as farther away
_TURNED = 4.0
#: points of a part that may hide a zone
_POINTS = 6000
#: longest words of a caption, signs
_LONGEST = 44
#: logical pixels between plates, to the edge of the picture, and to what is drawn
_GAP, _EDGE, _OFF = 8.0, 10.0, 14.0
#: logical pixels at the foot of the picture that the scale bar takes, on the left
_FOOT = 62.0


@dataclass(frozen=True, slots=True)
class Plate:
    """What a caption says; equal ones are set once.

    Attributes
    ----------
    name, line : str
    colours : bytes
        256 RGBA colours, low to high, of the zone's map.
    """

    name: str
    line: str
    colours: bytes

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in logical pixels."""
        wide = max(width_of(self.name, _NAME), width_of(self.line, _LINE))
        return wide + 2 * _PAD + _STRIP + 12.0, _TALL


@dataclass(frozen=True, slots=True)
class Caption:
    """A caption in its place.

    Attributes
    ----------
    plate : Plate
    box : tuple of 4 float
        x and y from the top left, width, height, device pixels.
    marks : tuple of Line and Point
        What leads to the zone.
    """

    plate: Plate
    box: Box
    marks: tuple[Line | Point, ...]


def draw(plate: Plate, scale: float) -> Pixels:
    """Return a plate, premultiplied (h, w, 4) uint8, `scale` device pixels a logical one."""
    from PIL import Image

    width, height = plate.size
    sheet = Sheet((width, height), scale)
    sheet.box(0, 0, width, height, _PLATE, 7)
    rows = round((height - 2 * _PAD) * scale)
    level = np.clip((np.arange(rows)[::-1] + 0.5) / max(rows, 1) * 256, 0, 255).astype(int)
    colours = np.frombuffer(plate.colours, np.uint8).reshape(256, 4)
    strip = np.repeat(colours[level][:, None], max(1, round(_STRIP * scale)), axis=1)
    sheet.image.paste(Image.fromarray(strip), (round(_PAD * scale), round(_PAD * scale)))
    left = _PAD + _STRIP + 8.0
    sheet.text(left, 13.0, plate.name, _NAME, _TEXT)
    sheet.text(left, 28.0, plate.line, _LINE, _QUIET)
    return sheet.pixels()


def captions(document: DocumentAdaptor, frame: FrameInfo, taken: Sequence[Box]) -> list[Caption]:
    """Return the captions of all zones that are seen; what lies in `taken` they leave free."""
    found = []
    clouds = [adaptor.part.sample_points(_POINTS) for adaptor in document.drawn()]
    hiding = Hiding(np.concatenate(clouds) if clouds else np.zeros((0, 3)), frame.camera, frame.size)
    for shown in document.zones.shown[1:]:
        place = _place(document, shown, frame, hiding)
        if place is not None:
            colours = document.zones.colours(shown)
            line = _short(shown.caption or words_of(shown))
            packed = b"\x80" * 1024 if colours is None else colours.tobytes()
            found.append((Plate(_short(shown.name), line, packed), place, frame.camera.project(place, frame.size)))
    corners = frame.camera.project(box_corners(document.bounds()), frame.size)
    top, foot = float(corners[:, 1].min()), float(corners[:, 1].max())
    above = [each for each in found if each[2][1] <= (top + foot) / 2]
    below = [each for each in found if each[2][1] > (top + foot) / 2]
    tall, edge, off = (each * frame.scale for each in (_TALL, _EDGE, _OFF))
    high = min(max(edge, top - off - tall), frame.size[1] / 2 - tall)
    floor = min([frame.size[1] - edge, *(box[1] - edge for box in taken)]) if is_tall(frame) else frame.size[1] - edge
    low = max(min(floor - tall, foot + off), frame.size[1] / 2)
    return [*_row(above, high, taken, frame, 1.0), *_row(below, low, taken, frame, 0.0)]


def _row(
    found: list[tuple[Plate, Vec3, Float64]], y: float, taken: Sequence[Box], frame: FrameInfo, end: float
) -> list[Caption]:
    """Set plates side by side over or under their places; `end` is where their lines begin: 0 at the top, 1 at the foot."""
    found = sorted(found, key=lambda each: float(each[2][0]))
    sizes = [(plate.size[0] * frame.scale, plate.size[1] * frame.scale) for plate, _, _ in found]
    gap, foot = _GAP * frame.scale, y + _TALL * frame.scale
    beside = [box[0] - gap for box in taken if box[1] < foot and box[1] + box[3] > y]
    right = min([frame.size[0] - _EDGE * frame.scale, *beside])
    first = _EDGE * frame.scale if foot < frame.size[1] - _FOOT * frame.scale else 0.2 * frame.size[0] + gap
    lefts = spread([float(at[0]) for _, _, at in found], [wide for wide, _ in sizes], first, right, gap)
    made = []
    for (plate, place, at), (wide, tall), left in zip(found, sizes, lefts, strict=True):
        x = float(np.clip(at[0], left + 10 * frame.scale, left + wide - 10 * frame.scale))
        near = _before_everything(x, y + end * tall, frame)
        marks = (Line((place, near), _LEADER, 1.25), Point(place, _DOT, 7.0))
        made.append(Caption(plate, (left, y, wide, tall), marks))
    return made


def spread(wanted: Sequence[float], widths: Sequence[float], first: float, last: float, gap: float) -> list[float]:
    """Return left edges of boxes in a row: centred where wanted, in that order, apart, between `first` and `last`.

    What does not fit runs out over `last`.

    >>> spread([50.0, 55.0], [20.0, 20.0], 0.0, 100.0, 4.0)
    [30.5, 54.5]
    """
    lefts: list[float] = []
    groups: list[list[float]] = []  # sum of wanted left edges less what stands before, count, width with gaps
    for place, width in zip(wanted, widths, strict=True):
        groups.append([place - width / 2, 1.0, width + gap])
        while len(groups) > 1 and _left(groups[-2], first, last) + groups[-2][2] > _left(groups[-1], first, last):
            total, count, wide = groups.pop()
            groups[-1][0] += total - count * groups[-1][2]
            groups[-1][1] += count
            groups[-1][2] += wide
    k = 0
    for group in groups:
        left = _left(group, first, last)
        for _ in range(round(group[1])):
            lefts.append(left)
            left += widths[k] + gap
            k += 1
    return lefts


def _left(group: list[float], first: float, last: float) -> float:
    total, count, wide = group
    return max(first, min(total / count, last - wide))


def _place(document: DocumentAdaptor, shown: Shown, frame: FrameInfo, hiding: Hiding) -> Vec3 | None:
    """Return the place (3,) world mm on the piece of a zone of which most is seen; None if nothing is."""
    best, most = None, _LEAST
    for adaptor in document.drawn():
        field = document.probes.weighing.fields.get(adaptor.part.id)
        for patch in () if field is None else field.patches.get(shown.row, ()):
            centres, facing, frontal = _facing(adaptor.part, patch, frame)
            facing = facing * hiding.seen(centres)
            if facing.sum() > most:
                most = float(facing.sum())
                away = np.linalg.norm(centres - facing @ centres / most, axis=1) + _TURNED * (1.0 - frontal)
                best = centres[int(np.argmin(np.where(facing > 0, away, np.inf)))]
    return None if best is None else (float(best[0]), float(best[1]), float(best[2]))


def _facing(part: Part, patch: Patch, frame: FrameInfo) -> tuple[Float64, Float64, Float64]:
    """Return places (k, 3) world mm of a patch, the mm2 of each that face the viewer, and how frontally, 0..1."""
    centres = part.to_world(patch.centres)
    turn = part.transform[:3, :3]
    areas = patch.areas @ np.linalg.inv(turn) * np.linalg.det(turn)
    eye = frame.camera.rotation()[2] if frame.camera.orthographic else frame.camera.position() - centres
    eye = eye / np.linalg.norm(eye, axis=-1, keepdims=True)
    facing = np.maximum((areas * eye).sum(axis=1), 0.0)
    return centres, facing, facing / np.maximum(np.linalg.norm(areas, axis=1), 1e-12)


def _before_everything(x: float, y: float, frame: FrameInfo) -> Vec3:
    """Return the place (3,) world mm that is seen at a pixel in front of all there is."""
    start, along = frame.camera.ray(x, y, frame.size)
    near, _ = frame.camera.depth_range(frame.bounds)
    depth = near * 1.05 if near > 0 else near + 1.0
    place = start + along * (depth / float(along @ -frame.camera.rotation()[2]))
    return float(place[0]), float(place[1]), float(place[2])


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3].rstrip() + "..."
