"""An OpenGL context without a display: EGL on a graphics card, on Mesa's surfaceless platform, or on whatever there is.

Plain ctypes: no window system, no Qt, nothing to import before the first picture.
"""

from __future__ import annotations

import ctypes
import ctypes.util
from typing import Any

from neodent_viewer.core.errors import NeodentError

# names and values of the EGL 1.5 registry
_PLATFORM_SURFACELESS = 0x31DD
_PLATFORM_DEVICE = 0x313F
_OPENGL_API = 0x30A2
_SURFACE_TYPE, _PBUFFER_BIT = 0x3033, 0x0001
_RENDERABLE_TYPE, _OPENGL_BIT = 0x3040, 0x0008
_EXTENSIONS, _SOFTWARE = 0x3055, b"EGL_MESA_device_software"
_NONE = 0x3038


def _fail(what: str) -> NeodentError:
    remedy = "Install Mesa's software OpenGL (Debian: libegl1 libgl1-mesa-dri), or a graphics driver with EGL."
    return NeodentError(what, kind="context", where="EGL", remedy=remedy)


def _library() -> Any:
    name = ctypes.util.find_library("EGL") or "libEGL.so.1"
    try:
        egl = ctypes.CDLL(name)
    except OSError:
        raise _fail("There is no EGL library to draw with when no window is open.") from None
    pointer, integer = ctypes.c_void_p, ctypes.c_int
    integers = ctypes.POINTER(integer)
    egl.eglGetProcAddress.restype, egl.eglGetProcAddress.argtypes = pointer, [ctypes.c_char_p]
    egl.eglGetDisplay.restype, egl.eglGetDisplay.argtypes = pointer, [pointer]
    egl.eglInitialize.argtypes = [pointer, integers, integers]
    egl.eglBindAPI.argtypes = [ctypes.c_uint]
    egl.eglChooseConfig.argtypes = [pointer, integers, ctypes.POINTER(pointer), integer, integers]
    egl.eglCreateContext.restype = pointer
    egl.eglCreateContext.argtypes = [pointer, pointer, pointer, integers]
    egl.eglMakeCurrent.argtypes = [pointer, pointer, pointer, pointer]
    egl.eglDestroyContext.argtypes = [pointer, pointer]
    egl.eglGetCurrentContext.restype = pointer
    return egl


def _displays(egl: Any) -> list[Any]:
    """Return display handles worth trying, best first: cards, which need no window system, then the processor, then any."""
    address = egl.eglGetProcAddress(b"eglGetPlatformDisplayEXT")
    found = []
    if address:
        kind = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_uint, ctypes.c_void_p, ctypes.POINTER(ctypes.c_int))
        wanted = [*((_PLATFORM_DEVICE, card) for card in _cards(egl)), (_PLATFORM_SURFACELESS, None)]
        found = [kind(address)(platform, device, None) for platform, device in wanted]
    return [display for display in [*found, egl.eglGetDisplay(None)] if display]


def _cards(egl: Any) -> list[Any]:
    """Return EGL's devices that are no software: beside Mesa, its surfaceless platform would hide another maker's card."""
    query, tell = (egl.eglGetProcAddress(name) for name in (b"eglQueryDevicesEXT", b"eglQueryDeviceStringEXT"))
    if not (query and tell):
        return []
    pointer, integer = ctypes.c_void_p, ctypes.c_int
    devices, count = (pointer * 16)(), integer()
    kind = ctypes.CFUNCTYPE(ctypes.c_uint, integer, ctypes.POINTER(pointer), ctypes.POINTER(integer))
    if not kind(query)(len(devices), devices, ctypes.byref(count)):
        return []
    extensions = ctypes.CFUNCTYPE(ctypes.c_char_p, pointer, integer)(tell)
    return [card for card in devices[: count.value] if _SOFTWARE not in (extensions(card, _EXTENSIONS) or b"").split()]


class EglContext:
    """A desktop OpenGL context of its own, drawing into textures only.

    Raises
    ------
    NeodentError
        ``kind`` ``"context"`` when the machine offers no such context.
    """

    def __init__(self) -> None:
        self._egl = _library()
        self._display, self._context = self._open()

    def _open(self) -> tuple[Any, Any]:
        """Return the first display that makes a context, and that context."""
        trouble = "No EGL display on this machine can draw desktop OpenGL."
        for display in _displays(self._egl):
            if self._egl.eglInitialize(display, None, None) and self._egl.eglBindAPI(_OPENGL_API):
                trouble = "EGL would not make an OpenGL context."
                context = self._create(display)
                if context:
                    return display, context
        raise _fail(trouble)

    def _create(self, display: Any) -> Any:
        wanted = (ctypes.c_int * 5)(_SURFACE_TYPE, _PBUFFER_BIT, _RENDERABLE_TYPE, _OPENGL_BIT, _NONE)
        config, count = ctypes.c_void_p(), ctypes.c_int()
        self._egl.eglChooseConfig(display, wanted, ctypes.byref(config), 1, ctypes.byref(count))
        # never ask for a version: a core profile would come back, which gloo cannot use
        return self._egl.eglCreateContext(display, config if count.value else None, None, None)

    def make_current(self) -> None:
        """Make the context current on the calling thread."""
        if self._context is None:
            raise _fail("The context has been released.")
        if self._egl.eglGetCurrentContext() != self._context:
            self._egl.eglBindAPI(_OPENGL_API)  # per thread, and others may have bound another
            if not self._egl.eglMakeCurrent(self._display, None, None, self._context):
                raise _fail("EGL would not make the context current.")

    def done(self) -> None:
        """Leave the context."""
        if self._context is not None and self._egl.eglGetCurrentContext() == self._context:
            self._egl.eglMakeCurrent(self._display, None, None, None)

    def release(self) -> None:
        """Destroy the context. The display stays: it belongs to the process, and others may use it."""
        if self._context is not None:
            self.done()
            self._egl.eglDestroyContext(self._display, self._context)
            self._context = None
