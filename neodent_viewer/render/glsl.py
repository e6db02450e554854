"""Shader text: files under ``shaders/``, ``#include "name.glsl"``, defines, and errors that name the file and its line.

Written for GLSL 1.20, which every desktop driver takes. gloo reads declarations itself and misses ``uniform float a, b;``:
such lists are split here, on one line, so that line numbers stay true.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from neodent_viewer.core.errors import ShaderError
from neodent_viewer.core.paths import shaders_dir

_INCLUDE = re.compile(r'^\s*#\s*include\s+"([\w./-]+)"')
_LIST = re.compile(r"\b(uniform|attribute|varying)\s+(\w+)\s+(\w+(?:\s*,\s*\w+)+)\s*;")
_COMMENT = re.compile(r"//.*")
_LINE = re.compile(r"on line (\d+): (.*)")
_FOLDERS = ("surface", "post")


@dataclass(frozen=True, slots=True)
class Source:
    """Shader text that knows where each of its lines came from.

    Attributes
    ----------
    text : str
        What the compiler sees.
    origins : tuple of (str, int)
        File name and line number of each line of `text`.
    """

    text: str
    origins: tuple[tuple[str, int], ...] = ()

    def error(self, message: str) -> ShaderError:
        """Return a compiler's message as an error that names the file and line of its first complaint."""
        found = _LINE.search(message)
        where, what = self.origins[0][0] if self.origins else "shader", message.strip().splitlines()[-1].strip()
        if found and 0 < int(found[1]) <= len(self.origins):
            name, line = self.origins[int(found[1]) - 1]
            where, what = f"{name}:{line}", found[2]
        kind = "link" if "linking" in message else "compile"
        return ShaderError(f"A shader does not compile: {what}", kind=kind, where=where, remedy="Correct that line.")


def split_lists(text: str) -> str:
    """Give every declaration a statement of its own.

    >>> split_lists("uniform vec2 a, b; // pair")
    'uniform vec2 a; uniform vec2 b; '
    """

    def split(match: re.Match[str]) -> str:
        return " ".join(f"{match[1]} {match[2]} {name.strip()};" for name in match[3].split(","))

    return _LIST.sub(split, _COMMENT.sub("", text))


@lru_cache(maxsize=256)
def load(name: str, defines: tuple[str, ...] = ()) -> Source:
    """Return the source of shader file `name` with its includes.

    Parameters
    ----------
    name : str
        File in ``shaders/surface`` or ``shaders/post``.
    defines : tuple of str
        Names to define; ``"TAPS 12"`` defines a value.

    Raises
    ------
    ShaderError
        ``kind`` ``"missing"`` when a file is not there.
    """
    lines: list[str] = ["#version 120", *(f"#define {define}" for define in defines)]
    origins = [(name, 0)] * len(lines)
    _append(name, lines, origins, set())
    return Source("\n".join(lines) + "\n", tuple(origins))


def _append(name: str, lines: list[str], origins: list[tuple[str, int]], seen: set[str]) -> None:
    if name in seen:  # each file once, like an include guard
        return
    seen.add(name)
    for number, line in enumerate(_read(name).splitlines(), 1):
        include = _INCLUDE.match(line)
        if include:
            _append(include[1], lines, origins, seen)
        else:
            lines.append(split_lists(line))
            origins.append((name, number))


def _read(name: str) -> str:
    for folder in _FOLDERS:
        path = shaders_dir() / folder / name
        if path.is_file():
            return path.read_text(encoding="utf8")
    raise ShaderError("A shader file is missing.", kind="missing", where=name, remedy="Reinstall the program.")
