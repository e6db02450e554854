"""Where legends lie: the one of the whole field, or a card a zone on top of each other; beside them those of overlays.

Pieces are placed from the right lower corner; what does not fit in one column goes on in the next one to the left.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass

from neodent_viewer.document.look import Shading
from neodent_viewer.render import cards
from neodent_viewer.render import legend as legends
from neodent_viewer.render.adaptors.document import DocumentAdaptor
from neodent_viewer.render.adaptors.zones import Shown
from neodent_viewer.render.frame_info import FrameInfo
from neodent_viewer.render.typography import Pixels, label

MARGIN = 22.0
_GAP, _CLOSE, _ROW = 10.0, 6.0, 14.0
#: share of the picture's width that cards may take
_SHARE = 0.45

#: x and y of the top left corner, width, height: device pixels
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Piece:
    """Something to draw in a place.

    Attributes
    ----------
    key : hashable
        Equal for pieces that look the same.
    make : callable
        Draws it.
    box : tuple of 4 float
        x and y from the top left, width, height, device pixels.
    zone : str or None
        Whose range it tells: a zone's id, empty for the look's; None for what nobody turns.
    flat : bool
        Whether its bar runs from left to right instead of upwards.
    """

    key: Hashable
    make: Callable[[], Pixels]
    box: Box
    zone: str | None = None
    flat: bool = False


def shows_field(document: DocumentAdaptor, frame: FrameInfo) -> bool:
    """Return whether the field is shown in a frame."""
    return frame.display.shading(document.look.look.shading) is Shading.FIELD


def zones_shown(document: DocumentAdaptor) -> tuple[Shown, ...]:
    """Return what is shown on the parts that are drawn, the highest zone first, what lies outside them all last.

    Empty where no part has a zone.
    """
    fields = [document.probes.weighing.fields.get(adaptor.part.id) for adaptor in document.drawn()]
    rows = {row for field in fields if field is not None for row in field.rows[1:]}
    zones = [shown for shown in reversed(document.zones.shown[1:]) if shown.row in rows]
    if zones and any(field is not None and field.outside for field in fields):
        zones.append(document.zones.outside)
    return tuple(zones)


def pieces(document: DocumentAdaptor, frame: FrameInfo) -> list[Piece]:
    """Return all legends of a frame in their places; none in a picture that is too low for them."""
    look, room = document.look.look, frame.size[1] / frame.scale
    if room < 200:
        return []
    # in a narrow window it would lie over the jaw; below 230 the ends of the bar have no room
    height = min(max(230.0, 0.4 * min(room, 0.62 * frame.size[0] / frame.scale)), 430.0, room - 2 * MARGIN)
    told = [] if frame.display.original else overlay_legends(document, min(height, 300.0))
    placed, right = [], frame.size[0] - MARGIN * frame.scale
    for legend in told:
        placed.append(_upright(legend, right, frame, None))
        right = placed[-1].box[0] - _GAP * frame.scale
    if look.legend and shows_field(document, frame):
        zones = zones_shown(document)
        placed += (
            _cards(document, zones, right, frame) if zones else [_upright(_legend(document, height), right, frame, "")]
        )
    return placed


def _upright(told: legends.Legend, right: float, frame: FrameInfo, zone: str | None) -> Piece:
    """Return a legend with its right edge at `right`, at the foot of the picture."""
    wide, tall = round(legends.WIDTH * frame.scale), round(told.height * frame.scale)
    box = (right - wide, frame.size[1] - MARGIN * frame.scale - tall, float(wide), float(tall))
    return Piece(("legend", told, frame.scale), lambda: legends.draw(told, frame.scale), box, zone)


def _legend(document: DocumentAdaptor, height: float) -> legends.Legend:
    look, quantity = document.look, document.look.quantity
    low, high = look.span
    probes = document.document.probes.values()
    count = sum(any(c.quantity.name == quantity.name for c in probe.channels) for probe in probes)
    title = quantity.name.upper().replace("PH", "pH") if len(quantity.name) <= 2 else quantity.name.capitalize()
    unit = "" if quantity.unit == title else quantity.unit
    return legends.Legend(title, unit, low, high, count, look.colours.tobytes(), height)


def overlay_legends(document: DocumentAdaptor, height: float) -> list[legends.Legend]:
    """Return what there is to say of the overlays that are drawn, each kind once."""
    found: dict[tuple[str, str, float, float, str], legends.Legend] = {}
    for part in document.drawn():
        overlay = part.overlay
        colours = None if overlay is None else document.overlays.colours(overlay)
        if overlay is not None and overlay.legend and colours is not None and overlay.high > overlay.low:
            name, unit, low, high, _ = overlay.told()
            found[overlay.told()] = legends.Legend(name, unit, low, high, None, colours.tobytes(), height)
    return list(found.values())


# -- cards -------------------------------------------------------------------------------------------------------


def is_tall(frame: FrameInfo) -> bool:
    """Return whether there is more room for cards at the foot of the picture than at its side."""
    return frame.size[0] < 1.5 * frame.size[1]


def _cards(document: DocumentAdaptor, zones: tuple[Shown, ...], right: float, frame: FrameInfo) -> list[Piece]:
    """Return a card a zone and the key: side by side in a tall picture, one on top of the other in a wide one."""
    s = frame.scale
    if is_tall(frame):
        room = right / s - _ROW
        across = max(1, min(len(zones), int((room - cards.KEY_WIDE) / (cards.LEAST + _CLOSE))))
        wide = min(cards.WIDE, (room - cards.KEY_WIDE) / across - _CLOSE)
        lines = max(1, int(0.4 * frame.size[1] / s / (cards.TALL + _CLOSE)))
        start, key = (right - (cards.KEY_WIDE + _CLOSE + wide) * s, _ROW), (cards.KEY_WIDE, cards.TALL)
    else:
        wide = cards.WIDE if frame.size[0] / s >= 700 else cards.NARROW
        lines = max(1, int((frame.size[1] / s - 2 * MARGIN - cards.KEY_TALL) / (cards.TALL + _CLOSE)))
        across = max(1, int(_SHARE * frame.size[0] / s / (wide + _CLOSE)))
        start, key = (right - wide * s, MARGIN), (wide, cards.KEY_TALL)
    told = zones[: across * lines]
    foot = frame.size[1] - start[1] * s
    box = (right - key[0] * s, foot - key[1] * s, key[0] * s, key[1] * s)
    placed = [Piece(("key", key, s), lambda: cards.draw_key(key, s), box)]
    for place, shown in enumerate(_from_the_corner(told, across, lines, tall=is_tall(frame))):
        if is_tall(frame):
            line, column, lift = place // across, place % across, 0.0
        else:
            line, column = place % lines, place // lines
            lift = 0.0 if column else cards.KEY_TALL + _CLOSE
        x = start[0] - column * (wide + _CLOSE) * s
        y = foot - ((line + 1) * cards.TALL + line * _CLOSE + lift) * s
        placed.append(_piece(_card(document, shown, wide), (x, y, wide * s, cards.TALL * s), shown, s))
    if len(told) < len(zones):
        placed.append(_more(f"{len(zones) - len(told)} more", placed[-1].box, s))
    return placed


def _from_the_corner(zones: tuple[Shown, ...], across: int, lines: int, *, tall: bool) -> list[Shown]:
    """Return zones in the order in which cards are placed, so that they read from the left, or from the top."""
    each = across if tall else lines
    groups = [zones[k : k + each] for k in range(0, len(zones), each)]
    ordered = reversed(groups) if tall else groups
    return [shown for group in ordered for shown in reversed(group)]


def _piece(card: cards.Card, box: Box, shown: Shown, scale: float) -> Piece:
    zone = shown.zone if shown.quantity is not None else None
    return Piece(("card", card, scale), lambda: cards.draw(card, scale), box, zone, flat=True)


def _more(said: str, under: Box, scale: float) -> Piece:
    """Return what says that there are zones without a card, over the last card."""
    tall = 12.0 * 1.75 * scale
    box = (under[0], max(0.0, under[1] - tall - _CLOSE * scale), under[2], tall)
    return Piece(("label", said, 12.0, scale), lambda: label(said, 12.0, (0.92, 0.93, 0.95, 1.0), scale), box)


def _card(document: DocumentAdaptor, shown: Shown, width: float) -> cards.Card:
    colours = None if shown.quantity is None else document.zones.colours(shown)
    packed = b"" if colours is None else colours.tobytes()
    name, count = shown.name or "Elsewhere", probes_in(document, shown)
    return cards.Card(name, cards.words_of(shown), shown.low, shown.high, count, packed, width)


def probes_in(document: DocumentAdaptor, shown: Shown) -> int:
    """Return how many probes send a quantity from where it is shown."""
    count = 0
    for probe in document.document.probes.values():
        field = document.probes.weighing.fields.get(probe.anchor.part)
        sends = shown.quantity is not None and any(c.quantity.name == shown.quantity.name for c in probe.channels)
        count += sends and field is not None and field.probes.get(probe.id) == shown.row
    return count
