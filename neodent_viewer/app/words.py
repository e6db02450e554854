"""What things are called on screen: teeth in words, counts, sizes. Pure functions, so that every panel says the same."""

from __future__ import annotations

import math
from collections.abc import Callable
from html import escape
from unicodedata import bidirectional

#: permanent teeth in the order of a chart: the upper jaw from the person's right to their left, then the lower one
TEETH = (*range(18, 10, -1), *range(21, 29), *range(48, 40, -1), *range(31, 39))
_POSITIONS = {
    1: "central incisor",
    2: "lateral incisor",
    3: "canine",
    4: "first premolar",
    5: "second premolar",
    6: "first molar",
    7: "second molar",
    8: "third molar",
}
_PRIMARY = {1: "central incisor", 2: "lateral incisor", 3: "canine", 4: "first molar", 5: "second molar"}
_QUADRANTS = {1: "upper right", 2: "upper left", 3: "lower left", 4: "lower right"}


def tooth_words(fdi: int) -> str:
    """Return a tooth in words, by ISO 3950 (FDI); empty for a number that names none.

    >>> tooth_words(11), tooth_words(36), tooth_words(55), tooth_words(0)
    ('upper right central incisor', 'lower left first molar', 'upper right primary second molar', '')
    """
    quadrant, position = divmod(fdi, 10)
    if quadrant in _QUADRANTS and position in _POSITIONS:
        return f"{_QUADRANTS[quadrant]} {_POSITIONS[position]}"
    if quadrant - 4 in _QUADRANTS and position in _PRIMARY:
        return f"{_QUADRANTS[quadrant - 4]} primary {_PRIMARY[position]}"
    return ""


def tooth_title(fdi: int) -> str:
    """Return number and words: ``"11 · upper right central incisor"``, or ``"no tooth"``."""
    words = tooth_words(fdi)
    return f"{fdi} · {words}" if words else "no tooth"


def short_tooth(fdi: int) -> str:
    """Return number and kind, for narrow places; empty for a number that names no tooth.

    >>> short_tooth(16), short_tooth(0)
    ('16 · first molar', '')
    """
    words = tooth_words(fdi).partition(" ")[2].partition(" ")[2]
    return f"{fdi} · {words}" if words else ""


def quantity_sign(name: str, unit: str) -> str:
    """Return a quantity in the fewest letters that tell it from others: its unit.

    >>> quantity_sign("temperature", "°C"), quantity_sign("ph", "pH"), quantity_sign("count", "")
    ('°C', 'pH', 'Count')
    """
    return unit or quantity_title(name)


def isolated(name: str) -> str:
    """Return a name that somebody gave, kept apart where it is written from right to left: what follows stays behind it.

    >>> isolated("ward 3"), len(isolated("\u062d\u0633"))
    ('ward 3', 4)
    """
    sides = {bidirectional(letter) for letter in name}
    return f"\N{FIRST STRONG ISOLATE}{name}\N{POP DIRECTIONAL ISOLATE}" if sides & {"R", "AL"} else name


def fitted(name: str, more: str, room: int, wide: Callable[[str], int]) -> str:
    """Return a name with what must be read behind it: where there is no room for both, the name is cut.

    Parameters
    ----------
    name, more : str
        Such as a probe's name, and what it measures with the mark before it: ``" · Temperature"``.
    room : int
        How wide both may be.
    wide : callable
        Returns how wide a text is.

    >>> fitted("a long name", " · pH", 9, len), fitted("a long name", " · pH", 99, len), fitted("name", " · pH", 2, len)
    ('a l… · pH', 'a long name · pH', '… · pH')
    """
    kept = name
    while kept and wide(isolated(name if kept == name else f"{kept.rstrip()}…") + more) > room:
        kept = kept[:-1]
    return isolated(name if kept == name else f"{kept.rstrip()}…") + more


def count(number: int, one: str, many: str = "") -> str:
    r"""Return a count with its noun; thin spaces part the thousands.

    >>> count(1, "step"), count(1300000, "triangle")
    ('1 step', '1\u2009300\u2009000 triangles')
    """
    return f"{number:,}".replace(",", "\N{THIN SPACE}") + " " + (one if number == 1 else many or one + "s")


def size(nbytes: int) -> str:
    """Return bytes as a person reads them.

    >>> size(512), size(20480), size(1 << 30)
    ('512 B', '20 KB', '1.0 GB')
    """
    value = float(nbytes)
    for unit in ("B", "KB", "MB", "GB"):
        if value < 1024 or unit == "GB":
            return f"{value:.0f} {unit}" if unit in {"B", "KB"} else f"{value:.1f} {unit}"
        value /= 1024
    raise AssertionError("unreachable")


