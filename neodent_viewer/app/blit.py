"""Showing a finished texture in a window: whole, undistorted, on black bars where the shapes differ.

Windows draw nothing else; what they show was rendered by the engine, in a context of its own.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QOpenGLContext
from PySide6.QtOpenGL import QOpenGLFramebufferObject, QOpenGLTextureBlitter
from PySide6.QtOpenGLWidgets import QOpenGLWidget

Size = tuple[int, int]

_COLOUR_BUFFER = 0x4000  # GL_COLOR_BUFFER_BIT
_BLEND, _SCISSOR, _DEPTH = 0x0BE2, 0x0C11, 0x0B71
_BOTH, _READ, _DRAW = 0x8D40, 0x8CA8, 0x8CA9  # GL_FRAMEBUFFER and its halves
_COLOUR_0, _TEXTURE_2D, _COMPLETE = 0x8CE0, 0x0DE1, 0x8CD5
_NEAREST, _LINEAR = 0x2600, 0x2601


def fitted(picture: Size, area: Size) -> QRectF:
    """Return where a picture of `picture` (w, h) lies in `area` (w, h): as large as fits, in the middle.

    >>> fitted((1920, 1080), (1000, 1000)).getRect()
    (0.0, 219.0, 1000.0, 562.0)
    """
    width, height = picture
    if width <= 0 or height <= 0:
        return QRectF(0.0, 0.0, float(area[0]), float(area[1]))
    scale = min(area[0] / width, area[1] / height)
    w, h = round(width * scale), round(height * scale)
    return QRectF(float((area[0] - w) // 2), float((area[1] - h) // 2), float(w), float(h))


class Blit:
    """Copies a texture into the context that is current when this is made, and in no other.

    A framebuffer blit where the driver has one, a textured rectangle elsewhere: on a software renderer the copy costs next to
    nothing, the rectangle 6 ms a million pixels.
    """

    def __init__(self) -> None:
        self._blitter = QOpenGLTextureBlitter()
        self._blitter.create()
        # an own framebuffer that a texture of the engine is hung into for the copy; its own pixel is never seen
        able = QOpenGLFramebufferObject.hasOpenGLFramebufferBlit()
        self._vessel = QOpenGLFramebufferObject(1, 1) if able else None

    def clear(self, area: Size, colour: QColor) -> None:
        """Fill the window (device pixels) with a colour."""
        gl = QOpenGLContext.currentContext().functions()
        gl.glViewport(0, 0, *area)
        gl.glDisable(_SCISSOR)
        gl.glClearColor(colour.redF(), colour.greenF(), colour.blueF(), 1.0)
        gl.glClear(_COLOUR_BUFFER)

    def draw(self, texture: int, size: Size, where: QRectF, area: Size) -> None:
        """Draw a texture (GL name, `size` pixels, first row at the bottom) at `where` of a window of `area` device pixels."""
        gl = QOpenGLContext.currentContext().functions()
        gl.glDisable(_BLEND)
        gl.glDisable(_DEPTH)
        if not self._copy(texture, size, where, area):
            blitter = QOpenGLTextureBlitter
            self._blitter.bind()
            place = blitter.targetTransform(where, QRect(0, 0, *area))
            self._blitter.blit(texture, place, blitter.Origin.OriginBottomLeft)
            self._blitter.release()

    def _copy(self, texture: int, size: Size, where: QRectF, area: Size) -> bool:
        """Copy as framebuffers do; return whether that was possible."""
        if self._vessel is None:
            return False
        context = QOpenGLContext.currentContext()
        gl = context.extraFunctions()
        screen = context.defaultFramebufferObject()
        gl.glBindFramebuffer(_READ, self._vessel.handle())
        gl.glFramebufferTexture2D(_READ, _COLOUR_0, _TEXTURE_2D, texture, 0)
        whole = gl.glCheckFramebufferStatus(_READ) == _COMPLETE
        if whole:
            left, top = round(where.x()), round(where.y())
            right, bottom = left + round(where.width()), top + round(where.height())
            same = (right - left, bottom - top) == size
            gl.glBindFramebuffer(_DRAW, screen)
            place = (left, area[1] - bottom, right, area[1] - top)
            gl.glBlitFramebuffer(0, 0, *size, *place, _COLOUR_BUFFER, _NEAREST if same else _LINEAR)
        gl.glFramebufferTexture2D(_READ, _COLOUR_0, _TEXTURE_2D, 0, 0)  # do not keep a texture that the engine deletes
        gl.glBindFramebuffer(_BOTH, screen)
        return whole

    def destroy(self) -> None:
        """Give up shader and framebuffer; the context must be current."""
        self._vessel = None
        self._blitter.destroy()


class BlitWidget(QOpenGLWidget):
    """A widget that shows finished textures: it has a `Blit` while it has a context."""

    def __init__(self, *parents: Any) -> None:
        super().__init__(*parents)
        self._blit: Blit | None = None

    def area(self) -> Size:
        """Return the widget's size in device pixels."""
        return device_size(self.size(), self.devicePixelRatioF())

    def initializeGL(self) -> None:
        """Make the blitter; called again whenever Qt gives the widget another context."""
        self._blit = Blit()
        self.context().aboutToBeDestroyed.connect(self._forget, Qt.ConnectionType.DirectConnection)

    def _forget(self) -> None:
        if self._blit is not None:
            self.makeCurrent()
            self._blit.destroy()
            self._blit = None
            self.doneCurrent()


def device_size(size: QSize, ratio: float) -> Size:
    """Return a widget's size in device pixels, at least 1 x 1."""
    return max(1, round(size.width() * ratio)), max(1, round(size.height() * ratio))
