"""Reading ISF: what the standard allows is taken, what is wrong is said with its line, and nothing else ever happens."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from neodent_viewer.core.errors import ShaderError
from neodent_viewer.glitch import isf, isf_glsl
from neodent_viewer.glitch.isf import InputType

BODY = "\nvoid main() { gl_FragColor = vec4(1.0); }\n"


def shader(header, body=BODY):
    return isf.parse(
        "/*" + (header if isinstance(header, str) else json.dumps(header)) + "*/" + body, "user.fs", "user"
    )


def test_all_input_types_with_defaults_and_ranges():
    read = shader(
        {
            "DESCRIPTION": "all",
            "INPUTS": [
                {"NAME": "inputImage", "TYPE": "image"},
                {"NAME": "f", "TYPE": "float", "DEFAULT": 0.5, "MIN": 0, "MAX": 2, "IDENTITY": 0},
                {"NAME": "b", "TYPE": "bool", "DEFAULT": 1},
                {"NAME": "l", "TYPE": "long", "VALUES": [0, 4], "LABELS": ["none", "four"], "DEFAULT": 4},
                {"NAME": "e", "TYPE": "event"},
                {"NAME": "p", "TYPE": "point2D", "DEFAULT": [0.5, 0.25], "MIN": [0, 0], "MAX": [1, 1]},
                {"NAME": "c", "TYPE": "color", "DEFAULT": [1, 0.5, 0, 1]},
            ],
        }
    )
    assert [i.type for i in read.inputs] == [
        InputType(t) for t in ("image", "float", "bool", "long", "event", "point2D", "color")
    ]
    assert [i.default for i in read.inputs] == [False, 0.5, True, 4, False, (0.5, 0.25), (1.0, 0.5, 0.0, 1.0)]
    assert (read.input("f").low, read.input("f").high, read.input("f").identity) == (0.0, 2.0, 0.0)
    assert read.input("l").values == (0, 4) and read.input("l").labels == ("none", "four")
    assert read.input("p").high == (1.0, 1.0)
    assert read.description == "all" and read.images == ("inputImage",)


def test_what_writers_really_write_is_tolerated():
    text = (
        '\ufeff\n \n/*\r\n{ "INPUTS": [], "INPUTS": [{"NAME": "x", "TYPE": "float", "DEFAULT": 1}],\r\n'
        ' "DESCRIPTION": "tab\there", "PASSES": [{"TARGET": "old", "persistent": true, "width": "$WIDTH/2"}, {}],\r\n'
        ' "IMPORTED": {"noise": {"PATH": "noise.png"}} }*/\r\nvoid main() {}'
    )
    read = isf.parse(text)
    assert [i.name for i in read.inputs] == ["x"]
    assert read.passes[0].persistent and read.passes[0].width.evaluate({"WIDTH": 8}) == 4
    assert read.passes[1].target == "" and read.imports == (("noise", "noise.png"),)
    assert read.images == ("noise", "old")


@pytest.mark.parametrize(
    ("header", "line", "kind"),
    [
        ('{\n"INPUTS": [\n{"NAME": "a" "TYPE"}]}', 3, "header"),
        ('{\n"INPUTS": [{"NAME": "two words", "TYPE": "float"}]}', 2, "header"),
        ('{\n\n"INPUTS": [{"NAME": "gl_x", "TYPE": "float"}]}', 3, "header"),
        ('{\n"INPUTS": [{"NAME": "a", "TYPE": "audio"}]}', 2, "input"),
        ('{\n"INPUTS": [{"NAME": "a", "TYPE": "float", "DEFAULT": "much"}]}', 2, "header"),
        ('{\n"INPUTS": [{"NAME": "a", "TYPE": "point2D", "DEFAULT": [1]}]}', 2, "header"),
        ('{\n"INPUTS": [{"NAME": "a", "TYPE": "float"},\n{"NAME": "a", "TYPE": "bool"}]}', 2, "header"),
        ('{"INPUTS": 3}', 1, "header"),
        ('{\n"PASSES": [{"WIDTH": "$WIDTH.real"}]}', 2, "header"),
        ('{\n"PASSES": [{"WIDTH": "$unknown"}]}', 2, "header"),
        ('{"INPUTS": [{"NAME": "a", "TYPE": "float", "DEFAULT": NaN}]}', 1, "header"),
        ("[]", 1, "header"),
        ("just words", 1, "header"),
        ("{" * 60, 1, "header"),
    ],
)
def test_errors_name_file_and_line(header, line, kind):
    with pytest.raises(ShaderError) as caught:
        shader(header)
    assert caught.value.where == f"user.fs:{line}"
    assert caught.value.kind == kind and caught.value.remedy


def test_no_header_and_no_file_are_said(tmp_path):
    with pytest.raises(ShaderError, match="header"):
        isf.parse("void main() {}")
    with pytest.raises(ShaderError) as caught:
        isf.read(tmp_path / "absent.fs")
    assert caught.value.kind == "missing" and "absent.fs" in caught.value.where


def test_rests_only_when_every_amount_is_at_its_identity():
    amounts = [{"NAME": n, "TYPE": "float", "DEFAULT": 1, "IDENTITY": 0} for n in "ab"]
    read = shader({"INPUTS": [*amounts, {"NAME": "c", "TYPE": "float"}]})
    assert not read.rests({}) and not read.rests({"a": 0.0})
    assert read.rests({"a": 0.0, "b": 0.0, "c": 5.0})
    assert not shader({}).rests({})


def test_glsl_keeps_the_users_lines():
    body = (
        "\n#version 150\n#extension GL_ARB_shader_texture_lod : enable\n// caf\u00e9"
        "\nvoid main() { gl_FragColor = IMG_PIXEL( a , gl_FragCoord.xy); }"
    )
    read = shader({"INPUTS": [{"NAME": "a", "TYPE": "image"}, {"NAME": "k", "TYPE": "long"}]}, body)
    source = isf_glsl.fragment_source(read)
    assert source.isascii() and source.startswith("#version 120\n#extension GL_ARB_shader_texture_lod : enable\n")
    assert source.count("#version") == 1 and source.count("#extension") == 1
    assert "uniform int k;" in source and "isf_pixel(a, isf_size_a, gl_FragCoord.xy)" in source
    assert source.count("\n") - isf_glsl.lines_above(read) == read.source.count("\n")


values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["NAME", "TYPE", "TARGET", "PATH"]), inner)
    ),
    max_leaves=6,
)
headers = st.dictionaries(
    st.sampled_from(["INPUTS", "PASSES", "IMPORTED", "DESCRIPTION"]),
    values
    | st.lists(
        st.fixed_dictionaries(
            {
                "NAME": st.text("abc", min_size=1, max_size=3) | values,
                "TYPE": st.sampled_from(list(InputType)) | values,
            },
            optional=dict.fromkeys(
                ("DEFAULT", "MIN", "MAX", "IDENTITY", "VALUES", "LABELS", "WIDTH", "TARGET", "FLOAT"), values
            ),
        ),
        max_size=3,
    ),
)


@given(headers)
@example(header={"INPUTS": [], "PASSES": [{"FLOAT": [None]}]})
def test_any_header_is_read_or_refused_in_one_sentence(header):
    try:
        read = shader(json.dumps(header))
    except ShaderError as error:
        assert error.where.startswith("user.fs:") and error.remedy
        return
    assert read.passes and isf_glsl.fragment_source(read)
    for one in read.inputs:  # what was read goes back in as it is
        assert isf.cast(one.type, one.default) == one.default


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text):
    for whole in (text, "/*{" + text + "}*/"):
        try:
            isf.parse(whole)
        except ShaderError as error:
            assert error.where
