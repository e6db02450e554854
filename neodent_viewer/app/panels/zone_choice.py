"""Which zone the zone brush lays down: those there are, a new region, or none."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox

from neodent_viewer.app.panels.zones import chip
from neodent_viewer.document.document import Document
from neodent_viewer.document.zoning import free_number, listed, unclaimed


class ZoneChoice(QComboBox):
    """A list of zones by their numbers."""

    #: number of the zone to lay down
    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setToolTip("Zone that the brush lays down")
        self.setAccessibleName("Zone that the brush lays down")
        self.activated.connect(lambda _: self.chosen.emit(int(self.currentData())))

    def show_zones(self, document: Document, number: int) -> None:
        """Offer the zones of a document and mark the one that is laid down."""
        rows = [(zone.name, zone.number) for zone in listed(document)]
        rows += [(f"Region {n}, no zone yet", n) for n in unclaimed(document)]
        known = {n for _, n in rows}
        fresh = number if number and number not in known else free_number(document)
        rows.append(("New region", fresh))
        with QSignalBlocker(self):
            self.clear()
            for words, n in rows:
                self.addItem(chip(n), words, n)
            self.addItem("None: takes zones away", 0)
            self.setCurrentIndex(self.findData(number))
