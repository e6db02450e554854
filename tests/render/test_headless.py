"""EGL contexts without a display: several at once, and an end that is an end."""

import pytest
from vispy.gloo import gl

from neodent_viewer.core.errors import NeodentError
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
