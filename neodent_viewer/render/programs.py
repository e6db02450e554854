"""Compiled programs by name, each made when first asked for.

One that does not compile is reported once, and the last good one stays.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vispy import gloo

from neodent_viewer.core.errors import NeodentError, ShaderError
from neodent_viewer.render import glsl
from neodent_viewer.render.gpu import Gpu, Target

Key = tuple[str, str, tuple[str, ...]]


class Programs:
    """The engine's programs.

    Parameters
    ----------
    gpu : Gpu
    report : callable
        Told each `ShaderError` once.
    """

    def __init__(self, gpu: Gpu, report: Callable[[NeodentError], None]) -> None:
        self.gpu = gpu
        self._report = report
        self._programs: dict[Key, Any] = {}
        self._stale: set[Key] = set()

    def get(self, vertex: str, fragment: str, defines: tuple[str, ...] = ()) -> Any | None:
        """Return the program of two shader files, None while there is no good one."""
        key = (vertex, fragment, defines)
        if key not in self._programs or key in self._stale:
            self._stale.discard(key)
            self._compile(key)
        return self._programs[key]

    def _compile(self, key: Key) -> None:
        old = self._programs.setdefault(key, None)
        try:
            self._programs[key] = self.gpu.compile(glsl.load(key[0], key[2]), glsl.load(key[1], key[2]))
        except ShaderError as error:
            self._report(error)
        else:
            if old is not None:
                old.delete()

    def reload(self) -> None:
        """Read all files again when next asked for: for people who write shaders."""
        glsl.load.cache_clear()
        self._stale = set(self._programs)

    def run(
        self, target: Target, fragment: str, defines: tuple[str, ...] = (), *, add: bool = False, **uniforms: Any
    ) -> None:
        """Draw one full-screen pass into `target`, over what is there or added to it."""
        program = self.get("screen.vert", fragment, defines)
        if program is None:
            return
        program["a_corner"] = self.gpu.corners
        for name, value in uniforms.items():
            program[name] = value
        gloo.set_state(depth_test=False, blend=add, blend_func=("one", "one"), cull_face=False, depth_mask=False)
        with target:
            program.draw("triangles")

    def delete(self) -> None:
        """Delete every program."""
        for program in self._programs.values():
            if program is not None:
                program.delete()
        self._programs.clear()
