"""Reading an ISF 2 shader: the JSON header in its first comment becomes inputs, passes and imports.

Order: find the header, read its JSON, check each part; anything amiss is a ShaderError with the file and the line. The
text below the header is left as it is: `isf_glsl` makes GLSL of it. Standard: ISF specification, version 2 (isf.video).
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from neodent_viewer.core.errors import ShaderError
from neodent_viewer.glitch import expression
from neodent_viewer.glitch.chain import InputValue
from neodent_viewer.glitch.expression import Expression

#: a file longer than this is no shader
MAX_CHARACTERS = 1_000_000
_HEADER = re.compile(r"\s*/\*(.*?)\*/", re.DOTALL)
_NAME = re.compile(r"(?!gl_|isf_|__)[A-Za-z_]\w{0,63}")


class InputType(StrEnum):
    """Kinds of input this house can fill."""

    FLOAT = "float"
    BOOL = "bool"
    LONG = "long"
    EVENT = "event"
    POINT2D = "point2D"
    COLOR = "color"
    IMAGE = "image"


@dataclass(frozen=True, slots=True)
class Input:
    """One knob of an effect.

    Attributes
    ----------
    name, label : str
        Name in GLSL, and what a panel shows.
    type : InputType
    default : InputValue
        float, bool, int, or a tuple of 2 (point2D) or 4 (color); False for images.
    low, high : InputValue or None
        Range, of the default's shape, where the file gives one.
    identity : InputValue or None
        Value at which the effect does nothing (``IDENTITY``).
    values, labels : tuple
        Choices of a ``long``.
    """

    name: str
    label: str
    type: InputType
    default: InputValue
    low: InputValue | None = None
    high: InputValue | None = None
    identity: InputValue | None = None
    values: tuple[int, ...] = ()
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pass:
    """One drawing of the shader: where to, how large, whether it remembers."""

    target: str = ""
    persistent: bool = False
    float_: bool = False
    width: Expression | None = None
    height: Expression | None = None


@dataclass(frozen=True, slots=True)
class IsfShader:
    """A shader as read, not yet compiled.

    Attributes
    ----------
    name, path : str
        Effect name, and the file for messages.
    description, credit : str
    inputs : tuple of Input
    passes : tuple of Pass
        At least one.
    imports : tuple of (str, str)
        Names and paths of IMPORTED images; noted, not loaded yet.
    source : str
        The whole file; the header is a comment to GLSL, so that line numbers stay the file's own.
    """

    name: str
    path: str
    description: str
    credit: str
    inputs: tuple[Input, ...]
    passes: tuple[Pass, ...]
    imports: tuple[tuple[str, str], ...]
    source: str

    @property
    def targets(self) -> tuple[str, ...]:
        """Names of the buffers passes draw into, each once."""
        return tuple(dict.fromkeys(p.target for p in self.passes if p.target))

    @property
    def images(self) -> tuple[str, ...]:
        """Names of everything that can be sampled: image inputs, imports, targets."""
        inputs = (i.name for i in self.inputs if i.type is InputType.IMAGE)
        return (*inputs, *(name for name, _ in self.imports), *self.targets)

    def input(self, name: str) -> Input | None:
        """Return the input of this name, or None."""
        return next((i for i in self.inputs if i.name == name), None)

    def rests(self, values: Mapping[str, InputValue]) -> bool:
        """Return whether every input that has an identity value is at it: the effect would change nothing."""
        amounts = [i for i in self.inputs if i.identity is not None]
        return bool(amounts) and all(values.get(i.name, i.default) == i.identity for i in amounts)


def read(path: str | Path) -> IsfShader:
    """Read an ISF file; the effect's name is the file's without suffix. Raises ShaderError."""
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise ShaderError(
            f"The shader cannot be read ({error.strerror}).",
            kind="missing",
            where=str(path),
            remedy="Check the file's name and place.",
        ) from None
    return parse(text, str(path), path.stem)


def parse(text: str, path: str = "shader.fs", name: str = "shader") -> IsfShader:
    """Read an ISF shader from its text.

    Parameters
    ----------
    text : str
        The whole ``.fs`` file.
    path, name : str
        Used in messages, and as the effect's name.

    Raises
    ------
    ShaderError
        ``header``; ``input`` for an input type that cannot be filled.

    Examples
    --------
    >>> shader = parse('/*{"INPUTS": [{"NAME": "amount", "TYPE": "float", "MAX": 2}]}*/ void main() {}')
    >>> shader.inputs[0].name, shader.inputs[0].high, len(shader.passes)
    ('amount', 2.0, 1)
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    header = _Header(path, text)
    data = header.read()
    inputs = tuple(_input(header, entry) for entry in header.entries(data, "INPUTS"))
    passes = tuple(_pass(header, entry) for entry in header.entries(data, "PASSES")) or (Pass(),)
    shader = IsfShader(
        name=name,
        path=path,
        description=str(data.get("DESCRIPTION", "")),
        credit=str(data.get("CREDIT", "")),
        inputs=inputs,
        passes=passes,
        imports=_imports(header, data.get("IMPORTED")),
        source=text,
    )
    _check_names(header, shader)
    return shader


