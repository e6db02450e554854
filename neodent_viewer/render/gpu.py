"""gloo driven in the engine's own context: targets to draw into, programs that compile or say why, and the texture's GL name.

Order in every public call of the engine: `Gpu.enter`, queue gloo commands, `Gpu.flush`. gloo keeps commands until then.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from vispy import gloo
from vispy.gloo import gl
from vispy.gloo.context import FakeCanvas, forget_canvas, set_current_canvas

from neodent_viewer.core.errors import ShaderError
from neodent_viewer.render.context import GLContext
from neodent_viewer.render.glsl import Source

Size = tuple[int, int]

#: one triangle that covers the picture: no seam along a diagonal
_CORNERS = np.array([[-1, -1], [3, -1], [-1, 3]], np.float32)


def is_software(renderer: str) -> bool:
    """Return whether a renderer, by the name it gives itself, draws on the processor.

    >>> is_software("llvmpipe (LLVM 15.0.6, 256 bits)"), is_software("NVIDIA H100 80GB")
    (True, False)
    """
    return any(word in renderer.lower() for word in ("llvmpipe", "softpipe", "swiftshader", "swrast", "software"))


def texture_name(canvas: Any, texture: Any) -> int:
    """Return the GL name of a gloo texture: the one place that reads gloo's private table of objects.

    The command that makes the texture must have been flushed.
    """
    return int(canvas.context.shared.parser._objects[texture.id].handle)


class Gpu:
    """One OpenGL context and the gloo queue that feeds it."""

    def __init__(self, context: GLContext) -> None:
        self._context = context
        context.make_current()
        gl.use_gl("gl2")  # desktop GL through ctypes: PyOpenGL would cost a fifth of a second at start
        self.canvas = FakeCanvas()
        self.enter()
        self.renderer = str(gl.glGetParameter(gl.GL_RENDERER))
        self.corners = gloo.VertexBuffer(_CORNERS)

    def enter(self) -> None:
        """Make the context current, and its queue the one that gloo objects join."""
        self._context.make_current()
        set_current_canvas(self.canvas)

    def flush(self) -> None:
        """Carry out what has been queued."""
        self.canvas.flush()

    def publish(self) -> None:
        """Carry out what has been queued and hand it to the driver, so that sharing contexts see it."""
        self.flush()
        gl.glFlush()

    def finish(self) -> None:
        """Carry out what has been queued and wait until it is drawn."""
        self.enter()
        self.wait()

    def wait(self) -> None:
        """Do so where the context is entered already."""
        self.flush()
        gl.glFinish()

    def texture_name(self, texture: Any) -> int:
        """Return the GL name of a gloo texture."""
        self.flush()
        return texture_name(self.canvas, texture)

    def copy(self, source: Target, into: Target) -> None:
        """Copy the colours of a target to another of the same size: next to nothing where a pass costs milliseconds."""
        with into:  # one that nothing was drawn into yet has no name
            name = self.texture_name(into.texture)
        with source:
            self.flush()
            gl.glBindTexture(gl.GL_TEXTURE_2D, name)
            gl.glCopyTexSubImage2D(gl.GL_TEXTURE_2D, 0, 0, 0, 0, 0, *source.size)

    def compile(self, vertex: Source, fragment: Source) -> Any:
        """Return a linked ``gloo.Program``.

        Raises
        ------
        ShaderError
            With file and line of the first error; nothing else that was queued is lost.
        """
        self.flush()  # an error while parsing drops the rest of the queue: let there be none
        program = gloo.Program(vertex.text, fragment.text)
        self.canvas.context.glir.associate(program.glir)
        try:
            self.flush()
        except RuntimeError as error:
            for shader in program.shaders:
                self.canvas.context.glir.command("DELETE", shader.id)
            program.delete()
            self.flush()
            source = vertex if f"in {gl.GL_VERTEX_SHADER}" in str(error) else fragment
            raise source.error(str(error)) from None
        return program

    def objects(self) -> int:
        """Return how many GL objects live: what a test for leaks counts."""
        self.flush()
        self.flush()  # deleted ones leave the table one round later
        return len(self.canvas.context.shared.parser._objects)

    def close(self) -> None:
        """Delete what is left and release the context."""
        self.enter()
        self.corners.delete()
        self.flush()
        forget_canvas(self.canvas)
        self._context.release()


class Target:
    """A texture one can draw into, with or without 24-bit depth.

    Parameters
    ----------
    size : (width, height)
    kind : str
        ``"rgba8"``, ``"rgba16f"`` or ``"rgba32f"``.
    depth : bool or Target
        True makes a depth texture (24 bits, which overlays read), a Target of the same size lends its own.
    smooth : bool
        Linear instead of nearest sampling.
    """

    def __init__(self, size: Size, kind: str = "rgba8", depth: bool | Target = False, smooth: bool = True) -> None:
        width, height = size
        self.size = size
        how = "linear" if smooth else "nearest"
        self.texture = gloo.Texture2D(
            shape=(height, width, 4), format="rgba", internalformat=kind, interpolation=how, wrapping="clamp_to_edge"
        )
        self._owns_depth = depth is True
        self.depth: Any = depth.depth if isinstance(depth, Target) else (_depth_buffer(size) if depth else None)
        self.framebuffer = gloo.FrameBuffer(color=self.texture, depth=self.depth)
        self._surface: Any = None

    @property
    def pixel(self) -> tuple[float, float]:
        """Size of one pixel in texture coordinates."""
        return 1.0 / self.size[0], 1.0 / self.size[1]

    def __enter__(self) -> Target:
        self.framebuffer.activate()
        gloo.set_viewport(0, 0, *self.size)
        return self

    def __exit__(self, *_: object) -> None:
        self.framebuffer.deactivate()

    @contextmanager
    def surface(self) -> Iterator[Target]:
        """Draw on the colours alone, so that the depth may be read meanwhile."""
        if self._surface is None:
            self._surface = gloo.FrameBuffer(color=self.texture)
        self._surface.activate()
        gloo.set_viewport(0, 0, *self.size)
        yield self
        self._surface.deactivate()

    def clear(self, colour: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)) -> None:
        """Clear colour, and depth where there is one; call inside ``with target``."""
        gloo.set_state(clear_color=colour, depth_mask=True, color_mask=(True, True, True, True))
        gloo.clear(color=True, depth=self.depth is not None)

    def read(self) -> np.ndarray[Any, np.dtype[np.uint8]]:
        """Return (h, w, 4) uint8, top row first."""
        with self:
            return np.ascontiguousarray(gloo.read_pixels((0, 0, *self.size), alpha=True))

    def delete(self) -> None:
        """Give the memory back."""
        self.framebuffer.delete()
        if self._surface is not None:
            self._surface.delete()
        self.texture.delete()
        if self._owns_depth and self.depth is not None:
            self.depth.delete()


def _depth_buffer(size: Size) -> Any:
    """Return a depth texture: unsized, which desktop drivers make 24 bits; gloo's own render buffer has 16, too few."""
    shape, kind = (size[1], size[0], 1), "depth_component"
    return gloo.Texture2D(shape=shape, format=kind, internalformat=kind, wrapping="clamp_to_edge")


__all__ = ["Gpu", "ShaderError", "Target", "is_software", "texture_name"]
