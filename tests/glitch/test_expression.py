"""Size expressions: the right value for what ISF writers write, and nothing but arithmetic."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neodent_viewer.core.errors import ShaderError
from neodent_viewer.glitch import expression

SIZE = {"WIDTH": 1280.0, "HEIGHT": 720.0, "scale": 0.25}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("$WIDTH", 1280),
        (16, 16),
        ("16", 16),
        ("$WIDTH/16.0", 80),
        ("floor($WIDTH/3.0)", 426),
        ("max($WIDTH*$scale, 1.0)", 320),
        ("min($HEIGHT,256)", 256),
        ("max(floor($HEIGHT * 0.001),1)", 1),
        (" -(-$HEIGHT) ", 720),
        ("ceil($HEIGHT % 7)", 6),
    ],
)
def test_what_isf_writers_write(text, value):
    assert expression.parse(text).evaluate(SIZE) == value


@pytest.mark.parametrize(
    "text",
    ["", "$", "WIDTH", "$WIDTH.__class__", "().__class__", "__import__('os')", "open('x')", "$WIDTH ** 9", "[1]",
     "1 if 1 else 2", "lambda: 1", "floor", "floor()", "max(x=1)", "'a'", "True", "1e10", "(" * 250, "1" * 400,
     "$a := 3", "\0", "eval($WIDTH)"],
)  # fmt: skip
def test_nothing_but_arithmetic_is_let_in(text):
    with pytest.raises(ShaderError) as caught:
        expression.parse(text)
    assert caught.value.kind == "header" and caught.value.remedy


@pytest.mark.parametrize(
    "text", ["$WIDTH/0", "sqrt(-1)", "pow(-8,0.5)", "$gone", "pow(10,999)", "floor(1,2)", "$WIDTH % 0"]
)
def test_arithmetic_without_a_value_is_said(text):
    with pytest.raises(ShaderError):
        expression.parse(text).evaluate(SIZE)


numbers = st.integers(1, 5000).map(float)
texts = st.recursive(
    st.sampled_from(["$WIDTH", "$HEIGHT", "$scale"]) | numbers.map(repr),
    lambda inner: (
        st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})")
        | inner.map(lambda t: f"floor({t})")
        | st.tuples(st.sampled_from(["min", "max"]), inner, inner).map(lambda t: f"{t[0]}({t[1]},{t[2]})")
    ),
    max_leaves=8,
).filter(lambda text: len(text) <= expression.MAX_LENGTH)


@given(texts, numbers, numbers)
def test_agrees_with_python_itself(text, width, height):
    variables = {"WIDTH": width, "HEIGHT": height, "scale": 0.25}
    scope = {**variables, "floor": math.floor, "min": min, "max": max}
    assert expression.parse(text).evaluate(variables) == pytest.approx(float(eval(text.replace("$", ""), scope)))


@given(st.text(max_size=60))
def test_any_text_gives_a_number_or_a_shader_error(text):
    try:
        value = expression.parse(text).evaluate(SIZE)
    except ShaderError:
        return
    assert math.isfinite(value)
