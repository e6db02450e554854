"""Captions: a headline and a sentence, set large at the lower left of the picture, readable on whatever lies behind.

A long sentence is set smaller and in longer lines until three of them hold it, and cut where even these do not: what it is
said of must be seen.

Order: type size from the picture's height -> lines broken evenly -> a soft dark shadow, a rule, then the type. Nothing but
the strength with which the finished piece is laid over the picture changes while it fades.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from neodent_viewer.render.annotations import Narration
from neodent_viewer.render.typography import Colour, Pixels, fold, font, has_all

#: type size: share of the picture's height, and the least and the most in logical pixels
_SHARE, _LEAST, _MOST = 1 / 25, 14.0, 46.0
#: longest line, in type sizes: some fifty signs
_MEASURE = 25.0
#: lines of a caption at most; type sizes that a long one is tried in, shares of the usual one
LINES, _SMALLER = 3, (1.0, 0.88, 0.77, 0.68, 0.6)
#: of the type size: headline, lines apart, rule to type, room for the shadow
_HEADLINE, _LEADING, _INDENT, _ROOM = 0.56, 1.28, 0.62, 1.0
_TEXT: Colour = (0.97, 0.975, 0.985, 1.0)
_QUIET: Colour = (0.66, 0.90, 0.95, 1.0)
_RULE: Colour = (0.31, 0.765, 0.85, 1.0)
#: between letters of the headline, in its size
_SPACED = 0.09
_MORE = "..."
#: quotation marks that the house's typeface has in another shape
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "‚": "'"})
#: lowest height in logical pixels of a picture that has room for captions
SMALLEST = 160.0


@dataclass(frozen=True, slots=True)
class Block:
    """A caption as it is set: what its picture depends on.

    Attributes
    ----------
    title, text : str
    size : float
        Type size, logical pixels.
    width : float
        Longest line, logical pixels.
    scale : float
        Device pixels a logical pixel.
    """

    title: str
    text: str
    size: float
    width: float
    scale: float


def block(caption: Narration, width: float, height: float, scale: float) -> Block:
    """Return how a caption is set in a picture that has `width` x `height` logical pixels to spare."""
    return _fitted(caption.title, caption.text, round(width), round(height), scale)


@lru_cache(maxsize=32)
def _fitted(title: str, text: str, width: int, height: int, scale: float) -> Block:
    """Return a caption in the largest type that sets it in few lines; a picture asks for the same one again and again."""
    usual = min(max(_SHARE * height, _LEAST), _MOST)
    measure = round(min(_MEASURE * usual, width - 2 * usual))
    _, own = settable(f"{title}{text}")  # one typeface for all of it, as it is drawn
    told = settable(text)[0] if own else text
    sizes = dict.fromkeys(round(max(usual * share, min(usual, _LEAST)), 1) for share in _SMALLER)
    tried = [(size, measure) for size in sizes]
    tried += [(size, round(width - 2 * usual)) for size in tuple(sizes)[-1:]]
    for size, across in tried:
        if len(_broken(told, size, across, own)) <= LINES:
            break
    else:
        text = _cut(told, size, across, own)
    return Block(_one_line(title, _HEADLINE * size, across, own), text, size, across, scale)


def _cut(text: str, size: float, width: float, own: bool) -> str:
    """Return as many words of a text as three lines hold, or letters of its first, and dots that stand for the rest."""
    words = " ".join(text.split()).split(" ")

    def fits(cut: str) -> bool:
        return len(_broken(cut + _MORE, size, width, own)) <= LINES

    count = _most(len(words), lambda n: fits(" ".join(words[:n])))
    if count:
        return " ".join(words[:count]) + _MORE
    return words[0][: _most(len(words[0]), lambda n: fits(words[0][:n]))] + _MORE


def _one_line(title: str, size: float, width: float, own: bool) -> str:
    """Return a headline that fits over the text, cut where it is longer."""

    def fits(cut: str) -> bool:
        return sum(breadth(c, size, own) + _SPACED * size for c in cut.upper()) <= width

    if fits(title):
        return title
    return title[: _most(len(title), lambda n: fits(title[:n].rstrip() + _MORE))].rstrip() + _MORE


def _most(count: int, fits: Callable[[int], bool]) -> int:
    """Return the greatest number up to `count` that fits, by halves; 0 where none does.

    >>> _most(9, lambda n: n * n < 30)
    5
    """
    low, high = 0, count
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(middle) else (low, middle - 1)
    return low


def settable(text: str) -> tuple[str, bool]:
    """Return a text in signs that can be set, and whether the house's typeface has them all.

    What it lacks is set from a typeface of the system; accents fall only where there is none.
    """
    plain = text.translate(_QUOTES)
    folded = fold(plain)
    marks_only = folded if _letters(folded) == _letters(plain) else plain
    if not has_all(marks_only) and font(16.0, False).getname() != font(16.0, True).getname():
        return text, False
    return folded, has_all(folded)


def _letters(text: str) -> str:
    return "".join(filter(str.isalpha, text))


def breadth(text: str, size: float, own: bool = True) -> float:
    """Return the length of a line in the unit of `size`."""
    return float(font(size * 4, own).getlength(text)) / 4


def lines(text: str, size: float, width: float, own: bool = True) -> list[str]:
    """Return a text broken into as few lines as fit into `width`, all about as long.

    >>> lines("one two three four", 10.0, 60.0)
    ['one two', 'three four']
    """
    broken = _broken(text, size, width, own)
    if len(broken) < 2:
        return broken
    low, high = width / len(broken) * 0.5, width
    while high - low > size / 4:
        middle = (low + high) / 2
        low, high = (low, middle) if len(_broken(text, size, middle, own)) <= len(broken) else (middle, high)
    return _broken(text, size, high, own)


def _broken(text: str, size: float, width: float, own: bool) -> list[str]:
    found: list[str] = []
    for paragraph in text.splitlines():
        line = ""
        for word in paragraph.split():
            for piece in _pieces(word, size, width, own):
                longer = f"{line} {piece}".strip()
                if line and breadth(longer, size, own) > width:
                    found.append(line)
                    line = piece
                else:
                    line = longer
        found.append(line)
    return found


def _pieces(word: str, size: float, width: float, own: bool) -> list[str]:
    """Return a word, cut where it is longer than a line."""
    pieces = []
    while len(word) > 1 and breadth(word, size, own) > width:
        fits = next((n for n in range(len(word) - 1, 0, -1) if breadth(word[:n], size, own) <= width), 1)
        pieces.append(word[:fits])
        word = word[fits:]
    return [*pieces, word]


def draw(told: Block) -> Pixels:
    """Return a caption, premultiplied (h, w, 4) uint8; its shadow reaches `_ROOM` type sizes beyond the type."""
    from PIL import Image, ImageDraw, ImageFilter

    s, size = told.scale, told.size
    room, headline = _ROOM * size, _HEADLINE * size
    _, own = settable(f"{told.title}{told.text}")  # one typeface for all of it
    title, text = (settable(said)[0] if own else said for said in (told.title.upper(), told.text))
    body = lines(text, size, told.width, own) if text else []
    above = headline * 1.7 if title else 0.0
    # at few pixels letters stand in whole ones, and lines come out a little longer than they were measured
    longest = max([float(font(size * s, own).getlength(line)) / s for line in body], default=0.0)
    longest = max(longest, sum(breadth(c, headline, own) + _SPACED * headline for c in title))
    tall = above + len(body) * _LEADING * size
    shape = [max(1, round((extent + 2 * room) * s)) for extent in (longest + _INDENT * size, tall)]
    type_, rule = Image.new("L", shape, 0), Image.new("L", shape, 0)
    quiet = Image.new("L", shape, 0)
    left = room + _INDENT * size
    _set_spaced(ImageDraw.Draw(quiet), title, (left * s, (room + headline * 0.5) * s), headline * s, own)
    on = ImageDraw.Draw(type_)
    for k, line in enumerate(body):
        y = room + above + (k + 0.5) * _LEADING * size
        on.text((left * s, y * s), line, font=font(size * s, own), fill=255, anchor="lm")
    ImageDraw.Draw(rule).rectangle([room * s, room * s, (room + 0.09 * size) * s, (room + tall) * s], fill=255)
    inked = np.maximum.reduce([np.asarray(layer, np.float32) for layer in (type_, quiet, rule)])
    thick = Image.fromarray(inked.astype(np.uint8)).filter(ImageFilter.MaxFilter(_odd(0.16 * size * s)))
    shadow = np.asarray(thick.filter(ImageFilter.GaussianBlur(0.30 * size * s)), np.float32) * 0.9
    return _laid(shadow, ((rule, _RULE), (quiet, _QUIET), (type_, _TEXT)))


def _odd(size: float) -> int:
    return 2 * max(1, round(size / 2)) + 1


def _laid(shadow: Any, layers: tuple[tuple[Any, Colour], ...]) -> Pixels:
    """Return layers of cover (h, w) 0..255 with their colours over a black shadow, premultiplied."""
    result = np.zeros((*shadow.shape, 4), np.float32)
    result[..., 3] = shadow
    for layer, colour in layers:
        cover = np.asarray(layer, np.float32)[..., None] / 255.0
        ink = np.array([*(255.0 * c for c in colour[:3]), 255.0], np.float32)
        result = result * (1.0 - cover) + ink * cover
    return np.clip(result + 0.5, 0, 255).astype(np.uint8)


def _set_spaced(on: Any, text: str, at: tuple[float, float], size: float, own: bool) -> None:
    """Set a line with air between its letters."""
    x, y = at
    for sign in text:
        on.text((x, y), sign, font=font(size, own), fill=255, anchor="lm")
        x += breadth(sign, size, own) + _SPACED * size


def offset(told: Block) -> float:
    """Return how far the type stands in from the picture's edges on the sheet, logical pixels."""
    return _ROOM * told.size
