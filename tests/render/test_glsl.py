"""Shader text: includes once, lines that stay true, errors that name the file."""

import pytest

from neodent_viewer.core.errors import ShaderError
from neodent_viewer.render import glsl
from neodent_viewer.render.gpu import Gpu
from neodent_viewer.render.headless import EglContext


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "surface").mkdir()
    (tmp_path / "post").mkdir()
    monkeypatch.setattr(glsl, "shaders_dir", lambda: tmp_path)
    glsl.load.cache_clear()
    yield tmp_path / "surface"
    glsl.load.cache_clear()


def test_each_file_is_included_once_and_lines_keep_their_origin(folder):
    (folder / "a.frag").write_text('#include "b.glsl"\n#include "c.glsl"\nvoid main() { gl_FragColor = vec4(1.0); }\n')
    (folder / "b.glsl").write_text('#include "c.glsl"\nuniform float b, bb; // two\n')
    (folder / "c.glsl").write_text("uniform float c;\n")
    source = glsl.load("a.frag", ("TAPS 3",))
    lines = source.text.splitlines()
    assert lines[:2] == ["#version 120", "#define TAPS 3"]
    assert source.text.count("uniform float c;") == 1
    where = dict(zip(lines, source.origins, strict=True))
    assert where["uniform float c;"] == ("c.glsl", 1)
    assert where["uniform float b; uniform float bb; "] == ("b.glsl", 2)
    assert where["void main() { gl_FragColor = vec4(1.0); }"] == ("a.frag", 3)


def test_a_missing_file_is_named(folder):
    (folder / "a.frag").write_text('#include "gone.glsl"\n')
    with pytest.raises(ShaderError) as caught:
        glsl.load("a.frag")
    assert (caught.value.kind, caught.value.where) == ("missing", "gone.glsl")


def test_the_compiler_s_complaint_names_file_and_line_and_nothing_queued_is_lost(folder):
    (folder / "a.vert").write_text(
        "attribute vec2 a_corner;\nvoid main() { gl_Position = vec4(a_corner, 0.0, 1.0); }\n"
    )
    (folder / "bad.frag").write_text('#include "lib.glsl"\nvoid main() { gl_FragColor = colour(); }\n')
    (folder / "lib.glsl").write_text("\nvec4 colour() {\n    return vec5(1.0);\n}\n")
    (folder / "good.frag").write_text("void main() { gl_FragColor = vec4(1.0); }\n")
    gpu = Gpu(EglContext())
    try:
        count = gpu.objects()
        with pytest.raises(ShaderError) as caught:
            gpu.compile(glsl.load("a.vert"), glsl.load("bad.frag"))
        assert caught.value.where == "lib.glsl:3"
        assert gpu.objects() == count
        gpu.compile(glsl.load("a.vert"), glsl.load("good.frag")).delete()
        gpu.flush()
    finally:
        gpu.close()


@pytest.mark.parametrize("defines", [(), ("NORMALS",), ("NORMALS", "ATTRIBUTES", "LABELLED")])
def test_shipped_shaders_declare_nothing_twice(defines):
    for name in ("surface.vert", "clinical.frag", "field.frag", "hologram.frag", "sculpt.frag", "composite.frag"):
        text = glsl.load(name, defines).text
        declared = [line for line in text.splitlines() if line.startswith("uniform ")]
        assert len(declared) >= 1 or name in {"clinical.frag", "sculpt.frag"}