@dataclass(frozen=True, slots=True)
class _Header:
    """The header's text and the way errors in it are told."""

    path: str
    text: str

    def read(self) -> dict[str, Any]:
        found = _HEADER.match(self.text)
        if found is None:
            raise self.wrong("The shader does not begin with a JSON header.", "")
        try:
            data = json.loads(found[1], strict=False, parse_constant=_no_constant)
        except json.JSONDecodeError as error:
            line = self.text.count("\n", 0, found.start(1) + error.pos) + 1
            raise self.wrong(f"The shader's header is no JSON: {error.msg}.", "", line) from None
        except (ValueError, RecursionError):
            raise self.wrong("The shader's header is no JSON a shader needs.", "") from None
        if not isinstance(data, dict):
            raise self.wrong("The shader's header is no JSON object.", "")
        return data

    def entries(self, data: dict[str, Any], key: str) -> list[dict[str, Any]]:
        found = data.get(key) or []
        if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
            raise self.wrong(f"{key} is no list of objects.", key)
        return found

    def line_of(self, word: str) -> int:
        at = self.text.find(f'"{word}"') if word else -1
        return self.text.count("\n", 0, at) + 1 if at >= 0 else 1

    def wrong(self, what: str, word: str, line: int | None = None, kind: str = "header") -> ShaderError:
        where = f"{self.path}:{self.line_of(word) if line is None else line}"
        return ShaderError(what, kind=kind, where=where, remedy="Correct the JSON header at the top of the file.")

    def name(self, value: Any) -> str:
        if not isinstance(value, str) or not _NAME.fullmatch(value):
            raise self.wrong(f"{value!r} cannot be a name in GLSL.", value if isinstance(value, str) else "NAME")
        return value


def _no_constant(text: str) -> float:
    raise ValueError(text)


def _input(header: _Header, entry: dict[str, Any]) -> Input:
    name = header.name(entry.get("NAME"))
    try:
        kind = InputType(entry.get("TYPE", ""))
    except ValueError:
        raise header.wrong(f"Input {name} has type {entry.get('TYPE')!r}.", name, kind="input") from None
    try:
        low, high, identity = (
            None if entry.get(key) is None else cast(kind, entry[key]) for key in ("MIN", "MAX", "IDENTITY")
        )
        default = entry.get("DEFAULT")
        start = _nothing(kind, entry) if default is None or kind is InputType.IMAGE else cast(kind, default)
        values = tuple(round(_finite(value)) for value in entry.get("VALUES") or ())
    except (TypeError, ValueError):
        raise header.wrong(f"Input {name} has a value that is no {kind}.", name) from None
    labels = tuple(str(label) for label in entry.get("LABELS") or ())
    return Input(name, str(entry.get("LABEL") or name), kind, start, low, high, identity, values, labels)


