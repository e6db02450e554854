"""Who may speak to a port that listens: this machine alone, or a network within a list and a cap; both can be changed.

Each port that listens has a box of its own: one that is open stands beside one that is not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLabel, QLineEdit, QSpinBox, QVBoxLayout, QWidget

from neodent_viewer.app import theme
from neodent_viewer.app.panels.base import caption, form
from neodent_viewer.app.panels.console import small_button
from neodent_viewer.sensors.source import SourceStatus

#: messages a second that can be chosen
_CAPS = (1, 1_000_000)


def badge_words(status: SourceStatus) -> str:
    """Return what a badge says of a source that others may speak to, in full; empty for one they may not."""
    if not status.open:
        return ""
    who = ", ".join(status.allow) or "any private network (10.*, 172.16-31.*, 192.168.*)"
    return f"{status.name}. Heard are: {who}; at most {status.cap:,} messages a second."


def listen_word(place: str, allow: str, cap: int) -> str:
    """Return the address of an OSC feed.

    >>> listen_word("0.0.0.0:9000", "10.0.0.0/8, 192.168.1.5", 5000)
    'osc:0.0.0.0:9000?allow=10.0.0.0/8,192.168.1.5&cap=5000'
    >>> listen_word("127.0.0.1:9000", "", 20000)
    'osc:127.0.0.1:9000?cap=20000'
    """
    names = ",".join(name for name in allow.replace(",", " ").split() if name)
    return f"osc:{place}?{f'allow={names}&' if names else ''}cap={cap}"


class ReachBox(QWidget):
    """Badge, allow-list and cap of a port that listens.

    Parameters
    ----------
    listen : callable
        Asked with the word of a feed, and that of the one it replaces.
    """

    def __init__(self, listen: Callable[[str, str], object]) -> None:
        super().__init__()
        self._listen = listen
        self._shown: tuple[object, ...] = ()
        self._place = self._word = ""
        self.heading = caption("", role="heading")
        self.badge = QLabel()
        self.badge.setWordWrap(True)
        self.allow, self.cap = QLineEdit(), QSpinBox()
        self.allow.setPlaceholderText("private networks")
        self.allow.setToolTip("Addresses and networks that are heard, such as 192.168.1.0/24, 10.0.0.5")
        self.cap.setRange(*_CAPS)
        self.cap.setSuffix(" messages/s")
        self.cap.setGroupSeparatorShown(True)
        self.apply = small_button("Apply", "mdi6.check", "Listen anew with this list and cap", self._apply)
        self.turn = small_button("", "mdi6.lan", "", self._turn)
        rows: QFormLayout = form()
        rows.addRow("Heard are", self.allow)
        rows.addRow("At most", self.cap)
        buttons = QHBoxLayout()
        buttons.addWidget(self.apply)
        buttons.addWidget(self.turn)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.heading)
        layout.addWidget(self.badge)
        layout.addLayout(rows)
        layout.addLayout(buttons)

    def show_source(self, status: SourceStatus) -> None:
        """Show who may speak to a source; what somebody types is left alone until it stands anew."""
        told = (status.place, status.open, status.allow, status.cap, status.word)
        if told == self._shown:
            return
        self._shown, self._place, self._word = told, status.place, status.word
        self.heading.setText(f"Port {status.place.rpartition(':')[2]}")
        words = badge_words(status) or "This machine alone is heard."
        colour = f"background: #4a3a12; color: {theme.WARNING};" if status.open else f"color: {theme.MUTED};"
        self.badge.setText(f"OPEN TO THE NETWORK. {words}" if status.open else words)
        self.badge.setStyleSheet(f"{colour} padding: {4 if status.open else 0}px; border-radius: 4px;")
        self.allow.setText(", ".join(status.allow))
        self.cap.setValue(status.cap)
        self.turn.setText("Close to the Network" if status.open else "Open to the Network")
        self.turn.setToolTip(
            "Hear this machine alone again" if status.open else "Hear the networks of the list; a badge stays as long"
        )

    def _apply(self, _: bool = False) -> None:
        self._listen(listen_word(self._place, self.allow.text(), self.cap.value()), self._word)

    def _turn(self, _: bool = False) -> None:
        host, _colon, port = self._place.rpartition(":")
        host = "127.0.0.1" if self._shown[1] else "0.0.0.0"
        self._listen(listen_word(f"{host}:{port}", self.allow.text(), self.cap.value()), self._word)


class ReachBoxes(QWidget):
    """A `ReachBox` for each port that listens, open ones first; `listen` as there."""

    def __init__(self, listen: Callable[[str, str], object]) -> None:
        super().__init__()
        self._listen = listen
        self.boxes: list[ReachBox] = []
        self.rows = QVBoxLayout(self)
        self.rows.setContentsMargins(0, 0, 0, 0)
        self.rows.setSpacing(10)

    def show_sources(self, sources: Sequence[SourceStatus]) -> None:
        """Show who may speak to these; their ports are named where there are several."""
        while len(self.boxes) > len(sources):
            self.boxes.pop().deleteLater()
        while len(self.boxes) < len(sources):
            self.boxes.append(ReachBox(self._listen))
            self.rows.addWidget(self.boxes[-1])
        for box, status in zip(self.boxes, sorted(sources, key=lambda one: not one.open), strict=True):
            box.show_source(status)
            box.heading.setVisible(len(sources) > 1)
        self.setVisible(bool(sources))
