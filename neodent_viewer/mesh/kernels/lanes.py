"""Three coordinates at once, in one register, for the loops that run at every dab.

A row (x, y, z) is taken into a value of four lanes, worked on as a whole and written back; the fourth lane is not looked at.
Each lane is computed as a number by itself would be, so results are the same bit for bit. Plain loops come out of LLVM one
coordinate after another: it cannot know that the arrays do not overlap. Indices are not checked and count from the start.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic, models, overload, register_model

from neodent_viewer.mesh.kernels.jit import inline


class Lanes(types.Type):  # type: ignore[misc]
    """The type of four numbers in one register, as the compiler knows it.

    Parameters
    ----------
    number : numba type
        ``float32`` or ``float64``.
    """

    def __init__(self, number: Any) -> None:
        self.number = number
        super().__init__(name=f"Lanes({number})")


_I32, _I64 = ir.IntType(32), ir.IntType(64)
_FOUR, _WIDE = Lanes(types.float32), Lanes(types.float64)
_PAIR = ir.VectorType(ir.FloatType(), 2)
_VECTORS = {_FOUR: ir.VectorType(ir.FloatType(), 4), _WIDE: ir.VectorType(ir.DoubleType(), 4)}


@register_model(Lanes)
class _Model(models.PrimitiveModel):  # type: ignore[misc]
    def __init__(self, manager: Any, kind: Lanes) -> None:
        super().__init__(manager, kind, _VECTORS[kind])


def _lowered(function: Callable[..., Any]) -> Any:
    """Make a function of types, which returns a signature and what writes the code, one that kernels call."""
    return intrinsic(function)


def _lowered_by_number(function: Callable[..., Any]) -> Any:
    """Do so for one that is given numbers as they are written."""
    return intrinsic(prefer_literal=True)(function)


def _mask(*lanes: int) -> Any:
    return ir.Constant(ir.VectorType(_I32, len(lanes)), list(lanes))


def _at(context: Any, builder: Any, kinds: Any, given: Any, width: int, first: int = 0) -> Any:
    """Return a pointer to number `first` of the row that array and index in `given` stand for."""
    data = context.make_array(kinds[0])(context, builder, given[0]).data
    row = given[1] if kinds[1].bitwidth == 64 else builder.zext(given[1], _I64)
    place = builder.add(builder.mul(row, ir.Constant(_I64, width)), ir.Constant(_I64, first))
    return builder.gep(data, [place], inbounds=True)


def _read(builder: Any, pointer: Any) -> Any:
    """Return the three numbers there: in two reads, for nothing lies behind the last row."""
    pair = builder.load(builder.bitcast(pointer, _PAIR.as_pointer()), align=4)
    last = builder.load(builder.gep(pointer, [ir.Constant(_I32, 2)], inbounds=True))
    out = builder.shuffle_vector(pair, ir.Constant(_PAIR, [0.0, 0.0]), _mask(0, 1, 2, 3))
    return builder.insert_element(out, last, ir.Constant(_I32, 2))


def _write(builder: Any, pointer: Any, value: Any) -> None:
    pair = builder.shuffle_vector(value, value, _mask(0, 1))
    builder.store(pair, builder.bitcast(pointer, _PAIR.as_pointer()), align=4)
    last = builder.extract_element(value, ir.Constant(_I32, 2))
    builder.store(last, builder.gep(pointer, [ir.Constant(_I32, 2)], inbounds=True))


# -- rows in and out ---------------------------------------------------------------------------------------------------


@_lowered
def row(typing: Any, array: Any, index: Any) -> Any:
    """Return row `index` of an array (n, 3) float32."""

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        return _read(builder, _at(context, builder, signature.args, given, 3))

    return _FOUR(array, index), emit


@_lowered
def put(typing: Any, array: Any, index: Any, value: Any) -> Any:
    """Write a value to row `index` of an array (n, 3) float32."""

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        _write(builder, _at(context, builder, signature.args, given, 3), given[2])
        return context.get_dummy_value()

    return types.void(array, index, value), emit


@_lowered
def point(typing: Any, place: Any) -> Any:
    """Return a place (3,) float64."""

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, given[0]).data
        out = ir.Constant(_VECTORS[_WIDE], [0.0] * 4)
        for axis in range(3):
            number = builder.load(builder.gep(data, [ir.Constant(_I32, axis)], inbounds=True))
            out = builder.insert_element(out, number, ir.Constant(_I32, axis))
        return out

    return _WIDE(place), emit


@_lowered
def row4(typing: Any, array: Any, index: Any) -> Any:
    """Return row `index` of an array (n, 4) float32."""

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        pointer = _at(context, builder, signature.args, given, 4)
        return builder.load(builder.bitcast(pointer, _VECTORS[_FOUR].as_pointer()), align=4)

    return _FOUR(array, index), emit


@_lowered
def put4(typing: Any, array: Any, index: Any, value: Any) -> Any:
    """Write a value to row `index` of an array (n, 4) float32."""

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        pointer = _at(context, builder, signature.args, given, 4)
        builder.store(given[2], builder.bitcast(pointer, _VECTORS[_FOUR].as_pointer()), align=4)
        return context.get_dummy_value()

    return types.void(array, index, value), emit


@_lowered
def lower(typing: Any, boxes: Any, node: Any) -> Any:
    """Return the lowest corner of box `node` of boxes (k, 6) float32."""

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        return _read(builder, _at(context, builder, signature.args, given, 6))

    return _FOUR(boxes, node), emit


@_lowered
def upper(typing: Any, boxes: Any, node: Any) -> Any:
    """Return the highest corner of box `node` of boxes (k, 6) float32."""

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        return _read(builder, _at(context, builder, signature.args, given, 6, 3))

    return _FOUR(boxes, node), emit


@_lowered
def put_box(typing: Any, boxes: Any, node: Any, low: Any, high: Any) -> Any:
    """Write both corners of box `node` of boxes (k, 6) float32."""

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        _write(builder, _at(context, builder, signature.args, given, 6), given[2])
        _write(builder, _at(context, builder, signature.args, given, 6, 3), given[3])
        return context.get_dummy_value()

    return types.void(boxes, node, low, high), emit


# -- values ------------------------------------------------------------------------------------------------------------


@_lowered
def every(typing: Any, number: Any) -> Any:
    """Return one float32 or float64 in all lanes."""
    kind = _FOUR if number == types.float32 else _WIDE

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        one = builder.insert_element(ir.Constant(_VECTORS[kind], ir.Undefined), given[0], ir.Constant(_I32, 0))
        return builder.shuffle_vector(one, one, _mask(0, 0, 0, 0))

    return kind(number), emit


@_lowered_by_number
def lane(typing: Any, value: Any, which: Any) -> Any:
    """Return one lane; `which` is written as a number."""

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        return builder.extract_element(given[0], ir.Constant(_I32, which.literal_value))

    return value.number(value, which), emit


@_lowered
def widened(typing: Any, value: Any) -> Any:
    """Return float32 lanes as float64."""

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        return builder.fpext(given[0], _VECTORS[_WIDE])

    return _WIDE(value), emit


@_lowered
def cross(typing: Any, u: Any, w: Any) -> Any:
    """Return the cross product of the first three lanes."""

    def emit(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        def turned(value: Any) -> Any:
            return builder.shuffle_vector(value, value, _mask(1, 2, 0, 3))

        a, b = given
        return turned(builder.fsub(builder.fmul(a, turned(b)), builder.fmul(turned(a), b)))

    return u(u, w), emit


def _pairwise(name: str, compute: Callable[[Any, Any, Any], Any]) -> Any:
    def typed(typing: Any, a: Any, b: Any) -> Any:
        return a(a, b), lambda context, builder, signature, given: compute(builder, *given)

    typed.__name__ = name
    return _lowered(typed)


#: the smaller and the larger of each lane; the second where one is not a number
lesser = _pairwise("lesser", lambda build, a, b: build.select(build.fcmp_ordered("<", a, b), a, b))
greater = _pairwise("greater", lambda build, a, b: build.select(build.fcmp_ordered(">", a, b), a, b))
_plus = _pairwise("_plus", lambda build, a, b: build.fadd(a, b))
_minus = _pairwise("_minus", lambda build, a, b: build.fsub(a, b))
_times = _pairwise("_times", lambda build, a, b: build.fmul(a, b))


@overload(operator.add, strict=False)
def _add(a: Any, b: Any) -> Any:
    return (lambda a, b: _plus(a, b)) if isinstance(a, Lanes) and a == b else None


@overload(operator.sub, strict=False)
def _sub(a: Any, b: Any) -> Any:
    return (lambda a, b: _minus(a, b)) if isinstance(a, Lanes) and a == b else None


@overload(operator.mul, strict=False)
def _mul(a: Any, b: Any) -> Any:
    return (lambda a, b: _times(a, b)) if isinstance(a, Lanes) and a == b else None


@inline
def dot(a: Any, b: Any) -> Any:
    """Return the sum of the products of the first three lanes."""
    product = a * b
    return lane(product, 0) + lane(product, 1) + lane(product, 2)