def time_words(seconds: float, decimals: int = 0) -> str:
    """Return a length of time in the units a person would say it in.

    >>> time_words(12.34, 1), time_words(754.0), time_words(29100.0), time_words(7200.0), time_words(-3.0)
    ('12.3 s', '12 min 34 s', '8 h 05 min 00 s', '2 h 00 min 00 s', '-3 s')
    """
    sign, seconds = ("-" if seconds < 0 else ""), round(abs(seconds), decimals)
    minutes, rest = divmod(seconds, 60.0)
    hours, minutes = divmod(int(minutes), 60)
    wide = 2 + (decimals + 1 if decimals else 0)
    if hours:
        return f"{sign}{hours} h {minutes:02} min {rest:0{wide}.{decimals}f} s"
    return f"{sign}{minutes} min {rest:0{wide}.{decimals}f} s" if minutes else f"{sign}{rest:.{decimals}f} s"


def clocked(seconds: float, like: float, decimals: int = 0) -> str:
    """Return a length of time as a clock shows it, with the hours or minutes that one `like` it (s) has; without a unit.

    >>> clocked(75.04, 180.0, 1), clocked(75.0, 28800.0), clocked(5.0, 30.0, 1)
    ('1:15.0', '0:01:15', '5.0')
    """
    scale = 10**decimals
    whole = int(abs(seconds) * scale + 1e-6)  # a clock does not round up to what has not come yet
    rest, whole = whole % (60 * scale), whole // (60 * scale)
    wide = 2 + (decimals + 1 if decimals else 0)
    sign = "-" if seconds < 0 else ""
    if like >= 3600:
        return f"{sign}{whole // 60}:{whole % 60:02}:{rest / scale:0{wide}.{decimals}f}"
    return f"{sign}{whole}:{rest / scale:0{wide}.{decimals}f}" if like >= 60 else f"{sign}{rest / scale:.{decimals}f}"


def clock_unit(like: float) -> str:
    """Return the unit of what `clocked` begins with.

    >>> clock_unit(28800.0), clock_unit(180.0), clock_unit(9.0)
    ('h', 'min', 's')
    """
    return "h" if like >= 3600 else "min" if like >= 60 else "s"


def quantity_value(value: float, unit: str) -> str:
    """Return a measured value with its unit; a dash when there is none.

    >>> quantity_value(34.567, "°C"), quantity_value(float("nan"), "N")
    ('34.6 °C', '– N')
    """
    if value != value:
        return f"– {unit}"
    if unit == "pH":
        return f"pH {value:.2f}"
    return f"{value:.0f} {unit}" if abs(value) >= 100 else f"{value:.1f} {unit}"


def quantity_title(name: str) -> str:
    """Return a quantity as a headline.

    >>> quantity_title("ph"), quantity_title("temperature")
    ('pH', 'Temperature')
    """
    return "pH" if name == "ph" else name.capitalize()


def duration(seconds: float) -> str:
    """Return a length of time in few letters; a dash for one that is not known or endless.

    >>> duration(0.25), duration(59.6), duration(150.0), duration(7300.0), duration(float("inf"))
    ('0.2 s', '60 s', '2.5 min', '2 h', '–')
    """
    if not math.isfinite(seconds):
        return "–"
    if seconds < 99.5:
        return f"{seconds:.1f} s" if seconds < 9.95 else f"{seconds:.0f} s"
    if seconds < 5970.0:
        return f"{seconds / 60:.2g} min"
    return f"{seconds / 3600:.2g} h" if seconds < 100 * 3600 else f"{seconds / 86400:.0f} days"


def milliseconds(seconds: float) -> str:
    """Return a short time; a dash for one that is not known.

    >>> milliseconds(0.0032), milliseconds(1.5), milliseconds(float("nan"))
    ('3 ms', '1.5 s', '–')
    """
    if not math.isfinite(seconds):
        return "–"
    return f"{seconds * 1000:.0f} ms" if seconds < 1.0 else f"{seconds:.1f} s"


def rate_words(rate: float, nominal: float) -> str:
    """Return a rate beside the one that is expected.

    >>> rate_words(3.98, 4.0), rate_words(float("nan"), 1.0)
    ('3.98 of 4 Hz', '– of 1 Hz')
    """
    return f"{'–' if math.isnan(rate) else plain(rate)} of {nominal:g} Hz"


def plain(number: float) -> str:
    """Return a number in three digits, or all before the point: never as a power of ten.

    >>> plain(3.984), plain(160.2), plain(11_034.0)
    ('3.98', '160', '11,034')
    """
    return f"{number:.3g}" if abs(number) < 999.5 else f"{number:,.0f}"


def percent(share: float) -> str:
    """Return a share of one; a dash for one that is not known, and never 0 % for a little.

    >>> percent(0.0), percent(0.004), percent(0.25), percent(float("nan"))
    ('0 %', '0.4 %', '25 %', '–')
    """
    if not math.isfinite(share):
        return "–"
    return f"{share * 100:.0f} %" if share == 0.0 or share >= 0.095 else f"{share * 100:.1f} %"


def plain_tip(text: str) -> str:
    r"""Return a text for a tooltip. Qt guesses there what is markup, so a text that might be taken for it is escaped.

    >>> plain_tip("upper.stl"), plain_tip("a <b>bold</b>\n& R")
    ('upper.stl', '<span>a &lt;b&gt;bold&lt;/b&gt;<br>&amp; R</span>')
    """
    if "<" not in text and "&" not in text:
        return text
    return f"<span>{escape(text, quote=False)}</span>".replace("\n", "<br>")
