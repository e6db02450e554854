"""ISF effects by name: read and compiled when first asked for, again when their file changes.

One that does not read or compile is reported once a change, and the last good one stays.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from neodent_viewer.core import paths
from neodent_viewer.core.errors import NeodentError, ShaderError
from neodent_viewer.glitch import isf, isf_glsl
from neodent_viewer.glitch.isf import IsfShader
from neodent_viewer.render.glsl import Source
from neodent_viewer.render.gpu import Gpu

_NAME = re.compile(r"\w[\w .-]{0,63}")  # a name out of a project file must not climb out of the folders
_REMEDY = "Correct the file and save it: it is tried again at once; until then the last version that worked stays."

Stamp = tuple[str, int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Effect:
    """A shader with its programs, one a pass."""

    shader: IsfShader
    programs: tuple[Any, ...]

    def delete(self) -> None:
        """Delete the programs."""
        for program in self.programs:
            program.delete()


class IsfLibrary:
    """The effects a chain can name.

    Parameters
    ----------
    gpu : Gpu
    report : callable
        Told each `ShaderError`, once until the file changes.
    folders : sequence of Path, optional
        Where ``NAME.fs`` is looked for, first to last; the shipped ``shaders/isf`` by default.
    """

    def __init__(self, gpu: Gpu, report: Callable[[NeodentError], None], folders: Sequence[Path] | None = None) -> None:
        self._gpu = gpu
        self._report = report
        self._folders = tuple(folders) if folders is not None else (paths.shaders_dir() / "isf",)
        self._effects: dict[str, Effect | None] = {}
        self._stamps: dict[str, Stamp | None] = {}

    def names(self) -> tuple[str, ...]:
        """Return the names of all effects that are there, sorted."""
        return tuple(sorted({path.stem for folder in self._folders for path in folder.glob("*.fs")}))

    def get(self, name: str) -> Effect | None:
        """Return the last good version of an effect, None while there is none."""
        path, stamp = self._find(name)
        if name not in self._stamps or self._stamps[name] != stamp:
            self._stamps[name] = stamp
            self._renew(name, path)
        return self._effects.get(name)

    def _find(self, name: str) -> tuple[Path | None, Stamp | None]:
        if not _NAME.fullmatch(name):
            return None, None
        for folder in self._folders:
            path = folder / f"{name}.fs"
            try:
                state = path.stat()
            except OSError:
                continue
            return path, (str(path), state.st_mtime_ns, state.st_size)
        return None, None

    def _renew(self, name: str, path: Path | None) -> None:
        try:
            if path is None:
                remedy = "Put its .fs file into shaders/isf, or take it out of the chain."
                raise ShaderError("The effect is not there.", kind="missing", where=name, remedy=remedy)
            effect = self._make(isf.read(path))
        except ShaderError as error:
            self._report(error)
            return
        old = self._effects.get(name)
        self._effects[name] = effect
        if old is not None:
            old.delete()

    def _make(self, shader: IsfShader) -> Effect:
        programs: list[Any] = []
        try:
            for index in range(len(shader.passes)):
                programs.append(self._compile(shader, index))
        except ShaderError as error:
            for program in programs:
                program.delete()
            raise ShaderError(error.what, kind=error.kind, where=error.where, remedy=_REMEDY) from None
        return Effect(shader, tuple(programs))

    def _compile(self, shader: IsfShader, index: int) -> Any:
        text = isf_glsl.fragment_source(shader, index)
        above = isf_glsl.lines_above(shader)
        last = shader.source.count("\n") + 1
        origins = tuple((shader.path, min(max(1, n - above), last)) for n in range(1, text.count("\n") + 2))
        vertex = Source(isf_glsl.VERTEX, (("isf vertex", 1),) * isf_glsl.VERTEX.count("\n"))
        program = self._gpu.compile(vertex, Source(text, origins))
        program["a_corner"] = self._gpu.corners
        return program

    def delete(self) -> None:
        """Delete every program."""
        for effect in self._effects.values():
            if effect is not None:
                effect.delete()
        self._effects.clear()
        self._stamps.clear()