def _nothing(kind: InputType, entry: dict[str, Any]) -> InputValue:
    """Return the default of an input that gives none: the low end where that is above 0, else zero."""
    match kind:
        case InputType.POINT2D:
            return (0.0, 0.0)
        case InputType.COLOR:
            return (0.0, 0.0, 0.0, 1.0)
        case InputType.BOOL | InputType.EVENT | InputType.IMAGE:
            return False
    low = entry.get("MIN")
    return cast(kind, max(0.0, float(low)) if low is not None else 0.0)


def cast(kind: InputType, value: Any) -> InputValue:
    """Return a value in the shape an input of this kind takes.

    Raises
    ------
    ValueError, TypeError
        It is no such value (wrong length, not finite, not a number).

    Examples
    --------
    >>> cast(InputType.COLOR, [1, 0, 0]), cast(InputType.LONG, 2.0), cast(InputType.BOOL, 0.3)
    ((1.0, 0.0, 0.0, 1.0), 2, False)
    """
    match kind:
        case InputType.FLOAT:
            return _finite(value)
        case InputType.LONG:
            return round(_finite(value))
        case InputType.BOOL | InputType.EVENT:
            if isinstance(value, str):
                return value.strip().lower() in ("1", "true", "yes")
            return _finite(value) >= 0.5
        case InputType.POINT2D:
            x, y = value
            return (_finite(x), _finite(y))
        case InputType.COLOR:
            red, green, blue, *alpha = value
            return (_finite(red), _finite(green), _finite(blue), _finite(alpha[0]) if alpha else 1.0)
        case InputType.IMAGE:
            return False


def _finite(value: Any) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError("not finite")
    return number


def _pass(header: _Header, entry: dict[str, Any]) -> Pass:
    def get(key: str) -> Any:
        return entry.get(key, entry.get(key.lower()))  # some writers use lower case

    try:
        sizes = [None if get(key) is None else expression.parse(get(key)) for key in ("WIDTH", "HEIGHT")]
    except ShaderError as error:
        raise header.wrong(error.what, "PASSES") from None
    target = header.name(get("TARGET")) if get("TARGET") else ""
    try:
        persistent, float_ = (bool(cast(InputType.BOOL, get(key) or 0)) for key in ("PERSISTENT", "FLOAT"))
    except (TypeError, ValueError):
        raise header.wrong("PERSISTENT and FLOAT of a pass are true or false.", "PASSES") from None
    return Pass(target, persistent, float_, *sizes)


def _imports(header: _Header, data: Any) -> tuple[tuple[str, str], ...]:
    """Read IMPORTED, which ISF 2 gives as an object and ISF 1 as a list."""
    if not data:
        return ()
    if isinstance(data, dict):
        data = [{"NAME": name, **entry} for name, entry in data.items() if isinstance(entry, dict)]
    if not isinstance(data, list) or not all(isinstance(entry, dict) for entry in data):
        raise header.wrong("IMPORTED is no object.", "IMPORTED")
    return tuple((header.name(entry.get("NAME")), str(entry.get("PATH", ""))) for entry in data)


def _check_names(header: _Header, shader: IsfShader) -> None:
    names = [i.name for i in shader.inputs] + [n for n, _ in shader.imports] + list(shader.targets)
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise header.wrong(f"{twice} is declared twice.", twice)
    numbers = {i.name for i in shader.inputs if i.type in (InputType.FLOAT, InputType.LONG, InputType.BOOL)}
    for one in shader.passes:
        for size in (one.width, one.height):
            unknown = (size.names if size else frozenset()) - numbers - {"WIDTH", "HEIGHT"}
            if unknown:
                raise header.wrong(f'The size "{size.text if size else ""}" names no number: {min(unknown)}.', "PASSES")
