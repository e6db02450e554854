"""Showing a finished texture in a window: whole, undistorted, on black bars where the shapes differ.

Windows draw nothing else; what they show was rendered by the engine, in a context of its own.
"""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize
from PySide6.QtGui import QColor, QOpenGLContext
from PySide6.QtOpenGL import QOpenGLTextureBlitter

Size = tuple[int, int]

_COLOUR_BUFFER = 0x4000  # GL_COLOR_BUFFER_BIT
_BLEND, _SCISSOR, _DEPTH = 0x0BE2, 0x0C11, 0x0B71


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
    """Draws a texture into the context that is current when it is made, and in no other."""

    def __init__(self) -> None:
        self._blitter = QOpenGLTextureBlitter()
        self._blitter.create()

    def clear(self, area: Size, colour: QColor) -> None:
        """Fill the window (device pixels) with a colour."""
        gl = QOpenGLContext.currentContext().functions()
        gl.glViewport(0, 0, *area)
        gl.glDisable(_SCISSOR)
        gl.glClearColor(colour.redF(), colour.greenF(), colour.blueF(), 1.0)
        gl.glClear(_COLOUR_BUFFER)

    def draw(self, texture: int, where: QRectF, area: Size) -> None:
        """Draw a texture (GL name, first row at the bottom) at `where` of a window of `area` device pixels."""
        gl = QOpenGLContext.currentContext().functions()
        gl.glDisable(_BLEND)
        gl.glDisable(_DEPTH)
        blitter = QOpenGLTextureBlitter
        self._blitter.bind()
        place = blitter.targetTransform(where, QRect(0, 0, *area))
        self._blitter.blit(texture, place, blitter.Origin.OriginBottomLeft)
        self._blitter.release()

    def destroy(self) -> None:
        """Give up the shader; the context must be current."""
        self._blitter.destroy()


def device_size(size: QSize, ratio: float) -> Size:
    """Return a widget's size in device pixels, at least 1 x 1."""
    return max(1, round(size.width() * ratio)), max(1, round(size.height() * ratio))
