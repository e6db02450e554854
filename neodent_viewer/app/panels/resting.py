"""How a panel rests while show mode is on: nothing in it answers but what is kept, and what is read stays readable.

The panel is disabled as a whole. Qt leaves everything in a disabled widget disabled, whatever is made in it later and whoever
enables it meanwhile, so that no panel can forget to rest. What goes on is then woken, widget by widget: `setEnabled` does
nothing in a disabled parent, so the attribute behind it is cleared. A widget that was disabled by itself stays so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractScrollArea,
    QApplication,
    QGraphicsView,
    QLabel,
    QSizePolicy,
    QWidget,
)

from neodent_viewer.app import theme
from neodent_viewer.app.actions.keymaps import unlock_words
from neodent_viewer.app.preferences import Preferences

#: logical pixels of the sign on either side of its words
_ASIDE = 6
_Type = QEvent.Type
_PRESSES = frozenset({_Type.MouseButtonPress, _Type.MouseButtonRelease, _Type.MouseMove})
#: what a view that is only looked at does not hear; the wheel scrolls it, and its tooltips are told
_UNHEARD = _PRESSES | {
    _Type.MouseButtonDblClick,
    _Type.ContextMenu,
    _Type.KeyPress,
    _Type.KeyRelease,
    _Type.InputMethod,
    _Type.TabletPress,
    _Type.TabletMove,
    _Type.TabletRelease,
    _Type.TouchBegin,
    _Type.TouchUpdate,
    _Type.TouchEnd,
    _Type.DragEnter,
    _Type.DragMove,
    _Type.Drop,
}
#: what a list does not hear that is kept for choosing: anything that edits or opens a menu
_UNCHOSEN = _UNHEARD - _PRESSES - {_Type.KeyPress, _Type.KeyRelease}


def views_in(panel: QWidget) -> tuple[QWidget, ...]:
    """Return the lists, tables and plots of a panel; not those that drop out of combo boxes."""
    found = (*panel.findChildren(QAbstractItemView), *panel.findChildren(QGraphicsView))
    return tuple(view for view in found if view.window() is panel.window())


class RestSign(QLabel):
    """The line that says why a panel does not answer: in full where there is room, and never wider or higher than a line."""

    def __init__(self, preferences: Preferences) -> None:
        super().__init__()
        self._preferences = preferences
        self._ways: tuple[str, ...] = ("Show mode",)
        self.setObjectName("rest")
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setStyleSheet(
            f"background: #4a3a12; color: {theme.WARNING}; border-radius: 4px; padding: 2px {_ASIDE}px; font-size: 8.5pt;"
        )
        self.hide()

    def show_resting(self, resting: bool) -> None:
        """Appear, or go."""
        unlock = unlock_words(self._preferences)
        self._ways = (f"Show mode: panels rest. {unlock}", f"Show mode. {unlock}", "Show mode")
        self.setToolTip(f"{self._ways[0]}\nNothing can be changed by accident meanwhile; consent can be withdrawn.")
        self.setAccessibleName(self._ways[0])
        self._fit()
        self.setVisible(resting)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say as much as there is room for."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room = self.width() - 2 * _ASIDE
        fitting = (words for words in self._ways if self.fontMetrics().horizontalAdvance(words) <= room)
        self.setText(next(fitting, self._ways[-1]))


class Rest(QObject):
    """Lets one panel rest.

    Parameters
    ----------
    panel : QWidget
    """

    def __init__(self, panel: QWidget) -> None:
        super().__init__(panel)
        self._panel = panel
        self._woken: list[QWidget] = []
        self._views: list[QWidget] = []
        self._deaf: dict[QObject, frozenset[QEvent.Type]] = {}
        self.resting = False

    def begin(self, kept: Sequence[QWidget], views: Sequence[QWidget]) -> None:
        """Rest; once more where something was made since.

        Parameters
        ----------
        kept : sequence of QWidget
            Answer as ever, with all that is in them; lists among them open no menu and edit nothing.
        views : sequence of QWidget
            Stay readable, and are scrolled, but answer nothing else.
        """
        self.resting = True
        self._panel.setEnabled(False)
        going_on = [widget for one in kept for widget in (one, *one.findChildren(QWidget))]
        for widget in going_on:
            self._wake(widget)
            if isinstance(widget, QAbstractItemView):
                self._stop_ears(widget, _UNCHOSEN)
        for view in views:
            if view not in going_on:
                for widget in _frame_of(view):
                    self._wake(widget)
                self._stop_ears(view, _UNHEARD)
        for label in self._panel.findChildren(QLabel):
            self._wake(label)

    def end(self) -> None:
        """Answer again."""
        self.resting = False
        for widget in filter(shiboken6.isValid, self._woken):  # what was woken and what was not are enabled alike
            widget.setAttribute(Qt.WidgetAttribute.WA_Disabled, True)
        for watched in filter(shiboken6.isValid, self._deaf):
            watched.removeEventFilter(self)
        self._woken.clear()
        self._deaf.clear()
        self._panel.setEnabled(True)

    def _wake(self, widget: QWidget) -> None:
        if widget.isEnabled() or any(_shut(one) for one in _up_to(widget, self._panel)):
            return
        widget.setAttribute(Qt.WidgetAttribute.WA_Disabled, False)
        self._woken.append(widget)
        QApplication.sendEvent(widget, QEvent(_Type.EnabledChange))

    def _stop_ears(self, view: QWidget, unheard: frozenset[QEvent.Type]) -> None:
        for widget in (view, view.viewport()) if isinstance(view, QAbstractScrollArea) else (view,):
            if widget not in self._deaf:
                self._deaf[widget] = unheard
                widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep from a view what it must not hear; keys go on to the window."""
        unheard = self._deaf.get(watched)
        if unheard is None:
            return False
        other_button = isinstance(event, QMouseEvent) and event.button() not in (
            Qt.MouseButton.LeftButton,
            Qt.MouseButton.NoButton,
        )
        if event.type() in unheard or (other_button and event.type() in _PRESSES):
            event.ignore()
            return True
        return False


def _frame_of(view: QWidget) -> list[QWidget]:
    """Return a view with its viewport, scroll bars and headers, but nothing that lies in its rows."""
    if not isinstance(view, QAbstractScrollArea):
        return [view]
    found: list[QWidget] = [view]
    for child in view.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
        found.append(child)
        if child is not view.viewport():
            found += child.findChildren(QWidget)
    return found


def _up_to(widget: QWidget, panel: QWidget) -> Iterable[QWidget]:
    """Return a widget and what it lies in, below the panel."""
    at: QWidget | None = widget
    while at is not None and at is not panel:
        yield at
        at = at.parentWidget()


def _shut(widget: QWidget) -> bool:
    """Whether a widget was disabled by itself."""
    return widget.testAttribute(Qt.WidgetAttribute.WA_ForceDisabled)
