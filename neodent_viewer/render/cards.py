"""Legends of zones: cards that lie on each other, each with name, quantity, unit and range; one key for all of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from neodent_viewer.render.adaptors.zones import Shown
from neodent_viewer.render.legend import fault_sign, hatched, number, steps, ticks
from neodent_viewer.render.typography import Colour, Pixels, Sheet, width_of

#: logical pixels
WIDE, NARROW, LEAST, TALL = 216.0, 168.0, 118.0, 88.0
KEY_WIDE, KEY_TALL = 86.0, 34.0
_TEXT: Colour = (0.90, 0.915, 0.935, 1.0)
_QUIET: Colour = (0.63, 0.66, 0.71, 1.0)
_PLATE: Colour = (0.035, 0.04, 0.05, 0.80)
_DARK: Colour = (0.02, 0.02, 0.03, 0.9)
_PAD, _BAR_TOP, _BAR_TALL = 13.0, 50.0, 13.0


@dataclass(frozen=True, slots=True)
class Card:
    """What a card says; equal ones are set once.

    Attributes
    ----------
    name, words : str
        Of the zone; quantity and unit.
    low, high : float
        Ends of the bar in the unit.
    probes : int
        How many sit in the zone and send its quantity.
    colours : bytes
        256 RGBA colours, low to high; empty where the quantity is not known.
    width : float
        Logical pixels.
    """

    name: str
    words: str
    low: float
    high: float
    probes: int
    colours: bytes
    width: float


def words_of(shown: Shown) -> str:
    """Return quantity and unit in words."""
    if shown.quantity is None:
        return "not known here"
    name, unit = shown.quantity.name, shown.quantity.unit
    title = name.upper().replace("PH", "pH") if len(name) <= 2 else name.capitalize()
    return title if unit in ("", title) else f"{title}, {unit}"


def draw(card: Card, scale: float) -> Pixels:
    """Return a card, premultiplied (h, w, 4) uint8, `scale` device pixels a logical one."""
    sheet = Sheet((card.width, TALL), scale)
    sheet.box(0, 0, card.width, TALL, _PLATE, 10)
    count = "no probe" if not card.probes else f"{card.probes} probe" + ("" if card.probes == 1 else "s")
    left = width_of(count, 11)
    sheet.text(card.width - _PAD, 20, count, 11, _QUIET, "rm")
    sheet.text(_PAD, 19, _fitted(card.name, 15, card.width - 2 * _PAD - left - 8), 15, _TEXT)
    sheet.text(_PAD, 37, _fitted(card.words, 12, card.width - 2 * _PAD), 12, _QUIET)
    if card.colours:
        _bar(sheet, card)
    else:
        hatched(sheet, _PAD, _BAR_TOP, card.width - 2 * _PAD, _BAR_TALL)
    return sheet.pixels()


def _bar(sheet: Sheet, card: Card) -> None:
    from PIL import Image

    s, wide = sheet.scale, card.width - 2 * _PAD
    colours = np.frombuffer(card.colours, np.uint8).reshape(256, 4)
    columns = round(wide * s)
    level = np.clip((np.arange(columns) + 0.5) / columns * 256, 0, 255).astype(int)
    strip = np.repeat(colours[level][None], round(_BAR_TALL * s), axis=0)
    sheet.image.paste(Image.fromarray(strip), (round(_PAD * s), round(_BAR_TOP * s)))
    major, minor = steps(card.low, card.high)

    def place(value: float) -> float:
        return _PAD + wide * (value - card.low) / (card.high - card.low)

    foot = _BAR_TOP + _BAR_TALL
    for value in ticks(card.low, card.high, minor):
        sheet.box(place(value) - 0.5, foot - 4, 1, 4, _DARK)
    shown = ticks(card.low, card.high, major)
    said: list[tuple[float, str, Colour]] = [(float(v), number(float(v), major), _TEXT) for v in shown]
    for value in shown:
        sheet.box(place(value) - 0.75, _BAR_TOP, 1.5, _BAR_TALL + 4, _DARK)
        sheet.box(place(value) - 0.5, foot, 1, 4, _QUIET)
    for end in (card.low, card.high):  # the range itself is always told, round or not
        if not len(shown) or np.abs(shown - end).min() * wide / (card.high - card.low) > 26:
            said.append((end, f"{end:g}", _QUIET))
    for value, text, colour in said:
        half = width_of(text, 12) / 2
        at = min(max(place(value), _PAD - 4 + half), card.width - _PAD + 4 - half)
        sheet.text(at, foot + 13, text, 12, colour, "mm")


def draw_key(size: tuple[float, float], scale: float) -> Pixels:
    """Return the card that says what hatching and a crossed mark mean, as wide and tall as is asked."""
    width, height = size
    sheet = Sheet(size, scale)
    sheet.box(0, 0, width, height, _PLATE, 10)
    upright = height > width / 2
    across, down = (0.0, 13.0) if upright else (width / 2, 0.0)
    first, second = (0.0, height / 2 - down), (across, height / 2 + down)
    hatched(sheet, first[0] + 12, first[1] - 7, 16, 14)
    sheet.text(first[0] + 36, first[1], "no data", 12, _TEXT)
    fault_sign(sheet, second[0] + 20, second[1])
    sheet.text(second[0] + 36, second[1], "fault", 12, _TEXT)
    return sheet.pixels()


def _fitted(text: str, size: float, room: float) -> str:
    """Return as much of a line as there is room for."""
    if width_of(text, size) <= room:
        return text
    while text and width_of(text + "...", size) > room:
        text = text[:-1]
    return text.rstrip() + "..."
