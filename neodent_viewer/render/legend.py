"""The legend of a field: name, unit, colour bar with round ticks, what hatching and a crossed mark mean.

Ticks and the iso lines on the surface are the same numbers: `steps` chooses both.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from neodent_viewer.render.typography import Colour, Pixels, Sheet

WIDTH = 152.0
_TEXT: Colour = (0.90, 0.915, 0.935, 1.0)
_QUIET: Colour = (0.63, 0.66, 0.71, 1.0)
_PLATE: Colour = (0.035, 0.04, 0.05, 0.80)
_TOP, _FOOT, _END = 62.0, 70.0, 18.0
_BAR_X, _BAR_WIDTH = 18.0, 20.0


@dataclass(frozen=True, slots=True)
class Legend:
    """What a legend says.

    Attributes
    ----------
    title, unit : str
    low, high : float
        Ends of the colour bar, in `unit`.
    probes : int or None
        How many send this quantity; None for values that no probe sends: then there is no key for gaps and faults.
    colours : bytes
        256 RGBA colours, low to high.
    height : float
        Of the whole plate, logical pixels.
    """

    title: str
    unit: str
    low: float
    high: float
    probes: int | None
    colours: bytes
    height: float


def steps(low: float, high: float) -> tuple[float, float]:
    """Return the round distance of labelled ticks, and of the finer lines between them: a fifth of it.

    >>> steps(32.0, 38.0), steps(5.0, 8.0), steps(0.0, 600.0)
    ((2.0, 0.4), (1.0, 0.2), (200.0, 40.0))
    """
    rough = (high - low) / 4.0
    power = 10.0 ** np.floor(np.log10(rough))
    major = next(float(k * power) for k in (1.0, 2.0, 5.0, 10.0) if k * power >= rough * 0.999)
    return major, major / 5.0


def ticks(low: float, high: float, step: float) -> NDArray[np.float64]:
    """Return the multiples of `step` in [low, high].

    >>> ticks(32.0, 38.0, 2.0).tolist()
    [32.0, 34.0, 36.0, 38.0]
    """
    first, last = np.ceil(low / step - 1e-6), np.floor(high / step + 1e-6)
    return np.asarray(np.arange(first, last + 1) * step)


def number(value: float, step: float) -> str:
    """Return a tick's value with as many decimals as its step needs.

    >>> number(34.0, 2.0), number(0.6000001, 0.2)
    ('34', '0.6')
    """
    decimals = max(0, int(-np.floor(np.log10(step) + 1e-9)))
    return f"{value + 0.0:.{decimals}f}"


def draw(legend: Legend, scale: float) -> Pixels:
    """Return the legend, premultiplied (h, w, 4) uint8, `scale` device pixels a logical one."""
    sheet = Sheet((WIDTH, legend.height), scale)
    sheet.box(0, 0, WIDTH, legend.height, _PLATE, 10)
    sheet.text(_BAR_X, 23, legend.title, 16, _TEXT)
    sheet.text(_BAR_X, 43, _subtitle(legend), 12, _QUIET)
    bar = legend.height - _TOP - (_FOOT if legend.probes is not None else _END)
    _bar(sheet, legend, bar)
    if legend.probes is None:
        return sheet.pixels()
    y = _TOP + bar + 18
    hatched(sheet, _BAR_X, y, _BAR_WIDTH, 16)
    sheet.text(_BAR_X + _BAR_WIDTH + 12, y + 8, "no data", 12, _TEXT)
    fault_sign(sheet, _BAR_X + _BAR_WIDTH / 2, y + 34)
    sheet.text(_BAR_X + _BAR_WIDTH + 12, y + 34, "fault", 12, _TEXT)
    return sheet.pixels()


def _subtitle(legend: Legend) -> str:
    if legend.probes is None:
        return legend.unit
    count = f"{legend.probes} probe" + ("" if legend.probes == 1 else "s")
    return f"{legend.unit} · {count}" if legend.unit else count


def _bar(sheet: Sheet, legend: Legend, bar: float) -> None:
    from PIL import Image

    s = sheet.scale
    colours = np.frombuffer(legend.colours, np.uint8).reshape(256, 4)
    rows = round(bar * s)
    level = np.clip((np.arange(rows)[::-1] + 0.5) / rows * 256, 0, 255).astype(int)
    strip = np.repeat(colours[level][:, None], round(_BAR_WIDTH * s), axis=1)
    sheet.image.paste(Image.fromarray(strip), (round(_BAR_X * s), round(_TOP * s)))
    major, minor = steps(legend.low, legend.high)

    def place(value: float) -> float:
        return _TOP + bar * (1.0 - (value - legend.low) / (legend.high - legend.low))

    for value in ticks(legend.low, legend.high, minor):
        sheet.box(_BAR_X, place(value) - 0.5, 6, 1, (0.02, 0.02, 0.03, 0.75))
    shown = ticks(legend.low, legend.high, major)
    for value in shown:
        sheet.box(_BAR_X, place(value) - 0.75, _BAR_WIDTH + 5, 1.5, (0.02, 0.02, 0.03, 0.9))
        sheet.box(_BAR_X + _BAR_WIDTH, place(value) - 0.5, 5, 1, _QUIET)
        sheet.text(_BAR_X + _BAR_WIDTH + 12, place(value), number(value, major), 13, _TEXT)
    for end in (legend.low, legend.high):  # the range itself is always told, round or not
        if len(shown) == 0 or np.abs(shown - end).min() * bar / (legend.high - legend.low) > 14:
            sheet.text(_BAR_X + _BAR_WIDTH + 12, place(end), f"{end:g}", 12, _QUIET)


def hatched(sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
    """Fill a box with what a surface without data looks like."""
    from PIL import Image

    s = sheet.scale
    w, h = round(width * s), round(height * s)
    across, down = np.meshgrid(np.arange(w) + 0.5, np.arange(h) + 0.5)
    pitch = 6.0 * s
    away = np.abs((across - down) / pitch % 1.0 - 0.5) * pitch
    dark = np.clip((1.1 * s - away) / 0.8 + 0.5, 0.0, 1.0)[..., None]
    grey = np.where(True, 150.0 * (1 - dark) + 78.0 * dark, 0.0)
    pixels = np.concatenate([np.repeat(grey, 3, axis=2), np.full((h, w, 1), 255.0)], axis=2)
    sheet.image.paste(Image.fromarray(pixels.astype(np.uint8)), (round(x * s), round(y * s)))


def fault_sign(sheet: Sheet, x: float, y: float) -> None:
    """Set the mark of a probe at fault."""
    for radius, colour in ((8.0, (0.02, 0.02, 0.03, 1.0)), (7.0, (1.0, 1.0, 1.0, 1.0)), (5.4, (0.93, 0.22, 0.13, 1.0))):
        sheet.box(x - radius, y - radius, 2 * radius, 2 * radius, colour, radius)
    sheet.text(x, y, "x", 10, (1.0, 1.0, 1.0, 1.0), "mm")
