"""Keeps the deviation of every sculpted part, cheaply while a hand works, and shows it as colours where that is wanted.

Order: a part is edited -> its `Deviation` is made in the background -> touched rows are gathered and looked at when a picture
is due, a few times a second -> once the hand rests, distances are measured again in the background, to the nearest place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neodent_viewer.app.bridge import Threads
from neodent_viewer.core.signals import Signal
from neodent_viewer.document.document import Change, Document
from neodent_viewer.document.part import POSITION, Part
from neodent_viewer.mesh.surface import Float32, Int32

if TYPE_CHECKING:
    from neodent_viewer.review.deviation import Deviation

#: what `review.deviation` calls it; that module is not loaded before anything is sculpted
NAME = "Deviation"
#: s between looks while a hand works, and of rest before distances are measured anew
_PERIOD, _REST = 0.15, 0.6


class Deviations:
    """How far parts are from their originals.

    Attributes
    ----------
    mapped : bool
        Whether it is shown as colours.
    """

    changed = Signal()

    def __init__(self, document: Document, background: Threads) -> None:
        self._document, self._background = document, background
        self._found: dict[str, Deviation] = {}
        self._coming: dict[str, Part] = {}
        self._touched: dict[str, list[Int32]] = {}
        self._looked = self._moved = 0.0
        self._inexact: set[str] = set()
        self._measuring = False
        self.mapped = False
        self.latest = ""  # the part that was touched last
        document.changed.connect(self._on_change)

    # -- what others read ----------------------------------------------------------------------------------------

    def of(self, part: Part) -> Deviation | None:
        """Return the deviation of a part, None while it is being made or where nothing was ever edited."""
        found = self._found.get(part.id)
        return found if found is not None and found.fits(part) else None

    def told(self) -> str:
        """Return the numbers of the part that was touched last, with units; empty where there are none."""
        part = self._document.parts.get(self.latest)
        found = None if part is None else self.of(part)
        if found is None:
            return ""
        low, high = found.extremes()
        return f"deviation +{high:.2f} / −{abs(low):.2f} mm · volume {found.volume:+.1f} mm³"

    def show(self, mapped: bool) -> None:
        """Show deviations as colours, or stop."""
        if mapped != self.mapped:
            self.mapped = mapped
            for part in self._document.parts.values():
                if mapped:
                    self._want(part)
                    self._show(part)
                elif self._is_own(part):
                    self._document.set(("overlays", part.id), None)

    # -- the work ------------------------------------------------------------------------------------------------

    def tick(self, now: float, *, busy: bool) -> bool:
        """Look at what was touched, if it is time; `busy` while a stroke runs. Return whether anything is still owed."""
        if self._touched and now - self._looked >= _PERIOD:
            self._looked = self._moved = now
            self._look()
        if self._inexact and self.mapped and not busy and not self._measuring and now - self._moved >= _REST:
            self._measure()
        return bool(self._touched) or bool(self._inexact and self.mapped)

    def _look(self) -> None:
        touched, self._touched = self._touched, {}
        for part_id, rows in touched.items():
            part = self._document.parts.get(part_id)
            found = None if part is None else self.of(part)
            if part is None or found is None:
                continue
            found.follow(np.concatenate(rows))
            self._inexact.add(part_id)
            if self.mapped:
                self._show(part)
        self.changed.emit()

    def _measure(self) -> None:
        """Measure one part to the nearest place of its original, in the background."""
        part_id = self._inexact.pop()
        part = self._document.parts.get(part_id)
        found = None if part is None else self.of(part)
        if part is None or found is None:
            return
        self._measuring = True

        def take(values: Float32) -> None:
            self._measuring = False
            if part_id not in self._touched and part_id not in self._inexact:
                found.values[:] = values
                self._show(part)
                self.changed.emit()

        self._background.quietly(found.exact, take)

    def _want(self, part: Part) -> None:
        """Have the deviation of an edited part made."""
        if part.original is None or self._coming.get(part.id) is part or self.of(part) is not None:
            return
        self._coming[part.id] = part

        def work() -> Deviation:
            from neodent_viewer.review.deviation import Deviation

            return Deviation(part)

        def take(made: Deviation) -> None:
            if self._coming.get(part.id) is part:  # another may have been opened under its name
                del self._coming[part.id]
            if self._document.parts.get(part.id) is part and made.fits(part):
                self._found[part.id] = made
                self._touched.setdefault(part.id, []).append(made.moved())
                self._look()

        self._background.quietly(work, take)

    def _show(self, part: Part) -> None:
        found = self.of(part)
        if not self.mapped or found is None:
            return
        self._document.set(("overlays", part.id), found.overlay())

    def _is_own(self, part: Part) -> bool:
        shown = self._document.overlays.get(part.id)
        return shown is not None and shown.name == NAME

    def _on_change(self, change: Change) -> None:
        if change.path[0] != "parts":
            return
        part = self._document.parts.get(change.path[1])
        field = change.path[2:]
        if part is None or field == ("surface",):
            self._found.pop(change.path[1], None)
            self._touched.pop(change.path[1], None)
            self._inexact.discard(change.path[1])
            if part is not None and self._is_own(part):
                self._document.set(("overlays", part.id), None)
            if change.path[1] == self.latest:
                self.changed.emit()
        elif field == ("arrays", POSITION):
            self.latest = part.id
            self._want(part)
            if change.indices is None:
                self._found.pop(part.id, None)
                self._want(part)
            elif part.id in self._found:
                self._touched.setdefault(part.id, []).append(change.indices)

    def close(self) -> None:
        """Leave the document."""
        self._document.changed.disconnect(self._on_change, missing_ok=True)
