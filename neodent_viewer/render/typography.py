"""Type set by Pillow: labels and numbers as small pictures with premultiplied alpha, sharp at any scale.

Pillow's own typeface is used, so that a picture looks the same on every machine; what it lacks is folded to what it has,
or set from a typeface of the system.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Colour = tuple[float, float, float, float]

_FOLD = str.maketrans({"×": "x", "–": "-", "—": "-", "−": "-", "≈": "~", "µ": "u", "μ": "u", "…": "...", "’": "'"})
_SYSTEM = ("DejaVuSans.ttf", "Arial Unicode.ttf", "arial.ttf", "NotoSans-Regular.ttf")
#: Pillow's typeface has ASCII and these
_KNOWN = frozenset("°·±")


def has_all(text: str) -> bool:
    """Return whether the house's typeface has every sign of a text."""
    return all(" " <= c <= "~" or c in _KNOWN for c in text)


def fold(text: str) -> str:
    """Return `text` in signs that the house's typeface has, where that loses nothing but an accent.

    >>> fold("12 µm × 3 – café")
    '12 um x 3 - cafe'
    """
    if has_all(text):
        return text
    folded = "".join(c if c in _KNOWN else unicodedata.normalize("NFKD", c) for c in text.translate(_FOLD))
    folded = "".join(c for c in folded if not unicodedata.combining(c))
    return folded if has_all(folded) else text


@lru_cache(maxsize=64)
def font(size: float, text_is_own: bool = True) -> Any:
    """Return the typeface at `size` pixels."""
    from PIL import ImageFont

    if not text_is_own:
        for name in _SYSTEM:
            try:
                return ImageFont.truetype(name, size)
            except OSError:
                continue
    return ImageFont.load_default(size)


class Sheet:
    """A picture that type and simple shapes are set on, in logical pixels at a scale; premultiplied on the way out."""

    def __init__(self, size: tuple[float, float], scale: float) -> None:
        from PIL import Image, ImageDraw

        self.scale = scale
        self.image = Image.new("RGBA", (max(1, round(size[0] * scale)), max(1, round(size[1] * scale))), (0, 0, 0, 0))
        self._draw = ImageDraw.Draw(self.image)

    def text(self, x: float, y: float, text: str, size: float, colour: Colour, anchor: str = "lm") -> None:
        """Set a line; `anchor` as in Pillow (``"lm"``: left end, middle of the height)."""
        own = fold(text)
        face = font(size * self.scale, has_all(own))
        self._draw.text((x * self.scale, y * self.scale), own, font=face, fill=_bytes(colour), anchor=anchor)

    def box(self, x: float, y: float, width: float, height: float, colour: Colour, radius: float = 0.0) -> None:
        """Fill a box; it replaces what is under it, rounded corners are smooth."""
        from PIL import Image, ImageDraw

        fine, s = 4, self.scale
        w, h = max(1, round(width * s)), max(1, round(height * s))
        mask = Image.new("L", (w * fine, h * fine), 0)
        ImageDraw.Draw(mask).rounded_rectangle((0, 0, w * fine - 1, h * fine - 1), radius * s * fine, fill=255)
        self.image.paste(_bytes(colour), (round(x * s), round(y * s)), mask.resize((w, h), Image.Resampling.BOX))

    def pixels(self) -> Pixels:
        """Return (h, w, 4) uint8, premultiplied."""
        straight = np.asarray(self.image, np.uint16)
        result = straight.copy()
        result[..., :3] = (straight[..., :3] * straight[..., 3:] + 127) // 255
        return result.astype(np.uint8)


def width_of(text: str, size: float) -> float:
    """Return the length of a line in the unit of `size`."""
    own = fold(text)
    return float(font(size * 4, has_all(own)).getlength(own)) / 4


def label(text: str, size: float, colour: Colour, scale: float) -> Pixels:
    """Return a line on a dark rounded plate, premultiplied (h, w, 4) uint8."""
    pad, height = size * 0.6, size * 1.75
    width = width_of(text, size) + 2 * pad
    sheet = Sheet((width, height), scale)
    sheet.box(0, 0, width, height, (0.035, 0.04, 0.05, 0.78), height * 0.32)
    sheet.text(width / 2, height / 2, text, size, colour, "mm")
    return sheet.pixels()


def _bytes(colour: Colour) -> tuple[int, int, int, int]:
    r, g, b, a = (round(255 * min(max(c, 0.0), 1.0)) for c in colour)
    return r, g, b, a
