"""What lies over the scene in world mm: points, lines, texts, the brush ring, planes; and words that lie on the picture.

Frozen values; the overlay draws them.

Colours are (r, g, b, a) in 0..1 as on screen (sRGB). Sizes in pixels are logical pixels: the picture's scale multiplies them.
"""

from __future__ import annotations

from dataclasses import dataclass

Vec3 = tuple[float, float, float]
Colour = tuple[float, float, float, float]

#: values of a brush cursor's profile
PROFILE = 8
WHITE: Colour = (1.0, 1.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class Point:
    """A round mark: filled disc, white ring, dark rim, so that it reads on anything.

    Attributes
    ----------
    position : (3,) world mm
    colour : fill
    size : diameter in logical pixels
    crossed : a cross in the disc: a sensor at fault
    """

    position: Vec3
    colour: Colour = WHITE
    size: float = 13.0
    crossed: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A polyline.

    Attributes
    ----------
    points : (k, 3) world mm, k >= 2
    width : logical pixels
    """

    points: tuple[Vec3, ...]
    colour: Colour = WHITE
    width: float = 2.0


@dataclass(frozen=True, slots=True)
class Text:
    """A label beside a place, upright and facing the viewer.

    Attributes
    ----------
    position : (3,) world mm
    size : type size in logical pixels
    offset : (x, y) logical pixels from the place to the middle of the label, y down
    """

    position: Vec3
    text: str
    colour: Colour = WHITE
    size: float = 13.0
    offset: tuple[float, float] = (0.0, -20.0)


@dataclass(frozen=True, slots=True)
class Ring:
    """A circle lying on the surface: the brush cursor.

    Attributes
    ----------
    centre, normal : (3,) world mm, unit
    radius : mm
    width : logical pixels
    profile : how strong the brush is at `PROFILE` even steps from the middle to the rim, 0..1; empty shows the rim only
    """

    centre: Vec3
    normal: Vec3
    radius: float
    colour: Colour = WHITE
    width: float = 1.6
    profile: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A flat four-cornered sheet that is seen through: a plane that cuts the surface.

    Attributes
    ----------
    corners : four (3,) world mm, around it
    """

    corners: tuple[Vec3, ...]
    colour: Colour = WHITE


@dataclass(frozen=True, slots=True)
class Narration:
    """A headline and a sentence at the lower left of the picture, where they hide neither legend nor scale bar.

    Attributes
    ----------
    title, text : str
    strength : how far it has faded in, 0..1
    """

    title: str
    text: str
    strength: float = 1.0


Annotation = Point | Line | Text | Ring | Sheet | Narration
