"""The wheel over a legend changes the range that its colours span, as one edit however long it turns.

Over the third at the high end of its bar it moves that end, over the third at the low one that; in between it widens or
narrows the range. The legend of a zone turns that of the zone, the legend of the whole field that of the look.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from neodent_viewer.app.tools.pointer import Pointer
from neodent_viewer.document.document import Document
from neodent_viewer.document.edits import ValueEdit
from neodent_viewer.document.history import History
from neodent_viewer.document.look import Look
from neodent_viewer.document.zone import Zone
from neodent_viewer.render.stack import Piece
from neodent_viewer.sensors.channel import QUANTITIES, Quantity

Ranged = TypeVar("Ranged", Look, Zone)

#: share of the range that one notch moves an end
NOTCH = 0.05
#: share of what the map usually spans below which it is not narrowed further
_LEAST = 0.02


class LegendWheel:
    """Answers the wheel where the legend lies.

    Parameters
    ----------
    document, history
        Where the look is, and where its changes are kept.
    legends : callable
        Returns the legends in the editor's picture whose range can be turned.
    """

    def __init__(self, document: Document, history: History, legends: Callable[[], Sequence[Piece]]) -> None:
        self._document = document
        self._history = history
        self._legends = legends

    def __call__(self, pointer: Pointer, steps: float) -> bool:
        """Return whether the pointer was over a legend; the range has changed then."""
        for legend in self._legends():
            x, y, width, height = legend.box
            across, down = (pointer.x - x) / width, (pointer.y - y) / height
            if 0 <= across <= 1 and 0 <= down <= 1:
                return self._turn(legend.zone or "", steps, 1.0 - across if legend.flat else down)
        return False

    def _turn(self, zone: str, steps: float, down: float) -> bool:
        path = ("zones", zone) if zone else ("look",)
        before = self._document.get(path)
        quantity = None if before is None else QUANTITIES.get(before.quantity)
        if quantity is None:
            return False
        after = ranged(before, quantity, steps, down)
        if after != before:
            title = f"Range of {before.name}" if zone else "Range"
            self._history.preview(ValueEdit(path, before, after, title))
        return True


def ranged(look: Ranged, quantity: Quantity, steps: float, down: float) -> Ranged:
    """Return the look, or zone, with the range that `steps` notches make of it; `down` is 0 at the high end, 1 at the low.

    Ends stay where a sensor of the quantity can be, and apart.
    """
    low = quantity.show_low if look.low is None else look.low
    high = quantity.show_high if look.high is None else look.high
    by = steps * NOTCH * (high - low)
    if down < 1 / 3:
        high += by
    elif down > 2 / 3:
        low += by
    else:
        low, high = low + by, high - by
    low, high = max(low, quantity.low), min(high, quantity.high)
    if high - low < _LEAST * (quantity.show_high - quantity.show_low):
        return look
    return replace(look, low=round(low, 3), high=round(high, 3))
