"""The feeds that run, a card each: what it is, how it stands, and a button that ends it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from neodent_viewer.app import theme
from neodent_viewer.app.menus import icon
from neodent_viewer.app.panels.base import caption
from neodent_viewer.app.words import plain_tip
from neodent_viewer.sensors.source import SourceStatus

#: words that a state begins with while nothing can come in
_UNSURE = ("connecting", "reconnecting", "looking")


def state_words(status: SourceStatus) -> str:
    """Return how a source stands, with its counts, as a line.

    >>> state_words(SourceStatus("MQTT", True, 1200, 3, 2, state="connected", refused=(("not JSON", 2),)))
    'Connected · 1,200 samples · 3 dropped · 2 refused'
    """
    state = status.state or ("running" if status.running else "closed")
    parts = [state[0].upper() + state[1:], f"{status.received:,} samples"]
    if status.dropped:
        parts.append(f"{status.dropped:,} dropped")
    refused = sum(count for _, count in status.refused)
    if refused:
        parts.append(f"{refused:,} refused")
    return " · ".join(parts)


def is_unsure(status: SourceStatus) -> bool:
    """Return whether nothing can come in just now: it connects, looks about, or does not run."""
    return not status.running or status.state.casefold().startswith(_UNSURE)


def state_colour(status: SourceStatus) -> str:
    """Return the colour of a source's dot: it goes on, it tries, it does not run."""
    if not status.running:
        return theme.ERROR
    return theme.WARNING if is_unsure(status) else theme.ACCENT


class FeedCard(QFrame):
    """One feed."""

    def __init__(self, end: Callable[[str], object]) -> None:
        super().__init__()
        self.word = ""
        self.setProperty("role", "card")
        self.dot = QLabel("●")
        self.name = QLabel()
        self.name.setStyleSheet("font-weight: 600;")
        self.name.setMinimumWidth(40)
        self.state, self.problem = caption(""), caption("")
        self.problem.setStyleSheet(f"color: {theme.WARNING};")
        self.close_button = QToolButton()
        self.close_button.setIcon(icon("mdi6.close"))
        self.close_button.setIconSize(QSize(14, 14))
        self.close_button.clicked.connect(lambda: end(self.word))
        grid = QGridLayout(self)
        grid.setContentsMargins(8, 5, 4, 6)
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(1)
        grid.addWidget(self.dot, 0, 0)
        grid.addWidget(self.name, 0, 1)
        grid.addWidget(self.close_button, 0, 2)
        grid.addWidget(self.state, 1, 1, 1, 2)
        grid.addWidget(self.problem, 2, 1, 1, 2)
        grid.setColumnStretch(1, 1)

    def show_source(self, status: SourceStatus) -> None:
        """Show a source as it stands."""
        self.word = status.word
        metrics = self.name.fontMetrics()
        room = max(60, self.width() - 66)
        self.name.setText(metrics.elidedText(status.name, Qt.TextElideMode.ElideMiddle, room))
        self.name.setToolTip(plain_tip("\n".join(filter(None, (status.name, status.word)))))
        self.dot.setStyleSheet(f"color: {state_colour(status)};")
        self.state.setText(state_words(status))
        self.state.setToolTip(plain_tip(status.problem))
        self.problem.setText(status.problem)
        self.problem.setVisible(bool(status.problem) and is_unsure(status))
        self.close_button.setVisible(bool(status.word))
        self.close_button.setToolTip(plain_tip(f"End {status.name}; other feeds go on"))
        self.close_button.setAccessibleName(f"End {status.name}")


class FeedCards(QWidget):
    """All feeds that run.

    Parameters
    ----------
    end : callable
        Asked with the word of the feed that is to end.
    """

    def __init__(self, end: Callable[[str], object]) -> None:
        super().__init__()
        self._end = end
        self.cards: list[FeedCard] = []
        self.rows = QVBoxLayout(self)
        self.rows.setContentsMargins(0, 0, 0, 0)
        self.rows.setSpacing(5)

    def show_sources(self, sources: Sequence[SourceStatus]) -> None:
        """Show these, in their order."""
        while len(self.cards) > len(sources):
            self.cards.pop().deleteLater()
        while len(self.cards) < len(sources):
            self.cards.append(FeedCard(self._end))
            self.rows.addWidget(self.cards[-1])
        for card, status in zip(self.cards, sources, strict=True):
            card.show_source(status)
        self.setVisible(bool(sources))
