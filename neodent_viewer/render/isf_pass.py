"""Step 2 of the frame graph: a look's chain of ISF effects over the picture.

Order in `IsfChain.run`: merge each effect's inputs (file, look, rules, focus), skip effects that rest, draw the others'
passes into their buffers, hand the last one's picture on. An empty or resting chain returns the very picture it was given.

Effects with inputs ``focus`` (point2D, 0..1, origin bottom left) and ``focusRadius`` (float, in picture heights) get them
from the engine: where the strongest fault is seen, and how wide its reach looks. Radius 0 means the whole picture.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from vispy import gloo

from neodent_viewer.core.errors import NeodentError, ShaderError
from neodent_viewer.glitch import isf
from neodent_viewer.glitch.chain import Chain, EffectUse, InputValue
from neodent_viewer.glitch.isf import InputType, IsfShader, Pass
from neodent_viewer.glitch.isf_glsl import SIZE_PREFIX
from neodent_viewer.render.gpu import Gpu, Size, Target
from neodent_viewer.render.isf_library import Effect, IsfLibrary

#: no buffer of a pass is larger than this on a side
MAX_SIDE = 8192
#: what ISF calls the picture a filter works on
INPUT_IMAGE = "inputImage"

Inputs = Mapping[tuple[str, str], InputValue]
Values = dict[str, InputValue]


class Focus(NamedTuple):
    """Where the strongest fault is seen: 0..1 from the bottom left, radius (one sigma) in picture heights."""

    x: float
    y: float
    radius: float


class EffectClock(NamedTuple):
    """ISF's time: TIME (s), TIMEDELTA (s, 0 at first), FRAMEINDEX, DATE (year, month, day, seconds of the day).

    The date is the program's own, not the wall's, unless a caller gives it: seeded renders repeat bit for bit.
    """

    time: float = 0.0
    delta: float = 0.0
    frame: int = 0
    date: tuple[float, float, float, float] = (2000.0, 1.0, 1.0, 0.0)


class _Buffer:
    """One named target of an effect: two textures that swap, since a pass may read what it writes."""

    def __init__(self, size: Size, kind: str) -> None:
        self.front, self.back = Target(size, kind), Target(size, kind)
        for target in (self.front, self.back):
            with target:
                target.clear()

    def swap(self) -> None:
        self.front, self.back = self.back, self.front

    def delete(self) -> None:
        self.front.delete()
        self.back.delete()


@dataclass(slots=True)
class _State:
    """What one use of an effect keeps from frame to frame."""

    effect: Effect
    buffers: dict[str, _Buffer]

    def delete(self) -> None:
        for buffer in self.buffers.values():
            buffer.delete()


class _View:
    """Pictures and buffers of one view: two views never share what an effect remembers."""

    def __init__(self, size: Size, kind: str) -> None:
        self.size, self.kind = size, kind
        self._outputs = [Target(size, kind)]
        self.states: dict[tuple[str, int], _State] = {}

    def output(self, taken: Target) -> Target:
        """Return a picture to draw into that is not the one being read."""
        free = [target for target in self._outputs if target is not taken]
        if not free:
            free = [Target(self.size, self.kind)]
            self._outputs += free
        return free[0]

    def keep(self, alive: set[tuple[str, int]]) -> None:
        """Give back the buffers of effects that rest or have left the chain."""
        for key in set(self.states) - alive:
            self.states.pop(key).delete()

    def delete(self) -> None:
        self.keep(set())
        for target in self._outputs:
            target.delete()


class IsfChain:
    """Runs chains; one for all views of an engine.

    Parameters
    ----------
    gpu : Gpu
    report : callable
        Told each `ShaderError` once: effects that are missing or do not compile, inputs an effect does not have, pictures
        it cannot be given.
    folders : sequence of Path, optional
        See `IsfLibrary`.
    """

    def __init__(self, gpu: Gpu, report: Callable[[NeodentError], None], folders: Sequence[Path] | None = None) -> None:
        self.library = IsfLibrary(gpu, report, folders)
        self._report = report
        self._views: dict[str, _View] = {}
        self._said: set[tuple[str, str]] = set()

    def run(
        self,
        picture: Target,
        chain: Chain,
        inputs: Inputs | None = None,
        clock: EffectClock = EffectClock(),  # noqa: B008 - an immutable tuple
        *,
        view: str = "",
        focus: Focus | None = None,
    ) -> Target:
        """Draw the chain.

        Parameters
        ----------
        picture : Target
            What comes out of the scene; it is never written.
        chain : tuple of EffectUse
            First to last.
        inputs : mapping
            ``(effect, input) -> value`` from the rules; they go before the look's own values.
        clock : EffectClock
        view : str
            Whose persistent buffers to use.
        focus : Focus, optional
            Where the strongest fault is seen.

        Returns
        -------
        Target
            The last effect's picture, or `picture` itself where nothing was to be done.
        """
        todo = self._todo(chain, inputs or {}, focus)
        state = self._views.get(view)
        if not todo:
            if state is not None:
                state.keep(set())
            return picture
        state = self._view(view, picture)
        state.keep({key for key, _, _ in todo})
        gloo.set_state(depth_test=False, blend=False, cull_face=False, depth_mask=False)
        result = picture
        for key, effect, values in todo:
            try:
                result = _Drawing(state, key, effect, values, clock, picture).draw(result)
            except ShaderError as error:  # a size without a value, such as one divided by an input at 0
                self._say_once((effect.shader.path, error.what), error)
        return result

    def _todo(self, chain: Chain, inputs: Inputs, focus: Focus | None) -> list[tuple[tuple[str, int], Effect, Values]]:
        """Return the effects that will change something, with their inputs."""
        todo = []
        count: dict[str, int] = {}
        for use in chain:
            count[use.effect] = count.get(use.effect, 0) + 1
            effect = self.library.get(use.effect) if use.enabled else None
            if effect is None:
                continue
            values = self._values(effect.shader, use, inputs, focus)
            if not effect.shader.rests(values):
                self._say_pictures(effect.shader)
                todo.append(((use.effect, count[use.effect]), effect, values))
        return todo

    def _values(self, shader: IsfShader, use: EffectUse, inputs: Inputs, focus: Focus | None) -> Values:
        """Merge the file's defaults, the look's values, the rules' and the focus, each within the input's range."""
        values = {i.name: i.default for i in shader.inputs if i.type is not InputType.IMAGE}
        given = dict(use.inputs) | {name: value for (effect, name), value in inputs.items() if effect == use.effect}
        if focus is not None:
            given |= {n: v for n, v in (("focus", focus[:2]), ("focusRadius", focus.radius)) if n in values}
        for name, value in given.items():
            knob = shader.input(name)
            if knob is None or knob.type is InputType.IMAGE:
                self._say(shader, name, "has no such input")
                continue
            try:
                values[name] = _within(isf.cast(knob.type, value), knob.low, knob.high)
            except (TypeError, ValueError):
                self._say(shader, name, f"takes {knob.type}, not {value!r}")
        return values

    def _say_pictures(self, shader: IsfShader) -> None:
        """Tell of pictures an effect asks for that nobody can give it: it samples the scene in their place."""
        for name in shader.images:
            if name != INPUT_IMAGE and name not in shader.targets:
                what = "The effect asks for a picture of its own, which is not supported; it gets the scene instead."
                remedy = f"Use {INPUT_IMAGE} or the target of a pass in its place."
                error = ShaderError(what, kind="input", where=f"{shader.name}.{name}", remedy=remedy)
                self._say_once((shader.name, name), error)

    def _say(self, shader: IsfShader, name: str, what: str) -> None:
        where = f"{shader.name}.{name}"
        remedy = "Correct the look or the rule; the input keeps its own value until then."
        self._say_once(
            (shader.name, name), ShaderError(f"The effect {what}.", kind="input", where=where, remedy=remedy)
        )

    def _say_once(self, key: tuple[str, str], error: ShaderError) -> None:
        if key not in self._said:
            self._said.add(key)
            self._report(error)

    def _view(self, name: str, picture: Target) -> _View:
        kind = str(picture.texture.internalformat or "rgba8")
        state = self._views.get(name)
        if state is None or (state.size, state.kind) != (picture.size, kind):
            self.forget(name)
            state = self._views[name] = _View(picture.size, kind)
        return state

    def forget(self, view: str) -> None:
        """Give back what a view keeps: its trails start afresh."""
        state = self._views.pop(view, None)
        if state is not None:
            state.delete()

    def delete(self) -> None:
        """Delete everything."""
        for view in list(self._views):
            self.forget(view)
        self.library.delete()


def _within(value: InputValue, low: InputValue | None, high: InputValue | None) -> InputValue:
    """Return the value clamped to the input's range, number by number; truth values have none."""
    if isinstance(value, bool):
        return value
    if isinstance(value, tuple):
        lows = low if isinstance(low, tuple) else (None,) * len(value)
        highs = high if isinstance(high, tuple) else (None,) * len(value)
        return tuple(_clamp(v, a, b) for v, a, b in zip(value, lows, highs, strict=True))
    return type(value)(_clamp(value, _number(low), _number(high)))


