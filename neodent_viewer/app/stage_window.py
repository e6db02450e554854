"""The stage: one window for the audience, on a display of its own, and the master of what it shows.

The window only blits. The engine goes on drawing the stage's picture at the stage's own size whether the editor is hidden,
docked, floated or resized. While the stage window itself is closed nothing is drawn for it, and it opens black: what it
showed last may be withheld by now.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QCloseEvent, QColor, QGuiApplication, QKeyEvent, QScreen

from neodent_viewer.app.blit import BlitWidget, Size, fitted
from neodent_viewer.core.signals import Signal as ModelSignal
from neodent_viewer.render.engine import Engine

_log = logging.getLogger(__name__)
_BLACK = QColor(0, 0, 0)

#: s; shorter would be a flash
FADE = 0.35
#: logical pixels of a stage that does not fill its display
WINDOWED = (1280, 720)


class StageWindow(BlitWidget):
    """The window itself: black, with the picture in the middle."""

    closed = Signal()
    resized = Signal()

    def __init__(self) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self._texture = 0
        self._picture: Size = (0, 0)
        self.locked = False
        self.setObjectName("stage")
        self.setWindowTitle("Stage")
        self.setCursor(Qt.CursorShape.BlankCursor)
        self.resize(*WINDOWED)

    def show_texture(self, texture: int, size: Size) -> None:
        """Show a finished texture (GL name) from now on; 0 is none, and black."""
        self._texture, self._picture = texture, size
        self.update()

    def paintGL(self) -> None:
        """Blit the picture on black."""
        if self._blit is None:
            return
        area = self.area()
        self._blit.clear(area, _BLACK)
        if self._texture:
            self._blit.draw(self._texture, self._picture, fitted(self._picture, area), area)

    def resizeGL(self, width: int, height: int) -> None:
        """Ask for a picture of the new size."""
        self.resized.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Shift+Esc closes; Esc never does, a performer's sleeve may touch it."""
        if event.key() == Qt.Key.Key_Escape:
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self.close()
            event.accept()
            return
        super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Close, unless a show is locked: then no key and no window manager takes the picture from the audience."""
        event.setAccepted(not self.locked)

    def event(self, event: QEvent) -> bool:
        """Tell when the window is gone, whoever closed it."""
        done = bool(super().event(event))
        if event.type() == QEvent.Type.Close and event.isAccepted():
            self.closed.emit()
        return done


class Stage(QObject):
    """Implements ``app.context.StageControl``.

    Parameters
    ----------
    engine : Engine
        Its master is set here.
    request : callable
        Asks the frame clock for a frame.
    """

    changed = ModelSignal()

    def __init__(self, engine: Engine, request: Callable[[], None]) -> None:
        super().__init__()
        self._engine = engine
        self._request = request
        self.window: StageWindow | None = None
        self._size: Size = (0, 0)
        self._display = ""
        self._full_screen = True
        self._blackout = False
        self._frozen = False
        self._locked = False
        self._at: float | None = None
        self._application = QGuiApplication.instance()
        if isinstance(self._application, QGuiApplication):
            self._application.screenRemoved.connect(self._display_gone)
            self._application.screenAdded.connect(self._display_back)

    # -- the window ----------------------------------------------------------------------------------------------

    @property
    def is_open(self) -> bool:
        """Whether a stage window is shown."""
        return self.window is not None and self.window.isVisible()

    @property
    def size(self) -> Size:
        """Size of the stage's picture in device pixels; (0, 0) before it was first opened."""
        return self._size

    @property
    def scale(self) -> float:
        """Device pixels a logical pixel on the stage's display."""
        return float(self.window.devicePixelRatioF()) if self.window is not None else 1.0

    def show(self, display: int, *, full_screen: bool = True) -> None:
        """Open the stage, or move it, to a display; one that is not there becomes the last there is."""
        screens = QGuiApplication.screens()
        screen = screens[max(0, min(display, len(screens) - 1))]
        self._display, self._full_screen = screen.name(), full_screen
        self._place(screen)
        self.changed.emit()

    def close(self) -> None:
        """Close the stage window; nothing is drawn for it any more."""
        if self.window is not None:
            self.window.close()

    def set_locked(self, locked: bool) -> None:
        """Let no one close the window, or let it be closed again."""
        self._locked = locked
        if self.window is not None:
            self.window.locked = locked

    def dispose(self) -> None:
        """Close for good."""
        self.set_locked(False)
        if isinstance(self._application, QGuiApplication):
            self._application.screenRemoved.disconnect(self._display_gone)
            self._application.screenAdded.disconnect(self._display_back)
        if self.window is not None:
            window, self.window = self.window, None
            window.close()
            window.deleteLater()

    def show_texture(self, texture: int, size: Size) -> None:
        """Hand the window a finished picture."""
        if self.window is not None and self.window.isVisible():
            self.window.show_texture(texture, size)

    def _place(self, screen: QScreen) -> None:
        if self.window is None:
            self.window = StageWindow()
            self.window.locked = self._locked
            self.window.closed.connect(self._closed)
            self.window.resized.connect(self._resized)
        window = self.window
        window.setScreen(screen)
        if self._full_screen:
            window.setGeometry(screen.geometry())
            window.showFullScreen()
        else:
            window.resize(*WINDOWED)
            window.move(screen.availableGeometry().center() - window.rect().center())
            window.showNormal()
        self._resized()

    def _closed(self) -> None:
        if self.window is not None:
            self.window.show_texture(0, (0, 0))
        self._request()
        self.changed.emit()

    def _resized(self) -> None:
        if self.window is not None and self.window.isVisible():
            self._size = self.window.area()
            self._request()

    def _display_gone(self, screen: QScreen) -> None:
        """Keep the show going when its display is unplugged: in a window on what is left, until the display is back."""
        if not self.is_open or screen.name() != self._display:
            return
        left = [other for other in QGuiApplication.screens() if other.name() != screen.name()]
        _log.warning("the stage's display %s is gone", screen.name())
        if left:
            window = self.window
            assert window is not None
            window.showNormal()
            window.setScreen(left[0])
            window.resize(*WINDOWED)
            window.move(left[0].availableGeometry().topLeft())
        self.changed.emit()

    def _display_back(self, screen: QScreen) -> None:
        if self.is_open and screen.name() == self._display:
            _log.info("the stage's display %s is back", screen.name())
            self._place(screen)
            self.changed.emit()

    # -- the master ----------------------------------------------------------------------------------------------

    @property
    def blackout(self) -> bool:
        """Whether blackout is on or fading in."""
        return self._blackout

    @property
    def frozen(self) -> bool:
        """Whether the last picture is held."""
        return self._frozen

    @property
    def dimmer(self) -> float:
        """Master brightness 0..1."""
        return self._engine.master.dimmer

    def set_blackout(self, on: bool) -> None:
        """Fade to black or back over `FADE`."""
        self._blackout = on
        self._tell()

    def set_frozen(self, on: bool) -> None:
        """Hold the picture, or let it go on."""
        self._frozen = on
        self._tell()

    def set_dimmer(self, value: float) -> None:
        """Set master brightness 0..1."""
        self._engine.master.dimmer = min(1.0, max(0.0, value))
        self._tell()

    def _tell(self) -> None:
        self._request()
        self.changed.emit()

    @property
    def fading(self) -> bool:
        """Whether a fade is under way, so that frames are needed."""
        return self._engine.master.blackout != float(self._blackout)

    def advance(self, now: float) -> bool:
        """Move a fade on to `now` (s), once a frame; return whether the picture has changed by it."""
        passed = 0.0 if self._at is None else max(0.0, now - self._at)
        self._at = now if self.fading else None
        if not self.fading:
            return False
        master, goal = self._engine.master, float(self._blackout)
        step = min(passed / FADE, abs(goal - master.blackout))
        master.blackout += step if goal > master.blackout else -step
        return True
