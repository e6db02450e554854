"""The canvas: shows the engine's finished texture and turns mouse, pen and keys into plain values for the hand.

It never renders the scene: `paintGL` only blits, so hiding, docking or floating it costs no frame anywhere.
"""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QOpenGLContext,
    QPainter,
    QPaintEvent,
    QShowEvent,
    QTabletEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

from neodent_viewer.app.blit import BlitWidget, Size, fitted
from neodent_viewer.app.tools.pointer import Pointer

_BUTTONS = {
    Qt.MouseButton.LeftButton: "left",
    Qt.MouseButton.MiddleButton: "middle",
    Qt.MouseButton.RightButton: "right",
}
#: what the canvas shows before there is a picture, and beside one of another shape
BACKDROP = QColor(18, 20, 23)


class Hand(Protocol):
    """Whoever answers the pointer."""

    def press(self, pointer: Pointer) -> None:
        """Answer a button that went down."""

    def move(self, pointer: Pointer) -> None:
        """Answer a move, with or without a button held."""

    def release(self, pointer: Pointer) -> None:
        """Answer a button that went up."""

    def double(self, pointer: Pointer) -> None:
        """Answer a second quick press."""

    def wheel(self, pointer: Pointer, steps: float) -> None:
        """Answer the wheel; one notch away from the hand is +1."""

    def leave(self) -> None:
        """Answer the pointer leaving the canvas."""

    def has_keys(self) -> bool:
        """Return whether the tool in hand has keys that it wants without a click first."""

    def wants_key(self, keys: str) -> bool:
        """Return whether a key (Qt's portable text) belongs to the tool in hand rather than to a command."""

    def key(self, keys: str) -> None:
        """Answer a key that `wants_key` claimed."""


