"""Sizes of ISF passes are arithmetic over ``$WIDTH``, ``$HEIGHT`` and inputs; here it is read and worked out, safely.

Python's own parser reads the text; only numbers, names, ``+ - * / %`` and a handful of functions are let through, so a
stranger's shader can say how large its buffer is and nothing else.
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from neodent_viewer.core.errors import ShaderError

#: longer texts are no sizes; the limit also keeps the parser's stack shallow
MAX_LENGTH = 300

_FUNCTIONS: dict[str, Callable[..., float]] = {
    "abs": abs,
    "ceil": math.ceil,
    "floor": math.floor,
    "max": max,
    "min": min,
    "pow": math.pow,
    "round": round,
    "sqrt": math.sqrt,
}
_BINARY: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.Mod: math.fmod,
}
_VARIABLE = re.compile(r"\$([A-Za-z_]\w*)")
_PREFIX = "var_"


@dataclass(frozen=True, slots=True)
class Expression:
    """A size expression, checked and ready to be worked out any number of times.

    Attributes
    ----------
    text : str
        As it stands in the file.
    tree : ast.expr
        Holds only allowed nodes.
    names : frozenset of str
        Variables it needs, without the ``$``.
    """

    text: str
    tree: ast.expr
    names: frozenset[str]

    def evaluate(self, variables: Mapping[str, float]) -> float:
        """Return the value, or raise ShaderError (``header``) where arithmetic has none.

        >>> parse("floor($WIDTH / 2.0) + 1").evaluate({"WIDTH": 5.0})
        3.0
        """
        try:
            value = float(_work_out(self.tree, variables))
        except KeyError as error:
            raise _wrong(self.text, f"names {error.args[0]!r}, which is no input") from None
        except (ArithmeticError, ValueError, TypeError) as error:
            raise _wrong(self.text, f"has no value here ({error})") from None
        if not math.isfinite(value):
            raise _wrong(self.text, "is not finite")
        return value


def parse(text: str | float) -> Expression:
    """Read a size expression.

    Parameters
    ----------
    text : str or float
        ISF writers give both ``"$WIDTH/2"`` and bare numbers.

    Raises
    ------
    ShaderError
        ``header``: it is not arithmetic over ``$`` variables.

    Examples
    --------
    >>> sorted(parse("max($WIDTH * $scale, 1)").names)
    ['WIDTH', 'scale']
    >>> parse("__import__('os')")
    Traceback (most recent call last):
    neodent_viewer.core.errors.ShaderError: The size "__import__('os')" is not understood.
    """
    text = str(text)
    if len(text) > MAX_LENGTH:
        raise _wrong(text[:40] + "...", "is too long")
    try:
        tree = ast.parse(_VARIABLE.sub(rf"{_PREFIX}\1", text).strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise _wrong(text, "is not understood") from None
    names: set[str] = set()
    if not _allowed(tree, names):
        raise _wrong(text, "is not understood")
    return Expression(text, tree, frozenset(names))


def _allowed(node: ast.expr, names: set[str]) -> bool:
    """Return whether a node is plain arithmetic, and collect the variables below it."""
    match node:
        case ast.Constant(value=value):
            return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e9
        case ast.Name(id=name) if name.startswith(_PREFIX):
            names.add(name.removeprefix(_PREFIX))
            return True
        case ast.UnaryOp(op=ast.UAdd() | ast.USub(), operand=operand):
            return _allowed(operand, names)
        case ast.BinOp(left=left, op=op, right=right):
            return type(op) in _BINARY and _allowed(left, names) and _allowed(right, names)
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]):
            return name in _FUNCTIONS and bool(args) and all(_allowed(arg, names) for arg in args)
    return False


def _work_out(node: ast.expr, variables: Mapping[str, float]) -> float:
    match node:
        case ast.Constant(value=int() | float() as value):
            return float(value)
        case ast.Name(id=name):
            return float(variables[name.removeprefix(_PREFIX)])
        case ast.UnaryOp(op=op, operand=operand):
            value = _work_out(operand, variables)
            return -value if isinstance(op, ast.USub) else value
        case ast.BinOp(left=left, op=op, right=right):
            return _BINARY[type(op)](_work_out(left, variables), _work_out(right, variables))
        case ast.Call(func=ast.Name(id=name), args=[only]) if name in ("max", "min"):
            return _work_out(only, variables)
        case ast.Call(func=ast.Name(id=name), args=args):
            return float(_FUNCTIONS[name](*(_work_out(arg, variables) for arg in args)))
    raise ValueError("not arithmetic")  # parse() lets nothing else in


def _wrong(text: str, what: str) -> ShaderError:
    return ShaderError(
        f'The size "{text}" {what}.',
        kind="header",
        remedy="Use numbers, $WIDTH, $HEIGHT, $input, + - * / % and floor, ceil, round, abs, sqrt, pow, max, min.",
    )
