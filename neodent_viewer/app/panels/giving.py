"""The dialog that asks for consent: who, for what, until when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time

from PySide6.QtCore import QDate
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDateEdit,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from neodent_viewer.app.panels.base import caption
from neodent_viewer.trust.consent import Purpose

#: purpose -> what that means to the person who is asked
MEANING: dict[Purpose, str] = {
    Purpose.VIEW: "seen in this window",
    Purpose.PERFORM: "shown to an audience on the stage",
    Purpose.RECORD: "recorded, and kept in files, pictures and clips",
    Purpose.PUBLISH: "published outside this practice",
    Purpose.RESEARCH: "used for research",
}
#: purposes ticked at first
_TICKED = (Purpose.VIEW, Purpose.PERFORM)
_HINT = (
    "Ask the person whose mouth this is, and read to them what is ticked. They may withdraw at any time, with one click on "
    "the Consent page; it counts from the next picture on."
)
#: asked with (whether for all channels, purposes, until, who); returns whether that went well
Give = Callable[[bool, tuple[str, ...], datetime, str], bool]


class ConsentDialog(QDialog):
    """Asks for consent.

    Parameters
    ----------
    parent : QWidget or None
    channel : str
        What the channel that is meant is called.
    now : datetime
    give : callable
    """

    def __init__(self, parent: QWidget | None, channel: str, now: datetime, give: Give) -> None:
        super().__init__(parent)
        self._give = give
        self.setWindowTitle("Ask for Consent")
        self.who = QLineEdit()
        self.who.setPlaceholderText("name of the person whose mouth this is")
        self.what = QComboBox()
        self.what.addItems([channel, "All channels on this mouth"])
        self.ticks = {purpose: QCheckBox(f"May be {meaning}") for purpose, meaning in MEANING.items()}
        for purpose, tick in self.ticks.items():
            tick.setChecked(purpose in _TICKED)
        self.until = QDateEdit()
        self.until.setCalendarPopup(True)
        self.until.setDisplayFormat("yyyy-MM-dd")
        today = QDate(now.year, now.month, now.day)
        self.until.setMinimumDate(today)
        self.until.setDate(today.addYears(1))
        form = QFormLayout()
        form.setSpacing(8)
        form.addRow("Who allows it", self.who)
        form.addRow("What", self.what)
        for tick in self.ticks.values():
            form.addRow("", tick)
        form.addRow("Until the end of", self.until)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setText("They Allow It")
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        layout.addWidget(caption(_HINT))
        layout.addLayout(form)
        layout.addWidget(self.buttons)
        self.who.setMinimumWidth(280)

    def accept(self) -> None:
        """Write it down; where that is refused the dialog stays."""
        day = self.until.date()
        end = datetime.combine(datetime(day.year(), day.month(), day.day()).date(), time(23, 59, 59)).astimezone()
        purposes = tuple(str(purpose) for purpose, tick in self.ticks.items() if tick.isChecked())
        if self._give(self.what.currentIndex() == 1, purposes, end, self.who.text()):
            super().accept()
