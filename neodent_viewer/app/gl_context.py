"""The engine's OpenGL context under Qt: offscreen, and sharing textures with every window.

Order: `share_contexts` before the QApplication, then `QtContext` once it stands. The application's global share context ties
this context and those of all widgets together, so a dock may float and a window close without a texture being lost.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QOffscreenSurface, QOpenGLContext

from neodent_viewer.core.errors import NeodentError


def share_contexts() -> None:
    """Let all contexts share textures; must come before the QApplication, or a floated canvas stays black."""
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)


class QtContext:
    """A Qt offscreen context for the engine (see ``render.context.GLContext``).

    No version is ever asked for: what comes back could be a core profile, which gloo cannot use.

    Raises
    ------
    NeodentError
        ``kind`` ``"context"`` when the machine gives no OpenGL.
    """

    def __init__(self) -> None:
        self._context = QOpenGLContext()
        shared = QOpenGLContext.globalShareContext()
        if shared is not None:
            self._context.setShareContext(shared)
        if not self._context.create():
            raise _error("This machine offers no OpenGL to draw with.")
        self._surface = QOffscreenSurface()
        self._surface.setFormat(self._context.format())
        self._surface.create()
        self._released = False

    def make_current(self) -> None:
        """Make the context current on the calling thread."""
        if self._released:
            raise _error("The engine's OpenGL context has been released.")
        if QOpenGLContext.currentContext() is not self._context and not self._context.makeCurrent(self._surface):
            raise _error("The engine's OpenGL context cannot be made current.")

    def done(self) -> None:
        """Leave the context."""
        if not self._released:
            self._context.doneCurrent()

    def release(self) -> None:
        """Destroy surface and context; safe to call twice."""
        if not self._released:
            self._released = True
            self._context.doneCurrent()
            self._surface.destroy()
            self._context.deleteLater()


def _error(what: str) -> NeodentError:
    return NeodentError(what, kind="context", where="OpenGL", remedy="Install or update the graphics driver.")
