"""What brushes keep contact with: solids built in the background, and clearance shown as colours while a hand works.

Order: a brush that keeps contact comes near a part, or the map is switched on -> `Surroundings` are built in the background
-> the whole part is measured there once -> rows that a stroke touched are measured again when a picture is due -> once the
hand rests, everything again in the background, for what moved towards others changes theirs too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neodent_viewer.app.bridge import Threads
from neodent_viewer.core.signals import Signal
from neodent_viewer.document.document import Change, Document
from neodent_viewer.document.overlay import Overlay
from neodent_viewer.document.part import POSITION, Part
from neodent_viewer.mesh.surface import Float32, Int32

if TYPE_CHECKING:  # trees come after the first picture
    from neodent_viewer.document.contact import Surroundings

NAME = "Clearance"
#: mm of clearance, and of penetration, at the ends of the colour map
SPAN = 0.5
#: s between looks while a hand works, and of rest before everything is measured anew
_PERIOD, _REST = 0.12, 0.5
#: mm of penetration that is told
_TOLD = 0.005


class Contacts:
    """Surroundings of parts, and their clearances.

    Attributes
    ----------
    shown : bool
        Whether clearances of the part in work are shown as colours.
    """

    changed = Signal()

    def __init__(self, document: Document, background: Threads) -> None:
        self._document, self._background = document, background
        self._ready: dict[str, Surroundings] = {}
        self._coming: set[str] = set()
        self._values: dict[str, Float32] = {}
        self._touched: dict[str, list[Int32]] = {}
        self._stale: set[str] = set()
        self._looked = self._moved = 0.0
        self._measuring = False
        self._worn: dict[str, Overlay] = {}
        self.shown, self.part = False, ""
        document.changed.connect(self._on_change)

    # -- surroundings --------------------------------------------------------------------------------------------

    def get(self, part: Part) -> Surroundings | None:
        """Return what stands around a part; None, and begin to build it, until it is known."""
        found = self._ready.get(part.id)
        if found is not None and found.fits():
            return found
        self._ready.pop(part.id, None)
        if part.id not in self._coming and not part.preview:
            self._make(part)
        return None

    def _make(self, part: Part) -> None:
        from neodent_viewer.document.contact import Surroundings

        self._coming.add(part.id)
        around = Surroundings(self._document, part)

        def done(_: object = None) -> None:
            self._coming.discard(part.id)
            if around.contact is not None and around.fits():
                self._ready[part.id] = around
                self._stale.add(part.id)

        def work(_: object) -> None:
            around.make()

        self._background.submit(f"Preparing what stands around {part.name}", work, done, dropped=done)

    # -- clearances ----------------------------------------------------------------------------------------------

    def show(self, part: Part | None, shown: bool) -> None:
        """Show the clearances of a part, or none."""
        part_id = part.id if part is not None and shown else ""
        if part_id == self.part:
            return
        self._take_off()
        self.part, self.shown = part_id, bool(part_id)
        if part_id:
            self._stale.add(part_id)
            self._moved = 0.0
        self.changed.emit()

    def deepest(self) -> float:
        """Return how deep in mm the part that is shown stands in anything; 0 where it does not, or nothing is shown."""
        values = self._values.get(self.part)
        if values is None or not np.isfinite(values).any():
            return 0.0
        return max(0.0, -float(np.nanmin(values)))

    def told(self) -> str:
        """Return the deepest penetration with its unit; empty where there is none, or nothing is shown."""
        deep = self.deepest()
        return f"penetration {deep:.2f} mm" if deep >= _TOLD else ""

    def tick(self, now: float, *, busy: bool) -> bool:
        """Look at what was touched, if it is time; `busy` while a stroke runs. Return whether anything is still owed."""
        part = self._document.parts.get(self.part)
        if part is None:
            self._touched.clear()
            return False
        if self._touched and now - self._looked >= _PERIOD:
            self._looked = self._moved = now
            self._look(part)
        if self._stale and not busy and not self._measuring and now - self._moved >= _REST:
            self._measure(part)
        return bool(self._touched)

    def _look(self, part: Part) -> None:
        touched, self._touched = self._touched, {}
        around, values = self._ready.get(part.id), self._values.get(part.id)
        rows = touched.get(part.id)
        if rows and around is not None and around.contact is not None and values is not None:
            ids = np.unique(np.concatenate(rows)).astype(np.int32)
            around.contact.follow(ids)
            values[ids] = _seen(around.contact.clearance(ids, SPAN))
            self._wear(part, values)

    def _measure(self, part: Part) -> None:
        """Measure the whole part in the background."""
        around = self.get(part)
        if around is None:
            return
        self._stale.discard(part.id)
        contact = around.catch_up()
        self._measuring = True
        every = np.arange(len(part.surface.vertices), dtype=np.int32)

        def take(values: Float32) -> None:
            self._measuring = False
            if self.part == part.id and part.id not in self._touched and around.fits():
                self._values[part.id] = values
                self._wear(part, values)
            else:
                self._stale.add(part.id)

        self._background.quietly(lambda: _seen(contact.clearance(every, SPAN)), take)

    def _wear(self, part: Part, values: Float32) -> None:
        self._worn[part.id] = Overlay(NAME, "mm", values.copy(), -SPAN, SPAN, "vik_r")
        self._document.set(("overlays", part.id), self._worn[part.id])
        self.changed.emit()

    def _take_off(self) -> None:
        for part_id, overlay in self._worn.items():
            if self._document.overlays.get(part_id) is overlay:
                self._document.set(("overlays", part_id), None)
        self._worn.clear()
        self._values.clear()

    def _on_change(self, change: Change) -> None:
        if change.path[0] != "parts":
            return
        part_id, field = change.path[1], change.path[2:]
        if self.part and field[:2] != ("arrays", "mask"):
            self._stale.add(self.part)
        if field == ("arrays", POSITION) and part_id == self.part and change.indices is not None:
            self._touched.setdefault(part_id, []).append(change.indices)
        elif field in {(), ("surface",)}:
            self._ready.pop(part_id, None)
            self._values.pop(part_id, None)
            self._touched.pop(part_id, None)
            worn = self._worn.pop(part_id, None)
            if worn is not None and self._document.overlays.get(part_id) is worn:
                self._document.set(("overlays", part_id), None)

    def close(self) -> None:
        """Leave the document."""
        self._document.changed.disconnect(self._on_change, missing_ok=True)


def _seen(clearances: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> Float32:
    """Return clearances (k,) float32, NaN where nothing is near."""
    return np.where(np.isfinite(clearances), clearances, np.nan).astype(np.float32)
