"""What every panel is: a widget that reads the context, asks actions to change it, and lets go when released.

In show mode a panel rests, and has to do nothing for it: see `panels.resting`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFormLayout, QLabel, QVBoxLayout, QWidget

from neodent_viewer.app.context import AppContext
from neodent_viewer.app.panels.resting import Rest, RestSign, views_in
from neodent_viewer.core.errors import NeodentError
from neodent_viewer.core.signals import SignalInstance

MARGIN = 10


class Panel(QWidget):
    """Base of all panels.

    A subclass builds its widgets in ``__init__``, calls `listen` for each signal it follows, and puts what it shows in
    `update_view`, which runs at most once per turn of the event loop however many signals came.

    Attributes
    ----------
    sign : RestSign
        Says that the panel rests, and how that ends.
    """

    #: whether the panel is put into a scroll area; those made of a list scroll by themselves
    scrolls = False

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)  # a subclass made in Python paints no background else
        self.context = context
        self._heard: list[tuple[SignalInstance, Callable[..., Any]]] = []
        self._wake = QTimer(self)
        self._wake.setSingleShot(True)
        self._wake.setInterval(0)
        self._wake.timeout.connect(self.update_view)
        self._wake.timeout.connect(self.go_on)
        self._rest = Rest(self)
        self.sign = RestSign(context.preferences)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        self.body.setSpacing(8)
        self.body.addWidget(self.sign)

    def listen(self, signal: SignalInstance, slot: Callable[..., Any]) -> None:
        """Connect until `release`."""
        signal.connect(slot)
        self._heard.append((signal, slot))

    def schedule(self, *_: object) -> None:
        """Run `update_view` soon; any number of calls in one turn make one update."""
        if not self._wake.isActive():
            self._wake.start()

    def update_view(self) -> None:
        """Show the context as it is now; subclasses override."""

    def kept(self) -> Sequence[QWidget]:
        """Return what goes on answering in show mode: it may change what is looked at, and nothing else."""
        return ()

    def views(self) -> Sequence[QWidget]:
        """Return what stays readable in show mode, and is scrolled but answers no click: lists and plots."""
        return views_in(self)

    def rest(self, resting: bool) -> None:
        """Answer nothing but in what is `kept`, or answer again."""
        self.sign.show_resting(resting)
        if resting:
            self._rest.begin(self.kept(), self.views())
        else:
            self._rest.end()
            self.schedule()  # what was made or enabled meanwhile is shown as it stands

    def go_on(self) -> None:
        """Let what an update has made meanwhile be read too, where the panel rests; after any `update_view` of one's own."""
        if self._rest.resting:
            self._rest.begin(self.kept(), self.views())

    def ask(self, request: Callable[..., object], *arguments: object) -> bool:
        """Run a request; what the house refuses is said as a sentence. Return whether it went well."""
        try:
            request(self.context, *arguments)
        except NeodentError as error:
            self.context.shell.say_error(error)
            return False
        return True

    def focus_on(self, field: str) -> None:
        """Put the keyboard focus on a field by its name; panels without such fields do nothing."""

    def release(self) -> None:
        """Disconnect from everything; called before the window goes."""
        self._wake.stop()
        for signal, slot in self._heard:
            signal.disconnect(slot, missing_ok=True)
        self._heard.clear()


def caption(text: str, *, role: str = "caption") -> QLabel:
    """Return a wrapped label of plain text in a role of the style sheet: ``caption``, ``heading``, ``empty``."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("role", role)
    label.setWordWrap(True)
    return label


def form() -> QFormLayout:
    """Return a form layout in the panels' spacing."""
    layout = QFormLayout()
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setHorizontalSpacing(10)
    layout.setVerticalSpacing(7)
    layout.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    return layout
