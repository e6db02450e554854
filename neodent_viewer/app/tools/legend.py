"""The wheel over the legend changes the range that the colours span, as one edit however long it turns.

Over the upper third it moves the upper end, over the lower third the lower one, in between it widens or narrows the range.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from neodent_viewer.app.tools.pointer import Pointer
from neodent_viewer.document.document import Document
from neodent_viewer.document.edits import ValueEdit
from neodent_viewer.document.history import History
from neodent_viewer.document.look import Look
from neodent_viewer.sensors.channel import QUANTITIES, Quantity

Box = tuple[float, float, float, float]

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
    box : callable
        Returns x, y, width and height of the legend in the editor's picture, None when there is none.
    """

    def __init__(self, document: Document, history: History, box: Callable[[], Box | None]) -> None:
        self._document = document
        self._history = history
        self._box = box

    def __call__(self, pointer: Pointer, steps: float) -> bool:
        """Return whether the pointer was over the legend; the range has changed then."""
        box, look = self._box(), self._document.look
        quantity = QUANTITIES.get(look.quantity)
        if box is None or quantity is None:
            return False
        x, y, width, height = box
        across, down = (pointer.x - x) / width, (pointer.y - y) / height
        if not (0 <= across <= 1 and 0 <= down <= 1):
            return False
        after = ranged(look, quantity, steps, down)
        if after != look:
            self._history.preview(ValueEdit(("look",), look, after, "Range"))
        return True


def ranged(look: Look, quantity: Quantity, steps: float, down: float) -> Look:
    """Return the look with the range that `steps` notches make of it; `down` is 0 at the top of the legend, 1 at its foot.

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
