"""What the engine needs from whoever makes an OpenGL context: make it current, step back, give it up.

The window hands in a Qt offscreen context that its widgets share; `neodent_viewer.render.headless` makes one over EGL,
without a display.
"""

from __future__ import annotations

from typing import Protocol


class GLContext(Protocol):
    """An offscreen OpenGL context (desktop 2.1 or newer, compatibility) that the engine alone draws in.

    No framebuffer of its own is needed: the engine draws into textures.
    """

    def make_current(self) -> None:
        """Make the context current on the calling thread; cheap when it already is."""

    def done(self) -> None:
        """Leave the context, so that another may become current on this thread."""

    def release(self) -> None:
        """Destroy the context; nothing may be called afterwards."""