class Canvas(BlitWidget):
    """The central widget.

    Signals
    -------
    presented : a picture has reached the screen
    wanted : a picture is wanted: the widget has another size, or is seen again
    """

    presented = Signal()
    wanted = Signal()

    def __init__(self, hand: Hand, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hand = hand
        self._texture = 0
        self._picture: Size = (0, 0)
        self._meant: Size = (0, 0)
        self._beside: int | None = None
        self._names = _Halves(self)
        self._painted = False
        self.setObjectName("canvas")
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(160, 120)
        self.setAccessibleName("Canvas")
        self.frameSwapped.connect(self._swapped)

    # -- the picture ---------------------------------------------------------------------------------------------

    def seen(self) -> bool:
        """Return whether painting would reach the screen: shown, and its window neither minimised nor wholly covered."""
        handle = self.window().windowHandle()
        return self.isVisible() and handle is not None and handle.isExposed()

    def show_texture(self, texture: int, size: Size, meant: Size | None = None, *, beside: int | None = None) -> None:
        """Show a finished texture (GL name) of `size` pixels from now on; pointers count in `meant` pixels, or its own.

        Another texture of that size may stand `beside` it, on the left; a pointer there means the same place of this one.
        """
        self._texture, self._picture, self._meant, self._beside = texture, size, meant or size, beside
        self._names.setVisible(beside is not None)
        self.update()

    def picture_rect(self) -> QRectF:
        """Return where the picture lies, device pixels."""
        width, height = self.area()
        if self._beside is None:
            return fitted(self._picture, (width, height))
        return fitted(self._picture, (width // 2, height)).translated(width - width // 2, 0)

    def paintGL(self) -> None:
        """Blit the finished picture, or the backdrop before there is one."""
        if self._blit is None or QOpenGLContext.currentContext() is None:
            return
        area = self.area()
        self._blit.clear(area, BACKDROP)
        if self._texture:
            rect = self.picture_rect()
            self._blit.draw(self._texture, self._picture, rect, area)
            if self._beside is not None:
                self._blit.draw(self._beside, self._picture, rect.translated(-(area[0] - area[0] // 2), 0), area)
            self._painted = True
        else:
            self.wanted.emit()

    def resizeGL(self, width: int, height: int) -> None:
        """Tell the frame clock that a picture of another size is wanted."""
        self.wanted.emit()

    def showEvent(self, event: QShowEvent) -> None:
        """Ask for a fresh picture."""
        super().showEvent(event)
        self.wanted.emit()

    def _swapped(self) -> None:
        if self._painted:
            self._painted = False
            self.presented.emit()

    def sizeHint(self) -> QSize:
        """Return what the canvas would like to have."""
        return QSize(960, 640)

    def set_aiming(self, aiming: bool) -> None:
        """Show a cross for tools that mean a point, an arrow for those that mean a thing."""
        self.setCursor(Qt.CursorShape.CrossCursor if aiming else Qt.CursorShape.ArrowCursor)

    # -- the hand ------------------------------------------------------------------------------------------------

    def _pointer(
        self, at: QPointF, event: QMouseEvent | QWheelEvent | QTabletEvent, button: str = "", pressure: float = 1.0
    ) -> Pointer:
        ratio, rect, keys = self.devicePixelRatioF(), self.picture_rect(), event.modifiers()
        if self._beside is not None and at.x() * ratio < rect.x():
            rect = rect.translated(-rect.x(), 0)
        shrink = self._meant[0] / rect.width() if self._meant[0] else 1.0
        return Pointer(
            (at.x() * ratio - rect.x()) * shrink,
            (at.y() * ratio - rect.y()) * shrink,
            button,
            frozenset(name for flag, name in _BUTTONS.items() if event.buttons() & flag),
            bool(keys & Qt.KeyboardModifier.ControlModifier),
            bool(keys & Qt.KeyboardModifier.ShiftModifier),
            bool(keys & Qt.KeyboardModifier.AltModifier),
            pressure,
            isinstance(event, QTabletEvent),
            ratio * shrink,
            (float(event.xTilt()), float(event.yTilt())) if isinstance(event, QTabletEvent) else (0.0, 0.0),
        )

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Hand on."""
        self._hand.press(self._pointer(event.position(), event, _BUTTONS.get(event.button(), "")))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Hand on."""
        self._hand.release(self._pointer(event.position(), event, _BUTTONS.get(event.button(), "")))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Hand on."""
        self._hand.move(self._pointer(event.position(), event))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Hand on."""
        self._hand.double(self._pointer(event.position(), event, _BUTTONS.get(event.button(), "")))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Hand on in notches; touchpads send fractions of one."""
        delta = event.angleDelta()
        steps = (delta.y() or delta.x()) / 120.0  # Alt turns the wheel sideways on X11
        if steps:
            self._hand.wheel(self._pointer(event.position(), event), steps)
        event.accept()

    def tabletEvent(self, event: QTabletEvent) -> None:
        """Hand on with pressure; accepting it keeps Qt from making mouse events of it."""
        deeds = {
            QEvent.Type.TabletPress: self._hand.press,
            QEvent.Type.TabletMove: self._hand.move,
            QEvent.Type.TabletRelease: self._hand.release,
        }
        kind = event.type()
        button = "" if kind == QEvent.Type.TabletMove else _BUTTONS.get(event.button(), "left")
        deed = deeds.get(kind)
        if deed is not None:
            deed(self._pointer(event.position(), event, button, float(event.pressure())))
        event.accept()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Take the keyboard when the tool in hand has keys of its own, unless somebody is typing."""
        typing = isinstance(QApplication.focusWidget(), QLineEdit | QAbstractSpinBox | QTextEdit | QPlainTextEdit)
        if not typing and self._hand.has_keys():
            self.setFocus(Qt.FocusReason.MouseFocusReason)

    def leaveEvent(self, event: QEvent) -> None:
        """Tell the hand: the brush ring goes when the pointer does."""
        self._hand.leave()

    def event(self, event: QEvent) -> bool:
        """Claim the keys of the tool in hand before a command with the same key takes them."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and self._hand.wants_key(_keys(event))
        ):
            event.accept()
            return True
        return bool(super().event(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Give the tool its keys, everything else to whoever is next."""
        keys = _keys(event)
        if self._hand.wants_key(keys):
            self._hand.key(keys)
        else:
            super().keyPressEvent(event)


class _Halves(QWidget):
    """The words over two pictures that stand side by side, and the line between them."""

    def __init__(self, canvas: QWidget) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def showEvent(self, event: QShowEvent) -> None:
        """Cover the canvas."""
        self.setGeometry(self._canvas.rect())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw them."""
        self.setGeometry(self._canvas.rect())
        painter, half = QPainter(self), self.width() // 2
        painter.fillRect(half - 1, 0, 2, self.height(), QColor(54, 59, 66))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for left, said in ((0, "Original"), (half, "Sculpted")):
            wide = painter.fontMetrics().horizontalAdvance(said) + 20
            box = QRectF(left + (half - wide) / 2, 12, wide, 24)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(18, 20, 23, 190))
            painter.drawRoundedRect(box, 6, 6)
            painter.setPen(QColor(228, 231, 234))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, said)
        painter.end()


def _keys(event: QKeyEvent) -> str:
    """Return a key with its modifiers as Qt's portable text, such as ``"Shift+F"``."""
    return QKeySequence(event.keyCombination()).toString(QKeySequence.SequenceFormat.PortableText)
