"""EGL contexts without a display: several at once, and an end that is an end."""

import ctypes

import pytest
from vispy.gloo import gl

from neodent_viewer.core.errors import NeodentError
from neodent_viewer.render import headless
from neodent_viewer.render.gpu import Gpu
from neodent_viewer.render.headless import EglContext


def test_two_contexts_do_not_see_each_other():
    first, second = Gpu(EglContext()), Gpu(EglContext())
    first.enter()
    name = gl.glCreateTexture()
    gl.glBindTexture(gl.GL_TEXTURE_2D, name)
    assert gl.glIsTexture(name)
    second.enter()
    assert not gl.glIsTexture(name)
    first.enter()
    assert gl.glIsTexture(name)
    gl.glDeleteTexture(name)
    first.close()
    second.close()


def test_a_released_context_says_so():
    context = EglContext()
    context.make_current()
    context.done()
    context.make_current()
    context.release()
    context.release()
    with pytest.raises(NeodentError) as caught:
        context.make_current()
    assert caught.value.kind == "context"


def test_a_display_that_cannot_draw_is_passed_over(monkeypatch):
    real = headless._displays
    nobody = ctypes.create_string_buffer(64)
    monkeypatch.setattr(headless, "_displays", lambda egl: [ctypes.addressof(nobody), *real(egl)])
    context = EglContext()
    context.make_current()
    context.release()
    monkeypatch.setattr(headless, "_displays", lambda egl: [ctypes.addressof(nobody)])
    with pytest.raises(NeodentError):
        EglContext()


class _Egl:
    """EGL of a machine with a card and a processor that draws: devices 1 and 2, displays that tell what they were made of."""

    def __init__(self) -> None:
        pointer, integer = ctypes.c_void_p, ctypes.c_int
        platform = ctypes.CFUNCTYPE(pointer, ctypes.c_uint, pointer, ctypes.POINTER(integer))
        query = ctypes.CFUNCTYPE(ctypes.c_uint, integer, ctypes.POINTER(pointer), ctypes.POINTER(integer))
        tell = ctypes.CFUNCTYPE(pointer, pointer, integer)  # ctypes lets no Python function return a char pointer
        texts = {1: b"EGL_MESA_device_software EGL_EXT_device_drm", 2: b"EGL_NV_device_cuda EGL_EXT_device_drm"}
        self.texts = {device: ctypes.create_string_buffer(text) for device, text in texts.items()}
        self.functions = {
            b"eglGetPlatformDisplayEXT": platform(lambda kind, device, _: kind * 16 + (device or 0)),
            b"eglQueryDevicesEXT": query(self._query),
            b"eglQueryDeviceStringEXT": tell(lambda device, _: ctypes.addressof(self.texts[device])),
        }

    def _query(
        self, room: int, devices: "ctypes._Pointer[ctypes.c_void_p]", count: "ctypes._Pointer[ctypes.c_int]"
    ) -> int:
        devices[0], devices[1], count[0] = 1, 2, 2
        return 1

    def eglGetProcAddress(self, name: bytes) -> int | None:
        function = self.functions.get(name)
        return None if function is None else ctypes.cast(function, ctypes.c_void_p).value

    def eglGetDisplay(self, _: None) -> int:
        return 7


def test_a_card_comes_before_the_processor():
    egl = _Egl()
    device, surfaceless = 0x313F, 0x31DD
    assert headless._displays(egl) == [device * 16 + 2, surfaceless * 16, 7]
    del egl.functions[b"eglQueryDevicesEXT"]
    assert headless._displays(egl) == [surfaceless * 16, 7]
    egl.functions.clear()
    assert headless._displays(egl) == [7]