def _number(end: InputValue | None) -> float | None:
    return None if end is None or isinstance(end, tuple) else float(end)


def _clamp(value: float, low: float | None, high: float | None) -> float:
    value = value if high is None else min(value, high)
    return value if low is None else max(value, low)


def _pair(size: Size) -> tuple[float, float]:
    return float(size[0]), float(size[1])


class _Drawing:
    """One effect in one frame: its passes in turn."""

    def __init__(
        self, view: _View, key: tuple[str, int], effect: Effect, values: Values, clock: EffectClock, scene: Target
    ) -> None:
        self._view = view
        self._shader, self._programs = effect.shader, effect.programs
        self._values = values
        self._scene = scene
        state = view.states.get(key)
        if state is None or state.effect is not effect:  # a file that was saved anew starts with empty buffers
            if state is not None:
                state.delete()
            state = view.states[key] = _State(effect, {})
        self._buffers = state.buffers
        self._clock = clock

    def draw(self, source: Target) -> Target:
        """Draw all passes over `source` and return the picture that comes out: the last pass's."""
        sizes = [self._size(one) for one in self._shader.passes]
        for one, size in zip(self._shader.passes, sizes, strict=True):
            if one.target:
                self._prepare(one, size)
        result = source
        for index, one in enumerate(self._shader.passes):
            buffer = self._buffers.get(one.target)
            result = self._view.output(source) if buffer is None else buffer.back
            self._draw_into(result, source, self._programs[index])
            if buffer is not None:
                buffer.swap()
        return result

    def _prepare(self, one: Pass, size: Size) -> None:
        buffer = self._buffers.get(one.target)
        if buffer is None or buffer.front.size != size:
            if buffer is not None:
                buffer.delete()
            self._buffers[one.target] = _Buffer(size, "rgba32f" if one.float_ else self._view.kind)

    def _size(self, one: Pass) -> Size:
        width, height = self._view.size
        known: dict[str, float] = {n: float(v) for n, v in self._values.items() if not isinstance(v, tuple)}
        known |= {"WIDTH": float(width), "HEIGHT": float(height)}
        wanted = (
            one.width.evaluate(known) if one.width else width,
            one.height.evaluate(known) if one.height else height,
        )
        return min(max(1, int(wanted[0])), MAX_SIDE), min(max(1, int(wanted[1])), MAX_SIDE)

    def _draw_into(self, target: Target, source: Target, program: Any) -> None:
        program["TIME"], program["TIMEDELTA"] = self._clock.time, self._clock.delta
        program["FRAMEINDEX"], program["DATE"] = self._clock.frame, self._clock.date
        for name, value in self._values.items():
            program[name] = int(value) if isinstance(value, bool) else value
        for name in self._shader.images:
            image = self._image(name, source)
            program[name] = image.texture
            program[SIZE_PREFIX + name] = _pair(image.size)
        program["RENDERSIZE"] = _pair(target.size)
        with target:
            program.draw("triangles")

    def _image(self, name: str, source: Target) -> Target:
        """Return what a sampler reads: a buffer, the chain's picture so far, or (any other image) the untouched scene."""
        buffer = self._buffers.get(name)
        if buffer is not None:
            return buffer.front
        return source if name == INPUT_IMAGE else self._scene


__all__ = ["EffectClock", "Focus", "IsfChain", "Size"]
